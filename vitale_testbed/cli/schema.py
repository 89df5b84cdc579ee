"""`vitale schema`: the published JSON Schemas, and the OpenAPI document of `vitale consult`."""

from collections.abc import Callable
from typing import Any

import click

from conformance.product_sheet import product_sheet_schema
from conformance.protocol import schemas as protocol
from emulator.image import image_schema
from reader_core.access import access_schema
from reader_core.formats.card import card_schema
from vitale_testbed.cli.options import print_json
from vitale_testbed.consult.openapi import document
from vitale_testbed.problems import Problem


def _protocol(name: str) -> Callable[[], dict[str, Any]]:
    return lambda: protocol.schema(name)


def published() -> dict[str, Callable[[], dict[str, Any]]]:
    """Every published schema by its name; `consult-api` is an OpenAPI document with schemas in it."""
    return {
        "access": access_schema,
        "card": card_schema,
        "image": image_schema,
        "product": product_sheet_schema,
        "consult-api": document,
        **{name: _protocol(name) for name in protocol.SCHEMAS},
    }


@click.command()
@click.argument("name", required=False)
def schema(name: str | None) -> int:
    """Print the JSON Schema NAME, or the names there are.

    \b
    Examples:
      vitale schema
      vitale schema card > card.schema.json
    """
    known = published()
    if name is None:
        for each in known:
            click.echo(each)
        return 0
    if name not in known:
        raise Problem(
            f"there is no schema {name!r}", code="unknown_schema", next_step=f"choose one of: {', '.join(known)}"
        )
    print_json(known[name]())
    return 0
