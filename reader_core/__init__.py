"""Reads Vitale and CPS cards, real or virtual: a stand-in for the API de lecture Vitale 4.10.

    with Reader.open(vitale=..., cps=...) as reader:
        reader.verify_pin("1234")
        reading = reader.read_vitale(on=date(2026, 1, 15))
    print(card_object(reading))

The names below are loaded when first used: whoever only wants the vocabulary (`reader_core.iso7816`, `.layouts`,
`.records`) does not load the reader with it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reader_core.errors import ErrorCode, ReadingError
    from reader_core.formats.card import card_schema
    from reader_core.formats.json import card_object, dumps
    from reader_core.formats.text import render_text
    from reader_core.session import Anomaly, Protection, Reader, TrustStore, VitaleReading

_HOMES = {
    "Anomaly": "reader_core.session",
    "ErrorCode": "reader_core.errors",
    "Protection": "reader_core.session",
    "Reader": "reader_core.session",
    "ReadingError": "reader_core.errors",
    "TrustStore": "reader_core.session",
    "VitaleReading": "reader_core.session",
    "card_object": "reader_core.formats.json",
    "card_schema": "reader_core.formats.card",
    "dumps": "reader_core.formats.json",
    "render_text": "reader_core.formats.text",
}

__all__ = [
    "Anomaly",
    "ErrorCode",
    "Protection",
    "Reader",
    "ReadingError",
    "TrustStore",
    "VitaleReading",
    "card_object",
    "card_schema",
    "dumps",
    "render_text",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the names have as many types as there are names
    """Load a public name from the module that holds it."""
    home = _HOMES.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(home), name)
