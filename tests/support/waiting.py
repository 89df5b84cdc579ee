"""What tests wait for: a state, never a while."""

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_S = 60.0
"""How long anything is waited for; a time-out says that it never comes, not how fast it is."""


def until(condition: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def has_ended(pid: int) -> bool:
    """Whether a process is no more; one that has ended and only waits for its parent counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):  # the second where it goes while it is read
        return True
