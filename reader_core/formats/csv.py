"""A reading as a table, one beneficiary a line, for a French Excel or LibreOffice: UTF-8 with its mark, semicolons.

A spreadsheet runs a cell that begins like a formula, and rewrites one that looks like a number (`051` becomes 51). A text of
which it would do either begins with an apostrophe here, and so does one that begins with an apostrophe: reading takes one
away. Which columns there are, and how a cell holds several values: docs/formats.md.
"""

from __future__ import annotations

import csv
import io
import re

from reader_core.formats import card
from reader_core.formats.build import build_card
from reader_core.formats.csv_columns import COLUMNS, cell
from reader_core.formats.errors import FormatError
from reader_core.formats.pictures import from_pictures, to_pictures
from reader_core.session import VitaleReading

SEPARATOR = ";"
LINE_END = "\r\n"
ENCODING = "utf-8-sig"

_FORMULA = tuple("=+-@\t\r\n'")
_DATE = r"\d{1,4}[-/.]\d{1,4}(?:[-/.]\d{1,4})?"
_TIME = r"\d+(?::\d+){1,2}(?:[.,]\d+)?"
_AMOUNT = r"(?=.*\d)[\d\s.,()%€+]+(?:[eE][+-]?\d+[\s%€]*)?"
_MONTH = r"(?:\d{1,2}[ -])?(?:jan|f[eé]v|feb|mar|a[vp]r|ma[iy]|jui|ju[nl]|ao[uû]|aug|sep|oct|nov|d[eé]c)[^\W\d_]*\.?(?:[ -]\d{1,4}){0,2}"
_NUMBER = re.compile(rf"{_AMOUNT}|{_DATE}|{_TIME}|{_DATE}[\sT]+{_TIME}|\d+ \d+/\d+", re.ASCII)
_WORD = re.compile(rf"VRAI|FAUX|TRUE|FALSE|(?=.*\d){_MONTH}", re.IGNORECASE)
"""What a spreadsheet may take for a number, an amount, a time, a date or a truth value."""
_KEPT = re.compile(r"0|[1-9]\d{0,10}|\d{4}-\d{2}-\d{2}", re.ASCII)
"""Of these, what it shows as it is: whole numbers of up to 11 digits, and days."""
_NEXT_STEP = (
    "Give what `vitale read --format csv` wrote; a spreadsheet keeps it when it saves as CSV UTF-8 with semicolons."
)


def dumps(reading: VitaleReading) -> bytes:
    """Write a line of names, then a line for each beneficiary; a card without beneficiaries gives the names only."""
    return dump_rows(rows_of(build_card(reading)))


def rows_of(read: card.Card) -> tuple[dict[str, str], ...]:
    """Give the cells of a card object: a dictionary for each beneficiary, by the names of the columns."""
    return tuple(
        {name: cell(read, beneficiaire, path) for name, path in COLUMNS.items()} for beneficiaire in read.beneficiaires
    )


def dump_rows(rows: tuple[dict[str, str], ...]) -> bytes:
    """Write rows as a CSV file: a line of column names, then one for each row, cells that could be formulas protected."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=SEPARATOR, lineterminator=LINE_END)
    writer.writerow(COLUMNS)
    writer.writerows([protect(row[name]) for name in COLUMNS] for row in rows)
    return table.getvalue().encode(ENCODING)


def loads(raw: bytes) -> tuple[dict[str, str], ...]:
    """Read a table back into the cells that `rows_of` gives.

    Raises:
        FormatError: `csv_invalid`, with the line: not UTF-8, other columns, or a line with too few or too many cells.
    """
    try:
        text = raw.decode(ENCODING)
    except UnicodeDecodeError as error:
        raise _invalid(f"byte {error.start} is not UTF-8") from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=SEPARATOR, strict=True)
    rows: list[dict[str, str]] = []
    try:
        _check_names(next(reader, list[str]()))
        for cells in reader:
            if len(cells) != len(COLUMNS):
                raise _invalid(f"line {reader.line_num}: {len(cells)} cells, and there are {len(COLUMNS)} columns")
            rows.append({name: _unprotect(each) for name, each in zip(COLUMNS, cells, strict=True)})
    except csv.Error as error:
        raise _invalid(f"line {reader.line_num}: {error}") from error
    return tuple(rows)


def protect(text: str) -> str:
    """Write a text so that a spreadsheet shows it as it is, and does nothing with it."""
    changed = bool(_NUMBER.fullmatch(text) or _WORD.fullmatch(text)) and not _KEPT.fullmatch(text)
    return ("'" if changed or text.startswith(_FORMULA) else "") + to_pictures(text)


def _unprotect(written: str) -> str:
    return from_pictures(written.removeprefix("'"))


def _check_names(names: list[str]) -> None:
    for name in names:
        if name not in COLUMNS:
            hint = " (are its cells apart by semicolons?)" if len(names) == 1 else ""
            raise _invalid(f"line 1: {name[:60]!r} is no column of a reading{hint}")
    if names != [*COLUMNS]:
        missing = next((name for name in COLUMNS if name not in names), None)
        raise _invalid(
            "line 1: the columns are in another order" if missing is None else f"line 1: no column {missing}"
        )


def _invalid(reason: str) -> FormatError:
    return FormatError("csv_invalid", f"no table of a reading: {reason}", _NEXT_STEP)
