"""A product behind a command: JSON lines on its standard input and output, any language.

The product runs in a process group of its own, which is ended as a whole: a shell script leaves no child behind. Both
its outputs are read by threads, so that a product that fills one of them cannot stop the harness. After a fault the
process is thrown away and the next reading starts a new one.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from typing import IO

from conformance import words
from conformance.products.base import ProductFault, ProductSetup, ProductUnavailableError
from conformance.protocol import (
    Answer,
    Describe,
    Description,
    MalformedAnswerError,
    ReadRequest,
    Stop,
    decode_answer,
    decode_description,
    encode,
)
from conformance.words import Words

MAX_LINE = 8 * 1024 * 1024
"""Bytes of an answer the harness reads before it gives up on the line."""

_STDERR_KEPT = 16 * 1024
_STOP_GRACE = 2.0


def create(setup: ProductSetup) -> ExecProduct:
    """Make the product of ``exec:COMMAND``; the command is the argument of the setup."""
    return ExecProduct(setup)


def split_command(command: str, *, backslashes: bool = sys.platform == "win32") -> list[str]:
    """Split a command as a POSIX shell would; no shell is run.

    Args:
        command: The program and its arguments.
        backslashes: Leave backslashes as they are, as in the paths of Windows.

    Raises:
        ProductUnavailableError: A quotation is not closed, or there is no program.
    """
    try:
        words_of = shlex.shlex(command, posix=True, punctuation_chars=False)
        words_of.whitespace_split, words_of.commenters = True, ""
        if backslashes:
            words_of.escape = ""
        arguments = list(words_of)
    except ValueError as error:
        raise ProductUnavailableError(
            f"the command cannot be split into words ({error})", "Close its quotation marks."
        ) from error
    if not arguments:
        raise ProductUnavailableError("exec: names no command", "Write it after the colon: exec:./my-reader --json")
    return arguments


class ExecProduct:
    """The product behind a command.

    Args:
        setup: The command, its time-out and its environment.
    """

    def __init__(self, setup: ProductSetup) -> None:
        self._setup = setup
        self._process: _Process | None = None

    def describe(self) -> Description:
        """Start the command and ask who it is.

        Raises:
            ProductUnavailableError: It cannot be started or does not describe itself.
        """
        process = self._start()
        try:
            return decode_description(process.ask(encode(Describe()), self._setup.timeout))
        except (MalformedAnswerError, ProductFault) as error:
            stderr = self._drop()
            raise ProductUnavailableError(
                f"the product did not describe itself: {error}",
                "Run the command by hand and type: " + encode(Describe()).decode().strip(),
                stderr,
            ) from error

    def read(self, request: ReadRequest) -> Answer:
        """Ask for a reading; a process that is gone is started anew first.

        Raises:
            ProductFault: It crashed, took too long or broke the protocol.
        """
        try:
            process = self._process or self._start()
        except ProductUnavailableError as error:
            raise ProductFault(words.not_started_again(error.said), error.stderr) from error
        process.forget_stderr()
        try:
            return decode_answer(process.ask(encode(request), self._setup.timeout), request.id)
        except MalformedAnswerError as error:
            raise ProductFault(error.said, self._drop()) from error
        except ProductFault as error:
            raise ProductFault(error.said, self._drop()) from error

    @property
    def stderr(self) -> str:
        """The end of what the running process wrote on its standard error since the last question."""
        return self._process.stderr if self._process else ""

    def stop(self) -> None:
        """Say stop, wait a little, then end the process group."""
        if self._process is not None:
            self._process.stop(encode(Stop()))
            self._process = None

    def _start(self) -> _Process:
        self.stop()
        arguments = split_command(self._setup.argument)
        try:
            self._process = _Process(arguments, self._setup)
        except FileNotFoundError as error:
            raise ProductUnavailableError(
                words.program_not_found(error.filename or arguments[0]), "Check the path, or put the program on PATH."
            ) from error
        except OSError as error:
            raise ProductUnavailableError(
                words.program_not_run(arguments[0], error.strerror or str(error)),
                "Check that it is a program and executable.",
            ) from error
        return self._process

    def _drop(self) -> str:
        if self._process is None:
            return ""
        self._process.kill()
        stderr = self._process.stderr
        self._process = None
        return stderr


class _Process:
    """One run of the command, with its two outputs drained."""

    def __init__(self, arguments: list[str], setup: ProductSetup) -> None:
        self._popen = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(setup.environment) or None,
            start_new_session=True,
        )
        self._lines: queue.Queue[bytes | None] = queue.Queue()
        self._guard = threading.Lock()  # of what was written on standard error
        self._stderr: deque[bytes] = deque()
        self._stderr_size = 0
        self._threads = [
            threading.Thread(target=self._drain_stdout, args=(self._popen.stdout,), daemon=True),
            threading.Thread(target=self._drain_stderr, args=(self._popen.stderr,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def stderr(self) -> str:
        with self._guard:
            return b"".join(self._stderr).decode("utf-8", "replace")[-_STDERR_KEPT:]

    def forget_stderr(self) -> None:
        with self._guard:
            self._stderr.clear()
            self._stderr_size = 0

    def ask(self, line: bytes, timeout: float) -> bytes:
        """Send a line and wait for one.

        Raises:
            ProductFault: It ended, took too long, or answered without end.
        """
        with contextlib.suppress(OSError):  # it has ended: the queue below says so, with its exit code
            if self._popen.stdin is not None:
                self._popen.stdin.write(line)
                self._popen.stdin.flush()
        try:
            answer = self._lines.get(timeout=timeout)
        except queue.Empty:
            raise ProductFault(words.no_answer(timeout)) from None
        if answer is None:
            raise ProductFault(words.ended(self._ending()))
        if len(answer) > MAX_LINE:
            raise ProductFault(words.answer_too_long(MAX_LINE // 1024 // 1024))
        return answer

    def stop(self, line: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self._popen.stdin is not None:
                self._popen.stdin.write(line)
                self._popen.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(_STOP_GRACE)
        self.kill()

    def kill(self) -> None:
        """End the whole group, and wait until its outputs are closed."""
        if sys.platform == "win32":
            self._popen.kill()
        else:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()
        for thread in self._threads:
            thread.join(_STOP_GRACE)
        if any(thread.is_alive() for thread in self._threads):
            return  # a child that left the group still holds an output; closing it here would wait for that child
        for stream in (self._popen.stdin, self._popen.stdout, self._popen.stderr):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()

    def _ending(self) -> Words:
        deadline = time.monotonic() + _STOP_GRACE
        while self._popen.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        code = self._popen.returncode
        if code is None:
            return words.closed_its_output()
        if code < 0:
            return words.killed(signal.Signals(-code).name)
        return words.exited(code)

    def _drain_stdout(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while line := stream.readline(MAX_LINE + 1):
                if line.strip():
                    self._lines.put(line)
        self._lines.put(None)

    def _drain_stderr(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while chunk := os.read(stream.fileno(), 4096):
                with self._guard:
                    self._stderr.append(chunk)
                    self._stderr_size += len(chunk)
                    while self._stderr_size > 2 * _STDERR_KEPT:
                        self._stderr_size -= len(self._stderr.popleft())
