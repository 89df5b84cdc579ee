"""A person in place of a program: what is asked, what the answers come to, and the flow of a case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from conformance.attended import Corrected, Review, StandingBench, Task
from conformance.attended.questions import Question, needs_a_file, questions_of
from conformance.attended.screens import check_screen, reply_of
from conformance.attended.steps import steps_of
from conformance.attended.typed import UnreadableError, read_typed
from conformance.catalogue import Catalogue
from conformance.catalogue.model import FORMATS
from conformance.events import CaseFinished, Verdict
from conformance.judge import Reply, judge
from conformance.play import Table, blank, play
from conformance.protocol import Description, ReadRequest, Trust
from conformance.rejudging import judge_again
from conformance.testimony import Attachment, Field, Screen
from emulator.readers import ReaderSetupError
from fixtures.vitale import Reading, Scenario

REQUEST = ReadRequest(id="X/1", vitale="socket:1", cps=None, pin=None, on="2026-01-15", api="4.10")


def asked(path: str, expected: Any) -> Question:
    case = type("Case", (), {"checks": (), "requires": ()})
    reading = type("Reading", (), {"expect": {path: expected}})
    return questions_of(case, 1, reading)[0]  # pyright: ignore[reportArgumentType]


def saw(question: Question) -> Field:
    """What somebody answers before whom a right product shows the right value."""
    want = meant(question)
    if want is None or want in ("", []):
        return Field(state="nothing")
    if isinstance(want, bool):
        return Field(state="shown", text="oui" if want else "non")
    if isinstance(want, list):
        return Field(state="shown", text="\n".join(line for line in cast("list[str]", want) if line))
    if question.path == "protected.status":
        return Field(state="shown", text="read" if want == "read" else "withheld")
    if question.kind == "date":
        year, month, day = str(want).split("-")
        return Field(state="shown", text=f"{day}/{month}/{year}")
    return Field(state="shown", text=str(want))


def meant(question: Question) -> object:
    """A value that is right."""
    expected: object = question.expected
    if not isinstance(expected, dict):
        return expected
    name, value = next(iter(cast("dict[str, Any]", expected).items()))
    if question.kind == "count" and value == "present":
        return 1
    if name == "count":
        return ["X"] * value if question.kind == "lines" else value
    if name == "silent_on" or value == "null":
        return None
    return "X" if value == "present" else value[0]


def attentive(reading: Reading, questions: Sequence[Question]) -> Screen:
    """A person before a right product."""
    fields = {question.path: saw(question) for question in questions}
    if not reading.refusal:
        return Screen(outcome="data", fields=fields)
    free = any(field.state == "shown" for field in fields.values())
    outcome = "data_and_message" if free else "refused"
    return Screen(outcome=outcome, reason=reading.refusal[0], message="Refusé.", fields=fields if free else {})


def test_every_case_of_the_catalogue_can_be_answered(catalogue: Catalogue, scenarios: dict[str, Scenario]) -> None:
    """An attentive person before a right product: nothing but what the cards see is missing, whatever the case."""
    wrong: list[str] = []
    for _, requirement, case in catalogue.cases:
        scenario = scenarios[case.scenario]
        if needs_a_file(case, scenario):
            assert any(need in FORMATS for need in requirement.needs)
            continue
        replies: list[Reply] = []
        for number, reading in enumerate(scenario.readings, 1):
            questions = questions_of(case, number, reading)
            screen = attentive(reading, questions)
            assert check_screen(questions, screen) == {}, requirement.case_id(case)
            request = ReadRequest(id="x", vitale="v", cps=None, pin=None, on=reading.on.isoformat(), api=reading.api)
            replies.append(reply_of(request, questions, screen, ()))
        checks = judge(requirement, case, scenario, replies).checks
        wrong += [
            f"{requirement.case_id(case)} {check.path}: {check.expected!r}, not {check.actual!r}"
            for check in checks
            if not check.ok and not check.path.startswith("trace.")
        ]
    assert wrong == []


def test_nothing_asked_on_a_page_tells_what_is_expected(catalogue: Catalogue, scenarios: dict[str, Scenario]) -> None:
    """Kind and choices of a question follow from its path: the same path is asked in the same way whatever is expected."""
    ways: dict[str, set[tuple[str, int]]] = {}
    for _, _, case in catalogue.cases:
        for number, reading in enumerate(scenarios[case.scenario].readings, 1):
            for one in questions_of(case, number, reading):
                ways.setdefault(re.sub(r"\[(\d+|\*)\]", "[]", one.path), set()).add((one.kind, len(one.choices)))
    assert {path: found for path, found in ways.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("assure.nir", " 2 85 05 75 999 001 ", "2850575999001"),
        ("beneficiaires[0].naissance.date", "3/9/2015", "2015-09-03"),
        ("beneficiaires[0].naissance.date", "03.09.2015", "2015-09-03"),
        ("beneficiaires[0].naissance.date", "00/19/1950", "1950-19-00"),
        ("beneficiaires[0].naissance.date", "sept. 2015", "sept. 2015"),
        ("beneficiaires[0].exoneration.taux_standard", "70 %", 70),
        ("beneficiaires[0].droits_ouverts", "non", False),
        ("beneficiaires[0].nom_usuel", " D'ARVIEU  MORTEMAR ", "D'ARVIEU  MORTEMAR"),
        ("beneficiaires", "3", 3),
    ],
)
def test_what_is_typed_is_read_as_the_card_object_writes_it(path: str, typed: str, value: Any) -> None:
    assert read_typed(asked(path, "?"), typed) == value


@pytest.mark.parametrize(("path", "typed"), [("beneficiaires", "deux"), ("beneficiaires", "1000"), ("assure.nir", " ")])
def test_what_cannot_be_read_is_asked_again(path: str, typed: str) -> None:
    with pytest.raises(UnreadableError):
        read_typed(asked(path, "?"), typed)


def test_empty_lines_of_an_address_do_not_count_and_other_lines_do() -> None:
    question = asked("beneficiaires[0].adresse", ["", "", "1 RUE DES ESSAIS", "", "75999 ESSAI"])
    assert read_typed(question, "1 RUE DES ESSAIS\n75999 ESSAI") == ["", "", "1 RUE DES ESSAIS", "", "75999 ESSAI"]
    assert read_typed(question, "1 RUE DES ESSAIS") == ["1 RUE DES ESSAIS"]


def test_a_list_has_as_many_entries_as_were_counted() -> None:
    questions = (asked("beneficiaires", {"count": 3}), asked("beneficiaires[2].prenom", "ZOÉ"))
    fields = {"beneficiaires": Field(state="shown", text="2"), "beneficiaires[2].prenom": Field(state="nothing")}
    reply = reply_of(REQUEST, questions, Screen(outcome="data", fields=fields), ())
    assert reply.answer is not None
    assert reply.answer.card is not None
    assert reply.answer.card["beneficiaires"] == [{}, {}]


@pytest.mark.parametrize(
    ("screen", "protected"),
    [
        (Screen(outcome="data"), ("read", None)),
        (Screen(outcome="data_and_message", reason="cps_absent"), ("withheld", "cps_absent")),
        (Screen(outcome="data_and_message", reason="pin_wrong"), ("refused", "pin_wrong")),
    ],
)
def test_a_message_beside_the_data_is_why_the_protected_data_are_missing(screen: Screen, protected: Any) -> None:
    reply = reply_of(REQUEST, (), screen, ())
    assert reply.answer is not None
    assert reply.answer.card is not None
    assert (reply.answer.card["protected"]["status"], reply.answer.card["protected"]["code"]) == protected
    assert reply.answer.refusal == protected[1]


def test_what_is_missing_is_named() -> None:
    questions = (asked("assure.nir", "1"), asked("beneficiaires", {"count": 1}))
    fields = {"beneficiaires": Field(state="shown", text="un")}
    assert set(check_screen(questions, Screen(outcome="data", fields=fields))) == {"assure.nir", "beneficiaires"}
    assert set(check_screen(questions, Screen(outcome="refused"))) == {"reason"}
    assert set(check_screen(questions, Screen(outcome="impossible", message=" "))) == {"message"}
    assert check_screen(questions, Screen(outcome="broken", message="écran noir")) == {}


# --- a whole case ----------------------------------------------------------------------------------------------------------


@dataclass
class Scripted:
    """A person who says what the test wrote down, in turn; the product beside them is the reader core, if it reads at all."""

    screens: list[Callable[[Task], Screen] | Screen]
    changes: list[Corrected | None] = field(default_factory=list[Corrected | None])
    reads: bool = True
    told: list[str] = field(default_factory=list[str])
    reviews: list[Review] = field(default_factory=list[Review])

    def describe(self) -> Description:
        return Description(name="Écran", version="1", capabilities=("protected", "revocation", "api-before", *FORMATS))

    def read(self, request: ReadRequest) -> Any:
        raise AssertionError(request)

    def stop(self) -> None:
        pass

    def expect(self, left: Sequence[str], total: int, plan: Mapping[str, str]) -> None:
        pass

    def prepare(self, task: Task) -> None:
        self.told += [words.fr for words in (*task.steps.before, *task.steps.after)]

    def observe(self, task: Task, seen: Callable[[], Sequence[Any]]) -> Screen:
        if self.reads:
            from vitale_testbed.builtin import BuiltinReader

            BuiltinReader().read(task.request)
            assert seen() or task.reading.vitale == "none"
        screen = self.screens.pop(0)
        return screen if isinstance(screen, Screen) else screen(task)

    def review(self, review: Review) -> Corrected | None:
        self.reviews.append(review)
        return self.changes.pop(0) if self.changes else None

    def lost(self, error: ReaderSetupError) -> None:
        self.told.append(error.message)

    def evidence(self, _case_id: str) -> tuple[str, tuple[Attachment, ...]]:
        return "Léa", ()


def right(task: Task) -> Screen:
    return attentive(task.reading, task.questions)


Attend = Callable[[Scripted, str], CaseFinished]


@pytest.fixture
def attend(catalogue: Catalogue, scenarios: dict[str, Scenario], trust: Trust) -> Iterator[Attend]:
    with StandingBench("socket") as bench:

        def run(person: Scripted, case_id: str) -> CaseFinished:
            table = Table(person, person.describe().capabilities, bench, trust, ("vitale", "certify"))
            requirement, case = next((one, case) for _, one, case in catalogue.cases if one.case_id(case) == case_id)
            return play(table, requirement, case, scenarios[case.scenario])

        yield run


@pytest.mark.parametrize(
    "case_id", ["VIT-MAY-001/1", "VIT-ACC-002/1", "VIT-ERR-004/1", "VIT-ERR-006/1", "VIT-ERR-001/1"]
)
def test_a_person_before_a_right_product_passes(attend: Attend, case_id: str) -> None:
    """One value after another, a code that is typed, cards that are pulled and exchanged between two readings."""
    person = Scripted([right, right, right, right])
    event = attend(person, case_id)
    assert (event.verdict, event.reason) == (Verdict.PASS, "")
    assert event.testimony is not None
    assert event.testimony.by == "Léa"
    assert len(event.testimony.screens) == event.scenario.readings


def test_a_wrong_value_fails_and_says_so(attend: Attend) -> None:
    def wrong(task: Task) -> Screen:
        shown = right(task)
        return Screen(outcome="data", fields={**shown.fields, "assure.caisse": Field(state="shown", text="349")})

    event = attend(Scripted([wrong]), "VIT-MAY-001/1")
    assert event.verdict is Verdict.FAIL
    assert event.reason == 'assure.caisse: expected "976", read "349".'


def test_a_correction_changes_the_verdict_and_what_was_said_before_is_kept(attend: Attend) -> None:
    def slip(task: Task) -> Screen:
        return Screen(outcome="data", fields={**right(task).fields, "assure.caisse": Field(state="shown", text="967")})

    better: list[Screen] = []

    def answers(task: Task) -> Screen:
        better.append(right(task))
        return slip(task)

    person = Scripted([answers])
    person.changes = [Corrected((), "faute de frappe", "2026-01-15T10:00:00Z")]
    # The corrected answers are known once the case was seen.
    person.review = lambda review: _corrected_once(person, review, better)
    event = attend(person, "VIT-MAY-001/1")
    assert event.verdict is Verdict.PASS
    assert event.testimony is not None
    (correction,) = event.testimony.corrections
    assert (correction.note, correction.verdict) == ("faute de frappe", "FAIL")
    assert correction.before[0].fields["assure.caisse"].text == "967"
    assert event.testimony.screens[0].fields["assure.caisse"].text == "976"


def _corrected_once(person: Scripted, review: Review, better: list[Screen]) -> Corrected | None:
    person.reviews.append(review)
    return Corrected(tuple(better), "faute de frappe", "2026-01-15T10:00:00Z") if len(person.reviews) == 1 else None


def test_what_a_product_has_no_place_for_is_not_held_against_it(attend: Attend) -> None:
    def no_place(task: Task) -> Screen:
        return Screen(outcome="data", fields={**right(task).fields, "assure.caisse": Field(state="no_place")})

    event = attend(Scripted([no_place]), "VIT-MAY-001/1")
    assert event.verdict is Verdict.NOT_APPLICABLE
    assert "no place for assure.caisse" in event.reason
    assert "assure.caisse" not in {check.path for check in event.checks}


def test_a_wrong_value_fails_beside_one_that_has_no_place(attend: Attend) -> None:
    def both(task: Task) -> Screen:
        fields = {**right(task).fields, "assure.caisse": Field(state="no_place")}
        return Screen(outcome="data", fields={**fields, "assure.centre": Field(state="nothing")})

    assert attend(Scripted([both]), "VIT-MAY-001/1").verdict is Verdict.FAIL


def test_a_product_that_has_a_place_for_nothing_passes_nothing(attend: Attend) -> None:
    def none(task: Task) -> Screen:
        return Screen(outcome="data", fields={one.path: Field(state="no_place") for one in task.questions})

    assert attend(Scripted([none]), "VIT-MAY-001/1").verdict is Verdict.NOT_APPLICABLE


def test_a_first_reading_that_was_not_broken_after_all_goes_on_to_the_second(attend: Attend) -> None:
    first: list[Screen] = []

    def frozen(task: Task) -> Screen:
        first.append(right(task))
        return Screen(outcome="broken", message="écran figé")

    person = Scripted([frozen, right])
    person.review = lambda review: _corrected_once(person, review, first)
    event = attend(person, "VIT-IDE-010/1")
    assert event.verdict is Verdict.PASS, event.reason
    assert event.testimony is not None
    assert [len(event.testimony.screens), len(event.testimony.corrections)] == [2, 1]


def test_a_product_that_breaks_fails_and_one_that_cannot_is_excused_with_the_reason(attend: Attend) -> None:
    broken = attend(Scripted([Screen(outcome="broken", message="écran figé")]), "VIT-MAY-001/1")
    assert (broken.verdict, "écran figé" in broken.reason_fr) == (Verdict.FAIL, True)
    cannot = attend(Scripted([Screen(outcome="impossible", message="date non réglable")]), "VIT-MAY-001/1")
    assert (cannot.verdict, "date non réglable" in cannot.reason_fr) == (Verdict.NOT_APPLICABLE, True)


def test_readers_that_are_gone_stop_the_run_and_judge_nothing(attend: Attend, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_self: StandingBench, _key: str = "") -> None:
        raise ReaderSetupError("daemon_died", "pcscd has ended.", "Start it again.")

    monkeypatch.setattr(StandingBench, "workplace", gone)
    person = Scripted([right])
    with pytest.raises(KeyboardInterrupt):
        attend(person, "VIT-MAY-001/1")
    assert person.told == ["pcscd has ended."]


@pytest.mark.parametrize("state", ["shown", "no_place", "impossible"])
def test_what_a_person_said_is_judged_the_same_again(
    attend: Attend, catalogue: Catalogue, scenarios: dict[str, Scenario], state: str
) -> None:
    """As `replay:` does with the stream of a run: no product is there any more, and no person."""

    def answer(task: Task) -> Screen:
        if state == "impossible":
            return Screen(outcome="impossible", message="pas de date")
        shown = right(task)
        other = {"assure.caisse": Field(state="no_place")} if state == "no_place" else {}
        return Screen(outcome="data", fields={**shown.fields, **other})

    then = attend(Scripted([answer]), "VIT-MAY-001/1")
    requirement, case = next((one, each) for _, one, each in catalogue.cases if one.case_id(each) == then.id)
    scenario = scenarios[case.scenario]
    again = judge_again(then, blank((), requirement, case, scenario), requirement, case, scenario)
    assert (again.verdict, again.reason, again.testimony) == (then.verdict, then.reason, then.testimony)


def test_a_case_about_a_file_is_not_asked(attend: Attend) -> None:
    event = attend(Scripted([]), "VIT-EXP-005/1")
    assert event.verdict is Verdict.NOT_APPLICABLE
    assert "only its screen is read" in event.reason


def test_an_answer_about_a_card_that_nobody_read_is_never_green(attend: Attend) -> None:
    """Data on a screen that came from elsewhere; once the product has read, the same answer counts."""
    event = attend(Scripted([right], reads=False), "VIT-MAY-001/1")
    assert event.verdict is Verdict.INCONCLUSIVE
    assert "No program read" in event.reason
    refused = attend(Scripted([right], reads=False), "VIT-ERR-002/1")  # by its ATR alone, which is allowed
    assert refused.verdict is Verdict.PASS


def test_nothing_shown_is_an_answer(attend: Attend) -> None:
    def empty(task: Task) -> Screen:
        return Screen(outcome="data", fields={one.path: Field(state="nothing") for one in task.questions})

    assert attend(Scripted([empty]), "VIT-MAY-001/1").verdict is Verdict.FAIL


def test_the_steps_say_date_code_and_what_the_page_does(scenarios: dict[str, Scenario]) -> None:
    opened = steps_of(scenarios["opened-by-cps"].readings[0], None)
    assert any("15/01/2026" in one.fr for one in opened.before)
    assert any("1234" in one.fr for one in opened.after)
    pulled = steps_of(scenarios["vitale-pulled-at-once"].readings[0], None)
    assert any("d'elle-même" in one.fr for one in pulled.after)
    first, second = scenarios["pulled-then-put-back"].readings
    again = steps_of(second, first)
    assert any("ne fermez" in one.fr for one in again.before)
    assert not any("15/01/2026" in one.fr for one in again.before)
