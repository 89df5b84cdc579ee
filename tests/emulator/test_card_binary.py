"""READ BINARY and UPDATE BINARY as ISO/IEC 7816-4 has them, with answers written by hand."""

from collections.abc import Callable, Sequence

import pytest

from emulator.card import CardSystem, PastEnd, ReadRules, standard_commands

Toy = Callable[..., CardSystem]
Play = Callable[[CardSystem, Sequence[str]], None]


DIRECTORY = b"directory!".hex()
GROW = "00A4000C022F04"
LET_KEY_7_IN = ["0084000002", "01029000", "00820007020201", "9000"]

ON_T1 = {
    "by offset": ["00A4000C022F00", "9000", "00B0000003", b"dir".hex() + "9000", "00B0000304", b"ecto".hex() + "9000"],
    "by offset, up to the end": ["00A4000C022F00", "9000", "00B0000000", f"{DIRECTORY}9000", "00B0000700", b"ry!".hex() + "9000"],
    "6282: fewer than asked for": ["00A4000C022F00", "9000", "00B000000B", f"{DIRECTORY}6282", "00B0000902", b"!".hex() + "6282"],
    "the last byte is not past the end": ["00A4000C022F00", "9000", "00B0000901", b"!".hex() + "9000"],
    "6B00: offset at and beyond the end": ["00A4000C022F00", "9000", "00B0000A01", "6B00", "00B0000A00", "6B00", "00B07FFF01", "6B00"],
    "6B00: an empty file": ["00B0860000", "6B00"],
    "by short identifier": ["00B09E0000", f"{DIRECTORY}9000", "00B09E0701", b"r".hex() + "9000"],
    "a short identifier selects": ["00B09E0001", "649000", "00B0000104", b"irec".hex() + "9000"],
    "short identifier 0 is the current file": ["00B0800001", "6986", "00B09E0001", "649000", "00B0800104", b"irec".hex() + "9000"],
    "6A82: no such short identifier here": ["00B0810001", "6A82"],
    "6A86: P1 that is neither offset nor short identifier": [
        "00B09F0001", "6A86", "00B0A40001", "6A86", "00B0C40001", "6A86", "00B0FF0001", "6A86",
    ],
    "6986: no current EF": ["00B0000001", "6986", "00A4000C027F10", "9000", "00B0000001", "6986"],
    "6981: not a transparent file": ["00A4000C022F02", "9000", "00B0000001", "6981"],
    "6982: not allowed to read; the file is selected nevertheless": [
        "00B0830006", "6982", "00B0000006", "6982", "00200001 04 31323334", "9000", "00B0000006", b"secret".hex() + "9000",
    ],
    "6982 comes before 6B00": ["00B0837F01", "6982"],
    "6700: without Le, with data": ["00A4000C022F00", "9000", "00B00000", "6700", "00B00000010000", "6700"],
    "odd: the current file, at an offset": [
        "00A4000C022F01", "9000", "00B1000003 5401 02 05", "5303 020304 9000", "00B1000004 5402 0102 04", "5302 0203 9000",
    ],
    "odd: a short identifier, an identifier": [
        "00B1001E03 540109 00", "5301 21 9000", "00B12F0003 540108 00", "5302 7921 9000", "00B1000003 540109 00", "5301 21 9000",
    ],
    "odd: up to the end within Le": ["00B12F0003 540100 00", f"530A {DIRECTORY} 9000"],
    "odd: 6282 counts tag and length": [
        "00B12F0003 540100 0C", f"530A {DIRECTORY} 9000", "00B12F0003 540100 0D", f"530A {DIRECTORY} 6282",
    ],
    "odd: the length of the object grows": [
        "00B12F0103 540100 81", "537F" + bytes(range(127)).hex() + "9000",
        "00B12F0103 540100 82", "537F" + bytes(range(127)).hex() + "9000",
        "00B12F0103 540100 83", "538180" + bytes(range(128)).hex() + "9000",
        "00B12F0103 540100 00", "5381FD" + bytes(range(253)).hex() + "9000",
    ],
    "odd: no room for an object": ["00B12F0103 540100 02", "5300 9000", "00B12F0103 540100 01", "53 6101", "00C0000001", "00 9000"],
    "odd: an identifier that looks like a short one is none": ["00B1001F03 540100 00", "6A82"],
    "odd: 6A82, 6986, 6981, 6982, 6B00": [
        "00B1123403 540100 00", "6A82", "00B17F1003 540100 00", "6A82", "00B1000003 540100 00", "6986",
        "00B12F0203 540100 00", "6981", "00B12F0303 540100 00", "6982", "00B12F0003 54010A 00", "6B00",
    ],
    "odd: 6A80 for data that is no offset": [
        "00B12F0003 530100 00", "6A80", "00B12F0002 5400 00", "6A80", "00B12F0003 540500 00", "6A80", "00B12F0000", "6A80",
        "00B12F0006 540100540100 00", "6A80",
    ],
}  # fmt: skip

