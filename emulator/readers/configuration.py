"""The configuration of a pcscd of ours: as many vpcd slots as asked for.

vpcd has two slots compiled in, and keeps them in static memory: two entries with one library share them, and the daemon
hangs. So every pair of slots gets a copy of the library, which must be a file of its own (a link is the same file), an
entry and two ports (observed with pcscd 1.9.9 and vsmartcard 3.3).
"""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

READER_NAME = "Virtual PCD"
"""The name in Debian's configuration, so that programs and people find what they know."""

MOST_SLOTS = 16
"""pcscd has room for 16 readers (observed: PCSCLITE_MAX_READERS_CONTEXTS of 1.9.9)."""

_SLOTS_A_COPY = 2


def check_slots(slots: int) -> None:
    """Refuse a number of slots that a pcscd with vpcd cannot have.

    Raises:
        ValueError: not 2, 4, 6 ... 16.
    """
    if slots % _SLOTS_A_COPY or not _SLOTS_A_COPY <= slots <= MOST_SLOTS:
        raise ValueError(f"a pcscd of ours has an even number of slots from 2 to {MOST_SLOTS}, not {slots}")


def write_configuration(directory: Path, library: Path, first_port: int, slots: int) -> Path:
    """Copy the driver and write pcscd's configuration.

    Args:
        directory: where; nothing else writes there.
        library: vpcd's library, as the system has it.
        first_port: the TCP port of the first slot; the others follow it.
        slots: how many; see `check_slots`.

    Returns:
        The directory to give to `pcscd --config`.
    """
    config = directory / "conf"
    config.mkdir()
    entries: list[str] = []
    for number in range(slots // _SLOTS_A_COPY):
        copy = Path(shutil.copy(library, directory / f"{number:02d}-{library.name}"))
        port = first_port + _SLOTS_A_COPY * number
        entries.append(
            f'FRIENDLYNAME "{_friendly_name(number)}"\n'
            f"DEVICENAME   /dev/null:{port:#06x}\n"
            f"LIBPATH      {copy}\n"
            f"CHANNELID    {port:#06x}\n"
        )
    (config / "vpcd").write_text("\n".join(entries))
    return config


def slot_ports(names: Collection[str], first_port: int, slots: int) -> list[tuple[str, int]]:
    """Our slots among the readers of a pcscd, in order, each with its port.

    Args:
        names: what pcscd calls its readers; one that it could not open is missing.
        first_port: the port of the first slot.
        slots: how many there should be.
    """
    expected = [f"{_friendly_name(number // _SLOTS_A_COPY)} 00 {number % _SLOTS_A_COPY:02X}" for number in range(slots)]
    return [(name, first_port + number) for number, name in enumerate(expected) if name in names]


def _friendly_name(entry: int) -> str:
    """The name of an entry, which must be its own: pcscd numbers the readers of one library only (observed)."""
    return READER_NAME if entry == 0 else f"{READER_NAME} {entry + 1}"
