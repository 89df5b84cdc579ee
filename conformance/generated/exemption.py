"""What exempts a beneficiary on a day, worked out from the plain fields of an image by docs/4.10.md alone.

This is the oracle of the generated cards. It shares no code with the reader core: where the two disagree, one of them, or the page, is wrong.
It is made for legal images, whose dates are days of the calendar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from conformance.generated.tables import Situation, tables
from emulator.vitale2.sections import CouvertureSection, MaterniteSection, PeriodeSection
from fixtures.vitale import Api

ORDER: Final = ("ald", "regime_special", "exonere", "regime_local", "fsv", "non_rembourse", "inconnue", "aucune")
"""Which nature goes before which on one day (docs/4.10.md, after a published specification)."""

WHOLE: Final = frozenset({"ald", "exonere", "regime_special"})
"""What goes before the maternity by the rules before 4.10."""

ALD: Final = ("ald", "affection")
MATERNITY: Final = ("maternité", "grossesse")
_PRISONER: Final = ("tiers payant intégral", "détenu", "prise en charge à 100")
_DAYS_AFTER: Final = 12
_MONTHS_BEFORE: Final = 4


@dataclass(frozen=True, slots=True)
class Exemption:
    """What a product must show.

    Attributes:
        code: The code couverture in force, None where no period covers the day.
        nature: Kind of exemption.
        connu: Whether the code is a known one.
        justificatif: One character, or None.
        taux: Per cent, or None.
        insurance: Nature of insurance (B2), or None.
        debut: First day of the period, None for an open one.
        fin: Last day.
        mots: Beginnings of words of which the label has one; empty: any label will do.
        avec: The same for each label that stands beside it.
    """

    code: str | None = None
    nature: str = "aucune"
    connu: bool = True
    justificatif: str | None = None
    taux: int | None = None
    insurance: str | None = None
    debut: date | None = None
    fin: date | None = None
    mots: tuple[str, ...] = ()
    avec: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Confinement:
    """The period of the maternity insurance, both ends included."""

    debut: date
    fin: date


def day(written: str) -> date | None:
    """The day that an image's field means; None for an open end."""
    return date.fromisoformat(written) if written else None


def covers(period: PeriodeSection, on: date) -> bool:
    """Whether a period holds on a day, its first and last day included."""
    debut, fin = day(period.debut), day(period.fin)
    return (debut is None or debut <= on) and (fin is None or on <= fin)


def read_code(regime: str, period: CouvertureSection, api: Api) -> Exemption:
    """What one period of a code couverture says, in force or not."""
    row = tables().situation(period.situation)
    code = period.ald + period.situation
    here = Exemption(code=code, debut=day(period.debut), fin=day(period.fin))
    insurance = None if row is None else "13" if row.local else "10"
    if regime == "05" and api == "before" and period.ald == "0":
        return replace(
            here,
            nature="regime_special",
            connu=row is not None,
            justificatif="5",
            taux=100,
            insurance=insurance,
            mots=("ratp",),
        )
    if row is None or period.ald not in {"0", "1", "2", "3"}:
        return replace(here, nature="inconnue", connu=False, mots=("inconnu", code))
    if period.ald == "0":
        return replace(
            here,
            nature=row.nature,
            justificatif=row.justificatif,
            taux=None if row.ordinaire and api == "4.10" else row.taux,
            insurance=insurance,
            mots=_label(row, api),
        )
    unpaid = row.nature == "non_rembourse"
    return replace(
        here,
        nature="ald",
        justificatif="4",
        taux=0 if unpaid else 100,
        insurance=insurance,
        mots=ALD,
        avec=() if unpaid or _silent_beside_ald(row, api) else (_label(row, api),),
    )


def exemption(
    regime: str,
    code_gestion: str,
    couvertures: Sequence[CouvertureSection],
    maternite: MaterniteSection | None,
    on: date,
    api: Api,
) -> Exemption:
    """What exempts a beneficiary on a day.

    Args:
        regime: Two digits.
        code_gestion: Of the insured person.
        couvertures: The beneficiary's periods.
        maternite: The beneficiary's maternity, if any.
        on: Day of the reading.
        api: The rules.
    """
    found = sorted(in_force(regime, couvertures, on, api), key=lambda one: ORDER.index(one.nature))
    main = found[0] if found else Exemption()
    beside = [*main.avec, *(words for one in found[1:] for words in _shown(one))]
    period = confinement(maternite, api)
    if period is not None and period.debut <= on <= period.fin:
        if api == "before" and main.nature in WHOLE:
            beside.append(MATERNITY)
        else:
            beside = [*_shown(replace(main, avec=tuple(beside)))]
            main = Exemption(
                code=main.code,
                connu=main.connu,
                nature="maternite",
                justificatif="0",
                taux=100,
                insurance="30",
                debut=period.debut,
                fin=period.fin,
                mots=("maternité",) if api == "4.10" else ("grossesse",),
            )
    if (regime, code_gestion) == ("01", "65"):
        beside.append(_PRISONER)
    return replace(main, avec=tuple(beside))


def in_force(regime: str, couvertures: Sequence[CouvertureSection], on: date, api: Api) -> list[Exemption]:
    """What each period that covers the day says, in the card's order."""
    return [read_code(regime, one, api) for one in couvertures if covers(one, on)]


def confinement(maternite: MaterniteSection | None, api: Api) -> Confinement | None:
    """The period of the maternity insurance (CSS L.331-2 and D.331-1)."""
    if maternite is None:
        return None
    expected, delivered = day(maternite.date_presumee), day(maternite.date_accouchement)
    end = delivered or expected
    if end is None:
        return None
    begin = end if expected is None else min(four_months_earlier(expected), end)
    return Confinement(begin, end + timedelta(days=_DAYS_AFTER) if api == "4.10" else end)


def four_months_earlier(expected: date) -> date:
    """The same day four months earlier; the last of that month where it has no such day."""
    month = expected.month - _MONTHS_BEFORE
    year = expected.year if month > 0 else expected.year - 1
    month = month if month > 0 else month + 12
    for number in range(expected.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError(expected)  # every month has a first day


def _label(row: Situation, api: Api) -> tuple[str, ...]:
    if row.code == "0700" and api == "before":
        return ("réseau",)
    if row.ordinaire:
        return ("uncam",) if api == "4.10" else ("décret",)
    return row.mots


def _silent_beside_ald(row: Situation, api: Api) -> bool:
    return row.nature == "aucune" or (row.code == "0700" and api == "before")


def _shown(one: Exemption) -> tuple[tuple[str, ...], ...]:
    """The labels worth showing beside another: that nothing exempts is not one."""
    return one.avec if one.nature == "aucune" else (one.mots, *one.avec)
