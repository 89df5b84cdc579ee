"""What a test says about its cards: the marker `vitale`, read and checked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol, cast

from vitale_testbed.problems import Problem

MARKER: Final = "vitale"
_KEYS: Final = ("image", "cps", "changes", "cps_changes", "fault", "cps_fault")
_NAMED: Final = re.compile(r"(lenient:|)([^#]+)(#.*|)", re.DOTALL)
"""An image or a recording: how it is replayed, its file, which of its cards."""

_BELONGS: Final = {"image": ("changes", "fault"), "cps": ("cps_changes", "cps_fault")}
"""What describes the card of another key, and is forgotten when a nearer marker names another card."""


class Mark(Protocol):
    """A pytest mark, as far as it is looked at."""

    @property
    def args(self) -> tuple[Any, ...]:
        """What was given by position."""
        ...

    @property
    def kwargs(self) -> Mapping[str, Any]:
        """What was given by name."""
        ...


@dataclass(frozen=True, slots=True)
class CardChoice:
    """One card that a test asks for.

    Attributes:
        source: an image's name or path, an image, or a card; None for an empty slot.
        changes: new values by path.
        fault: how it breaks: a text such as "removed:after=3", a `Fault`, or None.
        asked: whether the test named it.
    """

    source: Any
    changes: Mapping[str, object]
    fault: Any
    asked: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The cards of a test."""

    vitale: CardChoice
    cps: CardChoice

    def parametrised(self, vitale: object, cps: object) -> Choice:
        """The same with the cards that parameters of the fixtures ask for; None where there is no parameter."""
        return Choice(
            self.vitale if vitale is None else replace(self.vitale, source=vitale, asked=True),
            self.cps if cps is None else replace(self.cps, source=cps, asked=True),
        )

    def found_in(self, folders: Iterable[Path]) -> Choice:
        """The same with relative paths of images found in the first of the folders that has them."""
        known = tuple(folders)
        return Choice(
            replace(self.vitale, source=_found(self.vitale.source, known)),
            replace(self.cps, source=_found(self.cps.source, known)),
        )


def read_marks(marks: Iterable[Mark]) -> Choice:
    """Read the markers of a test, the nearest first, as pytest gives them.

    What a nearer marker says counts. When it names a card, what farther ones say about that slot's card is forgotten.

    Raises:
        Problem: a marker has something that no marker of this name has.
    """
    said: dict[str, Any] = {}
    for mark in reversed(list(marks)):
        given = _given(mark)
        for key in given:
            for belonging in _BELONGS.get(key, ()):
                said.pop(belonging, None)
        said |= given
    return Choice(
        CardChoice(said.get("image", "specimen"), said.get("changes") or {}, said.get("fault"), "image" in said),
        CardChoice(said.get("cps", "cps"), said.get("cps_changes") or {}, said.get("cps_fault"), "cps" in said),
    )


def _found(source: object, folders: Iterable[Path]) -> object:
    if not isinstance(source, (str, Path)):
        return source
    parts = _NAMED.fullmatch(str(source))
    if parts is None:
        return source
    before, name, after = parts.groups()
    return next((f"{before}{folder / name}{after}" for folder in folders if (folder / name).is_file()), source)


def _given(mark: Mark) -> dict[str, Any]:
    given = dict(mark.kwargs)
    if len(mark.args) > 1:
        raise _wrong(f"takes one image by position, not {len(mark.args)}: give the rest by name")
    if mark.args:
        if "image" in given:
            raise _wrong("names two images")
        given["image"] = mark.args[0]
    for key in given:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, 1)
            raise _wrong(f"has no key {key!r}" + (f" (did you mean {near[0]}?)" if near else ""))
    for key in ("changes", "cps_changes"):
        value = cast("object", given.get(key, {}))
        if not isinstance(value, Mapping):
            raise _wrong(f'has {key}={value!r}, which is no mapping such as {{"assure.regime": "05"}}')
    return given


def _wrong(what: str) -> Problem:
    return Problem(
        f"the marker `vitale` {what}", code="bad_marker", next_step=f"it takes {', '.join(_KEYS)}; see docs/pytest.md"
    )
