"""The library under C programs: it reads, it refuses, and it never writes where it must not."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting import has_ended, until

from emulator.image import build_card, load_image
from emulator.readers import InProcessReader, PrivatePcscd, PulledCard, SocketReader
from reader_core.iso7816 import Card
from vitale_testbed.apilec.codes import Code, State

pytestmark = pytest.mark.judge

PROLOGUE = b'<?xml version="1.0" encoding="ISO-8859-1"?>'
WHOLE = {"Ressource_Vitale": "famille", "Ressource_CPS": "cps", "Code_Porteur": "1234", "Date_Lecture": "2026-01-15"}
Ini = Callable[..., Path]


def card(name: str) -> Card:
    return build_card(load_image(name))


@pytest.fixture
def slot() -> Iterator[tuple[InProcessReader, str]]:
    """An empty slot and the address of its socket reader."""
    reader = InProcessReader("Vitale")
    with SocketReader(reader) as served:
        yield reader, served.address


# --- reading ---------------------------------------------------------------------------------------------------------------


def test_a_linked_program_reads_an_image_with_no_daemon_at_all(driver: Any, ini: Ini) -> None:
    assert driver.init(ini(**WHOLE)) == Code.OK
    read = driver.read()
    assert (read.returned, read.state, read.intact) == (Code.OK, State.READ, True)
    assert read.document.startswith(PROLOGUE)
    assert "<nomUsuel>SPÉCIMEN</nomUsuel>" in read.document.decode("iso-8859-1")
    assert driver.finir() == Code.OK
    assert driver.close() == 0


def test_a_program_that_loads_the_library_by_its_path_reads_too(library: Path, program: Any, ini: Ini) -> None:
    done = subprocess.run([program("loaded"), library, ini(**WHOLE), "0"], capture_output=True, check=True)
    codes, _, document = done.stdout.partition(b"\n")
    assert codes == b"0 0 0"
    assert document.startswith(PROLOGUE)
    assert "<prenomUsuel>HÉLOÏSE</prenomUsuel>" in document.decode("iso-8859-1")


def test_a_python_program_reads_by_ctypes(library: Path, ini: Ini) -> None:
    loaded = ctypes.CDLL(str(library))
    mode, error, state, length = ctypes.c_ushort(3), ctypes.c_ushort(1), ctypes.c_short(-1), ctypes.c_uint(65536)
    document = ctypes.create_string_buffer(65536)
    assert loaded.Hn_Init(str(ini(**WHOLE)).encode(), ctypes.byref(mode), ctypes.byref(error)) == 0
    assert mode.value == 3
    read = loaded.Hn_LectureVitaleDonneesIdentification
    assert read(0, document, ctypes.byref(length), ctypes.byref(state), ctypes.byref(error)) == 0
    assert (len(document.value), state.value, error.value) == (length.value, State.READ, 0)
    assert loaded.Hn_Finir(ctypes.byref(error)) == 0


@pytest.mark.pcsc
def test_it_reads_the_cards_in_pcsc_slots_and_waits_for_one(drive: Any, program: Any, ini: Ini) -> None:
    with PrivatePcscd() as daemon:
        first, second = daemon.slots
        second.insert(card("cps"))
        driver = drive(program("driver"), **daemon.environment)
        names = {"Ressource_Vitale": first.name, "Ressource_CPS": f"pcsc:{second.name}"}
        assert driver.init(ini(**(WHOLE | names))) == Code.OK
        read = driver.read(wait=1)
        assert (read.returned, read.state, read.length, read.intact) == (Code.VITALE_ABSENT, State.ABSENT, 0, True)
        inserting = threading.Timer(1, first.insert, [card("famille")])
        inserting.start()
        read = driver.read(wait=20)
        inserting.join()
        assert (read.returned, read.state) == (Code.OK, State.READ)
        assert b"<codeRegime>01</codeRegime>" in read.document
        first.remove()
        first.insert(PulledCard(card("famille"), 12))
        assert driver.read(wait=5).returned == Code.VITALE_REMOVED
        driver.finir()


@pytest.mark.pcsc
def test_a_reader_that_pcsc_has_not_is_an_unknown_resource(drive: Any, program: Any, ini: Ini) -> None:
    with PrivatePcscd() as daemon:
        driver = drive(program("driver"), **daemon.environment)
        assert driver.init(ini(Ressource_Vitale="Lecteur Parti 00")) == Code.OK  # it may be plugged in later
        assert driver.read().returned == Code.RESOURCE_UNKNOWN


def test_without_a_professional_card_the_state_says_what_is_missing(driver: Any, ini: Ini) -> None:
    driver.init(ini(Ressource_Vitale="famille"))
    read = driver.read()
    assert (read.returned, read.state) == (Code.OK, Code.CPS_ABSENT)
    assert b"libelleExo" not in read.document


@pytest.mark.parametrize(
    ("keys", "state"),
    [
        ({"Code_Porteur": ""}, Code.PIN_MISSING),
        ({"Code_Porteur": "0000"}, Code.PIN_WRONG),
        ({"Ressource_CPS": "cpa"}, Code.CPS_NOT_ENTITLED),
        ({"Ressource_CPS": "cps-expiree"}, Code.CPS_EXPIRED),
        ({"Ressource_CPS": "cps-revoquee"}, Code.CPS_REVOKED),
        ({"Ressource_CPS": "cps-revoquee", "Regles": "before"}, State.READ),
        ({"Ressource_CPS": "cps-reelle"}, Code.CARDS_MIXED),
        ({"Ressource_CPS": "cps-inconnue"}, Code.CHAIN_UNTRUSTED),
        ({"Ressource_CPS": "specimen"}, Code.CPS_UNKNOWN),
    ],
)
def test_a_refusal_leaves_the_free_data(driver: Any, ini: Ini, keys: dict[str, str], state: int) -> None:
    driver.init(ini(**(WHOLE | keys)))
    read = driver.read()
    assert (read.returned, read.state) == (Code.OK, state)
    assert (b"<libelleExo>" in read.document) == (state == State.READ)


def test_an_image_remembers_wrong_codes_until_the_end_of_the_session(driver: Any, ini: Ini) -> None:
    path = ini(**(WHOLE | {"Code_Porteur": "0000"}))
    driver.init(path)
    assert [driver.read().state for _ in range(4)] == [
        Code.PIN_WRONG,
        Code.PIN_WRONG,
        Code.PIN_BLOCKED,
        Code.PIN_BLOCKED,
    ]
    driver.finir()
    driver.init(path)
    assert driver.read().state == Code.PIN_WRONG


# --- buffers ---------------------------------------------------------------------------------------------------------------


def test_too_small_a_buffer_is_told_what_it_needs_and_never_overrun(driver: Any, ini: Ini) -> None:
    driver.init(ini(Ressource_Vitale="specimen"))
    whole = driver.read()
    needed = whole.length + 1
    for capacity in (0, 1, 2, 100, needed - 1):
        read = driver.read(capacity=capacity)
        assert (read.returned, read.length, read.intact) == (Code.BUFFER_TOO_SMALL, needed, True), capacity
    for capacity in (needed, needed + 1):
        read = driver.read(capacity=capacity)
        assert (read.returned, read.length, read.intact) == (Code.OK, whole.length, True)
        assert read.document == whole.document


# --- cards that are missing or leave ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("wait", [0, 1])
def test_no_card_within_the_waiting_time(driver: Any, ini: Ini, slot: tuple[InProcessReader, str], wait: int) -> None:
    driver.init(ini(Ressource_Vitale=slot[1]))
    began = time.monotonic()
    read = driver.read(wait=wait)
    assert wait <= time.monotonic() - began < wait + 60
    assert (read.returned, read.state, read.length, read.intact) == (Code.VITALE_ABSENT, State.ABSENT, 0, True)


def test_a_card_that_comes_while_it_waits_is_read(driver: Any, ini: Ini, slot: tuple[InProcessReader, str]) -> None:
    reader, address = slot
    driver.init(ini(Ressource_Vitale=address))
    inserting = threading.Timer(0.5, reader.insert, [card("specimen")])
    inserting.start()
    assert driver.read(wait=20).returned == Code.OK
    inserting.join()


@pytest.mark.parametrize("after", [0, 1, 5, 12, 30])
def test_a_card_that_leaves_gives_a_code_and_no_document(
    driver: Any, ini: Ini, slot: tuple[InProcessReader, str], after: int
) -> None:
    reader, address = slot
    reader.insert(PulledCard(card("specimen"), after))
    driver.init(ini(Ressource_Vitale=address))
    read = driver.read()
    assert (read.returned, read.state, read.length, read.intact) == (Code.VITALE_REMOVED, State.ABSENT, 0, True)
    reader.remove()
    reader.insert(card("specimen"))
    assert driver.read().returned == Code.OK


def test_another_card_and_a_reader_that_is_gone(driver: Any, ini: Ini) -> None:
    driver.init(ini(Ressource_Vitale="cps"))
    assert (driver.read().returned, driver.read().state) == (Code.VITALE_UNKNOWN, State.NOT_READ)
    driver.finir()
    driver.init(ini(Ressource_Vitale="socket:127.0.0.1:1"))
    assert driver.read().returned == Code.READER_UNAVAILABLE


# --- calls in any order ----------------------------------------------------------------------------------------------------


def test_calls_out_of_order_and_twice_get_their_codes(driver: Any, ini: Ini, tmp_path: Path) -> None:
    path = ini(Ressource_Vitale="specimen")
    assert driver.read().returned == Code.NOT_INITIALISED
    assert driver.finir() == Code.NOT_INITIALISED
    assert driver.init(path) == Code.OK
    assert driver.init(path) == Code.ALREADY_INITIALISED
    assert driver.read().returned == Code.OK  # the session that was there holds
    assert driver.finir() == Code.OK
    assert driver.finir() == Code.NOT_INITIALISED
    assert driver.init(tmp_path / "nothing.ini") == Code.INI_MISSING
    assert driver.read().returned == Code.NOT_INITIALISED
    assert driver.init(path) == Code.OK
    assert driver.read().returned == Code.OK


@pytest.mark.parametrize("which", ["program", "checked_program"])
def test_null_pointers_are_refused(request: pytest.FixtureRequest, which: str, ini: Ini) -> None:
    path = request.getfixturevalue(which)("nulls")
    assert subprocess.run([path, ini(Ressource_Vitale="specimen")]).returncode == 0


@pytest.mark.parametrize("which", ["program", "checked_program"])
def test_two_threads(request: pytest.FixtureRequest, which: str, ini: Ini, slot: tuple[InProcessReader, str]) -> None:
    path = request.getfixturevalue(which)("threads")
    assert subprocess.run([path, ini(Ressource_Vitale=slot[1]), "2"]).returncode == 0


def test_the_ini_is_found_by_its_folder_by_the_environment_and_beside_the_library(
    drive: Any, program: Any, library: Path, ini: Ini, tmp_path: Path
) -> None:
    path = ini(Ressource_Vitale="specimen")
    driver = drive(program("driver"))
    assert driver.init(tmp_path) == Code.OK
    assert driver.finir() == Code.OK
    assert driver.init("") == Code.OK
    assert driver.read().state == State.READ, f"{library.parent}/api_lec.ini has famille and cps"
    driver = drive(program("driver"), APILEC_INI=str(path))
    assert driver.init("C:\\ProgramData\\santesocial\\api_lec64\\api_lec.ini") == Code.OK
    assert driver.read().state == Code.CPS_ABSENT


# --- the reader process ----------------------------------------------------------------------------------------------------


def test_a_thousand_calls_leak_nothing(driver: Any, ini: Ini, processes: Any) -> None:
    path = ini(Ressource_Vitale="specimen")
    assert driver.say(f"cycles 1 {path}") == [0]
    before = driver.say("files")
    driver.init(path)
    child = driver.child
    assert driver.say("again 1 65536") == [0]
    theirs = len(list(Path(f"/proc/{child}/fd").iterdir()))
    assert driver.say("again 1000 65536") == [0]
    assert len(list(Path(f"/proc/{child}/fd").iterdir())) == theirs
    assert driver.child == child
    driver.finir()
    assert driver.say(f"cycles 10 {path}") == [0]
    assert driver.say("files") == before
    assert processes.children(driver.process.pid) == []


def test_a_killed_reader_process_costs_one_call_and_leaves_no_zombie(driver: Any, ini: Ini, processes: Any) -> None:
    driver.init(ini(Ressource_Vitale="specimen"))
    for _ in range(3):
        child = driver.child
        os.kill(child, 9)
        until(lambda child=child: has_ended(child))
        read = driver.read()
        assert (read.returned, read.length, read.intact) == (Code.PROCESS_LOST, 0, True)
        assert processes.children(driver.process.pid) == []
        assert driver.read().returned == Code.OK
    assert driver.finir() == Code.OK


def test_a_reader_process_that_is_silent_is_ended_in_time(driver: Any, ini: Ini, processes: Any) -> None:
    driver.init(ini(Ressource_Vitale="specimen", Delai_Reponse="4"))
    child = driver.child
    os.kill(child, 19)  # SIGSTOP
    began = time.monotonic()
    assert driver.read(wait=1).returned == Code.PROCESS_SILENT
    assert 5 <= time.monotonic() - began < 65
    assert processes.children(driver.process.pid) == []
    assert driver.read().returned == Code.OK
    os.kill(driver.child, 19)
    assert driver.finir() == Code.OK  # within two seconds and by force
    assert processes.children(driver.process.pid) == []


def test_the_reader_process_ends_with_a_program_that_is_killed(
    driver: Any, ini: Ini, slot: tuple[InProcessReader, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.init(ini(Ressource_Vitale=slot[1]))
    child = driver.child
    looks: list[object] = []
    start = vars(InProcessReader)["_start"]

    def look(reader: InProcessReader, *given: Any) -> Any:
        looks.append(reader)
        return start(reader, *given)

    monkeypatch.setattr(InProcessReader, "_start", look)
    driver.ask("read 60 65536")
    until(lambda: len(looks) >= 3)  # in the middle of a reading that waits for a card
    driver.process.kill()
    until(lambda: has_ended(child))


@pytest.mark.parametrize("habit", ["alarms", "reaper", "waiter", "masked", "closed", "forks", "leaves"])
@pytest.mark.parametrize("which", ["program", "checked_program"])
def test_programs_with_habits_of_their_own(request: pytest.FixtureRequest, which: str, habit: str, ini: Ini) -> None:
    path = request.getfixturevalue(which)("host")
    assert subprocess.run([path, habit, ini(Ressource_Vitale="specimen")]).returncode == 0


def test_the_reader_process_inherits_no_descriptor(program: Any, ini: Ini, processes: Any) -> None:
    command = [str(program("host")), "files", str(ini(Ressource_Vitale="specimen"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as host:
        assert host.stdout is not None
        assert host.stdout.readline() == b"ready\n"
        (child,) = processes.children(host.pid)
        assert Path(f"/proc/{host.pid}/fd/77").readlink() == Path("/dev/zero")
        theirs = {int(each.name): str(each.readlink()) for each in Path(f"/proc/{child}/fd").iterdir()}
        host.kill()
    assert theirs[1] == theirs[2] == "/dev/null"
    assert theirs[0].startswith("socket:")
    assert set(theirs.values()) <= {"/dev/null", theirs[0]}
    until(lambda: has_ended(child))


def test_nothing_of_the_programs_environment_disturbs_it(drive: Any, program: Any, ini: Ini, tmp_path: Path) -> None:
    for name in ("vitale_testbed", "reader_core", "socket"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(7)")
    driver = drive(program("driver"), PYTHONPATH=str(tmp_path), PYTHONHOME="/nowhere", PYTHONSTARTUP="/nowhere")
    driver.say(f"go {tmp_path}")
    assert driver.init(ini(Ressource_Vitale="specimen")) == Code.OK
    assert driver.read().returned == Code.OK


def test_a_relative_ini_still_counts_after_the_program_went_elsewhere(driver: Any, ini: Ini, tmp_path: Path) -> None:
    ini(Ressource_Vitale="specimen")
    assert driver.say(f"go {tmp_path}") == [0]
    assert driver.init("api_lec.ini") == Code.OK
    assert driver.say("go /") == [0]
    os.kill(driver.child, 9)
    assert driver.read().returned == Code.PROCESS_LOST
    assert driver.read().returned == Code.OK


@pytest.mark.parametrize(
    ("python", "words"),
    [
        ("/nowhere/python", "/nowhere/python: No such file or directory"),
        ("/bin/false", "status 1"),
        ("{plain}", "No module named 'vitale_testbed'"),
    ],
)
def test_a_python_that_does_not_serve(
    library: Path, ini: Ini, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python: str, words: str
) -> None:
    plain = tmp_path / "plain"
    plain.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')  # without its packages
    plain.chmod(0o755)
    chosen = python.format(plain=plain)
    loaded = ctypes.CDLL(str(library))
    mode, error = ctypes.c_ushort(), ctypes.c_ushort()
    path = str(ini(Ressource_Vitale="specimen", Python=chosen)).encode()
    assert loaded.Hn_Init(path, ctypes.byref(mode), ctypes.byref(error)) == Code.PROCESS_NOT_STARTED
    text, size = ctypes.create_string_buffer(2048), ctypes.c_uint(2048)
    assert loaded.apilec_message(text, ctypes.byref(size)) == 0
    assert words in text.value.decode()
    assert "APILEC_PYTHON" in text.value.decode()
    monkeypatch.setenv("APILEC_PYTHON", sys.executable)  # stands above the ini; ctypes sees what os.environ sets
    assert loaded.Hn_Init(path, ctypes.byref(mode), ctypes.byref(error)) == Code.OK
    assert loaded.Hn_Finir(ctypes.byref(error)) == Code.OK


# --- the compiler's judgement ----------------------------------------------------------------------------------------------


def test_the_sanitizers_find_nothing(
    drive: Any, checked_program: Any, ini: Ini, slot: tuple[InProcessReader, str], tmp_path: Path
) -> None:
    driver = drive(checked_program("driver"))
    reader, address = slot
    assert driver.init(tmp_path / "nothing") == Code.INI_MISSING
    assert driver.init(ini(Ressource_Vitale=address)) == Code.OK
    assert driver.read().returned == Code.VITALE_ABSENT
    reader.insert(PulledCard(card("specimen"), 9))
    assert driver.read().returned == Code.VITALE_REMOVED
    reader.remove()
    reader.insert(card("specimen"))
    assert driver.read(capacity=100).returned == Code.BUFFER_TOO_SMALL
    assert driver.read().returned == Code.OK
    os.kill(driver.child, 9)
    assert driver.read().returned == Code.PROCESS_LOST
    assert driver.read().returned == Code.OK
    assert driver.finir() == Code.OK
    assert driver.close() == 0, "a sanitizer found something"


def test_the_header_is_c_and_cpp(library: Path, tmp_path: Path) -> None:
    source = tmp_path / "uses.c"
    source.write_text(
        textwrap.dedent("""
        #include "apilec.h"
        int main(void) { unsigned short error = 0; return Hn_Finir(&error) == APILEC_NOT_INITIALISED ? 0 : 1; }
        """)
    )
    for compiler, standard in (("cc", "-std=c90"), ("cc", "-std=c17"), ("c++", "-std=c++98"), ("c++", "-std=c++20")):
        command = [compiler, standard, "-Wall", "-Wextra", "-Werror", "-pedantic", f"-I{library.parent}"]
        if compiler == "c++":
            command += ["-x", "c++"]
        target = tmp_path / "uses"
        linking = ["-x", "none", f"-L{library.parent}", "-lapilec", f"-Wl,-rpath,{library.parent}"]
        subprocess.run([*command, str(source), "-o", str(target), *linking], check=True)
        assert subprocess.run([target]).returncode == 0


def test_the_library_compiles_without_a_warning_and_exports_its_functions_alone(
    tmp_path: Path, build_library: Any
) -> None:
    flags = "-Werror -pedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla"
    library = build_library(tmp_path / "strict", CFLAGS=flags)
    exported = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True)
    names = {line.split()[-1] for line in exported.stdout.splitlines()}
    assert names == {
        "Hn_Init", "Hn_LectureVitaleDonneesIdentification", "Hn_Finir", "apilec_message", "apilec_name", "apilec_version"
    }  # fmt: skip


def test_gccs_analyzer_finds_nothing(tmp_path: Path, build_library: Any) -> None:
    build_library(tmp_path / "analyzed", CC="gcc", CFLAGS="-fanalyzer -Werror")
