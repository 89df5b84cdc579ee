"""What opens the consultation tool: made anew at each start, kept nowhere, good for one port of this machine's loopback."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from threading import Lock

HOST = "127.0.0.1"


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of one run.

    A browser sends the cookies of 127.0.0.1 to every port of it, whoever serves that port. So the cookie holds not the token but
    a secret of its own, and is bound to a path that only this run has.

    Attributes:
        port: where the tool listens.
        token: goes into the printed address, or into `Authorization: Bearer`.
        cookie: what the token is exchanged for in a browser.
        page: the folder of the page, to which the cookie is bound.
        command: what printed the address, for those who come without it.
    """

    port: int
    token: str = field(default_factory=_secret, repr=False)
    cookie: str = field(default_factory=_secret, repr=False)
    page: str = field(default_factory=lambda: f"/page-{secrets.token_hex(8)}")
    command: str = "vitale consult"
    _tickets: set[str] = field(default_factory=set[str], repr=False)
    _guard: Lock = field(default_factory=Lock, repr=False)

    @property
    def origin(self) -> str:
        """The address without a path."""
        return f"http://{HOST}:{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """What a request may call this server: its address, or the name that means this machine everywhere."""
        names = (HOST, "localhost")
        bare = set(names) if self.port == 80 else set[str]()
        return frozenset({f"{name}:{self.port}" for name in names} | bare)

    @property
    def origins(self) -> frozenset[str]:
        """From where a page may ask."""
        return frozenset(f"http://{host}" for host in self.hosts)

    @property
    def cookie_name(self) -> str:
        """Two runs on two ports have two cookies."""
        return f"vitale_consult_{self.port}"

    @property
    def address(self) -> str:
        """What the user opens."""
        return f"{self.origin}/?token={self.token}"

    def once(self) -> str:
        """Make an address that opens the page one time.

        For starting a browser, whose command line other users of the machine may see.
        """
        ticket = _secret()
        with self._guard:
            self._tickets.add(ticket)
        return f"{self.origin}/?once={ticket}"

    def use_ticket(self, ticket: str) -> bool:
        """Take a ticket in; True the first time."""
        with self._guard:
            if ticket in self._tickets:
                self._tickets.remove(ticket)
                return True
        return False


def same(given: str, wanted: str) -> bool:
    """Compare two secrets in a time that tells nothing of them."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())
