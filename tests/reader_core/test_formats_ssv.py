"""A reading as a group stream: byte for byte what the card was made from, or a refusal that says why."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.image import build_card, dump_image, load_image, parse_image
from emulator.readers import InProcessReader
from emulator.stream_import import export_stream, import_stream
from reader_core import Anomaly, Reader, ReadingError, TrustStore, VitaleReading
from reader_core.formats import ssv
from reader_core.formats.json import card_object
from reader_core.formats.text import render_text
from reader_core.iso7816 import Card
from reader_core.layouts import STREAM_FILES, StreamError
from reader_core.layouts.group_stream import GROUPS, encode_group, parse_stream
from reader_core.layouts.markdown import fields_markdown, overview_markdown

COUNTS = {101: 14, 102: 3, 103: 9, 104: 18, 105: 2, 106: 4, 107: 6, 108: 2, 109: 12, 111: 1}

ODD = ["", "T", "R", "brut:", "000000000000", "19501901", "195019010000", "850512", "\x00\x04\x00\xff\n", "É" * 127]


@st.composite
def groups(draw: st.DrawFn) -> bytes:
    number = draw(st.sampled_from(GROUPS))
    count = draw(st.sampled_from([COUNTS[number]] * 9 + [0, 1, 20]))
    values = st.one_of(st.sampled_from(ODD).map(lambda text: text.encode("latin-1")), st.binary(max_size=16))
    return encode_group(number, draw(st.lists(values, min_size=count, max_size=count)))


def read(card: Card, trust: TrustStore, *, protected: bool = True) -> VitaleReading:
    cps = InProcessReader("cps", build_card(load_image("cps"))).connect() if protected else None
    with Reader.open(InProcessReader("vitale", card).connect(), cps, trust) as reader:
        if protected:
            reader.verify_pin("1234")
        return reader.read_vitale(date(2026, 1, 15))


@given(st.lists(groups(), max_size=20))
@settings(max_examples=40, deadline=None)
def test_any_stream_survives_image_file_card_and_reading(parts: list[bytes]) -> None:
    trust = TrustStore()
    raw = b"".join(parts)
    image = parse_image(dump_image(import_stream(raw, "any.in")))
    reading = read(build_card(image), trust)
    assert ssv.dumps(reading) == raw
    free = read(build_card(image), trust, protected=False)
    assert not ssv.is_complete(free)
    assert ssv.dumps(free) == b"".join(part for part in parts if part[:2] != b"\x00\x6a")
    assert render_text(reading)
    assert card_object(reading)["anomalies"] == []


@pytest.mark.parametrize("name", ["famille", "specimen", "maternite"])
def test_a_built_in_card(name: str, card: Callable[..., Card], trust: TrustStore) -> None:
    raw = ssv.dumps(read(card(name), trust))
    assert raw == export_stream(load_image(name))
    numbers = [group.number for group in parse_stream(raw)]
    assert numbers[:2] == [101, 102]
    assert numbers.count(104) == len(ssv.loads(raw).beneficiaires)


def test_what_is_loaded_is_what_the_card_says(card: Callable[..., Card], trust: TrustStore) -> None:
    reading = read(card("famille"), trust)
    loaded = ssv.loads(ssv.dumps(reading))
    assert loaded.assure == reading.records.assure
    assert loaded.accidents == reading.records.accidents
    assert [one.couvertures for one in loaded.beneficiaires] == [
        one.couvertures for one in reading.records.beneficiaires
    ]
    with pytest.raises(StreamError, match="offset 0: 28786 is no group"):
        ssv.loads(b"profile")


def test_an_ordinary_card_has_no_file_of_order(card: Callable[..., Card], trust: TrustStore) -> None:
    assert read(card("famille"), trust).records.ordre is None


def test_a_card_without_record_groups_has_no_stream(tampered: Callable[..., Card], trust: TrustStore) -> None:
    reading = read(tampered("famille", POINTERS=b"\xe0\x02\xa0\x00"), trust, protected=False)
    assert len(reading.records.beneficiaires) == 5, "their identity is read all the same"
    with pytest.raises(ssv.SsvError) as caught:
        ssv.dumps(reading)
    assert caught.value.code == "no_groups"
    assert caught.value.next_step


def test_a_card_whose_directory_is_damaged_has_no_stream(tampered: Callable[..., Card], trust: TrustStore) -> None:
    reading = read(tampered("famille", POINTERS=b"\xe0\x05\xa0"), trust, protected=False)
    with pytest.raises(ssv.SsvError, match="file POINTERS") as caught:
        ssv.dumps(reading)
    assert caught.value.code == "card_data_invalid"


def test_a_damaged_file_is_named(tampered: Callable[..., Card], trust: TrustStore) -> None:
    reading = read(tampered("famille", AMC=b"\xe5\x02\x9e\x00"), trust)
    with pytest.raises(ssv.SsvError, match="file AMC, offset 0"):
        ssv.dumps(reading)


def test_an_order_that_does_not_fit_the_card_is_refused(trust: TrustStore) -> None:
    raw = encode_group(111, [b"x"]) + encode_group(101, [b""] * 14)
    reading = read(build_card(import_stream(raw, "odd.in")), trust)
    wrong = replace(reading, records=replace(reading.records, zone_commune=None))
    with pytest.raises(ssv.SsvError, match="file ORDRE, offset 0: group 111 is named"):
        ssv.dumps(wrong)


def test_a_protected_file_that_cannot_be_read_does_not_spoil_the_rest(trust: TrustStore) -> None:
    reading = read(build_card(load_image("famille")), trust, protected=False)
    reading = replace(reading, anomalies=(Anomaly("COUVERT", None, "gone"),))
    assert 106 not in [group.number for group in parse_stream(ssv.dumps(reading))]


def test_a_card_that_is_no_vitale_has_no_reading(card: Callable[..., Card], trust: TrustStore) -> None:
    with pytest.raises(ReadingError):
        read(card("cps"), trust, protected=False)


def test_the_page_of_the_vitale_lists_the_files_of_order(docs: Path) -> None:
    page = (docs / "cards" / "vitale2.md").read_text("utf-8")
    part = re.search(r"<!-- generated: stream -->\n(.*?)<!-- end -->", page, re.DOTALL)
    assert part is not None
    wanted = overview_markdown(STREAM_FILES) + "\n" + fields_markdown(STREAM_FILES).replace("### ", "#### ")
    assert part[1] == wanted, "paste the overview and fields of STREAM_FILES into docs/cards/vitale2.md"


def test_the_stream_on_the_page_of_formats_is_one(docs: Path) -> None:
    page = (docs / "formats.md").read_text("utf-8")
    lines = re.findall(r"^((?:[0-9A-F]{2} )*[0-9A-F]{2})(?:  .*)?$", page, re.MULTILINE)
    raw = bytes.fromhex("".join(lines))
    assert [group.number for group in parse_stream(raw)] == [111, 101, 102]
    image = import_stream(raw, "page.in")
    assert image.zone_commune == "É"
    assert image.flux is not None
    assert export_stream(image) == raw
