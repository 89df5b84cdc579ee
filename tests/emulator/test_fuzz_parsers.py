"""The parsers read the fuzzer's corpus and mutations of it in every run, and the checks can fail."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import fuzz_parsers, parser_targets
from scripts.fuzz_parsers import NAMES, escaped, keep, kept
from scripts.parser_targets import TARGETS, FindingError, mutated

COUNT = 1_000
"""Mutations of each parser's inputs, the same ones in every run."""


def test_every_parser_can_be_named() -> None:
    assert set(NAMES) == set(TARGETS)


@pytest.mark.parametrize("name", NAMES)
def test_what_the_fuzzer_found_new_ways_with_is_read_or_refused(name: str) -> None:
    corpus = kept(name)
    assert len(corpus) > 20
    for raw in corpus:
        TARGETS[name].check(raw)


@pytest.mark.parametrize("name", NAMES)
def test_mutations_are_read_or_refused(name: str) -> None:
    target = TARGETS[name]
    seeds = target.seeds()
    assert seeds == target.seeds(), "the same in every run"
    for raw in seeds:
        target.check(raw)
    inputs = [*seeds, *kept(name)]
    for raw in mutated(inputs, COUNT, seed=1):
        target.check(raw)
    assert list(mutated(inputs, 20, seed=1)) == list(mutated(inputs, 20, seed=1))


def broken(*_: object, **__: object) -> Any:
    raise ZeroDivisionError


def nothing(*_: object, **__: object) -> Any:
    return ()


def other(*_: object, **__: object) -> Any:
    return b"other"


def same(given: Any, *_: object) -> Any:
    return given


@pytest.mark.parametrize(
    ("name", "part", "stand_in", "error"),
    [
        ("tlv", "parse_tlvs", broken, ZeroDivisionError),
        ("tlv", "parse_tlvs", nothing, FindingError),
        ("image", "dump_image", broken, ZeroDivisionError),
        ("stream", "export_stream", other, FindingError),
        ("recording", "mask_recording", same, FindingError),
        ("recording", "mask_recording", broken, ZeroDivisionError),
    ],
)
def test_a_parser_that_does_wrong_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, name: str, part: str, stand_in: Callable[..., Any], error: type[Exception]
) -> None:
    seed = TARGETS[name].seeds()[0]
    TARGETS[name].check(seed)
    monkeypatch.setattr(parser_targets, part, stand_in)
    with pytest.raises(error):
        TARGETS[name].check(seed)


def test_what_a_run_finds_is_kept_once_and_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_parsers, "CORPUS", tmp_path / "kept")
    found = tmp_path / "found"
    found.mkdir()
    for number, raw in enumerate((b"longer", b"ab", b"", b"x" * 5000)):
        (found / str(number)).write_bytes(raw)
    keep("tlv", found)
    keep("tlv", found)
    assert kept("tlv") == [b"ab", b"longer"]
    assert kept("stream") == []


def test_words_are_written_as_libfuzzer_reads_them() -> None:
    assert escaped('say "\\x00" or \\u0000') == 'say \\"\\x00\\" or \\\\u0000'
