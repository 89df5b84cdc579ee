"""Generated cards in a run: stable ids, broken readers that are caught, small cards that are saved and replayed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.bench import Bench
from conformance.broken_readers import CAST
from conformance.catalogue import Catalogue, check_catalogue
from conformance.catalogue.model import Case
from conformance.events import CaseFinished, Verdict, encode_event, read_stream
from conformance.generated import saving, selection
from conformance.generated.playing import GeneratedPlayer, narrowed
from conformance.merging import case_order, merge_streams
from conformance.play import Table
from conformance.products import InProcessProduct
from conformance.protocol import Answer, ErrorBody, Trust
from conformance.runner import ConfigurationError
from conformance.runner.header import check_same_run
from emulator.image import load_image
from emulator.vitale2 import VitaleImage
from fixtures.vitale import Scenario
from reader_core.connections import open_connection
from vitale_testbed.builtin import BuiltinReader

SEED = 5
(REQUIREMENT,) = selection.family().requirement

CAUGHT = ("nothing-beside", "last-day-is-not-covered", "mayotte-without-caisse", "first-exemption-for-all")
"""Of each kind one: a label, a boundary day, a régime, several beneficiaries."""


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench("inprocess") as bench:
        yield bench


def table(product: InProcessProduct, bench: Bench, trust: Trust, **fields: Any) -> Table:
    capabilities = fields.pop("capabilities", product.describe().capabilities)
    return Table(product, capabilities, bench, trust, ("vitale", "certify"), **fields)


def play(player: GeneratedPlayer, case: Case, scenarios: selection.Scenarios) -> CaseFinished:
    return player.play(REQUIREMENT, case, scenarios[case.scenario])


@pytest.mark.parametrize("name", CAUGHT)
def test_a_broken_reader_is_caught_by_a_card_that_shrinks_and_replays(
    name: str, bench: Bench, trust: Trust, tmp_path: Path
) -> None:
    product = CAST[name].defect(BuiltinReader(), open_connection)
    player = GeneratedPlayer(table(product, bench, trust), tmp_path)
    drawn = selection.Scenarios({})
    cases = [selection.case_of(one) for one in selection.ids(60, SEED)]
    event = next(one for case in cases if not (one := play(player, case, drawn)).conformant)
    assert event.verdict is Verdict.FAIL
    small = event.shrunk
    assert small is not None, "the first card that fails is made small"
    saving.write(tmp_path / saving.FOLDER, small)
    file = tmp_path / saving.FOLDER / f"{small.name}.toml"
    assert event.replay == f"vitale certify --scenario {file}"

    image = load_image(file.with_name(f"{small.name}.image.toml"))
    assert isinstance(image, VitaleImage)
    assert len(image.beneficiaires) == (2 if name == "first-exemption-for-all" else 1)
    assert not image.accidents
    assert sum(len(one.couvertures) for one in image.beneficiaires) <= 2

    (scenario,) = saving.load_played(file)
    written = selection.Scenarios({scenario.id: scenario})
    again = play(player, selection.case_of(f"VIT-GEN-001/{scenario.id}"), written)
    assert (again.verdict, again.reason) == (Verdict.FAIL, small.reason)
    conforming = GeneratedPlayer(table(BuiltinReader(), bench, trust), tmp_path)
    assert play(conforming, selection.case_of(f"VIT-GEN-001/{scenario.id}"), written).verdict is Verdict.PASS


def test_a_reader_that_is_wrong_in_one_place_has_one_card_made_small(
    bench: Bench, trust: Trust, tmp_path: Path
) -> None:
    class NoNames(BuiltinReader):
        def read_connections(self, request: Any, vitale: Any, cps: Any) -> Any:
            answer = super().read_connections(request, vitale, cps)
            for one in answer.card["beneficiaires"] if answer.card else ():
                one["prenom"] = ""
            return answer

    player = GeneratedPlayer(table(NoNames(), bench, trust), tmp_path)
    events = [play(player, selection.case_of(one), selection.Scenarios({})) for one in selection.ids(4, SEED)]
    assert {one.verdict for one in events} == {Verdict.FAIL}
    assert [one.shrunk is not None for one in events] == [True, False, False, False]
    assert "--only VIT-GEN-001/5-2" in events[1].replay
    assert all(one.trace for one in events)


def test_what_a_product_does_not_claim_is_not_compared(bench: Bench, trust: Trust) -> None:
    scenario: Scenario = selection.Scenarios({})["5-1"]
    whole = set(scenario.readings[0].expect)

    def left(**fields: Any) -> set[str]:
        return set(narrowed(scenario, table(BuiltinReader(), bench, trust, **fields)).readings[0].expect)

    assert left() == whole
    free = left(capabilities=())
    assert free < whole
    assert not [path for path in free if "exoneration" in path or path.startswith("protected")]
    assert left(functions=("identity",)) < free
    assert left(carries=("assure.nir",)) <= {"assure.nir", *(path for path in whole if scenario.readings[0].expect[path] == {"is": "null"})}  # fmt: skip


def test_a_product_of_which_nothing_is_compared_passes_nothing(bench: Bench, trust: Trust, tmp_path: Path) -> None:
    class Refuses(BuiltinReader):
        def read_connections(self, request: Any, vitale: Any, cps: Any) -> Any:  # noqa: ARG002 - it looks at no card
            return Answer(id=request.id, error=ErrorBody(code="whatever", message="no"))

    player = GeneratedPlayer(table(Refuses(), bench, trust, functions=("print",)), tmp_path)
    events = [play(player, selection.case_of(one), selection.Scenarios({})) for one in selection.ids(12, SEED)]
    assert {one.verdict for one in events} == {Verdict.NOT_APPLICABLE}
    assert all(one.reason and one.reason_fr for one in events)


def test_a_file_of_scenarios_is_checked_before_it_is_played(certify: Any, tmp_path: Path) -> None:
    head = '[[scenario]]\nid = "42"\ntitle = "t"\ntitle_fr = "t"\nsource = "s"\nbasis = "observed"\n'
    head += 'vitale = "specimen"\non = 2026-01-15\n'
    file = tmp_path / "mine.toml"
    for text, words in (
        (head, "expects nothing"),
        (head + '[scenario.expect]\n"assure.regime" = { equals = "01" }\n', "equals"),
    ):
        file.write_text(text, encoding="utf-8")
        run = certify("builtin", played=str(file))
        assert run.code == 2, run.out + run.err
        assert words in run.err
    file.write_text(head + '[scenario.expect]\n"assure.regime" = "99"\n', encoding="utf-8")
    failed = certify("builtin", played=str(file), events=str(tmp_path / "failed.jsonl"))
    assert [one.verdict for one in failed.stream.cases] == [Verdict.FAIL]
    whole = certify("builtin", "VIT-IDE-001", events=str(tmp_path / "whole.jsonl"))
    assert failed.stream.header.scenarios_sha256 != whole.stream.header.scenarios_sha256, (
        "such a run is no other's part"
    )


def test_a_card_has_an_id_of_seed_and_index() -> None:
    assert selection.ids(2, 7) == ["VIT-GEN-001/7-1", "VIT-GEN-001/7-2"]
    assert selection.named_in(["VIT-MIN", " vit-gen-001/7-42 ", "VIT-GEN", "VIT-GEN-001/7"]) == ["VIT-GEN-001/7-42"]
    assert sorted(["A/7-10", "A/7-9", "A/10", "A/9"], key=case_order) == ["A/7-9", "A/7-10", "A/9", "A/10"]


def test_the_family_is_no_part_of_the_catalogue_and_as_well_written(catalogue: Catalogue, scenarios: Any) -> None:
    assert "VIT-GEN" not in {family.id for family in catalogue.families}
    with_cards = selection.with_generated(catalogue, selection.ids(3, 1))
    assert with_cards.select(("VIT-GEN-001/1-2",)) == ["VIT-GEN-001/1-2"]
    assert with_cards.select(("VIT-GEN",)) == selection.ids(3, 1)
    problems = [one for one in check_catalogue(with_cards, scenarios) if "no scenario" not in one]
    assert len(problems) == 4, problems  # that two cases have one number, and that a case of a file has no name
    assert REQUIREMENT.title_fr
    assert "wrong product" in REQUIREMENT.wording


def test_a_run_saves_the_small_card_beside_its_stream(certify: Any, tmp_path: Path) -> None:
    factory = "vitale_testbed.broken:create"
    run = certify("broken:nothing-beside", "VIT-GEN", factory=factory, generated=4, seed=3)
    assert run.code == 1, run.out + run.err
    assert run.stream.header.generated == msgspec.structs.replace(run.stream.header.generated, cards=4, seed=3)
    assert run.stream.header.requirements[0].cases == tuple(selection.ids(4, 3))
    (failed,) = [one for one in run.stream.cases if one.shrunk is not None]
    assert all(
        not one.checks and not one.trace and one.answers for one in run.stream.cases if one.verdict is Verdict.PASS
    )
    file = tmp_path / "generated" / f"VIT-GEN-001-{failed.id.rpartition('/')[2]}.toml"
    assert tomllib.loads(file.read_text(encoding="utf-8"))["scenario"][0]["vitale"] == f"{file.stem}.image.toml"
    assert str(file) in run.out
    assert not (tmp_path / ".hypothesis").exists()

    again = certify("broken:nothing-beside", factory=factory, played=str(file), events=str(tmp_path / "again.jsonl"))
    assert again.code == 1
    assert [one.reason for one in again.stream.cases] == [failed.shrunk.reason]
    right = certify("builtin", played=str(file), events=str(tmp_path / "right.jsonl"))
    assert right.code == 0, right.out


def test_workers_and_a_resumed_run_play_the_same_cards(certify: Any, tmp_path: Path) -> None:
    serial = certify("builtin", "VIT-GEN", generated=8, seed=4)
    parts = [
        certify("builtin", "VIT-GEN", generated=8, seed=4, shard=(one, 2), events=str(tmp_path / f"{one}.jsonl")).stream
        for one in (1, 2)
    ]
    _, merged, _ = merge_streams(parts)
    two = certify("builtin", "VIT-GEN", generated=8, seed=4, workers=2, events=str(tmp_path / "two.jsonl")).stream
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(b"".join(encode_event(one) for one in (serial.stream.header, *serial.stream.cases[:3])))
    resumed = certify("builtin", "VIT-GEN", generated=8, seed=4, resume=True, events=str(cut))
    assert resumed.code == 0, resumed.out + resumed.err
    wanted = {one.id: (one.verdict, one.scenario.sha256, one.answers) for one in serial.stream.cases}
    for cases in (merged, two.cases, read_stream(cut).cases):
        assert {one.id: (one.verdict, one.scenario.sha256, one.answers) for one in cases} == wanted
    header = serial.stream.header
    with pytest.raises(ConfigurationError, match="another set of generated cards"):
        check_same_run(header, msgspec.structs.replace(header, generated=selection.info(8, 5)))


def test_without_hypothesis_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "find_spec", lambda _name: None)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    with pytest.raises(selection.HypothesisMissingError) as caught:
        selection.check_hypothesis()
    assert "vitale-testbed[generated]" in caught.value.next_step
