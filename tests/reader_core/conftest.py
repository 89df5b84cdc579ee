"""Fixtures of the reader's tests: scripted connections, and emulated cards in slots of this process."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from emulator.card import CardSystem, replace_contents
from emulator.image import build_card, load_image
from emulator.pki import revocation_list_paths, trusted_root_paths
from emulator.readers import InProcessReader
from emulator.vitale2 import VitaleImage
from reader_core import TrustStore
from reader_core.iso7816 import Card

VITALE2_ATR = bytes.fromhex("3B751300004409EA9000")


@dataclass
class ScriptedConnection:
    """A connection that plays a script: for each command in turn the answer, or an exception to raise.

    `script` holds pairs of hexadecimal text; `...` as a command accepts any. After the script ends, `last` answers.
    """

    script: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    atr: bytes = VITALE2_ATR
    last: Any = None
    sent: list[str] = field(default_factory=list[str])
    power: list[str] = field(default_factory=list[str])
    closed: bool = False

    @property
    def name(self) -> str:
        return "scripted"

    def power_on(self) -> bytes:
        self.power.append("on")
        return self.atr

    def reset(self) -> bytes:
        self.power.append("reset")
        return self.atr

    def transmit(self, command: bytes) -> bytes:
        shown = command.hex().upper()
        self.sent.append(shown)
        if self.script:
            expected, answer = self.script.pop(0)
            assert expected in {"...", shown}, f"expected {expected}, got {shown}"
        else:
            answer = self.last
        if isinstance(answer, Exception):
            raise answer
        assert answer is not None, f"nothing scripted for {shown}"
        return bytes.fromhex(answer)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def scripted() -> Callable[..., ScriptedConnection]:
    """Make a scripted connection."""

    def make(script: Iterable[tuple[str, Any]] = (), **options: Any) -> ScriptedConnection:
        return ScriptedConnection(list(script), **options)

    return make


@pytest.fixture
def card() -> Callable[..., Card]:
    """Build a card from a built-in image; keyword arguments are merged into a Vitale image, as in its TOML file."""

    def make(name: str, **changes: Any) -> Card:
        image = load_image(name)
        if changes:
            image = msgspec.convert(msgspec.to_builtins(image) | changes, VitaleImage, strict=False)
        return build_card(image)

    return make


@pytest.fixture
def tampered() -> Callable[..., CardSystem]:
    """Build a card from a built-in image and put other bytes in some of its files, by name or identifier.

    None as content takes the file away.
    """

    def make(name: str, **files: bytes | None) -> CardSystem:
        system = cast("CardSystem", build_card(load_image(name)))
        replace_contents(system, files)
        return system

    return make


@pytest.fixture
def slot() -> Callable[[Card | None], InProcessReader]:
    """Make a slot of this process with a card in it, or empty."""

    def make(inside: Card | None) -> InProcessReader:
        return InProcessReader("slot", inside)

    return make


@pytest.fixture(scope="session")
def trust() -> TrustStore:
    """The test PKI's roots and revocation lists."""
    return TrustStore.from_files(trusted_root_paths(), revocation_list_paths())


@pytest.fixture(scope="session")
def docs() -> Path:
    """The documentation's folder."""
    return Path(__file__).parents[2] / "docs"
