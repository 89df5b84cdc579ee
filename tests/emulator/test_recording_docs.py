"""What docs/recording.md shows is so."""

from pathlib import Path

import pytest

from emulator.recording import EventKind, Recording, ReplayCard, parse_recording
from reader_core.iso7816 import CardRemovedError

PAGE = Path(__file__).parents[2] / "docs" / "recording.md"


@pytest.fixture
def example() -> Recording:
    text = PAGE.read_text(encoding="utf-8")
    _, begin, rest = text.partition("```text\nformat: ")
    block, end, _ = rest.partition("\nend\n")
    return parse_recording(begin.removeprefix("```text\n") + block + end)


def test_the_example_is_a_recording_that_replays(example: Recording) -> None:
    kinds = [event.kind for event in example.events]
    assert kinds == [EventKind.POWER_ON, *[EventKind.APDU] * 3, EventKind.POWER_OFF]
    assert [len(event.answer) for event in example.events] == [10, 2, 20, 0, 0]
    card = ReplayCard(example)
    card.power_on()
    assert card.transmit(bytes.fromhex("00A40200022F0200")) == bytes.fromhex("6112")
    assert card.transmit(bytes.fromhex("00C0000012"))[-2:] == bytes.fromhex("9000")
    with pytest.raises(CardRemovedError, match="pulled"):
        card.transmit(bytes.fromhex("00B0000000"))


def test_the_difference_on_the_page_is_what_a_card_says() -> None:
    recording = parse_recording(
        "format: vitale-recording/1\ncard: vitale\natr: 3B 00\nbegin\nvitale 0.000000 on\nvitale 0.000000 < 3B 00\n"
        "vitale 0.000000 > 00 A4 00 00 02 3F 00\nvitale 0.000000 < 61 20\nend\n"
    )
    card = ReplayCard(recording)
    card.power_on()
    card.transmit(bytes.fromhex("00A404000BD250000002564954414C45"))
    assert str(card.divergences[0]) in PAGE.read_text(encoding="utf-8")
