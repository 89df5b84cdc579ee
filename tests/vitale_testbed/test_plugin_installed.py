"""The plugin in a real environment, installed from the wheel: the sample project, and projects whose packages bear our names."""

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "examples" / "sample-project"
pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("plugin-installed"), pytest.mark.pcsc]

OURS = ("fixtures", "reports", "emulator", "conformance", "reader_core")


class Environment:
    """A virtual environment with the wheel in it."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=False)
        self.programs = folder / "bin"

    def run(self, *command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment as a user does, with nothing of this test run about it."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST", "COV", "VITALE"))}
        clean["PATH"] = f"{self.programs}{os.pathsep}{clean['PATH']}"
        first, *rest = map(str, command)
        found = shutil.which(first, path=clean["PATH"]) or first
        return subprocess.run([found, *rest], cwd=cwd, env=clean, capture_output=True, text=True, check=False)

    def pytest(self, *arguments: str, cwd: Path) -> str:
        """Run pytest; returns what it printed, errors included."""
        done = self.run("python", "-m", "pytest", "-p", "no:cacheprovider", *arguments, cwd=cwd)
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with pip, the wheel, pytest-cov and pytest-xdist."""
    folder = tmp_path_factory.mktemp("installed")
    made = Environment(folder / "venv")
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = folder.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", str(made.programs / "python"), "install", "--quiet"]
    subprocess.run([*pip, "pip", f"{wheel}[pcsc]", "pytest-cov", "pytest-xdist"], capture_output=True, check=True)
    return made


def test_sample_project_does_what_its_workflow_says(environment: Environment, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(SAMPLE, project, ignore=shutil.ignore_patterns("__pycache__", ".venv"))
    workflow = (project / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    assert "apt-get install -y --no-install-recommends pcscd vsmartcard-vpcd libpcsclite-dev gcc" in workflow
    install, test = re.findall(r"run: (python .*)", workflow)
    assert environment.run("sh", "-ec", install, cwd=project).returncode == 0
    done = environment.run("sh", "-ec", test, cwd=project)
    assert done.returncode == 0, done.stdout
    assert "12 passed" in done.stdout
    assert re.search(r"^reports/__init__.py +\d+ +0 .*100%", done.stdout, re.MULTILINE), "its own `reports` is measured"


PROJECT = {
    "test_own.py": """
import conformance, emulator, fixtures, reader_core, reports

def test_own():
    ours = (conformance, emulator, fixtures, reader_core, reports)
    assert [one.whose(True) for one in ours] == ["the user's"] * 5
""",
    "test_cards.py": "def test_card(vitale_card): pass\n",
    "pytest.ini": "[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose own packages bear our names."""
    for name in OURS:
        (tmp_path / name).mkdir()
        text = 'def whose(asked):\n    if asked:\n        return "the user\'s"\n    return None\n'
        (tmp_path / name / "__init__.py").write_text(text)
    for name, text in PROJECT.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def measured(environment: Environment, project: Path, *arguments: str) -> dict[str, object]:
    """What pytest-cov finds in every file of a project: the lines and branches that ran, and those that did not."""
    out = environment.pytest(
        "test_own.py", "--cov", "--cov-branch", "--cov-report=json:c.json", *arguments, cwd=project
    )
    assert "1 passed" in out, out
    found: dict[str, object] = json.loads((project / "c.json").read_text())["files"]
    return found


def test_users_own_packages_run_and_are_measured_as_without_the_plugin(environment: Environment, project: Path) -> None:
    files = measured(environment, project)
    assert set(files) == {"test_own.py", *(f"{name}/__init__.py" for name in OURS)}
    assert files == measured(environment, project, "-p", "no:vitale")
    assert files == measured(environment, project, "-n1")


def test_one_clear_error_for_a_package_that_is_needed_and_hidden(environment: Environment, project: Path) -> None:
    out = environment.pytest(cwd=project)
    assert "1 passed, 1 error" in out, out
    said = f"the package `reader_core` of vitale-testbed is hidden by another one: {project / 'reader_core'}"
    assert f"vitale-testbed: {said}" in out
    assert "next: rename that package" in out
    assert "Traceback" not in out
    assert "another exception" not in out
    python = environment.run("python", "-c", "from vitale_testbed import virtual_reader", cwd=project)
    assert python.returncode == 1
    assert said in python.stderr


def test_packages_that_are_not_needed_may_be_the_users(environment: Environment, project: Path) -> None:
    for name in ("reader_core", "emulator"):
        shutil.rmtree(project / name)
    (project / "test_own.py").unlink()
    (project / "test_cards.py").write_text("""
import conformance, fixtures, reports

def test_card(vitale_card):
    vitale_card.transmit(bytes.fromhex("00A40000023F00"))
    assert not conformance.whose(True)
""")
    out = environment.pytest(cwd=project)
    assert "1 failed" in out, out
    assert re.search(r"^vitale > 00 A4 00 00 02 3F 00 +SELECT by identifier 3F 00$", out, re.MULTILINE), out


def test_without_the_plugin_nothing_is_left_of_it(environment: Environment, project: Path) -> None:
    assert "fixture 'vitale_card' not found" in environment.pytest("-p", "no:vitale", "test_cards.py", cwd=project)
