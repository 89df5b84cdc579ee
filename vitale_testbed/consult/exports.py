"""A reading in every format there is, as downloads."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, replace

from reader_core.formats.errors import FormatError
from reader_core.formats.gate import AccessRefusedError
from reader_core.formats.registry import FORMATS, Format
from reader_core.formats.text import Language
from reader_core.session import VitaleReading
from vitale_testbed.consult.messages import FormatEntry
from vitale_testbed.consult.refusals import Refusal, RefusedError
from vitale_testbed.consult.shown import Shown

PERSONAL = frozenset({"sheet", "pdf"})
"""Formats that are printed for one person, and hold the selected beneficiary alone."""
_IN_THE_PAGE = frozenset({"sheet"})
"""Formats a browser shows; the others are saved."""
_MODULES = {"pdf": "weasyprint"}
"""What an extra brings, by its name."""


@dataclass(frozen=True, slots=True)
class Export:
    """A reading in a format.

    Attributes:
        content: the bytes.
        media_type: for the answer's head.
        filename: what a browser saves it as: nothing of a person is in it.
        inline: whether a browser shows it instead.
    """

    content: bytes
    media_type: str
    filename: str
    inline: bool


def formats() -> tuple[FormatEntry, ...]:
    """List the formats, and the extra that one needs and that is not there."""
    return tuple(
        FormatEntry(
            name=each.name,
            title=each.title,
            titre=each.titre,
            extension=each.extension,
            media_type=each.media_type,
            missing=_missing(each),
        )
        for each in FORMATS.values()
    )


def export(shown: Shown, name: str, language: Language = "fr") -> Export:
    """Write a reading in a format.

    Args:
        shown: the reading, whose person is selected.
        name: the format.
        language: of what is printed and of text; the sheet has a switch, paper has none.

    Raises:
        RefusedError: `unknown_format`, `format_impossible` with the format's own reason, or what the access table says.
    """
    wanted = FORMATS.get(name)
    if wanted is None:
        raise RefusedError.of("unknown_format", name)
    reading = alone(shown) if name in PERSONAL else shown.reading
    try:
        content = wanted.dumps(reading, language)
    except AccessRefusedError as error:
        raise RefusedError(Refusal.from_reading(error.refusal)) from error
    except FormatError as error:
        refusal = Refusal.of("format_impossible", f"{error.message} {error.next_step}")
        raise RefusedError(refusal) from error
    return Export(content, wanted.media_type, f"lecture-vitale{wanted.extension}", name in _IN_THE_PAGE)


def alone(shown: Shown) -> VitaleReading:
    """The reading with the selected beneficiary only: what is printed for one must not name the others."""
    if shown.selected is None:
        return shown.reading
    records, assure = shown.reading.records, shown.reading.records.assure
    if not assure.nir:  # a card without our group 101: the first holder's number is the insured person's
        number = records.beneficiaires[0].inscription.nir
        assure = replace(assure, nir=number[:13], cle_nir=number[13:])
    kept = (records.beneficiaires[shown.selected - 1],)
    return replace(shown.reading, records=replace(records, assure=assure, beneficiaires=kept))


def _missing(wanted: Format) -> str | None:
    if wanted.extra is None:
        return None
    module = _MODULES.get(wanted.extra, wanted.extra)
    return None if importlib.util.find_spec(module) else wanted.extra
