"""A pcscd of our own: nobody else sees its cards, and it ends when we do."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.readers.started import StartedPcscd
from reader_core.iso7816 import Card


class PrivatePcscd(StartedPcscd):
    """A running pcscd with two vpcd slots that only programs with `environment` see, until `close`.

    Several may run at once. Where the system allows user namespaces it needs no privilege and its vpcd ports are out
    of everybody's reach; elsewhere it takes free ports below 32768, which every program of the machine can connect to.

    Args:
        cards: at most two cards to insert; construction returns when pcscd shows them present.
        port: the first of two vpcd ports, for those who must choose it.
        isolated: False to leave the vpcd ports in the network that everybody shares.

    Raises:
        ReaderSetupError: `pcscd_missing`, `vpcd_missing`, `unsupported_system`, `pcscd_failed`, `port_taken`.
    """

    def __init__(self, cards: Sequence[Card] = (), *, port: int | None = None, isolated: bool = True) -> None:
        ladder = [("user", "mount", "net"), ("user", "mount")]
        super().__init__(cards, ladder if isolated else ladder[1:], port)

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to find this pcscd: `PCSCLITE_CSOCK_NAME`."""
        return {"PCSCLITE_CSOCK_NAME": self._listening}
