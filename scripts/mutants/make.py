"""Makes mutants: mutmut's operators on every node of a module, each as a small change of its text."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

from scripts.mutants.scope import KEYWORDS_LEFT_OUT, PHRASE, WORDS_IN_CALLS, function_left_out


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module.

    Attributes:
        module: Its name.
        qualname: The outermost function that holds the change, or the place of it: a class, or nothing for the module.
        function_line: First line of that function with its decorators; 0 outside of any, and in its head.
        line: First line that changes, from 1.
        statement: First and last line of the statement it belongs to: where it is executed, one of these is.
        start: Where in the text the change begins, in characters.
        end: Where it ends.
        before: What stands there.
        after: What stands there instead.
        number: Tells apart what is otherwise the same change in the same function, from 0.
    """

    module: str
    qualname: str
    function_line: int
    line: int
    statement: tuple[int, int]
    start: int
    end: int
    before: str
    after: str
    number: int = 0

    @property
    def id(self) -> str:
        """A name that stays the same as long as the function's change does, wherever it moves in the file."""
        said = "\0".join((self.module, self.qualname, self.before, self.after, str(self.number)))
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    def apply(self, source: str) -> str:
        """Return the text of the mutated module."""
        return source[: self.start] + self.after + source[self.end :]


def make(module: str, source: str, reached: Container[str] | None = None) -> list[Mutant]:
    """Make all mutants of a module, in the order of its text.

    Args:
        module: Its name.
        source: Its text.
        reached: Names that a reading can come to: functions and constants of other names are left alone. None: every name.
    """
    wrapper = MetadataWrapper(cst.parse_module(source))
    visitor = _Visitor(module, source, reached)
    wrapper.visit(visitor)
    seen: Counter[tuple[str, str, str]] = Counter()
    texts: set[tuple[int, int, str]] = set()
    made: list[Mutant] = []
    for one in sorted(visitor.made, key=lambda each: (each.start, each.end)):
        least = _least(one)
        if (least.start, least.end, least.after) in texts:
            continue
        texts.add((least.start, least.end, least.after))
        key = (one.qualname, one.before, one.after)
        made.append(replace(one, number=seen[key]))
        seen[key] += 1
    return made


def _least(one: Mutant) -> Mutant:
    """The same change without what stays the same on both sides of it: two operators may make one change."""
    head = 0
    while head < min(len(one.before), len(one.after)) and one.before[head] == one.after[head]:
        head += 1
    tail = 0
    while tail < min(len(one.before), len(one.after)) - head and one.before[-1 - tail] == one.after[-1 - tail]:
        tail += 1
    return replace(one, start=one.start + head, end=one.end - tail, after=one.after[head : len(one.after) - tail])


