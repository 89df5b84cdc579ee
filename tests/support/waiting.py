"""What tests wait for: a state, never a while."""

import time
from collections.abc import Callable
from pathlib import Path


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something is so; the limit says that it never comes, not how fast it is."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def has_ended(pid: int) -> bool:
    """Whether a process is no more; one that only waits for its parent to notice has ended."""
    try:
        # proc(5): the state comes after the name, which may hold anything, parentheses too.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):  # the second where it goes while it is read
        return True


def limit(connection: object, seconds: float) -> None:
    """From now on the answers of a connection may take so long: what goes before a hang may take its time."""
    assert "_timeout_s" in vars(connection)
    vars(connection)["_timeout_s"] = seconds
