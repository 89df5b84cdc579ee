"""The files of the CPS2ter volume."""

from collections.abc import Iterable
from typing import TypeVar

from emulator.card import ALWAYS, AccessRule, DedicatedFile, ElementaryFile, requires
from reader_core.layouts import cps2ter
from reader_core.layouts.codec import Entry, encode
from reader_core.layouts.laying import Constant, additional_files
from reader_core.layouts.model import Access, FileLayout
from reader_core.records import Pan
from reader_core.records.cps import CpsRecords

Record = TypeVar("Record")

PIN_NAME = "pin:1"
"""What stands in the security state after a good PIN; the one of the other volume."""


def volume_files(records: CpsRecords, number: str) -> DedicatedFile:
    """Build the volume's own tree, whose root is its 3F00.

    Args:
        records: what the card says of its holder.
        number: the card's number, the 20 digits of tag 5A.

    Raises:
        LayoutError: the records do not fit their files.
    """
    activities = zip(cps2ter.ACTIVITES_CPS2TER, records.activites, strict=False)
    billing = DedicatedFile(cps2ter.BILLING_DF_FID, children=[_file(cps2ter.SITUATIONS, records.situations)])
    return DedicatedFile(
        children=[
            _file(cps2ter.ID, [records.porteur]),
            _file(cps2ter.ICC, [Pan(number)]),
            _file(cps2ter.PROFESSION, [records.profession]),
            *(_file(layout, [record]) for layout, record in activities),
            *(_file(layout, [Constant()]) for layout in additional_files(cps2ter.CPS2TER)),
            billing,
        ],
        name="CPS2ter",
    )


def _file(layout: FileLayout[Record], records: Iterable[Record]) -> ElementaryFile:
    content = encode(layout, [Entry(record) for record in records])
    rule: AccessRule = requires(PIN_NAME) if layout.access is Access.PIN else ALWAYS
    return ElementaryFile(layout.fid, content, read=rule, name=layout.name)
