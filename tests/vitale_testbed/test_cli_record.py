"""`vitale record`, and its files wherever an image is taken."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.image import build_card, load_image
from emulator.readers import SocketReader
from emulator.recording import load_recording
from reader_core.connections import open_connection
from vitale_testbed.masking import masked_command

Vitale = Callable[..., Any]

ALL = ["--vitale", "famille", "--cps", "cps", "--pin", "1234"]


def hexadecimal(path: Path) -> str:
    """The bytes of a file's events, one after the other, lines and readings joined."""
    recording = load_recording(path)
    return b"".join(event.command + event.answer[:-2] for event in recording.events).hex().upper()


@pytest.fixture
def both(vitale: Vitale, tmp_path: Path) -> Path:
    ended = vitale("record", *ALL, "--on", "2026-01-15", "-o", "both.apdu")
    assert ended.code == 0
    assert "both.apdu: " in ended.out
    assert "masked" in ended.out
    assert "Broken by this" in ended.out
    assert ended.err == ""
    return tmp_path / "both.apdu"


def test_a_masked_recording_is_read_as_the_cards_were(vitale: Vitale, both: Path) -> None:
    original = json.loads(vitale("read", *ALL, "--on", "2026-01-15", "--format", "json").out)
    replay = ["--vitale", both, "--cps", both, "--pin", "0000", "--on", "2026-01-15", "--format", "json"]
    ended = vitale("read", *replay)
    assert ended.code == 0
    assert ended.err == "the recording is masked: its certificates are not verified\n"
    card = json.loads(ended.out)
    assert card["protected"]["status"] == "read"
    assert card["assure"]["nir"] != original["assure"]["nir"]
    assert card["assure"]["nir_valide"] is True
    for mine, theirs in zip(card["beneficiaires"], original["beneficiaires"], strict=True):
        assert mine["nom_usuel"] != theirs["nom_usuel"]
        assert len(mine["nom_usuel"]) == len(theirs["nom_usuel"])
        for same in ("couvertures", "exoneration", "droits", "mutuelle", "qualite", "rang_naissance"):
            assert mine[same] == theirs[same]


def test_no_secret_of_the_cards_is_in_the_file(both: Path) -> None:
    text, raw = both.read_text(encoding="utf-8"), hexadecimal(both)
    for secret in (
        "2840375999001",
        "1821175999002",
        "SPÉCIMEN",
        "HÉLOÏSE",
        "BEGOÑA",
        "VALBREUSE",
        "Hélène",
        "9979990001",
    ):
        assert secret not in text
        for encoding in ("latin-1", "utf-8"):
            assert secret.encode(encoding).hex().upper() not in raw
    assert not re.search("00200001083132333[4]F", raw)
    assert "masked: yes" in text
    assert "note: Broken by this" in text


def test_show_secrets_masks_nothing_and_warns(vitale: Vitale, tmp_path: Path) -> None:
    ended = vitale("record", *ALL, "-o", "clear.apdu", "--show-secrets")
    assert ended.code == 0
    assert "WARNING" in ended.err
    assert "NOT masked" in ended.out
    assert b"2840375999001".hex().upper() in hexadecimal(tmp_path / "clear.apdu")
    right = vitale("read", "--vitale", "clear.apdu", "--cps", "clear.apdu", "--pin", "1234", "--format", "json")
    assert json.loads(right.out)["protected"]["status"] == "read"
    assert right.err == ""


def test_a_program_that_asks_something_else_is_told_what(vitale: Vitale, both: Path) -> None:
    ended = vitale("read", "--vitale", "both.apdu#cps", "--format", "json")
    assert ended.code == 1
    assert json.loads(ended.out)["error"]["code"] == "vitale_unknown"
    clear = vitale("record", *ALL, "-o", "clear.apdu", "--show-secrets")
    assert clear.code == 0
    other = vitale("read", "--vitale", "clear.apdu", "--cps", "clear.apdu", "--pin", "4321", "--format", "json")
    assert other.code == 1
    assert "differs from the recording\ncommand " in other.err
    assert "recorded: 00 20 00 01 08 ** ** ** ** ** ** ** **" in other.err
    lenient = vitale("read", "--vitale", "lenient:both.apdu", "--format", "json")
    assert lenient.code == 0


