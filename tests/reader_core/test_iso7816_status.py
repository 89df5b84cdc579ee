"""Responses and status words."""

import pickle
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader_core.iso7816 import (
    SW,
    ApduFormatError,
    ResponseApdu,
    StatusKind,
    StatusWord,
    bytes_remaining,
    tries_left,
    wrong_le,
)

words = st.integers(0, 0xFFFF).map(StatusWord)


def test_no_value_of_16_bits_raises_and_each_has_a_meaning_in_both_languages() -> None:
    for value in range(0x10000):
        word = StatusWord(value)
        assert word == value
        assert isinstance(word.kind, StatusKind)
        if value & 0xFF in {0x00, 0x10, 0xC3, 0xFF}:  # the families; the table is read once more for each
            assert word.meaning
            assert word.meaning_fr
            assert not {"{", "}"} & {*word.meaning, *word.meaning_fr}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (0x9000, StatusKind.NORMAL),
        (0x6100, StatusKind.NORMAL),
        (0x61FF, StatusKind.NORMAL),
        (0x6282, StatusKind.WARNING),
        (0x63C0, StatusKind.WARNING),
        (0x6400, StatusKind.EXECUTION_ERROR),
        (0x6581, StatusKind.EXECUTION_ERROR),
        (0x6600, StatusKind.EXECUTION_ERROR),
        (0x6700, StatusKind.CHECKING_ERROR),
        (0x6A82, StatusKind.CHECKING_ERROR),
        (0x6C10, StatusKind.CHECKING_ERROR),
        (0x6FFF, StatusKind.CHECKING_ERROR),
        (0x9001, StatusKind.PROPRIETARY),
        (0x9F10, StatusKind.PROPRIETARY),
        (0x9804, StatusKind.PROPRIETARY),
        (0x6000, StatusKind.INVALID),
        (0x0000, StatusKind.INVALID),
        (0xFFFF, StatusKind.INVALID),
    ],
)
def test_the_first_byte_tells_the_family(value: int, kind: StatusKind) -> None:
    word = StatusWord(value)
    assert word.kind is kind
    assert word.ok is (kind is StatusKind.NORMAL)


@pytest.mark.parametrize(
    ("value", "remaining", "exact", "retries"),
    [
        (0x6110, 16, None, None),
        (0x6100, 256, None, None),
        (0x6C10, None, 16, None),
        (0x6C00, None, 256, None),
        (0x63C3, None, None, 3),
        (0x63C0, None, None, 0),
        (0x63CF, None, None, 15),
        (0x6300, None, None, None),
        (0x9000, None, None, None),
        (0x62C3, None, None, None),
    ],
)
def test_data_inside_a_word_is_told(value: int, remaining: int | None, exact: int | None, retries: int | None) -> None:
    word = StatusWord(value)
    assert (word.remaining, word.exact_length, word.retries) == (remaining, exact, retries)


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (0x9000, "done", "exécuté"),
        (0x6100, "done, 256 bytes of answer are waiting", "exécuté, 256 octets de réponse en attente"),
        (0x63C2, "verification failed, 2 tries left", "vérification échouée, 2 essais restants"),
        (0x6C1E, "wrong Le, exactly 30 bytes are there", "Le incorrect, exactement 30 octets disponibles"),
        (0x6982, "security status not satisfied", "conditions de sécurité non remplies"),
        (0x6A82, "file or application not found", "fichier ou application introuvable"),
        (0x6AF1, "wrong parameters P1-P2", "paramètres P1-P2 incorrects"),
        (0x9804, "not defined by ISO/IEC 7816-4", "non défini par l'ISO/IEC 7816-4"),
    ],
)
def test_meanings(value: int, english: str, french: str) -> None:
    assert StatusWord(value).meaning == english
    assert StatusWord(value).meaning_fr == french


def named_words() -> dict[str, StatusWord]:
    return {name: value for name, value in vars(SW).items() if isinstance(value, StatusWord)}


