"""The card object: the vocabulary of `vitale read --format json` and of the adapter protocol.

Dates are ISO `YYYY-MM-DD` or null. What this package writes has every key; unknown keys of a later release are to be ignored.
A key with a default is younger than the first release of the schema, so that a document without it is still a valid one.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

SCHEMA = "vitale-card/1"

Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="a calendar day, ISO 8601")]


Nature = Literal[
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
"""What kind of exemption a code couverture is."""


NatureNir = Literal["normal", "immatriculation", "passage", "provisoire", "agricole", "fictif", "inconnue"]
"""What kind of number a NIR is."""


class _Object(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every object here: immutable, keys in the order of the fields."""


class Carte(_Object, frozen=True, kw_only=True):
    """The Vitale card itself."""

    profile: str
    atr: str
    numero_serie: str
    type_carte: str
    debut_validite: Day | None
    fin_validite: Day | None


class Assure(_Object, frozen=True, kw_only=True):
    """The insured person and who insures them; `regime_particulier` is `mayotte` or null."""

    nir: str
    cle: str
    nir_valide: bool
    nir_nature: NatureNir | None = None
    regime: str
    regime_libelle: str | None
    regime_particulier: str | None
    caisse: str
    centre: str
    caisse_libelle: str | None = None
    code_gestion: str
    code_gestion_libelle: str | None = None
    statut_particulier: str | None = None
    statut_particulier_libelle: str | None = None


class ServiceAmo(_Object, frozen=True, kw_only=True):
    """A service of the compulsory insurance; code `00` is none."""

    code: str
    libelle: str | None = None
    debut: Day | None
    fin: Day | None
    en_cours: bool | None = None


class Accident(_Object, frozen=True, kw_only=True):
    """One accident at work; the entry of rank 1 names the default body."""

    rang: int | None = None
    organisme: str
    organisme_libelle: str | None = None
    code_gestion: str
    code_gestion_libelle: str | None = None
    identifiant: str
    identifiant_valide: bool | None = None


class Naissance(_Object, frozen=True, kw_only=True):
    """A birth date as on the card; `date` is null when the calendar does not have it (`lunaire`) or no century is known."""

    en_carte: str
    date: Day | None
    lunaire: bool
    date_calcul: Day | None = None
    age: int | None = None


class Periode(_Object, frozen=True, kw_only=True):
    """A period, both ends included; null is open, or no date of the calendar: `_en_carte` tells."""

    debut: Day | None
    fin: Day | None
    debut_en_carte: str | None = None
    fin_en_carte: str | None = None
    en_cours: bool | None = None


class Cmu(_Object, frozen=True, kw_only=True):
    """The complementary cover of the compulsory insurance: CMU-C, C2S, or AME."""

    origine: Literal["beneficiaire", "famille", "mutuelle"]
    code: str
    gestion: Literal["caisse", "organisme_complementaire", "sortie", "ame"] | None
    type_cmu: str | None
    debut: Day | None
    fin: Day | None
    en_cours: bool


class Mutuelle(_Object, frozen=True, kw_only=True):
    """The complementary cover of group 107 with its periods."""

    identification: str
    identification_libelle: str | None = None
    garanties: str
    indicateur_traitement: str
    indicateur_traitement_libelle: str | None = None
    type_services: str
    services_associes: str
    aiguillage_sts: str
    aiguillage_sts_libelle: str | None = None
    periodes: tuple[Periode, ...]
    geree_par_amo: bool
    en_cours: bool | None = None


class Amc(_Object, frozen=True, kw_only=True):
    """A complementary insurer of group 109."""

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
    aiguillage_sts_libelle: str | None = None
    type_services: str
    services_associes: str
    en_cours: bool | None = None


class Couverture(_Object, frozen=True, kw_only=True):
    """Protected: one period of the code couverture, and what its code says whether or not it is in force."""

    debut: Day | None
    fin: Day | None
    debut_en_carte: str | None = None
    fin_en_carte: str | None = None
    ald: str
    situation: str
    nature: Nature | None = None
    libelle: str | None = None
    en_cours: bool | None = None


