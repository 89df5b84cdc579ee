"""Real builds and real installs: the wheel is whole, and it lives beside packages that bear our names."""

import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("packaging")]


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST", "COVERAGE", "VITALE"))}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**clean, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def must(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = run(*command, cwd=cwd, env=env)
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def new_venv(folder: Path) -> Path:
    """An empty environment; returns its folder of programs."""
    venv.create(folder, with_pip=True)
    return folder / "bin"


def test_wheel_holds_code_and_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "fixtures/vitale/__init__.py",
        "reports/vitale/__init__.py",
        "emulator/images/famille.toml",
        "reader_core/py.typed",
        "vitale_testbed/main.py",
    ):
        assert wanted in names
    for folder, ending in (
        ("fixtures/vitale/scenarios/", ".toml"),
        ("conformance/catalogue/", ".toml"),
        ("emulator/pki/data/", ".pem"),
        ("reports/vitale/", ".css"),
    ):
        assert any(n.startswith(folder) and n.endswith(ending) for n in names), f"no {ending} below {folder}"
    assert "fixtures/__init__.py" not in names, "would overwrite the one of PyPI's `fixtures`"
    assert "reports/__init__.py" not in names
    assert {n.partition("/")[0] for n in names if not re.search(r"\.(data|dist-info)/", n)} == {
        "reader_core", "emulator", "fixtures", "conformance", "reports", "vitale_testbed"
    }  # fmt: skip
    tracked = must(
        "git", "ls-files", "reader_core", "emulator", "fixtures", "conformance", "reports", "vitale_testbed", cwd=ROOT
    )
    assert set(tracked.split()) <= set(names), "a committed file is missing from the wheel"


def test_what_is_uploaded_is_as_the_package_index_wants_it(built: Path) -> None:
    must(sys.executable, "-m", "twine", "check", "--strict", *built.iterdir(), cwd=ROOT)


def test_the_wheel_has_the_contents_of_a_wheel(wheel: Path) -> None:
    must(sys.executable, "-m", "check_wheel_contents", wheel, cwd=ROOT)  # configured in pyproject.toml


def test_the_wheel_brings_every_manual_page_to_where_man_looks(wheel: Path) -> None:
    found = {name for name in zipfile.ZipFile(wheel).namelist() if ".data/data/" in name}
    pages = {page.name for page in (ROOT / "man").iterdir()}
    assert {name.partition(".data/data/")[2] for name in found} == {f"share/man/man1/{page}" for page in pages}


def test_the_wheel_names_every_licence_and_carries_its_text(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode())
        texts = {
            one: archive.read(f"{Path(name).parent}/licenses/{one}") for one in metadata.get_all("License-File", [])
        }
    assert metadata["License-Expression"] == "Apache-2.0 AND MPL-2.0 AND OFL-1.1"
    for words in (b"Apache License", b"Mozilla Public License Version 2.0", b"SIL OPEN FONT LICENSE Version 1.1"):
        assert any(words in text for text in texts.values()), words


def test_sdist_holds_the_tests_and_the_docs(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "LICENSE", "Makefile", "tests/conftest.py", "docs/adapters.md"} <= names


def test_wheel_certifies_in_an_empty_environment_and_beside_pypi_fixtures(wheel: Path, tmp_path: Path) -> None:
    programs = new_venv(tmp_path / "venv")
    must(programs / "pip", "install", "-q", wheel, cwd=tmp_path)
    out = must(programs / "vitale", "certify", cwd=tmp_path)
    assert "report.html" in out
    assert (tmp_path / "vitale-report" / "latest" / "report.html").stat().st_size > 10_000

    must(programs / "pip", "install", "-q", "fixtures", cwd=tmp_path)
    must(programs / "python", "-c", "import fixtures, fixtures.vitale; fixtures.Fixture", cwd=tmp_path)
    must(programs / "vitale", "certify", "--only", "VIT-IDE", cwd=tmp_path)

    must(programs / "pip", "uninstall", "-q", "-y", "fixtures", cwd=tmp_path)
    must(programs / "vitale", "certify", "--only", "VIT-IDE", cwd=tmp_path)


def test_pypi_fixtures_first_and_kept_when_ours_leaves(wheel: Path, tmp_path: Path) -> None:
    programs = new_venv(tmp_path / "venv")
    must(programs / "pip", "install", "-q", "fixtures", cwd=tmp_path)
    must(programs / "pip", "install", "-q", wheel, cwd=tmp_path)
    must(programs / "vitale", "certify", "--only", "VIT-IDE", cwd=tmp_path)
    must(programs / "pip", "uninstall", "-q", "-y", "vitale-testbed", cwd=tmp_path)
    must(programs / "python", "-c", "import fixtures; fixtures.Fixture", cwd=tmp_path)


@pytest.fixture
def users_project(tmp_path: Path) -> Path:
    """A project whose own packages bear our names."""
    for name in ("fixtures", "reports", "emulator", "conformance"):
        package = tmp_path / "project" / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(f'WHOSE = "the user\'s {name}"\n')
    (tmp_path / "project" / "test_own.py").write_text(
        "import conformance, emulator, fixtures, reports\n\n\n"
        "def test_own():\n"
        '    assert all(m.WHOSE.startswith("the user") for m in (conformance, emulator, fixtures, reports))\n'
    )
    return tmp_path / "project"


def test_users_own_packages_of_our_names(wheel: Path, users_project: Path, tmp_path: Path) -> None:
    programs = new_venv(tmp_path / "venv")
    must(programs / "pip", "install", "-q", wheel, cwd=tmp_path)
    assert "1 passed" in must(programs / "python", "-m", "pytest", "-q", cwd=users_project)
    must(programs / "vitale", "certify", "--only", "VIT-IDE", cwd=users_project)
    must(programs / "vitale", "certify", "--only", "VIT-IDE", cwd=users_project, env={"PYTHONPATH": str(users_project)})

    hidden = run(programs / "python", "-m", "vitale_testbed", "card", "list", cwd=users_project)
    assert hidden.returncode == 2
    assert "hidden by another one" in hidden.stderr
    assert "Traceback" not in hidden.stderr
