"""The journal of accesses: what it says, what it never says, and that nothing can be taken out of it unnoticed."""

import hashlib
import hmac
import json
import os
import resource
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reader_core.journal import Access, Journal, JournalError, store, verify_journal

READ = Access(
    function="read_identity",
    outcome="granted",
    card="CPS",
    code="verified",
    identifier="899799900016",
    number="99900001",
    nir="2840375999001",
    serial="00000102",
    category="test/test",
    api="4.10",
    on="2026-01-15",
)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "accesses.jsonl")


def written(journal: Journal, count: int = 6) -> list[bytes]:
    """A journal of some entries, as its lines."""
    for number in range(count):
        journal.append([replace(READ, outcome="granted" if number % 2 else "cps_absent")])
    return journal.path.read_bytes().splitlines(keepends=True)


def reasons(journal: Journal) -> list[str]:
    return [each.reason for each in verify_journal(journal).findings]


def test_an_entry_says_who_used_what_on_which_card_when_and_how_it_ended(journal: Journal) -> None:
    journal.append([READ, replace(READ, function="read_exemptions", outcome="pin_wrong", identifier="", number="")])
    first, second = (json.loads(line) for line in journal.path.read_text("utf-8").splitlines())
    secret = bytes.fromhex(journal.key_file.read_text("ascii"))
    names = hmac.digest(secret, b"vitale-journal/1 names", "sha256")
    # docs/journal.md: HMAC-SHA-256 of "nir:" or "serial:" and the number, under a key derived from the file's
    assert first["subject"] == {
        "nir": hmac.digest(names, b"nir:2840375999001", "sha256").hex(),
        "serial": hmac.digest(names, b"serial:00000102", "sha256").hex(),
    }
    assert (first["n"], second["n"]) == (1, 2)
    assert (first["function"], first["outcome"]) == ("read_identity", "granted")
    assert (second["function"], second["outcome"]) == ("read_exemptions", "pin_wrong")
    assert first["by"]["identifier"] == "899799900016"
    assert second["by"]["identifier"] is None
    assert first["by"]["account"]
    assert first["by"]["host"]
    assert first["at"].endswith("Z")
    assert first["prev"] == "0" * 64
    assert second["prev"] == first["seal"]
    assert verify_journal(journal).intact


def test_seals_are_those_of_the_page(journal: Journal) -> None:
    (line,) = written(journal, 1)
    chain = hmac.digest(bytes.fromhex(journal.key_file.read_text("ascii")), b"vitale-journal/1 chain", "sha256")
    content, _, seal = line.rstrip(b"\n").partition(b',"seal":"')
    assert hmac.new(chain, content + b"}", hashlib.sha256).hexdigest() == seal[:-2].decode()


def test_no_number_of_a_person_stands_in_any_of_its_files(journal: Journal) -> None:
    written(journal)
    for path in journal.path.parent.iterdir():
        content = path.read_bytes()
        assert b"2840375999001" not in content
        assert b"00000102" not in content
    assert "2840375999001" not in repr(READ)


@pytest.mark.skipif(os.name != "posix", reason="rights of files are POSIX's here")
def test_its_files_are_its_owners_alone(journal: Journal) -> None:
    written(journal)
    names = {path.name for path in journal.path.parent.iterdir()}
    assert names == {f"accesses.jsonl{end}" for end in ("", ".key", ".head", ".lock")}
    for name in names:
        mode = stat.S_IMODE((journal.path.parent / name).stat().st_mode)
        assert mode & 0o077 == 0, (name, oct(mode))
    journal.key_file.chmod(0o640)
    with pytest.raises(JournalError, match="others may read the key") as caught:
        journal.append([READ])
    assert "chmod 600" in caught.value.next_step


def test_the_key_may_be_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "safe").mkdir()
    journal = Journal(tmp_path / "accesses.jsonl", tmp_path / "safe" / "key")
    written(journal)
    assert not (tmp_path / "accesses.jsonl.key").exists()
    assert verify_journal(journal).intact
    with pytest.raises(JournalError, match="the key of the journal is not there"):
        verify_journal(Journal(journal.path))
    with pytest.raises(JournalError, match="the key of the journal is not there"):
        Journal(journal.path).append([READ])
    assert not (tmp_path / "accesses.jsonl.key").exists(), "no second key is made for a journal that has one"


