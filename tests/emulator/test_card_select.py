"""SELECT as ISO/IEC 7816-4 has it. Every answer is written by hand; the card is the toy of conftest.py, on T=1."""

from collections.abc import Callable, Sequence

import pytest

from emulator.card import AbsolutePath, CardSystem, SelectRules

Toy = Callable[..., CardSystem]
Play = Callable[[CardSystem, Sequence[str]], None]

ONE, TWO, UNO = b"one".hex(), b"two".hex(), b"uno".hex()

CONVERSATIONS = {
    "by identifier: the MF, with data and without": [
        "00A4040C05D250000002", "9000", "00A4000C023F00", "9000", "00B09E000A", b"directory!".hex() + "9000",
        "00A4040C05D250000002", "9000", "00A4000C", "9000", "00B09E000A", b"directory!".hex() + "9000",
    ],
    "by identifier: an EF of the current DF": ["00A4000C022F00", "9000", "00B000000A", b"directory!".hex() + "9000"],
    "by identifier: a DF below, then what is in it": [
        "00A4000C027F10", "9000", "00A4000C020001", "9000", "00B0000003", f"{ONE}9000",
    ],
    "by identifier: not what is two levels below": ["00A4000C020002", "6A82"],
    "by identifier: the nearer of two files of one identifier": [
        "00A4000C027F10", "9000", "00A4000C022F00", "9000", "00B0000007", b"another".hex() + "9000",
    ],
    "by identifier: the current DF itself": ["00A4000C027F10", "9000", "00A4000C027F10", "9000", "00B0810003", f"{ONE}9000"],
    "by identifier: a DF beside, and the parent": [
        "00A4000C027F10", "9000", "00A4000C027F20", "9000", "00B0810003", f"{UNO}9000",
        "00A4000C027F10", "9000", "00A4000C027F11", "9000", "00A4000C027F10", "9000", "00B0810003", f"{ONE}9000",
    ],
    "by identifier: not a cousin": ["00A4000C027F10", "9000", "00A4000C027F11", "9000", "00A4000C027F20", "6A82"],
    "child DF only": ["00A4010C027F10", "9000", "00A4010C020001", "6A82", "00A4010C027F20", "6A82"],
    "child EF only": ["00A4020C022F00", "9000", "00A4020C027F10", "6A82", "00A4020C021234", "6A82"],
    "the parent": [
        "00A4000C027F10", "9000", "00A4000C027F11", "9000", "00A4030C", "9000", "00B0810003", f"{ONE}9000",
        "00A4030C", "9000", "00A4030C", "6A82",
    ],
    "a path from the MF": [
        "00A4080C067F107F110002", "9000", "00B0000003", f"{TWO}9000",
        "00A4080C047F200001", "9000", "00B0000003", f"{UNO}9000",
        "00A4080C027F20", "9000", "00B0000003", "6986",
        "00A4080C042F007F10", "6A82", "00A4080C047F20FFF0", "6A82",
    ],
    "a path from the current DF": [
        "00A4090C047F100001", "9000", "00B0000003", f"{ONE}9000",
        "00A4090C047F110002", "9000", "00B0000003", f"{TWO}9000",
        "00A4090C047F110002", "6A82",
    ],
    "an EF found by a path brings its DF with it": [
        "00A4080C067F107F110002", "9000", "00A4030C", "9000", "00B0810003", f"{ONE}9000",
    ],
    "a path that begins with 3F00 is not one": ["00A4080C043F002F00", "6A82", "00A4090C043F002F00", "6A82"],
    "by name: whole": ["00A4040C06D25000000233", "9000", "00B0810003", f"{UNO}9000"],
    "by name: an alias": ["00A4040C05E828BD080F", "9000", "00B0820003", f"{TWO}9000"],
    "by name: the whole one before the longer one": ["00A4040C06D25000000211", "9000", "00B0810003", f"{ONE}9000"],
    "by name: first, next, next, no more; what was selected stays": [
        "00A4040C05D250000002", "9000", "00B0810003", f"{ONE}9000",
        "00A4040E05D250000002", "9000", "00B0820003", f"{TWO}9000",
        "00A4040E05D250000002", "9000", "00B0810003", f"{UNO}9000",
        "00A4040E05D250000002", "6A82", "00B0810003", f"{UNO}9000",
    ],
    "by name: last, previous": [
        "00A4040D05D250000002", "9000", "00B0810003", f"{UNO}9000",
        "00A4040F05D250000002", "9000", "00B0820003", f"{TWO}9000",
        "00A4040F05D250000002", "9000", "00B0810003", f"{ONE}9000",
        "00A4040F05D250000002", "6A82",
    ],
    "by name: next and previous without a first": [
        "00A4040E05D250000002", "9000", "00B0810003", f"{ONE}9000", "reset",
        "00A4040F05D250000002", "9000", "00B0810003", f"{UNO}9000",
    ],
    "by name: no name is the beginning of every name": ["00A4040C06D25000000233", "9000", "00A4040C", "9000", "00B09E000A", b"directory!".hex() + "9000"],
    "by name: none such, longer than any, too long to be one": [
        "00A4040C05A100000000", "6A82", "00A4040C08D250000002112233", "6A82", "00A4040C11" + 17 * "D2", "6A82",
    ],
    "selecting a DF leaves no EF": ["00A4000C022F00", "9000", "00A4000C027F10", "9000", "00B0000003", "6986"],
    "a failure changes nothing": [
        "00A4000C022F00", "9000", "00A4000C021234", "6A82", "00A4040C05A100000000", "6A82",
        "00B000000A", b"directory!".hex() + "9000",
    ],
    "6A86: ways to name that do not exist": ["00A4050C", "6A86", "00A40A0C02 3F00", "6A86", "00A4FF0C", "6A86", "00A4200C", "6A86"],
    "6A86: P2 beyond its four bits": ["00A4001C023F00", "6A86", "00A400FF023F00", "6A86"],
    "6A86: an occurrence of what is not a name": ["00A4000D023F00", "6A86", "00A4020E022F00", "6A86"],
    "6A87: data that P1 does not go with": [
        "00A4000C013F", "6A87", "00A4000C033F0000", "6A87", "00A4020C", "6A87", "00A4030C023F00", "6A87",
        "00A4080C", "6A87", "00A4080C037F1000", "6A87", "00A4090C", "6A87",
    ],
    "the parameters are looked at before the data": ["00A4050C0A00112233445566778899", "6A86"],
}  # fmt: skip


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_select(toy: Toy, play: Play, name: str) -> None:
    play(toy("T=1"), CONVERSATIONS[name])


