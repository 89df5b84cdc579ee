"""Poppler reads the sheet as WeasyPrint makes it: text and structure are there, for the family and for a hostile card."""

import subprocess
from pathlib import Path

import pytest
from family import hostile_family, read_family

from reader_core import VitaleReading
from reader_core.formats.registry import FORMATS

pytestmark = pytest.mark.judge


def poppler(program: str, content: bytes, folder: Path, *options: str) -> str:
    file = folder / "sheet.pdf"
    file.write_bytes(content)
    arguments = [program, *options, str(file), *(["-"] if program == "pdftotext" else [])]
    done = subprocess.run(arguments, capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout.decode().replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module")
def family() -> VitaleReading:
    return read_family()


def test_the_text_can_be_taken_out(family: VitaleReading, tmp_path: Path) -> None:
    made = FORMATS["pdf"].dumps(family)
    pages = poppler("pdftotext", made, tmp_path, "-layout").split("\f")[:-1]
    assert len(pages) == 2
    text = " ".join("".join(pages).split())
    for expected in (
        "Lecture de la carte Vitale",
        "NIR 2 84 03 75 999 001 clé 17",
        "1 SPÉCIMEN HÉLOÏSE Droits ouverts",
        "12 ALLÉE DES ÎLES",
        "MARÍA-BEGOÑA",
    ):
        assert expected in text, expected
    assert "English" not in text
    assert "Rights" not in text
    assert ["".join(page.split())[-3:] for page in pages] == ["1/2", "2/2"]


def test_it_is_tagged_and_a4_and_brings_its_font(family: VitaleReading, tmp_path: Path) -> None:
    made = FORMATS["pdf"].dumps(family)
    info = poppler("pdfinfo", made, tmp_path)
    assert "Tagged:          yes" in info
    assert "(A4)" in info
    assert "Title:           Lecture de la carte Vitale 00000102" in info
    assert "JavaScript:      no" in info
    structure = poppler("pdfinfo", made, tmp_path, "-struct-text")
    assert structure.count("H3") == 5
    assert '"Lecture de la carte Vitale"' in structure
    fonts = poppler("pdffonts", made, tmp_path)
    assert {line.split()[0].split("+")[1] for line in fonts.splitlines()[2:]} == {"Sheet", "Sheet-Bold"}


def test_it_can_be_in_english(family: VitaleReading, tmp_path: Path) -> None:
    text = poppler("pdftotext", FORMATS["pdf"].dumps(family, "en"), tmp_path)
    assert "Reading of the Vitale card" in text
    assert "Droits" not in text


def test_a_hostile_card_harms_nothing(tmp_path: Path) -> None:
    made = FORMATS["pdf"].dumps(hostile_family())
    text = poppler("pdftotext", made, tmp_path, "-layout")
    assert "document.title='owned'" in "".join(text.split())
    assert "".join(text.split()).count("N" * 200) >= 2, "long names are whole"
    assert "JavaScript:      no" in poppler("pdfinfo", made, tmp_path)
