"""The record groups of a carte Vitale, in files of our own.

Nothing public says where the card keeps them. They stand in the VITALE application under identifiers of their own, are
listed in POINTERS so that discovery finds them, and follow one pattern: a constructed template for each record, its
fields under the tags 80, 81, ... in the order of the group; a template that belongs to a beneficiary begins with
``9E 01 index``.
"""

from __future__ import annotations

from typing import TypeVar

from reader_core.layouts.model import Access, Basis, Encoding, FieldLayout, FileLayout
from reader_core.layouts.vitale_public import VITALE
from reader_core.records import (
    Accidents,
    Amc,
    Assure,
    Beneficiaire,
    Couverture,
    Droits,
    Maternite,
    Mutuelle,
    PeriodeMutuelle,
    ServiceAmo,
    ZoneCommune,
)

R = TypeVar("R")

_SOURCE = "place, tags: not public, our choice; fields and their order: the SSV groups in public headers and wrappers"
_FREE = f"{_SOURCE}; free: the GIE's leaflet on API de lecture Vitale 4.10"
_ONLY_EXEMPTION = f"{_SOURCE}; free: that leaflet protects the exemption only"
_PROTECTED = f"{_SOURCE}; protected: the GIE's leaflet on API de lecture Vitale 4.10"

_T, _D12 = Encoding.TEXT, Encoding.DATE12


def _fields(*rows: tuple[str, Encoding, str]) -> tuple[FieldLayout, ...]:
    return tuple(FieldLayout(tag, *row) for tag, row in enumerate(rows, 0x80))


def _ours(
    name: str,
    fid: int,
    tag: int,
    record: type[R],
    title: str,
    *,
    fields: tuple[FieldLayout, ...],
    group: int | None = None,
    access: Access = Access.FREE,
    per_beneficiary: bool = False,
    multiple: bool = False,
    source: str = _FREE,
) -> FileLayout[R]:
    return FileLayout(
        name=name,
        title=title,
        application=VITALE,
        fid=fid,
        sfi=None,
        tag=tag,
        record=record,
        fields=fields,
        access=access,
        source=source,
        basis=Basis.ASSUMPTION,
        place_basis=Basis.ASSUMPTION,
        multiple=multiple,
        per_beneficiary=per_beneficiary,
        group=group,
    )


_PERIOD = _fields(("debut", _D12, "first day"), ("fin", _D12, "last day"))

