"""The oracle of the generated cards: its tables are those of the pages, and what it says of known cards is written here by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from before_after import situations

from conformance.catalogue.model import FUNCTIONS
from conformance.generated.exemption import four_months_earlier
from conformance.generated.oracle import expected, function_of, nir_key
from conformance.generated.tables import tables
from emulator.image import load_image, patch_image
from emulator.vitale2 import VitaleImage
from fixtures.vitale import Api
from reader_core.nomenclatures.assurance import QUALITE, REGIME

ON = date(2026, 1, 15)
NULL = {"is": "null"}


def image(name: str, **changes: object) -> VitaleImage:
    made = patch_image(load_image(name), {key.replace("__", "."): value for key, value in changes.items()})
    assert isinstance(made, VitaleImage)
    return made


def says(name: str, on: date = ON, api: Api = "4.10", *, opened: bool = True, **changes: object) -> dict[str, Any]:
    return expected(image(name, **changes), on=on, api=api, opened=opened)


def one(found: dict[str, Any], what: str = "exoneration", person: int = 0) -> dict[str, Any]:
    head = f"beneficiaires[{person}].{what}."
    return {path.removeprefix(head): value for path, value in found.items() if path.startswith(head)}


def test_the_situations_are_those_of_the_page() -> None:
    mine = {
        row.code: (
            row.nature,
            row.justificatif,
            f"{row.taux} (`before`), null (`4.10`)" if row.ordinaire else f"{row.taux}",
        )
        for row in tables().situations.rows
    }
    assert mine == situations()


def test_the_local_scheme_is_where_the_page_says() -> None:
    local = {row.code for row in tables().situations.rows if row.local}
    said = [*range(105, 111), *range(205, 208), *range(225, 228), 407, 408]
    assert local == {f"{code:04}" for code in said}


def test_every_regime_and_every_quality_is_drawn() -> None:
    regimes = {row.regime for row in tables().affiliations.rows}
    assert regimes == set(REGIME.codes) - {"82"}, "Monaco's cards carry codes that nothing public lists"
    assert set(tables().qualites.mots) == set(QUALITE.codes)
    for row in tables().affiliations.rows:
        assert tables().codes_of(row), row


def test_an_ordinary_situation_has_a_rate_before_and_none_since() -> None:
    plain = {
        "code_couverture": "00100",
        "connu": True,
        "nature": "aucune",
        "justificatif": "0",
        "nature_assurance": "10",
    }
    assert plain.items() <= one(says("specimen")).items()
    assert one(says("specimen"))["taux_standard"] == NULL
    assert one(says("specimen"))["libelle"] == {"mentions": ["uncam"]}
    assert one(says("specimen", api="before"))["taux_standard"] == 70


def test_the_mines_beside_an_ald() -> None:
    ald: dict[str, Any] = {"beneficiaires[0].couvertures": [{"debut": "2020-01-01", "ald": "1", "situation": "0700"}]}
    found = one(says("mines", **ald))
    assert (found["nature"], found["justificatif"], found["taux_standard"]) == ("ald", "4", 100)
    assert found["avec"] == {"mentions": ["mini", "mines"]}
    assert one(says("mines", api="before", **ald))["avec"] == {"count": 0}
    assert one(says("mines", api="before"))["libelle"] == {"mentions": ["réseau"]}


def test_the_ratp_is_exempted_before_and_not_since() -> None:
    assert (one(says("ratp", api="before"))["nature"], one(says("ratp", api="before"))["justificatif"]) == (
        "regime_special",
        "5",
    )
    assert one(says("ratp"))["nature"] == "aucune"


def test_mayotte_is_named_since_4_10_only() -> None:
    assert says("mayotte")["assure.regime_particulier"] == "mayotte"
    assert says("mayotte", api="before")["assure.regime_particulier"] == NULL
    assert says("mayotte", assure__regime="91")["assure.regime_particulier"] == NULL


@pytest.mark.parametrize(
    ("on", "api", "nature"),
    [
        (date(2025, 11, 14), "4.10", "aucune"),
        (date(2025, 11, 15), "4.10", "maternite"),
        (date(2026, 3, 27), "4.10", "maternite"),
        (date(2026, 3, 28), "4.10", "aucune"),
        (date(2026, 3, 15), "before", "maternite"),
        (date(2026, 3, 16), "before", "aucune"),
    ],
)
def test_the_days_of_a_maternity(on: date, api: Api, nature: str) -> None:
    assert one(says("maternite", on, api))["nature"] == nature


def test_a_maternity_and_an_ald() -> None:
    ald: dict[str, Any] = {"beneficiaires[0].couvertures": [{"debut": "2020-01-01", "ald": "1", "situation": "0100"}]}
    since, before = one(says("maternite", **ald)), one(says("maternite", api="before", **ald))
    assert (since["nature"], since["justificatif"], since["nature_assurance"]) == ("maternite", "0", "30")
    assert (since["debut"], since["fin"], since["code_couverture"]) == ("2025-11-15", "2026-03-27", "10100")
    assert since["avec"] == {"mentions": ["ald", "affection"]}
    assert (before["nature"], before["avec"]) == ("ald", {"mentions": ["maternité", "grossesse"]})


def test_of_several_periods_the_order_of_the_page_decides() -> None:
    codes = ["0100", "0104", "0105", "0102"]
    several: Any = [{"debut": "2020-01-01", "situation": code} for code in codes]
    found = one(says("specimen", **{"beneficiaires[0].couvertures": several}))
    assert (found["code_couverture"], found["avec"]) == ("00102", {"mentions": ["alsace"]})


def test_without_a_professional_card_nothing_protected_is_expected() -> None:
    found = says("famille", opened=False)
    assert found["beneficiaires[4].exoneration"] == found["beneficiaires[4].maternite"] == NULL
    assert one(found) == {}


def test_the_free_data_of_the_family() -> None:
    found = says("famille")
    assert found["beneficiaires"] == {"count": 5}
    assert found["accidents[1].identifiant"] == "240115006"
    assert found["beneficiaires[0].mutuelle.geree_par_amo"] is True
    assert found["beneficiaires[1].amc.fin"] == "2025-10-31"
    assert (found["beneficiaires[4].naissance.date"], found["beneficiaires[4].naissance.lunaire"]) == (NULL, True)
    assert found["beneficiaires[1].droits_ouverts"] is True


def test_keys_of_numbers() -> None:
    # The test vectors of public texts, computed by hand there.
    assert nir_key("1850575999001") == "50"
    assert nir_key("285052A999001") == "57"
    assert nir_key("185052B999002") == "36"


def test_four_months_earlier_in_a_month_without_that_day() -> None:
    assert four_months_earlier(date(2026, 6, 30)) == date(2026, 2, 28)
    assert four_months_earlier(date(2026, 4, 1)) == date(2025, 12, 1)


def test_each_expectation_belongs_to_a_function_of_the_leaflet() -> None:
    found = {function_of(path) for path in says("famille")}
    assert found == {"identity", "rights", "complementary", "protected"}
    assert found <= set(FUNCTIONS)
    assert function_of("beneficiaires[0].exoneration.nature") == "protected"
    assert function_of("beneficiaires[1].amc.numero_b2") == "complementary"
    assert function_of("beneficiaires[1].nom_usuel") == "identity"