def test_a_reader_is_recorded_too_and_a_pulled_card_keeps_what_was_said(vitale: Vitale, tmp_path: Path) -> None:
    with SocketReader(build_card(load_image("specimen"))) as reader:
        ended = vitale("record", "--vitale", reader.address, "-o", "socket.apdu")
        assert ended.code == 0
        assert f"reader: {reader.address}" in (tmp_path / "socket.apdu").read_text(encoding="utf-8")
    gone = vitale("record", "--vitale", reader.address, "-o", "gone.apdu")
    assert gone.code == 1
    assert "nothing was recorded" in gone.err
    assert not (tmp_path / "gone.apdu").exists()


class HeldCard:
    """A card that does not answer from its tenth command on, until it is let go."""

    def __init__(self) -> None:
        self._card = build_card(load_image("specimen"))
        self._left = 10
        self.held, self.let_go = Event(), Event()

    @property
    def atr(self) -> bytes:
        return self._card.atr

    def power_on(self) -> bytes:
        return self._card.power_on()

    def reset(self) -> bytes:
        return self._card.reset()

    def power_off(self) -> None:
        self._card.power_off()

    def transmit(self, command: bytes) -> bytes:
        self._left -= 1
        if self._left < 0:
            self.held.set()
            self.let_go.wait(250)
        return self._card.transmit(command)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_recording_keeps_what_was_said(tmp_path: Path, number: signal.Signals) -> None:
    card, to = HeldCard(), tmp_path / "begun.apdu"
    with SocketReader(card) as reader:
        command = [sys.executable, "-m", "vitale_testbed", "record", "--vitale", reader.address, "-o", str(to)]
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert card.held.wait(60)
        running.send_signal(number)
        out, err = running.communicate(timeout=60)
        card.let_go.set()
    assert (running.returncode, err) == (130, "\ninterrupted\n")
    assert f"{to}: 10 commands, masked" in out
    kept = load_recording(to)
    assert sum(1 for event in kept.events if event.command and event.answer) == 10


def test_a_file_that_cannot_be_written_in_the_end_is_written_elsewhere(tmp_path: Path) -> None:
    card, folder = HeldCard(), tmp_path / "folder"
    folder.mkdir()
    with SocketReader(card) as reader:
        to = folder / "gone.apdu"
        command = [sys.executable, "-m", "vitale_testbed", "record", "--vitale", reader.address, "-o", str(to)]
        running = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(tmp_path)},
        )
        assert card.held.wait(60)
        folder.rmdir()
        card.let_go.set()
        _, err = running.communicate(timeout=60)
    assert running.returncode == 2
    assert f"{to} cannot be written: No such file or directory; the recording is in {tmp_path}/" in err
    (kept,) = tmp_path.glob("*.apdu")
    assert str(kept) in err
    assert len(load_recording(kept).events) > 10


def test_an_unwritable_file_is_known_before_a_code_is_spent(vitale: Vitale, tmp_path: Path) -> None:
    card = build_card(load_image("cps"))
    with SocketReader(card) as reader:
        ended = vitale("record", "--vitale", "famille", "--cps", reader.address, "--pin", "0000", "-o", "no/x.apdu")
        assert ended.code == 2
        assert "no/x.apdu cannot be written: No such file or directory" in ended.err
        ended = vitale("serve", "famille", "--record", "no/x.apdu")
        assert (ended.code, "ready" in ended.out) == (2, False)
        (tmp_path / "there.apdu").write_text("mine")
        ended = vitale("insert", "famille", "--record", "there.apdu")
        assert ended.code == 2
        assert "is there already" in ended.err
    assert (tmp_path / "there.apdu").read_text() == "mine"


