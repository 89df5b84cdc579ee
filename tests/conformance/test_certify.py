"""The run in its own process: exit codes, what is printed, what is recorded, and what cannot disturb it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from waiting import has_ended, until

from conformance.events import Verdict, read_stream
from conformance.runner import CertifyConfig
from conformance.runner.config import ConfigurationError, default_reader, import_factory, load_requirements

FAMILY = """
[family]
id = "VIT-TST"
title_fr = "Essai"
title_en = "Trial"
order = 1
[[requirement]]
id = "VIT-TST-001"
title = "t"
title_fr = "t"
wording = "A wrong product does not."
wording_fr = "Un produit fautif ne le fait pas."
functions = ["identity"]
api = ["4.10"]
source = "s"
basis = "law"
case = [{ n = 1, scenario = "one" }, { n = 2, scenario = "two" }]
"""
SCENARIO = """
[[scenario]]
id = "one"
title = "t"
title_fr = "t"
source = "s"
basis = "law"
vitale = "specimen"
on = 2026-01-15
expect = { "assure.regime" = "01" }
[[scenario]]
id = "two"
title = "t"
title_fr = "t"
source = "s"
basis = "law"
vitale = "specimen"
on = 2026-01-15
expect = { "assure.caisse" = "349" }
"""


@pytest.fixture
def own_catalogue(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Folders of a catalogue and of scenarios, as fields of the configuration."""

    def make(family: str = FAMILY, scenario: str = SCENARIO) -> dict[str, str]:
        catalogue, scenarios = tmp_path / "catalogue", tmp_path / "scenarios"
        for folder in (catalogue, scenarios):
            folder.mkdir()
        (catalogue / "release.toml").write_text('version = "test"')
        (catalogue / "trial.toml").write_text(family)
        (scenarios / "trial.toml").write_text(scenario)
        return {"catalogue": str(catalogue), "scenarios": str(scenarios)}

    return make


def test_the_reader_core_conforms_to_everything(certify: Any) -> None:
    run = certify("builtin")
    assert run.code == 0, run.out
    stream = run.stream
    assert stream.finished
    assert stream.missing == ()
    assert set(stream.counts) == {Verdict.PASS}
    assert all(case.checks for case in stream.cases), "a case that checks nothing proves nothing"
    assert [case.id for case in stream.cases if not case.trace] == ["VIT-ERR-001/1"], (
        "only an empty reader sees nothing"
    )
    assert stream.header.requirements[0].cases[0] == stream.cases[0].id


def test_progress_is_the_same_on_every_run_and_for_people(certify: Any) -> None:
    four = [f"VIT-MAY-00{number}" for number in (1, 2, 3, 4)]
    first, second = certify("builtin", *four), certify("builtin", *four)
    assert first.out == second.out
    assert first.err == ""
    version = first.stream.header.product.version
    assert first.out.splitlines() == [
        f"vitale-testbed reader core {version}, cards presented in process",
        "5 cases of 4 requirements, catalogue 2026.1",
        "",
        "VIT-MAY  Mayotte",
        "  PASS      VIT-MAY-001/1  Insured in Mayotte, rules of 4.10",
        "  PASS      VIT-MAY-002/1  Insured in Mayotte, rules before 4.10",
        "  PASS      VIT-MAY-003/1  Born in Mayotte, insured by a caisse of metropolitan France",
        "  PASS      VIT-MAY-003/2  A section of régime 91 whose caisse is 976",
        "  PASS      VIT-MAY-004/1  Insured in Mayotte, situation 0100, with a CPS",
        "",
        "5 cases: 5 PASS",
        "Conformant on every case that applies to it. This is evidence, not a référencement.",
    ]


def test_verdicts_are_coloured_only_where_asked(certify: Any) -> None:
    assert "\x1b[32mPASS" in certify("builtin", "VIT-MAY-001", color=True).out


@pytest.mark.parametrize(
    ("product", "only", "words"),
    [
        ("builtin", ("VIT-NOT",), "no family, requirement or case is called VIT-NOT"),
        ("exec:/nowhere/reader", ("VIT-MAY",), "/nowhere/reader was not found"),
        ("exec:", ("VIT-MAY",), "names no command"),
    ],
)
def test_a_run_that_cannot_start_says_why_and_what_next(
    certify: Any, product: str, only: tuple[str, ...], words: str
) -> None:
    run = certify(product, *only)
    assert run.code == 2
    assert words in run.err
    assert "next: " in run.err
    assert "Traceback" not in run.err
    assert not run.events.exists()


