"""The cast of broken readers against the whole catalogue: each is caught by the requirement that it is meant to break."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from conformance.bench import Bench
from conformance.broken_readers import CAST, BrokenReader, Defect
from conformance.broken_readers.matrix import Audience, caught_by
from conformance.catalogue import Catalogue
from conformance.events import Verdict
from conformance.play import Table
from conformance.protocol import Trust
from fixtures.vitale import Scenario
from reader_core.connections import open_connection
from vitale_testbed.builtin import BuiltinReader


def make(defect: type[Defect]) -> Defect:
    return defect(BuiltinReader(), open_connection)


@pytest.fixture(scope="module")
def audience(catalogue: Catalogue, scenarios: dict[str, Scenario], trust: Trust) -> Iterator[Audience]:
    product = BuiltinReader()
    with Bench("inprocess") as bench:
        table = Table(product, product.describe().capabilities, bench, trust, ("vitale", "certify"))
        yield Audience(catalogue, scenarios, table, make)


def test_a_conforming_reader_is_caught_by_nothing(audience: Audience) -> None:
    assert {one.verdict for one in audience.conforming().values()} == {Verdict.PASS}


@pytest.mark.parametrize("reader", CAST.values(), ids=list(CAST))
def test_each_is_caught_by_the_requirement_it_is_meant_to_break(audience: Audience, reader: BrokenReader) -> None:
    judged = audience.judge(reader, only_its_own=not reader.reads_right)
    caught = caught_by(judged)
    assert caught, f"broken:{reader.name} is caught by nothing: {reader.says.en}"
    assert reader.requirement in caught, f"broken:{reader.name} is caught by luck only, by {sorted(caught)}"
    errors = [case for case, one in judged.items() if one.verdict is Verdict.ERROR]
    assert not errors, "a broken reader must not break the harness"


CAUGHT_BY_CASES = {
    "damaged-is-wrong-code": {f"VIT-CPS-014/{n}" for n in range(1, 10)},
    "anything-is-a-code": {f"VIT-CPS-015/{n}" for n in range(1, 5)},
    "every-refusal-is-a-wrong-code": {f"VIT-CPS-016/{n}" for n in range(3, 8)},
    "unsigned-is-not-exempted": {"VIT-CPS-017/1", "VIT-CPS-017/2", "VIT-CPS-017/4"},
    "unplugged-is-wrong-code": {f"VIT-ERR-014/{n}" for n in range(1, 4)},
    "stops-at-padding": {"VIT-ROB-009/1", "VIT-ROB-009/2"},
}
"""What their sentences say and no more: a card that signs something else did sign, 6300 is a wrong code, a closed Vitale no damaged CPS."""


@pytest.mark.parametrize(("name", "cases"), CAUGHT_BY_CASES.items(), ids=list(CAUGHT_BY_CASES))
def test_a_reader_does_wrong_what_its_sentence_says_and_nothing_else(
    audience: Audience, name: str, cases: set[str]
) -> None:
    reader = CAST[name]
    judged = audience.judge(reader, only_its_own=not reader.reads_right)
    assert {case for case, one in judged.items() if one.verdict is not Verdict.PASS} == cases


def test_the_cast_is_large_and_every_requirement_has_somebody(catalogue: Catalogue) -> None:
    assert len(CAST) >= 60
    meant = {reader.requirement for reader in CAST.values()}
    assert {one.id for _, one in catalogue.requirements if not one.untested} == meant


def test_each_says_what_it_does_wrong(catalogue: Catalogue) -> None:
    for reader in CAST.values():
        assert reader.says.en
        assert reader.says.fr
        assert reader.says.en != reader.says.fr
        assert not reader.says.en.endswith(".")


@pytest.mark.parametrize("reader", ["socket", "inprocess"])
def test_one_of_the_cast_is_certified_as_any_product(certify: Any, reader: str) -> None:
    run = certify("broken:ignores-ald", "VIT-PRO-001", factory="vitale_testbed.broken:create", reader=reader)
    assert run.code == 1, run.out + run.err
    assert 'beneficiaires[0].exoneration.nature: expected "ald", read "aucune".' in run.out
    assert run.stream.header.product.name == "vitale-testbed reader core, broken: ignores-ald"


def test_a_name_that_nobody_has_is_configuration(certify: Any) -> None:
    run = certify("broken:nobody", "VIT-PRO-001", factory="vitale_testbed.broken:create")
    assert run.code == 2
    assert "--broken-readers" in run.err
