"""Strategies for what covers a beneficiary: the code couverture, maternity, complementary cover, accidents at work."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from hypothesis import strategies as st
from stdnum import luhn

from conformance.generated.exemption import covers, read_code
from conformance.generated.periods import bounds
from conformance.generated.tables import Affiliation, tables
from emulator.vitale2.sections import (
    AccidentSection,
    AmcSection,
    CouvertureSection,
    MaterniteSection,
    MutuelleSection,
    PeriodeSection,
    ServiceAmoSection,
)
from fixtures.vitale import Api

_MANY_PERIODS: Final = st.sampled_from((1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 0))
_ALDS: Final = st.sampled_from("0000000112233")
_ALDS_SNCF: Final = st.sampled_from("00000001234")
_FEW: Final = st.sampled_from((1, 1, 1, 2, 3, 0))
_SERVICES: Final = st.sampled_from(("00",) * 8 + ("01", "02", "03", "10"))
_ONE_IN_THREE: Final = st.sampled_from((False, False, True))
_ONE_IN_SIX: Final = st.sampled_from((False,) * 5 + (True,))
_FLAGS: Final = st.sampled_from(("OOOOOONN", "OONNOONN", "NNNNNNNN", "ONONONON", "OOOOOOOO"))
_MUTUELLES: Final = st.sampled_from(
    ("99999997", "88888888", "75500017", "55555551", "00475123", "09999997", "31209999")
)
_INDICATORS: Final = st.sampled_from(("00", "01", "02", "62", "71"))
_STS: Final = st.sampled_from(("M", "U", "R", "4", "8", ""))
_AMC_INDICATORS: Final = st.sampled_from(("12", "00", "13", "22", "33", "60", "63", "73"))
_ROUTES: Final = st.sampled_from(("OC", "NR", "SP", "IP", "MA", "SA"))
_NUMBERS: Final = st.integers(0, 99_999_999)
_EXPECTED_IN: Final = st.sampled_from((60, 0, -1, -12, -13, 1, 100, 118, 119, 120, 121, 122, 123, 124, 125, -30))
_DELIVERED: Final = st.sampled_from((None, None, None, 0, -10, 5, -130, 12))


@st.composite
def couvertures(draw: st.DrawFn, affiliation: Affiliation, on: date, api: Api) -> tuple[CouvertureSection, ...]:
    """The periods of the code couverture of a beneficiary.

    Of two periods that hold on the day of the reading and say things of one kind nobody knows which goes first: no card has such a pair.
    """
    codes = st.sampled_from(tables().codes_of(affiliation))
    alds = _ALDS_SNCF if affiliation.regime == "04" else _ALDS
    made: list[CouvertureSection] = []
    natures: set[str] = set()
    for _ in range(draw(_MANY_PERIODS)):
        debut, fin = draw(bounds(on))
        one = CouvertureSection(debut=debut, fin=fin, ald=draw(alds), situation=draw(codes))
        if covers(one, on):
            nature = read_code(affiliation.regime, one, api).nature
            if nature in natures:
                continue
            natures.add(nature)
        made.append(one)
    return tuple(made)


@st.composite
def maternites(draw: st.DrawFn, on: date) -> MaterniteSection | None:
    """A maternity whose first and last days lie near the reading; mostly none. A delivery is never after the reading."""
    if not draw(_ONE_IN_SIX):
        return None
    expected = on + timedelta(days=draw(_EXPECTED_IN))
    after = draw(_DELIVERED)
    delivered = None if after is None else expected + timedelta(days=after)
    return MaterniteSection(
        date_presumee=expected.isoformat(),
        date_accouchement="" if delivered is None or delivered > on else delivered.isoformat(),
    )


@st.composite
def droits(draw: st.DrawFn, on: date) -> tuple[PeriodeSection, ...]:
    """Up to three periods of rights to the compulsory insurance."""
    return tuple(_period(*draw(bounds(on))) for _ in range(draw(_FEW)))


@st.composite
def services(draw: st.DrawFn, on: date) -> ServiceAmoSection:
    """A service of the compulsory insurance; mostly none."""
    code = draw(_SERVICES)
    if code == "00":
        return ServiceAmoSection()
    debut, fin = draw(bounds(on))
    return ServiceAmoSection(code=code, debut=debut, fin=fin)


@st.composite
def mutuelles(draw: st.DrawFn, on: date) -> MutuelleSection | None:
    """The complementary cover that the compulsory insurance knows of."""
    if not draw(_ONE_IN_THREE):
        return None
    return MutuelleSection(
        identification=draw(_MUTUELLES),
        garanties=draw(_FLAGS),
        indicateur_traitement=draw(_INDICATORS),
        type_services="S",
        services_associes="02",
        aiguillage_sts=draw(_STS),
        periodes=draw(droits(on)),
    )


@st.composite
def insurers(draw: st.DrawFn, on: date) -> AmcSection | None:
    """A complementary insurer; mostly none."""
    if not draw(_ONE_IN_SIX):
        return None
    debut, fin = draw(bounds(on))
    number = draw(_NUMBERS)
    return AmcSection(
        debut=debut,
        fin=fin,
        numero_b2=f"{number:010}",
        numero_edi=f"{99_999_999 - number:010}",
        numero_adherent=f"{number % 1000:03}-ADH-É{number % 97}",
        indicateur_traitement=draw(_AMC_INDICATORS),
        code_routage=draw(_ROUTES),
        identifiant_hote="ESSAI",
        nom_domaine="AMC.EXAMPLE",
        aiguillage_sts=draw(_STS),
        type_services="S",
        services_associes="01",
    )


@st.composite
def accidents(draw: st.DrawFn, affiliation: Affiliation) -> tuple[AccidentSection, ...]:
    """Accidents at work: none, or the default body alone, or with one or two accidents."""
    if not draw(_ONE_IN_SIX):
        return ()
    body = affiliation.regime + affiliation.caisse + affiliation.centre
    return (
        AccidentSection(organisme=body),
        *(
            AccidentSection(
                organisme=body, code_gestion=affiliation.code_gestion, identifiant=_with_key(draw(_NUMBERS))
            )
            for _ in range(draw(st.integers(0, 2)))
        ),
    )


def _with_key(number: int) -> str:
    return f"{number:08}{luhn.calc_check_digit(f'{number:08}')}"


def _period(debut: str, fin: str) -> PeriodeSection:
    return PeriodeSection(debut=debut, fin=fin)
