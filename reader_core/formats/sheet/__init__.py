"""The printable sheet: a reading as one HTML page for A4, in French with an English switch, that needs nothing else.

It has no script, its style and font are inside it, and its own content security policy allows just these. `policy` gives
that policy to a server that sends it as a header.
"""

from __future__ import annotations

from reader_core.formats.sheet.page import Language, policy, render_sheet
from reader_core.session import VitaleReading

__all__ = ["Language", "dumps", "policy", "render_sheet"]


def dumps(reading: VitaleReading) -> bytes:
    """Write the sheet of a reading, in UTF-8, opening in French."""
    return render_sheet(reading).encode()
