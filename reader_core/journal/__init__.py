"""The local journal of accesses: who used which function on which card, when, and with which outcome.

    with Reader.open(vitale, cps, trust, journal="accesses.jsonl") as reader: ...
    report = verify_journal(Journal(Path("accesses.jsonl")))

It is off unless it is asked for. docs/journal.md describes the file, what it can show and what it cannot.
"""

from reader_core.journal.entry import By, Entry, Subject
from reader_core.journal.errors import JournalError
from reader_core.journal.store import Access, Journal
from reader_core.journal.verification import Finding, JournalReport, verify_journal

__all__ = [
    "Access",
    "By",
    "Entry",
    "Finding",
    "Journal",
    "JournalError",
    "JournalReport",
    "Subject",
    "verify_journal",
]
