"""Words that name the files of the cards. Apart, because it needs a package of ours that a user may hide with one of theirs."""

from __future__ import annotations

from conformance.narration import Narrator
from emulator.readers import TraceEntry


class NamingNarrator:
    """Puts what happens to one slot into words. Give it every entry, in order."""

    def __init__(self) -> None:
        self._narrator = Narrator()

    def tell(self, entry: TraceEntry) -> tuple[str, str]:
        """Return the command and the answer in words."""
        told = self._narrator.tell(entry)
        return told.command.en, told.response.en
