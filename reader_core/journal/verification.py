"""Reading a journal back: whether every entry is there, unchanged and in its place."""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from dataclasses import dataclass

from reader_core.journal.entry import GENESIS, Sealed, decode_line
from reader_core.journal.head import read_head
from reader_core.journal.keys import JournalKey, read_key
from reader_core.journal.store import Journal, missing

_HALF = "half a line, left by a program that was killed while it wrote"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written.

    Attributes:
        line: line of the file, from 1; 0 for what is beside it.
        reason: what is wrong, in English.
    """

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class JournalReport:
    """What a journal shows.

    Attributes:
        entries: entries that are genuine.
        findings: what is not as it was written; nothing when the journal is intact.
        notes: what is no manipulation but worth knowing, such as a program that was killed while it wrote.
    """

    entries: int
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing was removed, changed, moved or added."""
        return not self.findings


def verify_journal(journal: Journal) -> JournalReport:
    """Look at every line of a journal, and at how far its head says it goes.

    Raises:
        JournalError: the journal or its key cannot be read.
    """
    key = read_key(journal.key_file)
    whole, half_line = journal.lines()
    lines = [(number, line, decode_line(line)) for number, line in enumerate(whole, 1)]
    torn = {sealed.entry.torn for _, _, sealed in lines if sealed is not None and sealed.is_genuine(key)}
    findings: list[Finding] = []
    notes: list[Finding] = []
    entries = 0
    n, prev = 0, GENESIS
    for number, line, sealed in lines:
        if sealed is None:
            if hashlib.sha256(line).hexdigest() in torn:
                notes.append(Finding(number, _HALF))
            else:
                findings.append(Finding(number, "no entry"))
            continue
        if not sealed.is_genuine(key):
            findings.append(Finding(number, f"entry {sealed.entry.n} was changed, or written with another key"))
        else:
            entries += 1
            findings.extend(_out_of_place(number, sealed, n, prev))
        n, prev = sealed.entry.n, sealed.seal
    if half_line:
        notes.append(Finding(len(whole) + 1, _HALF))
    for finding in _at_the_end(journal, key, n, prev, len(lines)):
        (notes if finding.line else findings).append(finding)
    return JournalReport(entries, tuple(findings), tuple(notes))


def _out_of_place(number: int, sealed: Sealed, n: int, prev: str) -> Generator[Finding]:
    if sealed.entry.n > n + 1:
        yield Finding(number, f"{missing(n + 1, sealed.entry.n - 1)} missing before it")
    elif sealed.entry.n <= n:
        yield Finding(number, f"entry {sealed.entry.n} stands after entry {n}")
    elif sealed.entry.prev != prev:
        yield Finding(number, f"entry {sealed.entry.n} does not follow the entry before it")


def _at_the_end(journal: Journal, key: JournalKey, n: int, last: str, lines: int) -> Generator[Finding]:
    """Findings have line 0, notes the last line."""
    try:
        head = read_head(journal.head_file)
    except (OSError, ValueError) as error:
        yield Finding(0, f"the .head cannot be read: {error}")
        return
    if head is None:
        if n > 0:
            yield Finding(0, "the .head is missing: whether entries were taken from the end cannot be told")
    elif not head.is_genuine(key):
        yield Finding(0, "the .head was changed, or written with another key")
    elif head.n > n:
        yield Finding(0, f"{missing(n + 1, head.n)} missing at the end")
    elif head.n == n and head.last != last:
        yield Finding(0, f"entry {n} is another one than was written")
    elif head.n < n:
        yield Finding(
            lines, f"entries {head.n + 1} to {n} were written by a program that was killed before it had noted them"
        )
