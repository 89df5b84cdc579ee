"""Fixtures of the readers' tests: the smallest card there can be."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

ATR = bytes.fromhex("3B80800101")
READ = bytes.fromhex("00B0000000")


@dataclass
class TinyCard:
    """Echoes the data of any command, says `powered` only between power-on and power-off, and keeps a log."""

    atr: bytes = ATR
    log: list[str] = field(default_factory=list[str])
    hold: threading.Event | None = None
    busy: threading.Event = field(default_factory=threading.Event)
    answers: list[bytes | Exception] = field(default_factory=list[bytes | Exception])
    powered: bool = False

    def power_on(self) -> bytes:
        self.powered = True
        self.log.append("on")
        return self.atr

    def reset(self) -> bytes:
        self.log.append("reset")
        return self.atr

    def power_off(self) -> None:
        self.powered = False
        self.log.append("off")

    def transmit(self, command: bytes) -> bytes:
        self.log.append(command.hex())
        self.busy.set()
        if self.hold is not None:
            assert self.hold.wait(60)
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        return command[5:] + b"\x90\x00"


MakeCard = Callable[..., TinyCard]


@pytest.fixture
def tiny() -> MakeCard:
    """Makes a tiny card."""
    return TinyCard
