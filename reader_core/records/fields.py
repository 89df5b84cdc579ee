"""Every field of every group, as data: its number, what it holds, its form, and where that is known from.

The groups 101 to 109 and 111 are those that the older SSV interface gave of a carte Vitale, the groups 1 and 2 those that it gave
of a professional card. Fields and their order are observed (public headers of an open program; a billing wrapper that names them),
and were counted on public test cards. Lengths are given where a public text has them; where a length is none of ours to fix the
form says so. docs/records.md is made from this table, and a test holds the records to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reader_core.records.cps import PorteurCps
from reader_core.records.cps_situations import SituationCps
from reader_core.records.vitale import (
    Accidents,
    Amc,
    Assure,
    Beneficiaire,
    Couverture,
    Droits,
    Mutuelle,
    PeriodeMutuelle,
    ServiceAmo,
    ZoneCommune,
)
from reader_core.sourced import Basis


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a group.

    Attributes:
        numero: its number in the group, from 1.
        nom: the attribute of the record that holds it.
        sens: what it says.
        forme: how it is written, as far as that is public.
        table: name of the nomenclature of its codes (`reader_core.nomenclatures`); empty for none.
        basis: how firm meaning and form are; number and place in the group are observed throughout.
    """

    numero: int
    nom: str
    sens: str
    forme: str
    table: str = ""
    basis: Basis = "observed"


@dataclass(frozen=True, slots=True)
class Group:
    """One group.

    Attributes:
        numero: 101 to 111 of a Vitale, 1 and 2 of a professional card.
        titre: what it holds.
        combien: how many of it there are.
        record: the record that holds it.
        fields: its fields in order.
    """

    numero: int
    titre: str
    combien: str
    record: type
    fields: tuple[Field, ...]


_DAY: Final = "AAAAMMJJhhmm, zeros for none"
_ANY: Final = "text; no length is public"
_NAME: Final = "text in Latin-1; 27 characters at most in the identity files (assumption)"


_Row = tuple[str, str, str] | tuple[str, str, str, str]


def _fields(*rows: _Row, assumed: tuple[str, ...] = ()) -> tuple[Field, ...]:
    return tuple(
        Field(number, *row, basis="assumption" if row[0] in assumed else "observed")
        for number, row in enumerate(rows, 1)
    )


_PERIOD: Final = _fields(
    ("debut", "first day; none is open", _DAY),
    ("fin", "last day, included; none, or nothing at all, is open", "AAAAMMJJhhmm, zeros or empty for none"),
)

VITALE: Final = (
    Group(
        101,
        "the card and the insured person",
        "one",
        Assure,
        _fields(
            ("type_carte", "`T` on a test card", "1 character"),
            ("numero_serie", "serial number of the card", _ANY),
            ("fin_validite", "last day of the card", _DAY),
            ("ruf1", "reserved for future use", _ANY),
            ("ruf2", "reserved for future use", _ANY),
            ("ruf_administration", "reserved for the administration", _ANY),
            ("type_porteur", "kind of holder: `A` on every card seen", "1 character"),
            ("nir", "NIR of the insured person", "13 characters, `2A` or `2B` in 6 and 7 for Corsica", "nature_nir"),
            ("cle_nir", "key of the NIR, 01 to 97", "2 digits"),
            ("regime", "régime", "2 digits", "regime"),
            ("caisse", "caisse of the régime", "3 digits"),
            ("centre", "centre of the caisse", "4 digits"),
            ("code_gestion", "code gestion (BGDH)", "2 characters", "code_gestion"),
            ("ruf_famille", "reserved, for the family", _ANY),
        ),
    ),
    Group(
        102,
        "the service of the compulsory insurance for the family (CMU-C, C2S)",
        "one",
        ServiceAmo,
        _fields(
            ("code", "code service AMO", "2 digits", "service_amo"),
            ("debut", "first day", _DAY),
            ("fin", "last day", _DAY),
        ),
    ),
    Group(
        103,
        "accidents at work: the default body, and up to two accidents",
        "none or one",
        Accidents,
        _fields(
            *(
                row
                for rank in (1, 2, 3)
                for row in (
                    (f"organisme{rank}", f"body of entry {rank}: régime, caisse, centre", "9 digits: 2, 3 and 4"),
                    (f"code_gestion{rank}", f"code gestion of entry {rank}", "2 characters", "code_gestion"),
                    (
                        f"identifiant{rank}",
                        f"identifier of entry {rank}; empty for the default body",
                        "9 digits, the last a key",
                    ),
                )
            )
        ),
    ),
    Group(
        104,
        "one beneficiary",
        "up to 19",
        Beneficiaire,
        _fields(
            ("nom_usuel", "surname in use", _NAME),
            ("nom_patronymique", "surname at birth", _ANY),
            ("prenom", "given name in use", _NAME),
            *((f"adresse{line}", f"line {line} of the address", _ANY) for line in range(1, 5)),
            ("adresse5", "line 5 of the address: postcode, space, town", _ANY),
            ("nir_certifie", "NIR of the beneficiary, once certified", "13 characters; may be empty", "nature_nir"),
            ("cle_nir_certifie", "its key; wrong on purpose on some test cards", "2 digits"),
            ("date_certification", "day of the certification", _DAY),
            (
                "date_naissance",
                "day of birth as the registers have it: month 19 and day 32 are legal, the century may be missing",
                "AAAAMMJJ0000, or AAMMJJ",
            ),
            ("rang_naissance", "rank among those born on that day under that NIR (twins): 1 to 9", "1 digit"),
            ("qualite", "what the beneficiary is to the insured person", "1 digit", "qualite"),
            ("code_service_amo", "code service AMO of the beneficiary", "2 digits", "service_amo"),
            ("debut_service_amo", "its first day", _DAY),
            ("fin_service_amo", "its last day", _DAY),
            ("ruf", "reserved for future use", _ANY),
        ),
    ),
    Group(105, "one period of rights to the compulsory insurance", "up to 3 a beneficiary", Droits, _PERIOD),
    Group(
        106,
        "one period of the code couverture: protected",
        "up to 7 a beneficiary",
        Couverture,
        _fields(
            ("debut", "first day", _DAY),
            ("fin", "last day", _DAY),
            (
                "ald",
                "0 none; 1, 2, 3 an ALD (which of the three is which is not public); 4 was seen once",
                "1 character",
            ),
            ("situation", "code situation: 2 digits of the table, 2 of the situation", "4 digits"),
        ),
    ),
    Group(
        107,
        "the complementary cover that the compulsory scheme knows of",
        "none or one a beneficiary",
        Mutuelle,
        _fields(
            ("identification", "number of the mutuelle", "8 digits", "organisme_complementaire"),
            ("garanties", "guarantees, one letter each", "8 characters, `O` or `N`"),
            ("indicateur_traitement", "processing indicator", "2 digits", "indicateur_mutuelle"),
            ("type_services", "kind of services of the contract", _ANY),
            ("services_associes", "services of the contract", _ANY),
            ("aiguillage_sts", "routing code STS", "1 character", "aiguillage_sts"),
        ),
    ),
    Group(108, "one period of rights to the mutuelle", "up to 3 a beneficiary", PeriodeMutuelle, _PERIOD),
    Group(
        109,
        "a complementary insurer (AMC)",
        "any number a beneficiary",
        Amc,
        _fields(
            ("numero_b2", "number of the AMC for B2", _ANY),
            ("numero_edi", "number of the AMC for EDI", _ANY),
            ("numero_adherent", "number of the member", _ANY),
            (
                "indicateur_traitement",
                "processing indicator: 00, 12, 13, 22, 23, 32, 33, 60, 62, 63, 72, 73 were seen",
                "2 digits",
            ),
            ("debut", "first day on which the data hold", _DAY),
            ("fin", "last day", _DAY),
            ("code_routage", "routing code: NR, OC, SP, IP, MA, SA were seen", "2 letters"),
            ("identifiant_hote", "host", _ANY),
            ("nom_domaine", "domain name; RESMUT.TM.FR and DRE.RSS.FR were seen as host and domain", _ANY),
            ("aiguillage_sts", "routing code STS", "1 character", "aiguillage_sts"),
            ("type_services", "kind of services of the contract", _ANY),
            ("services_associes", "services of the contract", _ANY),
        ),
    ),
    Group(111, "the common zone", "none or one", ZoneCommune, _fields(("contenu", "free text", _ANY))),
)
"""The groups of a carte Vitale, in the order of their numbers. Group 110 was never seen."""

