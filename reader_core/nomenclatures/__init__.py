"""What the codes on the cards stand for: public tables as data, each with its source and how firm that is.

A code that is not in its table has no label, and is shown as it is. Which rights follow from a code is not here but in
`reader_core.rules`.
"""

from types import MappingProxyType

from reader_core.nomenclatures import assurance, complementaire, cps, specialites
from reader_core.nomenclatures.model import Nomenclature
from reader_core.nomenclatures.organismes import CENTRES_MAYOTTE, Organisme, organisme, organismes

__all__ = ["CENTRES_MAYOTTE", "NOMENCLATURES", "Nomenclature", "Organisme", "organisme", "organismes"]

NOMENCLATURES: MappingProxyType[str, Nomenclature] = MappingProxyType(
    {
        table.id: table
        for table in (
            assurance.REGIME,
            assurance.CODE_GESTION,
            assurance.CODE_GESTION_01,
            assurance.QUALITE,
            assurance.QUALITE_HPRIM,
            assurance.SERVICE_AMO,
            assurance.JUSTIFICATIF,
            assurance.NATURE_ASSURANCE,
            assurance.NATURE_ASSURANCE_FSE,
            assurance.NATURE_ASSURANCE_SNIIRAM,
            assurance.PIECE_JUSTIFICATIVE,
            assurance.NATURE_NIR,
            assurance.MOTIF_NIR_FICTIF,
            complementaire.ORGANISME_COMPLEMENTAIRE,
            complementaire.INDICATEUR_MUTUELLE,
            complementaire.AIGUILLAGE_STS,
            complementaire.TYPE_CONTRAT,
            complementaire.CATEGORIE_ORGANISME,
            cps.G01,
            cps.G02,
            cps.G04,
            cps.G07,
            cps.G08,
            cps.G15,
            cps.G16,
            cps.G17,
            cps.G19,
            specialites.G100,
            cps.G101,
            cps.G102,
            cps.G103,
            cps.G104,
            cps.HABILITATION,
        )
    }
)
"""Every table by its short name, in the order of the documentation."""
