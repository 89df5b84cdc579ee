"""The columns of the table: their names, and where in the card object each cell is found."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

import msgspec

from reader_core.formats import card

_BLOCKS = {
    "mutuelle": (
        "identification",
        "identification_libelle",
        "garanties",
        "indicateur_traitement",
        "type_services",
        "services_associes",
        "aiguillage_sts",
        "periodes",
        "geree_par_amo",
    ),
    "amc": (
        "numero_b2",
        "numero_edi",
        "numero_adherent",
        "indicateur_traitement",
        "debut",
        "fin",
        "code_routage",
        "identifiant_hote",
        "nom_domaine",
        "aiguillage_sts",
        "type_services",
        "services_associes",
    ),
    "exoneration": (
        "code_couverture",
        "connu",
        "nature",
        "justificatif",
        "justificatif_libelle",
        "libelle",
        "taux_standard",
        "nature_assurance",
        "nature_assurance_libelle",
        "debut",
        "fin",
        "avec",
    ),
    "maternite": ("date_presumee", "date_accouchement", "debut", "fin"),
    "cmu": ("origine", "code", "gestion", "type_cmu", "debut", "fin", "en_cours"),
}
_ACCIDENT = ("organisme", "code_gestion", "identifiant")

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "date_lecture": "card.on",
        "api": "card.api",
        "numero_serie": "card.vitale.numero_serie",
        "type_carte": "card.vitale.type_carte",
        "debut_validite": "card.vitale.debut_validite",
        "fin_validite": "card.vitale.fin_validite",
        **{
            name: f"card.assure.{name}"
            for name in (
                "nir",
                "cle",
                "nir_valide",
                "nir_nature",
                "regime",
                "regime_libelle",
                "regime_particulier",
                "caisse",
                "caisse_libelle",
                "centre",
                "code_gestion",
                "code_gestion_libelle",
                "statut_particulier",
                "statut_particulier_libelle",
            )
        },
        "famille_service_amo": "card.service_amo.code",
        "famille_service_amo_libelle": "card.service_amo.libelle",
        "famille_service_amo_debut": "card.service_amo.debut",
        "famille_service_amo_fin": "card.service_amo.fin",
        **{f"accident{rang}_{name}": f"card.accidents.{rang}.{name}" for rang in (1, 2, 3) for name in _ACCIDENT},
        "zone_commune": "card.zone_commune",
        **{
            name: f"beneficiaire.{name}" for name in ("index", "nom_usuel", "nom_patronymique", "prenom", "nationalite")
        },
        **{f"adresse{n + 1}": f"beneficiaire.adresse.{n}" for n in range(5)},
        **{
            name: f"beneficiaire.{name}"
            for name in ("nir_certifie", "cle_nir_certifie", "nir_certifie_valide", "date_certification")
        },
        "naissance_en_carte": "beneficiaire.naissance.en_carte",
        "naissance_date": "beneficiaire.naissance.date",
        "naissance_lunaire": "beneficiaire.naissance.lunaire",
        "naissance_age": "beneficiaire.naissance.age",
        **{name: f"beneficiaire.{name}" for name in ("rang_naissance", "qualite", "qualite_libelle")},
        "service_amo": "beneficiaire.service_amo.code",
        "service_amo_libelle": "beneficiaire.service_amo.libelle",
        "service_amo_debut": "beneficiaire.service_amo.debut",
        "service_amo_fin": "beneficiaire.service_amo.fin",
        "droits_ouverts": "beneficiaire.droits_ouverts",
        "droits": "beneficiaire.droits",
        **{
            f"{block}_{name}": f"beneficiaire.{block}.{name}"
            for block in ("cmu", "mutuelle", "amc")
            for name in _BLOCKS[block]
        },
        "donnees_protegees": "card.protected.status",
        "donnees_protegees_code": "card.protected.code",
        "refus": "card.refus",
        "anomalies": "card.anomalies",
        "couvertures": "beneficiaire.couvertures",
        **{
            f"{block}_{name}": f"beneficiaire.{block}.{name}"
            for block in ("exoneration", "maternite")
            for name in _BLOCKS[block]
        },
    }
)
"""The columns in their order: the name, and the path of the cell in the card object."""

BETWEEN = " | "
"""What stands between the values of one cell."""


def cell(read: card.Card, beneficiaire: card.Beneficiaire, path: str) -> str:
    """Give the text of one cell: empty where the card object has null or nothing.

    Args:
        read: the card object.
        beneficiaire: one of its beneficiaries.
        path: one of `COLUMNS`.
    """
    first, *steps = path.split(".")
    value: object = read if first == "card" else beneficiaire
    for step in steps:
        value = _step(value, step)
    return _text(value)


def _step(value: object, step: str) -> object:
    if value is None or not step.isdigit():
        return None if value is None else getattr(value, step)
    held = cast("tuple[object, ...]", value)
    if held and isinstance(held[0], card.Accident):  # by their rank, since one that says nothing is not there
        ranked = {each.rang: each for each in cast("tuple[card.Accident, ...]", value)}
        return ranked.get(int(step))
    return held[int(step)] if int(step) < len(held) else None


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, tuple):
        return BETWEEN.join(_part(each) for each in cast("tuple[object, ...]", value))
    return str(value)


def _part(value: object) -> str:
    """One of the values of a cell: a period as ISO 8601 writes intervals, a code behind its period, or a text."""
    if isinstance(value, card.Couverture):
        return f"{_interval(value)} {_escaped(value.ald + value.situation)}"
    if isinstance(value, card.Periode):
        return _interval(value)
    if isinstance(value, card.Refus):
        return value.fonction
    if isinstance(value, card.Anomalie):
        return _escaped(value.fichier)
    if isinstance(value, msgspec.Struct):
        raise TypeError(f"no cell holds a {type(value).__name__}")
    return _escaped(str(value))


def _interval(period: card.Periode | card.Couverture) -> str:
    return f"{_bound(period.debut, period.debut_en_carte)}/{_bound(period.fin, period.fin_en_carte)}"


def _bound(day: str | None, written: str | None) -> str:
    """A day; what stands on the card where the calendar has no such day; `..` for none."""
    return day or _escaped(written or "") or ".."


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")
