"""BER-TLV data objects: building, strict and lenient reading, offsets of errors."""

import copy
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader_core.iso7816 import Tlv, TlvError, find_tlv, parse_tlvs

# (tag, value, bytes): tags and lengths around every boundary; the second part is from the cards themselves.
VECTORS = [
    (0x5A, b"", "5A00"),
    (0x5A, b"\x01", "5A0101"),
    (0x80, bytes(127), "807F" + "00" * 127),
    (0x80, bytes(128), "808180" + "00" * 128),
    (0x80, bytes(255), "8081FF" + "00" * 255),
    (0x80, bytes(256), "80820100" + "00" * 256),
    (0x80, bytes(65535), "8082FFFF" + "00" * 65535),
    (0x80, bytes(65536), "8083010000" + "00" * 65536),
    (0x5F37, b"\xaa", "5F3701AA"),
    (0x7F21, b"", "7F2100"),
    (0x5F1F, b"", "5F1F00"),
    (0xBF8101, b"", "BF810100"),
    (0xBF9002, b"", "BF900200"),
    (0xFF49, b"\x00", "FF490100"),
    (0x65, bytes.fromhex("82083139353031323331"), "650A82083139353031323331"),
]


@pytest.mark.parametrize(("tag", "value", "raw"), VECTORS)
def test_tags_and_lengths_are_written_and_read_at_every_boundary(tag: int, value: bytes, raw: str) -> None:
    built = Tlv(tag, value)
    assert built == bytes.fromhex(raw)
    for strict in (True, False):
        read = Tlv.parse(bytes.fromhex(raw), strict=strict)
        assert (read.tag, read.length, read.value) == (tag, len(value), value)


tags = (
    st.integers(0x01, 0xFF).filter(lambda tag: tag & 0x1F != 0x1F)
    | st.tuples(st.sampled_from([0x1F, 0x3F, 0x5F, 0x7F, 0x9F, 0xBF, 0xDF]), st.integers(0x1F, 0x7F)).map(
        lambda pair: pair[0] << 8 | pair[1]
    )
    | st.tuples(st.sampled_from([0x5F, 0x7F, 0xBF]), st.integers(0x81, 0xFF), st.integers(0x00, 0x7F)).map(
        lambda three: three[0] << 16 | three[1] << 8 | three[2]
    )
)


def is_constructed(tag: int) -> bool:
    return bool(tag.to_bytes(3).lstrip(b"\x00")[0] & 0x20)


primitives = st.builds(Tlv, tags.filter(lambda tag: not is_constructed(tag)), st.binary(max_size=300))


def template(tag: int, parts: list[Tlv]) -> Tlv:
    return Tlv(tag, *parts)


def templates(children: st.SearchStrategy[Tlv]) -> st.SearchStrategy[Tlv]:
    return st.builds(template, tags.filter(is_constructed), st.lists(children, max_size=4))


objects = st.recursive(primitives, templates, max_leaves=8)


@given(st.lists(objects, max_size=5))
@settings(deadline=None)
def test_what_is_built_is_read_back_strictly_at_every_level(built: list[Tlv]) -> None:
    read = parse_tlvs(b"".join(built))
    assert read == tuple(built)
    for before, after in zip(built, read, strict=True):
        assert (before.tag, before.value, before.constructed) == (after.tag, after.value, after.constructed)
        if after.constructed:
            assert b"".join(after.children()) == after.value
            assert len(parse_tlvs(after.value)) == len(after.children())


@given(st.lists(st.tuples(objects, st.sampled_from([b"", b"\x00", b"\xff", b"\x00\xff\x00"])), max_size=4))
@settings(deadline=None)
def test_padding_between_objects_is_skipped_only_by_a_lenient_reading(parts: list[tuple[Tlv, bytes]]) -> None:
    raw = b"\x00\x00" + b"".join(tlv + padding for tlv, padding in parts)
    assert parse_tlvs(raw, strict=False) == tuple(tlv for tlv, _ in parts)
    with pytest.raises(TlvError, match="00 is padding") as caught:
        parse_tlvs(raw)
    assert caught.value.offset == 0


