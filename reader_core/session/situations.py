"""What a professional card's business volume says of its holder's work: profession, and situations behind the code.

The volume (CPS2ter, class A0) is on a CPS3 and a CPS4 beside the PKCS#15 application, in logical channel 0;
docs/cards/cps2ter.md describes its files. A card that has none, or keeps it closed, is no fault: nothing is known then.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from reader_core.iso7816 import CardChannel, CommandApdu
from reader_core.layouts import LayoutError, decode
from reader_core.layouts.cps2ter import BILLING_DF_FID, PROFESSION, SITUATIONS
from reader_core.layouts.model import FileLayout
from reader_core.session.files import FileRefusedError, read_selected
from reader_core.session.reading import Anomaly, Professional

R = TypeVar("R")

_CLASS = 0xA0
_MF = 0x3F00
_INS_SELECT = 0xA4
_SELECTED = 0x9F
"""First byte of the answer to a good SELECT: 9Fxx, xx bytes of information wait (observed: ANS Cryptolib)."""


def with_situations(channel: CardChannel, known: Professional) -> Professional:
    """Read the profession (free) and the situations of work and billing (behind the code) of a professional card.

    Args:
        channel: logical channel 0 of the card, whose code has been presented.
        known: what is known of the card so far.

    Returns:
        The same with `profession` and `situations`, each None where the card does not give the file. A file that cannot
        be understood is None as well, and one of the `anomalies`.

    Raises:
        TransportError: the card is gone.
    """
    if not _select(channel, _MF):
        return known
    anomalies: list[Anomaly] = []
    profession = _records(channel, PROFESSION, (PROFESSION.fid,), anomalies)
    situations = _records(channel, SITUATIONS, (BILLING_DF_FID, SITUATIONS.fid), anomalies)
    return replace(
        known,
        profession=profession[0] if profession else None,
        situations=situations,
        anomalies=tuple(anomalies),
    )


def _records(
    channel: CardChannel, layout: FileLayout[R], path: tuple[int, ...], anomalies: list[Anomaly]
) -> tuple[R, ...] | None:
    raw = _read(channel, layout.name) if all(_select(channel, fid) for fid in path) else None
    if raw is None:
        return None
    try:
        return tuple(entry.record for entry in decode(layout, raw))
    except LayoutError as error:
        anomalies.append(Anomaly(error.file, error.offset, error.reason))
        return None


def _select(channel: CardChannel, fid: int) -> bool:
    command = CommandApdu(_CLASS, _INS_SELECT, 0x00, 0x00, fid.to_bytes(2))
    return channel.send(command).sw.sw1 == _SELECTED


def _read(channel: CardChannel, what: str) -> bytes | None:
    """Give the selected file whole, or None when the card keeps it closed."""
    try:
        return read_selected(channel, what, cla=_CLASS)
    except FileRefusedError:
        return None
