"""`before` and `4.10` differ on exactly the cases that docs/4.10.md lists.

Each test walks every case of one kind by both sets of rules, and compares where they differ with what the page says: with its tables
where they name codes, and with the same cases written out beside them where they speak of days and of cards.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, NamedTuple, cast

import pytest
from before_after import Line, situations, table

from emulator.readers import InProcessReader
from reader_core import Reader, ReadingError, TrustStore, VitaleReading, card_object
from reader_core.iso7816 import Card
from reader_core.nomenclatures import NOMENCLATURES
from reader_core.records import (
    Assure,
    Beneficiaire,
    BeneficiaireRecords,
    CardDate,
    Couverture,
    Maternite,
    VitaleRecords,
)
from reader_core.rules import EVOLUTIONS, Api, Exoneration, exoneration
from reader_core.session import Protection, ProtectionStatus

ON = date(2026, 1, 15)
NO_DATE = CardDate("000000000000")
SINCE_2020 = CardDate("202001010000")

REGIMES = (*NOMENCLATURES["regime"].codes, "11", "13", "")
UNEXPLAINED = ("0402", "0410", "0411", "0412", "0413", "0900", "0904", "0799", "9999", "")
CODES = (*situations(), *UNEXPLAINED)
ALDS = ("0", "1", "2", "3", "4", "")

UNCAM, MATERNITY, MAYOTTE, MINES, RATP, ACCESS = (
    "1. UNCAM",
    "2. Maternity",
    "3. Mayotte",
    "4. Mines",
    "5. RATP",
    "6. Access control",
)


class Case(NamedTuple):
    regime: str
    ald: str
    situation: str


def cover(ald: str, situation: str) -> tuple[Couverture, ...]:
    return (Couverture(SINCE_2020, NO_DATE, ald, situation),)


def differing(before: Exoneration, since: Exoneration) -> frozenset[str]:
    return frozenset(
        field.name for field in fields(Exoneration) if getattr(before, field.name) != getattr(since, field.name)
    )


def both(
    regime: str, couvertures: tuple[Couverture, ...], maternite: Maternite | None = None, on: date = ON
) -> tuple[Exoneration, Exoneration]:
    return (
        exoneration(regime, couvertures, maternite, on, "before"),
        exoneration(regime, couvertures, maternite, on, "4.10"),
    )


def listed(heading: str) -> Iterator[Line]:
    return (line for line in table(heading) if line.differs)


def test_the_page_has_the_six_and_each_lists_something_that_differs() -> None:
    headings = (UNCAM, MATERNITY, MAYOTTE, MINES, RATP, ACCESS)
    assert len(headings) == len(EVOLUTIONS)
    for heading in headings:
        assert any(listed(heading)), heading


def test_codes_differ_where_the_page_says_and_nowhere_else() -> None:
    """Every régime with every situation and every ALD: UNCAM, Mines and RATP."""
    (ordinary,) = listed(UNCAM)
    mines_alone, mines_ald = listed(MINES)
    (ratp,) = listed(RATP)
    assert mines_alone.codes == ("00700",)
    assert mines_ald.codes == ("10700", "20700", "30700")
    assert ratp.case == "régime 05, any code in force, no ALD"

    expected: dict[Case, frozenset[str]] = {}
    for regime in REGIMES:
        for situation in ordinary.codes:
            expected[Case(regime, "0", situation)] = frozenset({"taux_standard", "libelle"})
        expected[Case(regime, "0", "0700")] = frozenset({"libelle"})
        for code in mines_ald.codes:
            expected[Case(regime, code[0], code[1:])] = frozenset({"avec"})

    found: dict[Case, frozenset[str]] = {}
    ratp_found: set[Case] = set()
    for regime in REGIMES:
        for ald in ALDS:
            for situation in CODES:
                case = Case(regime, ald, situation)
                different = differing(*both(regime, cover(ald, situation)))
                if different and regime == "05" and ald == "0":
                    ratp_found.add(case)
                elif different:
                    found[case] = different
    of_the_ratp = {Case("05", "0", situation) for situation in CODES}
    assert found == {case: names for case, names in expected.items() if case not in of_the_ratp}
    assert ratp_found == of_the_ratp, "any code, known or not"


def test_uncam_as_the_page_has_it() -> None:
    (ordinary,) = listed(UNCAM)
    marked = {code for code, (_, _, rate) in situations().items() if rate == "70 (`before`), null (`4.10`)"}
    assert set(ordinary.codes) == marked, "the two tables of the page name the same codes"
    for situation in ordinary.codes:
        before, since = both("01", cover("0", situation))
        assert (before.taux_standard, since.taux_standard) == (70, None)
        for said, shown in ((ordinary.before, before), (ordinary.since, since)):
            assert shown.libelle.endswith(said.split('"')[1])
    kept = [line for line in table(UNCAM) if not line.differs]
    rates = {
        "0400": 75,
        "0414": 100,
        "1000": 85,
        "0105": 90,
        "0408": 90,
        "0104": 80,
        "1004": 85,
        "9020": 0,
        "0101": 100,
    }
    assert len(kept) == 3
    for situation, rate in rates.items():
        assert [each.taux_standard for each in both("04", cover("0", situation))] == [rate, rate]


def test_mines_as_the_page_has_it() -> None:
    alone = both("07", cover("0", "0700"))
    assert [(each.nature, each.justificatif, each.taux_standard) for each in alone] == [
        ("regime_special", "6", 100)
    ] * 2
    assert "réseau" in alone[0].libelle
    assert "réseau" not in alone[1].libelle
    for ald in "123":
        beside = both("07", cover(ald, "0700"))
        assert [(each.nature, each.justificatif) for each in beside] == [("ald", "4")] * 2
        assert [each.avec for each in beside] == [(), (alone[1].libelle,)]


def test_ratp_as_the_page_has_it() -> None:
    for situation, (nature, justificatif, _) in situations().items():
        before, since = both("05", cover("0", situation))
        assert (before.nature, before.justificatif, before.taux_standard) == ("regime_special", "5", 100)
        assert "RATP" in before.libelle
        assert (since.nature, since.justificatif) == (nature, justificatif)
        assert "RATP" not in since.libelle
    ended = (replace(cover("0", "0500")[0], fin=CardDate("202512310000")),)
    assert not differing(*both("05", ended)), "a code that is not in force"


def test_several_codes_at_once_differ_as_their_codes_do() -> None:
    """Which code comes first is no evolution: the same code is in force by both, unless the RATP's rule made it another one."""
    for first in CODES:
        for second in ("0100", "0401", "0700"):
            before, since = both("01", cover("0", first) + cover("1", second))
            assert before.code_couverture == since.code_couverture
            assert before.nature is since.nature


