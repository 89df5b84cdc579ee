"""Whether the records of a card of the family fit its files."""

from reader_core.layouts import cps, cps2ter
from reader_core.layouts.codec import Entry, encode
from reader_core.records.cps import CpsRecords


def check_records(records: CpsRecords) -> None:
    """Write every record as a card of the family does, whichever of its files the card has.

    Raises:
        LayoutError: a text is not Latin-1, or a file is too long; the error names the file and the field.
    """
    encode(cps.PORTEUR, [Entry(records.porteur)])
    for layout, activity in zip(cps.ACTIVITES, records.activites, strict=False):
        encode(layout, [Entry(activity)])
    encode(cps2ter.PROFESSION, [Entry(records.profession)])
    encode(cps2ter.SITUATIONS, [Entry(situation) for situation in records.situations])
