"""An overlay from its folder."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from conformance.catalogue import CatalogueError, Family
from conformance.catalogue.load import OWN, load_family
from conformance.overlay.layouts import load_layouts
from conformance.overlay.model import ABOUT, CATALOGUE, LAYOUTS, SCENARIOS, About, Overlay, OverlayError
from fixtures.vitale import Reading, Scenario, ScenarioError, load_scenarios


def load_overlay(folder: Path) -> Overlay:
    """Read an overlay.

    Args:
        folder: It holds `ABOUT`, and of the folders `CATALOGUE`, `LAYOUTS` and `SCENARIOS` those it has something for.

    Raises:
        OverlayError: Something is missing, unknown, misspelt, or named as this project's own.
    """
    if not folder.is_dir():
        raise OverlayError(folder, "there is no such folder")
    known = {ABOUT, CATALOGUE, LAYOUTS, SCENARIOS}
    for entry in sorted(folder.iterdir()):
        # Cards, and whatever an editor keeps beside them, may lie there; a folder that nobody looks into is a slip.
        if entry.name.rstrip("s") in {name.rstrip("s") for name in known} and entry.name not in known:
            raise OverlayError(entry, f"nobody looks there; an overlay has {', '.join(sorted(known))}")
    about = _about(folder / ABOUT)
    files = tuple(file for where in (CATALOGUE, SCENARIOS) for file in sorted((folder / where).glob("*.toml")))
    laid = tuple(sorted((folder / LAYOUTS).glob("*.toml")))
    return Overlay(
        folder,
        about,
        _families(folder / CATALOGUE),
        _scenarios(folder),
        (folder / ABOUT, *files, *laid),
        load_layouts(laid),
    )


def _about(file: Path) -> About:
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), About)
    except FileNotFoundError as error:
        raise OverlayError(file, 'is missing; it holds at least a line such as  name = "ACME 2026"') from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OverlayError(file, f"not a TOML file ({error})") from error
    except msgspec.ValidationError as error:
        raise OverlayError(file, str(error)) from error


def _families(folder: Path) -> tuple[tuple[Path, Family], ...]:
    found: list[tuple[Path, Family]] = []
    for file in sorted(folder.glob("*.toml")):
        try:
            family = load_family(file)
        except CatalogueError as error:
            raise OverlayError(file, error.reason) from error
        if family.id.startswith(OWN):
            raise OverlayError(
                file, f"family {family.id}: ids that begin with {OWN} are this project's; choose a word of yours"
            )
        found.append((file, family))
    return tuple(found)


def _scenarios(folder: Path) -> dict[str, Scenario]:
    where = folder / SCENARIOS
    if not where.is_dir():
        return {}
    try:
        loaded = load_scenarios(where)
    except ScenarioError as error:
        raise OverlayError(
            error.file, f"scenario {error.scenario}: {error.reason}" if error.scenario else error.reason
        ) from error
    return {
        name: msgspec.structs.replace(
            scenario, readings=tuple(_own_cards(folder, scenario, one) for one in scenario.readings)
        )
        for name, scenario in loaded.items()
    }


def _own_cards(folder: Path, scenario: Scenario, reading: Reading) -> Reading:
    """A card that lies in the overlay is named from there; one that lies elsewhere is no part of it, and is not looked at."""
    own: dict[str, str] = {}
    for slot in ("vitale", "cps"):
        name: str = getattr(reading, slot)
        if not (folder / name).resolve().is_relative_to(folder.resolve()):
            file = folder / SCENARIOS / scenario.file
            raise OverlayError(
                file, f"scenario {scenario.id}: the card {name!r} lies outside of the overlay; copy it into the folder"
            )
        if (folder / name).is_file():
            own[slot] = str(folder / name)
    return msgspec.structs.replace(reading, **own)
