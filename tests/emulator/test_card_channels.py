"""Logical channels: each has a selection of its own; the codes given count for all."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.card import CardSystem

ToyCard = Callable[..., CardSystem]
Play = Callable[[CardSystem, Sequence[str]], None]


def test_a_card_without_channels_refuses_them(toy: ToyCard, play: Play) -> None:
    play(toy(), ["01A40000023F00", "6881", "0070000001", "6D00"])


def test_channels_are_opened_told_and_closed(toy: ToyCard, play: Play) -> None:
    play(
        toy(channels=3),
        [
            "01A4000C027F10", "6881",
            "0070000000", "6C01",
            "0070000001", "01 9000",
            "0070000001", "02 9000",
            "0070000001", "6A81",
            "01A4000C027F10", "9000",
            "01A4020C020001", "9000",
            "02A4000C027F20", "9000",
            "02A4020C020001", "9000",
            "01B0000003", "6F6E65 9000",
            "02B0000003", "756E6F 9000",
            "00B0000003", "6986",
            "00708001", "9000",
            "01B0000003", "6881",
            "02B0000003", "756E6F 9000",
            "00700001", "9000",
            "01B0000003", "6986",
            "03B0000003", "6881",
            "reset",
            "02B0000003", "6881",
        ],
    )  # fmt: skip


@pytest.mark.parametrize("command", ["00700003", "00708000", "00708002", "00704000", "007000FF"])
def test_other_channels_are_refused(toy: ToyCard, play: Play, command: str) -> None:
    play(toy(channels=2), [command, "6A86"])


def test_a_channel_closes_itself_and_stays_closed(toy: ToyCard, play: Play) -> None:
    play(toy(channels=2), ["00700001", "9000", "01708001", "9000", "01B0000003", "6881"])


def test_a_channel_is_closed_by_its_class_byte_too(toy: ToyCard, play: Play) -> None:
    """ISO/IEC 7816-4, MANAGE CHANNEL: with P1-P2 = 8000 the class byte names the channel; the basic one stays."""
    play(toy(channels=3), ["00700002", "9000", "02708000", "9000", "02B0000003", "6881", "00708000", "6A86"])


def test_a_channel_opened_from_another_one_starts_in_its_df(toy: ToyCard, play: Play) -> None:
    """ISO/IEC 7816-4, MANAGE CHANNEL: from the basic channel the MF is current, from another one that one's DF."""
    play(
        toy(channels=4),
        [
            "00A4000C027F20", "9000",
            "0070000001", "01 9000",
            "01A4020C020001", "6A82",
            "01A4000C027F10", "9000",
            "0170000001", "02 9000",
            "02B0000003", "6986",
            "02A4020C020001", "9000",
            "02B0000003", "6F6E65 9000",
            "02700003", "9000",
            "03A4020C020001", "9000",
        ],
    )  # fmt: skip


def test_selecting_an_application_opens_a_channel(toy: ToyCard, play: Play) -> None:
    play(
        toy(channels=2),
        [
            "01A4040C03BEEF01", "6A82",
            "01A4000C027F10", "6881",
            "01A4040C06D25000000211", "9000",
            "01A4020C020001", "9000",
            "01B0000003", "6F6E65 9000",
        ],
    )  # fmt: skip


def test_a_code_counts_in_every_channel(toy: ToyCard, play: Play) -> None:
    play(
        toy(channels=2),
        [
            "00700001", "9000",
            "01A4000C022F03", "9000",
            "01B0000006", "6982",
            "002000010431323334", "9000",
            "01B0000006", "736563726574 9000",
        ],
    )  # fmt: skip


def test_an_answer_waits_in_its_own_channel(toy: ToyCard, play: Play) -> None:
    play(
        toy(channels=2),
        [
            "00700001", "9000",
            "01A40004022F01", "6105",
            "00C0000005", "6985",
            "01C0000005", "62038A0105 9000",
        ],
    )  # fmt: skip


@pytest.mark.parametrize("channels", [0, 5])
def test_an_impossible_number_of_channels_is_refused(toy: ToyCard, channels: int) -> None:
    with pytest.raises(ValueError, match="1 to 4 channels"):
        toy(channels=channels)


@given(
    commands=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from([0x70, 0xA4, 0xB0, 0x20]), st.binary(min_size=2, max_size=12)),
        max_size=12,
    )
)
def test_the_basic_channel_survives_anything(toy: ToyCard, commands: list[tuple[int, int, bytes]]) -> None:
    card = toy(channels=4)
    for channel, ins, rest in commands:
        assert len(card.transmit(bytes((channel, ins)) + rest)) >= 2
    assert card.fault is None
    assert card.transmit(bytes.fromhex("00A4000C023F00")) == b"\x90\x00"
