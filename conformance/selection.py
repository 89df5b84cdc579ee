"""Which expectations of a scenario a case looks at."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any, Final

from conformance.expectations import MISSING, holds

REFUSAL: Final = "refusal"
"""The path of "which refusal the product gave"."""

ANOMALIES: Final = "anomalies"
"""The key of the card object that says what of a card could not be understood."""

TRACE_PATHS: Final = ("trace.cps.verify", "trace.cps.commands", "trace.vitale.commands")
"""What can be observed on the cards' side: PINs presented, and commands sent, to each card during one reading."""

_INDEX = re.compile(r"\[\d+\]")
_CHECK = re.compile(r"(?:#(?P<reading>\d+)(?::|$))?(?P<path>.*)")


def split_check(check: str) -> tuple[int | None, str]:
    """Split ``#2:vitale.atr`` into the reading (None: all) and the path (empty: all)."""
    match = _CHECK.fullmatch(check)
    if match is None:
        return None, check
    reading = match["reading"]
    return (int(reading) if reading else None), match["path"]


def covers(checks: Iterable[str], reading: int, path: str) -> bool:
    """Say whether checks (none: everything) look at an expectation of a reading."""
    checks = tuple(checks)
    return not checks or any(_covers(check, reading, path) for check in checks)


def has_place(carries: Collection[str], path: str, expected: Any) -> bool:  # noqa: ANN401 - any TOML value
    """Say whether a product's interface can say what is expected, by what it declares to carry (nothing: everything).

    ``PATH`` carries any value there, ``PATH=TEXT`` that text alone. ``[*]`` stands for every number. What the cards see is
    seen whatever the interface; and where nothing at all is right, an interface without that place says it.
    """
    if not carries or path.startswith("trace.") or holds(expected, MISSING):
        return True
    places = (path, without_indexes(path))
    return any(place in carries or f"{place}={expected}" in carries for place in places)


def without_indexes(path: str) -> str:
    """Return a path with ``[*]`` for every number."""
    return _INDEX.sub("[*]", path)


def _covers(check: str, reading: int, path: str) -> bool:
    number, prefix = split_check(check)
    if number is not None and number != reading:
        return False
    if prefix.startswith("="):
        return path == prefix[1:]
    return not prefix or path == prefix or path.startswith((f"{prefix}.", f"{prefix}["))
