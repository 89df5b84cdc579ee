"""A program in C++ over winscard, built by the command of its page, is certified on the real PC/SC stack."""

from pathlib import Path

import famille
import pytest
from page_commands import DAMAGED_AT, Cases, certify, commands, damaged, passed, run, strangers

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
    assert card["vitale"]["atr"] == famille.ATR
    assert card["assure"] == famille.ASSURE
    fifth = card["beneficiaires"][4]
    assert (fifth["nom_usuel"], fifth["prenom"], fifth["qualite_libelle"]) == famille.FIFTH
    assert fifth["naissance"] == famille.BIRTH_OF_THE_FIFTH
    assert fifth["droits"] == famille.RIGHTS_OF_THE_FIFTH
    assert [one["droits_ouverts"] for one in card["beneficiaires"]] == [True] * 5
    assert card["beneficiaires"][0]["mutuelle"]["periodes"] == famille.PERIODS_OF_THE_MUTUELLE


def test_what_a_damaged_card_lacks_is_said(folder: Path) -> None:
    (command,) = commands(PAGE, "vitale certify")
    card = damaged(command, folder)["card"]
    assert [(one["fichier"], one["offset"]) for one in card["anomalies"]] == [("DROITS", at) for at in DAMAGED_AT]


def test_it_answers_what_it_does_not_know(folder: Path) -> None:
    strangers(["./reader"], folder, {"vitale": "socket:127.0.0.1:1"})
