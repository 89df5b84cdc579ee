"""The right to CMU-C, to the complémentaire santé solidaire (C2S) after it, and to AME: from the free data of the card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from reader_core.records import Mutuelle, PeriodeMutuelle, ServiceAmo
from reader_core.rules.basis import Sourced
from reader_core.rules.periods import covers

Gestion = Literal["caisse", "organisme_complementaire", "sortie", "ame"]
"""Who runs the complementary cover; `sortie`: it is ending; `ame`: it is AME."""

Origine = Literal["beneficiaire", "famille", "mutuelle"]
"""Which group of the card says it: 104, 102 or 107."""

_FIDES = Sourced("observed", "published functional specification of hospital billing (FIDES), values of typeCMU")
CHOICE = Sourced(
    "assumption",
    "the beneficiary's own service (the family's where that is empty), then the mutuelle: nothing public ranks them",
)

C2S_SINCE = date(2020, 1, 1)
"""From this day on the labels say C2S (basis: observed; the C2S itself began on 1 November 2019, basis: assumption)."""


@dataclass(frozen=True, slots=True)
class TypeCmu:
    """One label of a kind of complementary cover, and when it is the one to show.

    Attributes:
        gestion: who runs the cover.
        libelle: the words that programs compare, as the API de lecture gives them in `typeCMU`.
        debut: first day; None for always before.
        fin: last day; None for no end.
        sourced: where the words are known from.
    """

    gestion: Gestion
    libelle: str
    debut: date | None
    fin: date | None
    sourced: Sourced = _FIDES


_LAST_OF_CMU = date(2019, 12, 31)

TYPES_CMU: tuple[TypeCmu, ...] = (
    TypeCmu("caisse", "COUVERTURE COMPLEMENTAIRE CMU gérée par votre caisse d'Assurance Maladie", None, _LAST_OF_CMU),
    TypeCmu(
        "organisme_complementaire",
        "COUVERTURE COMPLEMENTAIRE CMU gérée par un organisme complémentaire",
        None,
        _LAST_OF_CMU,
    ),
    TypeCmu("caisse", "COMPLEMENTAIRE SANTE SOLIDAIRE gérée par votre caisse d'Assurance Maladie", C2S_SINCE, None),
    TypeCmu(
        "organisme_complementaire",
        "COMPLEMENTAIRE SANTE SOLIDAIRE gérée par un organisme complémentaire",
        C2S_SINCE,
        None,
    ),
)
"""The words of `typeCMU`, which other programs compare; `sortie` and `ame` have none that is public."""

SERVICES: dict[str, Gestion] = {
    "01": "caisse",
    "02": "organisme_complementaire",
    "03": "organisme_complementaire",
    "10": "sortie",
}
"""What a code service AMO says (basis: observed). 00 is none; 11 was seen and nobody explains it."""

ORGANISMES: dict[str, Gestion] = {
    "99999997": "caisse",
    "88888888": "organisme_complementaire",
    "75500017": "ame",
}
"""What the identification of group 107 says (basis: observed); any other is a mutuelle like any other."""


@dataclass(frozen=True, slots=True)
class DroitComplementaire:
    """The complementary cover that the compulsory insurance knows of.

    Attributes:
        origine: which group of the card says it.
        code: the code service AMO, or the identification of the mutuelle.
        gestion: who runs it, or None for a code nobody explains.
        libelle: the words of `typeCMU` on the day of the reading; None where no public words are known.
        debut: first day, None when open.
        fin: last day, None when open.
        en_cours: whether the day of the reading lies in the period.
    """

    origine: Origine
    code: str
    gestion: Gestion | None
    libelle: str | None
    debut: date | None
    fin: date | None
    en_cours: bool


def type_cmu(code: str, on: date) -> str | None:
    """Give the words of `typeCMU` for a code service AMO, or None for one that gives no cover or has no public words.

    Args:
        code: the two digits of the code service AMO.
        on: the day of the reading.
    """
    return _words(SERVICES.get(code), on)


def _words(gestion: Gestion | None, on: date) -> str | None:
    for each in TYPES_CMU:
        if (
            each.gestion == gestion
            and (each.debut is None or each.debut <= on)
            and (each.fin is None or on <= each.fin)
        ):
            return each.libelle
    return None


def droit_complementaire(
    beneficiaire: ServiceAmo,
    famille: ServiceAmo,
    mutuelle: Mutuelle | None,
    periodes: tuple[PeriodeMutuelle, ...],
    on: date,
) -> DroitComplementaire | None:
    """Say which complementary cover of the compulsory insurance a beneficiary has.

    Args:
        beneficiaire: the beneficiary's own service AMO (group 104); `00` says that there is none.
        famille: the family's (group 102), which counts where the beneficiary's is empty.
        mutuelle: the beneficiary's group 107, if any.
        periodes: its periods.
        on: the day of the reading.

    Returns:
        Service or mutuelle, the first that is in force; else the first that says anything at all; None when none does.
    """
    own = bool(beneficiaire.code.strip())
    said = [
        *(_of_service("beneficiaire", beneficiaire, on) if own else _of_service("famille", famille, on)),
        *_of_mutuelle(mutuelle, periodes, on),
    ]
    return next((each for each in said if each.en_cours), said[0] if said else None)


def _of_service(origine: Origine, service: ServiceAmo, on: date) -> tuple[DroitComplementaire, ...]:
    code = service.code.strip()
    if not code.strip("0"):
        return ()
    gestion = SERVICES.get(code)
    return (
        DroitComplementaire(
            origine,
            code,
            gestion,
            _words(gestion, on),
            service.debut.as_date(),
            service.fin.as_date(),
            covers(service.debut, service.fin, on),
        ),
    )


def _of_mutuelle(
    mutuelle: Mutuelle | None, periodes: tuple[PeriodeMutuelle, ...], on: date
) -> tuple[DroitComplementaire, ...]:
    code = mutuelle.identification.strip() if mutuelle else ""
    gestion = ORGANISMES.get(code)
    if gestion is None:
        return ()
    words = _words(gestion, on)
    if not periodes:
        return (DroitComplementaire("mutuelle", code, gestion, words, None, None, en_cours=False),)
    return tuple(
        DroitComplementaire(
            "mutuelle",
            code,
            gestion,
            words,
            each.debut.as_date(),
            each.fin.as_date(),
            covers(each.debut, each.fin, on),
        )
        for each in periodes
    )
