"""The whole program, which uses pyscard: on readers of this process, and on real PC/SC slots."""

import subprocess
import sys

import pytest

from welcome.__main__ import main

pytestmark = pytest.mark.pcsc


@pytest.fixture
def desk(card_reader):
    """pyscard lists the reader of this test and no other."""
    with card_reader.pyscard():
        yield card_reader


def test_greets(desk, capsys):
    assert main() == 0
    assert capsys.readouterr().out == "Bonjour CAMILLE SPECIMEN\n"


def test_asks_for_a_card(desk, capsys):
    desk.vitale.remove()
    assert main() == 1
    assert "Insérez" in capsys.readouterr().err
    desk.vitale.insert("famille")
    assert main() == 0


@pytest.mark.vitale(fault="removed:after=1")
def test_card_pulled_out_too_early(desk, capsys):
    assert main() == 1
    assert "illisible" in capsys.readouterr().err


def welcome():
    return subprocess.run([sys.executable, "-m", "welcome"], capture_output=True, text=True, timeout=30)


def test_greets_over_pcsc(pcsc_readers):
    assert welcome().stdout == "Bonjour CAMILLE SPECIMEN\n"
    pcsc_readers.vitale.remove()
    assert welcome().returncode == 1
