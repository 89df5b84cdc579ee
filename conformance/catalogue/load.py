"""The catalogue from its TOML files: one a family, and ``release.toml`` with the version."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from conformance.catalogue.model import Catalogue, Family
from fixtures.vitale import files_sha256

CATALOGUE = Path(__file__).parent
"""The folder of the catalogue that comes with this project."""

RELEASE = "release.toml"

OWN = "VIT-"
"""What the ids of this project's catalogue begin with, and those of no overlay."""


class CatalogueError(Exception):
    """A catalogue file that cannot be used; names the file and the reason."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file.name}: {reason}")
        self.file = file
        self.reason = reason


def load_catalogue(folder: Path = CATALOGUE) -> Catalogue:
    """Read a catalogue.

    Args:
        folder: Where the TOML files are.

    Returns:
        The catalogue, its families in their order. Whether it is consistent is for `check_catalogue` to say.

    Raises:
        CatalogueError: A file is not TOML, or a table lacks or misspells something.
    """
    files = sorted(folder.glob("*.toml"))
    families: list[Family] = []
    for file in files:
        if file.name == RELEASE:
            continue
        families.append(family := load_family(file))
        if not family.id.startswith(OWN):
            raise CatalogueError(
                file, f"the family {family.id} does not begin with {OWN}; an editor's own is an overlay"
            )
    if not families:
        raise CatalogueError(folder, "no family in this folder")
    families.sort(key=lambda family: (family.order, family.id))
    return Catalogue(_version(folder / RELEASE), files_sha256(files), tuple(families))


def load_family(file: Path) -> Family:
    """Read the file of a family.

    Raises:
        CatalogueError: It is not TOML, or a table lacks or misspells something.
    """
    content = _toml(file)
    table = {**content.pop("family", {}), **content}
    try:
        return msgspec.convert(table, Family)
    except msgspec.ValidationError as error:
        raise CatalogueError(file, str(error)) from error


def _version(file: Path) -> str:
    version = _toml(file).get("version")
    if not isinstance(version, str):
        raise CatalogueError(file, "has no version")
    return version


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(file, f"not a TOML file ({error})") from error
