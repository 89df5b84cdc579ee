"""What the technical files of a carte Vitale hold: its number, its directory, its certificate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pan:
    """File PAN: the number of the card as 20 hexadecimal digits; the last one is a filler F, the one before a Luhn digit."""

    numero: str = ""


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """One application named by EF.DIR (ISO/IEC 7816-4 application template)."""

    aid: bytes = b""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Certificat:
    """A card-verifiable certificate, as far as public readers name its parts."""

    signature: bytes = b""
    residu: bytes = b""
