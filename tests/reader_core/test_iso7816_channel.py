"""Whole commands over a channel: GET RESPONSE, corrected lengths, chains, and cards that never end."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader_core.iso7816 import (
    SW,
    CardChannel,
    CommandApdu,
    EndlessAnswerError,
    ResponseApdu,
    ShortAnswerError,
    TransportError,
)


class Scripted:
    """A connection that answers what a function says, and keeps what it was asked."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self.asked: list[bytes] = []
        self._answer = answer

    @property
    def name(self) -> str:
        return "scripted"

    def power_on(self) -> bytes:
        raise NotImplementedError

    def reset(self) -> bytes:
        raise NotImplementedError

    def transmit(self, command: bytes) -> bytes:
        self.asked.append(command)
        return self._answer(command)

    def close(self) -> None:
        raise NotImplementedError


def replies(*hexadecimal: str) -> Scripted:
    """Answers in order; asking more fails the test."""
    waiting = [bytes.fromhex(text) for text in hexadecimal]
    return Scripted(lambda _: waiting.pop(0))


def sent(connection: Scripted) -> list[str]:
    return [command.hex().upper() for command in connection.asked]


SELECT = CommandApdu(0x00, 0xA4, 0x00, 0x00, b"\x3f\x00")
READ = CommandApdu(0x00, 0xB0, 0x00, 0x00, ne=256)


def test_a_plain_answer_is_given_as_it_is() -> None:
    card = replies("0102 6282")
    assert CardChannel(card).send(READ) == ResponseApdu(b"\x01\x02", SW.END_OF_FILE)
    assert sent(card) == ["00B0000000"]


def test_a_waiting_answer_is_fetched_whole() -> None:
    card = replies("6103", "0102 6101", "03 9000")
    assert CardChannel(card).send(SELECT) == ResponseApdu(b"\x01\x02\x03", SW.OK)
    assert sent(card) == ["00A40000023F00", "00C0000003", "00C0000001"]


def test_data_that_came_before_61xx_is_kept_and_256_or_more_is_asked_for_with_00() -> None:
    card = replies("AA 6100", "BB 9000")
    assert CardChannel(card).send(READ).data == b"\xaa\xbb"
    assert sent(card)[1] == "00C0000000"


def test_a_wrong_length_is_corrected_once_with_the_exact_one() -> None:
    card = replies("6C04", "01020304 9000")
    assert CardChannel(card).send(READ).data == bytes.fromhex("01020304")
    assert sent(card) == ["00B0000000", "00B0000004"]


def test_a_length_may_change_once_between_being_told_and_being_used() -> None:
    card = replies("6C04", "6C02", "AABB 9000")
    assert CardChannel(card).send(READ).data == b"\xaa\xbb"
    assert sent(card) == ["00B0000000", "00B0000004", "00B0000002"]


def test_a_wrong_length_of_get_response_is_corrected_too() -> None:
    card = replies("6120", "6C02", "AABB 9000")
    assert CardChannel(card).send(SELECT).data == b"\xaa\xbb"
    assert sent(card)[1:] == ["00C0000020", "00C0000002"]


def test_6cxx_to_a_command_without_le_is_the_cards_last_word() -> None:
    card = replies("6C04")
    assert CardChannel(card).send(SELECT).sw == 0x6C04
    assert len(card.asked) == 1


@pytest.mark.parametrize(
    ("command", "corrected"),
    [
        (CommandApdu(0, 0xB0, 0, 0, ne=65536, extended=True), "00B0000004"),
        (CommandApdu(0, 0xCB, 0x3F, 0xFF, b"\x5c\x00", 65536, extended=True), "00CB3FFF0000025C000004"),
    ],
)
def test_an_extended_length_is_corrected_in_a_form_the_card_takes(command: CommandApdu, corrected: str) -> None:
    card = replies("6C04", "01020304 9000")
    assert CardChannel(card).send(command).ok
    assert sent(card)[1] == corrected


@pytest.mark.parametrize(
    ("cla", "expected"),
    [(0x00, "00"), (0x01, "01"), (0x0C, "00"), (0x4A, "4A"), (0x6A, "4A"), (0x80, "80"), (0xA0, "A0")],
)
def test_get_response_stays_on_the_commands_channel(cla: int, expected: str) -> None:
    card = replies("6101", "AA 9000")
    CardChannel(card).send(CommandApdu(cla, 0xA4, 0, 0, b"\x3f\x00"))
    assert sent(card)[1] == f"{expected}C0000001"


@given(st.binary(min_size=256, max_size=1500))
@settings(deadline=None)
def test_long_data_goes_as_a_chain_that_a_card_can_put_together_again(data: bytes) -> None:
    received = bytearray()

    def answer(raw: bytes) -> bytes:
        received.extend(CommandApdu.parse(raw).data)
        return b"\x90\x00" if raw[0] & 0x10 else bytes.fromhex("6102") if raw[1] != 0xC0 else b"ok\x90\x00"

    assert CardChannel(Scripted(answer)).send(CommandApdu(0, 0x2A, 0, 0xBE, data)).data == b"ok"
    assert received == data


