"""The generated card of a seed and an index: the same on every machine, without drawing the ones before it.

Hypothesis makes an example of any bytes (`fuzz_one_input`, which is made for fuzzers): the bytes are a hash of seed and index. Another release
of Hypothesis, or of the strategies, may make another card of them; the header of a run names the release, and a card that failed is saved whole.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Final

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.database import ExampleDatabase
from hypothesis.errors import HypothesisDeprecationWarning

from conformance.generated.reading import GeneratedReading
from conformance.generated.strategies import readings

QUIET: Final = settings(
    database=None,
    deadline=None,
    phases=(Phase.reuse, Phase.shrink),
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
    verbosity=Verbosity.quiet,
    print_blob=False,
    report_multiple_bugs=False,
)
"""Nothing is written and nothing is printed; no example is made up."""

_BYTES: Final = 16 * 1024
_ATTEMPTS: Final = 20
_READINGS: Final = readings()


class Fails(Exception):  # noqa: N818 - it is no error of anybody's here
    """Raised by a `Look` for a reading on which the product fails."""


Look = Callable[[GeneratedReading], None]
"""Is shown an example."""


@lru_cache(maxsize=64)  # a card is drawn when it is put in a slot ahead of its turn, and when its turn comes
def draw(seed: int, index: int) -> GeneratedReading:
    """Return the reading of a seed and an index, 0 or more each."""
    found: list[GeneratedReading] = []
    show(seed, index, found.append, None)
    return found[0]


def show(seed: int, index: int, look: Look, database: ExampleDatabase | None) -> Callable[[], None]:
    """Show the reading of a seed and an index.

    Args:
        seed: 0 or more.
        index: 0 or more.
        look: Is shown the reading; it may raise `Fails`.
        database: Where Hypothesis keeps the example if it did.

    Returns:
        A function that shows `look` the example that was kept and then ever smaller ones, and raises `Fails`.
    """

    @settings(QUIET, database=database)
    @given(_READINGS)
    def example(reading: GeneratedReading) -> None:
        look(reading)

    for attempt in range(_ATTEMPTS):
        seen = hashlib.shake_256(f"vitale/{seed}/{index}/{attempt}".encode()).digest(_BYTES)
        with suppress(Fails), warnings.catch_warnings():
            # Another thread of this process may use `random` while a card is drawn; the card is made of the bytes alone.
            warnings.simplefilter("ignore", HypothesisDeprecationWarning)
            make = example.hypothesis.fuzz_one_input  # pyright: ignore[reportFunctionMemberAccess] - given() adds it
            if make(seen) is None:
                continue  # too few bytes for this card: the next attempt has others
        return example
    raise AssertionError(f"{_ATTEMPTS} times {_BYTES} bytes make no card")  # the strategies draw without bounds
