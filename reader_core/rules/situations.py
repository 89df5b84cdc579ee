"""What a `code situation` means: one row each, as data.

A code couverture on the card is one character of ALD and four of situation, of which the first two name a table that
several régimes share. The codes and the justificatif come from a public reference table (basis: observed); every label
is worded by this project. Rates are those of a practitioner's act, in per cent.

The published table also holds rows that are software's own (leading 9 of five characters, 0999x, 01234, 082MO): they
never stand on a card and are left out. Codes seen on test cards whose meaning nothing public gives (0402, 0410 to 0413,
0900 to 0904) are left out as well: what is unknown is shown as unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reader_core.rules.basis import COVERAGE_TABLE, Sourced


class Nature(StrEnum):
    """What kind of exemption applies, or that none does, or that nobody can say."""

    AUCUNE = "aucune"
    ALD = "ald"
    EXONERE = "exonere"
    REGIME_SPECIAL = "regime_special"
    FSV = "fsv"
    REGIME_LOCAL = "regime_local"
    MATERNITE = "maternite"
    NON_REMBOURSE = "non_rembourse"
    INCONNUE = "inconnue"


@dataclass(frozen=True, slots=True)
class Situation:
    """One row: a situation without ALD.

    Attributes:
        code: four digits: two of the table, two of the situation.
        nature: what kind of exemption this is.
        justificatif: the justification of the exemption of the ticket modérateur (B2 annex 9), one character.
        libelle: what to show, in French, in this project's words.
        taux: rate for a practitioner's act, in per cent.
        ordinaire: whether the rate is the ordinary one, which the UNCAM decides since CSS R.322-1.
        local: whether the local scheme of Alsace-Moselle stands behind it, whatever else exempts.
        source: where the code and its justificatif are found.
    """

    code: str
    nature: Nature
    justificatif: str
    libelle: str
    taux: int
    ordinaire: bool = False
    local: bool = False
    source: Sourced = COVERAGE_TABLE


_NON_EXONERE = "Assurance maladie, sans exonération"
_MILITAIRE = "Pension militaire d'invalidité (article L. 115) : exonération pour toutes les prestations"
_INVALIDITE = "Pension d'invalidité ou rente AT : exonération du ticket modérateur"
_SAUF = "Exonération du ticket modérateur, sauf médicaments remboursés à 30 % ou à 15 %"
_FSV = "Fonds de solidarité vieillesse (FSV) : participation réduite"
_ALSACE = "Régime local d'Alsace-Moselle"
_FRONTALIER = "Régime local d'Alsace-Moselle, travailleurs frontaliers"
_AGRICOLE = "Régime local d'Alsace-Moselle, soins pour accident non couvert"
_NON_REMBOURSE = "Régime réduit : soins non remboursés"


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]


def _ordinary(code: str, libelle: str = _NON_EXONERE) -> Situation:
    return Situation(code, Nature.AUCUNE, "0", libelle, 70, ordinaire=True)


def _plain(code: str, libelle: str, taux: int) -> Situation:
    return Situation(code, Nature.AUCUNE, "0", libelle, taux)


def _exempt(code: str, libelle: str) -> Situation:
    return Situation(code, Nature.EXONERE, "5", libelle, 100)


def _local_exempt(code: str, libelle: str) -> Situation:
    return Situation(code, Nature.EXONERE, "5", libelle, 100, local=True)


def _special(code: str, libelle: str) -> Situation:
    return Situation(code, Nature.REGIME_SPECIAL, "6", libelle, 100)


def _fsv(code: str, taux: int = 80, libelle: str = _FSV) -> Situation:
    return Situation(code, Nature.FSV, "9", libelle, taux)


def _local(code: str, libelle: str) -> Situation:
    return Situation(code, Nature.REGIME_LOCAL, "0", libelle, 90, local=True)


_ROWS = (
    # 01: the general scheme's table, shared by 01 03 05 06 08 12 14 15 16 17 and 91 to 99.
    _ordinary("0100"),
    _exempt("0101", _MILITAIRE),
    _exempt("0102", _INVALIDITE),
    _exempt("0103", _SAUF),
    _fsv("0104"),
    _local("0105", f"{_ALSACE} : sans autre exonération"),
    _local_exempt("0106", f"{_ALSACE}, {_lower(_INVALIDITE)}"),
    _local_exempt("0107", f"{_ALSACE} : {_lower(_SAUF)}"),
    _local("0108", f"{_FRONTALIER} : sans autre exonération"),
    _local_exempt("0109", f"{_FRONTALIER}, {_lower(_INVALIDITE)}"),
    _local_exempt("0110", f"{_FRONTALIER} : {_lower(_SAUF)}"),
    # 02: agricultural scheme.
    _ordinary("0200"),
    _exempt("0201", _MILITAIRE),
    _exempt("0202", _INVALIDITE),
    _exempt("0203", _SAUF),
    _fsv("0204"),
    _local("0205", f"{_ALSACE} : sans autre exonération"),
    _local_exempt("0206", f"{_ALSACE}, {_lower(_INVALIDITE)}"),
    _local_exempt("0207", f"{_ALSACE} : {_lower(_SAUF)}"),
    _local("0225", f"{_AGRICOLE} : sans autre exonération"),
    _local_exempt("0226", f"{_AGRICOLE} : exonération du ticket modérateur"),
    _local_exempt("0227", f"{_AGRICOLE} : {_lower(_SAUF)}"),
    # 03: published without a régime that uses it (régime 03 cards carry the 01 table).
    _ordinary("0300"),
    _ordinary("0301", f"{_NON_EXONERE} (biologie)"),
    _exempt("0302", _SAUF),
    _exempt("0303", f"{_SAUF} (biologie)"),
    _fsv("0304"),
    # 04: SNCF.
    _plain("0400", "Régime spécial de la SNCF, sans exonération", 75),
    _special("0401", "Régime spécial de la SNCF : exonération du ticket modérateur"),
    _ordinary("0403", f"{_NON_EXONERE} (SNCF, taux du régime général)"),
    _exempt("0404", _MILITAIRE),
    _exempt("0405", _SAUF),
    _exempt("0406", f"SNCF, régime des subsistants, {_lower(_INVALIDITE)}"),
    _local_exempt("0407", f"SNCF, {_lower(_ALSACE)}, {_lower(_INVALIDITE)}"),
    _local("0408", f"SNCF, {_lower(_ALSACE)} : sans autre exonération"),
    _fsv("0409", libelle=f"SNCF, régime des subsistants, {_lower(_FSV)}"),
    _plain("0414", "Régime spécial de la SNCF, prise en charge à 100 %, sans exonération", 100),
    _exempt("0415", "Régime spécial de la SNCF, prise en charge à 100 %, exonération du ticket modérateur"),
    # 05: RATP's own table; older RATP cards carry 0100.
    _ordinary("0500"),
    _exempt("0501", _MILITAIRE),
    _exempt("0502", _INVALIDITE),
    _exempt("0503", _SAUF),
    _fsv("0504"),
    # 07: Mines.
    _special("0700", "Régime minier : exonération du ticket modérateur"),
    # 10: clercs de notaires, with a scale of rates of its own.
    _plain("1000", "Régime des clercs et employés de notaires, sans exonération", 85),
    _exempt("1001", _MILITAIRE),
    _exempt("1002", _INVALIDITE),
    _exempt("1003", _SAUF),
    _fsv("1004", 85),
    # 16: Port autonome de Bordeaux; older cards carry 0100.
    _ordinary("1600"),
    _exempt("1601", _MILITAIRE),
    _exempt("1602", _INVALIDITE),
    _exempt("1603", _SAUF),
    # 90: cultes.
    _ordinary("9000"),
    _exempt("9001", _MILITAIRE),
    _exempt("9002", _INVALIDITE),
    _exempt("9003", _SAUF),
    _fsv("9004"),
    *(Situation(f"90{n}", Nature.NON_REMBOURSE, "0", _NON_REMBOURSE, 0) for n in range(20, 25)),
)

SITUATIONS: dict[str, Situation] = {row.code: row for row in _ROWS}
"""Every situation a card can carry whose meaning is public, by its four digits."""

ALD_NONE = "0"
ALD_KNOWN = frozenset("123")
"""The ALD characters that mean an ALD (on the list, off it, several: which is which is not public, and does not matter
here: assumption). 4 was seen once and nobody explains it: it stays unknown."""

MINES = "0700"
"""The situation of the Mines scheme (basis: observed)."""
