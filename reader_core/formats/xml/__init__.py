"""A reading as the document of the API de lecture, `T_AsnDonneesVitale` in ISO-8859-1.

Only element names that are public are written (basis: observed); where a value goes that public sources do not settle is
this project's choice (basis: assumption). docs/formats.md has both, element by element.
"""

from __future__ import annotations

from reader_core.formats.xml.build import document_of
from reader_core.formats.xml.model import Amc, Amo, Beneficiaire, Cmu, DonneesVitale, Ident, ListeAt, Mutuelle
from reader_core.formats.xml.read import read_document
from reader_core.formats.xml.write import write_document
from reader_core.session import VitaleReading

__all__ = [
    "Amc",
    "Amo",
    "Beneficiaire",
    "Cmu",
    "DonneesVitale",
    "Ident",
    "ListeAt",
    "Mutuelle",
    "document_of",
    "dumps",
    "loads",
    "write_document",
]


def dumps(reading: VitaleReading) -> bytes:
    """Write the document of a reading.

    Without the protected data it lacks every `libelleExo`, and nothing else.

    Returns:
        The document with its XML declaration, in ISO-8859-1.
    """
    return write_document(document_of(reading))


def loads(raw: bytes) -> DonneesVitale:
    """Read a document back; `write_document` of it gives the same document again.

    Args:
        raw: the whole document, in the encoding that its declaration says.

    Raises:
        FormatError: `xml_invalid`, with the line, the column and the reason.
    """
    return read_document(raw)
