"""What the report concludes about where wrong values come from: never more than the exchanges say."""

from __future__ import annotations

import pytest

from conformance.events import CaseFinished, Check, Origin, OriginFile, ScenarioInfo, Verdict
from reports.vitale.bilingual import Text
from reports.vitale.origins import OriginsView, origins_of


def wrong(path: str, *states: str, reading: int = 1) -> Check:
    """A wrong value, with its files: ``COUVERT unread``, ``AMC refused 6982``."""
    files: list[OriginFile] = []
    for each in states:
        name, state, *status = each.split(" ")
        files.append(
            OriginFile(
                name=name,
                title=name,
                application="VITALE",
                fid="2015",
                slot="vitale",
                access="free",
                state=state,
                status="".join(status),
                problem="offset 250: the record goes on to byte 311" if state == "damaged" else "",
            )
        )
    origin = Origin(rule="a rule", rule_fr="une règle", files=tuple(files))
    return Check(path=path, expected="1", actual="2", ok=False, reading=reading, origin=origin)


def told(*checks: Check) -> OriginsView:
    scenario = ScenarioInfo(
        id="one",
        title="One",
        source="the test",
        basis="assumption",
        vitale="famille",
        cps=None,
        pin_given=False,
        on="2026-01-15",
        api="4.10",
    )
    case = CaseFinished(
        id="VIT-IDE-001/1", requirement="VIT-IDE-001", scenario=scenario, verdict=Verdict.FAIL, checks=checks
    )
    found = origins_of(case)
    assert found is not None
    return found


NOM, AMC = "beneficiaires[0].nom_usuel", "beneficiaires[0].amc.numero_b2"


def test_a_reading_that_stopped_too_early_is_not_called_a_damaged_card() -> None:
    view = told(wrong(NOM, "BENEFIC damaged"))
    assert view.conclusion == Text(
        "Ce que le produit a lu de BENEFIC ne se déchiffre pas : contenu abîmé, ou lecture arrêtée trop tôt.",
        "What the product read of BENEFIC cannot be decoded: damaged content, or a reading that stopped too early.",
    )
    (file,) = view.files
    assert file.state == Text(
        "ce que le produit en a lu ne se déchiffre pas",
        "what the product read of it cannot be decoded: offset 250: the record goes on to byte 311",
    )
    assert not file.good


@pytest.mark.parametrize(
    ("checks", "fr", "en"),
    [
        (
            [wrong(NOM, "BENEFIC unread"), wrong(AMC, "AMC unread")],
            "Le produit n'a jamais demandé BENEFIC et AMC à la carte.",
            "The product never asked the card for BENEFIC and AMC.",
        ),
        (
            [wrong(NOM, "BENEFIC read"), wrong(NOM, "BENEFIC unread", reading=2)],
            "Le produit n'a jamais demandé BENEFIC (lecture 2) à la carte.",
            "The product never asked the card for BENEFIC (reading 2).",
        ),
        (
            [
                wrong(NOM, "BENEFIC unread"),
                wrong(NOM, "BENEFIC unread", reading=2),
                wrong(AMC, "AMC unread", reading=2),
            ],
            "Le produit n'a jamais demandé BENEFIC (lectures 1 et 2) et AMC (lecture 2) à la carte.",
            "The product never asked the card for BENEFIC (readings 1 and 2) and AMC (reading 2).",
        ),
        (
            [wrong(NOM, "BENEFIC refused 6A82"), wrong(NOM, "BENEFIC refused 6982", reading=2)],
            "La carte a refusé BENEFIC (lectures 1 et 2).",
            "The card refused BENEFIC (readings 1 and 2).",
        ),
        (
            [wrong(NOM, "BENEFIC read"), wrong(AMC, "AMC refused 6A82", reading=2)],
            "La carte n'a pas de fichier AMC (lecture 2).",
            "The card has no file AMC (reading 2).",
        ),
        (
            [wrong(NOM, "BENEFIC read", reading=2), wrong(AMC, "AMC read", reading=2)],
            "Le produit a reçu ces octets : l'écart vient de ce qu'il en a fait.",
            "The product was given these bytes: the difference lies in what it made of them.",
        ),
        (
            [wrong("api")],
            "Cette valeur ne se lit dans aucun fichier.",
            "This value stands in no file.",
        ),
    ],
)
def test_the_conclusion_names_files_and_the_reading_they_are_of(checks: list[Check], fr: str, en: str) -> None:
    assert told(*checks).conclusion == Text(fr, en)


PROTECTED = "protected.code", "COUVERT unread", "MATERN unread"


def test_a_product_that_is_right_not_to_ask_is_not_told_to_ask() -> None:
    alone = told(wrong(*PROTECTED))
    assert alone.conclusion == Text(
        "Cette valeur dit si les fichiers protégés ont été ouverts, et sinon pourquoi ; le produit n'a pas eu à les lire pour la donner.",
        "This value says whether the protected files were opened, and else why; the product need not have read them to give it.",
    )
    assert [one.state.fr for one in alone.files] == ["jamais demandé par le produit"] * 2
    both = told(
        wrong(*PROTECTED), wrong("protected.status", "COUVERT unread", "MATERN unread"), wrong(NOM, "BENEFIC read")
    )
    assert both.conclusion.en.startswith("The product was given these bytes")


def test_a_value_of_the_protected_files_needs_them_all_the_same() -> None:
    view = told(wrong(*PROTECTED), wrong("beneficiaires[0].couvertures[0].ald", "COUVERT unread"))
    assert view.conclusion.fr == "Le produit n'a jamais demandé COUVERT à la carte."
