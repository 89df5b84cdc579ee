"""Which file of which card holds which tags: one declarative table for encoding, decoding and documentation."""

from reader_core.layouts.assemble import decode_files, encode_files
from reader_core.layouts.codec import BENEFICIARY_TAG, EMPTY_FILE, Entry, decode, encode
from reader_core.layouts.group_stream import Group, StreamError, parse_stream
from reader_core.layouts.model import (
    NAME_WIDTH,
    Access,
    Application,
    Basis,
    Encoding,
    FieldLayout,
    FileLayout,
    LayoutError,
)
from reader_core.layouts.pointers import Pointer, decode_pointers, encode_pointers
from reader_core.layouts.stream_order import records_of_stream, stream_of_records
from reader_core.layouts.vitale import (
    MAX_BENEFICIARIES,
    MAX_COUVERTURES,
    MAX_DROITS,
    MAX_PERIODES_MUTUELLE,
    STREAM_FILES,
    UNLISTED,
    VITALE2_BY_NAME,
    VITALE2_FILES,
)
from reader_core.layouts.vitale_public import ADELE, APPLICATIONS, MF_VITALE, POINTERS_FID, VITALE

__all__ = [
    "ADELE",
    "APPLICATIONS",
    "BENEFICIARY_TAG",
    "EMPTY_FILE",
    "MAX_BENEFICIARIES",
    "MAX_COUVERTURES",
    "MAX_DROITS",
    "MAX_PERIODES_MUTUELLE",
    "MF_VITALE",
    "NAME_WIDTH",
    "POINTERS_FID",
    "STREAM_FILES",
    "UNLISTED",
    "VITALE",
    "VITALE2_BY_NAME",
    "VITALE2_FILES",
    "Access",
    "Application",
    "Basis",
    "Encoding",
    "Entry",
    "FieldLayout",
    "FileLayout",
    "Group",
    "LayoutError",
    "Pointer",
    "StreamError",
    "decode",
    "decode_files",
    "decode_pointers",
    "encode",
    "encode_files",
    "encode_pointers",
    "parse_stream",
    "records_of_stream",
    "stream_of_records",
]
