"""`vitale doctor`: what is installed, what is missing, the one next step."""

from dataclasses import asdict

import click

from vitale_testbed import doctor as examination
from vitale_testbed.cli.options import chosen_format, format_option, print_json


@click.command()
@format_option()
def doctor(output_format: str | None) -> int:
    """Say what is installed, what is missing, and what to do about it.

    The in-process and socket readers need nothing of this: only PC/SC and PDF do.
    """
    findings = examination.examine()
    if chosen_format(output_format) == "json":
        print_json([asdict(finding) for finding in findings])
        return 0
    for finding in findings:
        click.echo(f"{'ok     ' if finding.ok else 'MISSING'}  {finding.name}: {finding.detail}")
        if not finding.ok:
            click.echo(f"         needed for {finding.needed_for}")
            click.echo(f"         next: {finding.next_step}")
    missing = [finding for finding in findings if not finding.ok]
    click.echo()
    click.echo(
        f"Next: {missing[0].next_step}" if missing else "Everything is there. Next: vitale certify --reader pcsc"
    )
    return 0
