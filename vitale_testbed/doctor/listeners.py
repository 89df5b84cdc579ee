"""Which process listens on a TCP port, as Linux tells it in /proc."""

from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_LISTEN = "0A"


@dataclass(frozen=True, slots=True)
class Process:
    """A process.

    Attributes:
        pid: its number.
        name: its program, as `ps` shows it.
    """

    pid: int
    name: str

    def __str__(self) -> str:
        return f"{self.name} (process {self.pid})"


def listener(port: int) -> Process | None:
    """Find who listens on a port; None when nobody does, when it is another user's, or elsewhere than on Linux."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    for process in _PROC.glob("[0-9]*") if sockets else ():
        try:
            held = {str(handle.readlink()) for handle in (process / "fd").iterdir()}
            if held & sockets:
                return Process(int(process.name), (process / "comm").read_text(encoding="utf-8").strip())
        except OSError:
            continue  # it ended meanwhile, or is another user's
    return None


def _inodes(port: int) -> set[str]:
    """The sockets that listen: column 2 is the address and port in hexadecimal, 4 the state, 10 the inode (proc(5))."""
    found: set[str] = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = (_PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        rows = (line.split() for line in lines)
        found |= {row[9] for row in rows if row[3] == _LISTEN and int(row[1].rpartition(":")[2], 16) == port}
    return found