def test_a_factory_that_is_not_there_is_a_configuration_error(certify: Any) -> None:
    run = certify("builtin", "VIT-MAY", factory="vitale_testbed.nothing:create")
    assert (run.code, "cannot be imported" in run.err) == (2, True)
    with pytest.raises(ConfigurationError):
        import_factory("json:nothing")


@pytest.mark.parametrize(
    ("family", "scenario", "words"),
    [
        (FAMILY + "colour = 1", SCENARIO, "trial.toml"),
        (FAMILY, SCENARIO + "colour = 1", "trial.toml, scenario two"),
        (FAMILY.replace('"two"', '"three"'), SCENARIO, "no scenario 'three'"),
    ],
)
def test_a_damaged_catalogue_is_a_configuration_error(
    certify: Any, own_catalogue: Any, family: str, scenario: str, words: str
) -> None:
    run = certify("builtin", **own_catalogue(family, scenario))
    assert run.code == 2
    assert words in run.err


def test_a_failure_of_the_harness_is_its_own_and_dominates(certify: Any, own_catalogue: Any) -> None:
    scenario = SCENARIO.replace('"specimen"', '"no-such-image"', 1).replace('"349"', '"350"')
    run = certify("builtin", **own_catalogue(scenario=scenario))
    error, fail = run.stream.cases
    assert (error.verdict, fail.verdict, run.code) == (Verdict.ERROR, Verdict.FAIL, 3)
    assert "no-such-image" in error.reason
    assert "not counted against the product" in error.reason
    assert "Ce cas n'est pas compté au produit" in error.reason_fr
    assert run.stream.counts == {Verdict.ERROR: 1, Verdict.FAIL: 1}


def test_enough_failures_stop_the_run_and_the_rest_is_missing_not_passed(certify: Any, own_catalogue: Any) -> None:
    run = certify("builtin", max_fail=1, **own_catalogue(scenario=SCENARIO.replace('"01"', '"02"')))
    assert run.code == 1
    assert run.stream.missing == ("VIT-TST-001/2",)
    assert run.stream.footer is not None


def test_nothing_that_applies_is_not_a_success(certify: Any, broken: Any) -> None:
    run = certify(broken("misbehaves", "well"), "VIT-UNC")
    assert run.code == 2
    assert set(run.stream.counts) == {Verdict.NOT_APPLICABLE}
    assert "no selected case applies" in run.out
    assert run.stream.cases[0].reason == "The product does not declare the capability “protected”."
    assert run.stream.cases[0].reason_fr == "Le produit ne déclare pas la capacité « protected »."


def test_each_case_can_be_run_again_alone(certify: Any, broken: Any) -> None:
    spec = broken("misbehaves", "well")
    run = certify(spec, "VIT-ERR-001")
    (case,) = run.stream.cases
    assert case.replay.startswith("vitale certify --product 'exec:")
    assert case.replay.endswith(" --only VIT-ERR-001/1")
    assert certify("builtin", "VIT-ERR-001", reader="socket").stream.cases[0].replay == (
        "vitale certify --reader socket --only VIT-ERR-001/1"
    )


SHADOW = {
    "fixtures/__init__.py": "raise RuntimeError('the fixtures of the user')",
    "conformance/__init__.py": "raise RuntimeError('the conformance of the user')",
    "reports.py": "raise RuntimeError('the reports of the user')",
    "conftest.py": "raise RuntimeError('the conftest of the user')",
    "pytest.ini": "[pytest]\naddopts = --no-such-option\n",
    "sitecustomize.py": "import os; os.environ['SITE'] = 'of the user'",
}


