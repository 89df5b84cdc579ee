"""A pcscd of our own: nobody else sees its cards, and it ends when we do."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.readers.started import StartedPcscd
from reader_core.iso7816 import Card


class PrivatePcscd(StartedPcscd):
    """A running pcscd with vpcd slots that only programs with `environment` see, until `close`.

    Several may run at once. Where the system allows user namespaces it needs no privilege and its vpcd ports are out
    of everybody's reach; elsewhere it takes free ports below 32768, which every program of the machine can connect to.

    Args:
        cards: cards to insert, at most one a slot; construction returns when pcscd shows them present.
        slots: how many slots, an even number up to 16: `Virtual PCD 00 00`, `Virtual PCD 00 01`,
            `Virtual PCD 2 00 00`, ... `Virtual PCD 8 00 01`.
        port: the first of the vpcd ports, for those who must choose it.
        isolated: False to leave the vpcd ports in the network that everybody shares.

    Raises:
        ValueError: more cards than slots, or a number of slots that vpcd cannot have.
        ReaderSetupError: `pcscd_missing`, `vpcd_missing`, `unsupported_system`, `pcscd_failed`, `port_taken`.
    """

    def __init__(
        self, cards: Sequence[Card] = (), *, slots: int = 2, port: int | None = None, isolated: bool = True
    ) -> None:
        ladder = [("user", "mount", "net"), ("user", "mount")]
        super().__init__(cards, ladder if isolated else ladder[1:], port, slots=slots)

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to find this pcscd: `PCSCLITE_CSOCK_NAME`."""
        return {"PCSCLITE_CSOCK_NAME": self._listening}
