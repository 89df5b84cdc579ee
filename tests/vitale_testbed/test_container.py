"""The recipe of the container image: in order by hadolint, and what it copies is what the wheel is made from."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_hadolint_finds_nothing_in_the_recipe() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "hadolint", ROOT / "Containerfile"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_image_is_made_from_what_the_wheel_needs_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "*", "everything is left out first"
    taken = {line.removeprefix("!") for line in lines if line.startswith("!")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", project["project"]["readme"], *wheel["packages"], *wheel["shared-data"]}
    licences = {name.partition("/")[0] for name in project["project"]["license-files"]}
    assert taken == needed | licences
