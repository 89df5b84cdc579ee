"""From a generated card on which a product fails to the smallest one on which it fails in the same way."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.database import InMemoryExampleDatabase

from conformance.generated.drawing import Fails, show
from conformance.generated.reading import GeneratedReading

MAX_READINGS: Final = 300
"""Cards that are read at most to shrink one."""

MAX_SECONDS: Final = 30.0
"""Time that shrinking one takes at most, but for the reading that is going on."""


@dataclass(frozen=True, slots=True)
class Small:
    """What a card shrank to, and how many cards were read on the way."""

    reading: GeneratedReading
    readings: int


def shrink(seed: int, index: int, fails: Callable[[GeneratedReading], bool]) -> Small | None:
    """Find the smallest card on which a product fails as on the one of a seed and an index.

    Args:
        seed: Of the card.
        index: Of the card.
        fails: Reads a card and says whether the product fails in that way. A card is asked for once, whatever comes of it: so a product
            that remembers cannot make Hypothesis doubt.

    Returns:
        The small card; None when the product does not fail on the card itself any more.
    """
    known: dict[GeneratedReading, bool] = {}
    best: list[GeneratedReading] = []
    end = time.monotonic() + MAX_SECONDS

    def look(reading: GeneratedReading) -> None:
        if reading not in known:
            spent = len(known) >= MAX_READINGS or time.monotonic() > end
            # What is not read any more does not count as failing, so that the best one found so far stays.
            known[reading] = not spent and fails(reading)
        if known[reading]:
            best.append(reading)
            raise Fails

    with _no_trace_of_hypothesis():
        smaller = show(seed, index, look, InMemoryExampleDatabase())
        if not best:
            return None
        with suppress(Fails):
            smaller()
    return Small(best[-1], len(known))


@contextmanager
def _no_trace_of_hypothesis() -> Generator[None]:
    """What Hypothesis writes down for later does not lie in the folder of whoever runs the catalogue."""
    with tempfile.TemporaryDirectory(prefix="vitale-hypothesis-") as home:
        set_hypothesis_home_dir(home)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)
