"""What a person is asked about a screen: one question for each value that a case compares, and nothing of what is expected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from conformance.catalogue.model import Case
from conformance.selection import REFUSAL, covers
from conformance.words import Words
from fixtures.vitale import Reading, Scenario
from reader_core.nomenclatures import NOMENCLATURES

Kind = Literal["text", "compact", "date", "integer", "count", "yes_no", "choice", "lines", "presence"]
"""How a value is asked for: a text as it stands; one whose spaces do not count; a date; a number; how many there are; yes or no; one of
several; a text of several lines; whether there is anything at all."""

STATUS: Final = "protected.status"
UNASKED: Final = frozenset({"schema", "api", "on", "protected.code", REFUSAL})
"""Paths that no screen shows: words of the adapter protocol, what the person was told to set, and what the outcome says already."""

_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("nir", "nir_certifie", "numero_serie", "identifiant"), "compact"),
    **dict.fromkeys(("debut", "fin", "debut_validite", "fin_validite", "date", "date_certification"), "date"),
    **dict.fromkeys(("date_accouchement", "date_presumee", "date_calcul"), "date"),
    **dict.fromkeys(("index", "rang", "taux_standard", "age"), "integer"),
    **dict.fromkeys(
        (
            "beneficiaires",
            "droits",
            "couvertures",
            "periodes",
            "accidents",
            "autres_amc",
            "anomalies",
            "situations",
            "refus",
        ),
        "count",
    ),
    **dict.fromkeys(("nir_valide", "droits_ouverts", "lunaire", "geree_par_amo", "connu", "en_cours"), "yes_no"),
    **dict.fromkeys(("nir_certifie_valide", "identifiant_valide"), "yes_no"),
    **dict.fromkeys(("exoneration", "maternite", "mutuelle", "amc", "professionnel", "service_amo", "cmu"), "presence"),
    **dict.fromkeys(("adresse", "avec"), "lines"),
}

_QUALITES: Final = tuple(
    (code, Words.same(f"{code} \N{EN DASH} {label}")) for code, label in NOMENCLATURES["qualite"].codes.items()
)

_CHOICES: Final[dict[str, tuple[tuple[str, Words], ...]]] = {
    STATUS: (
        ("read", Words("Yes: the product shows them", "Oui : le produit les affiche")),
        ("withheld", Words("No: the product does not show them", "Non : le produit ne les affiche pas")),
    ),
    "nature": (
        ("aucune", Words("No exemption", "Aucune exonération")),
        ("ald", Words("Long-term illness (ALD)", "Affection de longue durée (ALD)")),
        ("exonere", Words("Exempted for another reason", "Exonération pour un autre motif")),
        ("regime_special", Words("Exempted by a special scheme", "Exonération par un régime spécial")),
        ("fsv", Words("Solidarity fund (FSV)", "Fonds de solidarité vieillesse (FSV)")),
        ("regime_local", Words("Local scheme of Alsace-Moselle", "Régime local d'Alsace-Moselle")),
        ("maternite", Words("Maternity", "Maternité")),
        ("non_rembourse", Words("Not reimbursed", "Non remboursé")),
        ("inconnue", Words("Code unknown to the product", "Code inconnu du produit")),
    ),
    "qualite": _QUALITES,
    "categorie": (("test", Words("Test card", "Carte de test")), ("reelle", Words("Real card", "Carte réelle"))),
    "nir_nature": (
        ("normal", Words("Registered person", "Personne immatriculée")),
        ("immatriculation", Words("Being registered (born abroad)", "Immatriculation en cours (née à l'étranger)")),
        ("passage", Words("Provisional, passing through", "Provisoire, de passage")),
        ("provisoire", Words("Provisional, insured person", "Provisoire, d'un assuré")),
        ("agricole", Words("Provisional, agricultural scheme", "Provisoire, régime agricole")),
        ("fictif", Words("Nobody's", "Fictif")),
        ("inconnue", Words("Unknown", "Inconnue")),
    ),
    "statut_particulier": (
        ("detenu", Words("Prisoner", "Personne détenue")),
        ("coordonne_rss", Words("A permanent « coordonné RSS »", "Coordonné RSS, permanent")),
        ("ame", Words("State medical aid (AME)", "Aide médicale de l'État (AME)")),
    ),
    "beneficiaires.cmu.origine": (
        ("beneficiaire", Words("The beneficiary's AMO service", "Le service AMO du bénéficiaire")),
        ("famille", Words("The family's AMO service", "Le service AMO de la famille")),
        ("mutuelle", Words("The complementary cover", "La complémentaire")),
    ),
    "beneficiaires.cmu.gestion": (
        ("caisse", Words("The caisse", "La caisse")),
        ("organisme_complementaire", Words("A complementary body", "Un organisme complémentaire")),
        ("sortie", Words("Leaving the scheme", "Sortie du dispositif")),
        ("ame", Words("State medical aid (AME)", "Aide médicale de l'État (AME)")),
    ),
    "regime_particulier": (("mayotte", Words("Mayotte", "Mayotte")),),
    "professionnel.type": tuple((code, Words.same(code)) for code in ("CPS", "CPF", "CPE", "CDE", "CPA", "CSA")),
}

OTHER: Final = "autre"
"""The choice of whoever sees something else than all the choices."""

_INDEX = re.compile(r"\[(?:\d+|\*)\]")


@dataclass(frozen=True, slots=True)
class Question:
    """One value that is asked for.

    Attributes:
        path: Where it stands in the card object, ``beneficiaires[0].exoneration.nature``; ``[*]`` is whichever there are.
        kind: How it is asked for.
        choices: For ``choice``: code and words of each.
        expected: What the scenario says; for the harness alone, never for the page.
    """

    path: str
    kind: Kind
    choices: tuple[tuple[str, Words], ...]
    expected: Any


def needs_a_file(case: Case, scenario: Scenario) -> bool:
    """Say whether a case compares what a product exports or prints: a file, which nobody reads from a screen."""
    return any(
        path.startswith("exports.") and covers(case.checks, number, path)
        for number, reading in enumerate(scenario.readings, 1)
        for path in reading.expect
    )


def questions_of(case: Case, number: int, reading: Reading) -> tuple[Question, ...]:
    """Return what is asked about a reading, in the order of the scenario.

    Args:
        case: Says which expectations are looked at.
        number: Of the reading, from 1.
        reading: Has the expectations.
    """
    return tuple(
        _question(path, expected)
        for path, expected in reading.expect.items()
        if path not in UNASKED
        and not path.startswith(("trace.", "exports."))
        and (covers(case.checks, number, path) or (bool(case.requires) and covers(case.requires, number, path)))
    )


def _question(path: str, expected: Any) -> Question:  # noqa: ANN401 - any TOML value
    plain = _INDEX.sub("", path)
    name = plain.rpartition(".")[2]
    choices = _CHOICES.get(plain) or _CHOICES.get(name, ())
    last_is_entry = path.endswith("]")
    kind: Kind = "choice" if choices else "text" if last_is_entry else _KINDS.get(name) or _kind_of(expected)
    return Question(path, kind, choices, expected)


def _kind_of(expected: Any) -> Kind:  # noqa: ANN401 - any TOML value
    """How a value is asked for that this module does not know: by its type, which tells nothing of it."""
    if isinstance(expected, bool):
        return "yes_no"
    if isinstance(expected, int):
        return "integer"
    if isinstance(expected, list):
        return "lines"
    return "count" if isinstance(expected, dict) and "count" in cast("dict[str, Any]", expected) else "text"
