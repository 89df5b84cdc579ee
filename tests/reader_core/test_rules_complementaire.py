"""The name of the complementary cover, by code and day; the wordings are those of the published specification."""

from datetime import date

import pytest

from reader_core.rules.complementaire import type_cmu


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
