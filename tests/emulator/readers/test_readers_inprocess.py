"""The reader in our own process."""

import threading
import time
from typing import Any

import pytest

from emulator.readers import InProcessReader, ReaderSetupError
from reader_core.iso7816 import (
    Card,
    CardAbsentError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    Connection,
    ReaderUnavailableError,
    ShortAnswerError,
    TransportError,
)

ECHO = bytes.fromhex("00DA000002CAFE")


def test_a_card_is_powered_asked_reset_and_left(tiny: Any) -> None:
    card = tiny()
    reader = InProcessReader("Slot", card)
    connection = reader.connect()
    assert isinstance(tiny(), Card)
    assert isinstance(reader.connect(), Connection)
    assert connection.name == reader.name == "Slot"
    assert connection.power_on() == card.atr
    assert connection.transmit(ECHO) == bytes.fromhex("CAFE9000")
    assert connection.reset() == card.atr
    connection.close()
    connection.close()
    assert card.log == ["on", ECHO.hex(), "reset", "off"]


def test_an_empty_slot_says_so_and_names_the_reader() -> None:
    connection = InProcessReader("Slot").connect()
    with pytest.raises(CardAbsentError) as caught:
        connection.power_on()
    assert caught.value.reader == "Slot"
    assert "Insert the card" in str(caught.value)
    with pytest.raises(CardAbsentError):
        connection.transmit(ECHO)
    with pytest.raises(CardAbsentError):
        connection.reset()


def test_a_card_must_be_powered_before_it_is_asked(tiny: Any) -> None:
    card = tiny()
    connection = InProcessReader(card=card).connect()
    with pytest.raises(CardAbsentError):
        connection.transmit(ECHO)
    assert card.log == []


def test_two_cards_do_not_fit(tiny: Any) -> None:
    reader = InProcessReader("Slot", tiny())
    with pytest.raises(ReaderSetupError) as caught:
        reader.insert(tiny())
    assert caught.value.code == "slot_taken"


def test_a_closed_connection_stays_closed(tiny: Any) -> None:
    connection = InProcessReader(card=tiny()).connect()
    connection.close()
    with pytest.raises(ReaderUnavailableError):
        connection.power_on()


def test_a_pulled_card_is_lost_to_its_connection_even_when_it_comes_back(tiny: Any) -> None:
    card = tiny()
    reader = InProcessReader(card=card)
    connection = reader.connect()
    connection.power_on()
    assert reader.remove() is card
    assert reader.remove() is None
    assert card.powered is False
    with pytest.raises(CardRemovedError):
        connection.transmit(ECHO)
    reader.insert(card)
    with pytest.raises(CardRemovedError):
        connection.reset()
    connection.power_on()
    assert connection.transmit(ECHO) == bytes.fromhex("CAFE9000")


def test_a_card_pulled_in_the_middle_of_a_command_gives_no_answer(tiny: Any) -> None:
    card = tiny(hold=threading.Event())
    reader = InProcessReader("Slot", card)
    connection = reader.connect()
    connection.power_on()
    outcome: list[BaseException] = []

    def read() -> None:
        try:
            connection.transmit(ECHO)
        except TransportError as error:
            outcome.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    assert card.busy.wait(60)
    assert reader.remove() is card  # returns although the card is still busy
    assert reader.card is None
    card.hold.set()
    thread.join(60)
    assert [type(error) for error in outcome] == [CardRemovedError]
    assert card.powered is False


def test_a_second_program_that_powers_the_card_resets_it_for_the_first(tiny: Any) -> None:
    card = tiny()
    reader = InProcessReader(card=card)
    first, second = reader.connect(), reader.connect()
    first.power_on()
    second.power_on()
    with pytest.raises(CardResetError):
        first.transmit(ECHO)
    second.close()
    assert card.powered is True  # the first is still there
    first.power_on()
    assert first.transmit(ECHO) == bytes.fromhex("CAFE9000")
    first.close()
    assert card.powered is False


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"", CardMuteError),
        (b"\x90", ShortAnswerError),
        (CardMuteError(""), CardMuteError),
        (ShortAnswerError("", b"\x61"), ShortAnswerError),
        (CardRemovedError(""), CardRemovedError),
    ],
)
def test_what_a_bad_card_does_is_told_with_the_readers_name(
    tiny: Any, answer: bytes | Exception, expected: type[TransportError]
) -> None:
    reader = InProcessReader("Slot", tiny(answers=[answer]))
    connection = reader.connect()
    connection.power_on()
    with pytest.raises(expected) as caught:
        connection.transmit(ECHO)
    assert caught.value.reader == "Slot"
    assert (reader.card is None) is (expected is CardRemovedError)


def test_commands_of_many_threads_reach_the_card_one_at_a_time(tiny: Any) -> None:
    card = tiny()
    inside: list[bytes] = []

    def narrow(command: bytes) -> bytes:
        inside.append(command)
        assert inside == [command]
        time.sleep(0)  # gives the others their chance
        inside.clear()
        return command[5:] + b"\x90\x00"

    card.transmit = narrow
    connection = InProcessReader(card=card).connect()
    connection.power_on()
    wrong: list[bytes] = []

    def read(number: int) -> None:
        answers = {connection.transmit(bytes([0, 0xDA, 0, 0, 1, number])) for _ in range(200)}
        wrong.extend(answers - {bytes([number, 0x90, 0])})

    threads = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
