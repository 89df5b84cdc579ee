"""Group streams in, card images out, and back, byte for byte.

    image = import_stream(Path("carte.in").read_bytes(), "carte.in")
    assert export_stream(image) == Path("carte.in").read_bytes()

What a stream does not say is left empty (nationality, first day of the card), or is the test card's: an imported image is
opened by test professional cards, whatever type of card its group 101 names, because only test keys stand behind it.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import msgspec

from emulator.image import Image, ImageError
from emulator.vitale2.flux import FluxSection
from emulator.vitale2.image import VitaleImage
from emulator.vitale2.sections import RAW
from reader_core.layouts import (
    NAME_WIDTH,
    VITALE2_BY_NAME,
    LayoutError,
    StreamError,
    encode_files,
    parse_stream,
    records_of_stream,
    stream_of_records,
)
from reader_core.layouts.stream_order import code_of
from reader_core.records import (
    NO_DATE,
    Accidents,
    Amc,
    Assure,
    Beneficiaire,
    BeneficiaireRecords,
    CardDate,
    Couverture,
    Mutuelle,
    PeriodeMutuelle,
    VitaleRecords,
)

_NUMBER_LENGTH = 15
_NO_SERIAL = "00000000"
_CHECK_STREAM = "Check that the file is a group stream and is complete; docs/formats.md describes it."
_TOO_MUCH = "This is the largest of the groups that share a file of the card: shorten or remove some."


def import_stream(raw: bytes, source: str, title: str | None = None) -> VitaleImage:
    """Make the image of a Vitale 2 from a group stream.

    Args:
        raw: whole groups 101 to 109 and 111, in any order, with any content.
        source: what to call the stream in errors and, without a title, in the image.
        title: one line for a person who chooses a card.

    Raises:
        ImageError: the bytes are no group stream (`where` names the offset and the group), or they do
            not fit on a card, a file of which holds 32768 bytes.

    """
    try:
        records = records_of_stream(raw)
    except StreamError as error:
        within = "" if error.group is None else f", group {error.group}"
        raise ImageError(source, f"offset {error.offset}{within}", error.reason, _CHECK_STREAM) from error
    image = msgspec.convert(_document(records, title or f"Carte importée de {source}"), VitaleImage)
    try:
        encode_files(image.records())
    except LayoutError as error:
        raise ImageError(source, _largest(raw, error.file), error.reason, _TOO_MUCH) from error
    return image


def export_stream(image: Image) -> bytes:
    """Write the group stream of an image, protected groups included; what was imported comes back byte for byte.

    Raises:
        ImageError: it is not the image of a Vitale.

    """
    if not isinstance(image, VitaleImage):
        step = "Name the image of a Vitale; `vitale card list` shows the built-in ones."
        raise ImageError(f"image {image.title!r}", "", "a professional card has no group stream", step)
    return stream_of_records(image.records())


def _largest(raw: bytes, file: str) -> str:
    """Where the largest group stands among those that fill a file too much."""
    number = VITALE2_BY_NAME[file].group
    groups = [group for group in parse_stream(raw) if number in {None, group.number}]
    group = max(groups, key=lambda group: len(group.octets))
    return f"offset {group.offset}, group {group.number}"


def _document(records: VitaleRecords, title: str) -> dict[str, Any]:
    assure, service = records.assure, records.service_amo
    inscription = assure.nir + assure.cle_nir
    document: dict[str, Any] = {
        "profile": "vitale2",
        "title": title,
        "carte": _carte(records),
        "assure": {
            **_texts(assure, "nir", "regime", "caisse", "centre", "code_gestion", "ruf_famille"),
            "cle_nir": _as_is(assure.cle_nir),
        },
        "service_amo": {"code": service.code, **_period(service.debut, service.fin)},
        "beneficiaires": [_beneficiaire(holder, inscription) for holder in records.beneficiaires],
    }
    if records.accidents is not None:
        document["accidents"] = _accidents(records.accidents)
    if records.zone_commune is not None:
        document["zone_commune"] = records.zone_commune.contenu
    flux = FluxSection.of(records)
    if flux is not None:
        document["flux"] = flux
    return document


def _carte(records: VitaleRecords) -> dict[str, Any]:
    if records.ordre is not None and code_of(101) not in records.ordre.codes:
        return {"numero_serie": _NO_SERIAL}  # the stream has no group 101; a card has a serial number all the same
    assure = records.assure
    serial = assure.numero_serie
    usual = len(serial) == 8 and serial.isascii() and serial.isdigit()
    carte: dict[str, Any] = {
        "numero_serie": serial if usual else RAW + serial,
        "fin_validite": _day(assure.fin_validite),
        **_texts(assure, "type_carte", "type_porteur", "ruf1", "ruf2", "ruf_administration"),
    }
    if assure.type_carte != "T":
        carte["categorie"] = "test"
    return carte


def _accidents(record: Accidents) -> list[dict[str, str]]:
    names = ("organisme", "code_gestion", "identifiant")
    return [{name: getattr(record, f"{name}{rank}") for name in names} for rank in (1, 2, 3)]


def _beneficiaire(holder: BeneficiaireRecords, inscription: str) -> dict[str, Any]:
    record = holder.beneficiaire
    lines = list(record.adresse)
    while lines and not lines[-1]:
        lines.pop()
    wanted: dict[str, Any] = {
        **_texts(record, "nom_usuel", "nom_patronymique", "prenom", "nir_certifie", "rang_naissance", "qualite", "ruf"),
        "adresse": lines,
        "cle_nir_certifie": _as_is(record.cle_nir_certifie) if record.nir_certifie or record.cle_nir_certifie else "",
        "date_certification": _day(record.date_certification),
        "date_naissance": _day(record.date_naissance),
        "nationalite": "",
        "service_amo": {
            "code": record.code_service_amo,
            **_period(record.debut_service_amo, record.fin_service_amo),
        },
        "droits": [_period(each.debut, each.fin) for each in holder.droits],
        "couvertures": [_couverture(each) for each in holder.couvertures],
        "autres_amc": [_amc(each) for each in holder.autres_amc],
        "identite": _identite(record, inscription),
    }
    if holder.mutuelle is not None:
        wanted["mutuelle"] = _mutuelle(holder.mutuelle, holder.periodes_mutuelle)
    if holder.amc is not None:
        wanted["amc"] = _amc(holder.amc)
    return wanted


def _identite(record: Beneficiaire, inscription: str) -> dict[str, str]:
    """The identity files have a fixed size: a name or number too long for them is cut there, and only there."""
    name = record.nom_usuel or record.nom_patronymique
    number = record.nir_certifie + record.cle_nir_certifie or inscription
    cut = {
        "nom": (name, NAME_WIDTH),
        "prenom": (record.prenom, NAME_WIDTH),
        "nir": (number, _NUMBER_LENGTH),
    }
    return {key: text[:width] for key, (text, width) in cut.items() if len(text) > width}


def _couverture(record: Couverture) -> dict[str, str]:
    return {**_period(record.debut, record.fin), **_texts(record, "ald", "situation")}


def _mutuelle(record: Mutuelle, periods: tuple[PeriodeMutuelle, ...]) -> dict[str, Any]:
    texts = _texts(record, *(field.name for field in fields(record)))
    return {**texts, "periodes": [_period(each.debut, each.fin) for each in periods]}


def _amc(record: Amc) -> dict[str, str]:
    names = (field.name for field in fields(record) if field.name not in {"debut", "fin"})
    return {**_texts(record, *names), **_period(record.debut, record.fin)}


def _texts(record: Assure | Beneficiaire | Couverture | Mutuelle | Amc, *names: str) -> dict[str, str]:
    return {name: getattr(record, name) for name in names}


def _period(debut: CardDate, fin: CardDate) -> dict[str, str]:
    return {"debut": _day(debut), "fin": _day(fin)}


def _day(on_card: CardDate) -> str:
    """The way a person writes this date in an image, where there is one that gives the same text on the card."""
    if on_card == NO_DATE:
        return ""
    if not (on_card.isascii() and on_card.isdigit() and len(on_card) in {6, 12}):
        return RAW + on_card
    if on_card.endswith("0000") and len(on_card) == 12:
        return f"{on_card[:4]}-{on_card[4:6]}-{on_card[6:8]}"
    return str(on_card)


def _as_is(key: str) -> str:
    return key if key and not key.startswith(RAW) else RAW + key
