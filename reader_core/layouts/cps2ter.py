"""Where the CPS2ter volume of a CPS3 or CPS4 keeps what it says of its holder.

Public are the application's name on a CPS4, the files 4010 to 401F (activities) and 7F01/4000 (billing situations), and that
identity is free and the rest behind the PIN. What stands in them, and the files of the free objects, is ours (assumption).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from reader_core.layouts.cps import ACTIVITES, NUMERO, PORTEUR
from reader_core.layouts.model import Access, Application, Basis, Encoding, FieldLayout, FileLayout
from reader_core.records.cps import MAX_ACTIVITIES
from reader_core.records.cps_situations import ProfessionCps, SituationCps

_CRYPTOLIB = "ANS Cryptolib CPS (application, files and names of the CPS2ter volume)"
_OURS = "file and tags: not public, our choice"
_DICTIONARY = "codes: GIP-CPS dictionary of 2003"

CPS2TER: Final = Application("CPS2TER", bytes.fromhex("8025000001FF0002"), 0, _CRYPTOLIB, Basis.OBSERVED)

BILLING_DF_FID: Final = 0x7F01
"""The DF of the situations: path 3F00/7F01 (observed)."""

FIRST_ACTIVITY_FID: Final = 0x4010
"""Activities are 3F00/4010 to 3F00/401F (observed)."""

ID: Final = replace(PORTEUR, name="CPS2ID", application=CPS2TER, fid=0x4001)
ICC: Final = replace(
    NUMERO, name="CPS2ICC", application=CPS2TER, fid=0x4002, sfi=None, source=_OURS, place_basis=Basis.ASSUMPTION
)

PROFESSION: Final = FileLayout(
    name="CPS2INFO",
    title="profession of the holder",
    application=CPS2TER,
    fid=0x4005,
    sfi=None,
    tag=0xE2,
    record=ProfessionCps,
    fields=(
        FieldLayout(0x80, "profession", Encoding.TEXT, "profession, G15"),
        FieldLayout(0x81, "future_profession", Encoding.TEXT, "future profession, G16, of a CPF"),
        FieldLayout(0x82, "langue", Encoding.TEXT, "language, two letters"),
    ),
    access=Access.FREE,
    source=f"{_OURS}; {_DICTIONARY}",
    basis=Basis.ASSUMPTION,
    place_basis=Basis.ASSUMPTION,
)

ACTIVITES_CPS2TER: Final = tuple(
    replace(ACTIVITES[number], name=f"CPS2AC{number + 1:02}", application=CPS2TER, fid=FIRST_ACTIVITY_FID + number)
    for number in range(MAX_ACTIVITIES)
)
"""One file for each activity, written as on the other volume (assumption)."""

_SITUATION_FIELDS = (
    ("numero_logique", "number of the situation"),
    ("mode_exercice", "mode of practice, G17"),
    ("statut", "status of practice"),
    ("secteur", "sector of activity, G19"),
    ("type_structure", "kind of the structure's identifier, G07"),
    ("numero_structure", "identifier of the structure"),
    ("cle_structure", "its key"),
    ("raison_sociale", "name of the structure"),
    ("numero_facturation", "identifier for billing"),
    ("cle_facturation", "its key"),
    ("numero_remplacant", "identifier of a locum"),
    ("cle_remplacant", "its key"),
    ("code_conventionnel", "agreement with the health insurance, G101"),
    ("specialite", "speciality, G100"),
    ("zone_tarifaire", "tariff zone, G102"),
    ("zone_ik", "travel allowance, G103"),
    ("agrement1", "approval, G104"),
    ("agrement2", "approval, G104"),
    ("agrement3", "approval, G104"),
    ("habilitation_signature", "may sign a bill: 1, else 0"),
    ("habilitation_lot", "may sign a batch: 1, else 0"),
)

SITUATIONS: Final = FileLayout(
    name="CPS2SITF",
    title="situations of work and billing",
    application=CPS2TER,
    fid=0x4000,
    sfi=None,
    tag=0xE4,
    record=SituationCps,
    fields=tuple(
        FieldLayout(tag, name, Encoding.TEXT, title) for tag, (name, title) in enumerate(_SITUATION_FIELDS, 0x80)
    ),
    access=Access.PIN,
    source=f"{_CRYPTOLIB}; fields: group 2 of SSV_LireCartePS; tags: ours; {_DICTIONARY}",
    basis=Basis.ASSUMPTION,
    place_basis=Basis.OBSERVED,
    multiple=True,
)
"""3F00/7F01/4000, CPS_SIT_FACT: one template for each situation."""