def test_a_name_that_no_image_may_have_and_one_with_a_mark(vitale: Vitale, tmp_path: Path) -> None:
    ended = vitale("record", "--vitale", "specimen", "-o", "seen.txt")
    assert ended.out.endswith("To replay it as a card, name it seen.txt.apdu.\n")
    folder = tmp_path / "ticket #12"
    folder.mkdir()
    moved = (tmp_path / "seen.txt").rename(folder / "visit#1.apdu")
    for name in (f"{moved}", f"{moved}#vitale", f"lenient:{moved}#vitale"):
        assert vitale("read", "--vitale", name, "--format", "json").code == 0
    assert "no card 'cps'" in vitale("read", "--vitale", f"{moved}#cps", "--format", "json").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["read", "--vitale", "none.apdu"], "none.apdu: there is no such file"),
        (["read", "--vitale", "broken.apdu"], "broken.apdu, line 1: a recording begins with"),
        (["read", "--vitale", "both.apdu#other"], "no card 'other'"),
        (["serve", "both.apdu"], "Write both.apdu#NAME to choose"),
        (["record", "--vitale", "famille", "-o", "both.apdu"], "is there already"),
        (["record", "--vitale", "famille", "--cps", "cps", "--pin", "12", "-o", "x.apdu"], "four digits"),
        (["record", "--vitale", "nobody", "-o", "x.apdu"], "no such image"),
        (["record", "--vitale", "famille", "-o", "no/such/x.apdu"], "cannot be written"),
    ],
)
def test_what_goes_wrong_is_said_with_the_next_step(
    vitale: Vitale, both: Path, arguments: list[str], said: str
) -> None:
    (both.parent / "broken.apdu").write_text("hello\n", encoding="utf-8")
    ended = vitale(*arguments)
    assert ended.code == 2
    assert said in ended.err
    assert "next: " in ended.err


def test_a_wrong_code_is_recorded_as_it_was(vitale: Vitale) -> None:
    ended = vitale("record", "--vitale", "famille", "--cps", "cps", "--pin", "0000", "-o", "wrong.apdu")
    assert ended.code == 0
    assert "pin_wrong" in ended.err
    again = vitale("read", "--vitale", "wrong.apdu", "--cps", "wrong.apdu", "--pin", "1234", "--format", "json")
    assert again.code == 1
    assert json.loads(again.out)["protected"]["code"] == "pin_wrong"


def test_nothing_is_written_when_no_program_came(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vitale_testbed", "serve", "specimen", "--record", str(tmp_path / "none.apdu")]
    served = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert served.stdout is not None
    assert served.stdout.readline() == "ready\n"
    served.send_signal(signal.SIGINT)
    _, err = served.communicate(timeout=60)
    assert (served.returncode, err) == (0, "nothing was recorded: no card was powered\n")
    assert list(tmp_path.iterdir()) == []


def test_what_a_program_asks_of_a_served_recording_that_is_not_in_it_is_told(vitale: Vitale, both: Path) -> None:
    command = [sys.executable, "-m", "vitale_testbed", "serve", f"{both}#cps"]
    served = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert served.stdout is not None
        assert served.stdout.readline() == "ready\n"
        address = served.stdout.readline().split()[0]
        connection = open_connection(address)
        connection.power_on()
        assert connection.transmit(bytes.fromhex("00CA010000")) == bytes.fromhex("6F00")
        connection.close()
    finally:
        served.send_signal(signal.SIGINT)
        _, err = served.communicate(timeout=60)
    assert served.returncode == 0
    assert f"{both}#cps: differs from the recording\ncommand 1: not what comes next in the recording\n" in err
    assert "  asked:    00 CA 01 00 00\n" in err


def test_a_recording_is_served_as_a_card(vitale: Vitale, both: Path) -> None:
    again = both.parent / "again.apdu"
    command = [sys.executable, "-m", "vitale_testbed", "serve", f"{both}#vitale", "--record", str(again)]
    served = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)
    try:
        assert served.stdout is not None
        assert served.stdout.readline() == "ready\n"
        address = served.stdout.readline().split()[0]
        ended = vitale("read", "--vitale", address, "--format", "json")
        assert ended.code == 0
        assert len(json.loads(ended.out)["beneficiaires"]) == 5
    finally:
        served.send_signal(signal.SIGINT)
        served.communicate(timeout=60)
    assert served.returncode == 0
    kept = load_recording(again)
    assert [card.slot for card in kept.cards] == ["card1"]
    assert kept.masked
    assert sum(1 for event in kept.events if event.command) > 40
    assert kept.cards[0].atr == load_recording(both).cards[0].atr


@given(st.sampled_from([0x20, 0x21, 0x24, 0x26, 0x28, 0x2C]), st.binary(min_size=1, max_size=300), st.booleans())
def test_a_trace_shows_no_code_whatever_the_form_of_the_command(ins: int, code: bytes, announced: bool) -> None:
    length = bytes([len(code)]) if len(code) < 256 else b"\x00" + len(code).to_bytes(2)
    body = (length if announced else b"") + code
    shown = masked_command(bytes([0, ins, 0, 1]) + body).split()
    assert len(shown) == 4 + len(body)
    if announced:
        assert shown[-len(code) :] == ["**"] * len(code)
