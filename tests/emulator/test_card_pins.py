"""VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER: what they answer, what they count, what they let in."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from emulator.card import CardSystem, Counter, PinObject

Toy = Callable[..., CardSystem]
Play = Callable[[CardSystem, Sequence[str]], None]

RIGHT, WRONG = "0020000104 31323334", "0020000104 39393939"
PADDED = "0020000108 31323334FFFFFFFF"
ASK = "00200001"
SECRET = "00B0830006"
READ = [SECRET, b"secret".hex() + "9000"]
BLOCK = [WRONG, "63C2", WRONG, "63C1", WRONG, "63C0"]
PUK, WRONG_PUK, NEW = "3132333435363738", "3939393939393939", "35363738"
LET_KEY_7_IN = ["0084000002", "01029000", "00820007020201", "9000"]

VERIFY = {
    "right": [SECRET, "6982", RIGHT, "9000", *READ],
    "right, padded": [PADDED, "9000", *READ],
    "without data: how many tries are left, at no cost": [ASK, "63C3", ASK, "63C3", ASK + "00", "63C3", WRONG, "63C2", ASK, "63C2"],
    "without data: verified": [RIGHT, "9000", ASK, "9000", ASK + "00", "9000"],
    "without data: blocked": [*BLOCK, ASK, "6983"],
    "three wrong: blocked, for the right one too": [*BLOCK, RIGHT, "6983", WRONG, "6983", SECRET, "6982"],
    "right fills the counter": [WRONG, "63C2", WRONG, "63C1", RIGHT, "9000", WRONG, "63C2"],
    "wrong takes the verification back": [RIGHT, "9000", WRONG, "63C2", ASK, "63C2", SECRET, "6982"],
    "P1 = FF takes it back": [RIGHT, "9000", "0020FF01", "9000", ASK, "63C3", SECRET, "6982", "0020FF01", "9000"],
    "P1 = FF takes no data": ["0020FF0104 31323334", "6A87", ASK, "63C3"],
    "a reset takes it back, and keeps the count": [WRONG, "63C2", RIGHT, "9000", "reset", ASK, "63C3", SECRET, "6982"],
    "a reset gives no tries": [WRONG, "63C2", "reset", WRONG, "63C1", "reset", WRONG, "63C0", "reset", RIGHT, "6983"],
    "6700: no length of a value, at no cost": ["0020000103 313233", "6700", "0020000109 313233343536373839", "6700", ASK, "63C3"],
    "6700 leaves the verification": [RIGHT, "9000", "0020000103 313233", "6700", ASK, "9000"],
    "padding is padding only where it fills the length": ["0020000106 31323334FFFF", "63C2", "0020000108 FFFFFFFFFFFFFFFF", "63C1"],
    "6A86: P1": ["00200101", "6A86", "00208001 04 31323334", "6A86"],
    "6A86: P2 with bits for later": ["00200021", "6A86", "00200041", "6A86", "002000E1", "6A86"],
    "6A88: no such reference": ["00200000", "6A88", "00200003", "6A88", "0020000304 31323334", "6A88", "0020FF03", "6A88"],
    "6884: not in a chain": ["1020000102 3132", "6884", ASK, "63C3"],
    "the unblocking code can be verified too": ["0020000208" + PUK, "9000", "00200002", "9000"],
}  # fmt: skip

LOCAL = {
    "unknown outside its DF": ["00200081", "6A88", "00A4000C027F10", "9000", "00200081", "63C3", "00A4000C027F20", "9000", "00200081", "6A88"],
    "known below its DF, and lasts there": [
        "00A4000C027F10", "9000", "0020008105" + b"local".hex(), "9000", "00A4000C027F11", "9000", "00200081", "9000",
        "00A4030C", "9000", "00200081", "9000",
    ],
    "lost outside": [
        "00A4000C027F10", "9000", "0020008105" + b"local".hex(), "9000", "00A4000C023F00", "9000", "00A4000C027F10", "9000", "00200081", "63C3",
    ],
    "the card's own lasts": [RIGHT, "9000", "00A4000C027F10", "9000", "00A4000C027F20", "9000", ASK, "9000"],
}  # fmt: skip

CHANGE = {
    "old and new, bare": ["0024000108 31323334" + NEW, "9000", RIGHT, "63C2", "0020000104" + NEW, "9000"],
    "old and new, padded": ["0024000110 31323334FFFFFFFF 35363738FFFFFFFF", "9000", "0020000104" + NEW, "9000"],
    "a new one of another length": ["002400010A 31323334 303132333435", "9000", "0020000106 303132333435", "9000"],
    "it grants nothing": ["0024000108 31323334" + NEW, "9000", SECRET, "6982", ASK, "63C3"],
    "wrong old one: counted, nothing changed": ["0024000108 39393939" + NEW, "63C2", RIGHT, "9000"],
    "right old one fills the counter": [WRONG, "63C2", "0024000108 31323334" + NEW, "9000", ASK, "63C3"],
    "blocked": [*BLOCK, "0024000108 31323334" + NEW, "6983"],
    "6700: no room for two, at no cost": ["00240001", "6700", "0024000104 31323334", "6700", "0024000107 31323334353637", "6700", ASK, "63C3"],
    "6A80: a new one with padding in it": ["002400010C 31323334FFFFFFFF 35363738", "6A80", ASK, "63C3", RIGHT, "9000"],
    "new alone needs its rule": ["0024010104" + NEW, "6982", RIGHT, "9000", "0024010104" + NEW, "9000", RIGHT, "63C2", "0020000104" + NEW, "9000"],
    "new alone of a wrong length": [RIGHT, "9000", "0024010103 353637", "6700", "00240101", "6700", RIGHT, "9000"],
    "a new one survives a reset": ["0024000108 31323334" + NEW, "9000", "reset", RIGHT, "63C2", "0020000104" + NEW, "9000"],
    "a code that stays as it is made: 6982, at no cost": ["0024000210" + PUK + WRONG_PUK, "6982", "0024000210" + WRONG_PUK * 2, "6982", "00200002", "63C2"],
    "6A86, 6A88": ["0024020108 31323334" + NEW, "6A86", "0024002108 31323334" + NEW, "6A86", "0024000308 31323334" + NEW, "6A88"],
}  # fmt: skip

RESET = {
    "code and new value": [*BLOCK, "002C00010C" + PUK + NEW, "9000", ASK, "63C3", "0020000104" + NEW, "9000"],
    "code and new value, padded": [*BLOCK, "002C000110" + PUK + NEW + "FFFFFFFF", "9000", "0020000104" + NEW, "9000"],
    "code alone": [*BLOCK, "002C010108" + PUK, "9000", RIGHT, "9000"],
    "it verifies nothing, and takes a verification back": [RIGHT, "9000", "002C010108" + PUK, "9000", ASK, "63C3", SECRET, "6982"],
    "wrong code: the code's own counter": [
        *BLOCK, "002C010108" + WRONG_PUK, "63C1", ASK, "6983", "002C00010C" + WRONG_PUK + NEW, "63C0",
        "002C010108" + PUK, "6983", "002C00010C" + PUK + NEW, "6983", ASK, "6983",
    ],
    "6984: all uses used": ["002C010108" + PUK, "9000", "002C010108" + PUK, "9000", "002C010108" + PUK, "6984", "reset", "002C010108" + PUK, "6984"],
    "a use is a use: VERIFY of the code counts, and there is none behind the last": [
        "0020000208" + PUK, "9000", "002C010108" + PUK, "9000", "0020000208" + PUK, "6984", "00200002", "9000", "reset", "00200002", "6984", "002C0001", "6984",
    ],
    "a wrong code costs no use": [
        "002C010108" + WRONG_PUK, "63C1", "002C010108" + PUK, "9000", "002C010108" + PUK, "9000", "002C010108" + PUK, "6984",
    ],
    "6700: lengths, at no cost": ["002C0001", "6700", "002C000108" + PUK, "6700", "002C00010B" + PUK + "353637", "6700", "002C0101", "6700", "00200002", "63C2"],
    "new alone, nothing at all: by their rule": [
        *BLOCK, "002C020104" + NEW, "6982", "002C0301", "6982", *LET_KEY_7_IN,
        "002C020103 353637", "6700", "002C0201", "6700", "002C030101 35", "6700", ASK, "6983",
        "002C0301", "9000", RIGHT, "9000", "002C020104" + NEW, "9000", "0020000104" + NEW, "9000",
    ],
    "6A80: a new one with padding in it": [*BLOCK, *LET_KEY_7_IN, "002C020105 35363738FF", "6A80", ASK, "6983"],
    "6985: nothing unblocks it": ["002C010208" + PUK, "6985", "002C00020C" + PUK + NEW, "6985"],
    "6A86, 6A88": ["002C040108" + PUK, "6A86", "002C014108" + PUK, "6A86", "002C010308" + PUK, "6A88"],
}  # fmt: skip


@pytest.mark.parametrize("transmission", ["T=0", "T=1"])
@pytest.mark.parametrize("name", VERIFY)
def test_verify(toy: Toy, play: Play, name: str, transmission: str) -> None:
    play(toy(transmission), VERIFY[name])


@pytest.mark.parametrize("name", LOCAL)
def test_verify_of_a_pin_of_one_df(toy: Toy, play: Play, name: str) -> None:
    play(toy("T=1"), LOCAL[name])


@pytest.mark.parametrize("name", CHANGE)
def test_change_reference_data(toy: Toy, play: Play, name: str) -> None:
    play(toy(), CHANGE[name])


@pytest.mark.parametrize("name", RESET)
def test_reset_retry_counter(toy: Toy, play: Play, name: str) -> None:
    play(toy(), RESET[name])


def test_counters_are_kept_and_can_be_put_into_a_new_card(toy: Toy, play: Play) -> None:
    card = toy()
    play(card, [*BLOCK, "002C010108" + PUK, "9000", WRONG, "63C2", "002C010108" + WRONG_PUK, "63C1"])
    kept = card.counters()
    assert kept == {"pin.1.tries": 2, "pin.2.tries": 1, "pin.2.uses": 1, "pin.129.tries": 3, "key.08.tries": 2}
    card.power_off()
    card.power_on()
    assert card.counters() == kept
    another = toy()
    another.restore(kept)
    play(another, [WRONG, "63C1", "002C010108" + PUK, "9000", "002C010108" + PUK, "6984"])


@pytest.mark.parametrize(
    ("counters", "message"),
    [
        ({"pin.1.tries": 1, "pin.9.tries": 1}, r"no counter 'pin\.9\.tries'; it has key\.08\.tries, pin\.1\.tries"),
        ({"pin.1.tries": 1, "pin.2.uses": 3}, r"pin\.2\.uses goes from 0 to 2, not to 3"),
        ({"pin.1.tries": -1}, "not to -1"),
    ],
)
def test_counters_that_do_not_fit_change_nothing(toy: Toy, counters: dict[str, int], message: str) -> None:
    card = toy()
    before = card.counters()
    with pytest.raises(ValueError, match=message):
        card.restore(counters)
    assert card.counters() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"reference": 0}, "a reference is 01 to 1F"),
        ({"reference": 0x20}, "a reference is 01 to 1F"),
        ({"reference": 0x80}, "a reference is 01 to 1F"),
        ({"reference": 0x101}, "a reference is 01 to 1F"),
        ({"tries": 0}, "1 to 15 tries"),
        ({"tries": 16}, "1 to 15 tries"),
        ({"value": b"123"}, "4 to 8 bytes"),
        ({"value": b"123456789"}, "4 to 8 bytes"),
        ({"value": b"12\xff4"}, "none of them the padding byte"),
        ({"uses": 0}, "starts at 1 or more"),
    ],
)
def test_pins_that_cannot_be(arguments: dict[str, Any], message: str) -> None:
    valid: dict[str, Any] = {"reference": 1, "value": b"1234"}
    with pytest.raises(ValueError, match=message):
        PinObject(**(valid | arguments))


def test_a_pin_says_its_state_and_never_its_value() -> None:
    pin = PinObject(1, b"1234")
    pin.compare(b"0000")
    assert (repr(pin), pin.value, pin.blocked, pin.grants) == ("<PIN 01, 2 of 3 tries left>", b"1234", False, "pin:1")
    assert repr(pin.tries) == "<pin.1.tries 2 of 3>"
    assert pin.tries.limit == 3


def test_an_exhausted_counter_cannot_be_spent() -> None:
    counter = Counter("uses", 1)
    counter.spend()
    with pytest.raises(ValueError, match="uses is exhausted"):
        counter.spend()


@pytest.mark.parametrize("tries", [1, 15])
def test_a_pin_counts_from_1_to_15(tries: int) -> None:
    pin = PinObject(1, b"1234", tries)
    assert [pin.compare(b"0000") for _ in range(tries)] == [0x63C0 + left for left in reversed(range(tries))]
    assert pin.compare(b"1234") == 0x6983


def test_a_code_without_a_limit_unblocks_for_ever(toy: Toy, play: Play) -> None:
    pins = [PinObject(1, b"1234", puk=2), PinObject(2, b"12345678", minimum=8)]
    play(toy(pins=pins), 20 * [*BLOCK, "002C010108" + PUK, "9000"])
