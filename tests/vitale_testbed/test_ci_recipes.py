"""The GitHub Action and the GitLab template: valid by their schemas, and what their steps do when they are run."""

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
ACTION = ROOT / "action.yml"
PROGRAMS = str(Path(sys.executable).parent)
_EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")


def load(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-actions", [ACTION]),
        ("vendor.github-workflows", [EXAMPLES / "ci/github.yml", *EXAMPLES.glob("*/.github/workflows/*.yml")]),
        ("vendor.gitlab-ci", [EXAMPLES / "ci/gitlab.yml", EXAMPLES / "ci/gitlab-ci.yml"]),
    ],
)
def test_the_files_follow_their_published_schemas(schema: str, files: list[Path]) -> None:
    options = ["--data-transform", "gitlab-ci"] if "gitlab" in schema else []
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *options, *files]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@dataclass
class Job:
    """A job of GitHub Actions that uses the action: its files, and what its steps said."""

    folder: Path
    inputs: dict[str, str]
    outputs: dict[str, str] = field(default_factory=dict[str, str])
    said: str = ""
    path: str = ""

    def value(self, name: str) -> str:
        contexts = {
            "github.action_path": str(ROOT),
            "runner.temp": str(self.folder / "temp"),
            **{f"inputs.{key}": value for key, value in self.inputs.items()},
            **{f"steps.certify.outputs.{key}": value for key, value in self.outputs.items()},
        }
        return contexts[name]

    def run(self, step: dict[str, Any], **environment: str) -> int:
        """Run a step as the runner does; returns its exit code."""
        assert "${{" not in step["run"], "a value that is pasted into a script is run as one"
        files = {name: self.folder / name for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_PATH")}
        for file in files.values():
            file.touch()
        values = {key: _EXPRESSION.sub(lambda found: self.value(found[1]), text) for key, text in step["env"].items()}
        script = self.folder / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.folder / "work",
            env={
                **os.environ,
                **{name: str(file) for name, file in files.items()},
                **values,
                **environment,
                "PATH": os.pathsep.join([self.path or PROGRAMS, os.environ["PATH"]]),
            },
            capture_output=True,
            text=True,
        )
        self.said += done.stdout + done.stderr
        self.outputs |= dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
        return done.returncode

    @property
    def results(self) -> Path:
        return self.folder / "work" / self.inputs["output"]

    @property
    def summary(self) -> str:
        return (self.folder / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8")


StartJob = Callable[..., Job]


@pytest.fixture
def job(tmp_path: Path) -> StartJob:
    """A job with these inputs; the others are the action's defaults."""
    (tmp_path / "work").mkdir()
    (tmp_path / "temp").mkdir()
    defaults = {name: each["default"] for name, each in load(ACTION)["inputs"].items()}

    def start(**inputs: str) -> Job:
        assert inputs.keys() <= defaults.keys()
        return Job(tmp_path, defaults | inputs)

    return start


def steps() -> dict[str, dict[str, Any]]:
    """The steps of the action that are scripts, by name."""
    return {step["name"]: step for step in load(ACTION)["runs"]["steps"] if "run" in step}


def finish(job: Job) -> int:
    """Run what follows the installation; returns what the job ends with."""
    scripts = [step for name, step in steps().items() if name != "Install vitale-testbed"]
    return [job.run(script) for script in scripts][-1]


def test_a_red_run_of_the_action_ends_red_and_says_where(job: StartJob) -> None:
    red = job(
        product="broken:ignores-ald", only="VIT-MIN-003", reader="socket", baseline="known.toml", args="--timeout '20'"
    )
    (red.folder / "work/known.toml").write_text('[known]\n"VIT-MIN-003/1" = "in release 7.2"\n', encoding="utf-8")
    assert finish(red) == 1
    assert red.outputs["code"] == "1"
    where = r"file=vitale-report/action/events\.jsonl,line=\d+,title=VIT-MIN-003/"
    assert re.search(rf"^::error {where}(?!1 )", red.said, re.MULTILINE)
    assert re.search(rf"^::notice {where}1 ", red.said, re.MULTILINE)
    assert "VIT-MIN-003" in red.summary


def test_no_input_of_the_action_is_run(job: StartJob) -> None:
    text = '$(touch "$HOME/gone"; touch gone)`touch gone`;touch gone'
    hostile = job(product=text, only=text, baseline=text, args=text)
    assert finish(hostile) == 2
    assert not list(hostile.folder.rglob("gone"))
    assert hostile.summary == ""
    assert "Error: " in hostile.said


def test_no_option_of_the_action_is_lost_to_a_quote(job: StartJob) -> None:
    torn = job(only="VIT-IDE-001/1", args="--sheet l'hopital.toml -n 2")
    assert finish(torn) == 2
    assert "a quote is not closed" in torn.said
    assert not torn.results.exists()


def beside_ours(venv: Path) -> None:
    """Let an environment find the dependencies where this one has them: they are not installed a second time."""
    (site,) = venv.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")


_OURS_ALONE = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_COMPILE": "1"}


@pytest.mark.xdist_group("packaging")
def test_a_green_run_of_the_action_with_what_it_installed(job: StartJob, wheel: Path) -> None:
    green = job(package=str(wheel), only="VIT-IDE-001\nVIT-MIN-003/1\n", lang="fr", python=sys.executable)
    assert green.run(steps()["Install vitale-testbed"], **_OURS_ALONE) == 0, green.said
    beside_ours(green.folder / "temp/vitale-testbed")
    green.path = (green.folder / "GITHUB_PATH").read_text().strip()
    assert {file.name for file in Path(green.path).iterdir()} == {"vitale"}, "python and pip stay those of the job"

    assert finish(green) == 0, green.said
    assert "::error" not in green.said
    assert "VIT-MIN" in green.summary
    assert {"events.jsonl", "report.html", "junit.xml", "vitale.sarif", "vitale.svg"} <= {
        file.name for file in green.results.iterdir()
    }


def test_the_action_says_which_python_it_needs(job: StartJob) -> None:
    old = job(python="false")
    assert old.run(steps()["Install vitale-testbed"]) == 2
    assert "::error::vitale-testbed needs Python 3.11" in old.said


def gitlab(folder: Path, *parts: str, **variables: str) -> list[int]:
    """Run parts of the template's job as GitLab does, each in a shell of its own; returns their exit codes."""
    certify = load(EXAMPLES / "ci/gitlab.yml")[".vitale-certify"]
    path = os.pathsep.join([PROGRAMS, os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, **certify["variables"], **variables}
    return [
        subprocess.run(["sh", "-ec", "\n".join(certify[part])], cwd=folder, env=environment).returncode
        for part in parts
    ]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder in which the job's environment is there already."""
    programs = tmp_path / ".vitale-venv/bin"
    programs.mkdir(parents=True)
    (programs / "vitale").symlink_to(Path(PROGRAMS) / "vitale")
    return tmp_path


def test_a_red_run_on_gitlab_keeps_its_code_and_its_reports(installed: Path) -> None:
    codes = gitlab(
        installed,
        "script",
        "after_script",
        VITALE_PRODUCT="broken:ignores-ald",
        VITALE_ONLY="VIT-MIN-003/1 VIT-IDE-001",
        VITALE_ARGS="--max-fail 3",
        VITALE_LANG="fr",
    )
    assert codes == [1, 0]
    template = load(EXAMPLES / "ci/gitlab.yml")
    kept = template[".vitale-certify"]["artifacts"]
    assert (installed / kept["reports"]["junit"]).is_file()
    assert "VIT-MIN-003" in (installed / kept["paths"][0] / "summary.md").read_text(encoding="utf-8")

    subprocess.run(["sh", "-ec", "\n".join(template[".vitale-pages"]["script"])], cwd=installed, check=True)
    (published,) = template[".vitale-pages"]["artifacts"]["paths"]
    assert (installed / published / "index.html").stat().st_size > 10_000
    assert (installed / published / "vitale.svg").is_file()


def test_a_run_that_cannot_start_on_gitlab_is_no_traceback(installed: Path) -> None:
    assert gitlab(installed, "script", "after_script", VITALE_BASELINE="none.toml") == [2, 0]


def test_the_template_makes_an_environment_and_installs_what_is_named(tmp_path: Path) -> None:
    """pip itself is tried by the action's test, which asks it for the same."""
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin/python3"
    python.write_text(
        '#!/bin/sh\necho "$@" >> asked\n[ "$2" != venv ] || { mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; }\n'
    )
    python.chmod(0o755)
    path = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    assert gitlab(tmp_path, "before_script", VITALE_PACKAGE="a wheel.whl", PATH=path) == [0]
    venv, pip = (tmp_path / "asked").read_text().splitlines()
    assert venv == "-m venv .vitale-venv"
    assert pip.startswith("-m pip install ")
    assert pip.endswith(" a wheel.whl")


def test_the_example_sets_what_the_template_has() -> None:
    template, example = load(EXAMPLES / "ci/gitlab.yml"), load(EXAMPLES / "ci/gitlab-ci.yml")
    jobs = [example["certify"], example["pages"]]
    assert {each["extends"] for each in jobs} == template.keys()
    for each in jobs:
        assert each.get("variables", {}).keys() <= template[each["extends"]].get("variables", {}).keys()


def test_the_example_workflow_sets_what_the_action_has() -> None:
    used = [
        step
        for each in load(EXAMPLES / "ci/github.yml")["jobs"].values()
        for step in each["steps"]
        if "vitale-testbed@" in step["uses"]
    ]
    assert len(used) == 2
    for step in used:
        assert step["with"].keys() <= load(ACTION)["inputs"].keys()
