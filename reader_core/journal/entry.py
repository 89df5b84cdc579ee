"""One line of a journal: what it says, and the seal that ties it to the line before."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import Any

import msgspec

from reader_core.journal.keys import JournalKey

SCHEMA = "vitale-journal/1"
GENESIS = "0" * 64
"""What the first line has as the seal of the line before."""
GRANTED = "granted"

_LINE = re.compile(rb'(\{.*),"seal":"([0-9a-f]{64})"\}')


class By(msgspec.Struct, frozen=True, kw_only=True):
    """Who used the function: the account of the computer, and the professional card.

    Attributes:
        account: the user's account.
        host: the computer's name.
        card: type of professional card, as in the access table.
        code: state of its code.
        identifier: the holder's national identifier, as on the card; None without a card.
        number: the professional card's printed number; None without a card.
    """

    account: str
    host: str
    card: str
    code: str
    identifier: str | None = None
    number: str | None = None


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Which Vitale: its numbers under the journal's key, never in clear.

    Attributes:
        nir: of the insured person's 13-character NIR; None when it was not read.
        serial: of the card's number; None when it was not read.
    """

    nir: str | None = None
    serial: str | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One access.

    Attributes:
        n: number of the entry, from 1.
        at: when it was written, UTC, ISO 8601.
        function: as in the access table.
        outcome: `granted`, or the code of the refusal or the failure.
        by: who.
        subject: which card.
        category: test or real cards, as in the access table.
        api: the rules of the reading.
        on: the day of the reading, ISO 8601.
        prev: seal of the entry before; zeros for the first.
        torn: SHA-256 of the half line that stands before this one, when a program was killed while it wrote.
        schema: the version of this form.
    """

    n: int
    at: str
    function: str
    outcome: str
    by: By
    subject: Subject
    category: str
    api: str
    on: str
    prev: str
    torn: str | None = None
    schema: str = SCHEMA


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry as it stands in the file.

    Attributes:
        entry: what it says.
        seal: HMAC over its line without the seal.
        content: that line.
    """

    entry: Entry
    seal: str
    content: bytes

    def is_genuine(self, key: JournalKey) -> bool:
        """Whether the seal is the key's: whether nothing in the line was changed."""
        return hmac.compare_digest(key.seal(self.content), self.seal)


def encode_line(entry: Entry, key: JournalKey) -> tuple[bytes, str]:
    """Write an entry as its line, new line included, and give its seal."""
    content = msgspec.json.encode(entry)
    seal = key.seal(content)
    return content[:-1] + f',"seal":"{seal}"}}\n'.encode("ascii"), seal


def decode_line(line: bytes) -> Sealed | None:
    """Read a line without its new line; None for one that is no entry. Its seal is not looked at."""
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    content = found[1] + b"}"
    try:
        return Sealed(msgspec.json.decode(content, type=Entry), found[2].decode("ascii"), content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def line_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a line: the entry with its seal."""
    schema = msgspec.json.schema(Entry)
    entry = schema["$defs"]["Entry"]
    entry["properties"]["seal"] = {
        "type": "string",
        "pattern": "^[0-9a-f]{64}$",
        "description": "HMAC-SHA-256 over the line without it, 64 hex digits",
    }
    entry["required"].append("seal")
    return schema
