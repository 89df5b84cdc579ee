"""Writing a journal: entries are appended under a lock, and never without the seal of the one before."""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import os
import platform
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import filelock

from reader_core.journal.entry import GENESIS, By, Entry, Sealed, Subject, decode_line, encode_line
from reader_core.journal.errors import JournalError
from reader_core.journal.head import Head, read_head, write_head
from reader_core.journal.keys import JournalKey, make_key, read_key

LOCK_S = 10.0
"""Seconds to wait for another program that writes the same journal."""
_TAIL = 1 << 16
_MOVE = "Look at it with `vitale journal verify`; to begin a new journal move the file and its .head away."


@dataclass(frozen=True, slots=True)
class Access:
    """One access, as the reader tells of it: what is secret in it goes no further than the pseudonyms.

    Attributes:
        function: as in the access table.
        outcome: `granted`, or a code.
        card: type of professional card.
        code: state of its code.
        identifier: its holder's national identifier; empty without a card.
        number: its printed number; empty without a card.
        nir: the insured person's NIR, 13 characters; empty when it is not known.
        serial: the Vitale's number; empty when it is not known.
        category: test or real cards.
        api: the rules of the reading.
        on: the day of the reading, ISO 8601.
    """

    function: str
    outcome: str
    card: str
    code: str
    identifier: str
    number: str
    nir: str
    serial: str
    category: str
    api: str
    on: str

    def __repr__(self) -> str:
        """Without the numbers: this may stand in a log."""
        return f"Access({self.function}, {self.outcome}, {self.card})"