class Exoneration(_Object, frozen=True, kw_only=True):
    """Protected: what applies on the day of the reading."""

    code_couverture: str | None
    connu: bool
    nature: Nature
    justificatif: str | None
    justificatif_libelle: str | None = None
    libelle: str
    taux_standard: int | None
    nature_assurance: str | None = None
    nature_assurance_libelle: str | None = None
    debut: Day | None
    fin: Day | None
    avec: tuple[str, ...]


class Maternite(_Object, frozen=True, kw_only=True):
    """Protected: the two dates of the card and the period they give."""

    date_presumee: Day | None
    date_accouchement: Day | None
    debut: Day
    fin: Day


class Beneficiaire(_Object, frozen=True, kw_only=True):
    """One beneficiary; the three protected keys are null unless `protected.status` is `read`, the rights where they were not read."""

    index: int
    nom_usuel: str
    nom_patronymique: str
    prenom: str
    nationalite: str
    adresse: tuple[str, str, str, str, str]
    nir_certifie: str
    cle_nir_certifie: str
    nir_certifie_valide: bool | None = None
    date_certification: Day | None
    naissance: Naissance
    rang_naissance: str
    qualite: str
    qualite_libelle: str | None
    qualite_hprim: str | None = None
    service_amo: ServiceAmo
    droits: tuple[Periode, ...] | None
    droits_ouverts: bool | None
    cmu: Cmu | None = None
    mutuelle: Mutuelle | None
    amc: Amc | None
    autres_amc: tuple[Amc, ...] = ()
    couvertures: tuple[Couverture, ...] | None
    exoneration: Exoneration | None
    maternite: Maternite | None


class Situation(_Object, frozen=True, kw_only=True):
    """One situation of work and billing of the professional, with the names of its codes."""

    numero_logique: str
    mode_exercice: str
    mode_exercice_libelle: str | None
    statut: str
    secteur: str
    secteur_libelle: str | None
    type_structure: str
    type_structure_libelle: str | None
    numero_structure: str
    cle_structure: str
    raison_sociale: str
    numero_facturation: str
    cle_facturation: str
    numero_remplacant: str
    cle_remplacant: str
    code_conventionnel: str
    code_conventionnel_libelle: str | None
    specialite: str
    specialite_libelle: str | None
    zone_tarifaire: str
    zone_tarifaire_libelle: str | None
    zone_ik: str
    zone_ik_libelle: str | None
    agrements: tuple[str, str, str]
    agrements_libelles: tuple[str | None, str | None, str | None]
    habilitation_signature: str
    habilitation_lot: str


class Professionnel(_Object, frozen=True, kw_only=True):
    """The professional card that took part; `type` is null for a type nobody published."""

    type: Literal["CPS", "CPF", "CPE", "CDE", "CPA", "CSA"] | None
    type_libelle: str | None = None
    categorie: Literal["test", "reelle"]
    responsabilite: str | None = None
    responsabilite_libelle: str | None = None
    type_identifiant: str | None = None
    type_identifiant_libelle: str | None = None
    identifiant: str
    cle: str
    identifiant_national: str | None = None
    identifiant_valide: bool | None = None
    civilite: str
    nom: str
    prenom: str
    numero_carte: str
    debut_validite: Day | None
    fin_validite: Day | None
    profession: str | None = None
    profession_libelle: str | None = None
    future_profession: str | None = None
    future_profession_libelle: str | None = None
    langue: str | None = None
    situations: tuple[Situation, ...] | None = None


class Protected(_Object, frozen=True, kw_only=True):
    """What became of the protected data; the texts are French."""

    status: Literal["read", "withheld", "refused"]
    code: str | None
    message: str | None
    next_step: str | None


class Anomalie(_Object, frozen=True, kw_only=True):
    """A file that could not be understood; everything else was kept. `offset` is null when the card gave no content."""

    fichier: str
    offset: int | None
    raison: str


class Refus(_Object, frozen=True, kw_only=True):
    """A function that the access table refused; `fonction` and `code` are stable names, the message is French."""

    fonction: str
    code: str
    message: str


class Card(_Object, frozen=True, kw_only=True):
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
    refus: tuple[Refus, ...] = ()


def card_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the card object."""
    schema = msgspec.json.schema(Card)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:vitale-testbed:schema:vitale-card:1",
        **schema,
    }
