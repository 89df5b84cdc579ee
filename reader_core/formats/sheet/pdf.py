"""The sheet, or any other page made for paper, as a PDF with its text and structure, made by WeasyPrint (the extra `pdf`)."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

from reader_core.formats.errors import FormatError
from reader_core.formats.sheet.page import Language, render_sheet
from reader_core.session import VitaleReading

VARIANT = "pdf/ua-1"
"""Tagged for screen readers, ISO 14289-1."""


def dumps(reading: VitaleReading, language: Language = "fr") -> bytes:
    """Write the sheet of a reading as a PDF.

    Args:
        reading: the reading.
        language: the one it is in; paper has no switch.

    Raises:
        FormatError: `extra_missing`: WeasyPrint, or a library it needs, is not installed.
    """
    return print_page(render_sheet(reading, language))


def print_page(page: str) -> bytes:
    """Print a page of HTML that needs nothing else. The same page gives the same bytes.

    Raises:
        FormatError: `extra_missing`, as `dumps`.
    """
    weasyprint = _weasyprint()
    # The page is whole: its font is inside it, and nothing is fetched, whatever a card or a product says.
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols={"data"})
    return weasyprint.HTML(string=page, url_fetcher=fetcher).write_pdf(pdf_variant=VARIANT)


def check() -> None:
    """Say that no PDF can be made here, before a card is read for it.

    Raises:
        FormatError: as `dumps`.
    """
    _weasyprint()


def _weasyprint() -> Any:  # noqa: ANN401 - a module that may not be there
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return import_module("weasyprint")
    except ImportError as error:
        raise FormatError(
            "extra_missing",
            "a PDF needs WeasyPrint, which is not installed",
            "pip install 'vitale-testbed[pdf]', or print the HTML (read --format sheet, report --format html) from a browser",
        ) from error
    except OSError as error:
        raise FormatError(
            "extra_missing",
            f"WeasyPrint does not find a library it needs: {error}",
            "install Pango (Debian: apt-get install libpangoft2-1.0-0), or print the HTML (read --format sheet, report --format html) from a browser",
        ) from error
