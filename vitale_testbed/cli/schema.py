"""`vitale schema`: the published JSON Schemas, and the OpenAPI document of `vitale consult`."""

import click

from vitale_testbed.cli.options import print_json
from vitale_testbed.completing import complete_schema
from vitale_testbed.problems import Problem
from vitale_testbed.schemas.published import PUBLISHED, published


@click.command()
@click.argument("name", required=False, shell_complete=complete_schema)
def schema(name: str | None) -> int:
    """Print the JSON Schema NAME, or the names there are.

    The dates of a TOML file count as their text, YYYY-MM-DD. docs/schemas.md has how to check files and answers in a CI.

    \b
    Examples:
      vitale schema
      vitale schema card > card.schema.json
      vitale schema scenario > scenario.schema.json
    """
    if name is None:
        width = max(map(len, PUBLISHED)) + 2
        for each, form in PUBLISHED.items():
            click.echo(f"{each:{width}}{form.title}")
        return 0
    if name not in PUBLISHED:
        raise Problem(
            f"there is no schema {name!r}", code="unknown_schema", next_step=f"choose one of: {', '.join(PUBLISHED)}"
        )
    print_json(published(name))
    return 0
