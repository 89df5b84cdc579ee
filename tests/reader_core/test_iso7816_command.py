"""Command APDUs: every form, every malformed one, and round trips through bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader_core.iso7816 import ApduCase, ApduFormatError, CommandApdu

byte = st.integers(0, 255)

# (bytes, form, data, Ne, extended): written from the table of ISO/IEC 7816-3, 12.1.3, one or more for each form.
VECTORS = [
    ("00A4000C", "1", "", None, False),
    ("FF000000", "1", "", None, False),
    ("00B0820000", "2S", "", 256, False),
    ("00B0000001", "2S", "", 1, False),
    ("00B00000FF", "2S", "", 255, False),
    ("00A4000C023F00", "3S", "3F00", None, False),
    ("00D6000001AA", "3S", "AA", None, False),
    ("00D60000FF" + "5A" * 255, "3S", "5A" * 255, None, False),
    ("00A40400023F0000", "4S", "3F00", 256, False),
    ("00A40400023F001E", "4S", "3F00", 30, False),
    ("00B00000000100", "2E", "", 256, True),
    ("00B00000000000", "2E", "", 65536, True),
    ("00B00000000001", "2E", "", 1, True),
    ("00B0000000FFFF", "2E", "", 65535, True),
    ("00D60000000001AA", "3E", "AA", None, True),
    ("00D60000000100" + "5A" * 256, "3E", "5A" * 256, None, True),
    ("00D6000000FFFF" + "5A" * 65535, "3E", "5A" * 65535, None, True),
    ("00880000000002AABB0000", "4E", "AABB", 65536, True),
    ("00880000000002AABB0100", "4E", "AABB", 256, True),
    ("00880000000002AABB0010", "4E", "AABB", 16, True),
]


@pytest.mark.parametrize(("raw", "case", "data", "ne", "extended"), VECTORS)
def test_each_form_is_parsed_and_written_back(raw: str, case: str, data: str, ne: int | None, extended: bool) -> None:
    command = CommandApdu.parse(bytes.fromhex(raw))
    assert command.case is ApduCase(case)
    assert command.data == bytes.fromhex(data)
    assert command.ne == ne
    assert command.extended is extended
    assert bytes(command).hex().upper() == raw


def test_every_form_has_a_vector() -> None:
    assert {ApduCase(row[1]) for row in VECTORS} == set(ApduCase)


@pytest.mark.parametrize(
    ("raw", "offset", "reason"),
    [
        ("", 0, "header of 4 bytes, only 0"),
        ("00A400", 3, "header of 4 bytes, only 3"),
        ("00A40000023F", 6, "Lc announces 2 bytes of data, 1 came"),
        ("00A40000FF3F", 6, "Lc announces 255 bytes of data, 1 came"),
        ("00A40400023F000000", 7, "a short Lc cannot be followed by an extended Le"),
        ("00A40400023F00000100", 7, "a short Lc cannot be followed by an extended Le"),
        ("00A40400023F0000010000", 7, "4 bytes follow the data"),
        ("00B000000001", 6, "an extended length is 3 bytes, only 2 came"),
        ("00D60000000000AA", 4, "an extended Lc of zero"),
        ("00D60000000002AA", 8, "Lc announces 2 bytes of data, 1 came"),
        ("00D60000000001AA00", 8, "1 byte(s) follow the data"),
        ("00D60000000001AA000000", 8, "3 byte(s) follow the data"),
    ],
)
def test_malformed_bytes_are_refused_where_they_go_wrong(raw: str, offset: int, reason: str) -> None:
    with pytest.raises(ApduFormatError) as caught:
        CommandApdu.parse(bytes.fromhex(raw))
    assert caught.value.offset == offset
    assert reason in caught.value.reason
    assert str(caught.value) == f"malformed APDU at byte {offset}: {caught.value.reason}"


@st.composite
def commands(draw: st.DrawFn) -> CommandApdu:
    extended = draw(st.booleans())
    data = draw(st.binary(max_size=600 if extended else 255))
    maximum = 65536 if extended else 256
    ne = draw(st.none() | st.integers(1, maximum) | st.sampled_from([1, 255, 256, maximum]))
    return CommandApdu(draw(byte), draw(byte), draw(byte), draw(byte), data, ne, extended)


@given(commands())
def test_what_is_written_is_read_back(command: CommandApdu) -> None:
    assert CommandApdu.parse(bytes(command)) == command


@given(st.binary(max_size=300))
def test_any_bytes_are_a_command_that_writes_back_the_same_or_an_error_inside_them(raw: bytes) -> None:
    try:
        command = CommandApdu.parse(raw)
    except ApduFormatError as error:
        offset = error.offset
    else:
        assert bytes(command) == raw
        return
    assert 0 <= offset <= len(raw)


@pytest.mark.parametrize(
    ("ne", "extended", "maximum"),
    [(None, False, False), (255, False, False), (256, False, True), (256, True, False), (65536, True, True)],
)
def test_le_of_zeros_means_all_there_is(ne: int | None, extended: bool, maximum: bool) -> None:
    assert CommandApdu(0, 0xB0, 0, 0, b"\x01", ne, extended).ne_is_maximum is maximum


def test_a_command_without_lengths_has_none_to_extend() -> None:
    assert CommandApdu(0, 0xA4, 0, 0, extended=True) == CommandApdu(0, 0xA4, 0, 0)


def test_data_is_kept_as_bytes_even_when_a_buffer_was_given() -> None:
    buffer = bytearray(b"\x3f\x00")
    command = CommandApdu(0, 0xA4, 0, 0, buffer)  # pyright: ignore[reportArgumentType] -- callers that are not type-checked do it
    buffer[0] = 0
    assert command.data == b"\x3f\x00"
    assert hash(command) == hash(CommandApdu(0, 0xA4, 0, 0, b"\x3f\x00"))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"cla": 256}, "cla is one byte"),
        ({"ins": -1}, "ins is one byte"),
        ({"p1": 256}, "p1 is one byte"),
        ({"p2": 999}, "p2 is one byte"),
        ({"ne": 0}, "ne is 1 to 256"),
        ({"ne": 257}, "ne is 1 to 256"),
        ({"ne": 65537, "extended": True}, "ne is 1 to 65536"),
        ({"data": bytes(65536), "extended": True}, "at most 65535"),
    ],
)
def test_values_out_of_range_are_refused(values: dict[str, int], message: str) -> None:
    fields: dict[str, int] = {"cla": 0, "ins": 0xB0, "p1": 0, "p2": 0} | values
    with pytest.raises(ValueError, match=message):
        CommandApdu(**fields)  # pyright: ignore[reportArgumentType] -- wrong values are the point


def test_long_data_without_extended_lengths_has_to_be_chained() -> None:
    command = CommandApdu(0x00, 0x2A, 0x00, 0xBE, bytes(range(256)) * 3, ne=256)
    assert command.needs_chaining
    assert command.case is ApduCase.CASE_4S
    with pytest.raises(ValueError, match=r"use chain\(\)"):
        bytes(command)
    assert str(command) == "00 2A 00 BE (chained)"
    links = command.chain()
    assert [link.cla for link in links] == [0x10, 0x10, 0x10, 0x00]
    assert [len(link.data) for link in links] == [255, 255, 255, 3]
    assert [link.ne for link in links] == [None, None, None, 256]


@given(st.binary(max_size=1200), st.integers(1, 255), st.none() | st.integers(1, 256))
@settings(deadline=None)
def test_a_chain_carries_the_data_whole_and_in_order(data: bytes, size: int, ne: int | None) -> None:
    links = CommandApdu(0x41, 0xDA, 0x01, 0x02, data, ne).chain(size)
    assert b"".join(link.data for link in links) == data
    assert all(len(link.data) == size and link.cla == 0x51 and link.ne is None for link in links[:-1])
    assert links[-1].cla == 0x41
    assert links[-1].ne == ne
    assert all((link.ins, link.p1, link.p2) == (0xDA, 0x01, 0x02) for link in links)


def test_what_fits_or_is_extended_is_its_own_only_link() -> None:
    short, extended = CommandApdu(0, 0x2A, 0, 0, bytes(255)), CommandApdu(0, 0x2A, 0, 0, bytes(256), extended=True)
    assert short.chain() == (short,)
    assert extended.chain() == (extended,)
    assert not extended.needs_chaining
    assert len(extended.chain()[0].data) == 256


@pytest.mark.parametrize("size", [0, 256])
def test_a_link_has_a_possible_size(size: int) -> None:
    with pytest.raises(ValueError, match="1 to 255"):
        CommandApdu(0, 0x2A, 0, 0, b"x").chain(size)


def test_header_and_text_are_for_people() -> None:
    command = CommandApdu(0x00, 0xA4, 0x04, 0x0C, b"\xd2\x50")
    assert command.header == bytes.fromhex("00A4040C")
    assert str(command) == "00 A4 04 0C 02 D2 50"
