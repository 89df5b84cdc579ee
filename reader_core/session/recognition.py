"""Which card this is, told by its answer to reset.

Source: the user-contributed list of pcsc-tools and the ANS's published CPS library (basis: observed). Which mask or
maker stands behind the varying byte of a Vitale 2 is not public, so every value seen, and its neighbours from 40 to 4F,
are taken (assumption).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """The two kinds of card this package reads."""

    VITALE = "vitale"
    CPS = "cps"


@dataclass(frozen=True, slots=True)
class CardProfile:
    """A kind of card.

    Attributes:
        name: as card images name it.
        title: for people.
        family: Vitale or CPS.
        pattern: its ATR as hexadecimal digits, a regular expression.
        cannot: why the card cannot open protected data of a Vitale, whoever holds it; empty when it can.
        remark: what to know about the profile when such a card answers otherwise than expected.
    """

    name: str
    title: str
    family: Family
    pattern: re.Pattern[str]
    cannot: str = ""
    remark: str = ""


def _profile(name: str, title: str, family: Family, pattern: str, cannot: str = "", *, remark: str = "") -> CardProfile:
    return CardProfile(name, title, family, re.compile(pattern.replace(" ", "")), cannot, remark)


PROFILES = (
    _profile("vitale2", "Vitale 2", Family.VITALE, "3B 75 13 00 00 4[0-9A-F] 09 [EF]A 90 00"),
    _profile(
        "vitale1",
        "Vitale 1",
        Family.VITALE,
        "3F 65 25 00 [0-9A-F]{2} 09 [0-9A-F]{2} 90 00",
        remark="the commands of a real Vitale 1 are not public, only the virtual one of docs/cards/vitale1.md is read",
    ),
    _profile("cps3", "CPS3", Family.CPS, "3B AC 00 40 2A 00 12 25 00 64 80 00 03 10 00 90 00"),
    _profile(
        "cps2ter",
        "CPS2 family",
        Family.CPS,
        "3B AC 00 40 2A 00 12 25 00 64 80 82 02 12 00 90 00",
        "it has no key with a certificate that a Vitale could verify, only files behind its code; use a CPS3 or a CPS4",
    ),
    _profile(
        "cps3-contactless",
        "CPS3, contactless",
        Family.CPS,
        "3B 8F 80 01 00 31 B8 64 04 B0 EC C1 73 94 01 80 (82 90 00 0E|FF FF FF E3)",
        "without contact a CPS3 takes no code and has one key only, which names the card and not its holder; "
        "put the card in a contact reader",
    ),
    _profile("cps4", "CPS4", Family.CPS, "3B 9B 18 80 01 00 12 25 00 64 80 (04 01 00 00|00 04 01 00) 90 44"),
    _profile("cps4", "CPS4, T=0 only", Family.CPS, "3B DC 18 FF 00 00 12 25 00 64 80 00 04 01 00 90 00"),
)


def recognise(atr: bytes) -> CardProfile | None:
    """Name the card that gave an ATR, or None for a card this package does not know.

    Args:
        atr: the answer to reset, 2 to 33 bytes.
    """
    digits = atr.hex().upper()
    return next((profile for profile in PROFILES if profile.pattern.fullmatch(digits)), None)
