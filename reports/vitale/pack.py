"""Keeps the page small: the long parts of calm cases are shared, compressed, and unfolded when somebody opens them.

A trace repeats itself, within a case and between the cases that read the same card. Each long part is cut into
chunks at `CUT`; equal chunks are stored once; the whole is one gzip member in base64 that the page's script unpacks
with the browser's own `DecompressionStream`. Cases that need attention keep theirs in the page, readable without script.
"""

import base64
import gzip
import json

CUT = "\ue001"
"""Marks where a long part may be cut; a private-use character, so that no value shows one (see `values.pieces`)."""


class Pack:
    """Collects long parts and shares what repeats."""

    def __init__(self) -> None:
        self._chunks: dict[str, int] = {}
        self._parts: dict[str, list[int]] = {}

    def add(self, key: str, html: str) -> None:
        """Keep the HTML of a part, already escaped, under a key of the page."""
        self._parts[key] = [self._chunks.setdefault(chunk, len(self._chunks)) for chunk in html.split(CUT) if chunk]

    def __bool__(self) -> bool:
        return bool(self._parts)

    def encode(self) -> str:
        """Return everything collected as base64. The same parts give the same text."""
        content = {"chunks": list(self._chunks), "parts": self._parts}
        raw = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return base64.b64encode(gzip.compress(raw, compresslevel=9, mtime=0)).decode()


def whole(html: str) -> str:
    """Return the HTML of a part for the page itself."""
    return html.replace(CUT, "")
