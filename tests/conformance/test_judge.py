"""Verdicts and the sentences that explain them."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from conformance.catalogue.model import Case, Level, Requirement
from conformance.events import Verdict
from conformance.evidence import exchanges, observe
from conformance.judge import Reply, inapplicable, judge, missing_capabilities
from conformance.protocol import Answer, ErrorBody
from conformance.words import Words
from emulator.readers import TraceEntry
from fixtures.vitale import Pull, Reading, Scenario

CARD: dict[str, Any] = {
    "beneficiaires": [{"prenom": "Zo?", "exoneration": {"nature": "aucune"}}],
    "protected": {"status": "read", "code": None},
}
VERIFY = bytes.fromhex("0020000108 31323334FFFFFFFF")


def requirement(level: Level = "MUST", needs: tuple[str, ...] = ()) -> Requirement:
    return Requirement(
        id="VIT-IDE-001",
        title="t",
        title_fr="t",
        wording="w",
        wording_fr="w",
        level=level,
        api=("4.10",),
        source="s",
        basis="law",
        needs=needs,
        case=(),
    )


def scenario(*readings: dict[str, Any]) -> Scenario:
    made = tuple(
        msgspec.structs.replace(Reading(vitale="specimen", on=date(2026, 1, 15)), **fields) for fields in readings
    )
    return Scenario(
        id="one", title="t", title_fr="t", source="the source", source_fr="la source", basis="law", readings=made
    )


def card(value: dict[str, Any] | None = None, trace: tuple[TraceEntry, ...] = ()) -> Reply:
    return Reply(Answer(id="x", card=CARD if value is None else value), trace=trace)


def error(code: str, message: str = "") -> Reply:
    return Reply(Answer(id="x", error=ErrorBody(code=code, message=message)))


CASE = Case(n=1, scenario="one")


def test_everything_as_expected_is_a_pass() -> None:
    judged = judge(requirement(), CASE, scenario({"expect": {"beneficiaires[0].prenom": "Zo?"}}), [card()])
    assert (judged.verdict, judged.reason) == (Verdict.PASS, "")
    (check,) = judged.checks
    assert (check.path, check.expected, check.actual, check.ok) == ("beneficiaires[0].prenom", "Zo?", "Zo?", True)
    assert (check.source, check.source_fr) == ("the source", "la source")


@pytest.mark.parametrize(("level", "verdict"), [("MUST", Verdict.FAIL), ("SHOULD", Verdict.WARN)])
def test_a_wrong_value_is_named_with_what_was_expected_and_read(level: Level, verdict: Verdict) -> None:
    judged = judge(requirement(level), CASE, scenario({"expect": {"beneficiaires[*].prenom": "Zoé"}}), [card()])
    assert judged.verdict is verdict
    assert judged.reason == 'beneficiaires[0].prenom: expected "Zoé", read "Zo?".'
    assert judged.said.fr == 'beneficiaires[0].prenom : attendu "Zoé", lu "Zo?".'


def test_a_missing_value_is_read_as_nothing() -> None:
    judged = judge(requirement(), CASE, scenario({"expect": {"assure.nir": "1"}}), [card()])
    assert judged.reason == 'assure.nir: expected "1", read nothing.'
    assert judged.checks[0].actual is None


def test_only_the_first_three_are_spelled_out() -> None:
    expect = {f"a{n}": n for n in range(5)}
    judged = judge(requirement(), CASE, scenario({"expect": expect}), [card()])
    assert judged.reason.endswith("a2: expected 2, read nothing. And 2 more.")
    assert len(judged.checks) == 5


def test_a_case_sees_its_own_checks_only() -> None:
    expect = {"beneficiaires[0].prenom": "Zoé", "beneficiaires[0].exoneration.nature": "aucune"}
    case = Case(n=1, scenario="one", checks=("beneficiaires[0].exoneration",))
    assert judge(requirement(), case, scenario({"expect": expect}), [card()]).verdict is Verdict.PASS


def test_the_wrong_reading_is_named() -> None:
    both = scenario({"expect": {"protected.status": "read"}}, {"expect": {"beneficiaires[0].prenom": "Zoé"}})
    judged = judge(requirement(), CASE, both, [card(), card()])
    assert judged.reason.startswith("Second reading: beneficiaires[0].prenom: ")
    assert [check.reading for check in judged.checks] == [1, 2]


def test_a_prerequisite_that_does_not_hold_is_inconclusive() -> None:
    both = scenario(
        {"expect": {"beneficiaires[0].exoneration.nature": "ald"}}, {"expect": {"protected.status": "read"}}
    )
    case = Case(n=1, scenario="one", checks=("#2",), requires=("#1",))
    judged = judge(requirement(), case, both, [card(), card()])
    assert judged.verdict is Verdict.INCONCLUSIVE
    assert judged.reason.startswith("Nothing could be judged. First reading: ")


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (error("pin_wrong"), Verdict.PASS),
        (card({"protected": {"status": "refused", "code": "pin_wrong"}}), Verdict.PASS),
        (card({"protected": {"status": "withheld", "code": "cps_absent"}}), Verdict.FAIL),
        (error("cps_absent"), Verdict.FAIL),
        (card(), Verdict.FAIL),
        (card({"protected": "no"}), Verdict.FAIL),
        (card({"protected": {"code": 7}}), Verdict.FAIL),
    ],
)
def test_a_refusal_is_met_by_an_error_or_by_a_card_that_says_it(reply: Reply, verdict: Verdict) -> None:
    judged = judge(requirement(), CASE, scenario({"refusal": ("pin_wrong",)}), [reply])
    assert judged.verdict is verdict
    if verdict is Verdict.FAIL:
        assert "Refusal: expected pin_wrong, read " in judged.reason
        assert "Refus : attendu pin_wrong, lu " in judged.said.fr


def test_one_of_several_refusals_is_shown_as_such() -> None:
    judged = judge(requirement(), CASE, scenario({"refusal": ("a", "b")}), [card()])
    assert judged.reason == "Refusal: expected a or b, read no refusal."
    assert judged.said.fr == "Refus : attendu a ou b, lu aucun refus."
    assert judged.checks[0].expected == 'one of "a", "b"'
    assert judged.checks[0].expected_fr == 'l\'une de ces valeurs : "a", "b"'


def test_beside_a_refusal_a_card_is_checked_where_there_is_one() -> None:
    expected = scenario({"refusal": ("pin_wrong",), "expect": {"beneficiaires[*].exoneration": {"is": "null"}}})
    assert judge(requirement(), CASE, expected, [error("pin_wrong")]).verdict is Verdict.PASS
    leaking = card(CARD | {"protected": {"status": "refused", "code": "pin_wrong"}})
    judged = judge(requirement(), CASE, expected, [leaking])
    assert judged.verdict is Verdict.FAIL
    assert 'beneficiaires[0].exoneration: expected null, read {"nature": "aucune"}.' in judged.reason


def test_a_case_about_values_is_not_passed_by_refusing_the_whole_card() -> None:
    expected = scenario({"refusal": ("cps_absent",), "expect": {"assure.nir": "1", "trace.cps.verify": 0}})
    values = Case(n=1, scenario="one", checks=("assure",))
    for code in ("cps_absent", "internal_error"):
        judged = judge(requirement(), values, expected, [error(code)])
        assert judged.verdict is Verdict.FAIL
        assert f"The product refused with {code}, where it had to read the card" in judged.reason
        assert [check.path for check in judged.checks] == ["assure.nir"]
    both = Case(n=1, scenario="one", checks=("assure", "refusal"))
    assert judge(requirement(), both, expected, [error("cps_absent")]).verdict is Verdict.PASS


def test_a_product_that_refuses_where_it_must_read_is_told_so() -> None:
    expected = scenario({"expect": {"assure.nir": {"is": "null"}, "assure.regime": "01"}})
    judged = judge(requirement(), CASE, expected, [error("vitale_unknown", "carte inconnue")])
    assert judged.verdict is Verdict.FAIL
    assert 'The product refused with vitale_unknown and said "carte inconnue"' in judged.reason
    assert 'Le produit a refusé avec vitale_unknown en disant "carte inconnue"' in judged.said.fr
    assert not any(check.ok for check in judged.checks), "nothing is right without a card, not even null"


def test_protected_data_withheld_without_need_is_said() -> None:
    withheld = card({"beneficiaires": [{"exoneration": None}], "protected": {"status": "refused", "code": "pin_wrong"}})
    judged = judge(
        requirement(), CASE, scenario({"expect": {"beneficiaires[0].exoneration.nature": "ald"}}), [withheld]
    )
    assert judged.reason.endswith("The product withheld the protected data: pin_wrong.")


def test_no_card_where_there_is_none_is_no_cause() -> None:
    free = card({"assure": {"nir": "2"}, "protected": {"status": "withheld", "code": "cps_absent"}})
    for cps, told in (("none", False), ("cps", True)):
        wanted = scenario({"cps": cps, "expect": {"assure.nir": "1"}})
        assert ("withheld the protected data" in judge(requirement(), CASE, wanted, [free]).reason) is told


def test_a_fault_fails_whatever_the_level() -> None:
    judged = judge(
        requirement("SHOULD"),
        CASE,
        scenario({"expect": {"a": 1}}, {"expect": {"a": 1}}),
        [Reply(fault=Words("it crashed", "il a planté"))],
    )
    assert (judged.verdict, judged.reason) == (Verdict.FAIL, "First reading: it crashed.")
    assert judged.said.fr == "Première lecture : il a planté."


def test_a_card_that_was_never_pulled_is_inconclusive() -> None:
    pulled = scenario({"pull": Pull("vitale", 9), "refusal": ("vitale_removed",)})
    seen = TraceEntry("vitale", 0.0, "apdu", b"\x00\xa4\x00\x00", b"\x90\x00")
    judged = judge(requirement(), CASE, pulled, [card(trace=(seen, seen))])
    assert judged.verdict is Verdict.INCONCLUSIVE
    assert "The Vitale was to be pulled out after 9 commands, and the product sent it only 2" in judged.reason
    gone = TraceEntry("vitale", 0.0, "removed", b"\x00\xa4\x00\x00")
    assert judge(requirement(), CASE, pulled, [card(trace=(seen, gone))]).verdict is Verdict.FAIL


def test_what_the_cards_saw_can_be_expected() -> None:
    once = TraceEntry("cps", 0.0, "apdu", VERIFY, b"\x63\xc2")
    asked = TraceEntry("cps", 0.0, "apdu", bytes.fromhex("00200001"), b"\x63\xc2")
    expected = scenario({"expect": {"trace.cps.verify": 1}})
    assert judge(requirement(), CASE, expected, [card(trace=(asked, once))]).verdict is Verdict.PASS
    judged = judge(requirement(), CASE, expected, [card(trace=(once, once))])
    assert judged.reason == "PINs presented to the professional card: expected 1, seen 2."
    assert judged.said.fr == "Codes présentés à la carte de professionnel : attendu 1, constaté 2."


def test_observations_count_one_slot() -> None:
    trace = [
        TraceEntry("cps", 0.0, "power_on", b"", b"\x3b"),
        TraceEntry("cps", 0.0, "apdu", VERIFY, b"\x90\x00"),
        TraceEntry("cps", 0.0, "apdu", b"\x00", b"\x67\x00"),
        TraceEntry("vitale", 0.0, "apdu", VERIFY, b"\x90\x00"),
    ]
    assert [observe(path, trace) for path in ("trace.cps.verify", "trace.cps.commands", "trace.vitale.commands")] == [
        1,
        2,
        1,
    ]


def test_a_trace_is_put_into_words_and_never_shows_a_pin() -> None:
    (exchange,) = exchanges([(2, TraceEntry("cps", 10.5, "apdu", VERIFY, b"\x63\xc2"))], 10.0)
    assert (exchange.slot, exchange.at_ms, exchange.reading) == ("cps", 500.0, 2)
    assert exchange.command_text.startswith("VERIFY")
    assert exchange.command_text_fr == "VERIFY référence 1, 8 octets non affichés"
    assert exchange.response_text_fr == "63C2 vérification échouée, 2 essais restants"
    assert "1234" not in exchange.command_text
    assert exchange.response == "63C2"


def test_what_an_interface_has_no_place_for_is_not_held_against_it_and_not_passed() -> None:
    one = scenario({"expect": {"beneficiaires[0].prenom": "Zo?", "vitale.atr": "3B", "trace.cps.verify": 0}})
    carries = ("beneficiaires[*].prenom",)
    verdict = judge(requirement(), CASE, one, [card()], carries)
    assert verdict.verdict is Verdict.NOT_APPLICABLE
    assert [check.path for check in verdict.checks] == ["beneficiaires[0].prenom", "trace.cps.verify"]
    assert "2 values compared and right" in verdict.said.en
    assert verdict.said.en.endswith("vitale.atr.")
    wrong = {"beneficiaires": [{"prenom": "Zoé"}]}
    assert judge(requirement(), CASE, one, [card(wrong)], carries).verdict is Verdict.FAIL
    assert judge(requirement(), CASE, one, [card()], (*carries, "vitale.atr")).verdict is Verdict.FAIL, (
        "it is not there"
    )
    assert judge(requirement(), CASE, one, [card()]).verdict is Verdict.FAIL


def test_where_nothing_at_all_is_right_no_place_is_needed() -> None:
    expect = {"beneficiaires[*].couvertures": {"is": "null"}, "assure.regime_libelle": {"silent_on": ["mines"]}}
    one = scenario({"expect": expect | {"beneficiaires[0].prenom": "Zo?"}})
    assert judge(requirement(), CASE, one, [card()], ("beneficiaires[*].prenom",)).verdict is Verdict.PASS
    shown: dict[str, Any] = {"beneficiaires": [{"prenom": "Zo?", "couvertures": []}]}
    assert judge(requirement(), CASE, one, [card(shown)], ("beneficiaires[*].prenom",)).verdict is Verdict.FAIL


def test_a_place_for_one_text_alone() -> None:
    carries = ("beneficiaires[*].exoneration.nature=aucune",)
    none, some = ({"expect": {"beneficiaires[0].exoneration.nature": value}} for value in ("aucune", "ald"))
    assert judge(requirement(), CASE, scenario(none), [card()], carries).verdict is Verdict.PASS
    leaked = {"beneficiaires": [{"exoneration": {"nature": None}}]}
    assert judge(requirement(), CASE, scenario(none), [card(leaked)], carries).verdict is Verdict.FAIL
    assert "no place" in inapplicable(requirement(), CASE, scenario(some), (), carries).en


def test_a_refusal_needs_a_place_too() -> None:
    one = scenario({"refusal": ("vitale_absent",)})
    assert inapplicable(requirement(), CASE, one, (), ("assure.nir",)).en.endswith("refusal.")
    assert not inapplicable(requirement(), CASE, one, (), ("refusal",))
    assert not inapplicable(requirement(), CASE, one, (), ())


def test_a_capability_may_take_a_requirement_away() -> None:
    one = scenario({"expect": {"assure.nir": "1"}})
    without = msgspec.structs.replace(requirement(), unless=("exemption-labels-only",))
    assert "exemption-labels-only" in inapplicable(without, CASE, one, ("exemption-labels-only",), ()).en
    assert not inapplicable(without, CASE, one, ("protected",), ())


def test_capabilities_that_are_missing_are_named_once() -> None:
    before = scenario({"api": "before"}, {"api": "before"})
    assert missing_capabilities(requirement(needs=("protected",)), before, ()) == ("protected", "api-before")
    assert missing_capabilities(requirement(needs=("protected",)), before, ("protected", "api-before")) == ()


def test_a_case_in_which_nothing_was_compared_is_not_passed() -> None:
    one = scenario({"expect": {"beneficiaires[*].prenom": "Zoé"}})
    nobody = Reply(Answer(id="1", card={"beneficiaires": []}))
    judgement = judge(requirement(), Case(n=1, scenario="one"), one, [nobody])
    assert (judgement.verdict, judgement.checks) == (Verdict.INCONCLUSIVE, ())
    assert "could be compared" in judgement.reason
