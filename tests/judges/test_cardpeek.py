"""cardpeek's own unmodified script reads the virtual Vitale through pcscd; its tree equals one written by hand.

`cardpeek_trees` follows the hand-written dumps of `tests/reader_core/vectors_vitale2`, in cardpeek's words. The "Unparsed
ASN1 data" in it are the zeros that fill D001 and the NIR file, which public readers report of real cards and cardpeek does
not know.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.card import ALWAYS, DedicatedFile, ElementaryFile
from emulator.image import load_image, patch_image
from emulator.readers import PrivatePcscd
from emulator.vitale2 import VitaleImage, build_vitale2
from reader_core.iso7816 import Card

pytestmark = [pytest.mark.judge, pytest.mark.pcsc]

HERE = Path(__file__).parent


def vitale(name: str, **changes: object) -> VitaleImage:
    image = patch_image(load_image(name), changes)
    assert isinstance(image, VitaleImage)
    return image


def judge(card: Card, folder: Path) -> list[str]:
    """The lines of the tree that cardpeek makes of a card."""
    with PrivatePcscd([card]) as daemon:
        command = [sys.executable, str(HERE / "cardpeek_tree.py"), "Virtual PCD 00 00", str(folder)]
        done = subprocess.run(command, env={**os.environ, **daemon.environment}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8").splitlines()


def expected(name: str) -> list[str]:
    return (HERE / "cardpeek_trees" / f"{name}.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("name", ["specimen", "famille"])
def test_cardpeek_understands_the_card(name: str, tmp_path: Path) -> None:
    assert judge(build_vitale2(vitale(name)), tmp_path) == expected(name)


def test_the_judge_sees_one_wrong_digit(tmp_path: Path) -> None:
    changed = vitale("specimen", **{"beneficiaires[0].identite.nir": "285057599900196"})
    tree = judge(build_vitale2(changed), tmp_path)
    assert set(tree) - set(expected("specimen")) == {'          Numéro de sécurité sociale [93] (15) "285057599900196"'}


def test_the_judge_sees_a_secret_left_open(tmp_path: Path) -> None:
    card = build_vitale2(vitale("specimen"))
    for application in card.state.df.children:
        secret = application.child(0x2015) if isinstance(application, DedicatedFile) else None
        if isinstance(secret, ElementaryFile):
            secret.read = ALWAYS
    tree = judge(card, tmp_path)
    assert "          TLV (Context-specific) [83] (4) 30313030" in tree
    assert "          TLV (Context-specific) [83] (4) 30313030" not in expected("specimen")
