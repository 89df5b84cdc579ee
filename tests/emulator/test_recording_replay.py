"""Cards recorded and played back."""

from dataclasses import replace

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
    assert [str(one).splitlines()[1] for one in card.divergences] == ["  recorded: nothing more"]


def test_a_reset_in_the_middle_of_a_session_is_told_when_nothing_fits_after_it() -> None:
    card = ReplayCard(conversation((READ, "9000"), (LONGER, "9000")))
    for after in (READ, LONGER):
        card.power_on()
        card.transmit(READ)
        card.reset()
        card.transmit(after)
    sudden, refused = card.divergences
    assert str(sudden).splitlines() == [
        "command 3: the recording has no reset here: the card starts as after a power-on",
        "  recorded: 00 C0 00 00 10",
        "            GET RESPONSE, 16 bytes expected",
        "  asked:    reset",
        "  answered: 3B 00",
    ]
    assert refused.asked == LONGER


def sessions(*words: str) -> ReplayCard:
    """A recording of power events, and of commands named by one digit, which are answered with it."""
    kinds = {"on": EventKind.POWER_ON, "reset": EventKind.RESET, "off": EventKind.POWER_OFF}
    atr = bytes.fromhex("3B00")
    events = (
        Event("vitale", EventKind.APDU, 0, 0, bytes([0, 0xB0, 0, int(word)]), bytes([int(word), 0x90, 0x00]))
        if word.isdigit()
        else Event("vitale", kinds[word], 0, 0, answer=b"" if word == "off" else atr)
        for word in words
    )
    return ReplayCard(Recording((RecordedCard("vitale", atr=atr),), tuple(events)))


def ask(card: ReplayCard, *words: str) -> str:
    """The digits that come back, `x` for each refusal."""
    heard = ""
    for word in words:
        if word == "on":
            card.power_on()
        elif word == "off":
            card.power_off()
        elif word == "reset":
            card.reset()
        else:
            answer = card.transmit(bytes([0, 0xB0, 0, int(word)]))
            heard += str(answer[0]) if answer[0] != 0x6F else "x"
    assert not card.divergences or "x" in heard
    return heard


PCSCD = (
    "on",
    "off",
    "on",
    "off",
    "on",
    "1",
    "2",
    "reset",
    "reset",
    "off",
    "on",
    "3",
    "reset",
    "4",
    "reset",
    "off",
    "on",
)
"""What pcscd does: it looks at a card by itself, and a program's disconnection resets it, which the next one begins with."""


@pytest.mark.parametrize(
    ("asked", "heard"),
    [
        (("on", "1", "2", "on", "3", "on", "4", "on", "1"), "12341"),  # as sessions in a process
        (("on", "1", "2", "reset", "off", "on", "3", "reset", "4", "reset", "off"), "1234"),
        (("on", "off", "on", "off", "on", "1", "2", "reset", "on", "on", "reset", "3"), "123"),  # another daemon's ways
        (("on", "reset", "1", "reset", "3", "reset", "4", "reset", "1"), "1341"),
        (("on", "1", "on", "3"), "13"),  # a program that leaves commands out
        (("on", "2", "1", "3", "2"), "x1x2"),
        (("on", "4", "off", "on", "1", "2", "on", "3"), "x123"),  # what was refused is no beginning
        (("1", "on", "1"), "x1"),  # strict: nothing is answered before power
    ],
)
def test_what_a_reader_does_by_itself_is_no_session(asked: tuple[str, ...], heard: str) -> None:
    assert ask(sessions(*PCSCD), *asked) == heard


def test_a_recording_without_commands_gives_its_atr() -> None:
    for words in ((), ("on",), ("on", "off", "on", "reset")):
        card = sessions(*words)
        assert [card.power_on(), card.reset(), card.power_on()] == [bytes.fromhex("3B00")] * 3
        assert ask(card, "1") == "x"


def test_a_card_that_was_mute_at_first_is_so_once() -> None:
    atr = bytes.fromhex("3B00")
    events = (
        Event("vitale", EventKind.POWER_ON, 0, 0, error="card_mute"),
        Event("vitale", EventKind.POWER_ON, 0, 0, answer=atr),
        Event("vitale", EventKind.RESET, 0, 0, error="card_mute"),
        Event("vitale", EventKind.POWER_ON, 0, 0, answer=atr),
        Event("vitale", EventKind.APDU, 0, 0, READ, b"\x90\x00"),
    )
    card = ReplayCard(Recording((RecordedCard("vitale", atr=atr),), events))
    with pytest.raises(CardMuteError):
        card.power_on()
    assert card.power_on() == atr
    with pytest.raises(CardMuteError):
        card.reset()
    assert card.power_on() == atr
    assert card.transmit(READ) == b"\x90\x00"
    with pytest.raises(CardMuteError):
        card.power_on()


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


@pytest.mark.parametrize(
    ("recorded", "asked", "protocol", "same"),
    [
        ("00A4040002D25000", "00A4040002D250", "T=0", True),
        ("00A4040002D250", "00A4040002D250FF", "T=0", True),
        ("00A4040002D250", "00A4040002D25000", "T=1", False),  # there it goes to the card
        ("00A4040002D25000", "00A4040002D25010", "T=0", False),
        ("00B0000000", "00B00000", "T=0", False),  # no data: the card is told the length
        ("00A4040003D25000", "00A4040002D250", "T=0", False),  # the zero is data
        ("00A4040003D250", "00A4040003D25000", "T=0", False),  # malformed
    ],
)
def test_the_length_that_a_reader_leaves_out_of_a_command_with_data(
    recorded: str, asked: str, protocol: str, same: bool
) -> None:
    said = conversation((bytes.fromhex(recorded), "9000"))
    card = ReplayCard(Recording((replace(said.cards[0], protocol=protocol),), said.events))
    card.power_on()
    assert card.transmit(bytes.fromhex(asked)).hex() == ("9000" if same else "6f00")


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
    assert recorder.watch("vitale", EventKind.APDU, lambda: b"\x67\x00") == b"\x67\x00", "no byte was sent"
    assert recorder.recording().events == ()
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
