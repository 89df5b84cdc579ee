"""A short run of the fuzz program, and proof that it can fail."""

import tracemalloc
from random import Random

import pytest

from emulator.card import CardSystem
from emulator.image import build_card, load_image
from scripts import fuzz_cards
from scripts.fuzz_cards import IMAGES, BreachError, check_answer, check_rest, fuzz, mutated

COUNT = 20_000


@pytest.fixture(name="card")
def fixture_card() -> CardSystem:
    card = build_card(load_image("cps"))
    assert isinstance(card, CardSystem)
    return card


@pytest.mark.parametrize("image", IMAGES)
def test_random_and_mutated_commands_get_well_formed_answers(image: str) -> None:
    tally = fuzz(image, COUNT // len(IMAGES), seed=20)
    assert tally.sent == COUNT // len(IMAGES)
    # A card that refuses everything would pass all checks.
    assert tally.words[0x90] + tally.words[0x61] > tally.sent // 100


def test_the_same_seed_sends_the_same_commands() -> None:
    assert fuzz("specimen", 400, seed=3).words == fuzz("specimen", 400, seed=3).words


@pytest.mark.parametrize(
    ("command", "answer", "said"),
    [
        ("00B0000010", "90", "has no status word"),
        ("00B0000010", "1234", "is no status word"),
        ("00B0000010", "00" * 17 + "9000", "17 bytes of data, 16 were asked for"),
        ("00B0", "009000", "what is no command"),
    ],
)
def test_an_ill_formed_answer_is_a_breach(card: CardSystem, command: str, answer: str, said: str) -> None:
    with pytest.raises(BreachError, match=said):
        check_answer(card, bytes.fromhex(command), bytes.fromhex(answer))


def test_a_failure_inside_the_card_is_a_breach(card: CardSystem) -> None:
    card.fault = ZeroDivisionError()
    with pytest.raises(BreachError, match="failed inside"):
        check_answer(card, bytes.fromhex("00B0000010"), b"\x90\x00")


def test_a_forgotten_counter_is_a_breach(card: CardSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    check_rest(card)
    monkeypatch.setattr(card, "reset", card.pins[1].tries.spend)
    with pytest.raises(BreachError, match="a reset changed the counters"):
        check_rest(card)


def test_a_file_that_grew_is_a_breach(card: CardSystem) -> None:
    file = card.root.elementary_files[0]
    file.content += bytes(file.capacity)
    with pytest.raises(BreachError, match="grew beyond"):
        check_rest(card)


def test_memory_that_is_not_given_back_is_a_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[bytes] = []

    def hoarding(raw: bytes, source: Random) -> bytes:
        kept.append(bytes(500))
        return mutated(raw, source)

    monkeypatch.setattr(fuzz_cards, "mutated", hoarding)
    tracemalloc.start()
    try:
        with pytest.raises(BreachError, match="bytes more than after"):
            fuzz("cps2ter", 5_000, seed=1)
    finally:
        tracemalloc.stop()
