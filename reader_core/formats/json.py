"""The card object as JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from reader_core.formats.build import build_card
from reader_core.session import VitaleReading


def card_object(reading: VitaleReading) -> dict[str, Any]:
    """Give a reading in the vocabulary of the adapter protocol: plain dictionaries, lists, texts, numbers and null.

    Its schema is `reader_core.formats.card.card_schema`.
    """
    # Through JSON: `to_builtins` would leave tuples, which compare unequal to the lists of another product.
    return msgspec.json.decode(msgspec.json.encode(build_card(reading)))


def dumps(reading: VitaleReading, *, indent: int = 2) -> str:
    """Give a reading as JSON text, in UTF-8 characters, ending with a new line.

    Args:
        reading: the reading.
        indent: spaces a level; 0 for one line.
    """
    raw = msgspec.json.encode(build_card(reading))
    return (msgspec.json.format(raw, indent=indent) if indent else raw).decode() + "\n"
