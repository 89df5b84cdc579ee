"""`vitale read` in every format: which one is made, where it goes, and what is said of it."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reader_core.formats import ssv, xml

Vitale = Callable[..., Any]
READ = ("read", "--vitale", "famille", "--cps", "cps", "--pin", "1234", "--on", "2026-01-15")
FREE = ("read", "--vitale", "famille", "--on", "2026-01-15")

BEGINNINGS = {
    "f.txt": b"Reading: 2026-01-15",
    "f.json": b"{\n",
    "f.xml": b'<?xml version="1.0" encoding="ISO-8859-1"?>',
    "f.in": b"\x00\x65",
    "f.csv": b"\xef\xbb\xbfdate_lecture;",
    "f.html": b"<!doctype html>",
    "F.XML": b"<?xml",
    "f": b"{\n",
    "f.dat": b"{\n",
}


@pytest.mark.parametrize(("name", "beginning"), BEGINNINGS.items())
def test_the_extension_of_the_file_chooses(vitale: Vitale, tmp_path: Path, name: str, beginning: bytes) -> None:
    ended = vitale(*READ, "-o", name)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert (tmp_path / name).read_bytes().startswith(beginning)


def test_what_is_asked_for_wins_over_the_extension(vitale: Vitale, tmp_path: Path) -> None:
    assert vitale(*READ, "--format", "csv", "-o", "f.xml").code == 0
    assert (tmp_path / "f.xml").read_bytes().startswith(b"\xef\xbb\xbf")


def test_each_file_can_be_read_back(vitale: Vitale, tmp_path: Path) -> None:
    for name in ("f.json", "f.xml", "f.in", "f.csv"):
        assert vitale(*READ, "-o", name).code == 0
    names = ["HÉLOÏSE", "FRANÇOIS", "ZOÉ", "NOÉ", "MARÍA-BEGOÑA"]
    card = json.loads((tmp_path / "f.json").read_text("utf-8"))
    assert [each["prenom"] for each in card["beneficiaires"]] == names
    document = xml.loads((tmp_path / "f.xml").read_bytes())
    assert [each.ident.prenom_usuel for each in document.liste_benef] == names
    records = ssv.loads((tmp_path / "f.in").read_bytes())
    assert [each.beneficiaire.prenom for each in records.beneficiaires] == names
    table = io.StringIO((tmp_path / "f.csv").read_text("utf-8-sig"), newline="")
    assert [row["prenom"] for row in csv.DictReader(table, delimiter=";")] == names


@pytest.mark.parametrize(
    ("shape", "lacks"),
    [("xml", "every libelleExo"), ("ssv", "the groups 106"), ("csv", "the columns of the exemption")],
)
def test_what_is_missing_without_a_professional_card_is_said(
    vitale: Vitale, tmp_path: Path, shape: str, lacks: str
) -> None:
    ended = vitale(*FREE, "--format", shape, "-o", "f")
    assert ended.code == 0
    assert f"this {shape} lacks {lacks}" in ended.err
    assert "Insert a professional card" in ended.err
    assert (tmp_path / "f").stat().st_size > 100


def test_what_the_access_table_refused_is_said(vitale: Vitale, tmp_path: Path) -> None:
    row = """[[row]]
id = "no-rights"
function = ["read_rights"]
outcome = "access_denied"
source = "this test"
basis = "assumption"

"""
    first, found, others = vitale("access", "show", "--format", "toml").out.partition("[[row]]")
    (tmp_path / "own.toml").write_text(first + row + found + others, encoding="utf-8")
    assert vitale("access", "check", "own.toml").code == 0
    ended = vitale(*READ, "--access", "own.toml", "-o", "f.xml")
    assert ended.code == 0
    assert "this xml lacks what read_rights gives, which is refused: The access table in use" in ended.err


@pytest.mark.parametrize("shape", ["text", "json", "sheet"])
def test_formats_that_say_it_themselves_say_it_once(vitale: Vitale, shape: str) -> None:
    ended = vitale(*FREE, "--format", shape)
    assert ended.err == ""
    assert "cps_absent" in ended.out or "Données protégées non lues" in ended.out


def test_nothing_is_overwritten_unless_told_so(vitale: Vitale, tmp_path: Path) -> None:
    (tmp_path / "f.xml").write_text("mine")
    ended = vitale(*READ, "-o", "f.xml")
    assert ended.code == 2
    assert "f.xml is there already" in ended.err
    assert (tmp_path / "f.xml").read_text() == "mine"
    assert vitale(*READ, "-o", "f.xml", "--force").code == 0
    assert (tmp_path / "f.xml").stat().st_size > 1000


def test_without_its_extra_a_pdf_is_refused_before_the_card_is_read(vitale: Vitale, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "weasyprint.py").write_text("raise ImportError('not here')\n")
    for arguments in (("-o", "f.pdf"), ("--format", "sheet", "-o", "f.pdf"), ("--format", "pdf", "-o", "f.x")):
        ended = vitale("read", "--vitale", "no-such-card", *arguments, env={"PYTHONPATH": str(hidden)})
        assert ended.code == 2
        assert "a PDF needs WeasyPrint, which is not installed" in ended.err
        assert "pip install 'vitale-testbed[pdf]'" in ended.err
        assert not list(tmp_path.glob("f.*"))


@pytest.mark.judge
@pytest.mark.parametrize("arguments", [("-o", "f.pdf"), ("--format", "sheet", "-o", "f.pdf")])
def test_a_sheet_for_a_pdf_is_one(vitale: Vitale, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = vitale(*READ, *arguments)
    assert (ended.code, ended.err) == (0, "")
    assert (tmp_path / "f.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_help_names_every_format_and_shows_how(vitale: Vitale) -> None:
    shown = vitale("read", "--help").out
    assert "text|json|xml|ssv|csv|sheet" in shown
    assert "-o famille.xml" in shown
    assert "--format sheet -o famille.pdf" in shown
