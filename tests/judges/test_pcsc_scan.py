"""Ludovic Rousseau's pcsc_scan names both cards by their ATR."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from emulator.image import build_card, load_image
from emulator.readers import PrivatePcscd

pytestmark = [pytest.mark.judge, pytest.mark.pcsc]


def test_both_cards_are_named(tmp_path: Path) -> None:
    # A home of its own: pcsc_scan prefers a list of cards there to Debian's.
    cards = [build_card(load_image("specimen")), build_card(load_image("cps"))]
    with PrivatePcscd(cards) as daemon:
        environment = {**os.environ, **daemon.environment, "HOME": str(tmp_path), "LC_ALL": "C"}
        command = ["pcsc_scan", "-t", "1"]
        done = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=True)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout.decode("utf-8", "replace"))
    vitale, cps = shown.split("Reader 1:")
    assert "ATR: 3B 75 13 00 00 43 09 EA 90 00" in vitale
    assert "Vitale 2 (french health card)" in vitale
    assert "ATR: 3B AC 00 40 2A 00 12 25 00 64 80 00 03 10 00 90 00" in cps
    assert re.search(r"CPS \(Carte Profes+ionn?el de Santé\)", cps)
