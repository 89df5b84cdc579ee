"""Which exemption applies on a day: the card's coverage periods and maternity, read by the rules of an API.

The rules that differ between `before` and `4.10` are those of docs/4.10.md, one function each here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from reader_core.records import Couverture, Maternite
from reader_core.rules.affiliation import statut_particulier
from reader_core.rules.basis import PROJECT, Api, Sourced
from reader_core.rules.maternity import maternity_period
from reader_core.rules.periods import covers
from reader_core.rules.situations import ALD_KNOWN, ALD_NONE, MINES, SITUATIONS, Nature, Situation

RATP = "05"
ALD_LIBELLE = "Affection de longue durée (ALD) : soins en rapport pris en charge à 100 %"
ALD_NON_REMBOURSE = "Affection de longue durée (ALD), régime réduit : soins non remboursés"
UNCAM_BEFORE = "{} : taux fixé par décret (70 % pour un praticien)"
UNCAM_410 = "{} : taux fixé par décision de l'UNCAM"
MINES_BEFORE = "Régime minier : exonération limitée au réseau de soins propre au régime"
RATP_BEFORE = "Régime spécial de la RATP : exonération du ticket modérateur pour tous ses affiliés"
NO_PERIOD = "Aucun code couverture en cours à la date de lecture"

_ORDER = (
    # ALD before the Mines scheme is this project's decision (10700 has justificatif 4 in the public table); the rest
    # follows the order of a published specification, and what nobody knows is never hidden behind "no exemption".
    Nature.ALD,
    Nature.REGIME_SPECIAL,
    Nature.EXONERE,
    Nature.REGIME_LOCAL,
    Nature.FSV,
    Nature.NON_REMBOURSE,
    Nature.INCONNUE,
    Nature.AUCUNE,
)
ORDER_SOURCE = PROJECT
ALD_SOURCE = Sourced("observed", "public table of code couverture: leading 1 is justificatif 4 (19020: 0 %)")
MALADIE = "10"
MALADIE_LOCAL = "13"
MATERNITE = "30"
"""Natures of insurance (B2): sickness, sickness in the local scheme of Alsace-Moselle, maternity (basis: observed)."""
_WHOLE = frozenset({Nature.ALD, Nature.REGIME_SPECIAL, Nature.EXONERE})
"""What already exempts from the whole participation, so that the maternity of `before` adds nothing to it."""


@dataclass(frozen=True, slots=True)
class Exoneration:
    """What applies on a day.

    Attributes:
        code_couverture: the code in force, ALD character first; None when no period covers the day.
        connu: whether that code is one this reader knows.
        nature: what kind of exemption it is.
        justificatif: justification of the exemption (B2 annex 9), or None where the code does not say.
        libelle: what to show, in French.
        taux_standard: rate for a practitioner's act in per cent, or None where the card does not decide it.
        debut: first day of the period, None when open.
        fin: last day of the period, None when open.
        avec: labels that also apply, in order.
        nature_assurance: nature of insurance (B2) that goes with it, or None where the code does not say.
    """

    code_couverture: str | None
    connu: bool
    nature: Nature
    justificatif: str | None
    libelle: str
    taux_standard: int | None
    debut: date | None = None
    fin: date | None = None
    avec: tuple[str, ...] = ()
    nature_assurance: str | None = None


def exoneration(
    regime: str,
    couvertures: tuple[Couverture, ...],
    maternite: Maternite | None,
    on: date,
    api: Api,
    code_gestion: str = "",
) -> Exoneration:
    """Say which exemption applies to a beneficiary on a day.

    Args:
        regime: the two digits of the régime.
        couvertures: the beneficiary's coverage periods, as on the card.
        maternite: the beneficiary's maternity record, if any.
        on: the day of the reading.
        api: which rules apply.
        code_gestion: the insured person's, which tells a prisoner.

    Returns:
        The exemption that comes first, with the labels of the others in `avec`.
    """
    found = [read_code(regime, period, api) for period in couvertures if covers(period.debut, period.fin, on)]
    found.sort(key=lambda each: _ORDER.index(each.nature))
    main = found[0] if found else Exoneration(None, True, Nature.AUCUNE, None, NO_PERIOD, None)
    others = [label for each in found[1:] for label in _labels(each)]
    main = replace(main, avec=_unique(main.libelle, (*main.avec, *others)))
    main = _with_maternity(main, maternite, on, api)
    status = statut_particulier(regime, code_gestion)
    if status is None or status.exoneration is None:
        return main
    return replace(main, avec=_unique(main.libelle, (*main.avec, status.exoneration)))


def read_code(regime: str, period: Couverture, api: Api) -> Exoneration:
    """Read one coverage period by the table, whether or not it is in force.

    Args:
        regime: the two digits of the régime; only the RATP of `before` depends on it.
        period: the period with its ALD character and situation.
        api: which rules apply.
    """
    row = SITUATIONS.get(period.situation)
    if api == "before" and regime == RATP and period.ald == ALD_NONE:
        known = row is not None
        read = Exoneration(
            period.code, known, Nature.REGIME_SPECIAL, "5", RATP_BEFORE, 100, nature_assurance=_insurance(row)
        )
    elif row is None or (period.ald != ALD_NONE and period.ald not in ALD_KNOWN):
        shown = f"Code couverture {period.code} inconnu : droits à vérifier auprès de la caisse"
        read = Exoneration(period.code, False, Nature.INCONNUE, None, shown, None)
    elif period.ald == ALD_NONE:
        read = Exoneration(
            period.code,
            True,
            row.nature,
            row.justificatif,
            _label(row, api),
            _rate(row, api),
            nature_assurance=_insurance(row),
        )
    else:
        unpaid = row.nature is Nature.NON_REMBOURSE
        read = Exoneration(
            period.code,
            True,
            Nature.ALD,
            "4",
            ALD_NON_REMBOURSE if unpaid else ALD_LIBELLE,
            0 if unpaid else 100,
            avec=() if unpaid else _beside_ald(row, api),
            nature_assurance=_insurance(row),
        )
    return replace(read, debut=period.debut.as_date(), fin=period.fin.as_date())


def _insurance(row: Situation | None) -> str | None:
    """The local scheme stays behind an ALD, too (assumption); a code nobody knows says nothing."""
    if row is None:
        return None
    return MALADIE_LOCAL if row.local else MALADIE


def _label(row: Situation, api: Api) -> str:
    if row.ordinaire:
        return (UNCAM_410 if api == "4.10" else UNCAM_BEFORE).format(row.libelle)
    if row.code == MINES and api == "before":
        return MINES_BEFORE
    return row.libelle


def _rate(row: Situation, api: Api) -> int | None:
    return None if row.ordinaire and api == "4.10" else row.taux


def _beside_ald(row: Situation, api: Api) -> tuple[str, ...]:
    # Care that has nothing to do with the ALD follows the base situation: its label stands beside, unless it exempts
    # from nothing. The Mines label of `before` was bound to the scheme's own network and did not stand there.
    if row.nature is Nature.AUCUNE or (row.code == MINES and api == "before"):
        return ()
    return (_label(row, api),)


def _with_maternity(main: Exoneration, maternite: Maternite | None, on: date, api: Api) -> Exoneration:
    period = maternity_period(maternite, api)
    if period is None or not period.covers(on):
        return main
    if api == "before" and main.nature in _WHOLE:
        return replace(main, avec=_unique(main.libelle, (*main.avec, period.libelle)))
    return Exoneration(
        main.code_couverture,
        main.connu,
        Nature.MATERNITE,
        "0",
        period.libelle,
        100,
        period.debut,
        period.fin,
        _unique(period.libelle, (*_labels(main), *main.avec)),
        MATERNITE,
    )


def _labels(read: Exoneration) -> tuple[str, ...]:
    """The labels worth showing beside another: "no exemption" is not one."""
    return read.avec if read.nature is Nature.AUCUNE else (read.libelle, *read.avec)


def _unique(first: str, labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(label for label in dict.fromkeys(labels) if label != first)