ON_T0 = {
    "exactly what there is": ["00A4000C022F00", "9000", "00B000000A", f"{DIRECTORY}9000"],
    "6Cxx: more than there is, then that": [
        "00A4000C022F00", "9000", "00B0000000", "6C0A", "00B000000A", f"{DIRECTORY}9000", "00B000070B", "6C03", "00B0000703", b"ry!".hex() + "9000",
    ],
    "case 1 is P3 = 00": ["00A4000C022F00", "9000", "00B00000", "6C0A"],
    "256 bytes are there": ["00A4000C022F01", "9000", "00B0000000", bytes(range(256)).hex() + "9000"],
    "6B00 at the end": ["00B0848000", bytes(range(128, 256)).hex() + bytes(range(128)).hex() + "9000", "00B0025800", "6B00"],
    "an extended Le is answered short": ["00A4000C022F01", "9000", "00B00000000400", bytes(range(256)).hex() + "9000", "00B00000000004", "000102039000"],
    "odd: as much as one GET RESPONSE takes": ["00B12F0103 540100", "6100", "00C0000000", "5381FD" + bytes(range(253)).hex() + "9000"],
    "odd: fetched by GET RESPONSE, whatever Le was sent along": [
        "00B12F0003 540109", "6103", "00C0000003", "5301219000", "00B12F0003 540109 01", "6103", "00C0000003", "5301219000",
    ],
}  # fmt: skip

UPDATES = {
    "6982 without the key": [GROW, "9000", "00D6000001 41", "6982"],
    "inside the content": [*LET_KEY_7_IN, GROW, "9000", "00D6000102 4141", "9000", "00B0000004", b"gAAw".hex() + "9000"],
    "at the end, up to the capacity": [
        *LET_KEY_7_IN, "00D6850408 2061206C6F742121", "9000", "00B085000C", b"grow a lot!!".hex() + "9000",
    ],
    "6A84: beyond the capacity, nothing is written": [
        *LET_KEY_7_IN, GROW, "9000", "00D600040A" + 10 * "41", "6A84", "00B0000004", b"grow".hex() + "9000",
    ],
    "6B00: a gap, and the end of a full file": [
        *LET_KEY_7_IN, GROW, "9000", "00D6000501 41", "6B00", "00D6000408" + 8 * "41", "9000", "00D6000C01 41", "6B00",
    ],
    "6986, 6981, 6A82, 6A86, 6700": [
        *LET_KEY_7_IN, "00D6000001 41", "6986", "00A4000C022F02", "9000", "00D6000001 41", "6981",
        "00D6810001 41", "6A82", "00D6E50001 41", "6A86", GROW, "9000", "00D60000", "6700",
    ],
    "odd": [*LET_KEY_7_IN, "00D72F0406 540101 530141", "9000", "00B0850004", b"gAow".hex() + "9000"],
    "odd, chained": [*LET_KEY_7_IN, "10D72F0404 54010153", "9000", "00D72F0402 0141", "9000", "00B0850004", b"gAow".hex() + "9000"],
    "odd: 6A80, 6B00, 6982": [
        "00D72F0406 540101 530141", "6982", *LET_KEY_7_IN, "00D72F0406 540101 540141", "6A80", "00D72F0406 530101 530141", "6A80",
        "00D72F0403 540101", "6A80", "00D72F0406 540109 530141", "6B00",
    ],
    "what was written survives a reset": [*LET_KEY_7_IN, "00D6850001 47", "9000", "reset", "00B0850004", b"Grow".hex() + "9000"],
}  # fmt: skip


@pytest.mark.parametrize("name", ON_T1)
def test_read_binary_on_t1(toy: Toy, play: Play, name: str) -> None:
    play(toy("T=1"), ON_T1[name])


@pytest.mark.parametrize("name", ON_T0)
def test_read_binary_on_t0(toy: Toy, play: Play, name: str) -> None:
    play(toy("T=0"), ON_T0[name])


@pytest.mark.parametrize("name", UPDATES)
def test_update_binary(toy: Toy, play: Play, name: str) -> None:
    play(toy("T=1"), UPDATES[name])


@pytest.mark.parametrize(
    ("past_end", "transmission", "answer"),
    [
        (None, "T=0", "6C0A"),
        (None, "T=1", DIRECTORY + "6282"),
        (PastEnd.WARNING, "T=0", DIRECTORY + "6282"),
        (PastEnd.CORRECT_LENGTH, "T=1", "6C0A"),
    ],
)
def test_a_card_chooses_how_it_reads_past_the_end(
    toy: Toy, play: Play, past_end: PastEnd | None, transmission: str, answer: str
) -> None:
    card = toy(transmission, commands=standard_commands(read=ReadRules(past_end)))
    play(card, ["00A4000C022F00", "9000", "00B0000040", answer])


def test_6cxx_cannot_say_more_than_256_so_a_longer_rest_is_given_with_6282(toy: Toy, play: Play) -> None:
    rules = ReadRules(PastEnd.CORRECT_LENGTH)
    card = toy("T=1", commands=standard_commands(read=rules), extended=True)
    rest = (bytes(range(256)) * 2 + bytes(88))[100:]
    play(card, ["00B0840000", bytes(range(256)).hex() + "9000", "00B00064000400", rest.hex() + "6282"])
    play(card, ["00B00158000101", "6C00", "00B00158000100", rest[-256:].hex() + "9000"])


def test_extended_lengths_read_a_whole_file_at_once(toy: Toy, play: Play) -> None:
    whole = (bytes(range(256)) * 2 + bytes(88)).hex()
    card = toy("T=1", extended=True)
    play(
        card,
        [
            "00B08400000000", whole + "9000",
            "00B08400000258", whole + "9000",
            "00B08400000259", whole + "6282",
            "00B08400000100", bytes(range(256)).hex() + "9000",
            "00B12F01000003 540100 0000", "53820258" + whole + "9000",
            "00B12F01000003 540100 0103", "5381FF" + bytes(range(255)).hex() + "9000",
            "00B12F01000003 540100 0104", "53820100" + bytes(range(256)).hex() + "9000",
        ],
    )  # fmt: skip
