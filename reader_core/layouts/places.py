"""Records whose fields stand at places of their own, without tags: blocks of one size, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reader_core.layouts.model import FieldLayout, FileLayout, LayoutError

_PADDING = (b"\x00", b"\xff")


def write_block(layout: FileLayout[object], values: Sequence[bytes], index: int | None, offset: int) -> bytes:
    """Write one record.

    Args:
        layout: of the file.
        values: what each field holds, in the order of the fields, as long as its place.
        index: the beneficiary's; None in a file that is not per beneficiary.
        offset: where the record will stand, for messages.

    Raises:
        LayoutError: a value does not fill its place, or the whole record would read as padding.

    """
    block = bytearray(layout.record_size or 0)
    for field, value in zip(layout.fields, values, strict=True):
        start, length = _place(field)
        if len(value) != length:
            raise LayoutError(layout.name, offset, f"{field.name} takes {len(value)} bytes, and its place has {length}")
        block[start : start + length] = value
    if index is not None and layout.index_offset is not None:
        block[layout.index_offset] = index
    if is_padding(bytes(block)):
        raise LayoutError(layout.name, offset, "the record would be zeros alone, which reads as padding")
    return bytes(block)


def blocks(layout: FileLayout[object], raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Walk the records of a file that has no template around each, with their offsets; padding is none.

    Raises:
        LayoutError: the last record is cut short.

    """
    size = layout.record_size or 1
    for start in range(0, len(raw), size):
        block = raw[start : start + size]
        if is_padding(block):
            continue
        check_whole(layout, block, start)
        yield start, block


def check_whole(layout: FileLayout[object], block: bytes, offset: int) -> None:
    """Refuse a record that has not as many bytes as its layout says.

    Raises:
        LayoutError: it has more, or fewer.

    """
    if len(block) != layout.record_size:
        raise LayoutError(layout.name, offset, f"the record has {len(block)} bytes, not {layout.record_size}")


def value_in(field: FieldLayout, block: bytes) -> bytes:
    """The bytes of a field in its record."""
    start, length = _place(field)
    return block[start : start + length]


def is_padding(block: bytes) -> bool:
    """Whether bytes are filling only: all 00, or all FF."""
    return any(block == fill * len(block) for fill in _PADDING)


def _place(field: FieldLayout) -> tuple[int, int]:
    return field.offset or 0, field.length or 0
