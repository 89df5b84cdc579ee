"""How a Vitale decides that a professional card may open its protected files.

This side is the Vitale's: it verifies the chain of the professional card, gives a challenge, and verifies the answer.
The exchange is ours (basis: assumption; nothing public says how a real Vitale does it) and is written down byte by
byte in docs/cards/exchange.md. A card has no clock: expiry and revocation are judged by the reader.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.card import Handler

SECURITY_NAME = "cpx"
"""The name that stands in the card's security state once a professional card has been accepted."""


class CpxGate:
    """The authorisation of a Vitale: what it trusts, and what it has accepted since the last reset.

    Args:
        roots: DER certificates of the authorities the card trusts.
        category: The Vitale's own type of card: "T" for a test card, anything else for a real one. A test card takes
            test professional cards only, and a real one real ones.
        pan: The 10 bytes of the Vitale's number (tag 5A in EF 2F02); they are part of what is signed.
    """

    def __init__(self, roots: tuple[bytes, ...], category: str, pan: bytes) -> None:
        self._roots = roots
        self._category = category
        self._pan = pan

    def handlers(self) -> "Mapping[int, Handler]":
        """Give the card system its commands: 2A (PSO: VERIFY CERTIFICATE) and 82 (EXTERNAL AUTHENTICATE)."""
        raise NotImplementedError
