"""The certificates of the test PKI, as a table: who issues what to whom, with which number and dates.

Every person is invented. Numbers and dates are fixed, so that the same keys always give the same certificates, byte
for byte.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from emulator.pki.attributes import CpxAttributes

ORGANISATION: Final = "VITALE-TESTBED - NOT FOR PRODUCTION"
CRL_NUMBER: Final = 1


def _utc(year: int, month: int, day: int, *, end: bool = False) -> datetime:
    return datetime(year, month, day, 23, 59, 59, tzinfo=UTC) if end else datetime(year, month, day, tzinfo=UTC)


GOOD_FROM: Final = _utc(2020, 1, 1)
GOOD_UNTIL: Final = _utc(2099, 12, 31, end=True)
AUTHORITY_FROM: Final = _utc(2015, 1, 1)
"""Authorities start earlier than good cards: the expired card of 2015 must have had a valid issuer."""
REVOKED_ON: Final = _utc(2020, 6, 1)
"""Also the date of the revocation lists: a reader finds them current on any later day."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A certification authority; `issuer` is its own name for a root."""

    name: str
    common_name: str
    serial: int
    issuer: str


@dataclass(frozen=True, slots=True)
class Professional:
    """A professional card: two certificates, for signature (`serial`) and for authentication (`serial` + 1)."""

    name: str
    serial: int
    surname: str
    given_name: str
    identifier: str
    profession: str
    attributes: CpxAttributes
    issuer: str = "ca"
    valid_from: datetime = GOOD_FROM
    valid_until: datetime = GOOD_UNTIL
    revoked_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class Technical:
    """A card without its holder: one certificate, for authentication, whose key asks for no code.

    It says which card this is and has none of the attributes by which a Vitale knows a professional (assumption: what a real
    one holds is not public).
    """

    name: str
    serial: int
    common_name: str
    issuer: str = "ca"


AUTHORITIES: Final = (
    Authority("root", "VITALE-TESTBED TEST ROOT - NOT FOR PRODUCTION", 1, "root"),
    Authority("ca", "VITALE-TESTBED TEST CA - NOT FOR PRODUCTION", 2, "root"),
    Authority("untrusted-root", "VITALE-TESTBED UNTRUSTED ROOT - NOT FOR PRODUCTION", 1, "untrusted-root"),
    Authority("untrusted-ca", "VITALE-TESTBED UNTRUSTED CA - NOT FOR PRODUCTION", 2, "untrusted-root"),
)

_PHYSICIAN = "Médecin"
_CPS = CpxAttributes("80", "00", "00")

PROFESSIONALS: Final = (
    Professional("cps", 0x1001, "VALBREUSE", "Hélène", "899799900016", _PHYSICIAN, _CPS),
    Professional(
        "cpf", 0x1003, "QUERMOND", "Théo", "899799900024", "Médecin en formation", CpxAttributes("80", "01", "00")
    ),
    Professional(
        "cpe", 0x1005, "SORLINGE", "Aïcha", "399000001133", "Personnel d'établissement", CpxAttributes("80", "02", "00")
    ),
    Professional(
        "cde",
        0x1007,
        "ANTRAIGNE",
        "Odile",
        "399000001141",
        "Directeur d'établissement",
        CpxAttributes("80", "02", "01"),
    ),
    Professional(
        "cpa", 0x1009, "BRIVESAC", "Loïc", "399000001158", "Personnel autorisé", CpxAttributes("80", "03", "00")
    ),
    Professional(
        "cps-expiree",
        0x100B,
        "MONTFERRIEL",
        "Gérard",
        "899799900065",
        _PHYSICIAN,
        _CPS,
        valid_from=_utc(2015, 1, 1),
        valid_until=_utc(2019, 12, 31, end=True),
    ),
    Professional("cps-revoquee", 0x100D, "ESCLANGRE", "Maud", "899799900073", _PHYSICIAN, _CPS, revoked_on=REVOKED_ON),
    Professional(
        "cps-reelle", 0x100F, "RIVECOURTE", "Noé", "899799900081", _PHYSICIAN, CpxAttributes("00", "00", "00")
    ),
    Professional("cps-inconnue", 0x1011, "ZELTHIER", "Inès", "899799900099", _PHYSICIAN, _CPS, issuer="untrusted-ca"),
)

TECHNICAL: Final = Technical("technique", 0x2001, "TECHNIQUE 99900022")
"""The contactless side of a CPS3."""
