"""In-process readers inside pyscard, so that programs written with pyscard work with no daemon."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from emulator.readers.errors import ReaderSetupError
from emulator.readers.inprocess import InProcessReader
from emulator.readers.rack import ReaderRack


@contextmanager
def pyscard_readers(*readers: InProcessReader, exclusive: bool = True) -> Generator[ReaderRack]:
    """Make `smartcard.System.readers()` list these readers; what it listed before comes back at the end.

    `CardRequest`, and so `CardMonitor`, see them too. Programs that call the functions of `smartcard.scard` themselves
    do not: they need a `PrivatePcscd`.

    Args:
        readers: what pyscard shall list, in this order.
        exclusive: hide the readers of PC/SC meanwhile, so that no daemon is needed. Otherwise they come after ours,
            and card requests go to PC/SC alone.

    Yields:
        The rack, to plug readers in and out meanwhile.

    Raises:
        ReaderSetupError: `pyscard_missing`.
        ValueError: two readers of one name.
    """
    try:
        # Only now: importing pyscard loads the PC/SC library, which the core install does not have.
        from emulator.readers._pyscard import installed  # noqa: PLC0415 -- see above
    except ImportError as error:
        raise ReaderSetupError(
            "pyscard_missing",
            f"pyscard cannot be imported: {error}.",
            "Run: apt-get install libpcsclite-dev gcc && pip install 'vitale-testbed[pcsc]'",
        ) from error
    rack = ReaderRack(readers)
    with installed(rack, exclusive=exclusive):
        yield rack
