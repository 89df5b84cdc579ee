"""The catalogue and the scenarios as they are below an overlay."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from conformance.catalogue import Catalogue
from conformance.overlay.model import ABOUT, Overlay, OverlayError
from fixtures.vitale import Reading, Scenario, files_sha256
from reader_core.layouts.laying import PUBLIC

Scenarios = dict[str, Scenario]


def lay_over(catalogue: Catalogue, scenarios: Mapping[str, Scenario], overlay: Overlay) -> tuple[Catalogue, Scenarios]:
    """Lay an overlay over the catalogue and its scenarios.

    Returns:
        Both with the overlay's own behind those of this project; other labels expected where it has its own; its name in
        the version, its files in the digest; a scenario that damages a file by bytes of the public layout says so where
        the overlay has another one.

    Raises:
        OverlayError: It uses an id that is used already, or names a requirement, a case or a label that is not there.
    """
    taken = {family.id: "the catalogue" for family in catalogue.families}
    for file, family in overlay.families:
        if family.id in taken:
            raise OverlayError(file, f"family {family.id}: is in {taken[family.id]} already")
        taken[family.id] = file.name
    for name, scenario in overlay.scenarios.items():
        if name in scenarios:
            raise OverlayError(
                overlay.folder / "scenarios" / scenario.file, f"scenario {name}: is one of this project's already"
            )
    whole = replace(
        catalogue,
        version=f"{catalogue.version} + {overlay.about.name}",
        sha256=files_sha256(list(overlay.files), over=catalogue.sha256),
        families=(*catalogue.families, *(family for _, family in overlay.families)),
        plan=overlay.about.plan,
    )
    known = {requirement.id for _, requirement in whole.requirements} | set(whole.select(()))
    for one in overlay.about.plan:
        if one not in known:
            raise OverlayError(overlay.folder / ABOUT, f"plan: there is no requirement and no case {one!r}")
    contents, files = overlay.layouts.contents, overlay.layouts.files
    elsewhere = {name for name, one in files.items() if name in contents or one.fid != PUBLIC[name].fid}
    laid_otherwise = contents | {f"F{PUBLIC[name].fid:04X}" for name in elsewhere}
    ours = {name: _damaging(one, laid_otherwise) for name, one in _labelled(scenarios, overlay).items()}
    return whole, {**ours, **overlay.scenarios}


def _damaging(scenario: Scenario, laid_otherwise: Collection[str]) -> Scenario:
    """Note the files whose bytes in a scenario are those of another layout; a file that is taken away has none.

    Args:
        scenario: One of this project.
        laid_otherwise: Names of files of another content, and identifiers that files are no longer found by.
    """
    damaged = [*(one.damage for one in scenario.readings), *(one.cps_damage for one in scenario.readings)]
    files = {name for one in damaged for name, to in one.items() if to != "none" or name.startswith("F")}
    return msgspec.structs.replace(scenario, laid_otherwise=tuple(sorted(files & set(laid_otherwise))))


def _labelled(scenarios: Mapping[str, Scenario], overlay: Overlay) -> Scenarios:
    laid = dict(scenarios)
    for name, labels in overlay.about.labels.items():
        where = f"labels.{name}"
        if name not in scenarios:
            raise OverlayError(overlay.folder / ABOUT, f"{where}: there is no scenario {name!r}")
        readings = scenarios[name].readings
        for path in labels:
            if not is_label(path):
                raise OverlayError(
                    overlay.folder / ABOUT, f"{where}: {path} is no label; only labels may read otherwise"
                )
            if not any(path in one.expect for one in readings):
                raise OverlayError(overlay.folder / ABOUT, f"{where}: the scenario expects nothing at {path}")
        laid[name] = msgspec.structs.replace(scenarios[name], readings=tuple(_reading(one, labels) for one in readings))
    return laid


def _reading(reading: Reading, labels: Mapping[str, Any]) -> Reading:
    expect = {path: labels.get(path, value) for path, value in reading.expect.items()}
    return msgspec.structs.replace(reading, expect=expect)


def is_label(path: str) -> bool:
    """Say whether a place in the card object holds a label: its key is ``libelle`` or ends so."""
    key = path.rpartition(".")[2]
    return key == "libelle" or key.endswith("_libelle")