# Maternity. DPA 15 June 2026. First and last days are those of the page: DPA - 4 months; delivery, or DPA, and + 12 days.
DPA = date(2026, 6, 15)
MATERNITIES = [
    # expected, delivered; first day, last day before, last day since
    (DPA, None, date(2026, 2, 15), DPA, date(2026, 6, 27)),
    (DPA, date(2026, 6, 3), date(2026, 2, 15), date(2026, 6, 3), date(2026, 6, 15)),
    (DPA, date(2026, 6, 20), date(2026, 2, 15), date(2026, 6, 20), date(2026, 7, 2)),
    (DPA, date(2026, 2, 10), date(2026, 2, 10), date(2026, 2, 10), date(2026, 2, 22)),
    (None, date(2026, 6, 3), date(2026, 6, 3), date(2026, 6, 3), date(2026, 6, 15)),
    (date(2026, 6, 30), None, date(2026, 2, 28), date(2026, 6, 30), date(2026, 7, 12)),
]
BESIDE = {
    # what stands beside, and which of the two comes first before 4.10
    "none": ((), "maternite"),
    "0101": (cover("0", "0101"), "exonere"),
    "0401": (cover("0", "0401"), "regime_special"),
    "10101": (cover("1", "0101"), "ald"),
    "0104": (cover("0", "0104"), "maternite"),
    "0105": (cover("0", "0105"), "maternite"),
    "0402": (cover("0", "0402"), "maternite"),
    "9020": (cover("0", "9020"), "maternite"),
}
"""Codes whose own rules do not differ (UNCAM, Mines and RATP are elsewhere): what differs here is maternity's."""


