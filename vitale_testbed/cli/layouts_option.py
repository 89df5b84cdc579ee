"""`--overlay DIR` of the commands that make or read cards: only its layouts matter there (docs/overlay.md)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from reader_core.layouts.laying import laid

F = TypeVar("F", bound=Callable[..., Any])


def layouts_option() -> Callable[[F], F]:
    """`--overlay DIR` of a command that makes or reads cards: its layouts are in force as long as the command runs."""
    return click.option(
        "--overlay",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        expose_value=False,
        callback=_lay,
        help="Make and read cards by the layouts of this overlay (docs/overlay.md).",
    )


def _lay(ctx: click.Context, _param: click.Parameter, folder: Path | None) -> None:
    if folder is not None and not ctx.resilient_parsing:
        # Most who read a card have no overlay, and need not wait until the catalogue is loaded.
        from vitale_testbed.cli.overlay_option import load_overlay_told  # noqa: PLC0415

        ctx.with_resource(laid(load_overlay_told(folder).layouts))
