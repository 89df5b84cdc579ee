"""From a group stream to records and files and back: byte for byte, in whatever order, whatever shape."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader_core.layouts import (
    STREAM_FILES,
    VITALE2_FILES,
    LayoutError,
    decode_files,
    encode_files,
    records_of_stream,
    stream_of_records,
)
from reader_core.layouts.group_stream import GROUPS, encode_group
from reader_core.records import NO_DATE, Amc, CardDate, Couverture, Droits, GroupeBrut, Ordre, VitaleRecords

COUNTS = {layout.group: len(layout.fields) for layout in VITALE2_FILES if layout.group is not None}

LATIN1 = st.binary(max_size=12)


def group(number: int, *values: str, count: int | None = None) -> bytes:
    """A group whose first fields have these values; the others are empty."""
    fields = [value.encode("latin-1") for value in values]
    fields += [b""] * ((COUNTS[number] if count is None else count) - len(fields))
    return encode_group(number, fields)


@st.composite
def groups(draw: st.DrawFn) -> bytes:
    number = draw(st.sampled_from(GROUPS))
    count = draw(st.one_of(st.just(COUNTS[number]), st.integers(0, 20)))
    raw = encode_group(number, draw(st.lists(LATIN1, min_size=count, max_size=count)))
    if draw(st.integers(0, 9)) == 0 and len(raw) < 0x80:  # the length of the group in one byte more than it needs
        return raw[:2] + b"\x81" + raw[2:]
    return raw


def test_the_field_counts_are_those_that_were_seen() -> None:
    assert COUNTS == {101: 14, 102: 3, 103: 9, 104: 18, 105: 2, 106: 4, 107: 6, 108: 2, 109: 12, 111: 1}


def test_the_usual_order_leaves_nothing_behind() -> None:
    raw = (
        group(101, "T", "00000102")
        + group(102, "00")
        + group(103)
        + group(104, "UN")
        + group(105, "202001010000", "000000000000")
        + group(105, "", "19501901")
        + group(106, "x", "", "0", "0100")
        + group(107, "99999997")
        + group(108)
        + group(109, "1")
        + group(109, "2")
        + group(104, "DEUX")
        + group(111, "é")
    )
    records = records_of_stream(raw)
    first, second = records.beneficiaires
    assert records.ordre is None
    assert (records.assure.type_carte, records.assure.numero_serie) == ("T", "00000102")
    assert [holder.beneficiaire.nom_usuel for holder in (first, second)] == ["UN", "DEUX"]
    assert first.droits == (Droits(CardDate("202001010000"), NO_DATE), Droits(CardDate(), CardDate("19501901")))
    assert first.droits[1].fin.is_lunar
    assert first.couvertures == (Couverture(CardDate("x"), CardDate(), "0", "0100"),)
    assert first.amc == Amc("1", debut=CardDate(), fin=CardDate())
    assert [one.numero_b2 for one in first.autres_amc] == ["2"]
    assert records.zone_commune is not None
    assert records.zone_commune.contenu == "é"
    assert stream_of_records(records) == raw


def test_the_example_of_the_dumps() -> None:
    raw = group(111) + group(105) + group(101) + group(102) + group(104) + group(106) + group(106, "", "É", count=3)
    records = records_of_stream(raw)
    assert records.ordre == Ordre(bytes.fromhex("0B200102040621"))
    assert records.bruts == (GroupeBrut(bytes.fromhex("0069020000")),)
    assert records.bruts_proteges == (GroupeBrut(bytes.fromhex("006A040001C900")),)
    assert [one.number for one in (*records.bruts, *records.bruts_proteges)] == [105, 106]


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (group(101) + group(101, "T"), [101]),
        (group(104) + group(105) * 4, [105]),
        (group(104) + group(107) * 2, [107]),
        (group(104) + group(108), [108]),
        (group(104) + group(108) + group(107), []),
        (group(104, count=17) + group(105) + group(109), [104, 105, 109]),
        (group(104) * 19 + group(109), []),
        (group(104) * 20 + group(109), [104, 109]),
        (group(111)[:2] + b"\x81" + group(111)[2:], [111]),
    ],
    ids=range(9),
)
def test_what_fits_nowhere_is_kept_as_it_came(raw: bytes, kept: list[int]) -> None:
    records = records_of_stream(raw)
    assert [one.number for one in records.bruts] == kept
    assert stream_of_records(records) == raw


def test_a_stream_of_nothing() -> None:
    assert records_of_stream(b"").ordre == Ordre(b"")
    assert stream_of_records(records_of_stream(b"")) == b""


@given(st.lists(groups(), max_size=25).map(b"".join))
@settings(deadline=None)
def test_any_stream_survives_the_files_of_a_card(raw: bytes) -> None:
    records = records_of_stream(raw)
    assert stream_of_records(records) == raw
    again, problems = decode_files(encode_files(records))
    assert problems == ()
    assert stream_of_records(again) == raw


@given(st.lists(groups(), max_size=25))
@settings(deadline=None)
def test_without_the_protected_files_only_groups_106_are_missing(parts: list[bytes]) -> None:
    protected = {file.name for file in (*VITALE2_FILES, *STREAM_FILES) if file.access == "protected"}
    files = encode_files(records_of_stream(b"".join(parts)))
    read = decode_files({name: raw for name, raw in files.items() if name not in protected})[0]
    free = b"".join(part for part in parts if part[:2] != b"\x00\x6a")
    assert stream_of_records(read, protected=False) == free


def test_a_file_holds_what_read_binary_can_reach() -> None:
    with pytest.raises(LayoutError, match=r"file COMMUNE, offset 32768: .* a file holds 32768"):
        encode_files(records_of_stream(group(111, "x" * 40_000)))


THREE = records_of_stream(group(111) + group(104) + group(105) + group(105))


@pytest.mark.parametrize(
    ("codes", "offset", "reason"),
    [
        ("0B040505", None, ""),
        ("0B04050505", 4, "group 105 of beneficiary 1 is named, and there is no further record"),
        ("0B0405", 3, "group 105 of beneficiary 1 has a record that is not named"),
        ("0B040504", 3, "group 105 of beneficiary 1 has a record that is not named"),
        ("040505", 3, "group 111 has a record that is not named"),
        ("0B", 1, "group 104 has a record that is not named"),
        ("0B0B", 1, "group 111 is named"),
        ("0B04050520", 4, "BRUTS holds no further group"),
        ("0B04050521", 4, "BRUTSPRO holds no further group"),
        ("0B0405050A", 4, "0A is no code"),
        ("0505", 0, "group 105 of beneficiary 0 is named"),
    ],
)
def test_an_order_that_contradicts_the_records(codes: str, offset: int | None, reason: str) -> None:
    records = replace(THREE, ordre=Ordre(bytes.fromhex(codes)))
    if offset is None:
        assert stream_of_records(records) == group(111) + group(104) + group(105) * 2
        return
    for use in (stream_of_records, encode_files):
        with pytest.raises(LayoutError) as caught:
            use(records)
        assert (caught.value.file, caught.value.offset) == ("ORDRE", offset)
        assert reason in caught.value.reason


def test_groups_kept_and_not_named() -> None:
    for extra in ({"bruts": (GroupeBrut(b"1"),)}, {"bruts_proteges": (GroupeBrut(b"1"),)}):
        with pytest.raises(LayoutError, match="1 more groups than are named"):
            stream_of_records(replace(VitaleRecords(), ordre=Ordre(b""), **extra))
