"""`vitale card`: list, show, make and check card images."""

from pathlib import Path

import click

from emulator.image import ImageError, builtin_names, dump_image, load_image, patch_image
from emulator.stream_import import export_stream, import_stream
from reader_core.layouts import parse_stream
from vitale_testbed.cli.faults import faults
from vitale_testbed.cli.layouts_option import layouts_option
from vitale_testbed.cli.options import chosen_format, format_option, print_json, refuse_to_overwrite, write_new_file
from vitale_testbed.completing import complete_image
from vitale_testbed.names import image_kind
from vitale_testbed.problems import ExitCode, Problem
from vitale_testbed.reporting_errors import image_problem


@click.group()
def card() -> None:
    """List, show, make, check, import and export card images.

    A card image is one TOML file: the card's profile, what it says, its keys and its state. Wherever a command takes
    an IMAGE, the name of a built-in one or the path of a file serves.

    \b
    Examples:
      vitale card list
      vitale card show famille
      vitale card new specimen -o mine.toml --set assure.regime=05
      vitale card validate mine.toml
      vitale card validate mine.toml --overlay acme   # does it fit another layout?
      vitale card import carte.in -o mine.toml
      vitale card export mine.toml -o again.in
    """


card.add_command(faults)


@card.command("list")
@format_option()
def list_images(output_format: str | None) -> int:
    """List the built-in cards."""
    images = [(name, load_image(name)) for name in builtin_names()]
    if chosen_format(output_format) == "json":
        print_json([{"name": name, "kind": image_kind(image), "title": image.title} for name, image in images])
        return 0
    width = max(len(name) for name, _ in images)
    for kind, heading in (("vitale", "Vitale cards"), ("cps", "Professional cards (PIN 1234, PUK 12345678)")):
        click.echo(f"{heading}:")
        for name, image in images:
            if image_kind(image) == kind:
                click.echo(f"  {name:<{width}}  {image.title}")
    return 0


@card.command("show")
@click.argument("image", shell_complete=complete_image)
@layouts_option()
def show_image(image: str) -> int:
    """Print IMAGE as TOML, ready to be saved and changed."""
    try:
        click.echo(dump_image(load_image(image)), nl=False)
    except ImageError as error:
        raise image_problem(error) from error
    return 0


def _changes(settings: tuple[str, ...]) -> dict[str, str]:
    changes: dict[str, str] = {}
    for setting in settings:
        path, equals, value = setting.partition("=")
        if not equals or not path:
            raise Problem(
                f"{setting!r} is no setting",
                code="bad_setting",
                next_step="write PATH=VALUE, for example --set assure.regime=05",
            )
        changes[path] = value
    return changes


@card.command("new")
@click.argument("base", default="specimen", shell_complete=complete_image)
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to make.")
@click.option("--set", "settings", multiple=True, metavar="PATH=VALUE", help="Change a value; may be repeated.")
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
@layouts_option()
def new_image(base: str, output: Path, settings: tuple[str, ...], force: bool) -> int:
    """Make a card image of your own from BASE (`specimen` unless named).

    \b
    Example:
      vitale card new famille -o mine.toml --set 'beneficiaires[0].couvertures[0].ald=1'
    """
    try:
        image = patch_image(load_image(base), _changes(settings))
    except ImageError as error:
        raise image_problem(error) from error
    write_new_file(output, dump_image(image), force=force)
    click.echo(f"{output} written. Read it with:  vitale read --{image_kind(image)} {output}")
    return 0


@card.command("validate")
@click.argument("images", nargs=-1, required=True, shell_complete=complete_image)
@format_option()
@layouts_option()
def validate_images(images: tuple[str, ...], output_format: str | None) -> int:
    """Check IMAGES and say where each wrong one is wrong. Ends with 1 if any is."""
    results: list[dict[str, str | bool]] = []
    for name in images:
        try:
            load_image(name)
            results.append({"image": name, "valid": True, "where": "", "reason": "", "next_step": ""})
        except ImageError as error:
            results.append(
                {
                    "image": name,
                    "valid": False,
                    "where": error.where,
                    "reason": error.reason,
                    "next_step": error.next_step,
                }
            )
    if chosen_format(output_format) == "json":
        print_json(results)
    else:
        for result in results:
            if result["valid"]:
                click.echo(f"{result['image']}: valid")
            else:
                where = f", {result['where']}" if result["where"] else ""
                click.echo(f"{result['image']}{where}: {result['reason']}\n  next: {result['next_step']}")
    return ExitCode.OK if all(result["valid"] for result in results) else ExitCode.REFUSED


_OUTPUT = click.Path(path_type=Path, dir_okay=False)


@card.command("import")
@click.argument("stream", type=click.Path(path_type=Path), metavar="FILE.in")
@click.option("-o", "output", type=_OUTPUT, help="The image to make.  [default: print it]")
@click.option("--title", help="One line for a person who chooses a card.")
@click.option("--force", is_flag=True, help="Overwrite the image if it is there.")
@layouts_option()
def import_image(stream: Path, output: Path | None, title: str | None, force: bool) -> int:
    """Make a Vitale image from a group stream: whole groups 101 to 109 and 111, in any order, with any content.

    Nothing is lost: `vitale card export` and `vitale read --format ssv` give the stream back byte for byte.

    \b
    Example:
      vitale card import carte.in -o mine.toml
    """
    try:
        raw = stream.read_bytes()
    except OSError as error:
        raise Problem(
            f"{stream} cannot be read: {error.strerror}",
            code="file_not_readable",
            next_step="name a group stream, FILE.in",
        ) from error
    if output is not None:
        refuse_to_overwrite(output, force=force)
    try:
        image = import_stream(raw, str(stream), title or f"Carte importée de {stream.name}")
    except ImageError as error:
        raise Problem(
            f"{error.source}, {error.where}: {error.reason}", code="stream_invalid", next_step=error.next_step
        ) from error
    if output is None:
        click.echo(dump_image(image).encode(), nl=False)
        return 0
    write_new_file(output, dump_image(image), force=force)
    groups = len(parse_stream(raw))
    click.echo(f"{output} written from {groups} groups. Read it with:  vitale read --vitale {output}")
    return 0


@card.command("export")
@click.argument("image", shell_complete=complete_image)
@click.option("-o", "output", type=_OUTPUT, required=True, help="The group stream to make, FILE.in.")
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
@layouts_option()
def export_image(image: str, output: Path, force: bool) -> int:
    """Write the group stream of a Vitale IMAGE, protected groups included.

    \b
    Example:
      vitale card export famille -o famille.in
    """
    try:
        raw = export_stream(load_image(image))
    except ImageError as error:
        raise image_problem(error) from error
    write_new_file(output, raw, force=force)
    click.echo(f"{output} written: {len(parse_stream(raw))} groups, {len(raw)} bytes.")
    return 0
