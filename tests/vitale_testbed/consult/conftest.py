"""A desk with two virtual readers, and the application around it, in this process; and the command as a user starts it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pytest
from chromium import launched
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from vitale_testbed.consult.app import make_app
from vitale_testbed.consult.desk import Desk
from vitale_testbed.consult.drawer import Drawer
from vitale_testbed.consult.keys import Keys
from vitale_testbed.consult.slots import Role, VirtualSlot
from vitale_testbed.consult.watch import Feed
from vitale_testbed.trust import builtin_trust

from .page import Tool

ON = date(2026, 1, 15)


class Workplace:
    """A desk whose readers are looked at when the test says so."""

    def __init__(self, drawer: Drawer, **options: Any) -> None:
        self.drawer = drawer
        self.vitale, self.cps = VirtualSlot("vitale", drawer), VirtualSlot("cps", drawer)
        self.feed = Feed()
        self.desk = Desk(self.vitale, self.cps, builtin_trust(), on=ON, changed=self.feed.publish, **options)
        self.look()

    def look(self) -> None:
        """What the watching threads do, once."""
        for role, slot in self.desk.slots.items():
            self.desk.saw(role, slot.presence())
        while self.desk.mind():
            pass

    def put(self, role: Role, name: str | None, *, fresh: bool = True) -> None:
        slot = self.vitale if role == "vitale" else self.cps
        if name is None:
            slot.remove()
        else:
            slot.insert(name, None, fresh=fresh)
        self.look()


@pytest.fixture(scope="session")
def builtin_drawer() -> Drawer:
    """Loading every image takes a moment; tests that insert cards make them anew."""
    return Drawer()


@pytest.fixture
def new_workplace(builtin_drawer: Drawer) -> Iterator[Callable[..., Workplace]]:
    """Make a workplace, with options of the desk if need be; every one is closed afterwards."""
    made: list[Workplace] = []

    def make(**options: Any) -> Workplace:
        made.append(Workplace(builtin_drawer, **options))
        return made[-1]

    yield make
    for each in made:
        each.desk.close()


@pytest.fixture
def workplace(new_workplace: Callable[..., Workplace]) -> Workplace:
    return new_workplace()


@pytest.fixture
def keys() -> Keys:
    return Keys(8017)


@pytest.fixture
def client(workplace: Workplace, keys: Keys) -> Iterator[TestClient]:
    """A program that holds the token. The application runs, so its threads look at the readers."""
    app = make_app(workplace.desk, workplace.drawer, workplace.feed, keys)
    headers = {"Authorization": f"Bearer {keys.token}"}
    with TestClient(app, base_url=keys.origin, headers=headers, client=("127.0.0.1", 50000)) as program:
        yield program


@dataclass(frozen=True)
class Running:
    """A running `vitale consult`."""

    process: subprocess.Popen[str]
    address: str
    token: str
    printed: str

    @property
    def origin(self) -> str:
        return self.address.partition("/?")[0]


class Consult(Protocol):
    def __call__(self, *arguments: str, env: dict[str, str] | None = None) -> Any: ...


@pytest.fixture(scope="module")
def consult(tmp_path_factory: pytest.TempPathFactory) -> Consult:
    """Start the command; leaving ends it as Ctrl-C does."""

    @contextmanager
    def run(*arguments: str, env: dict[str, str] | None = None) -> Generator[Running]:
        process = subprocess.Popen(
            [sys.executable, "-m", "vitale_testbed", "consult", "--no-open", "--on", ON.isoformat(), *arguments],
            cwd=tmp_path_factory.mktemp("consult"),
            env={**os.environ, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(5)]
            assert lines[0] == "ready\n", process.communicate()[1]
            printed = "".join(lines)
            found = re.search(r"(http://127\.0\.0\.1:\d+/\?token=(\S+))", printed)
            assert found is not None
            yield Running(process, found[1], found[2], printed)
            if process.poll() is None:
                process.send_signal(2)
            out, err = process.communicate(timeout=60)
            assert process.returncode == 0, err
            assert "consultation closed" in out
            assert err == ""
        finally:
            process.kill()
            process.communicate()

    return run


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def tool(consult: Any, browser: Browser) -> Iterator[Tool]:
    with consult() as running:
        yield Tool(running, browser)


@pytest.fixture
def images(tmp_path: Path) -> Callable[..., Path]:
    """Write a changed copy of a built-in image, and give its path."""
    from emulator.image import dump_image, load_image, patch_image

    def make(base: str, changes: dict[str, object], name: str = "mine") -> Path:
        path = tmp_path / f"{name}.toml"
        path.write_text(dump_image(patch_image(load_image(base), changes)), encoding="utf-8")
        return path

    return make
