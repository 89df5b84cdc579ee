"""A wrong value says which file, which field and which rule it comes from, and what the card gave."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from origin_rows import without_their_own

from conformance.events import CaseFinished, Check, Exchange, Origin
from conformance.origins import with_origins
from conformance.origins.content import contents
from conformance.origins.table import ROWS, TITLES_FR
from conformance.origins.tracing import origin_of
from conformance.products import ProductSetup
from fixtures.vitale import Scenario
from reader_core.layouts import VITALE2_BY_NAME
from reader_core.layouts.cps import CPS_FILES
from reader_core.layouts.cps2ter import ICC, ID, PROFESSION, SITUATIONS
from vitale_testbed import broken

SELECT_VITALE = "00A404000BD250000002564954414C45"
LAYOUTS = {**VITALE2_BY_NAME, **{one.name: one for one in (*CPS_FILES, ICC, ID, PROFESSION, SITUATIONS)}}


def apdus(*exchanges: tuple[str, str], slot: str = "vitale") -> tuple[Exchange, ...]:
    return tuple(
        Exchange(slot=slot, at_ms=1.0, kind="apdu", command=command, response=response)
        for command, response in exchanges
    )


# docs/cards/vitale2.md: COUVERT is VITALE 2015, records E6, index 9E, then debut 80, fin 81, ald 82, situation 83
COUVERT = (
    "E6 28 9E0101 800C323032353031303130303030 810C303030303030303030303030 820131 830430373030"
    "E6 28 9E0102 800C323032353031303130303030 810C303030303030303030303030 820130 830430313030"
).replace(" ", "")
READ = apdus(
    (SELECT_VITALE, "9000"),
    ("00A40200022015", "9000"),
    ("00B0000028", COUVERT[:80] + "9000"),
    ("00B0002828", COUVERT[80:] + "6282"),
)


def the(origin: Origin | None) -> Origin:
    assert origin is not None
    return origin


def test_a_file_read_in_pieces_is_put_together() -> None:
    assert contents(READ)["vitale", "COUVERT"].content.hex().upper() == COUVERT


def test_an_answer_fetched_in_two_steps_counts_too() -> None:
    whole = apdus((SELECT_VITALE, "610A"), ("00C000000A", "00" * 10 + "9000"), ("00A40200022015", "9000"))
    whole += apdus(("00B0000000", "6C54"), ("00B0000054", COUVERT[:60] + "6136"), ("00C0000036", COUVERT[60:] + "9000"))
    assert contents(whole)["vitale", "COUVERT"].content.hex().upper() == COUVERT


def test_a_refused_file_gives_its_status_word() -> None:
    seen = contents(apdus((SELECT_VITALE, "9000"), ("00A40200022015", "9000"), ("00B0000000", "6982")))
    (file,) = the(origin_of("beneficiaires[0].couvertures[0].situation", seen)).files
    assert (file.state, file.status, file.access, file.fields) == ("refused", "6982", "protected", ())


def test_the_fields_are_those_of_the_beneficiary_and_of_the_value() -> None:
    (file,) = the(origin_of("beneficiaires[1].couvertures[0].situation", contents(READ))).files
    assert (file.name, file.application, file.fid, file.wanted) == ("COUVERT", "VITALE", "2015", ("83 situation",))
    (field,) = file.fields
    assert (field.tags, field.value, field.beneficiary, field.record) == ("E6 83", "0100", 2, 1)


def test_an_exemption_names_every_file_that_it_is_made_of() -> None:
    origin = the(origin_of("beneficiaires[0].exoneration.nature", contents(READ)))
    assert "docs/4.10.md" in origin.rule
    assert [(one.name, one.state) for one in origin.files] == [
        ("COUVERT", "read"),
        ("MATERN", "unread"),
        ("ASSURE", "unread"),
    ]
    assert [one.value for one in origin.files[0].fields] == ["202501010000", "000000000000", "1", "0700"]


@pytest.mark.parametrize(
    ("exchanges", "state", "status"),
    [
        ([("00A40200022015", "9000")], "unread", ""),
        ([("00A40200022015", "9000"), ("0020000104", "6983")], "unread", ""),  # of the PIN, not of the file
        ([("00A40200022015", "6A82")], "refused", "6A82"),
        ([("00A40200022015", "9000"), ("00B0000000", "6B00")], "read", ""),
        ([("00A40200022015", "9000"), ("00B0000000", "9000")], "read", ""),
        ([("00A40200022015", "9000"), ("00B0000000", "6982"), ("00B0000000", "6B00")], "read", ""),
        ([("00A40200022015", "9000"), ("00B0000000", "6982"), ("00A40200022015", "9000")], "refused", "6982"),
        ([("00A40200022015", "9000"), ("00B0010000", "6B00")], "refused", "6B00"),
        ([("00A40200022015", "9000"), ("00B0000000", "6C54"), ("00B0000054", "")], "refused", "6C54"),
        ([("00A40200022015", "610A"), ("00C000000A", "00" * 10 + "9000")], "unread", ""),
        ([("00A40200022015", "9000"), ("00B0002828", COUVERT[80:] + "9000")], "damaged", ""),
    ],
    ids=[
        *("selected", "selected-and-a-code-refused", "not-there", "empty-6B00", "empty-9000", "empty-once-opened"),
        *(
            "refused-and-selected-again",
            "behind-the-end",
            "a-length-never-tried",
            "its-description-read",
            "its-end-alone",
        ),
    ],
)
def test_only_an_answered_read_makes_a_file_read(exchanges: list[tuple[str, str]], state: str, status: str) -> None:
    seen = contents(apdus((SELECT_VITALE, "9000"), *exchanges))
    (file,) = the(origin_of("beneficiaires[0].couvertures[0].situation", seen)).files
    assert (file.state, file.status, file.fields) == (state, status, ())


def test_what_stands_behind_a_gap_waits_for_what_is_before_it() -> None:
    first, last = ("00B0000028", COUVERT[:80] + "9000"), ("00B0002828", COUVERT[80:] + "9000")
    begun = (SELECT_VITALE, "9000"), ("00A40200022015", "9000")
    assert contents(apdus(*begun, last))["vitale", "COUVERT"].content == b""
    assert contents(apdus(*begun, last, first))["vitale", "COUVERT"].content.hex().upper() == COUVERT
    far = ("00B0002C24", COUVERT[88:] + "9000")
    assert contents(apdus(*begun, first, far))["vitale", "COUVERT"].content.hex().upper() == COUVERT[:80]


# docs/cards/vitale2.md: AMC is VITALE 2018, records E9, index 9E, numero_b2 80, numero_edi 81, ... ; docs/card-object.md: `amc` is the first
# record of an index, `autres_amc` are the others
def amc(index: int, number: str) -> str:
    fields = f"9E01{index:02X}8003{number.encode().hex()}" + "".join(f"{tag:02X}00" for tag in (0x81, 0x82, 0x83))
    fields += "".join(f"{tag:02X}0C" + "30" * 12 for tag in (0x84, 0x85)) + "".join(
        f"{tag:02X}00" for tag in range(0x86, 0x8C)
    )
    return f"E9{len(fields) // 2:02X}{fields}".upper()


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("beneficiaires[0].amc.numero_b2", [("101", 1)]),
        ("beneficiaires[0].autres_amc[0].numero_b2", [("103", 2)]),
        ("beneficiaires[0].autres_amc[1].numero_b2", [("104", 3)]),
        ("beneficiaires[1].amc.numero_b2", [("102", 1)]),
        ("beneficiaires[1].autres_amc[0].numero_b2", []),
        ("beneficiaires[0].autres_amc[*].numero_b2", [("101", 1), ("103", 2), ("104", 3)]),
    ],
)
def test_each_complementary_insurer_has_its_record(path: str, told: list[tuple[str, int]]) -> None:
    content = amc(1, "101") + amc(2, "102") + amc(1, "103") + amc(1, "104")
    seen = contents(
        apdus((SELECT_VITALE, "9000"), ("00A40200022018", "9000"), ("00B0000000", content + "9000")),
    )
    (file,) = the(origin_of(path, seen)).files
    assert (file.name, file.state, file.wanted) == ("AMC", "read", ("80 numero_b2",))
    assert [(field.value, field.record) for field in file.fields] == told


def test_a_date_of_a_second_insurer_is_made_as_that_of_the_first() -> None:
    first, second = (the(origin_of(f"beneficiaires[0].{one}.fin", {})) for one in ("amc", "autres_amc[0]"))
    assert first.rule == second.rule
    assert second.files[0].wanted == ("85 fin",)


def test_a_damaged_file_says_where() -> None:
    seen = contents(apdus((SELECT_VITALE, "9000"), ("00A40200022015", "9000"), ("00B0000000", "E6259E01019000")))
    (file,) = the(origin_of("beneficiaires[0].couvertures", seen)).files
    assert file.state == "damaged"
    assert file.problem.startswith("offset ")


def test_only_what_is_wrong_is_traced_back_and_each_in_its_reading() -> None:
    right = Check(path="assure.nir", expected="1", actual="1", ok=True)
    wrong = Check(path="beneficiaires[0].couvertures[0].ald", expected="1", actual="0", ok=False, reading=2)
    elsewhere = Check(path="not.of.any.card", expected="1", actual="0", ok=False)
    first, second, third = with_origins((right, wrong, elsewhere), READ)
    assert first is right
    assert the(second.origin).files[0].state == "unread", "the exchanges are those of the first reading"
    assert third.origin is None


def test_the_table_names_files_and_fields_that_exist() -> None:
    for path, row in ROWS.items():
        for names, fields in row.files.items():
            for name in names.split("|"):
                assert set(fields) <= {one.name for one in LAYOUTS[name].fields}, path
                assert name in TITLES_FR, path


def test_every_value_that_a_scenario_compares_has_an_origin_of_its_own(scenarios: Mapping[str, Scenario]) -> None:
    paths = {path for scenario in scenarios.values() for reading in scenario.readings for path in reading.expect}
    assert len(paths) > 200
    assert without_their_own(paths) == []


@pytest.mark.parametrize(
    "path",
    [
        "beneficiaires[0].numero_de_carte",  # of no file: all of BENEFIC would be told
        "beneficiaires[0].droits[0].motif",
        "beneficiaires[0].exoneration.taux_special",
        "beneficiaires[0].mutuelle.debut",  # a field of PERMUTU
        "not.of.any.card",
    ],
)
def test_a_value_that_nobody_thought_of_is_found(path: str) -> None:
    assert without_their_own([path]) == [path.replace("[0]", "")]


# A reader of each kind: what it misreads, and the file, field and rule that the report must name for it.
@pytest.mark.parametrize(
    ("name", "case", "path", "file", "field", "rule"),
    [
        ("codes-as-numbers", "VIT-IDE-006", "assure.centre", "ASSURE", "E1 8B", "docs/card-object.md"),
        ("last-day-is-out", "VIT-IDE-007", "beneficiaires[0].droits_ouverts", "DROITS", "E5 81", "docs/card-object.md"),
        ("other-scheme", "VIT-REG-001", "assure.regime_libelle", "ASSURE", "E1 89", "docs/nomenclatures.md"),
        ("ignores-ald", "VIT-PRO-001", "beneficiaires[0].exoneration.nature", "COUVERT", "E6 82", "docs/4.10.md"),
        ("capital-names", "VIT-IDE-001", "beneficiaires[0].prenom", "BENEFIC", "E4 82", "docs/card-object.md"),
        ("anonymous-card", "VIT-IDE-009", "vitale.debut_validite", "CARTE", "66 80", "docs/card-object.md"),
        ("no-member-number", "VIT-AMC-004", "beneficiaires[0].amc.numero_adherent", "AMC", "E9 82", "docs/card-object.md"),
        ("maternity-one-day-early", "VIT-MAT-001", "beneficiaires[0].exoneration.nature", "MATERN", "EC 80", "docs/4.10.md"),
        ("everybody-is-a-physician", "VIT-CPS-010", "professionnel.profession", "CPS2INFO", "E2 80", "docs/card-object.md"),
        ("no-fsv-in-mayotte", "VIT-MAY-006", "beneficiaires[0].exoneration.nature", "COUVERT", "E6 83", "docs/4.10.md"),
    ],
)  # fmt: skip
def test_a_broken_reader_is_told_what_it_misread(
    play_cases: Callable[..., dict[str, CaseFinished]],
    name: str,
    case: str,
    path: str,
    file: str,
    field: str,
    rule: str,
) -> None:
    product = broken.create(ProductSetup(argument=name))
    wrong = [
        check
        for one in play_cases(product, case).values()
        for check in one.checks
        if not check.ok and check.path == path
    ]
    assert wrong
    origins = [the(check.origin) for check in wrong]
    assert all(rule in origin.rule for origin in origins)
    files = [one for origin in origins for one in origin.files if one.name == file]
    assert {one.state for one in files} == {"read"}, "the reader was given it, and made something else of it"
    assert field in {seen.tags for one in files for seen in one.fields}
