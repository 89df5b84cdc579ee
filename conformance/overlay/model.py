"""What an overlay is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec

from conformance.catalogue import Family
from fixtures.vitale import Scenario
from reader_core.layouts.laying import NOTHING_LAID, Laid

ABOUT: Final = "overlay.toml"
"""The file that every overlay has: its name, its labels, its test-plan numbers."""
CATALOGUE: Final = "catalogue"
"""Folder of its families, in the shape of this project's catalogue."""
SCENARIOS: Final = "scenarios"
"""Folder of its scenarios, in the shape of this project's."""
LAYOUTS: Final = "layouts"
"""Folder of the layouts of its cards' files, as far as they differ from this project's."""

Text = Annotated[str, msgspec.Meta(min_length=1)]


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file `ABOUT`.

    Attributes:
        name: What runs and reports call the overlay: ``ACME 2026``.
        labels: Scenario of the catalogue -> path of a label -> what the editor's product shows there: a text, or a matcher.
        plan: Id of a requirement or of a case -> number in the editor's own test plan.
    """

    name: Text
    labels: dict[str, dict[str, Any]] = {}
    plan: dict[str, Text] = {}


class OverlayError(Exception):
    """An overlay that cannot be used.

    Attributes:
        path: The file, or the folder.
        reason: What is wrong there; names the table and the key, or the line.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type[OverlayError], tuple[Path, str]]:
        """Let a worker of a cluster raise it where the campaign is."""
        return type(self), (self.path, self.reason)


@dataclass(frozen=True, slots=True)
class Overlay:
    """An overlay as its files have it; whether it fits the catalogue is seen when it is laid over.

    Attributes:
        folder: Where it is.
        about: Its name, labels and numbers.
        families: Its own requirements, by file.
        scenarios: Its own scenarios, by id.
        files: Every file of it, in order.
        layouts: Where its cards have their fields, as far as that differs.
    """

    folder: Path
    about: About
    families: tuple[tuple[Path, Family], ...]
    scenarios: dict[str, Scenario]
    files: tuple[Path, ...]
    layouts: Laid = NOTHING_LAID