def test_the_same_card_has_the_same_name_and_another_journal_another(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Journal(tmp_path / "other" / "accesses.jsonl")
    names = [json.loads(line)["subject"]["nir"] for one in (journal, other) for line in written(one, 2)]
    assert names[0] == names[1]
    assert names[2] == names[3]
    assert names[0] != names[2]


# What somebody does to the file, on six lines; the reason that is found.
TAMPERING: list[tuple[str, Callable[[list[bytes]], list[bytes]], str]] = [
    ("first line removed", lambda lines: lines[1:], "entry 1 is missing before it"),
    ("a line removed", lambda lines: [*lines[:2], *lines[3:]], "entry 3 is missing before it"),
    ("two lines removed", lambda lines: [*lines[:2], *lines[4:]], "entries 3 to 4 are missing before it"),
    ("last line removed", lambda lines: lines[:-1], "entry 6 is missing at the end"),
    ("everything removed", lambda _: [], "entries 1 to 6 are missing at the end"),
    ("lines exchanged", lambda lines: [*lines[:1], lines[2], lines[1], *lines[3:]], "entry 2 stands after entry 3"),
    ("a line repeated", lambda lines: [*lines[:3], lines[2], *lines[3:]], "entry 3 stands after entry 3"),
    (
        "an outcome changed",
        lambda lines: [lines[0].replace(b"cps_absent", b"granted"), *lines[1:]],
        "entry 1 was changed, or written with another key",
    ),
    (
        "renumbered after a removal",
        lambda lines: [*lines[:2], *(line.replace(b'{"n":4', b'{"n":3') for line in lines[3:])],
        "entry 3 was changed, or written with another key",
    ),
    ("a line made up", lambda lines: [*lines, b'{"n":7}\n'], "no entry"),
    ("a line emptied", lambda lines: [*lines[:2], b"\n", *lines[3:]], "no entry"),
]


@pytest.mark.parametrize(("change", "reason"), [row[1:] for row in TAMPERING], ids=[row[0] for row in TAMPERING])
def test_what_is_done_to_the_file_is_found(
    journal: Journal, change: Callable[[list[bytes]], list[bytes]], reason: str
) -> None:
    lines = written(journal)
    assert verify_journal(journal).entries == 6
    journal.path.write_bytes(b"".join(change(lines)))
    assert reason in reasons(journal)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_no_byte_can_be_changed_or_removed_unnoticed(journal: Journal, data: st.DataObject) -> None:
    if not journal.path.exists():
        written(journal)
    whole = journal.path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    if data.draw(st.booleans()):
        changed[at] ^= data.draw(st.integers(1, 255))
    else:
        del changed[at : at + data.draw(st.integers(1, 40))]
    journal.path.write_bytes(changed)
    try:
        report = verify_journal(journal)
    finally:
        journal.path.write_bytes(whole)
    # Without its last new line the file has all its entries, and half a line is said.
    assert not report.intact or report.notes or report.entries == 6


def test_a_journal_whose_end_is_missing_is_not_written_on(journal: Journal) -> None:
    lines = written(journal)
    for kept, reason in (
        (lines[:-1], "entry 6 is missing at its end"),
        ([], "entries 1 to 6 are missing at its end"),
        ([*lines[:-1], lines[-1].replace(b"granted", b"refused")], "its last entry was changed"),
    ):
        journal.path.write_bytes(b"".join(kept))
        with pytest.raises(JournalError, match=reason) as caught:
            journal.append([READ])
        assert "vitale journal verify" in caught.value.next_step
        assert journal.path.read_bytes() == b"".join(kept), "the evidence stays as it is"
    journal.path.write_bytes(b"".join(lines))
    journal.append([READ])
    assert verify_journal(journal).entries == 7


def test_the_file_that_says_how_far_it_goes(journal: Journal) -> None:
    written(journal)
    head = journal.head_file.read_bytes()
    for content, reason in (
        (None, "its .head is missing"),
        (b"{}", "its .head cannot be read"),
        (head.replace(b'"n":6', b'"n":5'), "its .head was changed"),
    ):
        if content is None:
            journal.head_file.unlink()
        else:
            journal.head_file.write_bytes(content)
        with pytest.raises(JournalError, match=reason):
            journal.append([READ])
        assert not verify_journal(journal).intact
    journal.head_file.write_bytes(head)
    assert verify_journal(journal).intact


@pytest.mark.parametrize("content", [b"hello\n", b"{}\n" * 40000, b"\xff" * 100 + b"\n"])
def test_another_file_is_not_written_over(journal: Journal, content: bytes) -> None:
    journal.path.write_bytes(content)
    with pytest.raises(JournalError, match="the key of the journal is not there"):
        journal.append([READ])
    journal.key_file.write_text("00" * 32 + "\n")
    journal.key_file.chmod(0o600)
    with pytest.raises(JournalError, match="is no journal"):
        journal.append([READ])
    assert journal.path.read_bytes() == content


def test_half_a_line_of_a_killed_program_is_said_and_the_journal_goes_on(journal: Journal) -> None:
    lines = written(journal, 3)
    journal.path.write_bytes(b"".join(lines) + b'{"n":4,"at":"2026')
    report = verify_journal(journal)
    assert report.intact
    assert [(each.line, each.reason[:11]) for each in report.notes] == [(4, "half a line")]
    journal.append([READ, READ])
    report = verify_journal(journal)
    assert (report.intact, report.entries) == (True, 5)
    assert [each.line for each in report.notes] == [4]
    # The half line itself cannot be exchanged for another one afterwards.
    journal.path.write_bytes(journal.path.read_bytes().replace(b'"2026\n', b'"2025\n'))
    assert reasons(journal) == ["no entry"]


def test_a_program_killed_before_it_noted_the_end(journal: Journal) -> None:
    written(journal, 2)
    head = journal.head_file.read_bytes()
    journal.append([READ, READ])
    journal.head_file.write_bytes(head)
    report = verify_journal(journal)
    assert report.intact
    assert report.notes[0].reason.startswith("entries 3 to 4 were written by a program that was killed")
    journal.append([READ])
    assert verify_journal(journal) == replace(report, entries=5, notes=())


@pytest.mark.parametrize(
    ("path", "reason"),
    [("missing/accesses.jsonl", "its folder does not exist"), (".", "is no ordinary file"), ("pipe", "is no ordinary")],
)
def test_files_that_cannot_be_a_journal(tmp_path: Path, path: str, reason: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(JournalError, match=reason) as caught:
        Journal(tmp_path / path).prepare()
    assert caught.value.next_step
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("content", ["", "zz", "00" * 31, "é"])
def test_a_file_that_is_no_key(journal: Journal, content: str) -> None:
    journal.key_file.write_text(content, encoding="utf-8")
    journal.key_file.chmod(0o600)
    with pytest.raises(JournalError, match="is no key"):
        journal.append([READ])


FULL = """
import resource, sys
from pathlib import Path
from dataclasses import replace
from reader_core.journal import Access, Journal, JournalError
from tests_journal_read import READ
journal = Journal(Path(sys.argv[1]))
journal.append([READ])
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    for _ in range(50):
        journal.append([READ] * 7)
except JournalError as error:
    print(error, "|", error.next_step)
"""


@pytest.mark.parametrize("limit", [0, 1000, 1500, 4000, 4096, 20000])
def test_a_full_disk_leaves_the_journal_as_it_was(journal: Journal, tmp_path: Path, limit: int) -> None:
    """A limit on the size of files stops a write in its middle, as a full disk does."""
    (tmp_path / "tests_journal_read.py").write_text(f"from reader_core.journal import Access\nREAD = {fields()}\n")
    (tmp_path / "full.py").write_text(FULL)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "full.py"), str(journal.path), str(limit)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "cannot be written: File too large" in done.stdout
    assert "Make room on the disk" in done.stdout
    report = verify_journal(journal)
    assert (report.intact, report.notes) == (True, ())
    assert report.entries % 7 == 1, "all of a reading or nothing"
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    journal.append([READ])
    assert verify_journal(journal).intact


def fields() -> str:
    values = ", ".join(f"{name}={getattr(READ, name)!r}" for name in Access.__slots__)
    return f"Access({values})"


def _write(path: str) -> None:
    for _ in range(20):
        Journal(Path(path)).append([READ, replace(READ, function="read_rights")])


def test_several_programs_write_one_journal(journal: Journal) -> None:
    with ProcessPoolExecutor(4) as pool:
        list(pool.map(_write, [str(journal.path)] * 4))
    report = verify_journal(journal)
    assert (report.intact, report.entries, report.notes) == (True, 160, ())
    entries = [json.loads(line)["function"] for line in journal.path.read_text("utf-8").splitlines()]
    assert entries == ["read_identity", "read_rights"] * 80, "what belongs together stands together"


def test_several_threads_of_one_program_write_one_journal(journal: Journal) -> None:
    threads = [threading.Thread(target=_write, args=(str(journal.path),)) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert verify_journal(journal).entries == 160
    assert verify_journal(journal).intact


@pytest.fixture
def held(journal: Journal) -> Iterator[None]:
    import filelock

    with filelock.FileLock(f"{journal.path}.lock"):
        yield


def test_a_journal_that_another_program_holds(journal: Journal, held: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LOCK_S", 0.2)
    with pytest.raises(JournalError, match=r"another program has held it for 0\.2 s"):
        journal.append([READ])
