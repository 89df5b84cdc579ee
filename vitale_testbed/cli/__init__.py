"""The command line. One module a command, imported when it is used, so that `vitale --help` answers at once."""

import importlib
from importlib.metadata import version

import click

_COMMANDS = {
    "read": ("vitale_testbed.cli.read", "read", "Read a Vitale card, with a professional card if there is one."),
    "access": ("vitale_testbed.cli.access", "access", "Show, check and ask the access table of the reader."),
    "journal": ("vitale_testbed.cli.journal", "journal", "Show and verify a journal of accesses."),
    "card": ("vitale_testbed.cli.card", "card", "List, show, make and check card images."),
    "pki": ("vitale_testbed.cli.pki", "pki", "Make a test PKI with its cards, and show what one holds."),
    "record": ("vitale_testbed.cli.record", "record", "Read a card and keep what was said, masked, to replay it."),
    "insert": ("vitale_testbed.cli.insert", "insert", "Put virtual cards in real PC/SC slots until interrupted."),
    "serve": ("vitale_testbed.cli.serve", "serve", "Put virtual cards behind the socket reader until interrupted."),
    "apilec": ("vitale_testbed.cli.apilec", "apilec", "Compile libapilec, the library with the API's C functions."),
    "product": (
        "vitale_testbed.cli.product",
        "product",
        "Write and check a product sheet, for `vitale certify --sheet`.",
    ),
    "consult": ("vitale_testbed.cli.consult", "consult", "Read, print and export a card on a local web page."),
    "certify": ("vitale_testbed.cli.certify", "certify", "Test a product, requirement by requirement, and report."),
    "campaign": (
        "vitale_testbed.cli.campaign",
        "campaign",
        "Test many products on many generated cards, on a cluster too.",
    ),
    "catalogue": ("vitale_testbed.cli.catalogue", "catalogue", "List and check the requirements."),
    "report": ("vitale_testbed.cli.report", "report", "Make a report again from a stored event stream."),
    "diff": ("vitale_testbed.cli.diff", "diff", "Compare two runs: what got worse, and what got better."),
    "merge": ("vitale_testbed.cli.merge", "merge", "Put the shards of a run together."),
    "schema": ("vitale_testbed.cli.schema", "schema", "Print a published JSON Schema."),
    "doctor": ("vitale_testbed.cli.doctor", "doctor", "Say what is installed, what is missing and the next step."),
    "completion": ("vitale_testbed.cli.completion", "completion", "Print the completion script of a shell."),
}


class _LazyGroup(click.Group):
    """Knows the names and one-line helps of its commands, and imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, attribute, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in _COMMANDS.items()])


@click.command(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit codes: 0 done or conformant; 1 not conformant, or a refusal in `read`; 2 usage or configuration; "
    "3 the harness itself failed; 130 interrupted.",
)
@click.version_option(version("vitale-testbed"), prog_name="vitale-testbed")
def vitale() -> None:
    """Virtual French health cards, a reader that reads them, and a harness that tests yours.

    \b
    Start here:
      vitale read --vitale famille --cps cps --pin 1234
      vitale certify
      vitale doctor
    """


def run(arguments: list[str]) -> int:
    """Run one command.

    Args:
        arguments: as after the program's name.

    Returns:
        The exit code.

    Raises:
        KeyboardInterrupt: the user interrupted it.
        Problem: it ended with something that the user must hear about.
    """
    try:
        result = vitale.main(args=arguments, prog_name="vitale", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as refused:
        refused.show()
        return refused.exit_code
    return result if isinstance(result, int) else 0
