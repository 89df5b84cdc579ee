"""The program that mutates the reader core: what it changes, what it leaves alone, and that it tells a dead mutant from a living one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.mutants.make import Mutant, make
from scripts.mutants.report import KINDS, Explanation, change_of, explain, load_results, read_explanations
from scripts.mutants.scope import modules, path_of
from scripts.mutants.trial import Result

ROOT = Path(__file__).parents[2]


def changes(source: str) -> list[tuple[str, str]]:
    return [(one.before.strip(), one.after) for one in make("reader_core.made_up", source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(a):\n    return a < 1\n", [("< 1", "<= 1"), ("1", "2")]),
        ("KEY = 97\n", [("KEY = 97", "KEY = None"), ("97", "98")]),
        ("def f(a):\n    a += 1\n", [("a += 1", "a -= 1"), ("a += 1", "a = 1"), ("1", "2")]),
        ("def f(a: int = 1) -> int:\n    return not a\n", [("1", "2"), ("not a", "a")]),
    ],
)
def test_each_change_is_one_of_mutmuts(source: str, expected: list[tuple[str, str]]) -> None:
    assert sorted(changes(source)) == sorted(expected)


@pytest.mark.parametrize(
    "source",
    [
        '"""A text about the module."""\n',
        "import os\nfrom a import b\n",
        "def f(a: Literal[1]) -> Literal['x']: ...\n",
        "@decorated(1)\nclass A: ...\n",
        "if TYPE_CHECKING:\n    A = 1\n",
        "__all__ = ['A']\n",
        "MESSAGE = 'Insert the card again.'\n",
        "def f(a):\n    raise Refused('no file here', f'{a} of the card')\n",
        "def __repr__(self):\n    return 1 + 2\n",
        "def encode(self):\n    return 1 + 2\n",
        "ROW = row(source=1)\n",
    ],
)
def test_types_imports_decorators_and_words_are_left_alone(source: str) -> None:
    assert all(
        one[1].endswith("None") or "row(" in one[1] or "Refused(" in one[1] for one in changes(source)
    ) or not changes(source)
    assert [one for one in changes(source) if one[0] in {"1", "2", "'x'", "'A'"}] == []


def test_a_mutant_is_the_text_with_one_change() -> None:
    source = "def f(a):\n    match a:\n        case 1:\n            return 2\n        case _:\n            return 3\n"
    texts = [one.apply(source) for one in make("reader_core.made_up", source)]
    assert "def f(a):\n    match a:\n        case _:\n            return 3\n" in texts
    assert (
        "def f(a):\n    match a:\n        case 1:\n            return 3\n        case _:\n            return 3\n"
        in texts
    )
    assert len(texts) == len(set(texts))


def test_every_mutant_of_the_reader_is_a_module_that_compiles() -> None:
    """Of one module of each kind: parsing all of them takes long."""
    for name in ("reader_core.iso7816.channel", "reader_core.rules.periods", "reader_core.session.files"):
        source = path_of(name).read_text(encoding="utf-8")
        made = make(name, source)
        assert len(made) > 20
        assert len({one.id for one in made}) == len(made)
        for one in made[::5]:
            compile(one.apply(source), name, "exec")


def test_modules_that_decode_and_decide_are_mutated() -> None:
    named = set(modules())
    assert {
        "reader_core.iso7816.tlv", "reader_core.layouts.codec", "reader_core.records.nir", "reader_core.session.files",
        "reader_core.rules.coverage", "reader_core.access.gate",
    } <= named  # fmt: skip
    assert not any(name.endswith("markdown") for name in named)


FATE = {
    # The key: two cases with a right one and one with a wrong one.
    ("stdnum_nir.calc_check_digits(self.number)", "stdnum_nir.calc_check_digits(None)"): "VIT-IDE-002/4",
    ("_SHAPE.fullmatch(number)", "_SHAPE.fullmatch(None)"): "VIT-IDE-002",
    ("bool(_SHAPE.fullmatch(number))", "bool(None)"): "VIT-IDE-002",
    ("Nir(number)", "Nir(None)"): "VIT-IDE-002",
    ("== key", "!= key"): "VIT-IDE-002",
    (
        "bool(_SHAPE.fullmatch(number)) and Nir(number).key == key",
        "bool(_SHAPE.fullmatch(number)) or Nir(number).key == key",
    ): "VIT-IDE-002/4",
    # What kind of number it is: nothing but ordinary ones is read here.
    ("self.number.startswith(_AGRICULTURAL)", "self.number.startswith(None)"): "VIT-IDE-002",
    ("_FICTIVE.fullmatch(self.number)", "_FICTIVE.fullmatch(None)"): "VIT-IDE-002",
    ("_NATURES.get(self.sex, NatureNir.INCONNUE)", "_NATURES.get(NatureNir.INCONNUE)"): "VIT-IDE-002",
    ("_NATURES.get(self.sex, NatureNir.INCONNUE)", "_NATURES.get(self.sex, )"): "survived",
    ("_NATURES.get(self.sex, NatureNir.INCONNUE)", "_NATURES.get(self.sex, None)"): "survived",
    ("_NATURES.get(self.sex, NatureNir.INCONNUE)", "_NATURES.get(None, NatureNir.INCONNUE)"): "survived",
}
"""What becomes of some mutants of the NIR by three cases: the first letters of the case that kills it, or its status."""


def test_known_mutants_die_or_live(tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    command = [
        sys.executable, "-m", "scripts.mutants", "run", "--results", str(results), "--case", "VIT-IDE-002/1",
        "--case", "VIT-IDE-002/2", "--case", "VIT-IDE-002/4", "--grep", "^(is_valid|Nir.key|Nir.nature):", "records.nir",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    fate = {(one.before.strip(), one.after): one.by or one.status for one in load_results(results).values()}
    assert {change: fate.get(change) for change in FATE} == {
        change: fate.get(change, "") if fate.get(change, "").startswith(expected) else expected
        for change, expected in FATE.items()
    }
    again = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=280)
    assert again.stdout.splitlines() == [f"{len(fate)} mutants, 0 to try"]


def result(**fields: object) -> Result:
    made = {
        "id": "1",
        "module": "reader_core.rules.periods",
        "qualname": "covers",
        "line": 9,
        "before": "<",
        "after": "<=",
        "status": "survived",
    }
    return Result(**{**made, **fields})  # pyright: ignore[reportArgumentType]


def test_the_table_counts_what_can_be_told_apart_and_names_who_is_not_explained() -> None:
    results = [
        result(id="1", status="killed"),
        result(id="2", status="timeout"),
        result(id="3", status="same"),
        result(id="4", before="a"),
        result(id="5", qualname="other", status="unreached"),
    ]
    why = Explanation(where=r"rules\.periods\.covers", change="^a ->", kind="equivalent", why="It makes no difference.")
    text, unexplained = explain(results, [why], diffs=True)
    assert unexplained == 1
    assert "| rules.periods | 4 | 2 | 1 | 0 | 1 | 1 | 66.7 % |" in text
    assert "| 1 | `rules.periods.covers` | equivalent | It makes no difference. |" in text
    assert "reader_core/rules/periods:9 other [unreached] 5" in text


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("f(a, size=3, b=4)", "f(a, size=None, b=4)", "size=3 -> size=None"),
        ("f(a, size=3, b=4)", "f(a, b=4)", "size=3, b=4 -> b=4"),
        ("<= last", "< last", "<= last -> < last"),
    ],
)
def test_a_change_is_said_in_whole_arguments(before: str, after: str, change: str) -> None:
    assert change_of(result(before=before, after=after)).strip() == change.strip()


def test_a_result_that_was_cut_off_is_tried_again(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    whole = json.dumps(
        {"id": "1", "module": "m", "qualname": "f", "line": 1, "before": "a", "after": "b", "status": "killed"}
    )
    file.write_text(f"{whole}\n{whole[:20]}", encoding="utf-8")
    assert list(load_results(file)) == ["1"]


def test_every_explanation_is_a_pattern_with_a_reason() -> None:
    explanations = read_explanations()
    assert explanations
    assert {one.kind for one in explanations} <= set(KINDS)
    assert all(one.why.endswith(".") for one in explanations)


def test_the_name_of_a_mutant_does_not_change_with_its_line() -> None:
    source = "def f(a):\n    return a < 1\n"
    first: list[Mutant] = make("reader_core.made_up", source)
    moved: list[Mutant] = make("reader_core.made_up", "\n\n" + source)
    assert [one.id for one in first] == [one.id for one in moved]
