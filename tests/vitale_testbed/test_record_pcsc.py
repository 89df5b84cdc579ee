"""Recordings over the real PC/SC stack: of cards in slots, by a program or by the card itself, and replayed in slots too."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from emulator.image import build_card, load_image
from emulator.readers import PrivatePcscd
from emulator.recording import EventKind, Recording, ReplayCard, load_recording, open_replay

pytestmark = pytest.mark.pcsc

Vitale = Callable[..., Any]

VITALE_SLOT, CPS_SLOT = "Virtual PCD 00 00", "Virtual PCD 00 01"
SLOTS = ["--vitale", f"pcsc:{VITALE_SLOT}", "--cps", f"pcsc:{CPS_SLOT}"]
SAID = ["--pin", "1234", "--on", "2026-01-15"]
JSON = [*SAID, "--format", "json"]
SECRETS = ("2840375999001", "1821175999002", "SPÉCIMEN", "HÉLOÏSE", "VALBREUSE", "9979990001", "1234\xff\xff")


@pytest.fixture
def original(vitale: Vitale) -> dict[str, Any]:
    return json.loads(vitale("read", "--vitale", "famille", "--cps", "cps", *JSON).out)


def check_masked(recording: Recording) -> None:
    """No secret of the two cards is in it, neither in one answer nor over several."""
    assert recording.masked
    for card in recording.cards:
        said = b"".join(event.command[5:] + event.answer[:-2] for event in recording.of(card.slot))
        for secret in SECRETS:
            assert secret.encode("latin-1") not in said
            assert secret.encode() not in said


def check_pseudonyms(card: dict[str, Any], original: dict[str, Any]) -> None:
    """Rights, codes and dates are the same, persons are not."""
    assert card["protected"]["status"] == "read"
    assert card["assure"]["nir"] != original["assure"]["nir"]
    assert card["assure"]["nir_valide"] is True
    assert card["vitale"] == original["vitale"]
    assert card["service_amo"] == original["service_amo"]
    assert len(card["beneficiaires"]) == len(original["beneficiaires"]) == 5
    for mine, theirs in zip(card["beneficiaires"], original["beneficiaires"], strict=True):
        assert mine["nom_usuel"] != theirs["nom_usuel"]
        for same in ("couvertures", "exoneration", "droits", "mutuelle", "qualite", "rang_naissance"):
            assert mine[same] == theirs[same]


@pytest.fixture
def visit(vitale: Vitale, tmp_path: Path) -> Path:
    """Two cards in slots of a pcscd of their own, recorded through it."""
    with PrivatePcscd([build_card(load_image("famille")), build_card(load_image("cps"))]) as daemon:
        ended = vitale("record", *SLOTS, *SAID, "-o", "visit.apdu", env=daemon.environment)
    assert (ended.code, ended.err) == (0, "")
    return tmp_path / "visit.apdu"


def test_cards_in_slots_are_recorded_masked_and_replay_strictly(
    vitale: Vitale, visit: Path, original: dict[str, Any]
) -> None:
    recording = load_recording(visit)
    check_masked(recording)
    assert [(card.slot, card.reader, card.protocol) for card in recording.cards] == [
        ("vitale", f"pcsc:{VITALE_SLOT}", "T=0"),
        ("cps", f"pcsc:{CPS_SLOT}", "T=0"),
    ]
    assert recording.cards[0].atr == bytes.fromhex("3B751300004309EA9000")
    assert any(event.answer[:1] == b"\x61" for event in recording.of("cps")), "as it went over the wire"
    ended = vitale("read", "--vitale", visit, "--cps", visit, *JSON)
    assert (ended.code, ended.err) == (0, "the recording is masked: its certificates are not verified\n")
    check_pseudonyms(json.loads(ended.out), original)


def test_a_program_that_asks_something_else_over_pcsc_gets_the_difference(visit: Path) -> None:
    """The file's card in a slot, strict and lenient, and a program that begins with a command which is further on."""
    asked = bytes.fromhex("00B0820000")
    program = (
        "import sys; from reader_core.connections import open_connection\n"
        f"connection = open_connection('pcsc:{VITALE_SLOT}'); connection.power_on()\n"
        f"print(connection.transmit(bytes.fromhex('{asked.hex()}')).hex())\n"
        "connection.close()"
    )
    for name, answer in ((f"{visit}#vitale", "6f00"), (f"lenient:{visit}#vitale", "65")):
        card = open_replay(name)
        with PrivatePcscd([card]) as daemon:
            done = subprocess.run(
                [sys.executable, "-c", program],
                env={**os.environ, **daemon.environment},
                capture_output=True,
                text=True,
            )
        assert done.stderr == ""
        assert done.stdout.startswith(answer)
        (divergence,) = card.divergences
        told = str(divergence).splitlines()
        assert told[0].startswith("command 1: ")
        assert told[1].startswith("  recorded: 00 A4 ")
        assert "  asked:    00 B0 82 00 00" in told
        assert told[-1].startswith(f"  answered: {answer[:2].upper()}")


