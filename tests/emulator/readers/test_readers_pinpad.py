"""A reader with a PIN pad: PC/SC part 10, from the structures a program sends to the command the card gets.

The structures are written out byte by byte, as pcsc-lite's `reader.h` has them.
"""

import importlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.faults import PIN_PAD_STATUS, fault
from emulator.image import build_card, load_image
from emulator.readers import CANCEL, TIMEOUT, InProcessReader, PinPad, PinPadReader, pyscard_readers
from emulator.readers.pin_block import PinBlock
from emulator.readers.pinpad import UnsupportedControlError

VERIFY, MODIFY, PROPERTIES, TLV, FEATURES = 0x42330006, 0x42330007, 0x4233000A, 0x42330012, 0x42000D48
OK = b"\x90\x00"


class Line:
    """What the card gets; it says 9000 to all of it."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def __call__(self, command: bytes) -> bytes:
        self.sent.append(command.hex(" ").upper())
        return OK


def verify(template: str, formats: str, sizes: str = "08 04", condition: str = "02") -> bytes:
    """PIN_VERIFY_STRUCTURE; `sizes` is wPINMaxExtraDigit as it lies in memory: the most, then the least."""
    command = bytes.fromhex(template)
    head = bytes.fromhex(f"1E 1E {formats} {sizes} {condition} 01 0C 04 00 00 00 00")
    return head + len(command).to_bytes(4, "little") + command


def modify(template: str, formats: str, offsets: str, confirm: str, sizes: str = "08 04") -> bytes:
    """PIN_MODIFY_STRUCTURE."""
    command = bytes.fromhex(template)
    head = bytes.fromhex(f"1E 1E {formats} {offsets} {sizes} {confirm} 02 03 0C 04 00 01 02 00 00 00")
    return head + len(command).to_bytes(4, "little") + command


@pytest.mark.parametrize(
    ("what", "keys", "template", "formats", "expected"),
    [
        ("ASCII in a block of 8, filled by the template", "1234", "00 20 00 01 08 FF FF FF FF FF FF FF FF", "82 08 00",
         "00 20 00 01 08 31 32 33 34 FF FF FF FF"),
        ("ASCII as long as it is, after a bare header", "12345", "00 20 00 01", "82 00 00", "00 20 00 01 05 31 32 33 34 35"),
        ("the same, where the program gave an Lc of 0", "1234", "00 20 00 01 00", "82 00 00", "00 20 00 01 04 31 32 33 34"),
        ("BCD: ISO 9564 format 2, the length in the low half of the first byte", "1234",
         "00 20 00 80 08 20 FF FF FF FF FF FF FF", "89 47 04", "00 20 00 80 08 24 12 34 FF FF FF FF FF"),
        ("the same, an odd number of digits, positions in bits", "12345",
         "00 20 00 80 08 20 FF FF FF FF FF FF FF", "41 47 04", "00 20 00 80 08 25 12 34 5F FF FF FF FF"),
        ("ASCII at the right of the block", "1234", "00 20 00 01 08 00 00 00 00 00 00 00 00", "86 08 00",
         "00 20 00 01 08 00 00 00 00 31 32 33 34"),
        ("a digit a byte", "0987", "00 20 00 01 04 FF FF FF FF", "80 04 00", "00 20 00 01 04 00 09 08 07"),
        ("a length of eight bits in the second byte, the block from the third", "1234",
         "00 20 00 01 06 AA 00 FF FF FF FF", "92 84 11", "00 20 00 01 06 AA 04 31 32 33 34"),
        ("BCD of an odd number, as long as it is", "123", "00 20 00 01", "81 00 00", "00 20 00 01 02 12 3F"),
    ],
)  # fmt: skip
def test_the_digits_go_where_the_program_says(what: str, keys: str, template: str, formats: str, expected: str) -> None:
    line = Line()
    assert PinPad(keys).control(VERIFY, verify(template, formats, "08 03"), line) == OK
    assert line.sent == [expected], what


@pytest.mark.parametrize(
    ("keys", "condition", "status"),
    [
        (CANCEL, "02", "6401"),
        (TIMEOUT, "02", "6400"),
        ((), "02", "6400"),
        ("123", "02", "6403"),
        ("123456789", "02", "6403"),
        ("", "02", "6400"),
        ([""], "02", "6403"),
        ("1234", "01", "6400"),  # complete at 8 digits only, and nobody types more
        ("1234", "00", "6400"),
    ],
)
def test_what_becomes_no_pin_never_reaches_the_card(keys: Any, condition: str, status: str) -> None:
    line = Line()
    structure = verify("00 20 00 01", "82 00 00", condition=condition)
    assert PinPad(keys).control(VERIFY, structure, line).hex() == status
    assert line.sent == []


@pytest.mark.parametrize(
    ("keys", "condition", "digits"),
    [("123456789", "01", "31 32 33 34 35 36 37 38"), ("1234", "04", "31 32 33 34"), ("1234", "07", "31 32 33 34")],
)
def test_an_entry_may_end_by_its_length_or_by_itself(keys: str, condition: str, digits: str) -> None:
    line = Line()
    PinPad(keys).control(VERIFY, verify("00 20 00 01", "82 00 00", condition=condition), line)
    assert [command[15:] for command in line.sent] == [digits]


BLOCKS = "00 24 00 01 10" + " FF" * 16


@pytest.mark.parametrize(
    ("keys", "confirm", "offsets", "expected"),
    [
        (["1234", "5678", "5678"], "03", "00 08", "31 32 33 34 FF FF FF FF 35 36 37 38 FF FF FF FF"),
        (["1234", "5678"], "02", "00 08", "31 32 33 34 FF FF FF FF 35 36 37 38 FF FF FF FF"),
        (["1234", "5678"], "02", "08 00", "35 36 37 38 FF FF FF FF 31 32 33 34 FF FF FF FF"),
        (["5678", "5678"], "01", "00 08", "FF FF FF FF FF FF FF FF 35 36 37 38 FF FF FF FF"),
        (["5678"], "00", "00 00", "35 36 37 38 FF FF FF FF FF FF FF FF FF FF FF FF"),
    ],
)
def test_a_change_asks_for_what_the_program_wants(keys: list[str], confirm: str, offsets: str, expected: str) -> None:
    line, pad = Line(), PinPad(keys)
    assert pad.control(MODIFY, modify(BLOCKS, "82 08 00", offsets, confirm), line) == OK
    assert line.sent == ["00 24 00 01 10 " + expected]
    assert pad.left == ()


def test_a_change_without_a_block_puts_the_values_one_after_the_other() -> None:
    line = Line()
    PinPad(["1234", "56789", "56789"]).control(MODIFY, modify("00 24 00 01", "82 00 00", "00 00", "03"), line)
    assert line.sent == ["00 24 00 01 09 31 32 33 34 35 36 37 38 39"]


@pytest.mark.parametrize(
    ("keys", "status"),
    [
        (["1234", "5678", "5679"], "6402"),
        (["1234", "5678", CANCEL], "6401"),
        (["1234", CANCEL], "6401"),
        (["1234", "5678"], "6400"),
        (["1234", "1"], "6403"),
    ],
)
def test_a_change_that_fails_at_the_pad_never_reaches_the_card(keys: list[str], status: str) -> None:
    line = Line()
    assert PinPad(keys).control(MODIFY, modify(BLOCKS, "82 08 00", "00 08", "03"), line).hex() == status
    assert line.sent == []


@pytest.mark.parametrize(
    "structure",
    [
        b"",
        verify("00 20 00 01", "82 00 00")[:18],
        verify("00 20 00", "82 00 00"),
        verify("00 20 00 01", "82 00 00") + b"\x00",  # more than it announces
        verify("00 20 00 01 08 FF", "82 08 00"),  # an Lc that is not true
        verify("00 20 00 01", "83 00 00"),  # no such encoding
        verify("00 20 00 01", "82 08 00"),  # no room for the block
        verify("00 20 00 01 04 FF FF FF FF", "92 04 00"),  # the block reaches over the end
        verify("00 20 00 01 04 FF FF FF FF", "82 24 00"),  # the length 4 does not fit into two bits
        verify("00 20 00 01", "82 00 00", sizes="04 08"),  # at least 8, at most 4
        verify("00 20 00 01", "82 00 00", sizes="00 00"),
    ],
)
def test_a_wrong_structure_is_6b80(structure: bytes) -> None:
    line = Line()
    assert PinPad("1234").control(VERIFY, structure, line).hex().upper() == "6B80"
    assert line.sent == []


@given(st.binary(max_size=60), st.sampled_from([VERIFY, MODIFY]), st.text("0123456789", max_size=16))
def test_no_structure_makes_the_pad_fall_over(structure: bytes, code: int, keys: str) -> None:
    line = Line()
    assert len(PinPad([keys, keys, keys]).control(code, structure, line)) == 2
    for command in line.sent:
        raw = bytes.fromhex(command)
        assert raw[4] == len(raw) - 5


@given(
    st.text("0123456789", min_size=1, max_size=15),
    st.booleans(),
    st.integers(0, 7),
    st.sampled_from([("ascii", 2), ("bcd", 1), ("binary", 0)]),
)
def test_a_block_covers_its_own_bytes_only(keys: str, right: bool, before: int, encoding: tuple[str, int]) -> None:
    block = PinBlock.parse(0x80 | before << 3 | right << 2 | encoding[1], 0x0F, 0)
    data = block.put(b"\xee" * 30, keys)
    assert data[:before] == b"\xee" * before
    assert data[before + 15 :] == b"\xee" * (15 - before)
    expected = {"ascii": keys.encode().hex(), "bcd": keys, "binary": "".join(f"0{digit}" for digit in keys)}[
        encoding[0]
    ]
    inside = data[before : before + 15].hex()
    assert inside == (expected.rjust(30, "e") if right else expected.ljust(30, "e"))


def test_a_pad_has_digits_only() -> None:
    pad = PinPad()
    for wrong in ("12a4", "Cancel", "\u0661\u0662", "12 34"):
        with pytest.raises(ValueError, match="keys for digits"):
            pad.press(wrong)
    assert pad.left == ()
    with pytest.raises(UnsupportedControlError):
        pad.control(0x42330005, b"", Line())


@pytest.mark.parametrize("code", [FEATURES, 0x00313520])
def test_the_features_are_listed_on_linux_and_on_windows(code: int) -> None:
    assert PinPad().control(code, b"", Line()).hex(" ").upper() == (
        "06 04 42 33 00 06 07 04 42 33 00 07 0A 04 42 33 00 0A 12 04 42 33 00 12"
    )


def pyscard(module: str) -> Any:
    """A module of pyscard, without the types it does not have."""
    return importlib.import_module(f"smartcard.{module}")


@pytest.mark.pcsc
def test_pyscards_own_part_10_reads_the_properties(tiny: Any) -> None:
    part10 = pyscard("pcsc.PCSCPart10")
    with pyscard_readers(PinPadReader("Pad", tiny())):
        connection = pyscard("System").readers()[0].createConnection()
        connection.connect(mode=pyscard("scard").SCARD_SHARE_DIRECT)
        features = part10.getFeatureRequest(connection)
        assert part10.hasFeature(features, part10.FEATURE_VERIFY_PIN_DIRECT) == VERIFY
        assert part10.hasFeature(features, part10.FEATURE_MODIFY_PIN_DIRECT) == MODIFY
        assert part10.hasFeature(features, part10.FEATURE_VERIFY_PIN_START) is None
        properties = part10.getPinProperties(connection)
        assert (properties["LcdLayoutX"], properties["LcdLayoutY"]) == (16, 2)
        assert properties["EntryValidationCondition"] == 7
        told = part10.getTlvProperties(connection)
        assert told["PCSCv2_PART10_PROPERTY_bMaxPINSize"] == 15
        assert told["PCSCv2_PART10_PROPERTY_sFirmwareID"] == "vitale-testbed PIN pad"
        assert "UNKNOWN" not in told


@pytest.mark.pcsc
def test_the_pin_of_a_cps_is_verified_and_changed_at_the_pad() -> None:
    reader = PinPadReader("Pad", build_card(load_image("cps")), keys=["1233", "1234", "1234", "4321", "4321", "4321"])
    check = verify("00 20 00 01 04 FF FF FF FF", "82 04 00", sizes="04 04")
    change = modify("00 24 00 01 08" + " FF" * 8, "82 04 00", "00 04", "03", sizes="04 04")
    with pyscard_readers(reader):
        connection = pyscard("System").readers()[0].createConnection()
        connection.connect()
        answers = [bytes(connection.control(code, list(s))).hex() for code, s in
                   [(VERIFY, check), (VERIFY, check), (MODIFY, change), (VERIFY, check), (VERIFY, check)]]  # fmt: skip
        assert answers == ["63c2", "9000", "9000", "9000", "6400"]
        with pytest.raises(pyscard("Exceptions").SmartcardException) as caught:
            connection.control(0x42000001, [])
        assert caught.value.hresult == pyscard("scard").SCARD_E_UNSUPPORTED_FEATURE
        reader.remove()
        reader.pad.press("4321")
        with pytest.raises(pyscard("Exceptions").CardConnectionException) as removed:
            connection.control(VERIFY, list(check))
        assert removed.value.hresult == pyscard("scard").SCARD_W_REMOVED_CARD


@pytest.mark.pcsc
def test_a_reader_without_a_pad_says_what_vpcd_says(tiny: Any) -> None:
    with pyscard_readers(InProcessReader("Plain", tiny())):
        connection = pyscard("System").readers()[0].createConnection()
        connection.connect()
        with pytest.raises(pyscard("Exceptions").SmartcardException) as caught:
            connection.control(FEATURES, [])
        assert caught.value.hresult == pyscard("scard").SCARD_E_UNSUPPORTED_FEATURE


@pytest.mark.parametrize(("reason", "sw"), PIN_PAD_STATUS.items())
def test_the_fault_of_a_person_who_enters_no_code_comes_through_the_control_codes(reason: str, sw: int) -> None:
    """The digits are pressed and the card never gets them: the fault stands for a pad that nobody scripts."""
    card = build_card(load_image("cps"))
    reader = InProcessReader(card=fault("pin_pad_cancel", at=2, reason=reason).apply(card))
    connection = reader.connect()
    connection.power_on()
    pad = PinPad(["1234", "1234", "1234", "5678", "5678"])
    entry = verify("00 20 00 01 08 FF FF FF FF FF FF FF FF", "82 08 00")
    change = modify("00 24 00 01 10" + 16 * " FF", "82 08 00", "00 08", "03")
    assert pad.control(VERIFY, entry, connection.transmit) == OK
    assert pad.control(VERIFY, entry, connection.transmit) == sw.to_bytes(2)
    assert pad.control(MODIFY, change, connection.transmit) == OK
    assert connection.transmit(bytes.fromhex("002000010435363738")) == OK
