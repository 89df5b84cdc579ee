"""What the CPS2ter volume of a professional card says of its holder's work: profession, activities, billing.

The fields are those of the second group that the SSV library gives of a CPS (observed: public headers of an open
program), the codes those of the GIP-CPS dictionary of 2003 (observed). Where they lie on a card is ours (see
`reader_core.layouts.cps2ter`). Every value is the raw text on the card, empty where the card says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProfessionCps:
    """What the holder is.

    Attributes:
        profession: G15: 10 physician, 21 pharmacist, 60 nurse, ...
        future_profession: G16, on a CPF: 10 physician in training, ...
        langue: language of the holder, two letters.
    """

    profession: str = ""
    future_profession: str = ""
    langue: str = "fr"


@dataclass(frozen=True, slots=True)
class SituationCps:
    """One situation of work and billing: the second group of SSV_LireCartePS.

    Attributes:
        numero_logique: field 1, number of the situation on the card.
        mode_exercice: field 2, G17: 00 independent, 01 employed, 04 locum, 07 unpaid.
        statut: field 3, status of practice; its codes are not public.
        secteur: field 4, G19: 10 public hospital, 31 practice of one's own, 86 pharmacy, ...
        type_structure: field 5, G07, kind of the structure's identifier: 0 ADELI-rang, 1 FINESS, 2 SIREN, 3 SIRET; later 4 RPPS-rang.
        numero_structure: field 6, identifier of the structure.
        cle_structure: field 7, its key.
        raison_sociale: field 8, name of the structure.
        numero_facturation: field 9, identifier for billing, without its key.
        cle_facturation: field 10, its key (Luhn).
        numero_remplacant: field 11, identifier of a locum, without its key.
        cle_remplacant: field 12, its key (Luhn).
        code_conventionnel: field 13, G101, 0 to 3, 9 for an establishment.
        specialite: field 14, G100: 01 general practice, 50 pharmacist, ...
        zone_tarifaire: field 15, G102.
        zone_ik: field 16, G103: 0 none, 1 plain, 2 mountain, 3 special.
        agrement1: field 17, G104: 00 none, 01 D or DDASS, ...
        agrement2: field 18, as the first.
        agrement3: field 19, as the first.
        habilitation_signature: field 20, whether the holder may sign a bill: 1 yes, 0 no (values: assumption).
        habilitation_lot: field 21, whether the holder may sign a batch: 1 yes, 0 no (values: assumption).
    """

    numero_logique: str = "1"
    mode_exercice: str = ""
    statut: str = ""
    secteur: str = ""
    type_structure: str = ""
    numero_structure: str = ""
    cle_structure: str = ""
    raison_sociale: str = ""
    numero_facturation: str = ""
    cle_facturation: str = ""
    numero_remplacant: str = ""
    cle_remplacant: str = ""
    code_conventionnel: str = ""
    specialite: str = ""
    zone_tarifaire: str = ""
    zone_ik: str = ""
    agrement1: str = ""
    agrement2: str = ""
    agrement3: str = ""
    habilitation_signature: str = ""
    habilitation_lot: str = ""
