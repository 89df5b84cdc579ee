"""Fixtures of the emulator's tests: a small card that has one of everything."""

import itertools
from collections.abc import Callable, Generator, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from emulator.card import (
    ALWAYS,
    NEVER,
    AbsolutePath,
    CardSystem,
    DedicatedFile,
    ElementaryFile,
    ExternalKey,
    FileStructure,
    InternalKey,
    PinObject,
    SelectRules,
    Transmission,
    environment_commands,
    external_authenticate,
    internal_authenticate,
    pin_management_commands,
    requires,
    standard_commands,
    update_commands,
)

ToyCard = Callable[..., CardSystem]
Play = Callable[[CardSystem, Sequence[str]], None]

LONG = bytes(range(256)) * 2 + bytes(88)  # 600 bytes


def _tree() -> DedicatedFile:
    return DedicatedFile(
        aid=bytes.fromhex("A000000000"),
        children=[
            ElementaryFile(0x2F00, b"directory!", sfi=30),
            ElementaryFile(0x2F01, LONG, sfi=4, fcp=bytes.fromhex("62038A0105"), fci=bytes.fromhex("6F038A0105")),
            ElementaryFile(0x2F02, b"\x01\x02", structure=FileStructure.LINEAR_FIXED),
            ElementaryFile(0x2F03, b"secret", sfi=3, read=requires("pin:1")),
            ElementaryFile(0x2F04, b"grow", sfi=5, update=requires("key:7"), capacity=12),
            ElementaryFile(0x2F05, b"", sfi=6),
            DedicatedFile(
                0x7F10,
                bytes.fromhex("D25000000211"),
                [
                    ElementaryFile(0x0001, b"one", sfi=1),
                    ElementaryFile(0x2F00, b"another directory", sfi=30),
                    DedicatedFile(
                        0x7F11,
                        bytes.fromhex("D2500000021122"),
                        [ElementaryFile(0x0002, b"two", sfi=2)],
                        aliases=[bytes.fromhex("E828BD080F")],
                    ),
                ],
                fmd=bytes.fromhex("6403530101"),
            ),
            DedicatedFile(0x7F20, bytes.fromhex("D25000000233"), [ElementaryFile(0x0001, b"uno", sfi=1)]),
            DedicatedFile(None, bytes.fromhex("F000000001")),
        ],
        name="MF",
    )


def _counting(count: int) -> bytes:
    return bytes(number % 256 for number in range(1, count + 1))


def _reversed(data: bytes) -> bytes:
    if data == b"\xff":
        raise ValueError("this key does not take FF")
    return data[::-1]


@pytest.fixture(scope="session")
def toy() -> ToyCard:
    """Makes a new toy card: T=0 unless told otherwise; further arguments go to `CardSystem`."""

    def make(transmission: str = "T=0", select: SelectRules | None = None, **more: Any) -> CardSystem:
        external = [
            ExternalKey(7, lambda challenge, data: data == challenge[::-1], "key:7"),
            ExternalKey(8, lambda challenge, data: data == challenge[::-1], "key:8", limit=2),
        ]
        commands = (
            standard_commands(select=select or SelectRules(absolute_path=AbsolutePath.NOWHERE))
            | pin_management_commands()
            | update_commands()
            | environment_commands()
            | {
                0x82: external_authenticate(external),
                0x88: internal_authenticate(
                    [InternalKey(0x81, _reversed), InternalKey(0x82, _reversed, requires("pin:1"))]
                ),
            }
        )
        root = _tree()
        application = root.child(0x7F10)
        assert isinstance(application, DedicatedFile)
        pins = (
            PinObject(1, b"1234", 3, puk=2, unblock=requires("key:7"), change=requires("pin:1")),
            PinObject(2, b"12345678", 2, minimum=8, uses=2, replace=NEVER),
            PinObject(0x81, b"local", 3, df=application),
        )
        arguments: dict[str, Any] = {
            "atr": bytes.fromhex("3B00"),
            "root": root,
            "transmission": Transmission(transmission),
            "commands": commands,
            "pins": pins,
            "random": _counting,
        }
        return CardSystem(**(arguments | more))

    return make


@pytest.fixture(scope="session")
def writable() -> Callable[[], CardSystem]:
    """Makes a new card with one file, short identifier 1, that holds "old" and that everybody may write."""

    def make() -> CardSystem:
        root = DedicatedFile(children=[ElementaryFile(1, b"old", sfi=1, update=ALWAYS, capacity=16)])
        return CardSystem(atr=bytes.fromhex("3B00"), root=root, commands=standard_commands() | update_commands())

    return make


@pytest.fixture(scope="session")
def play() -> Play:
    """Sends a conversation: commands and answers in turn, in hexadecimal; `..` is any byte, `reset` a reset."""

    def run(card: CardSystem, lines: Sequence[str]) -> None:
        remaining: Iterator[str] = iter(lines)
        for line in remaining:
            if line == "reset":
                card.reset()
                continue
            expected = next(remaining).replace(" ", "").upper()
            answer = card.transmit(bytes.fromhex(line)).hex().upper()
            assert len(answer) == len(expected), f"{line}: {answer}, not {expected}"
            same = all(want in {".", got} for want, got in zip(expected, answer, strict=True))
            assert same, f"{line}: {answer}, not {expected}"
        assert card.fault is None

    return run


@pytest.fixture(scope="module")
def same_pseudonyms_in_every_run() -> Generator[None]:
    """Each masked recording still has pseudonyms of its own, but no run meets a chance that another did not."""
    numbers = itertools.count()
    with pytest.MonkeyPatch.context() as patched:
        drawn = SimpleNamespace(urandom=lambda size: next(numbers).to_bytes(size, "big"))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] -- stands for os
        patched.setattr("emulator.recording.masking.pseudonyms.os", drawn)
        yield