def day(on: date | None) -> CardDate:
    return NO_DATE if on is None else CardDate.of(on)


@pytest.mark.parametrize(("expected", "delivered", "first", "last_before", "last_since"), MATERNITIES)
@pytest.mark.parametrize("beside", BESIDE)
def test_maternity_differs_on_the_days_of_the_page_and_on_no_other(
    expected: date | None, delivered: date | None, first: date, last_before: date, last_since: date, beside: str
) -> None:
    periods, leads = BESIDE[beside]
    record = Maternite(day(expected), day(delivered))
    different: list[date] = []
    on = first - timedelta(days=20)
    while on <= last_since + timedelta(days=20):
        before, since = both("01", periods, record, on)
        if differing(before, since):
            different.append(on)
        within_before, within_since = first <= on <= last_before, first <= on <= last_since
        assert (since.nature == "maternite") == within_since
        assert (before.nature == "maternite") == (within_before and leads == "maternite")
        if within_since:
            assert (since.justificatif, since.taux_standard, since.debut, since.fin) == ("0", 100, first, last_since)
            assert "ou non" in since.libelle
        if within_before:
            label = before.libelle if leads == "maternite" else before.avec[-1]
            assert "grossesse" in label
            assert "ou non" not in label
        on += timedelta(days=1)
    assert different == [first + timedelta(days=number) for number in range((last_since - first).days + 1)]


def test_maternity_lines_of_the_page_that_differ() -> None:
    """The lines that the tests above stand for: a new one on the page needs a case here."""
    assert [line.case for line in listed(MATERNITY)] == [
        "last day, delivery known",
        "last day, delivery not known",
        "what it covers",
        "beside an ALD or another full exemption (natures `ald`, `exonere`, `regime_special`)",
    ]
    assert not any(differing(*both("01", cover("0", "0101"), record)) for record in (None, Maternite()))


# The free data: Mayotte, and nothing else.


def shown(regime: str, caisse: str, api: Api) -> dict[str, Any]:
    records = VitaleRecords(
        assure=Assure(nir="1850575999001", cle_nir="50", regime=regime, caisse=caisse, code_gestion="10"),
        beneficiaires=(
            BeneficiaireRecords(beneficiaire=Beneficiaire(nom_usuel="ESSAI"), couvertures=cover("0", "0700")),
        ),
    )
    withheld = Protection(ProtectionStatus.WITHHELD)
    return card_object(VitaleReading(api, ON, "vitale2", b"\x3b", "", records, withheld, None))


def paths(before: Any, since: Any, path: str = "") -> set[str]:
    """Where two card objects differ."""
    if isinstance(before, dict) and isinstance(since, dict):
        one, other = cast("dict[str, Any]", before), cast("dict[str, Any]", since)
        return {found for key in one for found in paths(one[key], other[key], f"{path}.{key}".lstrip("."))}
    if isinstance(before, list) and isinstance(since, list):
        ones, others = cast("list[Any]", before), cast("list[Any]", since)
        if len(ones) == len(others):
            pairs = enumerate(zip(ones, others, strict=True))
            return {found for number, (one, other) in pairs for found in paths(one, other, f"{path}[{number}]")}
    return set() if before == since else {path}


def test_free_data_differ_for_mayotte_only() -> None:
    (mayotte,) = listed(MAYOTTE)
    assert mayotte.case == "régime 01, caisse 976"
    found: dict[tuple[str, str], set[str]] = {}
    for regime in REGIMES:
        for caisse in ("976", "975", "349", "971", "", "0976"):
            different = paths(shown(regime, caisse, "before"), shown(regime, caisse, "4.10")) - {"api"}
            if different:
                found[regime, caisse] = different
    assert found == {("01", "976"): {"assure.regime_libelle", "assure.regime_particulier"}}
    before, since = shown("01", "976", "before")["assure"], shown("01", "976", "4.10")["assure"]
    for said, assure in ((mayotte.before, before), (mayotte.since, since)):
        assert f'"{assure["regime_libelle"]}"' in said
        particular = assure["regime_particulier"]
        assert ("null" if particular is None else f'"{particular}"') in said.rpartition("regime_particulier")[2]


