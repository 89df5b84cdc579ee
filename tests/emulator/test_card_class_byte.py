"""Class bytes, instructions and lengths that a card does not take, each with the status word of ISO/IEC 7816-4."""

from collections.abc import Callable, Sequence

import pytest

from emulator.card import CardSystem, CommandContext, answer, refuse
from reader_core.iso7816 import ResponseApdu

Toy = Callable[..., CardSystem]
Play = Callable[[CardSystem, Sequence[str]], None]


def _expected(cla: int) -> str:
    """What ISO/IEC 7816-4 makes of a class byte, on a card with one channel and no secure messaging."""
    bits = f"{cla:08b}"
    if bits[0] == "1" or bits.startswith("001"):
        return "6E00"  # proprietary and not known here, or FF, or reserved
    if bits.startswith("01") or bits.endswith(("01", "10", "11")):
        return "6881"  # channels 4 to 19, and 1 to 3
    if bits[4:6] != "00":
        return "6882"
    return "6884" if bits[3] == "1" else "9000"


@pytest.mark.parametrize("cla", range(256))
def test_every_class_byte(toy: Toy, play: Play, cla: int) -> None:
    play(toy("T=1"), [f"{cla:02X}A4000C023F00", _expected(cla)])


def test_the_class_is_looked_at_before_anything_else(toy: Toy, play: Play) -> None:
    play(
        toy(),
        [
            "80FF",
            "6700",
            "80FF0000",
            "6E00",
            "80FF000005",
            "6E00",
            "01FF0000",
            "6881",
            "0CFF0000",
            "6882",
            "0CFF00000A01",
            "6882",
        ],
    )


@pytest.mark.parametrize(
    "ins", sorted(set(range(256)) - {0x20, 0x22, 0x24, 0x2C, 0x82, 0x84, 0x88, 0xA4, 0xB0, 0xB1, 0xC0, 0xD6, 0xD7})
)
def test_unknown_instructions(toy: Toy, play: Play, ins: int) -> None:
    play(toy(), [f"00{ins:02X}0000", "6D00", f"10{ins:02X}0000", "6D00", f"80{ins:02X}0000", "6E00"])


@pytest.mark.parametrize(
    "command",
    [
        "",
        "00",
        "00A4",
        "00A400",
        "00A4000C0A3F00",
        "00A4000C023F000000",
        "00A4000C0000",
        "00A4000C0000023F",
        "00A4000C0000003F00",
    ],
)
@pytest.mark.parametrize("transmission", ["T=0", "T=1"])
def test_6700_for_what_is_no_command(toy: Toy, play: Play, command: str, transmission: str) -> None:
    play(toy(transmission), [command, "6700"])


def test_an_extended_le_is_a_command_on_every_card(toy: Toy, play: Play) -> None:
    for transmission in ("T=0", "T=1"):
        play(toy(transmission), ["00A4000C000002", "9000"])


def test_6700_for_extended_data_on_a_card_with_short_lengths(toy: Toy, play: Play) -> None:
    play(toy("T=1"), ["00A4000C0000023F00", "6700", "00A400040000023F000000", "6700"])
    play(toy("T=1", extended=True), ["00A4000C0000023F00", "9000", "00A400080000023F000000", "64009000"])


def test_a_proprietary_class_has_its_own_instructions(toy: Toy, play: Play) -> None:
    def select(context: CommandContext) -> ResponseApdu:
        return answer(context.data, 0x9F02) if context.data else refuse(0x9404)

    card = toy("T=1", proprietary={(0xA0, 0xA4): select})
    play(
        card,
        [
            "A0A40000023F00", "9F02",
            "A0A40000023F0000", "3F009F02",
            "A0A40000", "9404",
            "A0B0000000", "6D00",
            "A0C0000000", "6D00",
            "A1A40000", "6E00",
            "80A40000", "6E00",
            "B0A40000", "6E00",
            "00A40000", "6113",
        ],
    )  # fmt: skip


def test_no_instruction_by_default_but_the_standard_ones(toy: Toy, play: Play) -> None:
    card = toy("T=1", commands=None)
    play(
        card,
        [
            "00A4000C023F00",
            "9000",
            "0084000002",
            "01029000",
            "00200001",
            "63C3",
            "0082000000",
            "6D00",
            "00D6000001 41",
            "6D00",
        ],
    )
