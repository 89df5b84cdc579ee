"""The commands of a page that build an example and certify it, run as a person types them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
Cases = dict[str, dict[str, Any]]

_PROGRAMS = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def commands(page: str, *programs: str) -> list[str]:
    """Read the commands of a page that start one of the programs, in their order."""
    text = (ROOT / page).read_text("utf-8")
    return re.findall(rf"^\$ ((?:{'|'.join(map(re.escape, programs))}) .+)$", text, re.MULTILINE)


def run(command: str, folder: Path) -> None:
    """Run a command in a folder in which the examples are found; it has to end with 0."""
    if not (folder / "examples").exists():
        (folder / "examples").symlink_to(ROOT / "examples")
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env={**os.environ, "PATH": _PROGRAMS},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def certify(command: str, folder: Path, *chosen: str) -> tuple[str, Cases]:
    """Run the command of a page that certifies, for some of the cases: where the cards were, and the cases by their ids."""
    run(f"{command} --quiet {' '.join(f'--only {prefix}' for prefix in chosen)}", folder)
    stream = folder / "vitale-report" / "latest" / "events.jsonl"
    events = [json.loads(line) for line in stream.read_text("utf-8").splitlines()]
    return events[0]["reader"], {event["id"]: event for event in events if event["event"] == "case_finished"}


def passed(cases: Cases, *reasons: str) -> set[str]:
    """The cases that passed and compared something; there is no other but what does not apply, for one of the reasons."""
    for name, case in cases.items():
        assert case["verdict"] in {"PASS", "NOT_APPLICABLE"}, f"{name}: {case['verdict']}, {case['reason']}"
        assert case["verdict"] == "PASS" or any(why in case["reason"] for why in reasons), f"{name}: {case['reason']}"
        assert case["verdict"] == "NOT_APPLICABLE" or case["checks"], f"{name} compared nothing"
    return {name for name, case in cases.items() if case["verdict"] == "PASS"}
