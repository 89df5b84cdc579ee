"""Every format a reading can be written in: the one table that the command line, exports and pages go by.

    from reader_core.formats.registry import FORMATS
    content = FORMATS["xml"].dumps(reading)

Whatever leaves a reading for another program goes through `Format.dumps`, and there through the gate of `gate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from reader_core.access import Refusal
from reader_core.formats import csv, json, ssv, text, xml
from reader_core.formats.errors import FormatError
from reader_core.formats.gate import other_refusals, pass_gate
from reader_core.formats.text import Language
from reader_core.formats.unread import lost_files
from reader_core.session import ProtectionStatus, VitaleReading


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format.

    Attributes:
        name: what `--format` and the `formats` of a request call it.
        title: what it is, in English, in a few words.
        titre: the same in French.
        extension: of its files, with the dot.
        media_type: for a download, with its character set where it has one.
        is_binary: whether it is bytes that no terminal can show.
        extra: the optional dependency it needs (`vitale-testbed[EXTRA]`), or None.
        is_export: whether a request of the adapter protocol may ask for it beside the card.
        names_damage: whether it has a place for files of the card that could not be read or understood, or is refused for them.
        lacks: what it has not, and does not say so itself, when the protected data were not read; empty when it does.
        write: makes the content; for `dumps` alone.
        write_in: the same in a language, for formats that are read by people; for `dumps` alone.
        try_extra: raises what `dumps` would raise for a missing extra; None when it needs none.
    """

    name: str
    title: str
    titre: str
    extension: str
    media_type: str
    write: Callable[[VitaleReading], bytes]
    is_binary: bool = False
    extra: str | None = None
    is_export: bool = True
    names_damage: bool = True
    lacks: str = ""
    write_in: Callable[[VitaleReading, Language], bytes] | None = None
    try_extra: Callable[[], None] | None = None

    def check(self) -> None:
        """Say that this format cannot be written here, before a card is read for it.

        Raises:
            FormatError: `extra_missing`: the extra, or a library it needs, is not installed.
        """
        if self.try_extra is not None:
            self.try_extra()

    def dumps(self, reading: VitaleReading, language: Language | None = None) -> bytes:
        """Write a reading in this format.

        Args:
            reading: the reading.
            language: of formats that are read by people; without it `text` is English, `sheet` and `pdf` are French.

        Raises:
            FormatError: the format cannot hold this reading, or its extra is not installed.
            AccessRefusedError: the access table does not allow it.
        """
        pass_gate(reading, self.name)
        if language is None or self.write_in is None:
            return self.write(reading)
        return self.write_in(reading, language)

    def missing(self, reading: VitaleReading) -> str:
        """Name what the content lacks because the protected data were not read; empty when it lacks nothing."""
        return "" if reading.protection.status is ProtectionStatus.READ else self.lacks

    def damaged(self, reading: VitaleReading) -> tuple[str, ...]:
        """Name the files, with the reason, whose data the content lacks without a word."""
        return () if self.names_damage else lost_files(reading)

    def refused(self, reading: VitaleReading) -> tuple[Refusal, ...]:
        """Name the functions that were refused for another reason, of whose data the content says nothing."""
        return other_refusals(reading) if self.lacks else ()


def _text(reading: VitaleReading, language: Language = "en") -> bytes:
    return text.render_text(reading, language).encode()


def _json(reading: VitaleReading) -> bytes:
    return json.dumps(reading).encode()


# The sheet's template engine is loaded by those who want a sheet.


def _sheet(reading: VitaleReading, language: Language = "fr") -> bytes:
    from reader_core.formats import sheet  # noqa: PLC0415 - see above

    return sheet.render_sheet(reading, language).encode()


def _pdf(reading: VitaleReading, language: Language = "fr") -> bytes:
    from reader_core.formats.sheet import pdf  # noqa: PLC0415 - see above

    return pdf.dumps(reading, language)


def _try_pdf() -> None:
    from reader_core.formats.sheet import pdf  # noqa: PLC0415 - see above

    pdf.check()


_FORMATS = (
    Format(
        name="text",
        title="lines for a person",
        titre="texte",
        extension=".txt",
        media_type="text/plain; charset=utf-8",
        write=_text,
        write_in=_text,
        is_export=False,
    ),
    Format(
        name="json",
        title="the card object",
        titre="objet JSON",
        extension=".json",
        media_type="application/json",
        write=_json,
        is_export=False,
    ),
    Format(
        name="xml",
        title="the document of the API de lecture, T_AsnDonneesVitale",
        titre="document de l'API de lecture",
        extension=".xml",
        media_type="application/xml",
        write=xml.dumps,
        names_damage=False,
        lacks="every libelleExo",
    ),
    Format(
        name="ssv",
        title="the group stream",
        titre="flux de groupes SSV",
        extension=".in",
        media_type="application/octet-stream",
        write=ssv.dumps,
        is_binary=True,
        lacks="the groups 106",
    ),
    Format(
        name="csv",
        title="a table for a spreadsheet, one beneficiary a line",
        titre="tableau CSV",
        extension=".csv",
        media_type="text/csv; charset=utf-8",
        write=csv.dumps,
        lacks="the columns of the exemption",
    ),
    Format(
        name="sheet",
        title="a page to print, in French with an English switch",
        titre="feuille à imprimer",
        extension=".html",
        media_type="text/html; charset=utf-8",
        write=_sheet,
        write_in=_sheet,
    ),
    Format(
        name="pdf",
        title="the page to print as a PDF, in French",
        titre="feuille à imprimer, en PDF",
        extension=".pdf",
        media_type="application/pdf",
        write=_pdf,
        write_in=_pdf,
        is_binary=True,
        extra="pdf",
        is_export=False,
        try_extra=_try_pdf,
    ),
)

FORMATS: Mapping[str, Format] = MappingProxyType({each.name: each for each in _FORMATS})
"""Every format by its name."""

EXPORTS: tuple[str, ...] = tuple(each.name for each in _FORMATS if each.is_export)
"""The formats that a request of the adapter protocol may ask for."""


def export(reading: VitaleReading, names: tuple[str, ...]) -> dict[str, bytes]:
    """Write a reading in several formats.

    A name that is no export, and a format that cannot hold this reading, is left out.

    Args:
        reading: the reading.
        names: formats, such as `xml`.

    Returns:
        The contents by name, in the order of `names`.
    """
    found: dict[str, bytes] = {}
    for name in names:
        if name in EXPORTS:
            try:
                found[name] = FORMATS[name].dumps(reading)
            except FormatError:
                continue
    return found
