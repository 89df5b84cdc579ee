"""Pairs of slots that are filled ahead: none is lost to a case that another worker plays."""

from __future__ import annotations

from typing import Any, cast

import pytest

from conformance.slots import SlotPool
from emulator.readers import VpcdSlot
from reader_core.iso7816 import Card

CARD = cast("Card", object())


class Slot:
    """A slot that sees its card at once."""

    def __init__(self) -> None:
        self.card: Any = None

    def insert(self, card: Card, *, wait: bool = True) -> None:
        del wait
        assert self.card is None
        self.card = card

    def wait_seen(self) -> None:
        assert self.card is not None

    def release(self) -> None:
        self.card = None


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> SlotPool:
    """Four pairs that need no rest."""
    monkeypatch.setattr("conformance.slots._REST_S", 0.0)
    return SlotPool(cast("list[VpcdSlot]", [Slot() for _ in range(8)]))


def test_a_case_finds_its_cards_and_one_pair_stays_free(pool: SlotPool) -> None:
    assert [pool.reserve(key, CARD, None) for key in "abcd"] == [True, True, True, False]
    pair = pool.take("b")
    assert pair.cards == [CARD, None]
    pool.give_back(pair)
    assert pair.vitale.card is None
    assert pool.take("unforeseen").cards == [None, None]


def test_what_was_filled_for_cases_of_another_worker_is_free_again(pool: SlotPool) -> None:
    for key in "abc":
        pool.reserve(key, CARD, CARD)
    pool.keep({"c", "x", "y", "z"})
    assert [pool.reserve(key, CARD, None) for key in "xyz"] == [True, True, False], "only the pair of c was kept"
    assert pool.take("c").cards == [CARD, CARD]
    assert pool.take("a").cards == [None, None], "and nothing is left of a"
