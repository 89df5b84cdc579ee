"""A shrunken card as two files: the image, for every command that takes one, and the scenario that plays it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
import tomli_w

from conformance.events import Shrunk
from conformance.generated.reading import GeneratedReading
from emulator.image import dump_image
from fixtures.vitale import Scenario
from fixtures.vitale.load import load_file

FOLDER: Final = "generated"
"""Where they are, beside the stream of a run."""


def file_name(case_id: str) -> str:
    """Name the files of a case: ``VIT-GEN-001-7-42``."""
    return case_id.replace("/", "-")


def saved(case_id: str, reading: GeneratedReading) -> tuple[str, str]:
    """Write a reading as two TOML documents: the image, and the scenario, which names the image's file."""
    name = file_name(case_id)
    number = case_id.rpartition("/")[2]
    scenario = reading.scenario(f"{number}-small")
    played = {
        "vitale": f"{name}.image.toml",
        "cps": reading.cps,
        "pin": reading.pin,
        "on": reading.on,
        "api": reading.api,
        "refusal": list(reading.refusal),
        "expect": reading.expect,
    }
    document: dict[str, Any] = {
        "id": scenario.id,
        "title": scenario.title,
        "title_fr": scenario.title_fr,
        "source": scenario.source,
        "source_fr": scenario.source_fr,
        "basis": scenario.basis,
        **{key: value for key, value in played.items() if value is not None and value != []},
    }
    image = msgspec.structs.replace(reading.vitale, title=f"The small card of {case_id}")
    return dump_image(image), tomli_w.dumps({"scenario": [document]})


def write(folder: Path, shrunk: Shrunk) -> None:
    """Write the two files.

    Raises:
        OSError: They cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{shrunk.name}.image.toml").write_text(shrunk.image, encoding="utf-8")
    (folder / f"{shrunk.name}.toml").write_text(shrunk.scenario, encoding="utf-8")


def load_played(file: Path) -> list[Scenario]:
    """Read the scenarios of a file that is to be played; images that lie beside it are found there.

    Raises:
        ScenarioError: It is no file of scenarios.
    """
    beside = file.parent

    def found(image: str) -> str:
        return str((beside / image).resolve()) if image.endswith(".toml") and (beside / image).is_file() else image

    return [
        msgspec.structs.replace(
            one,
            readings=tuple(
                msgspec.structs.replace(reading, vitale=found(reading.vitale), cps=found(reading.cps))
                for reading in one.readings
            ),
        )
        for one in load_file(file)
    ]
