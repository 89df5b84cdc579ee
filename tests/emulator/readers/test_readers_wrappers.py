"""The cards around cards: pulled ones, traced ones."""

from typing import Any

import pytest

from emulator.readers import InProcessReader, PulledCard, TracedCard, TraceEntry
from reader_core.iso7816 import Card, CardAbsentError, CardMuteError, CardRemovedError

ECHO = bytes.fromhex("00DA000002CAFE")


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_pulled_card_answers_that_many_commands(tiny: Any, after: int) -> None:
    card = PulledCard(tiny(), after)
    assert isinstance(card, Card)
    reader = InProcessReader("Slot", card)
    connection = reader.connect()
    connection.power_on()
    for _ in range(after):
        assert connection.transmit(ECHO) == bytes.fromhex("CAFE9000")
        connection.reset()  # does not count
    with pytest.raises(CardRemovedError) as caught:
        connection.transmit(ECHO)
    assert caught.value.reader == "Slot"
    assert reader.card is None
    with pytest.raises(CardAbsentError):
        connection.power_on()


def test_a_pulled_card_does_not_come_back_by_itself(tiny: Any) -> None:
    inner = tiny()
    card = PulledCard(inner, 0)
    assert card.atr == inner.atr
    card.power_on()
    with pytest.raises(CardRemovedError):
        card.transmit(ECHO)
    assert inner.powered is False
    for call in (card.power_on, card.reset):
        with pytest.raises(CardAbsentError):
            call()


def test_a_traced_card_tells_everything_in_order(tiny: Any) -> None:
    trace: list[TraceEntry] = []
    inner = tiny()
    card = TracedCard(PulledCard(inner, 1), "vitale", trace.append)
    assert isinstance(card, Card)
    assert card.atr == inner.atr
    connection = InProcessReader(card=card).connect()
    connection.power_on()
    connection.reset()
    connection.transmit(ECHO)
    with pytest.raises(CardRemovedError):
        connection.transmit(ECHO)
    seen = [(entry.kind, entry.command, entry.response) for entry in trace]
    assert seen[:4] == [
        ("power_on", b"", inner.atr),
        ("reset", b"", inner.atr),
        ("apdu", ECHO, bytes.fromhex("CAFE9000")),
        ("removed", ECHO, b""),
    ]
    assert {kind for kind, _, _ in seen[4:]} <= {"power_off"}
    assert {entry.slot for entry in trace} == {"vitale"}
    assert [entry.at for entry in trace] == sorted(entry.at for entry in trace)


def test_a_mute_card_is_in_the_trace_with_an_empty_answer(tiny: Any) -> None:
    trace: list[TraceEntry] = []
    card = TracedCard(tiny(answers=[CardMuteError("")]), "cps", trace.append)
    with pytest.raises(CardMuteError):
        card.transmit(ECHO)
    assert [(entry.kind, entry.command, entry.response) for entry in trace] == [("apdu", ECHO, b"")]
