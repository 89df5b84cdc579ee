"""`vitale read --journal`, and `vitale journal`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Vitale = Callable[..., Any]
CARDS = ("--vitale", "famille", "--cps", "cps", "--pin", "1234", "--on", "2026-01-15")


def test_a_visit_is_written_shown_and_verified(vitale: Vitale, tmp_path: Path) -> None:
    assert vitale("read", *CARDS, "--journal", "a.jsonl", "-o", "famille.xml").code == 0
    assert vitale("read", "--vitale", "specimen", "--journal", "a.jsonl", "--format", "text").code == 0
    shown = json.loads(vitale("journal", "show", "a.jsonl", "--format", "json").out)
    assert [each["function"] for each in shown][5:8] == ["read_professional", "export_xml", "read_identity"]
    assert "2840375999001" not in json.dumps(shown)
    text = vitale("journal", "show", "a.jsonl", "--format", "text", "--last", "6").out.splitlines()
    assert len(text) == 6
    assert "export_xml" in text[0]
    assert "CPS 899799900016 (code verified)" in text[0]
    verified = vitale("journal", "verify", "a.jsonl", "--format", "text")
    assert verified.code == 0
    assert verified.out.endswith("12 entries, intact\n")


def test_the_accesses_to_one_persons_card(vitale: Vitale) -> None:
    for name in ("famille", "specimen", "famille"):
        vitale("read", "--vitale", name, "--journal", "a.jsonl", "--format", "text")
    found = vitale("journal", "show", "a.jsonl", "--nir", "-", "--format", "json", stdin="2 84 03 75 999 001 42\n")
    assert len(json.loads(found.out)) == 10
    wrong = vitale("journal", "show", "a.jsonl", "--nir", "123")
    assert wrong.code == 2
    assert "13 characters" in wrong.err


def test_a_removed_line_ends_with_1(vitale: Vitale, tmp_path: Path) -> None:
    vitale("read", *CARDS, "--journal", "a.jsonl", "--format", "text")
    lines = (tmp_path / "a.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "a.jsonl").write_bytes(b"".join([*lines[:3], *lines[4:]]))
    verified = vitale("journal", "verify", "a.jsonl", "--format", "text")
    assert verified.code == 1
    assert "line 4: entry 4 is missing before it" in verified.out
    assert "NOT intact" in verified.out
    report = json.loads(vitale("journal", "verify", "a.jsonl", "--format", "json").out)
    assert (report["intact"], report["findings"][0]["line"]) == (False, 4)


def test_what_cannot_be_written_down_is_not_shown(vitale: Vitale, tmp_path: Path) -> None:
    for path, said in (("missing/a.jsonl", "its folder does not exist"), ("/dev/null", "is no ordinary file")):
        ended = vitale("read", *CARDS, "--journal", path)
        assert (ended.code, ended.out) == (2, "")
        assert said in ended.err
        assert "next: " in ended.err
    (tmp_path / "text").write_text("a letter\n")
    ended = vitale("read", *CARDS, "--journal", "text")
    assert (ended.code, ended.out) == (2, "")
    assert (tmp_path / "text").read_text() == "a letter\n"


def test_a_journal_or_key_that_is_not_there(vitale: Vitale, tmp_path: Path) -> None:
    absent = vitale("journal", "verify", "absent.jsonl")
    assert absent.code == 2
    assert "the key of the journal is not there" in absent.err
    shown = vitale("journal", "show", "absent.jsonl")
    assert shown.code == 2
    assert "absent.jsonl: cannot be read: No such file" in shown.err
    vitale("read", "--vitale", "specimen", "--journal", "a.jsonl", "--journal-key", "key", "--format", "text")
    assert (tmp_path / "key").exists()
    assert vitale("journal", "verify", "a.jsonl").code == 2
    assert vitale("journal", "verify", "a.jsonl", "--journal-key", "key").code == 0
