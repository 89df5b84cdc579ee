"""Cards recorded and played back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.image import build_card, builtin_names, load_image
from emulator.readers import InProcessReader, PulledCard
from emulator.recording import (
    Event,
    EventKind,
    RecordedCard,
    Recorder,
    Recording,
    RecordingCard,
    RecordingConnection,
    RecordingError,
    ReplayCard,
    dump_recording,
    parse_recording,
)
from reader_core.iso7816 import CardMuteError, CardRemovedError, TransportError

SELECT_MF, READ, LONGER, OTHER, UNKNOWN = (
    bytes.fromhex(text)
    for text in ("00A40000023F00", "00B0820000", "00C0000010", "00A404000BD250000002564954414C45", "00CA0000")
)
VERIFY = bytes.fromhex("002000010831323334FFFFFFFF")


def conversation(*exchanges: tuple[bytes, str], masked: bool = False) -> Recording:
    atr = bytes.fromhex("3B00")
    on = Event("vitale", EventKind.POWER_ON, 0, 1, answer=atr)
    said = (Event("vitale", EventKind.APDU, 2, 3, sent, bytes.fromhex(answer)) for sent, answer in exchanges)
    return Recording((RecordedCard("vitale", atr=atr),), (on, *said), masked=masked)


@pytest.mark.parametrize("name", builtin_names())
def test_a_card_recorded_by_both_ways_answers_the_same_again(name: str) -> None:
    by_card, by_connection = Recorder(now="then"), Recorder(now="then")
    card = RecordingCard(build_card(load_image(name)), by_card, "vitale")
    connection = RecordingConnection(InProcessReader("slot", card).connect(), by_connection, "vitale")
    commands = (SELECT_MF, READ, UNKNOWN, b"\x00", OTHER, LONGER)
    answers = [connection.power_on(), *map(connection.transmit, commands), connection.reset()]
    connection.close()

    first, second = by_card.recording(), by_connection.recording()
    assert [(e.kind, e.command, e.answer) for e in first.events] == [
        (e.kind, e.command, e.answer) for e in second.events
    ]
    assert second.cards[0].reader == "slot"
    assert second.cards[0].protocol == "T=0"
    assert second.cards[0].atr == answers[0]

    replay = ReplayCard(parse_recording(dump_recording(second)))
    assert replay.atr == answers[0]
    assert [replay.power_on(), *map(replay.transmit, commands), replay.reset()] == answers
    assert replay.divergences == ()
    # and once more, from the start
    assert [replay.power_on(), *map(replay.transmit, commands)] == answers[:-1]
    assert replay.divergences == ()


def test_time_passes() -> None:
    ticks = iter([10.0, 10.0, 10.5, 12.25])
    recorder = Recorder(clock=lambda: next(ticks))
    card = RecordingCard(build_card(load_image("specimen")), recorder, "vitale")
    card.power_on()
    card.transmit(READ)
    assert [(event.at, event.until) for event in recorder.recording().events] == [(0, 0), (500_000, 2_250_000)]
    assert recorder.recording().recorded[:2] == "20"


def test_strict_says_what_was_expected_and_waits_for_it() -> None:
    card = ReplayCard(conversation((SELECT_MF, "6120"), (READ, "6C10")))
    card.power_on()
    assert card.transmit(OTHER) == bytes.fromhex("6F00")
    assert card.unasked == (SELECT_MF, READ)
    assert card.transmit(SELECT_MF) == bytes.fromhex("6120")
    (divergence,) = card.divergences
    assert str(divergence).splitlines() == [
        "command 1: not what comes next in the recording",
        "  recorded: 00 A4 00 00 02 3F 00",
        "            SELECT by identifier 3F 00",
        "  asked:    00 A4 04 00 0B D2 50 00 00 02 56 49 54 41 4C 45",
        "                  ^^    ^^ ^^ ^^ ^^ ^^ ^^ ^^ ^^ ^^ ^^ ^^ ^^",
        "            SELECT by name D2 50 00 00 02 56 49 54 41 4C 45",
        "  answered: 6F 00",
    ]


def test_strict_after_the_end_and_without_a_reset() -> None:
    card = ReplayCard(conversation((READ, "9000")))
    card.power_on()
    card.transmit(READ)
    assert card.transmit(READ) == bytes.fromhex("6F00")
    assert card.reset() == bytes.fromhex("3B00")
    assert card.transmit(READ) == bytes.fromhex("9000")
    assert [str(one).splitlines()[1] for one in card.divergences] == ["  recorded: nothing more"] * 2
    assert "asked:    reset" in str(card.divergences[1])


def test_lenient_finds_a_command_elsewhere_or_refuses_it_as_a_card_does() -> None:
    card = ReplayCard(conversation((SELECT_MF, "6120"), (READ, "6C10"), (LONGER, "9000")), strict=False)
    card.power_on()
    asked = [READ, SELECT_MF, READ, LONGER, OTHER, bytes.fromhex("00B0000000"), UNKNOWN]
    assert [card.transmit(one).hex() for one in asked] == ["6c10", "6120", "6c10", "9000", "6a82", "6985", "6d00"]
    assert [one.note for one in card.divergences] == [
        "found further on in the recording",
        "found further back in the recording",
        "nowhere in the recording",
        "nowhere in the recording",
        "nowhere in the recording",
    ]


def test_codes_are_compared_unless_they_were_masked_and_never_shown() -> None:
    other = VERIFY.replace(b"1234", b"9876")
    compared = ReplayCard(conversation((VERIFY, "9000")))
    compared.power_on()
    assert compared.transmit(other) == bytes.fromhex("6F00")
    (divergence,) = compared.divergences
    assert "** ** ** **" in str(divergence)
    assert "^^ ^^" in str(divergence)
    assert "39 38 37 36" not in str(divergence)
    assert "31 32 33 34" not in str(divergence)

    masked = ReplayCard(conversation((VERIFY, "9000"), masked=True))
    masked.power_on()
    assert masked.transmit(other) == bytes.fromhex("9000")
    assert masked.transmit(VERIFY[:-1]) == bytes.fromhex("6F00")


def test_a_pulled_card_is_pulled_again_at_the_same_command() -> None:
    recorder = Recorder()
    slot = InProcessReader("slot", PulledCard(build_card(load_image("specimen")), after=1))
    connection = RecordingConnection(slot.connect(), recorder, "vitale")
    connection.power_on()
    connection.transmit(SELECT_MF)
    with pytest.raises(CardRemovedError):
        connection.transmit(READ)
    replay = ReplayCard(parse_recording(dump_recording(recorder.recording())))
    again = InProcessReader("slot", replay).connect()
    again.power_on()
    again.transmit(SELECT_MF)
    with pytest.raises(CardRemovedError):
        again.transmit(READ)
    assert replay.divergences == ()


def test_a_mute_card_is_mute_again() -> None:
    said = conversation((READ, "9000"))
    mute = Event("vitale", EventKind.APDU, 4, 5, READ, error="card_mute", detail="10 s")
    short = Event("vitale", EventKind.APDU, 6, 7, READ, error="short_answer")
    card = ReplayCard(Recording(said.cards, (*said.events, mute, short)))
    card.power_on()
    card.transmit(READ)
    with pytest.raises(CardMuteError, match="10 s"):
        card.transmit(READ)
    with pytest.raises(TransportError, match="incomplete"):
        card.transmit(READ)


def test_which_card_of_several() -> None:
    two = Recording((RecordedCard("vitale", atr=b"\x3b\x00"), RecordedCard("cps")), ())
    with pytest.raises(RecordingError, match=r"no card is named.*It has: vitale, cps"):
        ReplayCard(two)
    with pytest.raises(RecordingError, match="no card 'other'"):
        ReplayCard(two, "other")
    with pytest.raises(RecordingError, match="never gave an ATR"):
        ReplayCard(two, "cps")
    assert ReplayCard(two, "vitale").power_on() == b"\x3b\x00"
    recorder = Recorder()
    recorder.add("vitale")
    with pytest.raises(ValueError, match="recorded already"):
        recorder.add("vitale")


@given(st.lists(st.binary(max_size=20), max_size=8), st.booleans())
def test_whatever_is_asked_a_replay_answers(commands: list[bytes], strict: bool) -> None:
    card = ReplayCard(conversation((SELECT_MF, "6120"), (VERIFY, "63C2"), (b"\x00", "6700")), strict=strict)
    card.power_on()
    for command in commands:
        assert len(card.transmit(command)) >= 2
    card.reset()
    assert all(str(divergence) for divergence in card.divergences)
