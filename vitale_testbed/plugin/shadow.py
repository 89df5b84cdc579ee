"""Whether the packages that the virtual cards need are ours, or somebody else's of the same name."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Final

_HOME: Final = Path(__file__).resolve().parents[2]
NEEDED: Final = ("reader_core", "emulator")
"""The packages behind the fixtures. `fixtures`, `reports` and `conformance` are not needed: users may have their own."""


class PackageShadowedError(ImportError):
    """A package that the virtual cards need is hidden by another one of its name.

    Attributes:
        code: always `package_shadowed`.
        message: which package, and where the other one is.
        next_step: what to do.
    """

    def __init__(self, package: str, other: str) -> None:
        self.code = "package_shadowed"
        self.message = f"the package `{package}` of vitale-testbed is hidden by another one: {other}"
        self.next_step = (
            f"rename that package, or keep its folder off sys.path where tests use virtual cards "
            f"(tests that use none may go on importing their own `{package}`)"
        )
        super().__init__(f"{self.message}. Next: {self.next_step}.", name=package, path=other)


def is_ours(package: str) -> bool:
    """Tell whether a top-level package is the one that was installed with this module. Loads nothing."""
    return _place(package) == str(_HOME / package)


def check_not_shadowed() -> None:
    """Make sure that the packages behind the virtual cards are ours. Loads nothing.

    Raises:
        PackageShadowedError: naming the first that is not.
    """
    for package in NEEDED:
        if not is_ours(package):
            raise PackageShadowedError(package, _place(package) or "not installed")


def _place(package: str) -> str:
    """The folder or file that a package would be, or was, loaded from; empty when there is none."""
    try:
        found = importlib.util.find_spec(package)
    except ValueError:  # in sys.modules without a spec: a stand-in somebody put there
        return "a module without a file"
    if found is None:
        return ""
    if found.origin is not None and Path(found.origin).name != "__init__.py":
        return found.origin
    return str(Path(next(iter(found.submodule_search_locations or []), "")).resolve())
