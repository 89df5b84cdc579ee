"""JSON values as a reader sees them: exact, with nothing hidden, and two of them side by side with the difference marked."""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from conformance.events import JsonValue

_LONGEST = 4000
"""Characters of one value that are shown; the stream has the rest."""

_LONGEST_DIFF = 600
"""Characters up to which two values are compared letter by letter: the comparison is quadratic."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a shown value.

    Attributes:
        text: What to show.
        kind: ``same``, ``different``, or ``hidden`` for the name of a character that would not show.
    """

    text: str
    kind: str = "same"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values to be shown side by side.

    Attributes:
        expected: The pieces of the expected value.
        actual: The pieces of the value that came.
        expected_points: Code points of what differs on the expected side, empty where the letters speak for themselves.
        actual_points: The same for the value that came.
    """

    expected: tuple[Segment, ...]
    actual: tuple[Segment, ...]
    expected_points: str = ""
    actual_points: str = ""


def written(value: JsonValue) -> str:
    """Return a value as JSON, so that ``"4"`` and ``4``, an empty text and no value read differently."""
    short = json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict | list) and len(short) > 60:
        short = json.dumps(value, ensure_ascii=False, indent=2)
    if len(short) > _LONGEST:
        short = f"{short[:_LONGEST]} … (+{len(short) - _LONGEST})"
    return short


def brief(value: JsonValue, limit: int = 90) -> str:
    """Return a value as JSON on one line, cut where it is longer than ``limit`` characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def pieces(text: str, kind: str = "same") -> tuple[Segment, ...]:
    """Cut a text where a character would not show or would reorder what follows; such a one gives its name, ``U+202E``."""
    return tuple(_pieces(text, kind))


def _pieces(text: str, kind: str) -> Iterator[Segment]:
    if text.replace("\n", "").isprintable():  # nearly always, and a hundred times faster
        if text:
            yield Segment(text, kind)
        return
    run = ""
    for char in text:
        if char in "\n\u202f" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}:
            run += char
            continue
        if run:
            yield Segment(run, kind)
        yield Segment(f"U+{ord(char):04X}", "hidden")
        run = ""
    if run:
        yield Segment(run, kind)


def plain(text: str) -> str:
    """Return a text from outside for a place that takes no markup, what would not show named in it."""
    return "".join(piece.text for piece in pieces(text))


def compare(expected: JsonValue, actual: JsonValue) -> Comparison:
    """Return two values with what differs marked.

    Two texts are compared letter by letter when they are alike enough for that to help; otherwise each is one piece.
    Where the difference is hard to see (accents composed in another way, spaces, mangled encodings), its code points are
    given.
    """
    left, right = written(expected), written(actual)
    if left == right or max(len(left), len(right)) > _LONGEST_DIFF:
        return Comparison(pieces(left), pieces(right))
    if not _alike(expected, actual):
        return Comparison(pieces(left), pieces(right))
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    expected_out: list[Segment] = []
    actual_out: list[Segment] = []
    lost: list[str] = []
    gained: list[str] = []
    for operation, from_left, to_left, from_right, to_right in matcher.get_opcodes():
        kind = "same" if operation == "equal" else "different"
        expected_out += pieces(left[from_left:to_left], kind)
        actual_out += pieces(right[from_right:to_right], kind)
        if kind == "different":
            lost.append(left[from_left:to_left])
            gained.append(right[from_right:to_right])
    if not _hard_to_see("".join(lost) + "".join(gained)):
        return Comparison(tuple(expected_out), tuple(actual_out))
    return Comparison(tuple(expected_out), tuple(actual_out), _points("".join(lost)), _points("".join(gained)))


def _alike(expected: JsonValue, actual: JsonValue) -> bool:
    """Return whether two values share so much that marking the rest helps: half of two texts, more of anything else."""
    if isinstance(expected, str) and isinstance(actual, str):
        return SequenceMatcher(None, expected, actual, autojunk=False).ratio() >= 0.5
    return SequenceMatcher(None, written(expected), written(actual), autojunk=False).ratio() >= 0.65


def _hard_to_see(letters: str) -> bool:
    if not letters.strip():
        return True
    return any(ord(char) > 126 or char.isspace() for char in letters)


def _points(letters: str) -> str:
    shown = [f"U+{ord(char):04X}" for char in letters[:8]]
    return " ".join(shown) + (" …" if len(letters) > 8 else "")