class _Visitor(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, module: str, source: str, reached: Container[str] | None) -> None:
        super().__init__()
        self._reached = reached
        self._words: set[str] = set()  # constants that hold wording
        self.made: list[Mutant] = []
        self._module = module
        self._source = source
        self._starts = _line_starts(source)
        self._names: list[str] = []
        self._shown: set[int] = set()  # arguments that only become text for people
        self._classes: list[cst.ClassDef] = []
        self._function: cst.FunctionDef | None = None
        self._body: cst.BaseSuite | None = None
        self._inside = False
        self._statements: list[tuple[cst.CSTNode, tuple[int, int]]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Call):
            self._shown.update(id(each) for each in _shown(node))
        if id(node) in self._shown or self._left_out(node) or (self._function is None and self._never_reached(node)):
            return False
        if self._function is None and isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            if isinstance(node, cst.FunctionDef):
                self._function, self._body = node, node.body
            else:
                self._classes.append(node)
            self._names.append(node.name.value)
        self._inside = self._inside or node is self._body
        if isinstance(node, (cst.SimpleStatementLine, cst.BaseCompoundStatement, cst.ExceptHandler, cst.MatchCase)):
            self._statements.append((node, self._head(node)))
        self._mutate(node)
        return True

    def _mutate(self, node: cst.CSTNode) -> None:
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                for mutated in operator(node):
                    if not self._only_wording(node, mutated):
                        self._add(node, mutated)

    def _never_reached(self, node: cst.CSTNode) -> bool:
        """Whether no reading comes to a function or constant; what it is named is on no way from `builtin`."""
        match node:
            case cst.FunctionDef(name=cst.Name(value=name)):
                if function_left_out(self._module, ".".join((*self._names, name))):
                    return True
                if name.startswith("__") and self._names:
                    name = self._names[-1]
            case cst.ClassDef(name=cst.Name(value=name)):
                pass
            case (
                cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))])
                | cst.AnnAssign(target=cst.Name(value=name))
            ):
                pass
            case _:
                return False
        return self._reached is not None and name not in self._reached

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if self._statements and self._statements[-1][0] is original_node:
            self._statements.pop()
        if original_node is self._body:
            self._inside, self._body = False, None
        if original_node is self._function:
            self._function = None
            self._names.pop()
        elif self._classes and original_node is self._classes[-1]:
            self._classes.pop()
            self._names.pop()

    def _add(self, node: cst.CSTNode, mutated: cst.CSTNode) -> None:
        place = self._place(node)
        start, end = self._offsets(place)
        line = 0
        if self._function is not None and self._inside:
            outer = self._function.decorators[0] if self._function.decorators else self._function
            line = self._place(outer).start.line
        after = cst.Module([]).code_for_node(mutated).strip()
        if isinstance(mutated, cst.Match):  # its lines come without the indentation of what is around it
            after = after.replace("\n", "\n" + " " * place.start.column)
        before = self._source[start:end]
        if self._source[:start].endswith("fromhex(") and before.lower() == after.lower():
            return  # the same bytes
        self.made.append(
            Mutant(
                self._module,
                ".".join(self._names),
                line,
                place.start.line,
                self._statements[-1][1],
                start,
                end,
                before,
                after,
            )
        )

    def _place(self, node: cst.CSTNode) -> CodeRange:
        return cast("CodeRange", self.get_metadata(PositionProvider, node))

    def _head(self, node: cst.CSTNode) -> tuple[int, int]:
        """Lines of a statement without the statements inside of it."""
        place = self._place(node)
        body = node.cases[0] if isinstance(node, cst.Match) else getattr(node, "body", None)
        if isinstance(body, cst.IndentedBlock):
            body = body.body[0]
        if isinstance(body, cst.CSTNode) and not isinstance(node, cst.SimpleStatementLine):
            last = self._place(body).start.line - 1
            return place.start.line, max(place.start.line, last)
        return place.start.line, place.end.line

    def _offsets(self, place: CodeRange) -> tuple[int, int]:
        return (
            self._starts[place.start.line - 1] + place.start.column,
            self._starts[place.end.line - 1] + place.end.column,
        )

    def _left_out(self, node: cst.CSTNode) -> bool:
        """Whether nothing of a node is mutated: it is no code, or wording."""
        match node:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value) if self._is_wording(
                value
            ):
                self._words.add(name)
                return True
            case cst.AnnAssign(value=cst.BaseExpression() as value):
                return self._is_wording(value)
            case cst.BaseExpression() if self._is_wording(node):
                return True
            case _:
                return _no_code(node)

    def _is_wording(self, node: cst.CSTNode) -> bool:
        match node:
            case cst.BaseString():
                return PHRASE.search("".join(_texts(node))) is not None
            case cst.Name(value=name):
                return name in self._words
            case cst.Attribute(value=cst.Name(value="Basis")):
                return True
            case _:
                return False

    def _only_wording(self, node: cst.CSTNode, mutated: cst.CSTNode) -> bool:
        """Whether a mutant of a call changes nothing but an argument that is left out, or puts text where text for people was."""
        if not isinstance(node, cst.Call) or not isinstance(mutated, cst.Call):
            return False
        changed = _changed(node.args, mutated.args)
        return changed is not None and (
            id(changed) in self._shown or self._left_out(changed) or self._is_wording(changed.value)
        )


def _line_starts(source: str) -> list[int]:
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _no_code(node: cst.CSTNode) -> bool:
    """Whether a node is there for people or for type checkers: types, imports, documentation."""
    match node:
        case cst.Annotation() | cst.Import() | cst.ImportFrom() | cst.Decorator():
            return True
        case cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString()):
            return True
        case cst.If(test=cst.Name(value="TYPE_CHECKING")):
            return True
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value="__all__"))]):
            return True
        case cst.Call(func=cst.Name(value="TypeVar" | "ParamSpec" | "cast" | "assert_never" | "Sourced")):
            return True
        case cst.Assign(value=cst.Call() as value):
            return _no_code(value)
        case cst.ClassDef(bases=[cst.Arg(value=cst.Name(value="Enum"))]):
            return True  # its members are told apart by which they are; their values are names for people
        case cst.Arg(keyword=cst.Name(value=name)):
            return name in KEYWORDS_LEFT_OUT
        case _:
            return False


def _shown(node: cst.Call) -> list[cst.Arg]:
    """The arguments of a call that only become text for people."""
    match node.func:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            places = WORDS_IN_CALLS.get(name, frozenset())
        case _:
            return []
    return [each for place, each in enumerate(node.args) if place in places and each.keyword is None]


def _texts(node: cst.BaseString) -> Iterator[str]:
    match node:
        case cst.SimpleString():
            yield str(node.evaluated_value)
        case cst.ConcatenatedString():
            for part in (node.left, node.right):
                yield from _texts(part)
        case cst.FormattedString():
            for part in node.parts:
                yield part.value if isinstance(part, cst.FormattedStringText) else "0"
        case _:
            return


def _changed(before: Sequence[cst.Arg], after: Sequence[cst.Arg]) -> cst.Arg | None:
    kept = {id(one) for one in after}
    return next((one for one in before if id(one) not in kept), None)
