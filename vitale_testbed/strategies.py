"""Hypothesis strategies for your own tests: whole legal cards, and readings of one with what they must give.

    from hypothesis import given
    from vitale_testbed import virtual_reader
    from vitale_testbed.strategies import readings

    @given(readings())
    def test_my_reader(reading):
        with virtual_reader(reading.vitale, cps=reading.cps) as slots:
            card = my_reader.read(slots.vitale.connect(), slots.cps.connect(), reading.pin, reading.on)
        assert card.nir == reading.expect["assure.nir"]

They need the extra `generated`; docs/generated.md has what is drawn, and what is not.
"""

from __future__ import annotations

from importlib.util import find_spec

if find_spec("hypothesis") is None:
    raise ImportError(
        "vitale_testbed.strategies needs Hypothesis: pip install 'vitale-testbed[generated]'", name="hypothesis"
    )

from conformance.expectations import find, holds
from conformance.generated import GeneratedReading, expected
from conformance.generated.strategies import births, given_names, nirs, readings, surnames, vitale_images


def differences(expect: dict[str, object], card: object) -> list[str]:
    """Compare a card object with what it must say.

    Args:
        expect: Path -> value or matcher, such as `GeneratedReading.expect`.
        card: The card object, as `vitale read --format json` gives it: dicts, lists, texts, numbers.

    Returns:
        Every path at which something else stands, with what was wanted and what is there; nothing when all is right.
    """
    return [
        f"{place.path}: expected {want!r}, read {place.value!r}"
        for path, want in expect.items()
        for place in find(card, path)
        if not holds(want, place.value)
    ]


__all__ = [
    "GeneratedReading",
    "births",
    "differences",
    "expected",
    "given_names",
    "nirs",
    "readings",
    "surnames",
    "vitale_images",
]
