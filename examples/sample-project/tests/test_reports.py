"""The project's own `reports` and `fixtures`, with no card at all."""

from fixtures import PEOPLE
from reports import waiting_room


def test_waiting_room():
    assert waiting_room(PEOPLE.values()) == "1. SPECIMEN CAMILLE\n2. SPÉCIMEN HÉLOÏSE"


def test_nobody():
    assert waiting_room([]) == "personne"
