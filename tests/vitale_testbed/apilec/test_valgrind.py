"""Valgrind watches a C program go through everything that the library does."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.image import build_card, load_image
from emulator.readers import InProcessReader, PulledCard, SocketReader
from vitale_testbed.apilec.codes import Code

pytestmark = pytest.mark.judge

WATCHED = (
    "valgrind",
    "-q",
    "--error-exitcode=99",
    "--leak-check=full",
    "--show-leak-kinds=all",
    "--errors-for-leak-kinds=all",
)


def test_valgrind_finds_nothing(drive: Any, program: Any, ini: Callable[..., Path], tmp_path: Path) -> None:
    driver = drive(*WATCHED, program("driver"))
    slot = InProcessReader("Vitale")
    with SocketReader(slot) as served:
        assert driver.read().returned == Code.NOT_INITIALISED
        assert driver.init(tmp_path / "nothing") == Code.INI_MISSING
        assert driver.init(ini(Ressource_Vitale="nothing.toml")) == Code.RESOURCE_UNKNOWN
        assert driver.init(ini(Ressource_Vitale="specimen", Python="/nowhere")) == Code.PROCESS_NOT_STARTED
        assert driver.init(ini(Ressource_Vitale=served.address, Delai_Reponse="6")) == Code.OK
        assert driver.init(ini(Ressource_Vitale=served.address, Delai_Reponse="6")) == Code.ALREADY_INITIALISED
        assert driver.read().returned == Code.VITALE_ABSENT
        slot.insert(PulledCard(build_card(load_image("specimen")), 9))
        assert driver.read().returned == Code.VITALE_REMOVED
        slot.remove()
        slot.insert(build_card(load_image("famille")))
        assert driver.read(capacity=100).returned == Code.BUFFER_TOO_SMALL
        assert driver.read().returned == Code.OK
        os.kill(driver.child, 9)
        assert driver.read().returned == Code.PROCESS_LOST
        assert driver.read().returned == Code.OK
        os.kill(driver.child, 19)
        assert driver.read().returned == Code.PROCESS_SILENT
        assert driver.read().returned == Code.OK
        assert driver.finir() == Code.OK
        assert driver.finir() == Code.NOT_INITIALISED
    assert driver.close() == 0


@pytest.mark.parametrize(
    ("name", "arguments"), [("nulls", ()), ("threads", ("1",)), ("host", ("forks",)), ("host", ("leaves",))]
)
def test_valgrind_finds_nothing_in_the_other_programs(
    program: Any, ini: Callable[..., Path], name: str, arguments: tuple[str, ...]
) -> None:
    slot = InProcessReader("Vitale", None if name == "threads" else build_card(load_image("specimen")))
    with SocketReader(slot) as served:
        path = str(ini(Ressource_Vitale=served.address))
        given = [*arguments, path] if name == "host" else [path, *arguments]
        done = subprocess.run([*WATCHED, program(name), *given], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
