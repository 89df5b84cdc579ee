"""Two copies of the reader core in one process: the right one behind the cards, and one that may be mutated in the reader.

The emulator and the reader share layouts and APDUs. A mutant of these that changed both sides at once would write cards as wrong
as it reads them. So everything of the card's side is imported first; then `reader_core` is forgotten and imported once more, by
the product `builtin`. Between the two go bytes, and errors of the transport, which are turned into the other copy's.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Generator, Sequence
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any, Self, cast

from conformance.cards import Deck
from conformance.catalogue.model import Case, Requirement
from conformance.events import Verdict
from conformance.judge import judge
from conformance.play import Table, play_readings
from conformance.products import InProcessProduct, ProductSetup
from conformance.protocol import Answer, Description, ReadRequest
from conformance.runner.config import CertifyConfig, load_requirements
from conformance.runner.table import set_table
from emulator.card.system import CardSystem
from emulator.crypto.rsa import RsaKey
from fixtures.vitale import Scenario
from reader_core.iso7816 import Connection, TransportError

importlib.import_module(
    "emulator.faults.table"
)  # imported late by a card that is exchanged: then it would find the other copy

PRODUCT = "vitale_testbed.builtin"
"""Module of the product, whose `create` makes it."""
READER = "reader_core"


class Crossing:
    """A connection whose errors are those of the reader's copy."""

    def __init__(self, inner: Connection) -> None:
        self._inner = inner

    @property
    def name(self) -> str:
        """The reader's name."""
        return self._inner.name

    def power_on(self) -> bytes:
        """As the connection does."""
        return self._cross(self._inner.power_on)

    def reset(self) -> bytes:
        """As the connection does."""
        return self._cross(self._inner.reset)

    def transmit(self, command: bytes) -> bytes:
        """As the connection does."""
        return self._cross(lambda: self._inner.transmit(command))

    def close(self) -> None:
        """As the connection does."""
        self._inner.close()

    @staticmethod
    def _cross(call: Callable[[], bytes]) -> bytes:
        try:
            return call()
        except TransportError as error:
            theirs = getattr(sys.modules[f"{READER}.iso7816.connection"], type(error).__name__)
            raise theirs(*error.args) from None


class MutableReader:
    """The product: `builtin` on the reader's copy, made anew for each reading."""

    def describe(self) -> Description:
        """As `builtin` does."""
        return self._made().describe()

    def read(self, request: ReadRequest) -> Answer:
        """Nothing is read by names here."""
        raise NotImplementedError

    def read_connections(self, request: ReadRequest, vitale: Connection, cps: Connection | None) -> Answer:
        """Read through the two connections."""
        return self._made().read_connections(request, Crossing(vitale), None if cps is None else Crossing(cps))

    def stop(self) -> None:
        """Nothing was started."""

    @staticmethod
    def _made() -> InProcessProduct:
        return cast("InProcessProduct", sys.modules[PRODUCT].create(ProductSetup()))


def create(setup: ProductSetup) -> MutableReader:
    """Make the product; the factory of a run."""
    del setup
    return MutableReader()