def test_without_a_professional_card_the_mines_show_nothing() -> None:
    for api in ("before", "4.10"):
        (person,) = shown("07", "225", api)["beneficiaires"]
        assert person["exoneration"] is None
        assert person["couvertures"] is None


# Access control: every professional card there is, on the days around what makes it refused.
REVOKED = date(2020, 6, 1)
CARDS = [
    "cps",
    "cpf",
    "cpe",
    "cde",
    "cpa",
    "cps4",
    "cps2ter",
    "cps3-contactless",
    "cps-expiree",
    "cps-inconnue",
    "cps-reelle",
    "cps-revoquee",
]
DAYS = (date(2019, 12, 31), date(2020, 1, 1), REVOKED - timedelta(days=1), REVOKED, REVOKED + timedelta(days=1), ON)


def code_of(card: Callable[..., Card], trust: TrustStore, name: str, pin: str | None, on: date, api: Api) -> str:
    slots = [InProcessReader("slot", card(each)).connect() for each in ("specimen", name)]
    with Reader.open(slots[0], slots[1], trust) as reader:
        try:
            if pin is not None:
                reader.verify_pin(pin)
        except ReadingError:
            pass  # the reading says why again
        found = reader.read_vitale(on, api).protection
    return found.code.value if found.code else "read"


@pytest.mark.parametrize("name", CARDS)
def test_access_differs_for_a_revoked_card_only(card: Callable[..., Card], trust: TrustStore, name: str) -> None:
    revocation, rows, rest = table(ACCESS)
    assert revocation.since == "refused, `cps_revoked`"
    assert rows.since.removesuffix(", revocation") == rows.before.replace("checks-before", "checks")
    assert not rest.differs
    for pin in ("1234", "4321", None):
        for on in DAYS:
            before, since = (code_of(card, trust, name, pin, on, api) for api in ("before", "4.10"))
            revoked = name == "cps-revoquee" and on >= REVOKED
            assert (before != since) == revoked, (pin, on)
            if revoked:
                assert since == "cps_revoked"
                assert before == {"1234": "read", "4321": "pin_wrong", None: "pin_missing"}[pin]


# Whole card objects of whole readings. 0100: rate and label (UNCAM); mines: two persons, 00700 and 10700; ratp: 0100; maternite: a
# woman with 0100, whose period ends twelve days later and covers more.
PERSON, SECOND = "beneficiaires[0]", "beneficiaires[1]"
ORDINARY = {f"{PERSON}.couvertures[0].libelle", f"{PERSON}.exoneration.libelle", f"{PERSON}.exoneration.taux_standard"}
WHOLE_CARDS = {
    "specimen": ORDINARY,
    "uncam": ORDINARY,
    "mayotte": ORDINARY | {"assure.regime_libelle", "assure.regime_particulier"},
    "mines": {f"{PERSON}.couvertures[0].libelle", f"{PERSON}.exoneration.libelle", f"{SECOND}.exoneration.avec"},
    "ratp": ORDINARY
    | {
        f"{PERSON}.couvertures[0].nature",
        f"{PERSON}.exoneration.nature",
        f"{PERSON}.exoneration.justificatif",
        f"{PERSON}.exoneration.justificatif_libelle",
    },
    "maternite": {
        f"{PERSON}.couvertures[0].libelle",
        f"{PERSON}.exoneration.libelle",
        f"{PERSON}.exoneration.fin",
        f"{PERSON}.maternite.fin",
    },
}


@pytest.mark.parametrize("name", WHOLE_CARDS)
def test_the_evolutions_reach_no_other_key_of_a_card_object(
    card: Callable[..., Card], trust: TrustStore, name: str
) -> None:
    readings: list[dict[str, Any]] = []
    for api in ("before", "4.10"):
        slots = [InProcessReader("slot", card(each)).connect() for each in (name, "cps")]
        with Reader.open(slots[0], slots[1], trust) as reader:
            reader.verify_pin("1234")
            readings.append(card_object(reader.read_vitale(ON, api)))
    before, since = readings
    assert paths(before, since) - {"api"} == WHOLE_CARDS[name]