@dataclass(frozen=True, slots=True)
class _End:
    """Where a journal ends.

    Attributes:
        last: its last entry; None for an empty journal.
        torn: a half line after it.
    """

    last: Sealed | None
    torn: bytes


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal in a file.

    Attributes:
        path: the file. Beside it stand its `.head`, its `.lock`, and its `.key` unless that is elsewhere.
        key_path: the file of the key; None for `PATH.key`.
    """

    path: Path
    key_path: Path | None = None

    @property
    def key_file(self) -> Path:
        """The file of the key."""
        return self.key_path or self._beside("key")

    @property
    def head_file(self) -> Path:
        """The file that says how far the journal goes."""
        return self._beside("head")

    def prepare(self) -> None:
        """Make sure that the journal can be written, before anything is read: make it and its key if they are not there.

        Raises:
            JournalError: it cannot be written, or something was taken from its end.
        """
        with self._locked() as (handle, key):
            self._end(handle, key)

    def append(self, accesses: Sequence[Access]) -> None:
        """Write accesses, all of them or none.

        Raises:
            JournalError: they could not be written; the file is as it was.
        """
        with self._locked() as (handle, key):
            end = self._end(handle, key)
            n, prev = (0, GENESIS) if end.last is None else (end.last.entry.n, end.last.seal)
            torn = hashlib.sha256(end.torn).hexdigest() if end.torn else None
            lines = [b"\n"] if end.torn else []
            for access in accesses:
                n += 1
                line, prev = encode_line(_entry(access, n, prev, torn, key), key)
                lines.append(line)
                torn = None
            self._write(handle, b"".join(lines), Head.of(n, prev, key))

    def lines(self) -> tuple[list[bytes], bytes]:
        """Every line of the file, and the half line after them, empty when there is none.

        Raises:
            JournalError: it cannot be read.
        """
        try:
            *whole, torn = self.path.read_bytes().split(b"\n")
        except OSError as error:
            raise self._error(f"cannot be read: {error.strerror}", "Check the name of the file.") from error
        return whole, torn

    def _write(self, handle: int, content: bytes, head: Head) -> None:
        before = os.fstat(handle).st_size
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
            write_head(self.head_file, head)
        except OSError as error:
            with contextlib.suppress(OSError):  # then the next writer finds a half line, and says so in the journal
                os.ftruncate(handle, before)
            step = "Make room on the disk, or correct the rights of the file."
            raise self._error(f"cannot be written: {error.strerror}", step) from error

    def _end(self, handle: int, key: JournalKey) -> _End:
        """Find where the journal ends, and that nothing is missing there."""
        size = os.fstat(handle).st_size
        os.lseek(handle, max(size - _TAIL, 0), os.SEEK_SET)
        *whole, torn = _read(handle, _TAIL).split(b"\n")
        found = next((sealed for line in reversed(whole) if (sealed := decode_line(line))), None)
        if found is None and size and (size > _TAIL or any(whole)):
            raise self._error("is no journal", "Name another file: nothing is written over this one.")
        if found is not None and not found.is_genuine(key):
            raise self._error("its last entry was changed, or this is not its key", _MOVE)
        self._check_head(found, key)
        return _End(found, torn)

    def _check_head(self, last: Sealed | None, key: JournalKey) -> None:
        try:
            head = read_head(self.head_file)
        except (OSError, ValueError) as error:
            raise self._error(f"its .head cannot be read: {error}", _MOVE) from error
        n = 0 if last is None else last.entry.n
        if head is None:
            if last is not None:
                raise self._error("its .head is missing", _MOVE)
            try:
                write_head(self.head_file, Head.of(0, GENESIS, key))
            except OSError as error:
                raise self._error(f"its .head cannot be written: {error.strerror}", "Make room on the disk.") from error
            return
        if not head.is_genuine(key):
            raise self._error("its .head was changed, or this is not its key", _MOVE)
        if head.n > n:
            raise self._error(f"{missing(n + 1, head.n)} missing at its end", _MOVE)
        if head.n == n and last is not None and head.last != last.seal:
            raise self._error("its last entry is another one than was written", _MOVE)

    @contextmanager
    def _locked(self) -> Generator[tuple[int, JournalKey]]:
        """Hold the journal alone, open at its end, with its key."""
        if not self.path.parent.is_dir():
            raise self._error("its folder does not exist", "Make the folder, or name another file.")
        if self.path.exists() and not self.path.is_file():
            raise self._error("is no ordinary file", "Name another file.")
        lock = filelock.FileLock(self._beside("lock"), timeout=LOCK_S, mode=0o600)
        try:
            lock.acquire()
        except filelock.Timeout:
            step = "Wait for the other program, or end it."
            raise self._error(f"another program has held it for {LOCK_S:g} s", step) from None
        except OSError as error:
            raise self._error(f"cannot be locked: {error.strerror or error}", "Name another file.") from error
        try:
            handle = self._opened()
            try:
                yield handle, self._key(handle)
            finally:
                os.close(handle)
        finally:
            lock.release()

    def _opened(self) -> int:
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        except OSError as error:
            raise self._error(f"cannot be opened: {error.strerror}", "Name another file.") from error
        return handle

    def _key(self, handle: int) -> JournalKey:
        if not self.key_file.exists():
            if os.fstat(handle).st_size or self.head_file.exists():
                step = "Put it back, or name its place with --journal-key; without it the journal cannot go on."
                raise JournalError(str(self.key_file), "the key of the journal is not there", step)
            make_key(self.key_file)
        return read_key(self.key_file)

    def _beside(self, what: str) -> Path:
        return self.path.with_name(f"{self.path.name}.{what}")

    def _error(self, reason: str, next_step: str) -> JournalError:
        return JournalError(str(self.path), reason, next_step)


def missing(first: int, last: int) -> str:
    """Name entries with their verb: `entry 3 is`, `entries 3 to 5 are`."""
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"


def _entry(access: Access, n: int, prev: str, torn: str | None, key: JournalKey) -> Entry:
    return Entry(
        n=n,
        at=datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        function=access.function,
        outcome=access.outcome,
        by=By(
            account=_account(),
            host=platform.node(),
            card=access.card,
            code=access.code,
            identifier=access.identifier or None,
            number=access.number or None,
        ),
        subject=Subject(nir=key.pseudonym("nir", access.nir), serial=key.pseudonym("serial", access.serial)),
        category=access.category,
        api=access.api,
        on=access.on,
        prev=prev,
        torn=torn,
    )


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"


def _read(handle: int, size: int) -> bytes:
    content = bytearray()
    while piece := os.read(handle, size):
        content += piece
    return bytes(content)
