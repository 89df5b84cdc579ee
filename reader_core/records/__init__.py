"""What the cards say, as values: no bytes, no rules, no formats."""

from reader_core.records.dates import EMPTY_DATE, NO_DATE, CardDate, age
from reader_core.records.nir import LieuNaissance, NatureNir, Nir, compute_key, is_valid
from reader_core.records.stream import GroupeBrut, Ordre
from reader_core.records.technical import Certificat, DirectoryEntry, Pan
from reader_core.records.vitale import (
    Accident,
    Accidents,
    Amc,
    Assure,
    Beneficiaire,
    BeneficiaireRecords,
    CarteVitale,
    Couverture,
    Droits,
    Identite,
    Inscription,
    Maternite,
    Mutuelle,
    PeriodeMutuelle,
    ServiceAmo,
    VitaleRecords,
    ZoneCommune,
)

__all__ = [
    "EMPTY_DATE",
    "NO_DATE",
    "Accident",
    "Accidents",
    "Amc",
    "Assure",
    "Beneficiaire",
    "BeneficiaireRecords",
    "CardDate",
    "CarteVitale",
    "Certificat",
    "Couverture",
    "DirectoryEntry",
    "Droits",
    "GroupeBrut",
    "Identite",
    "Inscription",
    "LieuNaissance",
    "Maternite",
    "Mutuelle",
    "NatureNir",
    "Nir",
    "Ordre",
    "Pan",
    "PeriodeMutuelle",
    "ServiceAmo",
    "VitaleRecords",
    "ZoneCommune",
    "age",
    "compute_key",
    "is_valid",
]
