"""A masked recording of cards that an overlay lays: a layout that hides names and numbers from the masking is known. All layouts here are invented."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from conformance.overlay import load_overlay
from conformance.overlay.fitting import MisfitError, check_file, check_together
from emulator.card import CardSystem, ElementaryFile
from emulator.image import Image, build_card, load_image, patch_image
from emulator.readers import InProcessReader
from emulator.recording import Recorder, Recording, RecordingCard, mask_recording
from emulator.recording.masking import unmaskable
from emulator.vitale2 import VitaleImage
from reader_core import Reader, TrustStore
from reader_core.layouts.laying import NOTHING_LAID, PUBLIC, Laid, in_force, laid

INVENTED = Path(__file__).parents[1] / "overlays" / "invented"
ENTRY = '[[file]]\nsource = "invented"\nbasis = "assumption"\n'


@pytest.fixture
def overlay(tmp_path: Path) -> Callable[[str], Laid]:
    def load(files: str) -> Laid:
        (tmp_path / "overlay.toml").write_text('name = "invented"\n', encoding="utf-8")
        (tmp_path / "layouts").mkdir()
        text = files.replace("[[file]]\n", ENTRY)
        (tmp_path / "layouts" / "one.toml").write_text(text, encoding="utf-8")
        return load_overlay(tmp_path).layouts

    return load


def read(image: Image) -> Recording:
    """What the reader and a Vitale say to each other, masked."""
    recorder = Recorder(software="test")
    card = RecordingCard(build_card(image), recorder, "vitale")
    with Reader.open(InProcessReader("a", card).connect(), None, TrustStore()) as reader:
        reader.read_vitale(date(2026, 1, 15))
    return mask_recording(recorder.recording(), b"key")


def dumped(image: str, names: Callable[[ElementaryFile], bool]) -> Recording:
    """Each of these files of a card, read to its end by a program that knows where it is; masked."""
    recorder = Recorder(software="test")
    system = build_card(load_image(image))
    assert isinstance(system, CardSystem)
    connection = InProcessReader("a", RecordingCard(system, recorder, "card")).connect()
    connection.power_on()
    for df in system.root.walk():
        for file in df.children:
            if not isinstance(file, ElementaryFile) or not names(file):
                continue
            select = bytes([0x00, 0xA4, 0x04, 0x0C, len(df.aid), *df.aid]) if df.aid else b"\x00\xa4\x00\x0c"
            connection.transmit(select)
            connection.transmit(bytes.fromhex(f"00A4020C02{file.fid:04X}"))
            for offset in range(0, len(file.content), 0xF0):
                connection.transmit(bytes([0x00, 0xB0, *offset.to_bytes(2), min(0xF0, len(file.content) - offset)]))
    return mask_recording(recorder.recording(), b"key")


def said(recording: Recording) -> bytes:
    return b"".join(event.answer[:-2] for event in recording.events)


BENEFIC_AT = '[[file]]\nname = "BENEFIC"\ntag = {}\n'
PATRONYMIC = {"beneficiaires[0].nom_patronymique": "MARTINEAU"}
HIDDEN: dict[str, tuple[str, str, dict[str, str], bytes]] = {  # what is laid, the card, what hides in it
    "the card's own template 61": (BENEFIC_AT.format("0x61"), "specimen", PATRONYMIC, b"MARTINEAU"),
    "the card's own template 70": (BENEFIC_AT.format("0x70"), "specimen", {}, b"2850575999001"),
    "the card's own template 7F21": (BENEFIC_AT.format("0x7F21"), "specimen", {}, b"CAMILLE"),
    "no template": (
        '[[file]]\nname = "COMMUNE"\ntag = 0\n',
        "specimen",
        {"zone_commune": "Mme MARTINEAU"},
        b"MARTINEAU",
    ),
    "the template of a later file": (BENEFIC_AT.format("0xE6"), "specimen", PATRONYMIC, b"MARTINEAU"),
    "a number as hex": (
        '[[file]]\nname = "AMC"\n[[file.field]]\nname = "numero_adherent"\nencoding = "hex"\n',
        "famille",
        {"beneficiaires[1].amc.numero_adherent": "0105121518"},
        bytes.fromhex("0105121518"),
    ),
}


@pytest.mark.parametrize("case", HIDDEN)
def test_a_layout_that_hides_a_person_from_the_masking_is_known(overlay: Callable[[str], Laid], case: str) -> None:
    files, image, patch, secret = HIDDEN[case]
    name = re.findall(r'^name = "([A-Z]+)"$', files, re.MULTILINE)[0]
    card = patch_image(load_image(image), patch)
    with laid(overlay(files)):
        assert secret in said(read(card)), "so a masked recording must not be promised"
        assert name in unmaskable()


def test_a_template_taken_away_hides_a_professional(overlay: Callable[[str], Laid]) -> None:
    with laid(overlay('[[file]]\nname = "PORTEUR"\ntag = 0\n')):
        assert b"VALBREUSE" in said(dumped("cps", lambda file: file.name == "PORTEUR"))
        assert unmaskable() == ("PORTEUR",)


def test_both_files_of_one_template_are_known(overlay: Callable[[str], Laid]) -> None:
    with laid(overlay(BENEFIC_AT.format("0xE6"))):
        assert unmaskable() == ("BENEFIC", "COUVERT")


def test_the_other_volume_of_a_cps_counts_too(overlay: Callable[[str], Laid]) -> None:
    swapped = '[[file]]\nname = "CPS2ID"\n[[file.field]]\nname = "nom"\ntag = 0x80\n[[file.field]]\nname = "categorie"\ntag = 0x87\n'
    with laid(overlay(swapped)):
        assert b"VALBREUSE" in said(dumped("cps", lambda file: file.name == "PORTEUR")), (
            "its name has the tag of a code"
        )
        assert set(unmaskable()) == {"CPS2ID", "PORTEUR"}


def test_groups_as_they_came_count_too(overlay: Callable[[str], Laid]) -> None:
    with laid(overlay('[[file]]\nname = "BRUTS"\ntag = 0xE5\n')):
        assert set(unmaskable()) == {"BRUTS", "DROITS"}


@pytest.mark.parametrize(
    "files",
    [
        '[[file]]\nname = "PAN"\nfid = 0x2F05\n[[file.field]]\nname = "numero"\nlength = 10\n',
        '[[file]]\nname = "SN.ICC"\nsfi = 0x1B\n',
        '[[file]]\nname = "CERT"\nfid = 0xC002\n',
        '[[file]]\nname = "DROITS"\ntag = 0xEF\n',
        '[[file]]\nname = "SERVAMO"\ntag = 0\n',
        '[[file]]\nname = "BENEFIC"\ntag = 0x65\n'
        + "".join(
            f'[[file.field]]\nname = "{name}"\ntag = {0x9F41 + number}\n'
            for number, name in enumerate(one.name for one in PUBLIC["BENEFIC"].fields)
        ),
        (
            '[[file]]\nname = "MINE"\napplication = "VITALE"\ntitle = "mine"\nfid = 0x2120\ntag = 0x7F21\n'
            '[[file.field]]\nname = "nom"\ntag = 0x80\nconstant = "00"\n'
        ),
    ],
)
def test_a_layout_that_hides_nobody_is_masked(overlay: Callable[[str], Laid], files: str) -> None:
    with laid(overlay(files)):
        assert unmaskable() == ()


def persons(image: VitaleImage) -> tuple[set[str], set[str]]:
    """Names, word by word, and NIR of everybody on a card."""
    each = image.beneficiaires
    names = {name for one in each for name in (one.nom_usuel, one.nom_patronymique, one.prenom)}
    words = {word for name in names for word in re.findall(r"[^\W\d_]{2,}", name)}
    return words, {str(image.assure.nir), *(str(one.nir_certifie) for one in each if one.nir_certifie)}


def check_hidden(recording: Recording) -> None:
    famille = load_image("famille")
    assert isinstance(famille, VitaleImage)
    words, numbers = persons(famille)
    assert {"HÉLOÏSE", "ZOÉ"} <= words
    assert {"2840375999001", "1821175999002"} <= numbers
    whole = said(recording)
    assert len(whole) > 500
    for secret in words | numbers:
        assert secret.encode("latin-1") not in whole, secret
        assert secret not in whole.hex().upper(), secret


def maskable(file: ElementaryFile) -> bool:
    return file.name not in unmaskable()


@pytest.mark.parametrize("layouts", [NOTHING_LAID, load_overlay(INVENTED).layouts], ids=["public", "invented"])
def test_whatever_is_not_named_masks_every_person(layouts: Laid) -> None:
    with laid(layouts):
        assert bool(unmaskable()) is bool(in_force())
        check_hidden(dumped("famille", maskable))


TEMPLATES = (0x61, 0x62, 0x6F, 0x70, 0x7F21, 0x30, 0xA5, 0x7F49)
"""The card's own, and some that nobody has."""


def fitting(name: str, tags: Iterable[int | None]) -> Iterable[Laid]:
    for tag in tags:
        layout = replace(PUBLIC[name], tag=tag)
        try:
            check_file(layout)
            check_together({name: layout}, ())
        except MisfitError:
            continue
        yield Laid({name: layout})


@pytest.mark.parametrize("name", ["IDENTITE", "NIR", "ASSURE", "ACCIDENT", "BENEFIC", "AMC", "COMMUNE", "DROITS"])
def test_whatever_template_a_file_has_it_is_masked_or_named(name: str) -> None:
    tags = {None, *TEMPLATES, *(layout.tag for layout in PUBLIC.values())} - {PUBLIC[name].tag}
    recorded = 0
    for layouts in fitting(name, sorted(tags, key=lambda tag: tag or 0)):
        with laid(layouts):
            if not unmaskable():
                check_hidden(dumped("famille", maskable))
                recorded += 1
    assert recorded >= 3, "templates that nobody has"
