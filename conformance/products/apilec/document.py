"""The document `T_AsnDonneesVitale` as far as it has values of the card object.

Element names and their nesting are public (basis: observed). Capital letters and the depth of some leaves vary between versions,
so a leaf is found by its name, whatever its letters, anywhere in its block. Written from the element names alone: it shares
nothing with the reader core's own XML.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, fromstring

ROOT: Final = "T_AsnDonneesVitale"

PLACES: Final = (
    "assure.nir",
    "assure.cle",
    "assure.regime",
    "assure.caisse",
    "assure.centre",
    "assure.code_gestion",
    "accidents",
    "accidents[*].organisme",
    "accidents[1].identifiant",
    "accidents[2].identifiant",
    "beneficiaires",
    *(
        f"beneficiaires[*].{path}"
        for path in (
            "index",
            "nom_usuel",
            "nom_patronymique",
            "prenom",
            "naissance.en_carte",
            "naissance.date",
            "adresse",
            "nir_certifie",
            "cle_nir_certifie",
            "date_certification",
            "rang_naissance",
            "qualite",
            "droits",
            "droits[*].debut",
            "droits[*].fin",
            "exoneration",
            "exoneration.nature=aucune",
            "exoneration.libelle",
            "exoneration.avec",
            "mutuelle",
            "mutuelle.identification",
            "amc",
            "amc.numero_b2",
            "amc.code_routage",
            "amc.debut",
            "amc.fin",
            "amc.numero_adherent",
            "amc.indicateur_traitement",
        )
    ),
)
"""The values of the card object that the document has a place for."""


class DocumentError(Exception):
    """A text that is not the document; says why."""


def card_of(content: bytes) -> dict[str, Any]:
    """Read a document.

    Args:
        content: The document, with its XML declaration.

    Returns:
        The card object, with the keys of `PLACES` alone.

    Raises:
        DocumentError: It is not well-formed, or its root is another one.
    """
    try:
        root = fromstring(content)  # noqa: S314 - expat 2.4 and later bounds what entities grow to
    except (ParseError, LookupError, ValueError) as error:
        raise DocumentError(f"the document is no XML ({error})") from error
    if _name(root) != ROOT.lower():
        raise DocumentError(f"the document's root is {root.tag}, not {ROOT}")
    found = [each for each in root.iter() if _name(each) == "t_asnbeneficiaire"]
    first = found[0] if found else Element("nothing")
    number = _text(first, "nir")
    return {
        "assure": {
            "nir": number[:13],
            "cle": number[13:],
            "regime": _text(first, "codeRegime"),
            "caisse": _text(first, "caisse"),
            "centre": _text(first, "centreGestion"),
            "code_gestion": _text(first, "codeGestion"),
        },
        "accidents": [entry for each in found for entry in _accidents(each)],
        "beneficiaires": [_beneficiaire(index, each) for index, each in enumerate(found, 1)],
    }


def _beneficiaire(index: int, block: Element) -> dict[str, Any]:
    number = _text(block, "nirCertifie")
    return {
        "index": index,
        "nom_usuel": _text(block, "nomUsuel"),
        "nom_patronymique": _text(block, "nomPatronymique"),
        "prenom": _text(block, "prenomUsuel"),
        "naissance": {
            "en_carte": _text(block, "dateEnCarte"),
            "date": _day(_text(_block(block, "naissance"), "date")),
        },
        "adresse": [_text(block, f"ligne{line}") for line in range(1, 6)],
        "nir_certifie": number[:13],
        "cle_nir_certifie": number[13:],
        "date_certification": _day(_text(block, "dateCertification")),
        "rang_naissance": _text(block, "rangDeNaissance"),
        "qualite": _text(block, "qualBenef"),
        "droits": [_period(each) for each in _block(block, "listePeriodesDroits")],
        "exoneration": _exoneration(block),
        "mutuelle": _mutuelle(_find(block, "mutuelle")),
        "amc": _amc(_find(block, "amc")),
    }


def _exoneration(block: Element) -> dict[str, Any] | None:
    """No element: the protected data were not read. An empty one: nothing exempts. Else a label a line, of a nature not told."""
    element = _find(block, "libelleExo")
    if element is None:
        return None
    lines = [line.strip() for line in (element.text or "").splitlines() if line.strip()]
    return (
        {"nature": None, "libelle": lines[0], "avec": lines[1:]}
        if lines
        else {"nature": "aucune", "libelle": "", "avec": []}
    )


def _mutuelle(block: Element | None) -> dict[str, Any] | None:
    return None if block is None else {"identification": _text(block, "numIdent")}


def _amc(block: Element | None) -> dict[str, Any] | None:
    if block is None:
        return None
    return {
        "numero_b2": _text(block, "numComplB2"),
        "code_routage": _text(block, "codeRoutageFlux"),
        "numero_adherent": _text(block, "numAdherent"),
        "indicateur_traitement": _text(block, "indicTraitement"),
    } | _period(_block(block, "validiteDonnees"))


def _accidents(block: Element) -> Iterator[dict[str, Any]]:
    for name in ("at1", "at2", "at3"):
        if (entry := _find(_block(block, "listeat"), name)) is not None:
            yield {"organisme": _text(entry, "orgGestion"), "identifiant": _text(entry, "identifiant")}


def _period(block: Element) -> dict[str, str | None]:
    return {"debut": _day(_text(block, "debut")), "fin": _day(_text(block, "fin"))}


def _day(text: str) -> str | None:
    """`JJMMAAAA` as `AAAA-MM-JJ`; None for what is no day of the calendar, or has no century."""
    if len(text) != 8 or not text.isascii() or not text.isdigit():
        return None
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2])).isoformat()
    except ValueError:
        return None


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2].lower()


def _find(block: Element, name: str) -> Element | None:
    return next((each for each in block.iter() if _name(each) == name.lower() and each is not block), None)


def _block(block: Element, name: str) -> Element:
    """A block inside another one; an empty one where it is not there."""
    found = _find(block, name)
    return Element("nothing") if found is None else found


def _text(block: Element, name: str) -> str:
    """The text of a leaf; empty where it is not there."""
    return _block(block, name).text or ""
