"""Programs that nobody here wrote, run beside a virtual card in a reader of their own."""

import os
import subprocess
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from emulator.card import CardSystem
from emulator.readers import PrivatePcscd

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Callable[[CardSystem], AbstractContextManager[Run]]:
    """Puts a card in a reader; gives what runs a program that finds it, with no configuration and no cache of ours."""

    @contextmanager
    def put(card: CardSystem) -> Generator[Run]:
        with PrivatePcscd([card]) as pcscd:
            home = str(tmp_path_factory.mktemp("home"))
            environment = os.environ | pcscd.environment | {"HOME": home, "XDG_CACHE_HOME": home, "LC_ALL": "C.UTF-8"}

            def start(*command: str | Path, **more: str) -> "subprocess.CompletedProcess[str]":
                done = subprocess.run(
                    command,
                    env=environment | more,
                    capture_output=True,
                    text=True,
                    errors="replace",
                    timeout=120,
                    check=False,
                )
                assert card.fault is None
                return done

            yield start

    return put