class Stage:
    """All cases of the catalogue with their cards dealt, and the reader's copy of the reader core.

    Cards are deterministic here: their random numbers are counted from the case's name, and what a key signs is remembered, so
    that forked processes need not sign again. A context manager.

    Args:
        only: Prefixes of ids; empty: every case.
    """

    def __init__(self, only: Sequence[str] = ()) -> None:
        self.functions: dict[tuple[str, int], list[FunctionType]] = {}
        config = CertifyConfig(
            product="builtin", factory=f"{__name__}:create", reader="inprocess", events="", only=tuple(only)
        )
        catalogue, scenarios, selected = load_requirements(config)
        self.cases: dict[str, tuple[Requirement, Case, Scenario]] = {
            requirement.case_id(case): (requirement, case, scenarios[case.scenario])
            for _, requirement, case in catalogue.cases
            if requirement.case_id(case) in set(selected)
        }
        self._exits = contextlib.ExitStack()
        self._exits.enter_context(_remembered())
        reload_reader()
        self._table: Table = self._exits.enter_context(set_table(config))[0]
        self._dealt: dict[str, Deck] = {}

    def deal(self) -> None:
        """Deal new cards to every case."""
        self._dealt = {case_id: self._deck(scenario) for case_id, (_, _, scenario) in self.cases.items()}
        for each in gc.get_objects():
            if isinstance(each, CardSystem):
                setattr(each, "_random", _Random.draw)  # noqa: B010 - once for all cards, instead of on the way to each

    @staticmethod
    def _deck(scenario: Scenario) -> Deck:
        deck = Deck()
        for number, reading in enumerate(scenario.readings, 1):
            deck.deal(number, reading)
        return deck

    def play(self, case_id: str) -> Verdict:
        """Play a case once; its cards are used up by that."""
        requirement, case, scenario = self.cases[case_id]
        _Random.begin(case_id)
        turns = play_readings(self._table, case_id, scenario, self._dealt[case_id])
        return judge(requirement, case, scenario, [turn.reply for turn in turns]).verdict

    def index(self) -> None:
        """Find every function of the reader's copy by its file and first line."""
        names = {id(module.__dict__): name for name, module in reader_modules().items()}
        self.functions.clear()
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and (name := names.get(id(each.__globals__))) is not None:
                self.functions.setdefault((name, each.__code__.co_firstlineno), []).append(each)

    def close(self) -> None:
        """Put the process back as it was."""
        self._exits.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def reader_modules() -> dict[str, ModuleType]:
    """The modules of the reader's copy, by name."""
    return {
        name: module
        for name, module in list(sys.modules.items())
        if name in {READER, PRODUCT} or name.startswith(f"{READER}.")
    }


def reload_reader(module: str = "", source: str = "", keep: frozenset[str] = frozenset()) -> None:
    """Import the reader core and `builtin` anew, with another text for one module.

    Args:
        module: Whose text is replaced; empty: none.
        source: Its text.
        keep: Modules that need not be imported anew.

    Raises:
        Exception: Whatever the mutated text raises when it is imported.
    """
    for name in reader_modules():
        if name not in keep:
            del sys.modules[name]
    finder = _Replaced(module, source)
    sys.meta_path.insert(0, finder)
    try:
        importlib.import_module(PRODUCT)
    finally:
        sys.meta_path.remove(finder)


def swap_function(stage: Stage, module: str, line: int, source: str) -> bool:
    """Give the functions that begin on a line the code of a mutated text.

    Returns:
        Whether that could be done, and the code differs.

    Raises:
        LookupError: There is no such function, or its code cannot be exchanged: the module has to be imported anew.
    """
    functions = stage.functions[module, line]
    old = functions[0].__code__
    new = _find(compile(source, old.co_filename, "exec", dont_inherit=True), old.co_qualname, line)
    if new is None or new.co_freevars != old.co_freevars:
        raise LookupError(old.co_qualname)
    if new == old:
        return False
    for function in functions:
        function.__code__ = new
    return True


def _find(code: CodeType, qualname: str, line: int) -> CodeType | None:
    for const in code.co_consts:
        if isinstance(const, CodeType):
            if const.co_qualname == qualname and const.co_firstlineno == line:
                return const
            if (found := _find(const, qualname, line)) is not None:
                return found
    return None


class _Replaced(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Finds one module, and gives it another text."""

    def __init__(self, module: str, source: str) -> None:
        self._module, self._source, self._path = module, source, ""

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:  # noqa: ANN401 - importlib's own
        del target
        if name != self._module:
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path)
        if found is None or found.origin is None:
            return None
        self._path = found.origin
        return importlib.machinery.ModuleSpec(
            name, self, origin=found.origin, is_package=found.submodule_search_locations is not None
        )

    def get_filename(self, fullname: str) -> str:
        del fullname
        return self._path

    def get_data(self, path: str | bytes) -> bytes:
        del path
        return self._source.encode()

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._source, self._path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - that is what this is for


class _Random:
    """Random numbers of the cards, counted from the name of the case."""

    state = b""
    count = 0

    @classmethod
    def begin(cls, name: str) -> None:
        cls.state, cls.count = name.encode(), 0

    @classmethod
    def draw(cls, size: int) -> bytes:
        cls.count += 1
        return hashlib.shake_256(b"%s/%d" % (cls.state, cls.count)).digest(size)


@contextlib.contextmanager
def _remembered() -> Generator[None]:
    """What a key makes of a block is remembered: the longest computation of a case, and always the same."""
    raw = RsaKey.raw
    RsaKey.raw = cache(raw)
    try:
        yield
    finally:
        RsaKey.raw = raw
