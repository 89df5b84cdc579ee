"""What the shell offers when a user presses the tabulator."""

import click
from click.shell_completion import CompletionItem


def complete_image(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the built-in images, then files."""
    del ctx, param
    from emulator.image import builtin_names  # noqa: PLC0415  # a completion must be quick: only load what it needs

    names = [CompletionItem(name) for name in builtin_names() if name.startswith(incomplete)]
    return names or [CompletionItem(incomplete, type="file")]


def complete_fault(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer faults, then the parameters of the fault that is named; the number of a card before it is kept."""
    del ctx, param
    from emulator.faults import FAULTS  # noqa: PLC0415  # same

    number, colon, rest = incomplete.partition(":")
    card = f"{number}:" if colon and number.isdecimal() else ""
    name, colon, settings = (rest if card else incomplete).partition(":")
    if not colon:
        return [CompletionItem(f"{card}{one}") for one in FAULTS if one.startswith(name)]
    if name not in FAULTS:
        return []
    done, comma, key = settings.rpartition(",")
    names = [*(parameter.name for parameter in FAULTS[name].parameters), "seed"]
    return [CompletionItem(f"{card}{name}:{done}{comma}{one}=") for one in names if one.startswith(key)]


def complete_case(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer families, then requirements."""
    del ctx, param
    from conformance.catalogue import load_catalogue  # noqa: PLC0415  # same

    catalogue = load_catalogue()
    families = [family.id for family in catalogue.families]
    requirements = [requirement.id for _, requirement in catalogue.requirements]
    found = [name for name in families if name.startswith(incomplete)]
    if len(found) <= 1:
        found = [name for name in requirements if name.startswith(incomplete)] or found
    return [CompletionItem(name) for name in found]


def complete_schema(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the published schemas with what each is of."""
    del ctx, param
    from vitale_testbed.schemas.published import PUBLISHED  # noqa: PLC0415  # same

    return [CompletionItem(name, help=form.title) for name, form in PUBLISHED.items() if name.startswith(incomplete)]
