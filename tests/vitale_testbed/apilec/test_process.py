"""The reader process, asked as the library asks it, and no compiler needed."""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from conformance.overlay import load_overlay
from emulator.image import build_card, load_image
from emulator.readers import SocketReader
from reader_core.layouts.laying import laid
from vitale_testbed.apilec.codes import Code, State
from vitale_testbed.apilec.process import encode

Ini = Callable[..., Path]


class Library:
    """The other end of the process's standard input."""

    def __init__(self) -> None:
        self.socket, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-c", "from vitale_testbed.apilec.process import main; main()"]
            self.process = subprocess.Popen(command, stdin=theirs.fileno(), stderr=subprocess.PIPE)

    def ask(self, operation: bytes, payload: bytes = b"") -> tuple[int, int, str, bytes]:
        self.socket.sendall(operation + struct.pack(">I", len(payload)) + payload)
        code, state, size = struct.unpack(">HhI", self._receive(8))
        message = self._receive(size).decode()
        (size,) = struct.unpack(">I", self._receive(4))
        return code, state, message, self._receive(size)

    def _receive(self, count: int) -> bytes:
        received = self.socket.recv(count, socket.MSG_WAITALL) if count else b""
        assert len(received) == count
        return received

    def close(self) -> tuple[int, str]:
        self.socket.close()
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors.decode()


@pytest.fixture
def library() -> Iterator[Library]:
    started = Library()
    yield started
    started.socket.close()
    started.process.kill()
    started.process.communicate()


def test_it_answers_in_turn_and_ends_with_the_connection(library: Library, ini: Ini) -> None:
    assert library.ask(b"R", b"\0\0") == (Code.NOT_INITIALISED, State.ABSENT, "", b"")
    assert library.ask(b"I", bytes(ini(Ressource_Vitale="specimen"))) == (Code.OK, State.ABSENT, "", b"")
    code, state, message, document = library.ask(b"R", b"\0\0")
    assert (code, state) == (Code.OK, Code.CPS_ABSENT)
    assert "professional card" in message
    assert document.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?>')
    assert library.close() == (0, "")


def test_a_table_that_refuses_the_document_is_a_code(library: Library, ini: Ini, tmp_path: Path) -> None:
    table = files("reader_core.access").joinpath("default.toml").read_text(encoding="utf-8")
    assert '"export_xml", ' in table
    (tmp_path / "mine.toml").write_text(table.replace('"export_xml", ', ""), encoding="utf-8")
    assert library.ask(b"I", bytes(ini(Ressource_Vitale="specimen", Habilitations="mine.toml")))[0] == Code.OK
    code, state, message, document = library.ask(b"R", b"\0\0")
    assert (code, state, document) == (Code.ACCESS_DENIED, State.NOT_READ, b"")
    assert "access table" in message


def test_a_card_of_another_layout_is_read_by_the_overlay_that_the_ini_names(library: Library, ini: Ini) -> None:
    invented = Path(__file__).parents[2] / "overlays" / "invented"
    with laid(load_overlay(invented).layouts):
        card = build_card(load_image("specimen"))
    with SocketReader(card) as reader:
        assert library.ask(b"I", bytes(ini(Ressource_Vitale=reader.address, Surcouche=str(invented))))[0] == Code.OK
        document = library.ask(b"R", b"\0\0")[3]
        assert b"<nir>285057599900197</nir>" in document
        assert library.ask(b"I", bytes(ini(Ressource_Vitale=reader.address)))[0] == Code.OK
        code, _, _, document = library.ask(b"R", b"\0\0")
        assert (code, b"<nomUsuel>SPECIMEN</nomUsuel>" in document) == (Code.OK, True), "the rest is read"
        assert b"<nir>285057599900197</nir>" not in document, "by the public layout it is not found"


def test_an_operation_it_does_not_know_is_an_error_and_no_end(library: Library, ini: Ini) -> None:
    code, _, message, _ = library.ask(b"X", b"anything")
    assert code == Code.INTERNAL_ERROR
    assert "process.py" in message
    assert library.ask(b"I", bytes(ini(Ressource_Vitale="specimen")))[0] == Code.OK


def test_half_a_question_ends_it(library: Library) -> None:
    library.socket.sendall(b"I\0\0\1\0half")
    assert library.close() == (0, "")


def test_a_long_message_is_cut_at_a_whole_letter() -> None:
    answer = encode(Code.OK, State.READ, "é" * 5000, b"xml")
    (size,) = struct.unpack(">I", answer[4:8])
    assert size == 4096
    assert answer[8 : 8 + size].decode() == "é" * 2048
    assert answer[8 + size :] == b"\0\0\0\3xml"
