"""This project's own reports. Its name is also that of a package of vitale-testbed: both work."""

from collections.abc import Iterable

from welcome.card import Identity


def waiting_room(people: Iterable[Identity]) -> str:
    """The list at the desk: one line for each person, in the order they came."""
    lines = [f"{at}. {one.surname} {one.first_name}" for at, one in enumerate(people, 1)]
    return "\n".join(lines) if lines else "personne"
