"""Which layouts are in force: those of the tables, or what somebody has laid over them.

The tables of this package are public knowledge and our own choice. Who holds the true layout of a card lays it over them,
once, before a card is made or read:

    with laid(Laid({"ASSURE": replace(PUBLIC["ASSURE"], fid=0x2110)})):
        ...

Everybody who holds an entry of the tables (`ASSURE`, `PORTEUR`) then writes, reads and names by it: cards, reader, traces.
What is worked out of entries and kept is a `derived` function, and is worked out anew.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, ParamSpec, Protocol, TypeVar, cast

from reader_core.layouts.cps import CPS_FILES
from reader_core.layouts.cps2ter import ACTIVITES_CPS2TER, ICC, ID, PROFESSION, SITUATIONS
from reader_core.layouts.model import Application, FieldLayout, FileLayout
from reader_core.layouts.vitale import STREAM_FILES, VITALE2_FILES
from reader_core.layouts.vitale_public import DIR

P = ParamSpec("P")
T = TypeVar("T")

CPS2TER_FILES: Final[tuple[FileLayout[Any], ...]] = (ID, ICC, PROFESSION, *ACTIVITES_CPS2TER, SITUATIONS)
"""The files of the CPS2ter volume."""

_TABLES: Final[Mapping[str, FileLayout[Any]]] = {
    layout.name: layout
    for layout in (*VITALE2_FILES, *STREAM_FILES, *CPS_FILES, *CPS2TER_FILES)
    if layout is not DIR  # its place and its tags are those of ISO/IEC 7816-4
}

PUBLIC: Final[Mapping[str, FileLayout[Any]]] = {name: replace(layout) for name, layout in _TABLES.items()}
"""What the tables say of each file that may be laid otherwise, by name, whatever is in force."""


@dataclass(frozen=True, slots=True)
class Constant:
    """The record of a file that holds what its layout says, and nothing of any card."""


NO_FILES: Final[Mapping[str, FileLayout[Any]]] = {}


@dataclass(frozen=True, slots=True)
class Laid:
    """What is laid over the tables.

    Attributes:
        files: what to go by instead of the entry of the tables with this name.
        additional: files that no table has and no reader of ours looks at: the cards have them.
    """

    files: Mapping[str, FileLayout[Any]] = field(default_factory=lambda: NO_FILES)
    additional: tuple[FileLayout[Constant], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files or self.additional)

    @property
    def contents(self) -> frozenset[str]:
        """Names of the files whose content is written otherwise than by the tables; the others are only elsewhere."""
        return frozenset(name for name, layout in self.files.items() if _form(layout) != _form(PUBLIC[name]))


class _Clearable(Protocol):
    def cache_clear(self) -> None: ...


_SAID: Final = tuple(each.name for each in fields(FileLayout))
_DERIVED: Final[list[_Clearable]] = []
NOTHING_LAID: Final = Laid()
"""The tables as they are."""

_now = NOTHING_LAID


def derived(make: Callable[P, T]) -> Callable[P, T]:
    """Keep what a function works out of the layouts, for as long as they stay in force."""
    kept = functools.lru_cache(maxsize=64)(make)
    _DERIVED.append(kept)
    return cast("Callable[P, T]", kept)


def in_force() -> Laid:
    """What is laid over the tables now."""
    return _now


def additional_files(*applications: Application) -> tuple[FileLayout[Constant], ...]:
    """The files in force that no table has, of these applications."""
    return tuple(layout for layout in _now.additional if layout.application in applications)


def lay(layouts: Laid) -> None:
    """Go by these layouts from now on, in the whole process.

    To be called before a card is made or read: one that was made before keeps the layout that it was made by.
    """
    global _now  # noqa: PLW0603 - the one place
    for name, layout in _TABLES.items():
        now = layouts.files.get(name, PUBLIC[name])
        for said in _SAID:
            object.__setattr__(layout, said, getattr(now, said))
    _now = layouts
    for each in _DERIVED:
        each.cache_clear()


@contextmanager
def laid(layouts: Laid) -> Generator[None]:
    """Go by these layouts in a block, and by those of before after it."""
    before = _now
    lay(layouts)
    try:
        yield
    finally:
        lay(before)


def _form(layout: FileLayout[Any]) -> tuple[object, ...]:
    """What decides of the bytes of a file."""
    return (layout.tag, layout.size, layout.record_size, layout.index_offset, *map(_form_of_field, layout.fields))


def _form_of_field(one: FieldLayout) -> FieldLayout:
    return replace(one, title="", kept=None)
