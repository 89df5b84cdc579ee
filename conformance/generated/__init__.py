"""Cards that nobody chose: whole legal images, drawn by Hypothesis, whose own fields say what a product must show.

Nothing here loads Hypothesis but `strategies` and what it is made of.
"""

from conformance.generated.oracle import expected
from conformance.generated.reading import GeneratedReading

__all__ = ["GeneratedReading", "expected"]
