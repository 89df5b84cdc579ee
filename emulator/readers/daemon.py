"""A pcscd that this process started, through its supervisor."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import RLock

from emulator.readers.errors import ReaderSetupError
from emulator.readers.pcscd_client import PcscdClient, PcscdError

_SUPERVISOR = Path(__file__).with_name("supervisor.py")  # never imported: it exists on Linux only
_REPLY_S = 20.0
_READY_S = 20.0
_OBITUARY_S = 2.0
_POLL_S = 0.002


@dataclass(frozen=True, slots=True)
class DaemonPlan:
    """How to start a pcscd.

    Attributes:
        pcscd: its program.
        config: a directory with the configuration of its readers, and nothing else.
        log: where its messages go.
        directory: what the supervisor deletes at the end; the other paths are in it.
        socket: where it shall listen; empty for the compiled-in path, where every program looks.
        namespaces: which of "user", "mount" and "net" to leave.
        hide: directories that an empty one shall cover; needs "mount".
    """

    pcscd: str
    config: str
    log: str
    directory: str
    socket: str = ""
    namespaces: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()


class NamespacesRefusedError(Exception):
    """The system does not let us have the namespaces of the plan; without them the daemon could be started."""


class Daemon:
    """A running pcscd whose socket answers, from construction until `stop`.

    It cannot outlive this process, however this ends: see `emulator.readers.supervisor`.

    Args:
        plan: how to start it.
        listening: where its socket will be.

    Raises:
        NamespacesRefusedError: start again with fewer.
        ReaderSetupError: `pcscd_failed`.
    """

    def __init__(self, plan: DaemonPlan, listening: str) -> None:
        self._plan = plan
        self._listening = listening
        self._guard = RLock()
        self._death: ReaderSetupError | None = None
        self._last_words = ""
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_REPLY_S)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_SUPERVISOR), str(theirs.fileno()), str(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                cwd="/",
                start_new_session=True,  # Ctrl-C is for us; the daemon ends when we have removed the cards
            )
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        """The process id of pcscd."""
        return self._pid

    @property
    def log(self) -> str:
        """What pcscd has said so far."""
        try:
            return self._last_words or Path(self._plan.log).read_text(errors="replace")
        except OSError:
            return ""

    def client(self) -> PcscdClient:
        """A new connection to ask the daemon for its readers.

        Raises:
            ReaderSetupError: `daemon_died`.
        """
        try:
            return PcscdClient(self._listening)
        except PcscdError as error:
            raise self._lost(str(error)) from error

    def connect(self, port: int) -> socket.socket:
        """Connect to a TCP port in the daemon's network namespace.

        Raises:
            OSError: nothing listens there.
            ReaderSetupError: `daemon_died`.
        """
        with self._guard:
            self.check()
            try:
                self._control.send(json.dumps({"connect": port}).encode())
                reply, descriptors = self._receive()
            except OSError as error:
                raise self._lost(str(error)) from error
            if descriptors:
                return socket.socket(fileno=descriptors[0])
            if reply.get("event") == "not_connected":
                number = int(str(reply["errno"]))
                raise OSError(number, os.strerror(number))
            raise self._lost("", reply)

    def check(self) -> None:
        """Make sure that the daemon still runs.

        Raises:
            ReaderSetupError: `daemon_died`, with what it said last.
        """
        with self._guard:
            if self._death is None and select.select([self._control], [], [], 0)[0]:
                reply, _ = self._receive()
                self._lost("", reply)
            if self._death is not None:
                raise self._death

    def kill(self) -> None:
        """Kill pcscd at once, as a crash would end it: what follows is for `check` to say."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)

    def stop(self) -> None:
        """Stop the daemon and its supervisor; both are gone on return. Stopping twice is allowed."""
        with self._guard:
            if self._death is None:
                self._death = ReaderSetupError("daemon_died", "pcscd was stopped.", "Start it again.")
            self._control.close()
        try:
            self._process.wait(_REPLY_S)
        except subprocess.TimeoutExpired:
            self._process.kill()  # the kernel takes the daemon along
            self._process.wait()
        shutil.rmtree(self._plan.directory, ignore_errors=True)  # a killed supervisor left it

    def _start(self) -> None:
        try:
            self._control.send(json.dumps(asdict(self._plan)).encode())
            reply, _ = self._receive()
        except OSError:  # it has ended, or said nothing in time
            reply = dict[str, object]()
        if reply.get("event") == "refused":
            raise NamespacesRefusedError(str(reply.get("reason")))
        if reply.get("event") != "started":
            raise ReaderSetupError("pcscd_failed", "The supervisor of pcscd did not start.", "Run `vitale doctor`.")
        self._pid = int(str(reply["pid"]))
        deadline = time.monotonic() + _READY_S
        while True:
            with contextlib.suppress(PcscdError), PcscdClient(self._listening) as client:
                client.states()
                return
            try:
                self.check()
            except ReaderSetupError as death:
                raise self._failed("It ended at once.") from death
            if time.monotonic() > deadline:
                raise self._failed(f"It did not answer within {_READY_S:.0f} s.")
            time.sleep(_POLL_S)

    def _receive(self) -> tuple[dict[str, object], list[int]]:
        message, descriptors, _, _ = socket.recv_fds(self._control, 0xFFFF, 1)
        return json.loads(message or b"{}"), descriptors

    def _failed(self, what: str) -> ReaderSetupError:
        step = "Run `vitale doctor`."
        if "/run/pcscd" in self.log:
            step = "Allow user namespaces, or run once as root: mkdir -p /run/pcscd"
        return ReaderSetupError("pcscd_failed", f"pcscd could not be started. {what}{_said(self.log)}", step)

    def _lost(self, why: str, reply: dict[str, object] | None = None) -> ReaderSetupError:
        if self._death is None:
            if not reply:
                with contextlib.suppress(OSError):
                    reply, _ = self._receive() if select.select([self._control], [], [], _OBITUARY_S)[0] else ({}, [])
            how = _how_it_ended(reply.get("status")) if reply else why or "its supervisor was killed"
            self._last_words = str(reply.get("log", "")) if reply else ""
            self._death = ReaderSetupError(
                "daemon_died",
                f"pcscd (process {self._pid}) died while cards were in its readers: {how}.{_said(self.log)}",
                "Start again; if nobody killed it, keep the lines above for a bug report.",
            )
        return self._death


def _how_it_ended(status: object) -> str:
    if isinstance(status, int) and status < 0:
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(-status).name}"
    return f"exit code {status}"


def _said(log: str) -> str:
    lines = log.strip().splitlines()[-5:]
    return "".join(f"\n    pcscd: {line}" for line in lines) + "\n" if lines else ""
