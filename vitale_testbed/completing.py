"""What the shell offers when a user presses the tabulator."""

import click
from click.shell_completion import CompletionItem


def complete_image(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the built-in images, then files."""
    del ctx, param
    from emulator.image import builtin_names  # noqa: PLC0415  # a completion must be quick: only load what it needs

    names = [CompletionItem(name) for name in builtin_names() if name.startswith(incomplete)]
    return names or [CompletionItem(incomplete, type="file")]
