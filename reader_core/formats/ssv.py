"""A reading as a group stream, and back: what the older SSV interface gives, byte for byte.

The framing is in `reader_core.layouts.group_stream`, the order in `reader_core.layouts.stream_order`; docs/formats.md
describes both for an outsider.
"""

from __future__ import annotations

from reader_core.access import Function
from reader_core.errors import ERRORS
from reader_core.formats.errors import FormatError
from reader_core.layouts import (
    STREAM_FILES,
    VITALE2_BY_NAME,
    Access,
    LayoutError,
    records_of_stream,
    stream_of_records,
)
from reader_core.records import Assure, Beneficiaire, Identite, ServiceAmo, VitaleRecords
from reader_core.session import ProtectionStatus, VitaleReading

_FREE = frozenset({"POINTERS"}) | {
    name
    for name, layout in VITALE2_BY_NAME.items()
    if layout.access is Access.FREE and (layout.group is not None or layout in STREAM_FILES)
}
"""Files without which the stream would be another one."""


_GROUPS_OF = frozenset({Function.READ_RIGHTS, Function.READ_COMPLEMENTARY})
"""Functions whose groups stand in the stream beside the identity."""


class SsvError(FormatError):
    """A reading that cannot be written as a group stream: `no_groups`, or `card_data_invalid` with the file's name."""


def dumps(reading: VitaleReading) -> bytes:
    """Write the group stream of a reading.

    Without the protected data the stream lacks the groups 106, and nothing else: see `is_complete`.

    Raises:
        SsvError: the card has no record groups, or a file that the stream is made of could not be read.
    """
    for anomaly in reading.anomalies:
        if anomaly.file in _FREE:
            where = "" if anomaly.offset is None else f", offset {anomaly.offset}"
            raise _damaged(f"file {anomaly.file}{where}: {anomaly.reason}")
    refused = next((each for each in reading.refusals if each.function in _GROUPS_OF), None)
    if refused is not None:
        raise SsvError(
            str(refused.code),
            f"the stream would lack the groups of {refused.function}, which the access table refuses",
            ERRORS[refused.code].next_step,
        )
    if not _has_groups(reading.records):
        raise SsvError(
            "no_groups",
            "this card has no record groups that this reader knows, so there is no stream of them",
            "Take another format, such as json: it has the identity and the numbers.",
        )
    try:
        return stream_of_records(reading.records, protected=is_complete(reading))
    except LayoutError as error:
        raise _damaged(str(error)) from error


def is_complete(reading: VitaleReading) -> bool:
    """Whether the protected groups were read, so that the stream has all that the card says."""
    return reading.protection.status is ProtectionStatus.READ


def loads(raw: bytes) -> VitaleRecords:
    """Read a group stream into the records of a card; `dumps` of these records would give it back.

    Raises:
        reader_core.layouts.StreamError: the bytes are no group stream; it carries the offset and the group.
    """
    return records_of_stream(raw)


def _has_groups(records: VitaleRecords) -> bool:
    """A card that is not ours has holders, and nothing in the files of the groups."""
    silent = records.assure == Assure() and records.service_amo == ServiceAmo() and records.ordre is None
    return not (
        silent
        and any(
            holder.beneficiaire == Beneficiaire() and holder.identite != Identite() for holder in records.beneficiaires
        )
    )


def _damaged(message: str) -> SsvError:
    return SsvError(
        "card_data_invalid", message, "Read the card again; if it happens again its content is wrong there."
    )
