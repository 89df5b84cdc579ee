"""Errors of the way to the card, and the examples in the vocabulary's own documentation."""

import copy
import doctest
import importlib
import pickle
import pkgutil

import pytest

import reader_core.iso7816
from reader_core.iso7816 import (
    CardAbsentError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    EndlessAnswerError,
    FormatError,
    ReaderUnavailableError,
    ShortAnswerError,
    TransportError,
)

ERRORS = [
    CardAbsentError("Reader 1"),
    CardRemovedError("Reader 1", "PC/SC 80100069"),
    CardMuteError("Reader 1", "no answer in 10 s", "Wipe the chip."),
    CardResetError("Reader 1"),
    ReaderUnavailableError("Reader 1"),
    ShortAnswerError("Reader 1", b"\x90"),
    EndlessAnswerError("Reader 1", b"\x00\xb0\x00\x00\x00", 4096, "last status word 6100"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_say_where_what_and_what_to_do(error: TransportError) -> None:
    text = str(error)
    assert text.startswith("Reader 1: ")
    assert error.message in text
    assert error.detail in text
    assert text.endswith(error.next_step)
    assert error.next_step.endswith(".")
    assert "()" not in text


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_are_copied_and_pickled_with_their_evidence(error: TransportError) -> None:
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again) == vars(error)


def test_codes_are_distinct_and_next_steps_can_be_given() -> None:
    assert len({error.code for error in ERRORS}) == len(ERRORS)
    assert CardMuteError("r", "d", "Wipe the chip.").next_step == "Wipe the chip."
    assert CardMuteError("r").next_step == CardMuteError.default_next_step


@pytest.mark.parametrize(("answer", "shown"), [(b"", "(no byte)"), (b"\x90", "(1 byte: 90)")])
def test_a_short_answer_is_shown(answer: bytes, shown: str) -> None:
    error = ShortAnswerError("Reader 1", answer)
    assert error.answer == answer
    assert shown in str(error)


def test_format_errors_can_be_caught_as_one_kind() -> None:
    for kind in (reader_core.iso7816.ApduFormatError, reader_core.iso7816.TlvError, reader_core.iso7816.AtrError):
        assert issubclass(kind, FormatError)
        assert issubclass(kind, ValueError)
        assert str(kind(3, "why")).endswith("at byte 3: why")
        assert str(pickle.loads(pickle.dumps(kind(3, "why")))).endswith("at byte 3: why")


MODULES = sorted(module.name for module in pkgutil.iter_modules(reader_core.iso7816.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_documentation_hold(name: str) -> None:
    module = importlib.import_module(f"reader_core.iso7816.{name}")
    assert doctest.testmod(module).failed == 0


def test_everything_public_is_listed() -> None:
    assert sorted(reader_core.iso7816.__all__) == sorted(set(reader_core.iso7816.__all__))
    for name in reader_core.iso7816.__all__:
        assert getattr(reader_core.iso7816, name).__doc__
