"""The document of an image, before and after the schema: dates, line numbers, changes by path."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any, TypeAlias, cast

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands: names of tables, and positions in arrays from 0."""

_STEP = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*)|\[([0-9]+)\]")
_WHOLE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\[[0-9]+\])*(\.[A-Za-z_][A-Za-z0-9_-]*(\[[0-9]+\])*)*")
_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]\"']+?)\s*\]")
_KEY = re.compile(r"^\s*([A-Za-z0-9_.-]+)\s*=")


class PathError(Exception):
    """A path that leads nowhere in a document.

    Attributes:
        path: the path that was given.
        reason: where it goes wrong.

    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def plain_document(value: Any) -> Any:  # noqa: ANN401 - a TOML value is any value
    """Replace TOML dates by the text a card carries: ``AAAAMMJJ``, or ``AAAAMMJJhhmm`` for a date with a time."""
    match value:
        case datetime():
            return value.strftime("%Y%m%d%H%M")
        case date():
            return value.strftime("%Y%m%d")
        case dict():
            return {key: plain_document(one) for key, one in cast("dict[str, Any]", value).items()}
        case list() | tuple():
            return [plain_document(one) for one in cast("list[Any]", value)]
        case _:
            return value


def parse_path(text: str) -> Path:
    """Read a path such as ``beneficiaires[1].couvertures[0].ald``.

    Raises:
        PathError: it is not one.

    """
    if not _WHOLE.fullmatch(text):
        raise PathError(text, "not a path: write names and positions, such as beneficiaires[0].droits[1].fin")
    return tuple(name or int(position) for name, position in _STEP.findall(text))


def change(document: Mapping[str, Any], changes: Mapping[str, object]) -> dict[str, Any]:
    """Make a changed copy of a document.

    Args:
        document: tables and values.
        changes: new values by path. None removes the value, so that its default holds; the position after the last of
            an array appends. A table that is not there yet is made on the way, an array is not.

    Raises:
        PathError: a path does not fit the document.

    """
    changed = copy.deepcopy(dict(document))
    for text, value in changes.items():
        path = parse_path(text)
        container: Any = changed
        for step, following in pairwise(path):
            container = _enter(text, container, step, following)
        _put(text, container, path[-1], plain_document(value))
    return changed


def locate(text: str, field: str) -> str:
    """Say where a field stands in a TOML text, as well as it can be found: its line, and its path.

    Args:
        text: the TOML text; without it the path alone is said.
        field: a path that begins with ``$``.

    """
    name = field.removeprefix("$").lstrip(".")
    wanted = tuple(one or int(position) for one, position in _STEP.findall(name))
    best, line = 0, 0
    for number, path in _lines(text):
        if len(path) > best and path == wanted[: len(path)]:
            best, line = len(path), number
    return ", ".join(part for part in (f"line {line}" if line else "", name) if part)


def _lines(text: str) -> list[tuple[int, Path]]:
    """The path that each header or key of a TOML text speaks of, with its line from 1."""
    found: list[tuple[int, Path]] = []
    arrays: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            *outer, last = (part.strip() for part in header[2].split("."))
            table = ()
            for part in outer:
                table = (*table, part)
                table = (*table, arrays[table]) if table in arrays else table
            table = (*table, last)
            if header[1] == "[[":
                arrays[table] = arrays.get(table, -1) + 1
                table = (*table, arrays[table])
            found.append((number, table))
        elif key:
            found.append((number, (*table, *key[1].split("."))))
    return found


def _enter(text: str, container: Any, step: str | int, following: str | int) -> Any:  # noqa: ANN401 - a TOML value
    if isinstance(step, int):
        return _items(text, container, step)[step]
    table = _table(text, container, step)
    if table.get(step) is None:
        if isinstance(following, int):
            table[step] = []
        else:
            table[step] = {}
    return table[step]


def _put(text: str, container: Any, last: str | int, value: object) -> None:  # noqa: ANN401 - a TOML value
    if isinstance(last, str):
        table = _table(text, container, last)
        if value is None:
            table.pop(last, None)
        else:
            table[last] = value
    elif isinstance(container, list) and last == len(cast("list[Any]", container)) and value is not None:
        cast("list[Any]", container).append(value)
    else:
        items = _items(text, container, last)
        if value is None:
            del items[last]
        else:
            items[last] = value


def _table(text: str, container: Any, step: str) -> dict[str, Any]:  # noqa: ANN401 - a TOML value
    if not isinstance(container, dict):
        raise PathError(text, f"{step!r} is looked for in something that is not a table")
    return cast("dict[str, Any]", container)


def _items(text: str, container: Any, step: int) -> list[Any]:  # noqa: ANN401 - a TOML value
    if not isinstance(container, list):
        raise PathError(text, f"[{step}] is looked for in something that is not an array")
    items = cast("list[Any]", container)
    if step >= len(items):
        raise PathError(text, f"there is no [{step}]: the array has {len(items)} (the first is [0])")
    return items
