"""The pages on Vitale 1, CPS2ter, CPS4 and the contactless CPS3 say what the cards do."""

import re
from pathlib import Path

import pytest

from emulator.card import CardSystem
from emulator.cps2ter.volume import ISSUER_ONLY, KEYED
from emulator.image import build_card, load_image
from reader_core.layouts import cps2ter

PAGES = Path(__file__).parents[2] / "docs" / "cards"
EXCHANGE = re.compile(r"^> ([0-9A-F ]+?) +< ([0-9A-F ]+)$", re.MULTILINE)
NAMES = ("cps2ter", "cps3-contactless", "cps4", "vitale1")


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text("utf-8")


def card(name: str) -> CardSystem:
    made = build_card(load_image(name))
    assert isinstance(made, CardSystem)
    return made


@pytest.mark.parametrize("name", NAMES)
def test_a_page_gives_the_atr_and_is_in_the_index(name: str) -> None:
    assert card(name).atr.hex(" ").upper() in page(name)
    index = (PAGES.parent / "index.md").read_text("utf-8")
    assert f"cards/{name}.md" in index


@pytest.mark.parametrize(("name", "count"), [("cps4", 3), ("cps3-contactless", 1)])
def test_exchanges_are_played_as_they_are_written(name: str, count: int) -> None:
    exchanges = EXCHANGE.findall(page(name))
    assert len(exchanges) == count
    made = card(name)
    made.transmit(bytes.fromhex("01A4040C088025000001FF0100"))
    for command, expected in exchanges:
        assert made.transmit(bytes.fromhex(command)) == bytes.fromhex(expected), command


def test_the_profession_on_the_page_is_the_one_on_the_card() -> None:
    quoted = re.search(r"The profession of the image `cps`: `([0-9A-F ]+)`", page("cps2ter"))
    assert quoted
    made = card("cps")
    assert made.transmit(bytes.fromhex("A0A40000024005")) == b"\x9f\x07"
    assert made.transmit(bytes.fromhex("A0B000000C"))[:-2] == bytes.fromhex(quoted[1])


def test_every_instruction_and_file_of_the_volume_is_on_its_page() -> None:
    text = page("cps2ter")
    assert " ".join(f"{ins:02X}" for ins, _ in ISSUER_ONLY) in text
    assert " ".join(f"{ins:02X}" for ins, _ in KEYED) in text
    for layout in (cps2ter.ID, cps2ter.ICC, cps2ter.PROFESSION, cps2ter.ACTIVITES_CPS2TER[0]):
        assert f"`{layout.fid:04X}`" in text
    assert len(cps2ter.SITUATIONS.fields) == 21
    assert cps2ter.SITUATIONS.fields[-1].tag == 0x94
