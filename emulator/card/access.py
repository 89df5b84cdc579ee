"""Who may use a file, a PIN or a key: conditions on the names that the card's security state holds.

A name is whatever granted it: `pin:1` after a good VERIFY of the reference 1, `key:82` after an EXTERNAL AUTHENTICATE,
or a name of the card's own, such as `cpx`.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class AccessRule:
    """A condition on the card's security state.

    Attributes:
        alternatives: sets of names; the rule holds when every name of one of the sets is granted. No set at all is
            never; an empty set is always.

    >>> (requires("pin:1") & requires("cpx")).allows({"pin:1"})
    False
    """

    alternatives: tuple[frozenset[str], ...]

    def allows(self, granted: Container[str]) -> bool:
        """Whether the rule holds for these granted names."""
        for names in self.alternatives:
            for name in names:
                if name not in granted:
                    break
            else:
                return True
        return False

    def __and__(self, other: Self) -> Self:
        return type(self)(tuple(mine | theirs for mine in self.alternatives for theirs in other.alternatives))

    def __or__(self, other: Self) -> Self:
        return type(self)(self.alternatives + other.alternatives)

    def __str__(self) -> str:
        if not self.alternatives:
            return "never"
        if frozenset() in self.alternatives:
            return "always"
        return " or ".join(" and ".join(sorted(names)) for names in self.alternatives)


ALWAYS = AccessRule((frozenset(),))
"""Nothing is asked for."""

NEVER = AccessRule(())
"""No security state opens this."""


def requires(*names: str) -> AccessRule:
    """The rule that asks for all of these names.

    Raises:
        ValueError: no name; say `ALWAYS` when that is meant.
    """
    if not names:
        raise ValueError("requires() needs at least one name; use ALWAYS for a free file")
    return AccessRule((frozenset(names),))
