"""Products that nobody can automate: a person does what is asked, reads the screen and answers.

`questions` says what is asked of a reading and `steps` what is to be done for it; `typed` makes values of what is typed, `screens` an
answer of what was seen, so that the same judge judges it; `playing` leads a case through, and `bench` keeps the two readers.
The page that asks is somebody else's: it is an `AttendedProduct`.
"""

from conformance.attended.bench import StandingBench
from conformance.attended.person import AttendedProduct, Corrected, Review, Task

__all__ = ["AttendedProduct", "Corrected", "Review", "StandingBench", "Task"]
