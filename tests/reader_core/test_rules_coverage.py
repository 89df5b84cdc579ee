"""Which exemption applies on a day: the cases of docs/4.10.md, written out by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader_core.records import CardDate, Couverture, Maternite
from reader_core.rules import Api, Exoneration, Nature, exoneration, read_code

ON = date(2026, 1, 15)
BOTH: tuple[Api, ...] = ("before", "4.10")


def period(code: str, debut: str = "202001010000", fin: str = "000000000000") -> Couverture:
    return Couverture(CardDate(debut), CardDate(fin), code[0], code[1:])


def read(*codes: str, regime: str = "01", api: Api = "4.10", maternite: Maternite | None = None) -> Exoneration:
    return exoneration(regime, tuple(period(code) for code in codes), maternite, ON, api)


def test_uncam_the_ordinary_rate_is_no_longer_the_cards() -> None:
    before, since = read("00100", api="before"), read("00100")
    assert (before.nature, before.justificatif, before.taux_standard) == (Nature.AUCUNE, "0", 70)
    assert (since.nature, since.justificatif, since.taux_standard) == (Nature.AUCUNE, "0", None)
    assert "décret" in before.libelle
    assert "UNCAM" in since.libelle


@pytest.mark.parametrize("api", BOTH)
@pytest.mark.parametrize(("code", "taux"), [("00400", 75), ("01000", 85), ("00105", 90), ("00104", 80), ("00101", 100)])
def test_uncam_other_rates_stay(code: str, taux: int, api: Api) -> None:
    assert read(code, api=api).taux_standard == taux


def test_mines_the_label_is_no_longer_limited_to_the_network() -> None:
    before, since = read("00700", regime="07", api="before"), read("00700", regime="07")
    for each in (before, since):
        assert (each.nature, each.justificatif, each.taux_standard) == (Nature.REGIME_SPECIAL, "6", 100)
        assert "Régime minier" in each.libelle
    assert "réseau" in before.libelle
    assert "réseau" not in since.libelle


@pytest.mark.parametrize("ald", "123")
def test_mines_an_ald_goes_before_the_scheme(ald: str) -> None:
    before, since = read(f"{ald}0700", regime="07", api="before"), read(f"{ald}0700", regime="07")
    for each in (before, since):
        assert (each.code_couverture, each.nature, each.justificatif) == (f"{ald}0700", Nature.ALD, "4")
    assert before.avec == ()
    assert since.avec == (read("00700", regime="07").libelle,)


def test_ratp_one_label_for_all_before_and_the_code_since() -> None:
    for code in ("00100", "00500", "00501", "00504"):
        before = read(code, regime="05", api="before")
        assert (before.nature, before.justificatif, before.taux_standard) == (Nature.REGIME_SPECIAL, "5", 100)
        assert "RATP" in before.libelle
    since = {code: read(code, regime="05") for code in ("00100", "00500", "00501", "00504")}
    assert [(each.nature, each.justificatif) for each in since.values()] == [
        (Nature.AUCUNE, "0"),
        (Nature.AUCUNE, "0"),
        (Nature.EXONERE, "5"),
        (Nature.FSV, "9"),
    ]
    assert not any("RATP" in each.libelle for each in since.values())


@pytest.mark.parametrize("api", BOTH)
def test_ratp_an_ald_is_an_ald(api: Api) -> None:
    found = read("10500", regime="05", api=api)
    assert (found.nature, found.justificatif, found.avec) == (Nature.ALD, "4", ())


def test_ratp_before_does_not_make_an_unknown_code_known() -> None:
    found = read("00599", regime="05", api="before")
    assert (found.connu, found.nature) == (False, Nature.REGIME_SPECIAL)


@pytest.mark.parametrize("api", BOTH)
@pytest.mark.parametrize("code", ["10100", "20100", "30204", "19004", "10403"])
def test_an_ald_is_justificatif_4(code: str, api: Api) -> None:
    found = read(code, api=api)
    assert (found.nature, found.justificatif, found.taux_standard, found.connu) == (Nature.ALD, "4", 100, True)


def test_the_base_situation_stands_beside_an_ald_when_it_exempts() -> None:
    assert read("10100").avec == ()
    assert read("10105").avec == (read("00105").libelle,)
    assert read("10104", api="before").avec == (read("00104").libelle,)


@pytest.mark.parametrize("ald", "123")
@pytest.mark.parametrize("situation", ["9020", "9021", "9022", "9023", "9024"])
def test_reduced_cover_is_not_paid_even_with_an_ald(ald: str, situation: str) -> None:
    found = read(ald + situation, regime="90")
    assert (found.nature, found.justificatif, found.taux_standard, found.avec) == (Nature.ALD, "4", 0, ())
    assert read("0" + situation, regime="90").nature is Nature.NON_REMBOURSE


@pytest.mark.parametrize("code", ["00402", "00410", "00900", "10412", "40404", "00799", "0", "", "0ABCD", "90100"])
def test_what_is_unknown_is_shown_as_unknown(code: str) -> None:
    found = exoneration(
        "04", (period(code) if code else Couverture(CardDate(""), CardDate(""), "", ""),), None, ON, "4.10"
    )
    assert (found.connu, found.nature, found.justificatif, found.taux_standard) == (False, Nature.INCONNUE, None, None)
    assert found.code_couverture == code
    assert "inconnu" in found.libelle


def test_no_period_in_force() -> None:
    ended = period("10100", fin="202512310000")
    assert exoneration("01", (ended,), None, ON, "4.10") == Exoneration(
        None, True, Nature.AUCUNE, None, "Aucun code couverture en cours à la date de lecture", None
    )


@pytest.mark.parametrize(
    ("on", "nature"),
    [
        (date(2025, 12, 31), Nature.AUCUNE),
        (date(2026, 1, 1), Nature.ALD),
        (date(2026, 6, 30), Nature.ALD),
        (date(2026, 7, 1), Nature.AUCUNE),
    ],
)
def test_a_period_holds_on_its_first_and_last_day(on: date, nature: Nature) -> None:
    window = (period("00100"), period("10100", "202601010000", "202606300000"))
    found = exoneration("01", window, None, on, "4.10")
    assert found.nature is nature
    if nature is Nature.ALD:
        assert (found.debut, found.fin) == (date(2026, 1, 1), date(2026, 6, 30))
        assert found.avec == ()


def test_several_periods_the_strongest_first_and_the_others_beside_it() -> None:
    found = read("00100", "00104", "00402", "00101", "10700", "00105")
    assert found.code_couverture == "10700"
    assert found.avec == tuple(read(code).libelle for code in ("00700", "00101", "00105", "00104", "00402"))
    assert read("00100", "00402").nature is Nature.INCONNUE, "what may be an exemption is not hidden behind none"


@pytest.mark.parametrize("bound", ["202613010000", "20269999", "99999999999A"])
def test_a_bound_that_is_no_date_covers_nothing(bound: str) -> None:
    assert exoneration("01", (period("10100", fin=bound),), None, ON, "4.10").nature is Nature.AUCUNE
    assert exoneration("01", (period("10100", debut=bound),), None, ON, "4.10").nature is Nature.AUCUNE


PREGNANT = Maternite(CardDate("202603010000"), CardDate("000000000000"))


def test_maternity_goes_before_everything_since_410() -> None:
    found = read("10700", regime="07", maternite=PREGNANT)
    assert (found.nature, found.justificatif, found.taux_standard) == (Nature.MATERNITE, "0", 100)
    assert (found.debut, found.fin) == (date(2025, 11, 1), date(2026, 3, 13))
    assert found.code_couverture == "10700"
    assert found.avec == (read("10100").libelle, read("00700").libelle)


def test_maternity_before_410_is_limited_and_stands_beside_a_full_exemption() -> None:
    plain = read("00100", api="before", maternite=PREGNANT)
    assert (plain.nature, plain.justificatif, plain.avec) == (Nature.MATERNITE, "0", ())
    assert "grossesse" in plain.libelle
    assert "ou non" not in plain.libelle
    beside = read("10100", api="before", maternite=PREGNANT)
    assert (beside.nature, beside.avec) == (Nature.ALD, (plain.libelle,))
    fsv = read("00104", api="before", maternite=PREGNANT)
    assert (fsv.nature, fsv.avec) == (Nature.MATERNITE, (read("00104").libelle,))


def test_maternity_without_a_code_couverture() -> None:
    found = read(maternite=PREGNANT)
    assert (found.nature, found.code_couverture, found.connu) == (Nature.MATERNITE, None, True)


def test_maternity_over_an_unknown_code_keeps_the_doubt() -> None:
    found = read("00402", maternite=PREGNANT)
    assert (found.nature, found.connu) == (Nature.MATERNITE, False)
    assert found.avec == (read("00402").libelle,)


def test_maternity_outside_its_period_changes_nothing() -> None:
    later = Maternite(CardDate("202612010000"), CardDate("000000000000"))
    assert read("00100", maternite=later) == read("00100")


codes = st.text("0123456789A", min_size=0, max_size=6)
dates = st.one_of(st.just("000000000000"), st.just(""), st.text("0123456789", min_size=1, max_size=12))


@given(
    regime=st.text("0123456789", min_size=2, max_size=2),
    rows=st.lists(st.tuples(codes, dates, dates), max_size=7),
    birth=st.tuples(dates, dates),
    on=st.dates(),
    api=st.sampled_from(BOTH),
)
def test_no_card_raises_and_nothing_is_made_up(
    regime: str, rows: list[tuple[str, str, str]], birth: tuple[str, str], on: date, api: Api
) -> None:
    periods = tuple(Couverture(CardDate(first), CardDate(last), code[:1], code[1:]) for code, first, last in rows)
    found = exoneration(regime, periods, Maternite(CardDate(birth[0]), CardDate(birth[1])), on, api)
    assert found.code_couverture in {None, *(each.code for each in periods)}
    assert found.libelle
    assert found.libelle not in found.avec
    assert len(set(found.avec)) == len(found.avec)
    if found.nature is Nature.INCONNUE:
        assert not found.connu
        assert found.taux_standard is None


def test_a_code_reads_the_same_whether_or_not_it_is_in_force() -> None:
    ended = period("10700", fin="202512310000")
    found = read_code("07", ended, "4.10")
    assert (found.nature, found.fin) == (Nature.ALD, date(2025, 12, 31))


@pytest.mark.parametrize("api", BOTH)
@pytest.mark.parametrize(
    ("codes", "nature"),
    [
        (("00100",), "10"),
        (("00101",), "10"),
        (("00105",), "13"),
        (("00106",), "13"),
        (("00110",), "13"),
        (("00204",), "10"),
        (("00225",), "13"),
        (("00407",), "13"),
        (("00408",), "13"),
        (("00409",), "10"),
        (("10105",), "13"),
        (("10700",), "10"),
        (("19020",), "10"),
        (("00402",), None),
        ((), None),
    ],
)
def test_the_nature_of_insurance_that_goes_with_a_code(codes: tuple[str, ...], nature: str | None, api: Api) -> None:
    assert read(*codes, api=api).nature_assurance == nature


def test_the_nature_of_insurance_of_maternity() -> None:
    assert read("00105", maternite=PREGNANT).nature_assurance == "30"
    assert read("10105", api="before", maternite=PREGNANT).nature_assurance == "13"


PRISONER = "Détenu : tiers payant intégral sans dépassement d'honoraires, prise en charge à 100 % par le régime général"


@pytest.mark.parametrize("api", BOTH)
def test_a_prisoners_label_stands_beside_whatever_else_applies(api: Api) -> None:
    for codes in ((), ("00100",), ("10105",), ("00402",)):
        periods = tuple(period(code) for code in codes)
        plain = exoneration("01", periods, None, ON, api)
        prisoner = exoneration("01", periods, None, ON, api, "65")
        assert prisoner.avec == (*plain.avec, PRISONER)
        assert prisoner.nature is plain.nature
        assert prisoner.justificatif == plain.justificatif
    for regime, gestion in (("02", "65"), ("01", "70"), ("01", "89"), ("01", "")):
        assert exoneration(regime, (period("00100"),), None, ON, api, gestion).avec == ()