@given(st.binary(max_size=200), st.booleans())
@settings(deadline=None)
def test_any_bytes_give_objects_or_an_error_inside_them(raw: bytes, strict: bool) -> None:
    try:
        found = parse_tlvs(raw, strict=strict)
    except TlvError as error:
        offset = error.offset
    else:
        check_objects(raw, found, strict)
        return
    assert 0 <= offset <= len(raw)


def check_objects(raw: bytes, found: tuple[Tlv, ...], strict: bool) -> None:
    for tlv in found:
        assert tlv.length == len(tlv.value)
        assert repr(tlv)
    if strict:
        assert b"".join(found) == raw
        assert all(Tlv(tlv.tag, tlv.value) == tlv for tlv in found)


@pytest.mark.parametrize(
    ("raw", "offset", "reason"),
    [
        ("5F", 1, "the tag is cut short"),
        ("7F81", 2, "the tag is cut short"),
        ("5A", 1, "the length of tag 5A is missing"),
        ("5F37", 2, "the length of tag 5F37 is missing"),
        ("5A02AA", 3, "tag 5A announces 2 bytes, 1 came"),
        ("5A82", 2, "has 2 bytes, 0 came"),
        ("5A8201", 3, "has 2 bytes, 1 came"),
        ("5A85FFFFFFFFFF", 1, "85 is no length field"),
        ("5AFF", 1, "FF is no length field"),
        ("BF81818101", 0, "at most 3 bytes"),
        ("5A01AA5B", 4, "the length of tag 5B is missing"),
        ("5A01AA5A0201", 6, "tag 5A announces 2 bytes, 1 came"),
        ("5A80AA0000", 1, "indefinite length"),
    ],
)
def test_both_readings_refuse_what_cannot_be_read_and_say_where(raw: str, offset: int, reason: str) -> None:
    for strict in (True, False):
        with pytest.raises(TlvError) as caught:
            parse_tlvs(bytes.fromhex(raw), strict=strict)
        assert (caught.value.offset, reason in caught.value.reason) == (offset, True), caught.value


@pytest.mark.parametrize(
    ("raw", "offset", "reason", "tag", "value"),
    [
        ("5A8101AA", 1, "more bytes than 1 needs", 0x5A, "AA"),
        ("5A820001AA", 1, "more bytes than 1 needs", 0x5A, "AA"),
        ("5A84000000020102", 1, "more bytes than 2 needs", 0x5A, "0102"),
        ("5F1E00", 0, "more bytes than its number needs", 0x5F1E, ""),
        ("5F800100", 0, "more bytes than its number needs", 0x5F8001, ""),
        ("65805A01AA0000", 1, "indefinite length", 0x65, "5A01AA"),
        ("6580A0805A01AA00000000", 1, "indefinite length", 0x65, "A0805A01AA0000"),
        ("6580" + "0000", 1, "indefinite length", 0x65, ""),
    ],
)
def test_a_lenient_reading_takes_what_a_strict_one_refuses_and_keeps_its_bytes(
    raw: str, offset: int, reason: str, tag: int, value: str
) -> None:
    with pytest.raises(TlvError) as caught:
        parse_tlvs(bytes.fromhex(raw))
    assert caught.value.offset == offset
    assert reason in caught.value.reason
    (read,) = parse_tlvs(bytes.fromhex(raw), strict=False)
    assert (read.tag, read.value.hex().upper()) == (tag, value)
    assert read == bytes.fromhex(raw)


def test_an_indefinite_length_without_end_is_an_error() -> None:
    with pytest.raises(TlvError, match="the end mark of tag 65 is missing") as caught:
        parse_tlvs(bytes.fromhex("65805A01AA"), strict=False)
    assert caught.value.offset == 5


