"""Other bytes in the files of a card that is made: what a worn, forged or badly written card holds."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.card.files import ElementaryFile
from emulator.card.system import CardSystem
from reader_core.iso7816 import Card

_NOBODYS_FID = 0x0BAD


def replace_contents(card: Card, contents: Mapping[str, bytes | None]) -> None:
    """Put other bytes in files of a card, whatever its image said.

    Args:
        card: a card that was just built.
        contents: by the name of a file (``DROITS``) or ``F`` and its identifier (``F2014``); None takes the file away, so that no
            identifier finds it.

    Raises:
        ValueError: the card has no files, or none of that name.
    """
    if not isinstance(card, CardSystem):
        raise ValueError("this card has no files whose bytes could be others")  # noqa: TRY004 - a value of the caller's scenario
    files = [ef for df in card.root.walk() for ef in df.children if isinstance(ef, ElementaryFile)]
    for wanted, content in contents.items():
        ef = next((ef for ef in files if wanted in {ef.name, f"F{ef.fid:04X}"}), None)
        if ef is None:
            names = ", ".join(sorted({one.name for one in files if one.name}))
            raise ValueError(f"there is no file {wanted}; there are {names}")
        if content is None:
            ef.fid, ef.sfi = _NOBODYS_FID, None
        else:
            ef.content[:] = content
            ef.capacity = len(content)
