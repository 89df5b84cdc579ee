"""Where progress is written: an output that may leave before the run ends."""

from __future__ import annotations

import io
import os

SHOW_CURSOR = "\x1b[?25h"
"""Makes a terminal's cursor seen again, which a bar hides."""


class LeavingOutput(io.TextIOWrapper):
    """A text output whose reader may leave (`vitale certify | head`, a window that is closed): the run goes on without it."""

    def write(self, text: str, /) -> int:
        """Write, or let go what nobody reads."""
        try:
            return super().write(text)
        except OSError:
            self._let_go()
            return len(text)

    def flush(self) -> None:
        """Flush, or let go what nobody reads."""
        try:
            super().flush()
        except OSError:
            self._let_go()

    def _let_go(self) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)
