"""The name of the complementary cover, by code and day; the wordings are those of the published specification."""

from datetime import date

import pytest

from reader_core.records import CardDate, Mutuelle, PeriodeMutuelle, ServiceAmo
from reader_core.rules.complementaire import TYPES_CMU, droit_complementaire, type_cmu


@pytest.mark.parametrize(
    ("code", "on", "named"),
    [
        ("01", date(2026, 1, 15), "COMPLEMENTAIRE SANTE SOLIDAIRE gérée par votre caisse d'Assurance Maladie"),
        ("02", date(2020, 1, 1), "COMPLEMENTAIRE SANTE SOLIDAIRE gérée par un organisme complémentaire"),
        ("03", date(2026, 1, 15), "COMPLEMENTAIRE SANTE SOLIDAIRE gérée par un organisme complémentaire"),
        ("01", date(2019, 12, 31), "COUVERTURE COMPLEMENTAIRE CMU gérée par votre caisse d'Assurance Maladie"),
        ("03", date(2019, 12, 31), "COUVERTURE COMPLEMENTAIRE CMU gérée par un organisme complémentaire"),
        *((code, date(2026, 1, 15), None) for code in ("00", "10", "11", "99", "", "  ")),
    ],
)
def test_the_cover_is_named(code: str, on: date, named: str | None) -> None:
    assert type_cmu(code, on) == named


ON = date(2026, 1, 15)
NONE = ServiceAmo()


def service(code: str, debut: str = "202501010000", fin: str = "202612310000") -> ServiceAmo:
    return ServiceAmo(code, CardDate(debut), CardDate(fin))


def period(debut: str, fin: str) -> PeriodeMutuelle:
    return PeriodeMutuelle(CardDate(debut), CardDate(fin))


@pytest.mark.parametrize(
    ("code", "gestion"),
    [("01", "caisse"), ("02", "organisme_complementaire"), ("03", "organisme_complementaire"), ("10", "sortie")],
)
def test_who_runs_the_cover_of_a_service(code: str, gestion: str) -> None:
    found = droit_complementaire(service(code), NONE, None, (), ON)
    assert found is not None
    assert (found.origine, found.code, found.gestion, found.en_cours) == ("beneficiaire", code, gestion, True)
    assert (found.debut, found.fin) == (date(2025, 1, 1), date(2026, 12, 31))
    assert found.libelle == type_cmu(code, ON)


def test_a_service_that_nobody_explains_is_shown_and_not_explained() -> None:
    found = droit_complementaire(service("11"), NONE, None, (), ON)
    assert found is not None
    assert (found.code, found.gestion, found.libelle) == ("11", None, None)


@pytest.mark.parametrize("code", ["00", "0", "", "  "])
def test_no_service_is_none(code: str) -> None:
    assert droit_complementaire(service(code), service(code), None, (), ON) is None


EMPTY = ServiceAmo("")


def test_the_familys_service_counts_where_the_beneficiarys_is_empty() -> None:
    for own, family, found in (
        ("03", "01", ("beneficiaire", "03")),
        ("", "01", ("famille", "01")),
        ("  ", "01", ("famille", "01")),
        ("00", "01", None),  # the card says that this beneficiary has none
        ("", "00", None),
        ("", "", None),
    ):
        right = droit_complementaire(service(own), service(family), None, (), ON)
        assert (None if right is None else (right.origine, right.code)) == found, (own, family)


def test_what_is_in_force_goes_before_what_is_not() -> None:
    ended = service("03", fin="202512310000")
    open_now = (period("202601010000", "000000000000"),)
    found = droit_complementaire(ended, EMPTY, Mutuelle("99999997"), open_now, ON)
    assert found is not None
    assert (found.origine, found.en_cours) == ("mutuelle", True)
    found = droit_complementaire(ended, EMPTY, None, (), ON)
    assert found is not None
    assert (found.origine, found.en_cours, found.fin) == ("beneficiaire", False, date(2025, 12, 31))


@pytest.mark.parametrize(
    ("identification", "gestion", "libelle"),
    [
        ("99999997", "caisse", "COMPLEMENTAIRE SANTE SOLIDAIRE gérée par votre caisse d'Assurance Maladie"),
        (
            "88888888",
            "organisme_complementaire",
            "COMPLEMENTAIRE SANTE SOLIDAIRE gérée par un organisme complémentaire",
        ),
        ("75500017", "ame", None),
    ],
)
def test_the_three_mutuelles_that_are_none(identification: str, gestion: str, libelle: str | None) -> None:
    periods = (period("202401010000", "202412310000"), period("202601010000", "000000000000"))
    found = droit_complementaire(NONE, NONE, Mutuelle(identification), periods, ON)
    assert found is not None
    assert (found.origine, found.gestion, found.libelle) == ("mutuelle", gestion, libelle)
    assert (found.debut, found.fin, found.en_cours) == (date(2026, 1, 1), None, True)
    without = droit_complementaire(NONE, NONE, Mutuelle(identification), (), ON)
    assert without is not None
    assert (without.debut, without.en_cours) == (None, False)


@pytest.mark.parametrize("identification", ["55555551", "00000001", "", "9999999"])
def test_any_other_mutuelle_is_no_right_of_the_compulsory_insurance(identification: str) -> None:
    assert droit_complementaire(NONE, NONE, Mutuelle(identification), (period("", ""),), ON) is None


def test_the_words_change_on_one_day_and_every_kind_has_them_on_every_day() -> None:
    kinds = {each.gestion for each in TYPES_CMU}
    assert kinds == {"caisse", "organisme_complementaire"}
    for kind in kinds:
        first, second = (each for each in TYPES_CMU if each.gestion == kind)
        assert (first.debut, first.fin) == (None, date(2019, 12, 31))
        assert (second.debut, second.fin) == (date(2020, 1, 1), None)
        assert first.sourced.basis == second.sourced.basis == "observed"
