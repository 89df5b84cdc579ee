"""The journal's key: 32 random bytes in a file that its owner alone may read.

Two keys are derived from it, one for the names of cards and one for the chain, so that neither use tells about the other.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from reader_core.journal.errors import JournalError

KEY_BYTES = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_NAMES, _CHAIN = b"vitale-journal/1 names", b"vitale-journal/1 chain"


@dataclass(frozen=True, slots=True, repr=False)
class JournalKey:
    """The two keys of a journal.

    Attributes:
        names: for `pseudonym`.
        chain: for `seal`.
    """

    names: bytes
    chain: bytes

    @classmethod
    def of(cls, secret: bytes) -> JournalKey:
        """Derive the two from the bytes of the key file."""
        return cls(hmac.digest(secret, _NAMES, "sha256"), hmac.digest(secret, _CHAIN, "sha256"))

    def pseudonym(self, kind: str, value: str) -> str | None:
        """Name a card without telling its number: HMAC-SHA-256, 64 hexadecimal digits; None for an empty value.

        Args:
            kind: `nir` or `serial`, so that the two can never be taken for each other.
            value: the number.
        """
        return hmac.digest(self.names, f"{kind}:{value}".encode(), "sha256").hex() if value else None

    def seal(self, content: bytes) -> str:
        """Seal a line: HMAC-SHA-256, 64 hexadecimal digits."""
        return hmac.digest(self.chain, content, "sha256").hex()


def read_key(path: Path) -> JournalKey:
    """Read a key file.

    Raises:
        JournalError: it is not there, is no key, or others may read it.
    """
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii").strip()
        secret = bytes.fromhex(text)
    except FileNotFoundError:
        raise JournalError(
            str(path), "the key of the journal is not there", "Name its place with --journal-key."
        ) from None
    except OSError as error:
        raise JournalError(str(path), f"cannot be read: {error.strerror}", "Correct the rights of the file.") from error
    except ValueError as error:
        raise JournalError(str(path), "is no key", "Give the file that was made with the journal.") from error
    if len(secret) != KEY_BYTES:
        raise JournalError(
            str(path), f"is no key of {KEY_BYTES} bytes", "Give the file that was made with the journal."
        )
    if os.name == "posix" and mode & _OTHERS:
        raise JournalError(str(path), "others may read the key", f"Take that right from them: chmod 600 {path}")
    return JournalKey.of(secret)


def make_key(path: Path) -> None:
    """Make a key file with mode 0600, and never over another file.

    Raises:
        JournalError: it cannot be made.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise JournalError(
            str(path), f"the key cannot be made: {error.strerror}", "Name another place with --journal-key."
        ) from error
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with contextlib.suppress(OSError):  # half a key would be taken for one later
            path.unlink()
        raise JournalError(
            str(path), f"the key cannot be written: {error.strerror}", "Make room on the disk."
        ) from error
