"""What was not read is not shown as what the card has not: in each format, for a file that is damaged, refused or was not reached."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from emulator.card import CardSystem
from emulator.faults import FaultyCard, fault
from emulator.readers import InProcessReader
from reader_core import Reader, ReadingError, VitaleReading, card_object
from reader_core.formats.registry import FORMATS
from reader_core.iso7816 import Card

from .robust import ON

Tampered = Callable[..., CardSystem]
DAMAGED = b"\xe5\x7f\x9e\x01\x01"


def read(vitale: Card) -> VitaleReading:
    with Reader.open(InProcessReader("vitale", vitale).connect()) as reader:
        return reader.read_vitale(ON)


def page(reading: VitaleReading) -> str:
    return re.sub(r"<[^>]*>", "", FORMATS["sheet"].dumps(reading).decode())


@pytest.mark.parametrize("files", [{"DROITS": DAMAGED}, {"DROITS": None}], ids=["damaged", "not there"])
def test_rights_that_could_not_be_read(tampered: Tampered, files: dict[str, Any]) -> None:
    reading = read(tampered("famille", **files))
    people = card_object(reading)["beneficiaires"]
    assert [(each["droits"], each["droits_ouverts"]) for each in people] == [(None, None)] * 5
    text = FORMATS["text"].dumps(reading).decode()
    assert text.count("Rights: not read") == 5
    assert "closed" not in text
    assert "none on the card" not in text
    assert FORMATS["text"].dumps(reading, "fr").decode().count("Droits : non lus") == 5
    shown = page(reading)
    assert "Droits non lus" in shown
    assert "Droits fermés" not in shown
    assert "aucun en carte" not in shown
    names, *rows = (line.split(";") for line in FORMATS["csv"].dumps(reading).decode("utf-8-sig").splitlines())
    said = [dict(zip(names, row, strict=True)) for row in rows]
    assert [(each["droits_ouverts"], each["droits"], each["anomalies"]) for each in said] == [("", "", "DROITS")] * 5


def test_a_card_that_says_of_nobody_s_rights_is_not_taken_for_one_that_could_not_be_read(tampered: Tampered) -> None:
    reading = read(tampered("famille", DROITS=bytes(8)))
    people = card_object(reading)["beneficiaires"]
    assert [(each["droits"], each["droits_ouverts"]) for each in people] == [([], False)] * 5
    assert "Rights: closed (none on the card)" in FORMATS["text"].dumps(reading).decode()
    assert "Droits fermés" in page(reading)


def test_a_reading_that_broke_off(card: Callable[..., Card]) -> None:
    """Pulled when the people had been read, and their rights had not."""
    slot = InProcessReader("vitale", FaultyCard(card("famille"), fault("removed", after=20)))
    with Reader.open(slot.connect()) as reader, pytest.raises(ReadingError) as caught:
        reader.read_vitale(ON)
    partial = caught.value.partial
    assert partial is not None
    assert not partial.complete
    people = card_object(partial)["beneficiaires"]
    assert people
    assert all((each["droits"], each["droits_ouverts"]) == (None, None) for each in people)
    assert "closed" not in FORMATS["text"].dumps(partial).decode()
    assert "Tous les bénéficiaires" in page(partial)


def test_people_that_could_not_be_read(tampered: Tampered) -> None:
    shown = page(read(tampered("famille", BENEFIC=None, IDENTITE=None)))
    assert "Tous les bénéficiaires " in shown
    assert "Aucun bénéficiaire en carte" not in shown


def test_a_format_without_a_place_for_it_has_it_said_beside(tampered: Tampered) -> None:
    """The document of the API de lecture has no element for it (docs/formats.md); the command line says it."""
    reading = read(tampered("famille", DROITS=None))
    said = ("DROITS (DROITS: the card answered 6A82 (file or application not found))",)
    assert {name: each.damaged(reading) for name, each in FORMATS.items() if each.damaged(reading)} == {"xml": said}
    assert FORMATS["xml"].damaged(read(tampered("famille"))) == ()
