"""Access tables as files: what is wrong is said with the file, the row and the reason."""

import contextlib
import json
import pickle
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader_core.access import (
    AccessTableError,
    CardType,
    Category,
    Function,
    Situation,
    access_schema,
    category_of,
    default_table,
    load_access,
)
from reader_core.access.loading import default_text, parse_access

HEAD = 'schema = "vitale-access/1"\n'
SOURCE = 'source = "decision of the establishment"\nbasis = "assumption"\n'


def row(name: str, *lines: str) -> str:
    return f'[[row]]\nid = "{name}"\n' + "".join(f"{line}\n" for line in lines) + SOURCE


GOOD = row("first", 'function = ["print"]', 'outcome = "allow"')


@pytest.mark.parametrize(
    ("text", "where", "reason"),
    [
        ("", "", "Object missing required field `schema`"),
        ("row = ", "", "no TOML: Invalid value"),
        ('schema = "vitale-access/9"\nrow = []', "schema", "Invalid enum value"),
        (HEAD + "row = 3", "row", "Expected `array`, got `int`"),
        (HEAD + "row = [3]", "row 1", "Expected `object`, got `int`"),
        (HEAD + "rows = []\nrow = []", "", "unknown field `rows`"),
        (HEAD + GOOD + row("b", 'outcome = "alow"'), "row 2 (b), outcome", "'alow'; it may be: allow, cps_absent,"),
        (
            HEAD + row("b", 'card = ["CPX"]', 'outcome = "allow"'),
            "row 1 (b), card",
            "'CPX'; it may be: none, CPS, CPF,",
        ),
        (HEAD + row("b", 'pin = "wrong"', 'outcome = "allow"'), "row 1 (b), pin", "Expected `array`, got `str`"),
        (HEAD + row("b", "pin = []", 'outcome = "allow"'), "row 1 (b), pin", "length >= 1"),
        (HEAD + row("b", 'api = ["4.11"]', 'outcome = "allow"'), "row 1 (b), api", "'4.11'; it may be: before, 4.10"),
        (HEAD + row("b", 'checks = ["x"]'), "row 1 (b), checks", "it may be: chain, validity, revocation"),
        (HEAD + row("b", 'outcom = "allow"'), "row 1 (b)", "unknown field `outcom`"),
        (HEAD + '[[row]]\nid = "b"\noutcome = "allow"\n', "row 1 (b)", "missing required field `source`"),
        (HEAD + row("B c", 'outcome = "allow"'), "row 1 (B c), id", "matching regex"),
        (HEAD + row("b"), "row 1 (b)", "has neither an outcome nor checks"),
        (HEAD + GOOD + GOOD, "row 2 (first)", "has the id of row 1"),
        (
            HEAD + row("all", 'outcome = "access_denied"') + GOOD,
            "row 2 (first)",
            "never holds: the rows before it decide every case it speaks of",
        ),
        (
            HEAD
            + row("cps", 'card = ["CPS"]', 'outcome = "allow"')
            + row("late", 'card = ["CPS"]', 'checks = ["chain"]'),
            "row 2 (late)",
            "never holds",
        ),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, where: str, reason: str) -> None:
    path = tmp_path / "hospital.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AccessTableError) as caught:
        load_access(path)
    assert caught.value.where == where
    assert reason in caught.value.reason
    assert str(caught.value).startswith(f"{path}, {where}: " if where else f"{path}: ")
    assert pickle.loads(pickle.dumps(caught.value)).reason == caught.value.reason


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(AccessTableError, match=r"absent\.toml: cannot be read: No such file"):
        load_access(tmp_path / "absent.toml")
    (tmp_path / "latin.toml").write_bytes(b"\xe9")
    with pytest.raises(AccessTableError, match="not a text in UTF-8"):
        load_access(str(tmp_path / "latin.toml"))
    with pytest.raises(AccessTableError, match="Is a directory"):
        load_access(tmp_path)


@given(st.text(max_size=60) | st.text(max_size=60).map(lambda text: default_text()[:200] + text))
def test_any_text_is_a_table_or_an_error(text: str) -> None:
    with contextlib.suppress(AccessTableError):  # anything else is a failure of this test
        parse_access(text, "any.toml")


def test_the_default_table_is_a_good_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(default_text(), encoding="utf-8")
    assert load_access(path).rows == default_table().rows
    jsonschema.validate(tomllib.loads(default_text()), access_schema())
    assert json.dumps(access_schema())


def test_the_example_of_the_page_is_a_table(docs: Path) -> None:
    page = (docs / "access.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```\n\nA row names", page, re.DOTALL)
    table = parse_access(example, "page")
    alone = Situation(category=Category.TEST)
    assert table.decide(Function.READ_IDENTITY, alone, "4.10").allowed
    assert table.decide(Function.READ_RIGHTS, alone, "4.10").code == "cps_absent"
    assert table.decide(Function.READ_RIGHTS, Situation(CardType.CPE), "4.10").allowed
    assert table.decide(Function.EXPORT_XML, alone, "4.10").code == "access_denied"


def test_what_no_row_decides_is_refused() -> None:
    table = parse_access(HEAD + GOOD, "small.toml")
    assert table.decide(Function.PRINT, Situation(), "4.10").row == "first"
    decision = table.decide(Function.READ_IDENTITY, Situation(), "4.10")
    assert (decision.code, decision.row, decision.allowed) == ("access_denied", "", False)


@pytest.mark.parametrize(
    ("vitale", "cps", "category"),
    [
        (True, True, "test/test"),
        (False, False, "real/real"),
        (True, False, "mixed"),
        (False, True, "mixed"),
        (True, None, "test/test"),
        (False, None, "real/real"),
        (None, True, "test/test"),
        (None, False, "real/real"),
        (None, None, "real/real"),
    ],
)
def test_the_category_of_two_cards(vitale: bool | None, cps: bool | None, category: str) -> None:
    assert category_of(vitale_is_test=vitale, cps_is_test=cps) == category
