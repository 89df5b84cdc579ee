"""The workplace of a case, in its three kinds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from conformance.bench import Bench, ReaderKind
from conformance.cards import Deck
from conformance.events import Verdict
from conformance.play import scenario_info
from emulator.image import ImageError, build_card, load_image
from fixtures.vitale import Pull, Reading
from reader_core.iso7816 import CardAbsentError, CardRemovedError

ON = date(2026, 1, 15)
SELECT_MF = bytes.fromhex("00A4000C023F00")


@pytest.fixture(params=["inprocess", "socket"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    kind: ReaderKind = request.param
    with Bench(kind) as made:
        yield made


def test_each_kind_has_its_own_addresses(bench: Bench) -> None:
    with bench.workplace() as workplace:
        assert workplace.vitale.startswith(f"{bench.kind}:")
        assert workplace.vitale != workplace.cps
        assert (workplace.connect() is not None) is (bench.kind == "inprocess")
    assert bench.environment == {}


def test_cards_come_and_go_and_a_card_that_stays_is_not_touched() -> None:
    vitale, cps = build_card(load_image("specimen")), build_card(load_image("cps"))
    with Bench("inprocess") as bench, bench.workplace() as workplace:
        connections = workplace.connect()
        assert connections is not None
        first, second = connections
        with pytest.raises(CardAbsentError):
            first.power_on()
        workplace.load(vitale, cps)
        assert first.power_on() == vitale.atr
        assert second.power_on() == cps.atr
        workplace.load(vitale, None)
        assert first.transmit(SELECT_MF)
        with pytest.raises(CardRemovedError):
            second.transmit(SELECT_MF)
        workplace.load(None, cps)
        with pytest.raises(CardRemovedError):
            first.transmit(SELECT_MF)


def test_the_same_card_comes_back_and_another_one_does_not() -> None:
    deck = Deck()
    plain = Reading(vitale="specimen", cps="cps", on=ON)
    changed = Reading(vitale="specimen", patch={"assure.regime": "07"}, cps="cps", on=ON)
    pulled = Reading(vitale="specimen", cps="cps", on=ON, pull=Pull("vitale", 1))
    (one, cps), (other, same), (third, _) = deck.deal(1, plain), deck.deal(2, changed), deck.deal(3, pulled)
    again, _ = deck.deal(4, plain)
    assert cps is same
    assert one is again
    assert len({id(one), id(other), id(third)}) == 3


def test_a_deck_remembers_which_reading_saw_what() -> None:
    deck = Deck()
    reading = Reading(vitale="specimen", on=ON)
    vitale, cps = deck.deal(1, reading)
    assert vitale is not None
    assert cps is None
    vitale.power_on()
    deck.deal(2, reading)
    vitale.transmit(SELECT_MF)
    assert [entry.kind for entry in deck.seen(1)] == ["power_on"]
    assert [entry.command for entry in deck.seen(2)] == [SELECT_MF]


def test_an_image_that_is_not_there_is_the_harness_s_fault() -> None:
    with pytest.raises(ImageError):
        Deck().deal(1, Reading(vitale="no-such-image", on=ON))


ONE_OF_EACH = ("VIT-IDE-001/4", "VIT-IDE-010", "VIT-ACC-006/3", "VIT-ERR-001", "VIT-ERR-004/2", "VIT-ERR-005")


def test_a_product_over_the_socket_conforms(certify: Any) -> None:
    run = certify("builtin", reader="socket")
    assert run.code == 0, run.out
    assert set(run.stream.counts) == {Verdict.PASS}
    assert run.stream.header.reader == "socket"


@pytest.mark.pcsc
def test_a_product_over_pcsc_conforms(certify: Any) -> None:
    run = certify("builtin", *ONE_OF_EACH, reader="pcsc")
    assert run.code == 0, run.out + run.err
    assert set(run.stream.counts) == {Verdict.PASS}
    assert run.stream.header.reader == "pcsc"
    assert "Virtual PCD" not in run.out


def test_an_event_names_the_cards_of_each_reading_in_turn(scenarios: Any) -> None:
    info = scenario_info(scenarios["professional-card-withdrawn"])
    assert (info.vitale, info.cps, info.on, info.readings) == ("specimen (modified)", "cps → none", "2026-01-15", 2)
    info = scenario_info(scenarios["uncam-both-rules-one-card"])
    assert (info.api, info.cps, info.pin_given) == ("before → 4.10", "cps", True)
    info = scenario_info(scenarios["another-card-follows"])
    assert (info.vitale, info.cps, info.pin_given) == ("specimen (modified) → specimen", None, False)