@pytest.mark.parametrize(("name", "word"), named_words().items())
def test_each_constant_has_its_name_and_a_meaning_of_its_own(name: str, word: StatusWord) -> None:
    assert word.name == name
    assert word.meaning != StatusWord(0x0000).meaning


def test_constants_are_distinct_and_unknown_words_have_no_name() -> None:
    assert len(set(named_words().values())) == len(named_words()) > 40
    assert StatusWord(0x6F42).name is None


@given(words)
def test_a_word_matches_itself_and_patterns_that_hide_some_of_its_digits(word: StatusWord) -> None:
    text = str(word)
    assert StatusWord(int(text, 16)) == word
    assert repr(word) == f"StatusWord(0x{text})"
    assert word.matches(text)
    assert word.matches(text.lower())
    assert word.matches(text[:2] + "xx")
    assert word.matches("XXXX")
    assert not word.matches(f"{word ^ 0x0100:04X}")
    assert (word.sw1 << 8) + word.sw2 == word


@pytest.mark.parametrize("pattern", ["", "9", "900", "90000", "90G0", "61 xx"])
def test_a_pattern_is_four_digits(pattern: str) -> None:
    with pytest.raises(ValueError, match="four characters"):
        StatusWord(0x9000).matches(pattern)


@pytest.mark.parametrize("value", [-1, 0x10000])
def test_more_than_16_bits_is_no_word(value: int) -> None:
    with pytest.raises(ValueError, match="16 bits"):
        StatusWord(value)


def test_a_word_survives_pickling_and_arithmetic_gives_plain_numbers() -> None:
    again = pickle.loads(pickle.dumps(SW.FILE_NOT_FOUND))
    assert again == SW.FILE_NOT_FOUND
    assert isinstance(again, StatusWord)
    assert type(SW.OK + 1) is int
    assert StatusWord.from_bytes(b"\x6a\x82").name == "FILE_NOT_FOUND"


@pytest.mark.parametrize(("count", "word"), [(1, 0x6101), (255, 0x61FF), (256, 0x6100), (9000, 0x6100)])
def test_waiting_bytes_are_written(count: int, word: int) -> None:
    assert bytes_remaining(count) == word
    assert bytes_remaining(count).remaining == min(count, 256)


@pytest.mark.parametrize(("count", "word"), [(1, 0x6C01), (255, 0x6CFF), (256, 0x6C00)])
def test_the_right_length_is_written(count: int, word: int) -> None:
    assert wrong_le(count) == word
    assert wrong_le(count).exact_length == count


@pytest.mark.parametrize(("count", "word"), [(0, 0x63C0), (3, 0x63C3), (15, 0x63CF), (16, 0x63CF)])
def test_tries_are_written(count: int, word: int) -> None:
    assert tries_left(count) == word


def test_lengths_and_counters_that_no_word_can_say_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 256"):
        bytes_remaining(0)
    with pytest.raises(ValueError, match="1 to 256"):
        wrong_le(257)
    with pytest.raises(ValueError, match="1 to 256"):
        wrong_le(0)
    with pytest.raises(ValueError, match="not negative"):
        tries_left(-1)


@given(st.binary(max_size=300), words)
def test_responses_are_data_then_a_word(data: bytes, word: StatusWord) -> None:
    response = ResponseApdu(data, word)
    raw = bytes(response)
    assert raw == data + bytes((word.sw1, word.sw2))
    assert ResponseApdu.parse(raw) == response
    assert response.ok is word.ok
    assert set(str(response)) <= {*string.hexdigits.upper(), " "}


def test_a_plain_number_becomes_a_status_word() -> None:
    assert ResponseApdu(bytearray(b"\x01"), 0x6A82).sw.name == "FILE_NOT_FOUND"  # pyright: ignore[reportArgumentType] -- emulators write words as numbers


@pytest.mark.parametrize("raw", [b"", b"\x90"])
def test_an_answer_without_room_for_a_word_is_refused(raw: bytes) -> None:
    with pytest.raises(ApduFormatError, match=f"only {len(raw)} came") as caught:
        ResponseApdu.parse(raw)
    assert caught.value.offset == len(raw)
