"""Ways to reach a card: PC/SC readers, and the socket reader for programs without PC/SC."""

from __future__ import annotations

from reader_core.iso7816 import Connection


def open_connection(spec: str) -> Connection:
    """Open a reader from its name.

    Args:
        spec: `socket:HOST:PORT`, `pcsc:NAME`, or a bare PC/SC reader name. A name may be cut short as long as one
            reader only begins with it.

    Raises:
        ReaderUnavailableError: no such reader, no PC/SC service, or pyscard is not installed.
        ValueError: the spec is malformed.
    """
    raise NotImplementedError(spec)
