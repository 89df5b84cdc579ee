"""The four things an access depends on: what is done, with which professional card, in which state, on cards of which kind.

The functions are those of the GIE SESAM-Vitale's leaflet on API de lecture Vitale 4.10 (free data, protected data, printing,
exporting; basis: observed). There is none that changes anything on a card.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reader_core.records.cps import CpxType


class Function(StrEnum):
    """What a program asks for."""

    READ_IDENTITY = "read_identity"
    """Registration number and civil status: groups 101 and 104."""
    READ_RIGHTS = "read_rights"
    """Régime, caisse, periods of rights, services of the AMO, accidents, common zone: groups 101 to 103, 105 and 111."""
    READ_COMPLEMENTARY = "read_complementary"
    """Complementary cover: groups 107, 108 and 109."""
    READ_EXEMPTIONS = "read_exemptions"
    """Protected: code couverture and exemption of the ticket modérateur, group 106."""
    READ_MATERNITY = "read_maternity"
    """Protected: the maternity record."""
    READ_PROFESSIONAL = "read_professional"
    """Who holds the professional card."""
    READ_SITUATIONS = "read_situations"
    """The holder's activities and situations of work and billing."""
    PRINT = "print"
    """The printable sheet, as a page or as a PDF."""
    EXPORT_JSON = "export_json"
    EXPORT_XML = "export_xml"
    EXPORT_SSV = "export_ssv"
    EXPORT_CSV = "export_csv"


EXPORTS: Final = {
    "sheet": Function.PRINT,
    "pdf": Function.PRINT,
    "json": Function.EXPORT_JSON,
    "xml": Function.EXPORT_XML,
    "ssv": Function.EXPORT_SSV,
    "csv": Function.EXPORT_CSV,
}
"""The function that a format of `reader_core.formats` is, by the format's name. What is shown on a screen is the reading itself."""


class CardType(StrEnum):
    """The professional card beside the Vitale."""

    NONE = "none"
    CPS = "CPS"
    CPF = "CPF"
    CPE = "CPE"
    CDE = "CDE"
    CPA = "CPA"
    CSA = "CSA"
    UNKNOWN = "unknown"
    """A card is there, and it is none of these, or cannot be read."""


class PinState(StrEnum):
    """What became of the professional card's confidential code."""

    NOT_PRESENTED = "not_presented"
    VERIFIED = "verified"
    WRONG = "wrong"
    BLOCKED = "blocked"


class Category(StrEnum):
    """Test cards and real cards, the Vitale's first."""

    TEST = "test/test"
    REAL = "real/real"
    MIXED = "mixed"


class Check(StrEnum):
    """What the reader looks at on a professional card, beside what the card says it is."""

    CHAIN = "chain"
    """A recognised authority issued its certificate, which names the same holder as its free data: else `chain_untrusted`."""
    VALIDITY = "validity"
    """Certificate and card are valid on the day of the reading: else `cps_expired`."""
    REVOCATION = "revocation"
    """Its authority has not revoked it, on or before that day: else `cps_revoked`."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The cards, as they are when a function is asked for.

    Attributes:
        card: the professional card.
        pin: its code.
        category: test cards, real cards, or one of each.
    """

    card: CardType = CardType.NONE
    pin: PinState = PinState.NOT_PRESENTED
    category: Category = Category.REAL


def card_type_of(named: CpxType | None) -> CardType:
    """The type of a card that was read; a type that nobody published is `unknown`."""
    return CardType.UNKNOWN if named is None else CardType(named.value)


def category_of(*, vitale_is_test: bool | None, cps_is_test: bool | None) -> Category:
    """Put the categories of the two cards together.

    A card that is not there, or does not say, is of the other's category: the Vitale judges it itself before it opens a
    file. Where neither says, the cards are taken for real ones.

    Args:
        vitale_is_test: whether the Vitale is a test card; None where that is not known.
        cps_is_test: whether the professional card is one (category 8x); None where there is none, or that is not known.
    """
    known = {each for each in (vitale_is_test, cps_is_test) if each is not None}
    if len(known) == 2:
        return Category.MIXED
    return Category.TEST if True in known else Category.REAL
