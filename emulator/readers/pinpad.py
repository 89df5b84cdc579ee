"""A reader with a PIN pad whose keys a test presses: secure PIN entry of PC/SC part 10.

The program never sees the PIN: it sends a template of the command, the reader fills the typed digits in, sends the command
to the card and gives only the status word back. Source: PC/SC specification, part 10 (2.02.09), and the structures of
pcsc-lite's `reader.h`. Numbers of more than one byte are little-endian, as on every machine that these programs run on.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from emulator.readers.inprocess import InProcessReader
from emulator.readers.pin_block import PinBlock, TemplateError
from reader_core.iso7816 import Card

CANCEL: Final = "cancel"
"""Among the keys: the person presses the cancel key."""

TIMEOUT: Final = "timeout"
"""Among the keys: the person presses nothing. So does a pad without keys to come."""

_TAGS = (0x06, 0x07, 0x0A, 0x12)
_CODE = 0x42330000  # SCARD_CTL_CODE(0x330000 + tag), as libccid numbers them; programs learn it from the feature list
_GET_FEATURES = (0x42000000 + 3400, 0x00310000 | 3400 << 2)  # on pcsc-lite, on Windows

_VERIFY = struct.Struct("<BBBBBHBBHB3sI")
_MODIFY = struct.Struct("<BBBBBBBHBBBHBBB3sI")

_TIMED_OUT, _CANCELLED, _DIFFERENT, _WRONG_SIZE, _WRONG_STRUCTURE = (
    bytes.fromhex(status) for status in ("6400", "6401", "6402", "6403", "6B80")
)
_SHORTEST, _LONGEST = 1, 15  # digits the pad takes; the structures have four bits for it
_FIRMWARE = b"vitale-testbed PIN pad"
_BY_SIZE, _BY_KEY, _BY_TIMEOUT = 0x01, 0x02, 0x04


class UnsupportedControlError(Exception):
    """The reader does not know this control code."""


class PinPad:
    """The keys of a reader, and what it does with them.

    Args:
        keys: what the person will do, one entry for each time the reader asks: digits, which the validation key follows,
            `CANCEL` or `TIMEOUT`. A text is one entry. A change of PIN asks for the old one, the new one, and again.
    """

    def __init__(self, keys: str | Sequence[str] = ()) -> None:
        self._entries: deque[str] = deque()
        self.press(*([keys] if isinstance(keys, str) and keys else keys))

    @property
    def left(self) -> tuple[str, ...]:
        """The entries that nobody asked for yet."""
        return tuple(self._entries)

    def press(self, *entries: str) -> None:
        """Add entries to those to come.

        Raises:
            ValueError: not digits, `CANCEL` or `TIMEOUT`.
        """
        for entry in entries:
            if entry not in {CANCEL, TIMEOUT} and not (entry.isascii() and (entry.isdigit() or not entry)):
                raise ValueError(f"a PIN pad has keys for digits, `{CANCEL}` and `{TIMEOUT}`, not {entry!r}")
        self._entries.extend(entries)

    def control(self, code: int, data: bytes, transmit: Callable[[bytes], bytes]) -> bytes:
        """Answer a control code, as the driver of the reader does.

        Args:
            code: the control code.
            data: its input.
            transmit: exchanges one APDU with the card.

        Returns:
            The list of features, properties, or a status word of two bytes: the card's, or one of the reader's (6400
            time-out, 6401 cancelled, 6402 entries differ, 6403 too short or too long, 6B80 wrong structure).

        Raises:
            UnsupportedControlError: no such code.
            TransportError: from `transmit`.
        """
        if code in _GET_FEATURES:
            return b"".join(struct.pack(">BBI", tag, 4, _CODE + tag) for tag in _TAGS)
        try:
            match code - _CODE:
                case 0x06:  # FEATURE_VERIFY_PIN_DIRECT
                    return self._verify(data, transmit)
                case 0x07:  # FEATURE_MODIFY_PIN_DIRECT
                    return self._modify(data, transmit)
                case 0x0A:  # FEATURE_IFD_PIN_PROPERTIES
                    return struct.pack("<HBB", 0x0210, _BY_SIZE | _BY_KEY | _BY_TIMEOUT, 0)
                case 0x12:  # FEATURE_GET_TLV_PROPERTIES
                    return _tlv_properties()
                case _:
                    raise UnsupportedControlError(f"control code {code:#010x}")
        except TemplateError:
            return _WRONG_STRUCTURE
        except _EntryError as error:
            return error.status

    def _verify(self, data: bytes, transmit: Callable[[bytes], bytes]) -> bytes:
        _, _, form, block, length, sizes, condition, *_, size = _unpacked(_VERIFY, data)
        template = _template(data[_VERIFY.size :], size)
        pin_block = PinBlock.parse(form, block, length)
        pin = self._typed(sizes, condition, pin_block)
        return transmit(_command(template, pin_block.put(template[5:], pin)))

    def _modify(self, data: bytes, transmit: Callable[[bytes], bytes]) -> bytes:
        _, _, form, block, length, at_old, at_new, sizes, confirm, condition, *_, size = _unpacked(_MODIFY, data)
        template = _template(data[_MODIFY.size :], size)
        pin_block = PinBlock.parse(form, block, length)
        old = self._typed(sizes, condition, pin_block) if confirm & 0x02 else None
        new = self._typed(sizes, condition, pin_block)
        if confirm & 0x01 and self._typed(sizes, condition, pin_block) != new:
            raise _EntryError(_DIFFERENT)
        content = template[5:]
        if old is None:
            return transmit(_command(template, pin_block.put(content, new, at_new)))
        # The later one first: a block without a size of its own moves what follows it.
        for offset, digits in sorted([(at_old, old), (at_new, new)], key=lambda pair: pair[0])[::-1]:
            content = pin_block.put(content, digits, offset)
        return transmit(_command(template, content))

    def _typed(self, sizes: int, condition: int, block: PinBlock) -> str:
        """What the person types this time."""
        shortest, longest = sizes >> 8, sizes & 0xFF
        if not longest or shortest > longest or shortest > _LONGEST:
            raise TemplateError(f"a PIN of {shortest} to {longest} digits")
        entry = self._entries.popleft() if self._entries else TIMEOUT
        if entry == CANCEL:
            raise _EntryError(_CANCELLED)
        if entry == TIMEOUT:
            raise _EntryError(_TIMED_OUT)
        if condition & _BY_SIZE:
            entry = entry[:longest]
        ended = condition & (_BY_KEY | _BY_TIMEOUT) or (condition & _BY_SIZE and len(entry) == longest)
        if not ended:
            raise _EntryError(_TIMED_OUT)  # the validation key does nothing here, and no other digit comes
        longest = min(longest, _LONGEST, block.capacity() or _LONGEST)
        if not max(shortest, _SHORTEST) <= len(entry) <= longest:
            raise _EntryError(_WRONG_SIZE)
        return entry


class PinPadReader(InProcessReader):
    """An in-process reader with a PIN pad, which pyscard programs reach by `control`.

    Args:
        name: what programs call the reader.
        card: a card to insert right away.
        keys: what will be pressed; see `PinPad`.
    """

    def __init__(
        self, name: str = "Vitale testbed PIN pad 00", card: Card | None = None, *, keys: str | Sequence[str] = ()
    ) -> None:
        super().__init__(name, card)
        self._pad = PinPad(keys)

    @property
    def pad(self) -> PinPad:
        """The pad, to press more keys."""
        return self._pad


class _EntryError(Exception):
    """No PIN came of it; the status word says why."""

    def __init__(self, status: bytes) -> None:
        super().__init__(status)
        self.status = status


def _unpacked(structure: struct.Struct, data: bytes) -> tuple[int, ...]:
    if len(data) < structure.size:
        raise TemplateError(f"{len(data)} bytes are no structure of {structure.size}")
    return structure.unpack_from(data)


def _template(data: bytes, size: int) -> bytes:
    """The command that the program gives: a header of four bytes, or with Lc and as much data as Lc says."""
    if len(data) != size or size < 4 or (size > 4 and data[4] != size - 5):
        raise TemplateError(f"a command of {len(data)} bytes, announced as {size}")
    return data


def _command(template: bytes, content: bytes) -> bytes:
    if len(content) > 255:
        raise TemplateError(f"{len(content)} bytes of data")
    return template[:4] + bytes([len(content)]) + content


def _tlv_properties() -> bytes:
    """The properties that part 10 numbers 1 to 9."""
    properties: list[tuple[int, bytes]] = [
        (1, struct.pack("<H", 0x0210)),  # wLcdLayout: two lines of 16
        (2, bytes([_BY_SIZE | _BY_KEY | _BY_TIMEOUT])),
        (3, b"\x00"),  # bTimeOut2: none
        (4, struct.pack("<H", 16)),
        (5, struct.pack("<H", 2)),
        (6, bytes([_SHORTEST])),
        (7, bytes([_LONGEST])),
        (8, _FIRMWARE),
        (9, b"\x00"),  # bPPDUSupport: none
    ]
    return b"".join(bytes([tag, len(value)]) + value for tag, value in properties)
