"""A program in C++ over winscard, built by the command of its page, is certified on the real PC/SC stack.

What `famille` holds is written by hand from `vitale card show famille`.
"""

import json
import subprocess
from pathlib import Path

import pytest
from page_commands import Cases, certify, commands, passed, run

# One group: it is compiled once.
pytestmark = [pytest.mark.judge, pytest.mark.pcsc, pytest.mark.xdist_group("cpp-reader")]

PAGE = "docs/howto-cpp.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reader in it, built as the page says."""
    there = tmp_path_factory.mktemp("cpp")
    (build,) = commands(PAGE, "g++")
    run(build.replace("g++ ", "g++ -Wall -Wextra -Werror ", 1), there)
    return there


@pytest.fixture(scope="module")
def cases(folder: Path) -> Cases:
    """The cases of a run over PC/SC: a whole family, and some more."""
    (command,) = commands(PAGE, "vitale certify")
    reader, found = certify(command, folder, "VIT-DRO", "VIT-IDE-001/4", "VIT-ERR-001", "VIT-ERR-002", "VIT-ERR-004")
    assert reader == "pcsc"
    return found


def test_the_pages_say_the_same() -> None:
    wanted = ("g++", "vitale certify")
    assert commands("examples/cpp/README.md", *wanted) == commands(PAGE, *wanted)


def test_what_it_claims_passes(cases: Cases) -> None:
    right = passed(cases, "does not declare the capabilit")
    assert len([name for name in right if name.startswith("VIT-DRO")]) >= 10
    assert {"VIT-ERR-001/1", "VIT-ERR-002/1", "VIT-ERR-004/1", "VIT-ERR-004/2"} <= right


def test_the_family_is_read_as_it_is(cases: Cases) -> None:
    case = cases["VIT-IDE-001/4"]
    assert case["scenario"]["vitale"] == "famille"
    (answer,) = case["answers"]
    card = answer["card"]
    assert card["vitale"]["atr"] == "3B751300004309EA9000"
    assert card["assure"] == {
        "nir": "2840375999001",
        "cle": "17",
        "nir_valide": True,
        "regime": "01",
        "caisse": "349",
        "centre": "9881",
        "code_gestion": "10",
        "regime_libelle": "Régime général",
        "regime_particulier": None,
    }
    fifth = card["beneficiaires"][4]
    assert (fifth["nom_usuel"], fifth["prenom"]) == ("L'ÉPREUVE-NOËL", "MARÍA-BEGOÑA")
    assert fifth["qualite_libelle"] == "Ascendant, descendant ou collatéral"
    assert fifth["naissance"] == {"en_carte": "19481901", "date": None, "lunaire": True}
    assert fifth["droits"] == [
        {"debut": "2019-09-01", "fin": "2020-08-31"},
        {"debut": "2020-10-01", "fin": "2022-09-30"},
        {"debut": "2022-10-01", "fin": None},
    ]
    assert [one["droits_ouverts"] for one in card["beneficiaires"]] == [True] * 5
    assert card["beneficiaires"][0]["mutuelle"]["periodes"] == [
        {"debut": "2024-11-01", "fin": "2025-10-31"},
        {"debut": "2025-11-01", "fin": "2026-10-31"},
    ]


def test_it_answers_what_it_does_not_know(folder: Path) -> None:
    """What is no message, and a reader that is no PC/SC reader; it goes on."""
    read = {"cmd": "read", "id": "a 'b' \\c é", "vitale": "socket:127.0.0.1:1", "on": "2026-01-15"}
    lines = ["not JSON", "[1]", "null", '{"cmd": "sing"}', '{"cmd": 7}', json.dumps(read), '{"cmd": "stop"}', "{}"]
    done = subprocess.run(
        ["./reader"], input="\n".join(lines), cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    *unknown, answer = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["error"]["code"] for one in unknown] == ["unknown_command"] * 5
    assert answer["id"] == read["id"]
    assert answer["error"]["code"] == "reader_unavailable"
