"""POINTERS of cards that are not ours, and broken ones."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader_core.layouts import LayoutError, Pointer, decode_pointers

TOY = "E0 1E A0 0E 82 0C 1234 5678 D250000002564954 80 0C 4E4F4D2020202020 1234 2F10"
"""One application, entry 1234, with a name of 8 bytes; one file NOM in it."""


@pytest.mark.parametrize("padding", ["", "0000", "FFFF"])
def test_another_entry_number_and_padding(padding: str) -> None:
    raw = bytes.fromhex(TOY + padding)
    assert decode_pointers(raw) == (Pointer("NOM", bytes.fromhex("D250000002564954"), 0x2F10),)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "no template E0"),
        ("0000", "no template E0"),
        ("A0 00", "no template E0"),
        ("E0 02 80 00", "no list A0"),
        ("E0 10 A0 00", ""),
        ("E0 06 A0 00 80 02 4E4F", "has 2 bytes, not 12"),
        ("E0 10 A0 00 80 0C 4E4F4D2020202020 0001 2F10", "in application 0001, which is not listed"),
    ],
)
def test_broken(raw: str, reason: str) -> None:
    with pytest.raises(LayoutError) as caught:
        decode_pointers(bytes.fromhex(raw))
    assert caught.value.file == "POINTERS"
    assert reason in caught.value.reason


@given(st.binary(max_size=60))
def test_no_content_raises_anything_else(raw: bytes) -> None:
    with contextlib.suppress(LayoutError):
        assert isinstance(decode_pointers(raw), tuple)