ASSURE = _ours(
    "ASSURE",
    0x2010,
    0xE1,
    Assure,
    "the card and the insured person",
    fields=_fields(
        ("type_carte", _T, "T on test cards"),
        ("numero_serie", _T, "serial number"),
        ("fin_validite", _D12, "last day of the card"),
        ("ruf1", _T, "reserved 1"),
        ("ruf2", _T, "reserved 2"),
        ("ruf_administration", _T, "reserved, administration"),
        ("type_porteur", _T, "kind of holder, A"),
        ("nir", _T, "NIR, 13 characters"),
        ("cle_nir", _T, "its key"),
        ("regime", _T, "régime, 2 digits"),
        ("caisse", _T, "caisse, 3 digits"),
        ("centre", _T, "centre, 4 digits"),
        ("code_gestion", _T, "code gestion, 2 characters"),
        ("ruf_famille", _T, "reserved, family"),
    ),
    group=101,
)
SERVICE_AMO = _ours(
    "SERVAMO",
    0x2011,
    0xE2,
    ServiceAmo,
    "service of the compulsory insurance (CMU, C2S) of the family",
    fields=_fields(
        ("code", _T, "00 none, 01 to 03 and 10: CMU or C2S"),
        ("debut", _D12, "first day"),
        ("fin", _D12, "last day"),
    ),
    group=102,
)
ACCIDENTS = _ours(
    "ACCIDENT",
    0x2012,
    0xE3,
    Accidents,
    "accidents at work",
    fields=_fields(
        *(
            row
            for rank in (1, 2, 3)
            for row in (
                (f"organisme{rank}", _T, f"body {rank}"),
                (f"code_gestion{rank}", _T, f"code gestion {rank}"),
                (f"identifiant{rank}", _T, f"identifier {rank}"),
            )
        ),
    ),
    group=103,
    source=_ONLY_EXEMPTION,
)
BENEFICIAIRE = _ours(
    "BENEFIC",
    0x2013,
    0xE4,
    Beneficiaire,
    "one beneficiary",
    fields=_fields(
        ("nom_usuel", _T, "usual surname"),
        ("nom_patronymique", _T, "patronymic surname"),
        ("prenom", _T, "first name"),
        *((f"adresse{line}", _T, f"address, line {line}") for line in range(1, 6)),
        ("nir_certifie", _T, "certified NIR, 13 characters"),
        ("cle_nir_certifie", _T, "its key"),
        ("date_certification", _D12, "day of the certification"),
        ("date_naissance", _D12, "date of birth, then 0000"),
        ("rang_naissance", _T, "rank of birth (twins)"),
        ("qualite", _T, "0 insured person, 2 spouse, 6 child..."),
        ("code_service_amo", _T, "own service of the compulsory insurance"),
        ("debut_service_amo", _D12, "its first day"),
        ("fin_service_amo", _D12, "its last day"),
        ("ruf", _T, "reserved"),
    ),
    group=104,
    per_beneficiary=True,
)
DROITS = _ours(
    "DROITS",
    0x2014,
    0xE5,
    Droits,
    "periods of rights, up to three a beneficiary",
    fields=_PERIOD,
    group=105,
    per_beneficiary=True,
    multiple=True,
)
COUVERTURE = _ours(
    "COUVERT",
    0x2015,
    0xE6,
    Couverture,
    "periods of code couverture, up to seven a beneficiary",
    fields=_fields(
        ("debut", _D12, "first day"),
        ("fin", _D12, "last day"),
        ("ald", _T, "ALD character"),
        ("situation", _T, "code situation, 4 characters"),
    ),
    group=106,
    access=Access.PROTECTED,
    per_beneficiary=True,
    multiple=True,
    source=_PROTECTED,
)
MUTUELLE = _ours(
    "MUTUELLE",
    0x2016,
    0xE7,
    Mutuelle,
    "complementary cover run by the compulsory scheme",
    fields=_fields(
        ("identification", _T, "number of the mutuelle, 8 digits"),
        ("garanties", _T, "8 characters, O or N"),
        ("indicateur_traitement", _T, "processing indicator"),
        ("type_services", _T, "kind of services"),
        ("services_associes", _T, "services of the contract"),
        ("aiguillage_sts", _T, "routing code STS"),
    ),
    group=107,
    per_beneficiary=True,
)
PERIODE_MUTUELLE = _ours(
    "PERMUTU",
    0x2017,
    0xE8,
    PeriodeMutuelle,
    "periods of the mutuelle, up to three a beneficiary",
    fields=_PERIOD,
    group=108,
    per_beneficiary=True,
    multiple=True,
)
AMC = _ours(
    "AMC",
    0x2018,
    0xE9,
    Amc,
    "complementary insurer",
    fields=_fields(
        ("numero_b2", _T, "complementary number B2"),
        ("numero_edi", _T, "complementary number EDI"),
        ("numero_adherent", _T, "member number"),
        ("indicateur_traitement", _T, "processing indicator"),
        ("debut", _D12, "first day"),
        ("fin", _D12, "last day"),
        ("code_routage", _T, "routing code"),
        ("identifiant_hote", _T, "host"),
        ("nom_domaine", _T, "domain name"),
        ("aiguillage_sts", _T, "routing code STS"),
        ("type_services", _T, "kind of services"),
        ("services_associes", _T, "services of the contract"),
    ),
    group=109,
    source=_ONLY_EXEMPTION,
    per_beneficiary=True,
    multiple=True,
)
ZONE_COMMUNE = _ours(
    "COMMUNE",
    0x2019,
    0xEB,
    ZoneCommune,
    "common zone",
    fields=_fields(("contenu", _T, "free text")),
    group=111,
    source=_ONLY_EXEMPTION,
)
MATERNITE = _ours(
    "MATERN",
    0x201A,
    0xEC,
    Maternite,
    "maternity",
    fields=_fields(
        ("date_presumee", _D12, "expected day of delivery"),
        ("date_accouchement", _D12, "day of delivery, zeros when not known"),
    ),
    access=Access.PROTECTED,
    per_beneficiary=True,
    source="no public record carries maternity; this record is ours, protected like the exemption it leads to",
)
