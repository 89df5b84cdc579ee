"""Readers that are wrong in one way: the requirement that names their fault catches them.

These are whole products of about ten lines, run as `vitale certify --product exec:...` does. The cast of `broken:NAME` is many more.
"""

from __future__ import annotations

from typing import Any

import pytest

from conformance.events import Verdict


@pytest.mark.parametrize(
    ("name", "requirement", "words", "only"),
    [
        (
            "ignores_ald",
            "VIT-PRO-001",
            'beneficiaires[0].exoneration.nature: expected "ald", read "aucune".',
            ("VIT-PRO-001", "VIT-UNC-001"),
        ),
        (
            "deduces_mines",
            "VIT-MIN-001",
            'beneficiaires[0].exoneration: expected null, read {"nature": "regime_special", "justificatif": "6"}.',
            ("VIT-MIN-001", "VIT-MIN-002", "VIT-RAT-004"),
        ),
        (
            "mangles_accents",
            "VIT-IDE-001",
            'beneficiaires[0].prenom: expected "Zoé Maëlys Anaïs", read "Zo? Ma?lys Ana?s".',
            ("VIT-IDE-001", "VIT-IDE-002"),
        ),
    ],
)
def test_a_broken_reader_of_ten_lines_is_caught_by_name(
    certify: Any, broken: Any, name: str, requirement: str, words: str, only: tuple[str, ...]
) -> None:
    run = certify(broken(name), *only)
    assert run.code == 1
    caught = {case.requirement for case in run.stream.cases if case.verdict is not Verdict.PASS}
    assert caught == {requirement}, run.out
    assert any(words in case.reason for case in run.stream.cases), run.out
    french = words.replace(": expected ", " : attendu ").replace(", read ", ", lu ")
    assert any(french in case.reason_fr for case in run.stream.cases), run.out
    assert words.partition(":")[0] in run.out
    assert "Not conformant." in run.out


@pytest.mark.parametrize(
    ("how", "words", "french"),
    [
        (
            "crashes",
            "The product ended with exit code 7 before it answered.",
            "Le produit s'est arrêté avec le code de sortie 7 avant de répondre.",
        ),
        ("hangs", "The product gave no answer within 10 s.", "Le produit n'a donné aucune réponse en 10 s."),
        (
            "garbage",
            "It began «Traceback: oh no».",
            "La réponse n'est pas du JSON. Elle commençait par « Traceback: oh no ».",
        ),
        (
            "wrong-id",
            "The answer has the id 'VIT-XXX-999/1', the request had 'VIT-ERR-001/1'.",
            'La réponse porte l\'identifiant "VIT-XXX-999/1", la demande portait "VIT-ERR-001/1".',
        ),
        (
            "both",
            "The answer has both a card and an error.",
            "La réponse contient à la fois une carte et une erreur.",
        ),
        (
            "neither",
            "The answer has neither a card nor an error.",
            "La réponse ne contient ni carte ni erreur.",
        ),
    ],
)
def test_a_product_that_breaks_the_protocol_fails_the_case_and_the_run_goes_on(
    certify: Any, broken: Any, how: str, words: str, french: str
) -> None:
    run = certify(broken("misbehaves", how), "VIT-ERR-001", "VIT-ERR-002", timeout=10 if how == "hangs" else 60)
    assert run.code == 1
    first, second = run.stream.cases
    assert first.verdict is second.verdict is Verdict.FAIL
    assert first.reason.endswith(words)
    assert first.reason_fr.endswith(french)
    assert first.stderr == f"reading {first.id}\n"
    assert run.stream.finished