def test_a_chain_ends_at_the_link_the_card_refuses() -> None:
    card = replies("9000", "6884")
    assert CardChannel(card).send(CommandApdu(0, 0x2A, 0, 0xBE, bytes(900))).sw == SW.CHAINING_NOT_SUPPORTED
    assert [raw[0] for raw in card.asked] == [0x10, 0x10]


def test_extended_data_is_not_chained() -> None:
    card = replies("9000")
    CardChannel(card).send(CommandApdu(0, 0x2A, 0, 0xBE, bytes(900), extended=True))
    assert len(card.asked) == 1
    assert len(card.asked[0]) == 4 + 3 + 900


@pytest.mark.parametrize("answer", ["6110", "AA 6110", "6100", "5A" * 256 + "6100"])
def test_a_card_that_announces_more_for_ever_ends_in_an_error(answer: str) -> None:
    raw = bytes.fromhex(answer)
    card = Scripted(lambda _: raw)
    with pytest.raises(EndlessAnswerError) as caught:
        CardChannel(card).send(SELECT)
    assert isinstance(caught.value, TransportError)
    assert caught.value.code == "endless_answer"
    assert caught.value.command == bytes(SELECT)
    assert caught.value.received <= 65536 + 256
    assert "last status word" in str(caught.value)
    assert len(card.asked) <= 1100


def test_an_answer_of_64_kilobytes_is_not_endless() -> None:
    data = bytes(range(256)) * 256
    offset = 0

    def answer(raw: bytes) -> bytes:
        nonlocal offset
        if raw[1] == 0xA4:
            return b"\x61\x00"
        offset += 256
        return data[offset - 256 : offset] + (b"\x90\x00" if offset == len(data) else b"\x61\x00")

    assert CardChannel(Scripted(answer)).send(SELECT) == ResponseApdu(data, SW.OK)


def test_a_card_that_never_likes_a_length_ends_in_an_error() -> None:
    lengths = iter(range(1, 256))
    card = Scripted(lambda _: bytes((0x6C, next(lengths))))
    with pytest.raises(EndlessAnswerError, match="6C03 again"):
        CardChannel(card).send(READ)
    assert len(card.asked) == 3


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=20))
@settings(deadline=None)
def test_whatever_a_card_says_the_channel_ends(answers: list[bytes]) -> None:
    count = 0

    def answer(_: bytes) -> bytes:
        nonlocal count
        count += 1
        return answers[count % len(answers)]

    try:
        response = CardChannel(Scripted(answer)).send(CommandApdu(0, 0x2A, 0, 0, bytes(300), 256))
    except TransportError:
        pass
    else:
        assert response.sw.remaining is None
    assert count <= 2 * 3 * 1100


@pytest.mark.parametrize("answer", ["", "90"])
def test_an_answer_without_a_status_word_is_an_error_that_shows_it(answer: str) -> None:
    heard: list[tuple[bytes, bytes]] = []
    with pytest.raises(ShortAnswerError) as caught:
        CardChannel(replies(answer), lambda command, response: heard.append((command, response))).send(SELECT)
    assert caught.value.answer == bytes.fromhex(answer)
    assert heard == [(bytes(SELECT), bytes.fromhex(answer))], "a trace shows what came, above all when it is wrong"


def test_listeners_hear_every_exchange_in_order() -> None:
    first: list[str] = []
    second: list[str] = []
    channel = CardChannel(replies("6C01", "6101", "AA 9000"), lambda c, r: first.append(f"{c.hex()} {r.hex()}"))
    channel.exchange.append(lambda c, _: second.append(c.hex()))
    channel.send(READ)
    assert first == ["00b0000000 6c01", "00b0000001 6101", "00c0000001 aa9000"]
    assert second == ["00b0000000", "00b0000001", "00c0000001"]


def test_every_command_of_a_logical_channel_carries_its_number() -> None:
    # ISO/IEC 7816-4, 5.4.1: bits 1 and 2 of the class, in GET RESPONSE and in every link of a chain too.
    card = replies("6102", "ABCD9000", "9000", "9000")
    channel = CardChannel(card, number=1)
    assert channel.send(SELECT).data == b"\xab\xcd"
    assert channel.send(CommandApdu(0x00, 0x2A, 0x00, 0xBE, bytes(256))).ok
    assert [one[:8] for one in sent(card)] == ["01A40000", "01C00000", "112A00BE", "012A00BE"]


@pytest.mark.parametrize("number", [-1, 4])
def test_a_channel_that_a_first_class_byte_cannot_name(number: int) -> None:
    with pytest.raises(ValueError, match="logical channel is 0 to 3"):
        CardChannel(replies(), number=number)
