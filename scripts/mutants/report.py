"""From results to the tables of docs/mutants.md."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from scripts.mutants.trial import Result

EXPLAINED = Path(__file__).with_name("explained.toml")
ALIVE = frozenset({"survived", "unreached"})
_EDGES = frozenset(",()[]{}\n")


KINDS = {
    "equivalent": "the mutant does the same",
    "unreachable": "nothing that is said to a card, or asked through the adapter protocol, gets there",
    "text": "it shows in words for people alone, which no requirement prescribes",
    "effort": "the answer is the same, with more or fewer commands than before",
    "allowed": "another answer, or another code, that the requirements take as well: such a product conforms",
    "gap": "a product could be as wrong as that and pass",
}
"""Kinds of survivors. The first two could not be told apart by any test of a reading, and words are out of scope where they can be
recognised as such: the rate is that of the others."""
BEYOND = frozenset({"equivalent", "unreachable", "text"})


class Explanation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why some mutants survive.

    Attributes:
        where: Module below `reader_core` and qualified name, a regular expression.
        change: What is changed, as `change_of` gives it, a regular expression that is searched; empty: anything.
        kind: One of `KINDS`.
        why: The reason, a sentence.
    """

    where: str
    kind: str
    why: str
    change: str = ""

    def fits(self, result: Result) -> bool:
        """Whether it explains a survivor."""
        return bool(re.fullmatch(self.where, _place(result)) and re.search(self.change, change_of(result)))


def change_of(result: Result) -> str:
    """The change without what is the same before and after it, in whole arguments: `size=3 -> size=None`."""
    before, after = result.before, result.after
    shorter = min(len(before), len(after))
    head = next((place for place in range(shorter) if before[place] != after[place]), shorter)
    left = shorter - head
    tail = next((place for place in range(left) if before[-1 - place] != after[-1 - place]), left)
    while head and before[head - 1] not in _EDGES:
        head -= 1
    while tail and before[len(before) - tail] not in _EDGES:
        tail -= 1
    cut = [text[head : len(text) - tail].strip() for text in (before, after)]
    return f"{cut[0]} -> {cut[1]}"


def load_results(file: Path) -> dict[str, Result]:
    """Read results by the id of the mutant; a later one counts, a line that was cut off does not."""
    found: dict[str, Result] = {}
    for line in file.read_bytes().splitlines() if file.exists() else ():
        try:
            result = msgspec.json.decode(line, type=Result)
        except msgspec.DecodeError:
            continue
        found[result.id] = result
    return found


def read_explanations(file: Path = EXPLAINED) -> list[Explanation]:
    """Read the explanations of survivors.

    Raises:
        msgspec.ValidationError: One has a key too many or too few.
    """
    if not file.exists():
        return []
    return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8"))["survivor"], list[Explanation])


def explain(results: Sequence[Result], explanations: Sequence[Explanation], *, diffs: bool) -> tuple[str, int]:
    """Make the tables.

    Returns:
        The text, and the number of survivors that nothing explains.
    """
    counted = [each for each in results if each.status != "same"]
    grouped: defaultdict[Explanation | None, list[Result]] = defaultdict(list)
    beyond: set[str] = set()
    for each in counted:
        if each.status in ALIVE:
            found = next((one for one in explanations if one.fits(each)), None)
            grouped[found].append(each)
            if found is not None and found.kind in BEYOND:
                beyond.add(each.id)
    unexplained = grouped.pop(None, [])
    lines = [*_rates(counted, beyond), "", *_survivors(grouped)]
    if diffs:
        lines += ["", *_diffs(unexplained)]
    return "\n".join(lines), len(unexplained)


def _rates(results: Iterable[Result], beyond: Collection[str]) -> Iterable[str]:
    table: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in results:
        for name in (each.module.removeprefix("reader_core."), "all"):
            table[name]["beyond" if each.id in beyond else each.status] += 1
    yield "| module | mutants | killed | of these by time or at start | survived | no case gets there | left out of the rate | rate |"
    yield "|---|---|---|---|---|---|---|---|"
    for name in sorted(table, key=lambda each: (each == "all", each)):
        yield _rate(name, table[name])


def _rate(name: str, counts: Counter[str]) -> str:
    total = counts.total()
    early = counts["timeout"] + counts["start"]
    killed = counts["killed"] + early
    tellable = total - counts["beyond"]
    return (
        f"| {name} | {total:,} | {killed:,} | {early} | {counts['survived']} | {counts['unreached']} | {counts['beyond']} "
        f"| {100 * killed / tellable if tellable else 100:.1f} % |"
    )


def _survivors(grouped: Mapping[Explanation | None, list[Result]]) -> Iterable[str]:
    yield "| survivors | where | kind | why |"
    yield "|---|---|---|---|"
    known = [(one, results) for one, results in grouped.items() if one is not None]
    for one, results in sorted(known, key=lambda each: (list(KINDS).index(each[0].kind), _place(each[1][0]))):
        places = ", ".join(sorted({f"`{_place(each)}`" for each in results}))
        yield f"| {len(results)} | {places} | {one.kind} | {one.why} |"


def _place(result: Result) -> str:
    return f"{result.module}.{result.qualname}".removeprefix("reader_core.").rstrip(".")


def _diffs(results: Iterable[Result]) -> Iterable[str]:
    for each in results:
        yield f"{each.module.replace('.', '/')}:{each.line} {each.qualname} [{each.status}] {each.id}"
        yield from (f"    - {line}" for line in each.before.splitlines())
        yield from (f"    + {line}" for line in each.after.splitlines())
