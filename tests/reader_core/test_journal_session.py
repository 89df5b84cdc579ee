"""Readings and their journal: every function is written down, and what cannot be written down is not given out."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from emulator.readers import InProcessReader, PulledCard
from reader_core import Reader, ReadingError, TrustStore
from reader_core.access.loading import default_text, parse_access
from reader_core.formats.gate import AccessRefusedError
from reader_core.formats.registry import FORMATS
from reader_core.iso7816 import Card
from reader_core.journal import Journal, JournalError, verify_journal

ON = date(2026, 1, 15)
Cards = Callable[..., Card]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accesses.jsonl"


@pytest.fixture
def open_reader(card: Cards, trust: TrustStore, path: Path) -> Callable[..., Reader]:
    def make(vitale: Card | None = None, cps: Card | None = None, **options: Any) -> Reader:
        slots = [InProcessReader("v", vitale or card("famille")).connect()]
        slots += [InProcessReader("c", cps).connect()] if cps else []
        return Reader.open(*slots, trust=trust, **{"journal": path, **options})

    return make


def told(path: Path) -> list[tuple[str, str]]:
    entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert verify_journal(Journal(path)).intact
    return [(each["function"], each["outcome"]) for each in entries]


def test_it_is_off_by_default(card: Cards, trust: TrustStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Reader.open(InProcessReader("v", card("famille")).connect(), trust=trust) as reader:
        FORMATS["xml"].dumps(reader.read_vitale(ON))
    assert list(tmp_path.iterdir()) == []


def test_a_reading_with_a_professional_card_and_an_export(open_reader: Any, card: Cards, path: Path) -> None:
    with open_reader(cps=card("cps")) as reader:
        reader.verify_pin("1234")
        reading = reader.read_vitale(ON)
        FORMATS["xml"].dumps(reading)
    assert told(path) == [
        ("read_identity", "granted"),
        ("read_rights", "granted"),
        ("read_complementary", "granted"),
        ("read_exemptions", "granted"),
        ("read_maternity", "granted"),
        ("read_professional", "granted"),
        ("export_xml", "granted"),
    ]
    entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert {each["by"]["identifier"] for each in entries} == {"899799900016"}
    assert len({(each["subject"]["nir"], each["subject"]["serial"]) for each in entries}) == 1
    whole = "".join(each.read_text("utf-8") for each in path.parent.iterdir())
    for secret in ("2840375999001", "00000102", "SPÉCIMEN", "HÉLOÏSE"):
        assert secret not in whole.replace("899799900016", ""), secret
    assert not re.search("(?<![0-9a-f])1234(?![0-9a-f])", whole), "the code; random digits are longer"


def test_a_reading_that_is_refused_in_part(open_reader: Any, card: Cards, path: Path) -> None:
    with open_reader(cps=card("cps")) as reader:
        with pytest.raises(ReadingError):
            reader.verify_pin("0000")
        reader.read_vitale(ON)
    assert told(path)[2:] == [
        ("read_complementary", "granted"),
        ("read_exemptions", "pin_wrong"),
        ("read_maternity", "pin_wrong"),
        ("read_professional", "granted"),
    ]


def test_readings_that_fail(open_reader: Any, card: Cards, path: Path) -> None:
    with open_reader(PulledCard(card("famille"), 12)) as reader, pytest.raises(ReadingError):
        reader.read_vitale(ON)
    with open_reader(card("cps")) as reader, pytest.raises(ReadingError):
        reader.read_vitale(ON)
    assert told(path) == [
        ("read_identity", "vitale_removed"),
        ("read_rights", "vitale_removed"),
        ("read_complementary", "vitale_removed"),
        ("read_exemptions", "vitale_removed"),
        ("read_maternity", "vitale_removed"),
        ("read_identity", "vitale_unknown"),
    ]
    first, last = (json.loads(line)["subject"] for line in path.read_text("utf-8").splitlines()[::5])
    assert first["serial"]
    assert last == {"nir": None, "serial": None}


def test_what_the_table_refuses_is_written_down_too(open_reader: Any, path: Path) -> None:
    text = default_text().replace('function = ["read_identity", ', "function = [").replace('"export_xml", ', "")
    with open_reader(access=parse_access(text, "own.toml")) as reader:
        with pytest.raises(ReadingError) as caught:
            reader.read_vitale(ON)
        assert caught.value.code == "access_denied"
    assert told(path)[0] == ("read_identity", "access_denied")
    assert json.loads(path.read_text("utf-8").splitlines()[0])["subject"]["nir"], "of which card it was kept"
    text = default_text().replace('"export_xml", ', "")
    with open_reader(access=parse_access(text, "own.toml")) as reader:
        reading = reader.read_vitale(ON)
    with pytest.raises(AccessRefusedError):
        FORMATS["xml"].dumps(reading)
    assert told(path)[-1] == ("export_xml", "access_denied")


def test_a_journal_that_cannot_be_written_is_said_before_a_card_is_touched(card: Cards, tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="its folder does not exist"):
        Reader.open(InProcessReader("v", card("famille")).connect(), journal=tmp_path / "missing" / "a.jsonl")


def test_nothing_is_given_out_that_cannot_be_written_down(open_reader: Any, card: Cards, path: Path) -> None:
    with open_reader(cps=card("cps")) as reader:
        reader.verify_pin("1234")
        reading = reader.read_vitale(ON)
        path.write_bytes(b"")  # somebody empties it
        with pytest.raises(ReadingError, match="entries 1 to 6 are missing at its end") as caught:
            reader.read_vitale(ON)
        assert caught.value.code == "journal_unavailable"
        assert caught.value.partial is None
        assert "vitale journal verify" in caught.value.evidence
        with pytest.raises(AccessRefusedError) as refused:
            FORMATS["json"].dumps(reading)
        assert refused.value.code == "journal_unavailable"
    assert path.read_bytes() == b""


def test_a_journal_that_fails_at_the_end_of_a_reading(
    open_reader: Any, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_reader() as reader:

        def full(*_: object) -> int:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("reader_core.journal.store.os.write", full)
        with pytest.raises(ReadingError, match="No space left on device") as caught:
            reader.read_vitale(ON)
    assert (caught.value.code, caught.value.partial) == ("journal_unavailable", None)
    monkeypatch.undo()
    assert told(path) == []
