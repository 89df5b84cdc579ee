"""`vitale pki`: made, shown, and used to read."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.image import build_card, load_image
from emulator.pki import der, load_certificate

Vitale = Callable[..., Any]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki")
    cards = ("--card", "cps", "--card", "cps-revoquee", "--card", "cps-inconnue")
    command = [sys.executable, "-m", "vitale_testbed", "pki", "new", "mine", *cards]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "22 files and 4 card images in mine" in done.stdout
    return folder / "mine"


@pytest.fixture
def made(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "mine")


def test_what_was_made_is_shown(made: Path, vitale: Vitale) -> None:
    shown = vitale("pki", "show", made, "--on", "2026-01-15", "--format", "json")
    assert shown.code == 0
    entries = json.loads(shown.out)
    assert {entry["name"]: entry["state"] for entry in entries} == {
        "ca": "good",
        "root": "good",
        "untrusted-ca": "untrusted",
        "untrusted-root": "untrusted",
        "cps.aut": "good",
        "cps.sig": "good",
        "cps-inconnue.aut": "untrusted",
        "cps-inconnue.sig": "untrusted",
        "cps-revoquee.aut": "revoked",
        "cps-revoquee.sig": "revoked",
    }
    text = vitale("pki", "show", made, "--on", "2020-05-31", "--format", "text").out
    (line,) = [line for line in text.splitlines() if "cps-revoquee.aut" in line]
    assert line.split()[:4] == ["cps-revoquee.aut", "good", "key", "CPS"]


@pytest.mark.parametrize(
    ("card", "expected"), [("cps", None), ("cps-revoquee", "cps_revoked"), ("cps-inconnue", "chain_untrusted")]
)
def test_cards_of_a_new_pki_are_read_and_judged(made: Path, vitale: Vitale, card: str, expected: str | None) -> None:
    done = vitale(
        "read", "--vitale", made / "vitale.toml", "--cps", made / f"{card}.toml", "--pin", "1234", "--pki", made,
        "--on", "2026-01-15", "--format", "json",
    )  # fmt: skip
    assert done.code == (0 if expected is None else 1)
    assert json.loads(done.out)["protected"]["code"] == expected


def test_the_two_pkis_do_not_trust_each_other(made: Path, vitale: Vitale) -> None:
    ours = ("read", "--vitale", made / "vitale.toml", "--pin", "1234", "--format", "json", "--cps", made / "cps.toml")
    assert json.loads(vitale(*ours).out)["protected"]["code"] == "chain_untrusted"
    mixed = ("read", "--vitale", "specimen", "--cps", made / "cps.toml", "--pin", "1234", "--format", "json")
    assert json.loads(vitale(*mixed, "--pki", made).out)["protected"]["code"] is not None


def test_force_keeps_the_keys_and_adds_what_is_missing(made: Path, vitale: Vitale) -> None:
    refused = vitale("pki", "new", made)
    assert (refused.code, "is not empty" in refused.err, "--force" in refused.err) == (2, True, True)
    keys = {path.name: path.read_bytes() for path in made.glob("*.key.pem")}
    certificate = (made / "cps.aut.pem").read_bytes()
    assert vitale("pki", "new", made, "--card", "cpf", "--force").code == 0
    assert {name: (made / name).read_bytes() for name in keys} == keys
    assert (made / "cps.aut.pem").read_bytes() == certificate
    assert (made / "cpf.toml").exists()


def test_a_contactless_card_of_a_new_pki(made: Path, vitale: Vitale) -> None:
    assert vitale("pki", "new", made, "--card", "cps3-contactless", "--force").code == 0
    card = build_card(load_image(made / "cps3-contactless.toml"))
    card.transmit(bytes.fromhex("00A4090C063F000002A001"))
    mine = load_certificate("technique.pem", made)
    assert card.transmit(bytes.fromhex("00B0000000")) == der(mine)[:256] + b"\x90\x00"
    assert mine != load_certificate("builtin:technique")
    shown = vitale("pki", "show", made, "--on", "2026-01-15", "--format", "text").out
    (line,) = [line for line in shown.splitlines() if " technique " in line]
    assert line.split()[:4] == ["technique", "good", "key", "technical"]


def test_built_in_pki_is_shown_without_a_folder(vitale: Vitale) -> None:
    done = vitale("pki", "show", "--on", "2026-01-15", "--format", "text")
    assert done.code == 0
    assert done.out.startswith("the built-in PKI, on 2026-01-15\n")
    assert len(done.out.splitlines()) >= 1 + 4 + 18


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("new", "a", "--card", "cps9"), "cps9"),
        (("new", "file"), "is a file"),
        (("new",), "DIRECTORY"),
        (("show", "nowhere"), "no such folder"),
        (("show", "empty"), "no certificate in it"),
        (("show", "--on", "someday"), "not a date"),
    ],
)
def test_wrong_usage_is_told(vitale: Vitale, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    done = vitale("pki", *arguments)
    assert done.code == 2
    assert said in done.err


def test_a_key_that_is_none_is_named(vitale: Vitale, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "root.key.pem").write_text("nothing\n")
    done = vitale("pki", "new", "mine", "--force")
    assert done.code == 2
    assert "root.key.pem" in done.err
    assert "Delete it" in done.err


def test_a_folder_that_is_no_pki_is_not_trusted(vitale: Vitale, tmp_path: Path) -> None:
    done = vitale("read", "--vitale", "specimen", "--pki", tmp_path)
    assert done.code == 2
    assert "vitale pki new" in done.err
