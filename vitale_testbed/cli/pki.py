"""`vitale pki`: make a test PKI with its cards, and show what one holds."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from emulator.image import Image, ImageError, dump_image, load_image, patch_image
from emulator.pki import DATA, TRUSTED_ROOTS, PkiError
from emulator.pki.generate import generate
from emulator.pki.inventory import CertificateEntry, inventory
from emulator.pki.plan import PROFESSIONALS, TECHNICAL, Professional
from vitale_testbed.cli.options import IsoDate, chosen_format, format_option, print_json
from vitale_testbed.problems import Problem
from vitale_testbed.reporting_errors import image_problem, pki_problem

_VITALE = "vitale"
_CONTACTLESS = "cps3-contactless"
_CARDS = [*(professional.name for professional in PROFESSIONALS), _CONTACTLESS]


@click.group()
def pki() -> None:
    """Make a test PKI of your own with its cards, and show what one holds.

    The keys lie beside the certificates and say that they are for tests: they protect nothing, and no real card
    trusts them.

    \b
    Examples:
      vitale pki show                    the one that the built-in cards use
      vitale pki new my-pki
      vitale pki show my-pki --on 2019-06-01
    """


@pki.command("new")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--card",
    "cards",
    multiple=True,
    type=click.Choice(_CARDS),
    help="Make this card only; may be repeated.  [default: all of them]",
)
@click.option("--force", is_flag=True, help="Use the keys that are in DIRECTORY, and write all else again.")
def new_pki(directory: Path, cards: tuple[str, ...], force: bool) -> int:
    """Write a PKI into DIRECTORY: root, authority, certificates and keys, revocation lists, card images.

    Among the cards are an expired one, a revoked one and one of an authority that nobody trusts. `vitale.toml` is a
    Vitale that trusts this root; NAME.toml is each professional card, with the records of the built-in one.

    \b
    Examples:
      vitale pki new my-pki
      vitale read --vitale my-pki/vitale.toml --cps my-pki/cps.toml --pin 1234 --pki my-pki
    """
    if directory.exists() and any(directory.iterdir()) and not force:
        raise Problem(f"{directory} is not empty", code="file_exists", next_step="name another folder, or add --force")
    wanted = [professional for professional in PROFESSIONALS if not cards or professional.name in cards]
    try:
        technical = not cards or _CONTACTLESS in cards
        files = generate(directory, wanted, technical=technical)
        images = [*(_professional_image(one) for one in wanted), (_VITALE, _vitale_image())]
        if technical:
            images.append((_CONTACTLESS, _contactless_image()))
        for name, image in images:
            (directory / f"{name}.toml").write_text(dump_image(image), encoding="utf-8")
    except OSError as error:
        raise Problem(
            f"{directory} cannot be written: {error.strerror}",
            code="file_not_writable",
            next_step="name another folder",
        ) from error
    except PkiError as error:
        raise pki_problem(error) from error
    except ImageError as error:
        raise image_problem(error) from error
    click.echo(
        f"{len(files)} files and {len(images)} card images in {directory}. See them with:  vitale pki show {directory}"
    )
    return 0


def _professional_image(professional: Professional) -> tuple[str, Image]:
    name = professional.name
    credentials = {
        "credentials.authentication": f"{name}.aut.pem",
        "credentials.authentication_key": f"{name}.aut.key.pem",
        "credentials.signature": f"{name}.sig.pem",
        "credentials.signature_key": f"{name}.sig.key.pem",
        "credentials.issuer": f"{professional.issuer}.pem",
    }
    return name, patch_image(load_image(name), credentials)


def _contactless_image() -> Image:
    credentials = {
        "credentials.technical": f"{TECHNICAL.name}.pem",
        "credentials.technical_key": f"{TECHNICAL.name}.key.pem",
        "credentials.issuer": f"{TECHNICAL.issuer}.pem",
    }
    return patch_image(load_image(_CONTACTLESS), credentials)


def _vitale_image() -> Image:
    return patch_image(load_image("specimen"), {"racines": [f"{name}.pem" for name in TRUSTED_ROOTS]})


@pki.command("show")
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@click.option("--on", "on", type=IsoDate(), default=None, help="The day on which to judge.  [default: today]")
@format_option()
def show_pki(directory: Path | None, on: date | None, output_format: str | None) -> int:
    """Show the certificates of DIRECTORY and what each is worth; without one, those of the built-in cards."""
    day = on or date.today()  # noqa: DTZ011 - the day of whoever asks
    try:
        entries = inventory(directory or DATA, day)
    except PkiError as error:
        raise pki_problem(error) from error
    if chosen_format(output_format) == "json":
        print_json([_plain(entry) for entry in entries])
        return 0
    click.echo(f"{directory or 'the built-in PKI'}, on {day}")
    width, wide = max(len(entry.name) for entry in entries), max(len(entry.card or "CA") for entry in entries)
    for entry in entries:
        key = "key" if entry.has_key else "   "
        kind = entry.card or "CA"
        click.echo(
            f"  {entry.name:<{width}}  {entry.state:<13}  {key}  {kind:<{wide}}  {entry.first} to {entry.last}"
            f"  {entry.serial:>4X}  {entry.subject}"
        )
    return 0


def _plain(entry: CertificateEntry) -> Mapping[str, object]:
    return asdict(entry) | {"first": str(entry.first), "last": str(entry.last), "state": entry.state.value}
