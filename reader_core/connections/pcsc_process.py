"""A process that can be killed, around calls that cannot be ended."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, cast

# -P: no folder of the user's stands before the standard library. -u: nothing waits in a buffer.
WORKER_COMMAND = (sys.executable, "-P", "-u", str(Path(__file__).with_name("_pcsc_worker.py")))
_GRACE_S = 1.0
_OBITUARY_S = 10.0  # its output has ended, so it is about to end


class ProcessTimeoutError(Exception):
    """No answer in time. The process has been killed."""


class ProcessLostError(Exception):
    """The process ended by itself; the message says how, with the last line it wrote."""


class PcscProcess:
    """A worker process, from construction until `close` or the first failure.

    Args:
        command: what to run; our own worker unless a test says otherwise.
        environment: the process's whole environment; None for our own as it is now.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(self, command: Sequence[str] = WORKER_COMMAND, environment: Mapping[str, str] | None = None) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 -- lives as long as the process
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env=None if environment is None else dict(environment),
            )
        except OSError:
            self._errors.close()
            raise
        self._input = cast("IO[bytes]", self._process.stdin)  # both are there: pipes were asked for
        self._output = cast("IO[bytes]", self._process.stdout)
        self._answers: queue.SimpleQueue[tuple[int, bytes] | None] = queue.SimpleQueue()
        # A pipe cannot be waited for with a limit on every system; a queue can.
        self._reader = threading.Thread(target=_read_answers, args=(self._output, self._answers), daemon=True)
        self._reader.start()

    def ask(self, operation: bytes, payload: bytes, timeout_s: float) -> tuple[int, bytes]:
        """Send one request; give its result code and payload.

        Raises:
            ProcessTimeoutError: no answer within `timeout_s` seconds.
            ProcessLostError: the process is gone.
        """
        try:
            self._input.write(operation + len(payload).to_bytes(4) + payload)
            self._input.flush()
            answer = self._answers.get(timeout=timeout_s)
        except queue.Empty:
            self.close(grace_s=0)
            raise ProcessTimeoutError from None
        except (OSError, ValueError):  # a pipe that broke, or that we closed before
            answer = None
        if answer is None:
            raise ProcessLostError(self._obituary())
        return answer

    def close(self, grace_s: float = _GRACE_S) -> None:
        """End the process: ask by closing its input, then kill. Closing twice is allowed."""
        with contextlib.suppress(OSError):
            self._input.close()
        try:
            self._process.wait(grace_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(_GRACE_S)
        self._output.close()
        self._errors.close()

    def _obituary(self) -> str:
        """How the process ended, for the message."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_OBITUARY_S)
        last = ""
        with contextlib.suppress(ValueError):  # closed before
            self._errors.seek(0)
            lines = self._errors.read().decode(errors="replace").strip().splitlines()
            last = f": {lines[-1]}" if lines else ""
        status = self._process.returncode
        self.close(grace_s=0)
        return f"the PC/SC process ended with status {status}{last}"


def _read_answers(source: IO[bytes], answers: queue.SimpleQueue[tuple[int, bytes] | None]) -> None:
    """Pass answers on until the output ends, then say so."""
    with contextlib.suppress(OSError, ValueError):
        while len(head := source.read(8)) == 8:
            payload = source.read(int.from_bytes(head[4:]))
            answers.put((int.from_bytes(head[:4]), payload))
    answers.put(None)
