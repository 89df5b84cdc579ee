"""The file beside the journal that says how far it goes, so that lines taken from its end are missed."""

from __future__ import annotations

import contextlib
import hmac
import os
from pathlib import Path

import msgspec

from reader_core.journal.keys import JournalKey


class Head(msgspec.Struct, frozen=True):
    """How far a journal went when it was last written.

    Attributes:
        n: number of the last entry.
        last: its seal.
        seal: HMAC over the two.
    """

    n: int
    last: str
    seal: str

    @classmethod
    def of(cls, n: int, last: str, key: JournalKey) -> Head:
        """Seal the end of a journal."""
        return cls(n, last, key.seal(f"head:{n}:{last}".encode("ascii")))

    def is_genuine(self, key: JournalKey) -> bool:
        """Whether the seal is the key's."""
        return hmac.compare_digest(self.seal, Head.of(self.n, self.last, key).seal)


def read_head(path: Path) -> Head | None:
    """Read the file; None when it is not there.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no head.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Head)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise ValueError(f"no head of a journal: {error}") from error


def write_head(path: Path, head: Head) -> None:
    """Put a head in the place of the one before, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    fresh = path.with_name(f"{path.name}.new")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(head) + b"\n")
        fresh.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise
