"""A reading as the document of the API de lecture, `T_AsnDonneesVitale` in ISO-8859-1.

Only element names that are public are written (basis: observed); where a value goes that public sources do not settle is
this project's choice (basis: assumption). docs/formats.md has both, element by element.
"""

from __future__ import annotations

from reader_core.formats.xml.build import document_of
from reader_core.formats.xml.model import DonneesVitale
from reader_core.formats.xml.write import write_document
from reader_core.session import VitaleReading

__all__ = ["DonneesVitale", "document_of", "dumps", "write_document"]


def dumps(reading: VitaleReading) -> bytes:
    """Write the document of a reading.

    Without the protected data it lacks every `libelleExo`, and nothing else.

    Returns:
        The document with its XML declaration, in ISO-8859-1.
    """
    return write_document(document_of(reading))
