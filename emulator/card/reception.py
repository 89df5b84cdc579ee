"""The incoming side of a card: which commands it can take at all, before the instruction is looked at.

The class byte is ISO/IEC 7816-4; the forms of commands, and how T=0 carries them, are ISO/IEC 7816-3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache

from emulator.card.context import CardRefusalError, Transmission
from reader_core.iso7816 import (
    SW,
    ApduFormatError,
    ClassByte,
    ClassKind,
    CommandApdu,
    SecureMessaging,
    StatusWord,
)

_SHORT_NE = 256
# Programs send the same short commands over and over, to one card and to the next: at most this long, they are parsed once.
_REMEMBERED = 32


class Reception:
    """Reads commands as one kind of card sees them.

    Args:
        transmission: the protocol in use.
        extended: whether extended lengths are taken.
        proprietary: the proprietary class bytes that the card knows.
        channels: how many logical channels it has; 0 for a card that knows no interindustry class.
    """

    def __init__(
        self, transmission: Transmission, *, extended: bool, proprietary: Iterable[int], channels: int = 1
    ) -> None:
        self._t0 = transmission is Transmission.T0
        self._extended = extended
        self._classes = _classes(frozenset(proprietary), channels)

    def read(self, raw: bytes) -> tuple[CommandApdu, ClassByte]:
        """Take a command apart.

        Raises:
            CardRefusalError: 6E00, 6881 or 6882 for the class, whatever follows it; 6700 for anything that is not a
                command, and for an extended Lc where lengths are short.
        """
        if len(raw) < 4:
            raise CardRefusalError(SW.WRONG_LENGTH)
        cla = self._classes[raw[0]]
        if not isinstance(cla, ClassByte):
            raise CardRefusalError(cla)
        try:
            command = _parse_short(raw) if len(raw) <= _REMEMBERED else CommandApdu.parse(raw)
        except ApduFormatError:
            raise CardRefusalError(SW.WRONG_LENGTH) from None
        if command.extended and command.data and not self._extended:
            raise CardRefusalError(SW.WRONG_LENGTH)
        return command, cla

    def adapted(self, command: CommandApdu, *, outgoing: bool) -> CommandApdu:
        """A whole command with the Ne that the transmission protocol brings to the card.

        On T=0 a command with data comes without Le, and one without Le cannot be told from Le = 00. A card without
        extended lengths answers an extended Le short.
        """
        ne = command.ne
        if self._t0 and command.data:
            ne = None
        elif self._t0 and outgoing and ne is None:
            ne = _SHORT_NE
        if ne is not None and not self._extended:
            ne = min(ne, _SHORT_NE)
        extended = command.extended and self._extended
        if ne == command.ne and extended == command.extended:
            return command
        return replace(command, ne=ne, extended=extended)


_parse_short = lru_cache(maxsize=1024)(CommandApdu.parse)


@cache
def _classes(proprietary: frozenset[int], channels: int) -> tuple[ClassByte | StatusWord, ...]:
    """What each of the 256 class bytes is to a card: a class, or the word that refuses it."""
    return tuple(_class(raw, proprietary, channels) for raw in range(0x100))


def _class(raw: int, proprietary: frozenset[int], channels: int) -> ClassByte | StatusWord:
    cla = ClassByte.parse(raw)
    if cla.channel is None or not channels:
        return cla if cla.kind is ClassKind.PROPRIETARY and raw in proprietary else SW.CLA_NOT_SUPPORTED
    if cla.channel >= channels:
        return SW.CHANNEL_NOT_SUPPORTED
    if cla.secure_messaging is not SecureMessaging.NONE:
        return SW.SECURE_MESSAGING_NOT_SUPPORTED
    return cla
