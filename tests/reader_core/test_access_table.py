"""The default access table, walked from end to end against expectations written by hand.

From the leaflet on API de lecture Vitale 4.10: identity, rights, caisse, CMU and complementary cover are free; exemption and code
couverture take a CPS, CPE, CPF or CDE and its confidential code. From the public list of SSV errors: test and real cards do not go
together. From the ANS Cryptolib: a CPS names its holder to anybody, and shows situations after the PIN. What these do not say is
docs/4.10.md's.
"""

from collections import Counter

import pytest

from reader_core.access import CardType, Category, Function, PinState, Situation, default_table
from reader_core.access.markdown import access_page, differing_rows
from reader_core.access.table import every_case
from reader_core.rules import Api

FREE = ["read_identity", "read_rights", "read_complementary"]
OUT = ["print", "export_json", "export_xml", "export_ssv", "export_csv"]
PROTECTED = ["read_exemptions", "read_maternity"]

# A column a state of the code, a row a card; "-" is allowed.
TOGETHER = """
          not_presented     verified          wrong             blocked
none      cps_absent        cps_absent        cps_absent        cps_absent
CPS       pin_missing       -                 pin_wrong         pin_blocked
CPF       pin_missing       -                 pin_wrong         pin_blocked
CPE       pin_missing       -                 pin_wrong         pin_blocked
CDE       pin_missing       -                 pin_wrong         pin_blocked
CPA       cps_not_entitled  cps_not_entitled  cps_not_entitled  cps_not_entitled
CSA       cps_not_entitled  cps_not_entitled  cps_not_entitled  cps_not_entitled
unknown   cps_not_entitled  cps_not_entitled  cps_not_entitled  cps_not_entitled
"""
MIXED = """
          not_presented     verified          wrong             blocked
none      cps_absent        cps_absent        cps_absent        cps_absent
CPS       cards_mixed       cards_mixed       cards_mixed       cards_mixed
CPF       cards_mixed       cards_mixed       cards_mixed       cards_mixed
CPE       cards_mixed       cards_mixed       cards_mixed       cards_mixed
CDE       cards_mixed       cards_mixed       cards_mixed       cards_mixed
CPA       cps_not_entitled  cps_not_entitled  cps_not_entitled  cps_not_entitled
CSA       cps_not_entitled  cps_not_entitled  cps_not_entitled  cps_not_entitled
unknown   cps_not_entitled  cps_not_entitled  cps_not_entitled  cps_not_entitled
"""
SITUATIONS = """
          not_presented     verified          wrong             blocked
none      cps_absent        cps_absent        cps_absent        cps_absent
CPS       pin_missing       -                 pin_wrong         pin_blocked
CPF       pin_missing       -                 pin_wrong         pin_blocked
CPE       pin_missing       -                 pin_wrong         pin_blocked
CDE       pin_missing       -                 pin_wrong         pin_blocked
CPA       pin_missing       -                 pin_wrong         pin_blocked
CSA       pin_missing       -                 pin_wrong         pin_blocked
unknown   pin_missing       -                 pin_wrong         pin_blocked
"""
HOLDER = """
          not_presented     verified          wrong             blocked
none      cps_absent        cps_absent        cps_absent        cps_absent
CPS       -                 -                 -                 -
CPF       -                 -                 -                 -
CPE       -                 -                 -                 -
CDE       -                 -                 -                 -
CPA       -                 -                 -                 -
CSA       -                 -                 -                 -
unknown   -                 -                 -                 -
"""


def cells(grid: str) -> dict[tuple[str, str], str]:
    heads, *rows = (line.split() for line in grid.strip().splitlines())
    return {(card, pin): code for card, *codes in rows for pin, code in zip(heads, codes, strict=True)}


EXPECTED = {
    **{(each, category): "allowed" for each in (*FREE, *OUT) for category in ("test/test", "real/real", "mixed")},
    **{(each, category): TOGETHER for each in PROTECTED for category in ("test/test", "real/real")},
    **{(each, "mixed"): MIXED for each in PROTECTED},
    **{("read_professional", category): HOLDER for category in ("test/test", "real/real", "mixed")},
    **{("read_situations", category): SITUATIONS for category in ("test/test", "real/real", "mixed")},
}
"""By function and category: a grid, or allowed whatever the card and its code."""


def expected(function: str, situation: Situation) -> str:
    grid = EXPECTED[function, situation.category.value]
    return "-" if grid == "allowed" else cells(grid)[situation.card.value, situation.pin.value]


def test_the_whole_product_is_decided_as_the_leaflet_says() -> None:
    table = default_table()
    walked: Counter[str] = Counter()
    for function, situation, api in every_case():
        decision = table.decide(function, situation, api)
        assert (decision.code or "-") == expected(function.value, situation), (function, situation, api)
        walked[decision.code or "-"] += 1
    # 12 functions, 8 cards, 4 states of the code, 3 categories, 2 sets of rules
    assert walked.total() == 12 * 8 * 4 * 3 * 2
    assert "access_denied" not in walked, "the default table forgets no case"


CHECKED = [card for card in CardType if card.value in {"CPS", "CPF", "CPE", "CDE"}]


@pytest.mark.parametrize(
    ("api", "checks"), [("before", ["chain", "validity"]), ("4.10", ["chain", "validity", "revocation"])]
)
@pytest.mark.parametrize("pin", PinState)
@pytest.mark.parametrize("function", [Function.READ_EXEMPTIONS, Function.READ_MATERNITY])
def test_what_is_looked_at_on_the_professional_card(
    function: Function, pin: PinState, api: Api, checks: list[str]
) -> None:
    """docs/4.10.md, 6: revocation is looked up since 4.10; authority and dates always, and before a code counts."""
    for card in CHECKED:
        for category in (Category.TEST, Category.REAL):
            assert [*default_table().decide(function, Situation(card, pin, category), api).checks] == checks


def test_nothing_else_is_looked_at() -> None:
    for function, situation, api in every_case():
        if function.value not in PROTECTED or situation.card not in CHECKED or situation.category is Category.MIXED:
            assert default_table().decide(function, situation, api).checks == (), (function, situation)


def test_the_sixth_evolution_is_a_difference_of_two_rows() -> None:
    rows = [(row.api, [*row.checks], row.outcome) for row in differing_rows(default_table())]
    assert rows == [
        (("before",), ["chain", "validity"], None),
        (("4.10",), ["chain", "validity", "revocation"], None),
    ]
    changed = {
        function.value
        for function, situation, _ in every_case()
        if default_table().decide(function, situation, "before") != default_table().decide(function, situation, "4.10")
    }
    assert changed == set(PROTECTED)


def test_every_row_has_a_use_a_source_and_a_basis() -> None:
    table = default_table()
    assert [row.id for row in table.idle_rows()] == []
    assert all(row.source and row.basis for row in table.rows)
    assumed = {row.id for row in table.rows if row.basis == "assumption"}
    assert {"protected-other-card", "protected-checks", "print-and-export"} <= assumed


def test_the_page_shows_the_grid_that_is_expected() -> None:
    page = access_page()
    for (card, pin), code in cells(TOGETHER).items():
        (line,) = [one for one in page.splitlines() if one.startswith(f"| {card} |")]
        shown = line.strip("| ").split(" | ")[1 + [each.value for each in PinState].index(pin)]
        assert shown == ("allowed" if code == "-" else f"`{code}`")