@contextmanager
def inserted(*arguments: str, cwd: Path) -> Generator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """`vitale insert --private`, until the end of the block, and what finds its slots; the process has ended afterwards."""
    command = [sys.executable, "-m", "vitale_testbed", "insert", "--private", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd)
    assert process.stdout is not None
    try:
        found = re.match("(PCSCLITE_CSOCK_NAME)=(.+)", process.stdout.readline())
        assert found is not None
        while VITALE_SLOT not in process.stdout.readline():
            assert process.poll() is None
        yield process, {found[1]: found[2]}
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def test_a_recording_in_slots_reads_as_often_as_one_likes(
    vitale: Vitale, visit: Path, original: dict[str, Any]
) -> None:
    with inserted(f"{visit}#vitale", f"{visit}#cps", cwd=visit.parent) as (process, environment):
        for _ in range(2):
            ended = vitale("read", *SLOTS, *JSON, env=environment)
            # The program is not told that the card is a recording: it checks the certificate whose name was masked.
            assert ended.code == 1
            assert json.loads(ended.out)["protected"]["code"] == "chain_untrusted"
        again = vitale("record", *SLOTS, *SAID, "-o", "again.apdu", env=environment)
        assert again.code == 0
    _, told = process.communicate()
    assert told == ""
    ended = vitale("read", "--vitale", "again.apdu", "--cps", "again.apdu", *JSON)
    check_pseudonyms(json.loads(ended.out), original)


def test_insert_records_what_programs_ask(vitale: Vitale, tmp_path: Path, original: dict[str, Any]) -> None:
    """Two readings in one file, with everything that pcscd does to a card by itself, replay one after the other."""
    with inserted("famille", "cps", "--record", "seen.apdu", cwd=tmp_path) as (process, environment):
        for _ in range(2):
            assert json.loads(vitale("read", *SLOTS, *JSON, env=environment).out) == original
    out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    assert re.search(r"seen.apdu: \d+ commands, masked\n", out)
    recording = load_recording(tmp_path / "seen.apdu")
    check_masked(recording)
    assert [card.slot for card in recording.cards] == ["card1", "card2"]
    assert [event.kind for event in recording.of("card1")][:1] == [EventKind.POWER_ON]
    cards = [ReplayCard(recording, slot) for slot in ("card1", "card2")]
    with PrivatePcscd(cards) as daemon:
        again = vitale("record", *SLOTS, *SAID, "-o", "again.apdu", env=daemon.environment)
        assert again.code == 0
    assert [str(one) for card in cards for one in card.divergences] == []
    for _ in range(2):
        seen = ["--vitale", "seen.apdu#card1", "--cps", "seen.apdu#card2"]
        ended = vitale("read", *seen, *JSON)
        assert ended.err == "the recording is masked: its certificates are not verified\n"
        check_pseudonyms(json.loads(ended.out), original)


def test_without_masking_the_card_that_was_recorded_in_slots_is_the_card(
    vitale: Vitale, tmp_path: Path, original: dict[str, Any]
) -> None:
    options = ["famille", "cps", "--record", "seen.apdu", "--show-secrets"]
    with inserted(*options, cwd=tmp_path) as (process, environment):
        assert json.loads(vitale("read", *SLOTS, *JSON, env=environment).out) == original
    assert "WARNING: --show-secrets" in process.communicate()[1]
    cards = [ReplayCard(load_recording(tmp_path / "seen.apdu"), slot) for slot in ("card1", "card2")]
    with PrivatePcscd(cards) as daemon:
        for _ in range(3):
            assert json.loads(vitale("read", *SLOTS, *JSON, env=daemon.environment).out) == original
    assert [str(one) for card in cards for one in card.divergences] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_however_insert_is_stopped_the_recording_is_kept(
    vitale: Vitale, tmp_path: Path, number: signal.Signals
) -> None:
    with inserted("specimen", "--record", "seen.apdu", cwd=tmp_path) as (process, environment):
        assert vitale("read", *SLOTS[:2], "--format", "json", env=environment).code == 0
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert sum(1 for event in load_recording(tmp_path / "seen.apdu").events if event.command) > 30
