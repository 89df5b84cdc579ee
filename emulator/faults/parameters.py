"""The parameters of faults: what they are called, what they mean, what they may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from emulator.faults.errors import FaultError

Value = int | float | bool | str | bytes
"""What a parameter may be."""

_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a fault.

    Attributes:
        name: what it is called.
        unit: what it is counted in: "commands", "bytes", "s", or how it is written.
        default: what it is unless given; None where it then does not restrict anything.
        description: what it does, half a sentence.
        read: makes a value of what was given. Raises ValueError with what would be right.
    """

    name: str
    unit: str
    default: Value | None
    description: str
    read: Callable[[object], Value | None]

    def value(self, given: object) -> Value | None:
        """Check what was given, as a Python value or as the text of a command line.

        Raises:
            FaultError: `bad_value`.
        """
        try:
            return self.read(given)
        except ValueError as error:
            raise FaultError(
                "bad_value", f"{self.name}={given} is no value for {self.name}.", f"Give {error}."
            ) from error

    @property
    def written(self) -> str:
        """The default as a command line would write it; empty for none."""
        return "" if self.default is None else write(self, self.default)


def write(parameter: Parameter, value: Value) -> str:
    """A value as a command line would write it."""
    match value:
        case bool():
            return "true" if value else "false"
        case bytes():
            return value.hex().upper()
        case int() if parameter.unit in {"SW1-SW2", "INS", "byte"}:
            return f"{value:04X}" if parameter.unit == "SW1-SW2" else f"{value:02X}"
        case _:
            return str(value).removesuffix(".0")


def count(lowest: int, highest: int = 1_000_000) -> Callable[[object], int]:
    """Make the reader of a whole number within bounds, both included."""

    def read(given: object) -> int:
        wanted = f"a whole number from {lowest} to {highest}"
        try:
            number = int(given) if isinstance(given, str) else given
        except ValueError:
            raise ValueError(wanted) from None
        if not isinstance(number, int) or isinstance(number, bool) or not lowest <= number <= highest:
            raise ValueError(wanted)
        return number

    return read


def seconds(given: object) -> float:
    """A duration of at most an hour.

    Raises:
        ValueError: it is no number from 0 to 3600; the message is what is wanted.
    """
    wanted = "a number of seconds from 0 to 3600, such as 0.5"
    try:
        number = float(given) if isinstance(given, str | int | float) else -1.0
    except ValueError:
        raise ValueError(wanted) from None
    if not 0 <= number <= 3600:
        raise ValueError(wanted)
    return number


def hexadecimal(digits: int, *, optional: bool = False) -> Callable[[object], int | None]:
    """A number, or hexadecimal digits: exactly that many in a text."""

    def read(given: object) -> int | None:
        if given is None and optional:
            return None
        wanted = f"{digits} hexadecimal digits, such as {'6A82' if digits == 4 else 'B0'}"
        try:
            number = int(given, 16) if isinstance(given, str) and len(given) == digits else given
        except ValueError:
            raise ValueError(wanted) from None
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 16**digits:
            raise ValueError(wanted)
        return number

    return read


def atr_bytes(given: object) -> bytes:
    """An answer to reset: 2 to 33 bytes, ISO/IEC 7816-3.

    Raises:
        ValueError: it is no hexadecimal, or another number of bytes; the message is what is wanted.
    """
    wanted = "2 to 33 bytes in hexadecimal, such as 3B00"
    try:
        value = bytes.fromhex(given) if isinstance(given, str) else given
    except ValueError:
        raise ValueError(wanted) from None
    if not isinstance(value, bytes) or not 2 <= len(value) <= 33:
        raise ValueError(wanted)
    return value


def flag(given: object) -> bool:
    """Yes or no.

    Raises:
        ValueError: it is neither; the message is what is wanted.
    """
    word = str(given).lower()
    if word not in _YES | _NO:
        raise ValueError("true or false")
    return word in _YES


def choice(*words: str) -> Callable[[object], str]:
    """Make the reader of a value that is one of some words."""

    def read(given: object) -> str:
        if given not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return str(given)

    return read


def text(given: object) -> str:
    """A word that is not empty.

    Raises:
        ValueError: it is no text, or an empty one; the message is what is wanted.
    """
    if not isinstance(given, str) or not given:
        raise ValueError("a name")
    return given
