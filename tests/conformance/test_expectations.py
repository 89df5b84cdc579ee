"""The language of expectations."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.expectations import (
    MISSING,
    ExpectationError,
    expected_json,
    find,
    holds,
    matcher,
    parse_path,
    show_actual,
    show_expected,
)
from conformance.words import Words, show

CARD: dict[str, Any] = {"a": {"b": [{"c": 1}, {"c": None}]}, "e": []}


@pytest.mark.parametrize(
    ("path", "places"),
    [
        ("a.b[0].c", [("a.b[0].c", 1)]),
        ("a.b[*].c", [("a.b[0].c", 1), ("a.b[1].c", None)]),
        ("a.b[2].c", [("a.b[2].c", MISSING)]),
        ("a.x.y", [("a.x.y", MISSING)]),
        ("e[*].c", []),
        ("x[*].c", [("x[*].c", MISSING)]),
        ("a[0]", [("a[0]", MISSING)]),
    ],
)
def test_paths_lead_where_they_say(path: str, places: list[tuple[str, Any]]) -> None:
    assert [(found.path, found.value) for found in find(CARD, path)] == places


@pytest.mark.parametrize("path", ["", ".", "a.", ".a", "a..b", "a[", "a[]", "a[-1]", "a.[0]", "[0]x", "a b", "É"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ExpectationError):
        parse_path(path)


RIGHT_AND_WRONG: list[tuple[Any, list[Any], list[Any]]] = [
    ("07", ["07"], ["7", 7, None, MISSING, "07 ", ["07"]]),
    (True, [True], [1, "true", False, None]),
    (70, [70, 70.0], ["70", True, None]),
    (1, [1], [True]),
    (["a", ""], [["a", ""]], [["a"], ["", "a"], "a"]),
    ([{"x": 1}], [[{"x": 1}]], [[{"x": 1, "y": 2}], [{"x": True}]]),
    ("é", ["é", "e\u0301"], ["e", "É"]),
    ({"is": "null"}, [None, MISSING], ["", 0, False, [], {}]),
    ({"is": "present"}, ["x", 0, False, [1]], [None, MISSING, "", [], {}]),
    ({"not": "ald"}, ["aucune", None], ["ald"]),
    ({"one_of": ["a", "b"]}, ["a", "b"], ["c", None, MISSING]),
    ({"count": 2}, [[1, 2]], [[1], "ab", None, {"a": 1, "b": 2}]),
    (
        {"mentions": ["mines", "minier"]},
        ["Régime des MINES", "régime minier", ["x", "Régime minier"]],
        ["administration", "éminence", "", None, MISSING, []],
    ),
    ({"mentions": ["réseau"]}, ["le reseau propre", "RÉSEAUX"], ["préréseau"]),
    ({"silent_on": ["70"]}, ["non exonéré", None, MISSING, "170"], ["taux de 70 %", ["x", "70"]]),
]


@pytest.mark.parametrize(("expected", "right", "wrong"), RIGHT_AND_WRONG)
def test_matchers(expected: Any, right: list[Any], wrong: list[Any]) -> None:
    assert [value for value in right if not holds(expected, value)] == []
    assert [value for value in wrong if holds(expected, value)] == []


@pytest.mark.parametrize(
    "expected", [{}, {"is": "maybe"}, {"one_of": "a"}, {"is": "null", "not": 1}, {"likes": 1}, {"mentions": "a"}]
)
def test_what_is_no_matcher_is_refused(expected: dict[str, Any]) -> None:
    with pytest.raises(ExpectationError):
        matcher(expected)


@pytest.mark.parametrize(
    ("expected", "event", "words", "french"),
    [
        ("07", "07", '"07"', '"07"'),
        ({"is": "null"}, None, "null", "null"),
        ({"is": "present"}, "some value", "some value", "une valeur, quelle qu'elle soit"),
        ({"not": "ald"}, 'anything but "ald"', 'anything but "ald"', 'tout sauf "ald"'),
        ({"one_of": ["a", 1]}, 'one of "a", 1', 'one of "a", 1', 'l\'une de ces valeurs : "a", 1'),
        ({"count": 1}, "a list of 1", "a list of 1", "une liste de 1 élément"),
        ({"count": 3}, "a list of 3", "a list of 3", "une liste de 3 éléments"),
        ({"mentions": ["mines"]}, "a text with « mines »", "a text with « mines »", "un texte contenant « mines »"),
        (
            {"silent_on": ["70", "90"]},
            "no text with « 70 » or « 90 »",
            "no text with « 70 » or « 90 »",
            "aucun texte contenant « 70 » ni « 90 »",
        ),
    ],
)
def test_what_was_expected_is_said_in_words(expected: Any, event: Any, words: str, french: str) -> None:
    assert expected_json(expected) == event
    assert show_expected(expected) == Words(words, french)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON)
def test_any_value_can_be_looked_into_and_shown(value: Any, other: Any) -> None:
    for found in find(value, "a[*].b[0].c"):
        assert show_actual(found.value)
        assert isinstance(holds({"mentions": ["a"]}, found.value), bool)
    if not isinstance(value, dict):
        assert holds(value, value)
        assert holds(value, other) == holds(value, other)
    assert len(show(value)) <= 160
