"""BER-TLV data objects as cards use them: ISO/IEC 7816-4, 5.2.2 and annex E; ISO/IEC 8825-1.

A `Tlv` *is* its bytes: it can be compared, sent, stored and hashed as such, and a nested template reads like the text
of a specification.

>>> Tlv(0x65, Tlv(0x80, b"DURAND"), Tlv(0x81, b"ANNE")).hex(" ")
'65 0e 80 06 44 55 52 41 4e 44 81 04 41 4e 4e 45'
>>> parse_tlvs(bytes.fromhex("5A020102 0000"), strict=False)
(Tlv(0x5A, '0102'),)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Self

from reader_core.iso7816._ber import Header, encode_length, encode_tag, read_header, value_end
from reader_core.iso7816.errors import TlvError

_PADDING = (0x00, 0xFF)


class Tlv(bytes):
    """One data object, as its bytes.

    `Tlv(tag, *values)` builds one in minimal definite form; the values are joined. `parse`, `parse_from` and
    `parse_tlvs` give objects that keep the bytes as they came, so that a lenient reading loses nothing.
    """

    def __new__(cls, tag: int, *values: bytes) -> Self:
        """Build a data object.

        Args:
            tag: the tag as a number, its bytes big-endian: 0x5A, 0x7F21, 0xBF8101.
            values: the value, or the objects it consists of.

        Raises:
            ValueError: the number is not a tag that ISO/IEC 7816-4 allows.
        """
        value = b"".join(values)
        return super().__new__(cls, encode_tag(tag) + encode_length(len(value)) + value)

    @classmethod
    def parse(cls, raw: bytes, *, strict: bool = True) -> Self:
        """Read exactly one data object.

        Raises:
            TlvError: the bytes are not one data object, or bytes follow it.
        """
        tlv, rest = cls.parse_from(raw, strict=strict)
        if rest:
            raise TlvError(len(tlv), f"{len(rest)} bytes follow the data object")
        return tlv

    @classmethod
    def parse_from(cls, raw: bytes, *, strict: bool = True) -> tuple[Self, bytes]:
        """Read the first data object, and give the bytes that follow it.

        Raises:
            TlvError: the bytes do not begin with a whole data object.
        """
        end = value_end(raw, read_header(raw, 0, strict=strict), strict=strict)[1]
        return bytes.__new__(cls, raw[:end]), bytes(raw[end:])

    @property
    def _header(self) -> Header:
        return read_header(self, 0, strict=False)

    @property
    def tag(self) -> int:
        """The tag as a number."""
        return self._header.tag

    @property
    def length(self) -> int:
        """Bytes in the value."""
        return len(self.value)

    @property
    def value(self) -> bytes:
        """The value's bytes, without tag, length and the end mark of an indefinite length."""
        header = self._header
        return bytes(self[header.end : value_end(self, header, strict=False)[0]])

    @property
    def constructed(self) -> bool:
        """Whether the tag says that the value consists of data objects."""
        return bool(self[0] & 0x20)

    def children(self, *, strict: bool = True) -> tuple[Tlv, ...]:
        """The data objects in the value.

        Raises:
            TlvError: the object is primitive, or its value is malformed; offsets count from this object's first byte.
        """
        if not self.constructed:
            raise TlvError(0, f"tag {self.tag:X} is primitive: its value holds no data objects")
        header = self._header
        end = value_end(self, header, strict=strict)[0]
        return tuple(_scan(bytes(self[:end]), header.end, strict=strict))

    # A data object is searched for tags; to search its bytes, search `bytes(tlv)`.
    def find(self, *tags: int, strict: bool = True) -> Tlv | None:  # pyright: ignore[reportIncompatibleMethodOverride] - see above
        """The first object below this one on a path of tags, or None.

        Args:
            tags: one tag for each level, this object's own tag not among them.
            strict: how to read the values on the way.

        Raises:
            TlvError: a value on the way is malformed.
        """
        if not self.constructed:
            return None
        return find_tlv(self.children(strict=strict), *tags, strict=strict)

    def __repr__(self) -> str:
        return f"Tlv(0x{self.tag:X}, '{self.value.hex().upper()}')"

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (bytes(self),)


def parse_tlvs(raw: bytes, strict: bool = True) -> tuple[Tlv, ...]:
    """Read data objects until the bytes end.

    Args:
        raw: data objects one after the other.
        strict: refuse what a card should not write: lengths that are not minimal or indefinite, tags that are not
            minimal, and padding. A lenient reading takes these, and skips bytes `00` and `FF` between objects as
            ISO/IEC 7816-4 allows a card to leave them (a private two-byte tag that begins with FF is then not seen).

    Raises:
        TlvError: with the offset of the first byte that is wrong.
    """
    return tuple(_scan(bytes(raw), 0, strict=strict))


def find_tlv(tlvs: Iterable[Tlv], *tags: int, strict: bool = True) -> Tlv | None:
    """The first object on a path of tags that begins among `tlvs`, or None.

    Raises:
        TypeError: no tag was given.
        TlvError: a value on the way is malformed.
    """
    if not tags:
        raise TypeError("a path has at least one tag")
    for tlv in tlvs:
        if tlv.tag != tags[0]:
            continue
        found = tlv if len(tags) == 1 else tlv.find(*tags[1:], strict=strict)
        if found is not None:
            return found
    return None


def announced_end(raw: bytes, start: int = 0) -> int | None:
    """Where the data object that begins at `start` ends by its own length field, whether its bytes are all there or not.

    None while the tag or the length is cut short, and where it does not tell: no BER-TLV, or an indefinite length.

    >>> announced_end(bytes.fromhex("3082041B 3082")), announced_end(bytes.fromhex("308204"))
    (1055, None)
    """
    try:
        header = read_header(raw, start, strict=False)
    except TlvError:
        return None
    return None if header.length is None else header.end + header.length


def _scan(raw: bytes, start: int, *, strict: bool) -> Iterator[Tlv]:
    position = start
    while position < len(raw):
        if not strict and raw[position] in _PADDING:
            position += 1
            continue
        end = value_end(raw, read_header(raw, position, strict=strict), strict=strict)[1]
        yield bytes.__new__(Tlv, raw[position:end])  # past Tlv.__new__: these bytes are kept as they came
        position = end


def _restore(raw: bytes) -> Tlv:
    return bytes.__new__(Tlv, raw)
