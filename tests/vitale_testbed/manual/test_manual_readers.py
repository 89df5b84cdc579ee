"""Where a person's product finds the cards when nobody said: the first of three ways that can be had."""

from __future__ import annotations

import pytest

from conformance.runner.config import PageConfig
from emulator.readers import ReaderSetupError
from vitale_testbed.cli import manual
from vitale_testbed.cli.manual import prepare_page


class Daemon:
    """A running pcscd with so many empty slots."""

    def __init__(self, free: int) -> None:
        self._free = free

    def free_slots(self) -> tuple[int, ...]:
        return tuple(range(self._free))


def machine(monkeypatch: pytest.MonkeyPatch, *, running: int | None, may_start: bool, installed: bool) -> None:
    def shared() -> Daemon:
        if running is None:
            raise ReaderSetupError("pcscd_not_running", "No pcscd answers.", "Start it.")
        return Daemon(running)

    def find() -> None:
        if not installed:
            raise ReaderSetupError("pcscd_missing", "pcscd is not installed.", "Run: apt-get install pcscd.")

    monkeypatch.setattr(manual, "SharedPcscd", shared)
    monkeypatch.setattr(manual.PublicPcscd, "possible", lambda: may_start)
    monkeypatch.setattr(manual, "find_pcscd", find)
    monkeypatch.setattr(manual, "find_vpcd", find)


@pytest.mark.parametrize(
    ("running", "may_start", "installed", "kind", "said"),
    [
        (2, False, True, "pcsc-shared", ""),
        (None, True, True, "pcsc-shared", ""),
        (1, True, True, "pcsc", "starts one of its own"),
        (None, False, True, "pcsc", "starts one of its own"),
        (None, False, False, "socket", "apt-get install pcscd"),
    ],
)
def test_the_first_way_that_can_be_had(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    running: int | None,
    may_start: bool,
    installed: bool,
    kind: str,
    said: str,
) -> None:
    machine(monkeypatch, running=running, may_start=may_start, installed=installed)
    page = PageConfig()
    assert prepare_page("manual", 0, None, page) == (page, kind)
    told = capsys.readouterr().err
    assert said in told
    assert bool(said) == bool(told)


def test_what_was_said_is_not_chosen_again(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, running=2, may_start=True, installed=True)
    page = PageConfig()
    assert prepare_page("manual", 0, "socket", page) == (page, "socket")
    assert prepare_page("builtin", 4, None, page) == (None, None)