CPS: Final = (
    Group(
        1,
        "the card and its holder: free",
        "one",
        PorteurCps,
        _fields(
            ("type", "kind of card", "2 digits", "G02"),
            ("type_identifiant", "kind of the holder's identifier", "1 digit", "G08"),
            ("numero", "identifier of the holder, without its key", "8 characters (ADELI), 10 digits (RPPS)"),
            ("cle", "its key, Luhn", "1 digit"),
            ("civilite", "form of address", _ANY),
            ("nom", "surname", _ANY),
            ("prenom", "given name", _ANY),
        ),
    ),
    Group(
        2,
        "one situation of work and billing: behind the code",
        "up to 16 (assumption: as many as activities)",
        SituationCps,
        _fields(
            ("numero_logique", "number of the situation; they need not follow one another", "1 or 2 digits"),
            ("mode_exercice", "mode of practice", "2 digits", "G17"),
            ("statut", "status of practice; its codes are not public", _ANY),
            ("secteur", "sector of activity", "2 digits", "G19"),
            ("type_structure", "kind of the structure's identifier", "1 digit", "G07"),
            (
                "numero_structure",
                "identifier of the structure",
                "8 characters (FINESS), 9 and 14 digits (SIREN, SIRET)",
            ),
            ("cle_structure", "its key", "1 digit, or empty"),
            ("raison_sociale", "name of the structure", _ANY),
            ("numero_facturation", "identifier for billing, without its key", "8 characters"),
            ("cle_facturation", "its key, Luhn", "1 digit"),
            ("numero_remplacant", "identifier of a locum, without its key", "8 characters"),
            ("cle_remplacant", "its key, Luhn", "1 digit"),
            ("code_conventionnel", "agreement with the health insurance", "1 digit", "G101"),
            ("specialite", "speciality", "2 digits", "G100"),
            ("zone_tarifaire", "tariff zone", "2 digits", "G102"),
            ("zone_ik", "travel allowance", "1 digit", "G103"),
            ("agrement1", "approval", "2 digits", "G104"),
            ("agrement2", "approval", "2 digits", "G104"),
            ("agrement3", "approval", "2 digits", "G104"),
            ("habilitation_signature", "whether the holder may sign a bill", "1 digit", "habilitation"),
            ("habilitation_lot", "whether the holder may sign a batch", "1 digit", "habilitation"),
            assumed=("habilitation_signature", "habilitation_lot"),
        ),
    ),
)
"""The groups of a professional card. Our holder has more fields than group 1: category, responsibility, validity."""

GROUPS: Final = (*VITALE, *CPS)
