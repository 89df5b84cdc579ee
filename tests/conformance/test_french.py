"""What a French reader of a report sees is French: the catalogue, the scenarios, and the page of a red run."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from pathlib import Path
from typing import Any

from conformance.catalogue import Catalogue
from conformance.events import Verdict
from fixtures.vitale import Scenario
from reports.vitale import render_html

WORDS = re.compile(
    r"\b(the|and|with|of|is|are|not|no|card|rules|without|day|reading|expected|read|done|bytes?|by|after|first|public list"
    r"|that|ours|modified|none|offset|wrong|product|shows|answered|where)\b",
    re.IGNORECASE,
)
"""Words of English that are none of French, nor of the names of instructions and files."""

IDENTIFIER = re.compile(r"[\w#./-]*[-_/#.][\w#./-]*")
INSTRUCTIONS = re.compile(r"\b(READ BINARY|READ RECORD|GET (DATA|RESPONSE|CHALLENGE)|VITALE)\b")


def english(text: str) -> str:
    """The English word in a text that should be French, empty when there is none."""
    found = WORDS.search(INSTRUCTIONS.sub("", IDENTIFIER.sub("", text)))
    return found[0] if found else ""


def test_every_requirement_speaks_french(catalogue: Catalogue) -> None:
    for _, one in catalogue.requirements:
        assert one.title_fr != one.title, one.id
        assert one.wording_fr != one.wording, one.id
        for text in (one.title_fr, one.wording_fr, one.source_fr or one.source):
            assert not english(text), f"{one.id}: {english(text)!r} in {text!r}"
        # The numbers of a requirement are its substance: codes, dates, rates.
        numbers = re.compile(r"\b\d[\d.]*\d\b")
        assert set(numbers.findall(one.wording)) <= set(numbers.findall(one.wording_fr)) | {"4.10"}, one.id


def test_every_scenario_speaks_french(scenarios: dict[str, Scenario]) -> None:
    for one in scenarios.values():
        assert one.title_fr != one.title, one.id
        for text in (one.title_fr, one.source_fr or one.source):
            assert not english(text), f"{one.id}: {english(text)!r} in {text!r}"


def test_french_is_typed_plainly_and_set_by_whoever_shows_it(
    catalogue: Catalogue, scenarios: dict[str, Scenario]
) -> None:
    texts = [text for _, one in catalogue.requirements for text in (one.title_fr, one.wording_fr, one.source_fr)]
    texts += [text for one in scenarios.values() for text in (one.title_fr, one.source_fr)]
    for text in texts:
        assert not re.search("[\u00a0\u202f\u2019]", text), text
        assert not re.search(r"\S[;!»]|«\S|\w:\s", text), text


def shown(page: str) -> list[str]:
    """Every text of a report as it opens, in French; what the product said is left out."""
    pack = re.search(r'id="pack">([^<]*)<', page)
    chunks: list[str] = json.loads(gzip.decompress(base64.b64decode(pack[1])))["chunks"] if pack else []
    texts: list[str] = []
    for part in (page.replace(pack[1], "") if pack else page, *(chunk for chunk in chunks if "<" in chunk)):
        calm = re.sub(r"<(style|script|pre|code)\b.*?</\1>", "", part, flags=re.DOTALL)
        texts += [html.unescape(text).strip() for text in re.split(r"<[^>]*>", calm)]
    return [text for text in texts if text and not text.startswith(('"', "{", "}", "Linux", "macOS", "Windows"))]


def test_a_red_run_reads_french(certify: Any, broken: Any) -> None:
    run = certify(broken("ignores_ald"), "VIT-PRO", "VIT-ACC-005", "VIT-ACC-007", "VIT-ERR")
    failed = [case for case in run.stream.cases if case.verdict is Verdict.FAIL]
    assert failed
    for case in run.stream.cases:
        assert bool(case.reason_fr) == bool(case.reason)
        assert all(bool(one.command_text_fr) == bool(one.command_text) for one in case.trace)
    said = next(case.reason_fr for case in failed if case.id == "VIT-PRO-001/1")
    assert said.startswith('beneficiaires[0].exoneration.nature : attendu "ald", lu "aucune". ')
    assert "attendu un texte contenant « ald » ou « affection »" in said
    page = render_html(run.events)
    found = {text for text in shown(page) if english(text)}
    assert found == set()
    straight = page.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2019", "'")
    for words in (
        "Une ALD est affichée : justificatif 4",
        "Un produit fautif ne regarde que les quatre chiffres de la situation",
        "READ BINARY COUVERT à l'octet 0",
        "un texte contenant « ald » ou « affection »",
        "specimen (modifiée)",
        "table publique des codes couverture",
    ):
        assert words in straight, words
    # The switch puts the English in their place.
    for words in ("READ BINARY COUVERT offset 0", "specimen (modified)", "The first character of the code couverture"):
        assert f'data-en="{words}' in page, words


def test_a_product_that_fails_to_answer_is_told_in_french(certify: Any, broken: Any) -> None:
    run = certify(broken("misbehaves", "crashes"), "VIT-ERR-001")
    (case,) = run.stream.cases
    page = render_html(run.events)
    assert case.reason_fr.startswith("Le produit s'est arrêté avec le code de sortie 7")
    assert {text for text in shown(page) if english(text)} == set()


def test_the_terminal_stays_english(certify: Any, broken: Any) -> None:
    run = certify(broken("deduces_mines"), "VIT-MIN-001")
    assert "beneficiaires[0].exoneration: expected null, read" in run.out
    assert "attendu" not in run.out
    assert Path(run.events).stat().st_size