INFORMATION = {
    "FCI of the MF": ("00A40000023F0000", "6F11 82 01 38 83 02 3F00 84 05 A000000000 8A 01 05"),
    "FCP of the MF": ("00A40004023F0000", "6211 82 01 38 83 02 3F00 84 05 A000000000 8A 01 05"),
    "FMD of the MF": ("00A40008023F0000", "6400"),
    "nothing of the MF": ("00A4000C023F0000", ""),
    "FCP of an EF": ("00A40004022F0000", "6211 80 02 000A 82 01 01 83 02 2F00 88 01 F0 8A 01 05"),
    "FCI of an EF": ("00A40000022F0000", "6F11 80 02 000A 82 01 01 83 02 2F00 88 01 F0 8A 01 05"),
    "FCP of an EF without short identifier": (
        "00A40004022F0200", "6210 80 02 0002 82 01 02 83 02 2F02 88 00 8A 01 05",
    ),
    "FCP given with the EF": ("00A40204022F0100", "62038A0105"),
    "FCI given with the EF": ("00A40200022F0100", "6F038A0105"),
    "FMD of an EF": ("00A40208022F0100", "6400"),
    "FMD given with the DF": ("00A40108027F1000", "6403530101"),
    "FCP of a DF without identifier": ("00A4040405F00000000100", "620D 82 01 38 84 05 F000000001 8A 01 05"),
    "FCI by the name of an alias": (
        "00A4040005E828BD080F00", "6F13 82 01 38 83 02 7F11 84 07 D2500000021122 8A 01 05",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", INFORMATION)
def test_p2_chooses_what_is_told_of_the_file(toy: Toy, play: Play, name: str) -> None:
    command, expected = INFORMATION[name]
    play(toy("T=1"), [command, expected + "9000"])


def test_without_le_what_is_told_waits_on_t1(toy: Toy, play: Play) -> None:
    play(toy("T=1"), ["00A40000022F00", "6113", "00C0000002", "6F11 6111"])


@pytest.mark.parametrize(
    ("rules", "conversation"),
    [
        (SelectRules(p2=frozenset({0x04, 0x0C})), ["00A40000023F00", "6A86", "00A4000C023F00", "9000"]),
        (SelectRules(p1=frozenset({0x04})), ["00A4000C023F00", "6A86", "00A4040C06D25000000233", "9000"]),
        (SelectRules(p2=frozenset({0x0C, 0x10, 0x8C})), ["00A4008C023F00", "6A86", "00A40010023F00", "6A86"]),
        (SelectRules(partial_names=False), ["00A4040C05D250000002", "6A82", "00A4040C06D25000000233", "9000", "00A4040C", "6A82"]),
        (
            SelectRules(absolute_path=AbsolutePath.AT_MF),
            [
                "00A4090C043F002F00", "9000", "00A4090C023F00", "9000", "00A4090C063F007F100001", "9000",
                "00A4090C043F002F00", "6A82", "00A4080C043F002F00", "9000",
            ],
        ),
        (
            SelectRules(absolute_path=AbsolutePath.ANYWHERE),
            ["00A4090C063F007F100001", "9000", "00A4090C043F002F00", "9000", "00B000000A", b"directory!".hex() + "9000"],
        ),
    ],
    ids=["p2", "p1", "p2-never-beyond-four-bits", "whole-names", "absolute-at-mf", "absolute-anywhere"],
)  # fmt: skip
def test_a_card_may_take_fewer_forms(toy: Toy, play: Play, rules: SelectRules, conversation: list[str]) -> None:
    play(toy("T=1", select=rules), conversation)
