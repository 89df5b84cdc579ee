"""The kinds of row: a range, a rate, an amount; what each is of, and from which day on it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from reader_core.sourced import Sourced


class Categorie(StrEnum):
    """A category of care, as CSS R.322-1 (since 2016: R.160-5) tells them apart."""

    HOSPITALISATION = "hospitalisation"
    PRATICIEN = "praticien"
    DENTAIRE = "dentaire"
    AUXILIAIRE = "auxiliaire"
    BIOLOGIE = "biologie"
    MEDICAMENT_IMPORTANT = "medicament_important"
    """A medicine of important medical benefit."""
    MEDICAMENT_MODERE = "medicament_modere"
    """A medicine of moderate medical benefit, or for a condition that is usually not serious."""
    MEDICAMENT_FAIBLE = "medicament_faible"
    """A medicine of weak medical benefit."""
    DISPOSITIF = "dispositif"
    """Products and services of the list of CSS L.165-1 (LPP)."""
    TRANSPORT = "transport"
    CURE = "cure"
    """Thermal care."""
    AUTRE = "autre"


class Objet(StrEnum):
    """What a flat amount, a cap or a threshold is of."""

    PARTICIPATION_FORFAITAIRE = "participation_forfaitaire"
    PARTICIPATIONS_PAR_JOUR = "participations_par_jour"
    """How many a day, of one professional."""
    PARTICIPATIONS_PAR_AN = "participations_par_an"
    FRANCHISE_MEDICAMENT = "franchise_medicament"
    """For each box."""
    FRANCHISE_AUXILIAIRE = "franchise_auxiliaire"
    """For each act."""
    FRANCHISE_TRANSPORT = "franchise_transport"
    """For each way."""
    FRANCHISE_AUXILIAIRE_PAR_JOUR = "franchise_auxiliaire_par_jour"
    FRANCHISE_TRANSPORT_PAR_JOUR = "franchise_transport_par_jour"
    FRANCHISES_PAR_AN = "franchises_par_an"
    ACTE_LOURD = "acte_lourd"
    """What stands for the ticket modérateur of an expensive act."""
    SEUIL_TARIF = "seuil_tarif"
    """The tariff from which an act is expensive."""
    SEUIL_COEFFICIENT = "seuil_coefficient"
    HORS_PARCOURS = "hors_parcours"
    """What is added to the participation outside the coordinated path of care."""


class Unite(StrEnum):
    """What an amount is counted in."""

    EURO = "euro"
    NOMBRE = "nombre"
    POINT = "point"
    """A point of per cent."""


@dataclass(frozen=True, slots=True)
class Plage:
    """The range inside which the UNCAM sets the participation for a category.

    Attributes:
        categorie: of which care.
        minimum: lowest participation of the insured person, in per cent of the tariff.
        maximum: highest.
        depuis: first day.
        sourced: the text.
    """

    categorie: Categorie
    minimum: int
    maximum: int
    depuis: date
    sourced: Sourced


@dataclass(frozen=True, slots=True)
class Taux:
    """The participation that is left to the insured person: what is reimbursed is 100 less this.

    Attributes:
        categorie: of which care.
        participation: in per cent of the tariff, without any exemption.
        depuis: first day.
        sourced: the decision, or where the rate was seen.
    """

    categorie: Categorie
    participation: int
    depuis: date
    sourced: Sourced


@dataclass(frozen=True, slots=True)
class Montant:
    """A flat amount, a cap or a threshold.

    Attributes:
        objet: of what.
        valeur: how much.
        unite: counted in what.
        depuis: first day.
        sourced: the text.
    """

    objet: Objet
    valeur: Decimal
    unite: Unite
    depuis: date
    sourced: Sourced
