"""Every refusal has its words, in both languages, and its one next step."""

import pickle
import re

import pytest

from reader_core.errors import ERRORS, ErrorCode, ReadingError

CONTRACT = """vitale_absent vitale_unknown vitale_removed vitale_mute vitale_changed reader_unavailable cps_absent cps_unknown
cps_removed pin_missing pin_wrong pin_blocked cps_expired cps_revoked cps_not_entitled cps_unsuitable cards_mixed
chain_untrusted card_data_invalid access_denied journal_unavailable"""


def test_the_codes_are_those_of_the_adapter_protocol() -> None:
    assert [code.value for code in ErrorCode] == CONTRACT.split()
    assert set(ERRORS) == set(ErrorCode)


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_has_sentences_and_no_two_say_the_same(code: ErrorCode) -> None:
    row = ERRORS[code]
    texts = (row.message, row.message_fr, row.next_step, row.next_step_fr)
    for text in texts:
        assert re.fullmatch(r"[A-ZÀ-Ý].*\.", text), text
    others = {each.message_fr for other, each in ERRORS.items() if other is not code}
    assert row.message_fr not in others


def test_an_error_carries_its_evidence() -> None:
    error = ReadingError("pin_wrong", "the card answered 63C2", retries=2)
    assert error.code is ErrorCode.PIN_WRONG
    assert str(error) == "The confidential code of the professional card is wrong. (the card answered 63C2)"
    assert error.message_fr.startswith("Le code porteur")
    assert error.next_step.startswith("Enter the right code")
    assert error.partial is None
    assert error.to_dict() == {
        "code": "pin_wrong",
        "message": "Le code porteur de la carte de professionnel est erroné.",
        "next_step": "Saisissez le bon code ; trois codes erronés de suite bloquent la carte.",
        "evidence": "the card answered 63C2",
        "retries": 2,
    }


def test_an_error_without_evidence_is_just_its_sentence() -> None:
    assert str(ReadingError(ErrorCode.CPS_ABSENT)) == ERRORS[ErrorCode.CPS_ABSENT].message


def test_an_unknown_code_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        ReadingError("nonsense")


def test_an_error_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(ReadingError("pin_wrong", "63C1", retries=1)))
    assert (error.code, error.evidence, error.retries) == (ErrorCode.PIN_WRONG, "63C1", 1)
