"""The card object: the vocabulary of `vitale read --format json` and of the adapter protocol.

Dates are ISO `YYYY-MM-DD` or null; every key is always present; unknown keys of a later release are to be ignored.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

SCHEMA = "vitale-card/1"

Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="a calendar day, ISO 8601")]


class _Object(msgspec.Struct, frozen=True):
    """Base of every object here: immutable, keys in the order of the fields."""


class Carte(_Object, frozen=True):
    """The Vitale card itself."""

    profile: str
    atr: str
    numero_serie: str
    type_carte: str
    debut_validite: Day | None
    fin_validite: Day | None


class Assure(_Object, frozen=True):
    """The insured person and who insures them; `regime_particulier` is `mayotte` or null."""

    nir: str
    cle: str
    nir_valide: bool
    regime: str
    caisse: str
    centre: str
    code_gestion: str
    regime_libelle: str | None
    regime_particulier: str | None


class ServiceAmo(_Object, frozen=True):
    """A service of the compulsory insurance; code `00` is none."""

    code: str
    debut: Day | None
    fin: Day | None


class Accident(_Object, frozen=True):
    """One accident at work."""

    organisme: str
    code_gestion: str
    identifiant: str


class Naissance(_Object, frozen=True):
    """A birth date as on the card; `date` is null when the calendar does not have it (`lunaire`) or no century is known."""

    en_carte: str
    date: Day | None
    lunaire: bool


class Periode(_Object, frozen=True):
    """A period, both ends included; null is open."""

    debut: Day | None
    fin: Day | None


class Mutuelle(_Object, frozen=True):
    """The complementary cover of group 107 with its periods."""

    identification: str
    garanties: str
    indicateur_traitement: str
    type_services: str
    services_associes: str
    aiguillage_sts: str
    periodes: tuple[Periode, ...]
    geree_par_amo: bool


class Amc(_Object, frozen=True):
    """The complementary insurer of group 109."""

    numero_b2: str
    numero_edi: str
    numero_adherent: str
    indicateur_traitement: str
    debut: Day | None
    fin: Day | None
    code_routage: str
    identifiant_hote: str
    nom_domaine: str
    aiguillage_sts: str
    type_services: str
    services_associes: str


class Couverture(_Object, frozen=True):
    """Protected: one period of the code couverture."""

    debut: Day | None
    fin: Day | None
    ald: str
    situation: str


class Exoneration(_Object, frozen=True):
    """Protected: what applies on the day of the reading."""

    code_couverture: str | None
    connu: bool
    nature: Literal[
        "aucune",
        "ald",
        "exonere",
        "regime_special",
        "fsv",
        "regime_local",
        "maternite",
        "non_rembourse",
        "inconnue",
    ]
    justificatif: str | None
    libelle: str
    taux_standard: int | None
    debut: Day | None
    fin: Day | None
    avec: tuple[str, ...]


class Maternite(_Object, frozen=True):
    """Protected: the two dates of the card and the period they give."""

    date_presumee: Day | None
    date_accouchement: Day | None
    debut: Day
    fin: Day


class Beneficiaire(_Object, frozen=True):
    """One beneficiary; the three protected keys are null unless `protected.status` is `read`."""

    index: int
    nom_usuel: str
    nom_patronymique: str
    prenom: str
    nationalite: str
    adresse: tuple[str, str, str, str, str]
    nir_certifie: str
    cle_nir_certifie: str
    date_certification: Day | None
    naissance: Naissance
    rang_naissance: str
    qualite: str
    qualite_libelle: str | None
    service_amo: ServiceAmo
    droits: tuple[Periode, ...]
    droits_ouverts: bool
    mutuelle: Mutuelle | None
    amc: Amc | None
    couvertures: tuple[Couverture, ...] | None
    exoneration: Exoneration | None
    maternite: Maternite | None


class Professionnel(_Object, frozen=True):
    """The professional card that took part; `type` is null for a type nobody published."""

    type: Literal["CPS", "CPF", "CPE", "CDE", "CPA", "CSA"] | None
    categorie: Literal["test", "reelle"]
    identifiant: str
    cle: str
    civilite: str
    nom: str
    prenom: str
    numero_carte: str
    debut_validite: Day | None
    fin_validite: Day | None


class Protected(_Object, frozen=True):
    """What became of the protected data; the texts are French."""

    status: Literal["read", "withheld", "refused"]
    code: str | None
    message: str | None
    next_step: str | None


class Anomalie(_Object, frozen=True):
    """A file that could not be understood; everything else was kept. `offset` is null when the card gave no content."""

    fichier: str
    offset: int | None
    raison: str


class Refus(_Object, frozen=True):
    """A function that the access table refused; `fonction` and `code` are stable names, the message is French."""

    fonction: str
    code: str
    message: str


class Card(_Object, frozen=True):
    """One reading of a Vitale card."""

    schema: Literal["vitale-card/1"]
    api: Literal["before", "4.10"]
    on: Day
    vitale: Carte
    assure: Assure
    service_amo: ServiceAmo
    accidents: tuple[Accident, ...]
    zone_commune: str | None
    beneficiaires: tuple[Beneficiaire, ...]
    professionnel: Professionnel | None
    protected: Protected
    anomalies: tuple[Anomalie, ...]
    refus: tuple[Refus, ...]


def card_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the card object."""
    schema = msgspec.json.schema(Card)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:vitale-testbed:schema:vitale-card:1",
        **schema,
    }
