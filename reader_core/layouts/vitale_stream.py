"""Three small files that only a card made from an unusual group stream has.

A card whose groups stand in the usual order, each once where it belongs, has none of them: the record files say it all.
On the others POINTERS lists those that hold something, so that a reader which knows them gives the stream back byte for
byte, and one which does not still reads the records.
"""

from __future__ import annotations

from reader_core.layouts.model import Access, Basis, Encoding, FieldLayout, FileLayout
from reader_core.layouts.vitale_public import VITALE
from reader_core.records import GroupeBrut, Ordre

_OURS = "not public, our choice: a group stream may come in any order and must go out in that order"
_RAW = (FieldLayout(0x80, "octets", Encoding.BINARY, "the group as in the stream: number, length, fields"),)

ORDRE = FileLayout(
    name="ORDRE",
    title="order of the group stream, when it is not the usual one",
    application=VITALE,
    fid=0x2030,
    sfi=None,
    tag=0xED,
    record=Ordre,
    fields=(
        FieldLayout(
            0x80,
            "codes",
            Encoding.BINARY,
            "one byte a group: 01 to 09 and 0B the next record of group 101 to 109 and 111 (04 begins the next "
            "beneficiary), 20 the next group of BRUTS, 21 of BRUTSPRO",
        ),
    ),
    access=Access.FREE,
    source=f"{_OURS}; it says how many periods of code couverture there are, and nothing of what is in them",
    basis=Basis.ASSUMPTION,
    place_basis=Basis.ASSUMPTION,
)

BRUTS = FileLayout(
    name="BRUTS",
    title="groups that fit no record file, as they came",
    application=VITALE,
    fid=0x2031,
    sfi=None,
    tag=0xEE,
    record=GroupeBrut,
    fields=_RAW,
    access=Access.FREE,
    source=_OURS,
    basis=Basis.ASSUMPTION,
    place_basis=Basis.ASSUMPTION,
    multiple=True,
)

BRUTS_PROTEGES = FileLayout(
    name="BRUTSPRO",
    title="groups 106 that fit no record file, as they came",
    application=VITALE,
    fid=0x2032,
    sfi=None,
    tag=0xEE,
    record=GroupeBrut,
    fields=_RAW,
    access=Access.PROTECTED,
    source=f"{_OURS}; protected as the file of group 106 is",
    basis=Basis.ASSUMPTION,
    place_basis=Basis.ASSUMPTION,
    multiple=True,
)
