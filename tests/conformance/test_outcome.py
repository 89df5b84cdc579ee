"""What a run comes to: exit codes, known failures and stale ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.baseline import BaselineError, dump_baseline, load_baseline
from conformance.events import CaseFinished, RunFinished, ScenarioInfo, Verdict
from conformance.outcome import outcome_of
from conformance.runner.progress import conclusion

SCENARIO = ScenarioInfo(
    id="s", title="s", source="s", basis="law", vitale=None, cps=None, pin_given=False, on="2026-01-15", api="4.10"
)


def case(number: int, verdict: Verdict, known: str = "") -> CaseFinished:
    return CaseFinished(
        id=f"VIT-TST-001/{number}",
        requirement="VIT-TST-001",
        scenario=SCENARIO,
        verdict=verdict,
        reason="it says so",
        known=known,
    )


def cases(*verdicts: Verdict) -> list[CaseFinished]:
    return [case(number, verdict) for number, verdict in enumerate(verdicts, 1)]


PASS, FAIL, WARN, INFO = Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.INFO
INCONCLUSIVE, ERROR, NOT_APPLICABLE = Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("verdicts", "flags", "code"),
    [
        ([PASS, PASS, NOT_APPLICABLE], {}, 0),
        ([PASS, WARN, INFO], {}, 0),
        ([PASS, FAIL], {}, 1),
        ([PASS, INCONCLUSIVE], {}, 1),
        ([NOT_APPLICABLE, NOT_APPLICABLE], {}, 2),
        ([], {}, 2),
        ([FAIL, ERROR], {}, 3),
        ([PASS], {"failed": True}, 3),
        ([PASS], {"interrupted": True}, 130),
        ([FAIL], {"interrupted": True}, 130),
        ([ERROR], {"interrupted": True}, 3),
    ],
)
def test_exit_codes(verdicts: list[Verdict], flags: dict[str, bool], code: int) -> None:
    assert outcome_of(cases(*verdicts)).exit_code(**flags) == code
    assert conclusion(RunFinished(finished="", counts={}, exit_code=code, interrupted=code == 130))


@pytest.mark.parametrize(
    ("verdict", "in_baseline", "code"),
    [
        # The four lines of the rule: expected, regression, stale, conformant.
        (FAIL, True, 0),
        (FAIL, False, 1),
        (PASS, True, 1),
        (PASS, False, 0),
        (INCONCLUSIVE, True, 0),
        (WARN, True, 1),
        (NOT_APPLICABLE, True, 0),
        (ERROR, True, 3),
    ],
)
def test_a_known_failure_is_expected_and_one_that_passes_is_stale(
    verdict: Verdict, in_baseline: bool, code: int
) -> None:
    outcome = outcome_of([case(1, verdict), case(2, PASS)], {"VIT-TST-001/1": "ticket"} if in_baseline else {})
    assert outcome.exit_code() == code
    footer = outcome.footer("now")
    assert footer.known == (("VIT-TST-001/1",) if in_baseline and verdict in {FAIL, INCONCLUSIVE} else ())
    assert footer.stale == (("VIT-TST-001/1",) if in_baseline and verdict in {PASS, WARN} else ())


def test_a_baseline_of_a_run_makes_the_next_run_green(tmp_path: Path) -> None:
    file = tmp_path / "known.toml"
    red = [*cases(PASS, FAIL, INCONCLUSIVE, WARN, NOT_APPLICABLE, ERROR), case(7, FAIL, "ticket 4711")]
    file.write_text(dump_baseline(red))
    known = load_baseline(file, [one.id for one in red])
    assert set(known) == {"VIT-TST-001/2", "VIT-TST-001/3", "VIT-TST-001/7"}
    assert known["VIT-TST-001/7"] == "ticket 4711", "a reason that somebody wrote is kept"
    assert "it says so" in known["VIT-TST-001/2"]
    assert outcome_of([one for one in red if one.verdict is not ERROR], known).exit_code() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("not toml", "is no baseline"),
        ("[knwon]\n", "is no baseline"),
        ('[known]\n"VIT-TST-001/1" = 3\n', "is no baseline"),
        ('[known]\n"VIT-TST-001/9" = "x"\n', "VIT-TST-001/9, which the catalogue does not have"),
        ('[known]\n"VIT-TST-001/1" = " "\n', "gives no reason for VIT-TST-001/1"),
        (None, "cannot be read"),
    ],
)
def test_a_baseline_that_cannot_be_used_says_why(tmp_path: Path, content: str | None, words: str) -> None:
    file = tmp_path / "known.toml"
    if content is not None:
        file.write_text(content)
    with pytest.raises(BaselineError, match=words) as caught:
        load_baseline(file, ["VIT-TST-001/1"])
    assert caught.value.next_step
