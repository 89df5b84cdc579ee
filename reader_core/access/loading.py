"""From a TOML file to a table; what is wrong in the file is said with its row and the reason."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

import msgspec

from reader_core.access.model import CardType, Category, Check, Function, PinState
from reader_core.access.table import APIS, AccessTable, Outcome, Row
from reader_core.rules.basis import Basis

SCHEMA = "vitale-access/1"
_DEFAULT = "default.toml"
_AT = re.compile(r" - at `\$(.*)`$")
_ROW = re.compile(r"\.row\[(\d+)\](?:\.([a-z]+))?(?:\[(?:\d+|\.\.\.)\])?")
_CHOICES: dict[str, tuple[str, ...]] = {
    "function": tuple(Function),
    "card": tuple(CardType),
    "pin": tuple(PinState),
    "category": tuple(Category),
    "checks": tuple(Check),
    "api": APIS,
    "outcome": get_args(Outcome),
    "basis": get_args(Basis),
}


class AccessTableError(Exception):
    """A file that is no access table.

    Attributes:
        origin: the file.
        where: the row, as `row 3 (protected-pin)`; empty when the whole file is meant.
        reason: what is wrong.
        next_step: what to do about it.
    """

    def __init__(self, origin: str, where: str, reason: str) -> None:
        place = f", {where}" if where else ""
        super().__init__(f"{origin}{place}: {reason}")
        self.origin = origin
        self.where = where
        self.reason = reason
        self.next_step = (
            "Correct the file; `vitale access show` prints the default one, `vitale schema access` the schema."
        )

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes."""
        return AccessTableError, (self.origin, self.where, self.reason)


class AccessFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An access table as a file.

    Attributes:
        schema: the version of this form.
        row: the rows; the first that holds and has an outcome decides, and what no row decides is refused.
    """

    schema: Literal["vitale-access/1"]
    row: tuple[Row, ...]


def load_access(path: Path | str) -> AccessTable:
    """Read a table from a TOML file.

    Raises:
        AccessTableError: the file cannot be read, is no TOML, does not follow the schema, names two rows alike, or has a
            row that can never hold.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "not a text in UTF-8"
        raise AccessTableError(str(path), "", f"cannot be read: {said}") from error
    return parse_access(text, str(path))


@cache
def default_table() -> AccessTable:
    """The table that is used when a deployment gives none."""
    return parse_access(default_text(), f"reader_core/access/{_DEFAULT}", thorough=False)


def default_text() -> str:
    """The default table as its TOML file, comments included."""
    return Path(__file__).with_name(_DEFAULT).read_text(encoding="utf-8")


def parse_access(text: str, origin: str, *, thorough: bool = True) -> AccessTable:
    """Read a table from the text of a TOML file.

    Args:
        text: the text.
        origin: the file's name, for messages.
        thorough: also look for rows that can never hold, which takes a walk over the whole product.

    Raises:
        AccessTableError: see `load_access`.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AccessTableError(origin, "", f"no TOML: {error}") from error
    try:
        file = msgspec.convert(document, AccessFile)
    except msgspec.ValidationError as error:
        raise AccessTableError(origin, *_in_words(str(error), document)) from error
    table = AccessTable(file.row, origin)
    _check(table, thorough=thorough)
    return table


def access_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the file, as a TOML document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:vitale-testbed:schema:vitale-access:1",
        **msgspec.json.schema(AccessFile),
    }


def _check(table: AccessTable, *, thorough: bool) -> None:
    seen: dict[str, int] = {}
    for number, row in enumerate(table.rows, 1):
        where = f"row {number} ({row.id})"
        if row.id in seen:
            raise AccessTableError(table.origin, where, f"has the id of row {seen[row.id]}")
        seen[row.id] = number
        if row.outcome is None and not row.checks:
            raise AccessTableError(table.origin, where, "has neither an outcome nor checks, so it does nothing")
    if not thorough:
        return
    for row in table.idle_rows():
        reason = "never holds: the rows before it decide every case it speaks of"
        raise AccessTableError(table.origin, f"row {seen[row.id]} ({row.id})", reason)


def _in_words(said: str, document: dict[str, Any]) -> tuple[str, str]:
    """Say the validator's words with the row's number from 1, its id, its key, and what may stand there."""
    reason, path = _AT.sub("", said), _AT.search(said)
    found = None if path is None else _ROW.fullmatch(path[1])
    if found is None:
        return ("" if path is None else path[1].removeprefix(".")), reason
    number, key = int(found[1]), found[2]
    row: Any = cast("list[Any]", document["row"])[number]
    name = cast("dict[str, Any]", row).get("id") if isinstance(row, dict) else None
    place = f"row {number + 1}" + (f" ({name})" if isinstance(name, str) else "")
    if key in _CHOICES and reason.startswith("Invalid enum value"):
        reason += f"; it may be: {', '.join(_CHOICES[key])}"
    return (f"{place}, {key}" if key else place), reason
