"""The table of faults: every row is whole, and every way to ask for one is checked."""

import pickle
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.faults import FAULTS, Fault, FaultError, FaultKind, FaultyCard, Parameter, fault, parse_fault
from emulator.readers import PulledCard
from reader_core import ErrorCode
from reader_core.connections.pcsc_codes import error_for
from reader_core.iso7816 import Card, CardRemovedError


@pytest.mark.parametrize("kind", FAULTS.values(), ids=FAULTS)
def test_every_row_says_what_happens_what_is_seen_and_where_that_is_known_from(kind: FaultKind) -> None:
    for sentence in (kind.description, kind.pcsc, kind.in_process):
        assert sentence[0].isupper() or sentence[0] in "6`"
        assert sentence.endswith(".")
    assert kind.source
    for codes in (kind.reader, kind.cps):
        assert codes
        assert set(codes) <= set(ErrorCode) | {"read"}
    names = [parameter.name for parameter in kind.parameters]
    assert len(names) == len(set(names))
    assert "seed" not in names
    for parameter in kind.parameters:
        assert parameter.unit
        assert parameter.description
        assert parameter.value(parameter.default) == parameter.default
        if parameter.written:
            assert parameter.value(parameter.written) == parameter.default


def test_every_result_code_of_the_table_is_one_that_our_reader_knows() -> None:
    named = {code for kind in FAULTS.values() for code in re.findall(r"0x(8010\w{4})", kind.pcsc)}
    assert {"80100016", "80100017", "80100069", "8010001D"} <= named
    for code in named:
        error = error_for(int(code, 16), "Reader")
        assert error.next_step
        assert error.detail != f"PC/SC {code}" or type(error) is CardRemovedError, "a code with a meaning of its own"


def test_a_text_and_a_call_give_the_same_fault() -> None:
    written = parse_fault("wrong_sw:sw=6A82,ins=B0,always=true,seed=4")
    assert written == fault("wrong_sw", seed=4, sw=0x6A82, ins=0xB0, always=True)
    assert written == fault("wrong_sw", seed=4, sw="6A82", ins="b0", always="yes")
    assert written != fault("wrong_sw", sw=0x6A82, ins=0xB0, always=True)
    assert str(written) == "wrong_sw:sw=6A82,ins=B0,always=true,seed=4"
    assert str(fault("mute", seconds=0.5)) == "mute:seconds=0.5"
    assert str(fault("wrong_atr", atr="3b 00")) == "wrong_atr:atr=3B00"
    assert str(fault("removed")) == "removed"


def values(parameter: Parameter) -> st.SearchStrategy[object]:
    match parameter.default:
        case bool():
            return st.booleans()
        case float():
            return st.floats(0, 3600).map(lambda value: round(value, 3))
        case bytes():
            return st.binary(min_size=2, max_size=33)
        case int() if parameter.unit == "SW1-SW2":
            return st.integers(0, 0xFFFF)
        case None:
            return st.integers(0, 0xFF)
        case int():
            return st.integers(1, 200)
        case other:
            return st.just(other)


@st.composite
def faults(draw: st.DrawFn) -> Fault:
    kind = draw(st.sampled_from(list(FAULTS.values())))
    chosen = draw(st.sets(st.sampled_from([one.name for one in kind.parameters])))
    given_values = {one.name: draw(values(one)) for one in kind.parameters if one.name in chosen}
    return fault(kind.name, draw(st.integers(0, 10**6)), **given_values)


@settings(deadline=None)
@given(faults())
def test_what_is_printed_can_be_read_again(made: Fault) -> None:
    assert parse_fault(str(made)) == made
    assert pickle.loads(pickle.dumps(made)) == made
    assert len({made, parse_fault(str(made))}) == 1


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("removd", "unknown_fault", "Did you mean removed?"),
        ("nothing of the kind", "unknown_fault", "vitale card faults"),
        ("", "unknown_fault", "vitale card faults"),
        ("removed:at=3", "unknown_parameter", "It has after, seed."),
        ("removed:after", "bad_value", "key=value"),
        ("removed:after=-1", "bad_value", "from 0 to"),
        ("removed:after=soon", "bad_value", "whole number"),
        ("removed:seed=x", "bad_value", "whole number"),
        ("mute:seconds=nan", "bad_value", "number of seconds"),
        ("mute:seconds=long", "bad_value", "number of seconds"),
        ("wrong_sw:sw=6F", "bad_value", "4 hexadecimal digits"),
        ("wrong_sw:sw=6G00", "bad_value", "4 hexadecimal digits"),
        ("wrong_sw:always=maybe", "bad_value", "true or false"),
        ("torn_write:written=half", "bad_value", "one of none, all"),
        ("wrong_atr:atr=3B", "bad_value", "2 to 33 bytes"),
        ("wrong_atr:atr=XX", "bad_value", "2 to 33 bytes"),
        ("swapped:card=", "bad_value", "a name"),
    ],
)
def test_a_wrong_fault_says_what_would_be_right(text: str, code: str, said: str) -> None:
    with pytest.raises(FaultError) as caught:
        parse_fault(text)
    assert caught.value.code == code
    assert said in caught.value.next_step
    assert str(caught.value) == f"{caught.value.message} {caught.value.next_step}"


@pytest.mark.parametrize(
    ("name", "value"), [("wrong_sw", {"sw": 0x10000}), ("wrong_sw", {"at": True}), ("wrong_atr", {"atr": 5})]
)
def test_a_value_of_another_kind_is_refused(name: str, value: dict[str, Any]) -> None:
    with pytest.raises(FaultError):
        fault(name, **value)


def test_a_card_that_does_not_exist_cannot_be_swapped_in(toy: Callable[[], Card]) -> None:
    with pytest.raises(FaultError, match="no-such-card") as caught:
        fault("swapped", card="no-such-card").apply(toy())
    assert caught.value.next_step


def test_the_pulled_card_of_the_readers_is_the_fault() -> None:
    assert isinstance(fault("removed").apply(FaultyCard.__new__(FaultyCard)), PulledCard)
