"""The commands around reading and certifying."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

Vitale = Callable[..., Any]
COMMANDS = [
    "read",
    "access",
    "journal",
    "card",
    "insert",
    "serve",
    "consult",
    "certify",
    "catalogue",
    "report",
    "schema",
    "doctor",
    "completion",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(vitale: Vitale, command: str) -> None:
    ended = vitale(command, "--help")
    assert ended.code == 0
    if command != "doctor":
        assert "Example" in ended.out


def test_help_names_every_command_and_the_exit_codes(vitale: Vitale) -> None:
    ended = vitale("--help")
    assert ended.code == 0
    for word in [*COMMANDS, "130"]:
        assert word in ended.out


def test_an_unknown_command_is_usage(vitale: Vitale) -> None:
    ended = vitale("raed")
    assert ended.code == 2
    assert "raed" in ended.err


def test_card_list_names_the_built_in_images(vitale: Vitale) -> None:
    names = {card["name"] for card in json.loads(vitale("card", "list", "--format", "json").out)}
    assert {"specimen", "famille", "mayotte", "mines", "ratp", "maternite", "uncam"} <= names
    assert {"cps", "cpf", "cpe", "cde", "cpa"} <= names
    text = vitale("card", "list", "--format", "text").out
    assert all(name in text for name in names)


def test_card_show_new_and_validate_go_round(vitale: Vitale, tmp_path: Path) -> None:
    shown = vitale("card", "show", "specimen").out
    (tmp_path / "copy.toml").write_text(shown)
    assert vitale("card", "validate", "copy.toml").code == 0
    assert vitale("card", "new", "specimen", "-o", "mine.toml", "--set", "assure.regime=05").code == 0
    assert tomllib.loads((tmp_path / "mine.toml").read_text())["assure"]["regime"] == "05"
    again = vitale("card", "new", "specimen", "-o", "mine.toml")
    assert again.code == 2
    assert "--force" in again.err
    wrong = vitale("card", "new", "specimen", "-o", "other.toml", "--set", "assure.colour=red")
    assert wrong.code == 2
    assert "colour" in wrong.err


def test_validate_ends_with_1_and_says_where(vitale: Vitale, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('profile = "vitale2"\n[assure]\nnir = 12\n')
    ended = vitale("card", "validate", "bad.toml", "specimen", "--format", "json")
    assert ended.code == 1
    bad, good = json.loads(ended.out)
    assert not bad["valid"]
    assert bad["reason"]
    assert good["valid"]


def test_every_published_schema_is_a_schema(vitale: Vitale) -> None:
    names = [line.split()[0] for line in vitale("schema").out.splitlines()]
    assert {"card", "image", "read", "answer", "event"} <= set(names)
    for name in names:
        jsonschema.Draft202012Validator.check_schema(json.loads(vitale("schema", name).out))
    unknown = vitale("schema", "nothing")
    assert unknown.code == 2
    assert "card" in unknown.err


@pytest.mark.parametrize("with_cps", [True, False])
def test_what_read_prints_follows_its_schema(vitale: Vitale, with_cps: bool) -> None:
    schema = json.loads(vitale("schema", "card").out)
    cps = ["--cps", "cps", "--pin", "1234"] if with_cps else []
    card = json.loads(vitale("read", "--vitale", "famille", *cps, "--format", "json").out)
    jsonschema.validate(card, schema, cls=jsonschema.Draft202012Validator)


def test_doctor_gives_a_next_step_for_what_is_missing(vitale: Vitale) -> None:
    found = json.loads(vitale("doctor", "--format", "json").out)
    assert {"Python", "pcscd", "vpcd driver", "pyscard"} <= {each["name"] for each in found}
    assert all(each["ok"] or each["next_step"] for each in found)
    nowhere = vitale("doctor", "--format", "text", env={"PATH": "/nonexistent"})
    assert nowhere.code == 0
    assert "Next:" in nowhere.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(vitale: Vitale, shell: str) -> None:
    ended = vitale("completion", shell)
    assert ended.code == 0
    assert "_VITALE_COMPLETE" in ended.out


def test_completion_offers_images(vitale: Vitale) -> None:
    ended = vitale(
        env={"_VITALE_COMPLETE": "bash_complete", "COMP_WORDS": "vitale read --vitale fam", "COMP_CWORD": "3"}
    )
    assert "famille" in ended.out


def test_output_to_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m vitale_testbed schema card | head -1",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert done.stderr == ""


def test_the_pages_made_from_tables_are_up_to_date() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, root / "scripts/generate_docs.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
