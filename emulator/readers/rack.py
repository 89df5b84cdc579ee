"""The in-process readers that are plugged in, which may change while programs run."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.readers.inprocess import InProcessReader
from emulator.readers.sharing import SharedReader


class ReaderRack:
    """Readers that programs list; `pyscard_readers` gives one. Names are unique, as in PC/SC.

    Args:
        readers: those that are plugged in from the start.

    Raises:
        ValueError: two readers of one name.
    """

    def __init__(self, readers: Sequence[InProcessReader] = ()) -> None:
        self._plugged: tuple[SharedReader, ...] = ()
        for reader in readers:
            self.plug(reader)

    @property
    def readers(self) -> tuple[SharedReader, ...]:
        """The readers that are plugged in now, in the order in which they came."""
        return self._plugged

    def plug(self, reader: InProcessReader) -> None:
        """Plug a reader in, with the card that is in it.

        Raises:
            ValueError: a reader of that name is there.
        """
        if reader.name in {shared.reader.name for shared in self._plugged}:
            raise ValueError(f"a reader named {reader.name} is plugged in already")
        self._plugged = (*self._plugged, SharedReader(reader))

    def unplug(self, reader: InProcessReader) -> None:
        """Pull a reader's cable: its card loses its power, and every call of its programs fails from now on.

        A command under way is answered first.

        Raises:
            ValueError: it is not plugged in.
        """
        gone = [shared for shared in self._plugged if shared.reader is reader]
        if not gone:
            raise ValueError(f"{reader.name} is not plugged in")
        self._plugged = tuple(shared for shared in self._plugged if shared not in gone)
        for shared in gone:
            shared.unplug()
