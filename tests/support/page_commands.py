"""The commands of a page that build an example and certify it, run as a person types them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from programs import PATIENCE_S, end

ROOT = Path(__file__).parents[2]
Cases = dict[str, dict[str, Any]]

# The second record lacks 81 and begins at 34 (its tag), the third lacks 9E and should have it at 56: docs/card-object.md, damaged cards.
DAMAGED_AT = [34, 56]
_DAMAGED = """
[[scenario]]
id = "missing-fields"
title = "A record without its end, and one without its index"
title_fr = "Un enregistrement sans sa fin, un autre sans son index"
source = "docs/card-object.md (damaged cards)"
source_fr = "docs/card-object.md (cartes abîmées)"
basis = "assumption"
vitale = "specimen"
on = 2026-01-15
may_say = ["card_data_invalid", "anomalies"]
expect = { "beneficiaires[0].droits" = { count = 3 } }
[scenario.damage]
DROITS = '''
E51F 9E0101 800C 323032303031303130303030 810C 323032333132333130303030 00
E511 9E0101 800C 323032343031303130303030 FF
E51C 800C 323032353031303130303030 810C 323032353132333130303030
'''
"""

_PROGRAMS = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def commands(page: str, *programs: str) -> list[str]:
    """Read the commands of a page that start one of the programs, in their order."""
    text = (ROOT / page).read_text("utf-8")
    return re.findall(rf"^\$ ((?:{'|'.join(map(re.escape, programs))}) .+)$", text, re.MULTILINE)


def run(command: str, folder: Path, code: int = 0) -> None:
    """Run a command in a folder in which the examples are found; it has to end with this code."""
    if not (folder / "examples").exists():
        (folder / "examples").symlink_to(ROOT / "examples")
    program = subprocess.Popen(
        command,
        shell=True,
        cwd=folder,
        env={**os.environ, "PATH": _PROGRAMS},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that all it started can be ended with it
    )
    try:
        said = "".join(program.communicate(timeout=PATIENCE_S))
    except BaseException:
        end(program)
        raise
    assert program.returncode == code, f"{command}\n{said}"
    assert "Traceback" not in said, f"{command}\n{said}"


def certify(command: str, folder: Path, *chosen: str, code: int = 0) -> tuple[str, Cases]:
    """Run the command of a page that certifies, for some of the cases or all: where the cards were, and the cases by their ids."""
    run(f"{command} --quiet {' '.join(f'--only {prefix}' for prefix in chosen)}", folder, code)
    return _run_of(folder)


def damaged(command: str, folder: Path) -> dict[str, Any]:
    """Run such a command for a card on which a field is missing, and the index of a record: the answer, which has to pass."""
    (folder / "damaged.toml").write_text(_DAMAGED, encoding="utf-8")
    run(f"{command} --quiet --scenario damaged.toml", folder)
    ((_, case),) = _run_of(folder)[1].items()
    assert case["verdict"] == "PASS", case["reason"]
    (answer,) = case["answers"]
    return answer


def strangers(command: list[str], folder: Path, read: dict[str, Any]) -> None:
    """Send a program what is no message, and a reader that it cannot have; it says so, in UTF-8 without a mark, and ends when told."""
    message = {"cmd": "read", "id": "a 'b' \\c \"é\"", "on": "2026-01-15", **read}
    unknown = ["not JSON", "[1]", "null", "{}", '{"cmd": "sing"}', '{"cmd": 7}', '{"cmd": null}']
    lines = [*unknown, json.dumps(message), '{"cmd": "stop"}', "{}"]
    done = subprocess.run(
        command, input="\n".join(lines).encode(), cwd=folder, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    *others, answer = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert [one["error"]["code"] for one in others] == ["unknown_command"] * len(unknown)
    assert answer["id"] == message["id"]
    assert answer["error"]["code"] == "reader_unavailable"


def _run_of(folder: Path) -> tuple[str, Cases]:
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