def test_nothing_of_the_user_shadows_the_run(certify: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    for name, text in SHADOW.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    monkeypatch.chdir(project)
    monkeypatch.setenv("PYTHONPATH", str(project))
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    run = certify("builtin", "VIT-MAY-001")
    assert (run.code, run.err) == (0, "")


def test_the_product_gets_the_environment_and_the_folder_of_the_user(
    certify: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.py").write_text("NAME = 'mine'")
    (tmp_path / "product.py").write_text(
        textwrap.dedent("""
        import json, os, mine
        names = [n for n in os.environ if n.startswith("PYTEST_") and n != "PYTEST_CURRENT_TEST"]
        print(json.dumps({"name": mine.NAME, "version": ",".join(sorted(names)) or "none"}), flush=True)
        input()
        """)
    )
    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTEST_ADDOPTS", "-q")
    run = certify(f"exec:{sys.executable} product.py", "VIT-MAY-001", timeout=60)
    product = run.stream.header.product
    assert (product.name, product.version) == ("mine", "PYTEST_ADDOPTS")


RUN = """
import sys
from conformance.runner import CertifyConfig, run_certify
config = CertifyConfig(
    product=sys.argv[1], factory="conformance.products.exec:create", reader="socket", events=sys.argv[2], only=tuple(f"VIT-ERR-00{number}" for number in range(1, 7))
)
sys.exit(run_certify(config))
"""


def _start(spec: str, events: Path) -> subprocess.Popen[str]:
    # As a shell starts it in the background: with an interrupt that is ignored until somebody asks for it.
    command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, "-c", RUN, spec, str(events)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(one) for one in found.stdout.split()]


@pytest.fixture
def slow(tmp_path: Path) -> str:
    """A product that answers the first reading and never the second."""
    file = tmp_path / "slow.py"
    file.write_text(
        textwrap.dedent("""
        import json, pathlib, sys
        print(json.dumps({"name": "Slow", "version": "1"}), flush=True)
        first = True
        for line in sys.stdin:
            message = json.loads(line)
            if message["cmd"] == "read" and first:
                first = False
                print(json.dumps({"id": message["id"], "error": {"code": "vitale_absent"}}), flush=True)
            elif message["cmd"] == "read":
                (pathlib.Path(__file__).parent / "asked").touch()
        """)
    )
    return f"exec:{sys.executable} {file}"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_a_valid_unfinished_stream(slow: str, tmp_path: Path, number: signal.Signals) -> None:
    events = tmp_path / "events.jsonl"
    process = _start(slow, events)
    until(lambda: events.exists() and events.read_bytes().count(b"\n") >= 2)
    (run,) = _children(process.pid)
    until((tmp_path / "asked").exists)  # the second reading is under way
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    stream = read_stream(events)
    assert len(stream.cases) == 1
    assert stream.footer is not None
    assert stream.footer.interrupted
    assert not stream.finished
    assert len(stream.missing) == 7
    assert "Interrupted: the run is unfinished" in out
    assert "Traceback" not in err
    until(lambda: has_ended(run))


def test_a_killed_run_leaves_a_readable_stream_and_no_process(slow: str, tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    process = _start(slow, events)
    until(lambda: events.exists() and events.read_bytes().count(b"\n") >= 2)
    (run,) = _children(process.pid)
    (product,) = _children(run)
    process.kill()
    process.communicate(timeout=60)
    # The run notices that nobody waits for it any more, ends its stream and its product.
    until(lambda: has_ended(run) and has_ended(product))
    stream = read_stream(events)
    assert len(stream.cases) == 1
    assert not stream.finished


def test_a_run_whose_process_dies_is_reported_with_what_is_left(slow: str, tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    process = _start(slow, events)
    until(lambda: events.exists() and events.read_bytes().count(b"\n") >= 2)
    (run,) = _children(process.pid)
    (product,) = _children(run)
    os.kill(run, signal.SIGSEGV)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "was ended by signal 11. 1 finished cases are kept" in err
    until(lambda: has_ended(product))


def test_how_cards_are_presented_unless_told_otherwise() -> None:
    assert default_reader("builtin") == "inprocess"
    assert default_reader("exec:node x.js") == "socket"


def test_requirements_can_be_listed_without_a_run() -> None:
    config = CertifyConfig(product="builtin", factory="a:b", reader="inprocess", events="x", only=("VIT-MAT-005",))
    catalogue, scenarios, selected = load_requirements(config)
    assert selected == ["VIT-MAT-005/1"]
    assert catalogue.version
    assert "maternity-of-one-beneficiary" in scenarios
    with pytest.raises(ConfigurationError, match="VIT-IDE"):
        load_requirements(msgspec.structs.replace(config, only=("X",)))