def test_lengths_nested_without_limit_do_not_exhaust_the_stack() -> None:
    with pytest.raises(TlvError, match="too many indefinite lengths"):
        parse_tlvs(b"\x65\x80" * 5000, strict=False)


BENEFICIARY = Tlv(0x65, Tlv(0x80, b"SPECIMEN"), Tlv(0x81, "Zoé".encode("latin-1")), Tlv(0x90, b"F"))
POINTERS = Tlv(0xE0, Tlv(0xA0, Tlv(0x82, b"\x00\x01"), Tlv(0x82, b"\x00\x02")), Tlv(0xA0, Tlv(0x83, b"x")))


def test_objects_are_found_by_their_path() -> None:
    assert BENEFICIARY.find(0x81) == bytes.fromhex("81035A6FE9")
    assert POINTERS.find(0xA0, 0x82) == bytes.fromhex("82020001")
    assert POINTERS.find(0xA0, 0x83) == bytes.fromhex("830178"), "the second A0 is looked into as well"
    assert POINTERS.find(0xA0, 0x84) is None
    assert Tlv(0x80, b"\x81\x00").find(0x81) is None, "a primitive value holds no objects"
    assert find_tlv([BENEFICIARY, POINTERS], 0xE0, 0xA0) == POINTERS.children()[0]
    assert find_tlv([BENEFICIARY], 0x66) is None
    with pytest.raises(TypeError, match="at least one tag"):
        find_tlv([BENEFICIARY])


def test_children_of_a_padded_template_need_a_lenient_reading() -> None:
    template = Tlv(0x65, Tlv(0x80, b"A"), b"\x00\x00")
    assert template.children(strict=False) == (Tlv(0x80, b"A"),)
    assert template.find(0x80, strict=False) == Tlv(0x80, b"A")
    with pytest.raises(TlvError) as caught:
        template.children()
    assert caught.value.offset == 5, "offsets count from the template's own first byte"


def test_a_primitive_object_has_no_children() -> None:
    with pytest.raises(TlvError, match="primitive"):
        Tlv(0x80, b"").children()


def test_one_object_is_parsed_alone_or_with_what_follows() -> None:
    raw = bytes.fromhex("5A01AA 5B00")
    assert Tlv.parse_from(raw) == (Tlv(0x5A, b"\xaa"), bytes.fromhex("5B00"))
    with pytest.raises(TlvError, match="2 bytes follow") as caught:
        Tlv.parse(raw)
    assert caught.value.offset == 3
    with pytest.raises(TlvError, match="a tag is missing"):
        Tlv.parse(b"")


@pytest.mark.parametrize("tag", [-1, 0, 0x1F, 0x100, 0x5F1E, 0x5F80, 0x7F8001, 0xBF818101, 0x5A5A])
def test_numbers_that_are_no_tags_are_refused(tag: int) -> None:
    with pytest.raises(ValueError, match="not a BER-TLV tag"):
        Tlv(tag, b"")


def test_an_object_is_its_bytes() -> None:
    tlv = Tlv(0x5A, b"\x80\x25")
    assert {tlv: 1}[b"\x5a\x02\x80\x25"] == 1  # pyright: ignore[reportArgumentType] -- equal and hashed as bytes
    assert tlv + b"\x00" == b"\x5a\x02\x80\x25\x00"
    assert repr(tlv) == "Tlv(0x5A, '8025')"


@pytest.mark.parametrize("raw", ["5A02AABB", "5A8102AABB"])
def test_an_object_is_copied_and_pickled_with_its_own_bytes(raw: str) -> None:
    tlv = Tlv.parse(bytes.fromhex(raw), strict=False)
    for again in (pickle.loads(pickle.dumps(tlv)), copy.deepcopy(tlv)):
        assert isinstance(again, Tlv)
        assert again == tlv
        assert again.value == b"\xaa\xbb"
