"""Generated cards: legal, the same for everybody, and read by a conforming reader as their fields say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from conformance.bench import Bench
from conformance.cards import Deck
from conformance.generated import GeneratedReading
from conformance.generated.drawing import draw
from conformance.generated.exemption import ORDER
from conformance.generated.reading import as_patch
from conformance.generated.tables import tables
from conformance.play import Table, play_readings
from conformance.protocol import Trust
from emulator.image import dump_image, load_image, parse_image, patch_image
from fixtures.vitale import Scenario
from reader_core import Reader, TrustStore, card_object
from reader_core.numbers import accident
from reader_core.records import compute_key
from vitale_testbed import virtual_reader
from vitale_testbed.builtin import BuiltinReader, present_pin
from vitale_testbed.strategies import differences, readings

SEED = 2026
CARDS = 1000


@pytest.fixture(scope="module")
def table(trust: Trust) -> Iterator[Table]:
    product = BuiltinReader()
    with Bench("inprocess") as bench:
        yield Table(product, product.describe().capabilities, bench, trust, ("vitale", "certify"))


def read(table: Table, scenario: Scenario) -> tuple[Any, str | None]:
    (turn,) = play_readings(table, scenario.id, scenario, Deck.unwatched())
    assert turn.reply.answer is not None
    return turn.reply.answer.card, turn.reply.answer.refusal


@pytest.mark.timeout(300)
def test_a_conforming_reader_reads_a_thousand_cards_as_their_fields_say(table: Table) -> None:
    drawn: Counter[str] = Counter()
    for index in range(CARDS):
        reading = draw(SEED, index)
        scenario = reading.scenario(f"card-{SEED}-{index}")
        (asked,) = scenario.readings
        card, refusal = read(table, scenario)
        assert differences(asked.expect, card) == [], scenario.id
        assert (refusal in asked.refusal) if asked.refusal else refusal is None, scenario.id
        drawn.update((reading.vitale.assure.regime, reading.api, reading.access))
        drawn.update(str(want) for path, want in asked.expect.items() if path.endswith("exoneration.nature"))
    # A thousand cards that are all alike would prove nothing.
    assert all(drawn[one] >= 20 for one in ("before", "4.10", "none", "cpa", "cps:wrong-pin", "expired", "cde")), drawn
    assert all(drawn[nature] >= 5 for nature in (*ORDER, "maternite")), drawn
    assert all(drawn[row.regime] for row in tables().affiliations.rows), drawn


def test_seed_and_index_name_a_card() -> None:
    assert draw(1, 7) == draw(1, 7)
    assert len({draw(1, index) for index in range(20)} | {draw(2, index) for index in range(20)}) == 40


@given(readings(most=3))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_card_is_a_legal_image(reading: GeneratedReading) -> None:
    image = patch_image(load_image("specimen"), as_patch(reading.vitale))
    assert image == reading.vitale, "the scenario's patch makes that image and no other"
    assert parse_image(dump_image(image)) == image
    assert compute_key(reading.vitale.assure.nir)
    assert reading.vitale.assure.nir[7:9] in {"99", "69"} or reading.vitale.assure.nir[8:10] == "99", (
        "no commune in use"
    )
    for one in reading.vitale.accidents[1:]:
        assert accident.is_valid(one.identifiant)
    for person in reading.vitale.beneficiaires:
        assert not person.maternite or person.maternite.date_accouchement <= reading.on.isoformat()


@given(readings(api="before", access="none", most=1))
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_user_narrows_what_is_drawn(reading: GeneratedReading) -> None:
    assert (reading.api, reading.cps, reading.pin, len(reading.vitale.beneficiaires)) == ("before", None, None, 1)
    assert reading.refusal == ("cps_absent",)


@given(reading=readings(most=2))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_program_of_ones_own_reads_them_through_a_virtual_reader(trust: Trust, reading: GeneratedReading) -> None:
    store = TrustStore.from_files(trust.roots, trust.crls)
    with (
        virtual_reader(reading.vitale, cps=reading.cps) as slots,
        Reader.open(slots.vitale.connect(), slots.cps.connect() if reading.cps else None, store) as reader,
    ):
        if reading.pin is not None:
            present_pin(reader, reading.pin)
        read = card_object(reader.read_vitale(reading.on, reading.api))
    assert differences(reading.expect, read) == []


def test_differences_name_the_path_and_both_values() -> None:
    said = differences(
        {"a[0].b": 1, "c": {"is": "null"}, "d": {"mentions": ["mines"]}}, {"a": [{"b": 2}], "d": "Mines"}
    )
    assert said == ["a[0].b: expected 1, read 2"]
