"""A trace names what it reads, as far as the card itself would know it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.narration import Narrator, file_names
from emulator.readers import TraceEntry
from reader_core.layouts import ADELE, MF_VITALE, VITALE, VITALE2_FILES
from reader_core.layouts.cps import CPS_FILES, CPS_PKCS15, MF

SELECT_VITALE = "00A404000BD250000002564954414C45"
SELECT_MF_VITALE = "00A404000ED2500000024D465F564954414C45"


def told(*exchanges: tuple[str, str], french: bool = False) -> list[str]:
    """The commands in words; a row is a command and its answer."""
    narrator = Narrator()
    entries = [TraceEntry("x", 0.0, "apdu", bytes.fromhex(c), bytes.fromhex(r)) for c, r in exchanges]
    return [said.fr if french else said.en for said in (narrator.tell(entry).command for entry in entries)]


def test_files_are_named_by_what_is_selected() -> None:
    assert told(
        (SELECT_VITALE, "6115"),
        ("00A40200022015", "9000"),
        ("00B0010000", "9000"),
        ("00B0820000", "9000"),
        ("00B0010000", "9000"),
        (SELECT_MF_VITALE, "9000"),
        ("00B0820000", "9000"),
    ) == [
        "SELECT by name D2 50 00 00 02 56 49 54 41 4C 45 (VITALE)",
        "SELECT EF 20 15 (COUVERT)",
        "READ BINARY COUVERT offset 256",
        "READ BINARY SFI 2 (NIR) offset 0",
        "READ BINARY NIR offset 256",
        "SELECT by name D2 50 00 00 02 4D 46 5F 56 49 54 41 4C 45 (MF_VITALE)",
        "READ BINARY SFI 2 (IDENTITE) offset 0",
    ]


def test_in_french_too() -> None:
    assert told((SELECT_VITALE, "9000"), ("00A40200022015", "9000"), ("00B0010004", "6982"), french=True) == [
        "SELECT par nom D2 50 00 00 02 56 49 54 41 4C 45 (VITALE)",
        "SELECT EF 20 15 (COUVERT)",
        "READ BINARY COUVERT à l'octet 256, 4 octets attendus",
    ]


def test_a_refused_selection_changes_nothing() -> None:
    lines = told(
        (SELECT_VITALE, "9000"), ("00A40200022015", "9000"), ("00A40200022016", "6A82"), ("00B0000000", "9000")
    )
    assert lines[-1] == "READ BINARY COUVERT offset 0"
    mute = told((SELECT_VITALE, "9000"), ("00A40200022015", "9000"), ("00A40200022016", ""), ("00B0000000", "9000"))
    assert mute[-1] == "READ BINARY COUVERT offset 0"


def test_a_file_that_is_looked_for_in_the_wrong_place_says_where_it_is() -> None:
    assert told(("00A40200022015", "6A82")) == ["SELECT EF 20 15 (VITALE/COUVERT)"]


def test_a_file_without_a_name_is_called_by_its_identifier() -> None:
    assert told((SELECT_VITALE, "9000"), ("00A402000220FF", "9000"), ("00B0000000", "9000"))[1:] == [
        "SELECT EF 20 FF",
        "READ BINARY 20 FF offset 0",
    ]


def test_paths_and_the_master_file() -> None:
    assert told(
        ("00A40000023F00", "9000"),
        ("00A4020002D003", "9000"),
        ("00A40904020001", "9000"),
        ("00A4020002D101", "9000"),
        ("00B0000000", "9000"),
        ("00A40804040001D121", "9000"),
        ("00B0000000", "9000"),
        ("00A40300", "9000"),
        ("00B0000000", "6986"),
    ) == [
        "SELECT by identifier 3F 00 (MF)",
        "SELECT EF D0 03 (SN.ICC)",
        "SELECT by path 00 01 (CPS PKCS#15)",
        "SELECT EF D1 01 (PORTEUR)",
        "READ BINARY PORTEUR offset 0",
        "SELECT by path from the MF 00 01 D1 21 (ACTIV02)",
        "READ BINARY ACTIV02 offset 0",
        "SELECT parent",
        "READ BINARY offset 0",
    ]


@pytest.mark.parametrize("kind", ["reset", "power_on", "power_off", "removed"])
def test_what_was_selected_is_forgotten_with_the_power(kind: str) -> None:
    narrator = Narrator()
    for command in (SELECT_VITALE, "00A40200022015"):
        narrator.tell(TraceEntry("vitale", 0.0, "apdu", bytes.fromhex(command), b"\x90\x00"))
    happened = narrator.tell(TraceEntry("vitale", 0.0, kind, response=b"\x3b\x00"))  # pyright: ignore[reportArgumentType]
    assert (happened.command.en, happened.response.fr) == ("", "")
    after = narrator.tell(TraceEntry("vitale", 0.0, "apdu", bytes.fromhex("00B0000000"), b"\x69\x86"))
    assert after.command.en == "READ BINARY offset 0"


def test_every_file_of_the_layouts_has_its_name() -> None:
    for layout in (*VITALE2_FILES, *CPS_FILES):
        assert file_names()[layout.application.aid][layout.fid.to_bytes(2, "big")] == layout.name
    assert {application.aid for application in (VITALE, MF_VITALE, ADELE, MF, CPS_PKCS15)} < file_names().keys()


@given(st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=4)), max_size=12))
def test_any_trace_is_told(exchanges: list[tuple[bytes, bytes]]) -> None:
    narrator = Narrator()
    for command, response in exchanges:
        said = narrator.tell(TraceEntry("vitale", 0.0, "apdu", command, response))
        assert bool(said.command) == bool(command)
        assert said.response.fr
