"""Hypothesis strategies for what a carte Vitale may say: any record set, and readings of one.

    from record_strategies import readings, vitale_records

Texts are any Latin-1 (control characters, formulas, markup), dates anything a card may hold where a date belongs. A record
set is filled from a handful of drawn texts and dates, which keeps an example cheap; new fields of the records are drawn
without a change here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from reader_core.errors import ErrorCode
from reader_core.records import (
    EMPTY_DATE,
    NO_DATE,
    Accidents,
    Amc,
    Assure,
    Beneficiaire,
    BeneficiaireRecords,
    CardDate,
    CarteVitale,
    Couverture,
    Droits,
    Identite,
    Inscription,
    Maternite,
    Mutuelle,
    Pan,
    PeriodeMutuelle,
    ServiceAmo,
    VitaleRecords,
    ZoneCommune,
)
from reader_core.records.cps import PorteurCps
from reader_core.session import Anomaly, Professional, Protection, ProtectionStatus, VitaleReading

T = TypeVar("T")

HOSTILE = (
    "=1+1",
    "+33",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "'=1",
    "'",
    "<script>alert(1)</script>",
    "</td>&amp;&#0;]]>",
    '"; DROP',
    "a;b",
    "a|b\\| c",
    "\r\n",
    "\x00\x01\x1f\x7f\x85\x9f\xa0\xff",
    "  ",
    "0012",
    "1E5",
    "2019-02-30",
    "N" * 200,
)
"""Texts that mean something to some format."""

PLAIN = ("", "0", "00", "01", "07", "0100", "0105", "0700", "0999", "1", "4", "99999997")
"""Values that the rules know, and some that they do not."""

_TEXTS = st.text(st.characters(max_codepoint=0xFF), max_size=12) | st.sampled_from(HOSTILE) | st.sampled_from(PLAIN)
_DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(CardDate.of)
_LUNAR = st.builds(
    "{:04}{:02}{:02}{}".format, st.integers(0, 9999), *[st.integers(0, 99)] * 2, st.sampled_from(("", "0000"))
)
_DATES = (
    st.sampled_from((NO_DATE, EMPTY_DATE))
    | _DAYS
    | _DAYS.map(lambda day: CardDate(day[:8]))
    | _DAYS.map(lambda day: CardDate(day[2:8]))
    | _LUNAR.map(CardDate)
    | _TEXTS.map(CardDate)
)


def texts() -> st.SearchStrategy[str]:
    """Any text of a card: Latin-1, control characters included."""
    return _TEXTS


def card_dates() -> st.SearchStrategy[CardDate]:
    """Any content of a date field: none, a day in each of the three shapes, one no calendar has, or no date at all."""
    return _DATES


@cache
def _kinds(kind: type[Any]) -> dict[str, Any]:
    types = get_type_hints(kind)
    return {each.name: types[each.name] for each in fields(kind)}


@dataclass
class _Pen:
    """Fills records, field by field, from a few texts and dates."""

    draw: st.DrawFn
    texts: st.SearchStrategy[str]
    dates: st.SearchStrategy[CardDate]

    def one(self, kind: Callable[..., T]) -> T:
        assert isinstance(kind, type)
        return kind(**{name: self._content(each) for name, each in _kinds(kind).items()})

    def maybe(self, kind: Callable[..., T]) -> T | None:
        return self.one(kind) if self.draw(st.booleans()) else None

    def several(self, kind: Callable[..., T], most: int) -> tuple[T, ...]:
        return tuple(self.one(kind) for _ in range(self.draw(st.integers(0, most))))

    def _content(self, kind: Any) -> Any:
        if kind is CardDate:
            return self.draw(self.dates)
        if kind is str:
            return self.draw(self.texts)
        if get_origin(kind) is tuple:
            return tuple(self._content(get_args(kind)[0]) for _ in range(self.draw(st.integers(0, 3))))
        raise TypeError(f"no strategy for a field of type {kind}")

    def beneficiaire(self) -> BeneficiaireRecords:
        mutuelle, amc = self.maybe(Mutuelle), self.maybe(Amc)
        return BeneficiaireRecords(
            beneficiaire=self.one(Beneficiaire),
            droits=self.several(Droits, 3),
            couvertures=self.several(Couverture, 7),
            mutuelle=mutuelle,
            periodes_mutuelle=() if mutuelle is None else self.several(PeriodeMutuelle, 3),
            amc=amc,
            autres_amc=() if amc is None else self.several(Amc, 2),
            maternite=self.maybe(Maternite),
            identite=self.one(Identite),
            inscription=self.one(Inscription),
        )


@st.composite
def pens(draw: st.DrawFn) -> _Pen:
    """What fills records: a few texts and a few dates, drawn once."""
    some = st.lists(_TEXTS, min_size=1, max_size=6)
    days = st.lists(_DATES, min_size=1, max_size=6)
    return _Pen(draw, st.sampled_from(draw(some)), st.sampled_from(draw(days)))


@st.composite
def vitale_records(draw: st.DrawFn, most: int = 3) -> VitaleRecords:
    """Any record set whose groups are in the usual order.

    Args:
        draw: given by Hypothesis.
        most: beneficiaries; a card has room for 19.
    """
    pen = draw(pens())
    return VitaleRecords(
        assure=pen.one(Assure),
        service_amo=pen.one(ServiceAmo),
        accidents=pen.maybe(Accidents),
        beneficiaires=tuple(pen.beneficiaire() for _ in range(draw(st.integers(0, most)))),
        zone_commune=pen.maybe(ZoneCommune),
        carte=pen.one(CarteVitale),
        pan=Pan(f"8025000001{draw(st.integers(0, 10**9 - 1)):09}F"),
    )


PROTECTIONS: Sequence[Protection] = (
    Protection(ProtectionStatus.READ),
    Protection(ProtectionStatus.WITHHELD, ErrorCode.CPS_ABSENT),
    Protection(ProtectionStatus.REFUSED, ErrorCode.PIN_WRONG, "the card answered 63C2", 2),
)
_ANY_RECORDS = vitale_records()
_DAMAGE = st.lists(
    st.builds(
        Anomaly,
        st.sampled_from(("MATERN", "CARTE")),
        st.none() | st.integers(0, 65535),
        st.just("tag 80 a second time"),
    ),
    max_size=2,
).map(tuple)
_READ_ON = st.dates(date(1998, 1, 1), date(2099, 12, 31))


@st.composite
def readings(
    draw: st.DrawFn,
    records: st.SearchStrategy[VitaleRecords] = _ANY_RECORDS,
    protections: Sequence[Protection] = PROTECTIONS,
    *,
    anomalies: bool = True,
) -> VitaleReading:
    """Any reading of a Vitale. Its protected groups are empty unless they were read, as after a real one.

    Args:
        draw: given by Hypothesis.
        records: what the card says; any by default.
        protections: what may have become of the protected data.
        anomalies: whether files may have been damaged.
    """
    said = draw(records)
    protection = draw(st.sampled_from(protections))
    read = protection.status is ProtectionStatus.READ
    pen = draw(pens())
    return VitaleReading(
        api=draw(st.sampled_from(("4.10", "before"))),
        on=draw(_READ_ON),
        profile=draw(st.sampled_from(("vitale1", "vitale2"))),
        atr=bytes.fromhex("3B751300004309EA9000"),
        pan=said.pan.numero,
        records=said if read else without_protected(said),
        protection=protection,
        professional=Professional(pen.one(PorteurCps), draw(_TEXTS)) if read or draw(st.booleans()) else None,
        anomalies=draw(_DAMAGE) if anomalies else (),
    )


def without_protected(records: VitaleRecords) -> VitaleRecords:
    """A record set as it is read without a professional card."""
    return replace(
        records,
        beneficiaires=tuple(replace(each, couvertures=(), maternite=None) for each in records.beneficiaires),
        bruts_proteges=(),
    )
