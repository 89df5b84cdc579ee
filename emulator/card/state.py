"""What a card knows only until the next reset: selection, security status, challenge, open exchanges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from emulator.card.files import CardFile, DedicatedFile, ElementaryFile


class SecurityStatus:
    """The names granted since the last reset (ISO/IEC 7816-4, security status).

    A name is granted to the whole card, or to one DF: then it is lost when a DF outside that one is selected.
    It is a container: `"cpx" in status`.
    """

    def __init__(self) -> None:
        self._granted: dict[str, DedicatedFile | None] = {}

    def grant(self, name: str, df: DedicatedFile | None = None) -> None:
        """Add a name, for the card or for one DF."""
        self._granted[name] = df

    def revoke(self, name: str) -> None:
        """Take a name away; one that is not there is no error."""
        self._granted.pop(name, None)

    def enter(self, df: DedicatedFile) -> None:
        """Another DF is current: names that belong to a DF it is not in are lost."""
        if not self._granted:
            return
        here = set(df.ancestry())
        self._granted = {name: owner for name, owner in self._granted.items() if owner is None or owner in here}

    def __contains__(self, name: object) -> bool:
        return name in self._granted

    def __iter__(self) -> Iterator[str]:
        return iter(self._granted)

    def __len__(self) -> int:
        return len(self._granted)

    def __repr__(self) -> str:
        return f"SecurityStatus({sorted(self._granted)})"


@dataclass(slots=True, eq=False)
class VolatileState:
    """The card's state since the last reset. A reset makes a new one; nothing here survives it.

    Attributes:
        df: the current DF, the MF after reset.
        ef: the current EF, None after reset and after a DF was selected.
        security: who has been let in.
        challenge: what GET CHALLENGE gave last and EXTERNAL AUTHENTICATE has not used yet.
        environment: the current security environment: the data of the last MANAGE SECURITY ENVIRONMENT, by the tag
            of its control reference template (A4, B6, ...). Lost when another DF is selected.
        local: for handlers: values that are lost when another DF is selected.
        scratch: for handlers: values that are lost on reset only.
    """

    df: DedicatedFile
    ef: ElementaryFile | None = None
    security: SecurityStatus = field(default_factory=SecurityStatus)
    challenge: bytes | None = None
    environment: dict[int, bytes] = field(default_factory=dict[int, bytes])
    local: dict[str, object] = field(default_factory=dict[str, object])
    scratch: dict[str, object] = field(default_factory=dict[str, object])

    def select(self, file: CardFile) -> None:
        """Make a file current: a DF with no EF in it, or an EF with the DF it is in.

        Raises:
            ValueError: an EF that is in no DF.
        """
        df = file if isinstance(file, DedicatedFile) else file.parent
        if df is None:
            raise ValueError(f"{file!r} is in no DF: it cannot be selected")
        self.ef = None if isinstance(file, DedicatedFile) else file
        if df is not self.df:
            self.df = df
            self.security.enter(df)
            self.environment.clear()
            self.local.clear()
