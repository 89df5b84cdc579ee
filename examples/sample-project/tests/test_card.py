"""The reading of the card, with virtual cards in this process: no reader, no daemon, two milliseconds a card."""

import pytest

from fixtures import PEOPLE
from welcome.card import CardError, Identity, read_identities


@pytest.fixture
def send(card_reader):
    """What the program sends its commands with."""
    connection = card_reader.vitale.connect()
    connection.power_on()
    return connection.transmit


@pytest.mark.parametrize(("vitale_card", "person"), PEOPLE.items(), indirect=["vitale_card"])
def test_who_is_on_the_card(send, person):
    assert read_identities(send)[0] == person


@pytest.mark.vitale("famille")
def test_the_family_in_the_order_of_the_card(send):
    assert [one.first_name for one in read_identities(send)] == ["HÉLOÏSE", "FRANÇOIS", "ZOÉ"]


@pytest.mark.vitale(changes={"beneficiaires[0].prenom": "MARIE-ÈVE", "beneficiaires[0].date_naissance": "19851932"})
def test_a_day_of_birth_that_no_calendar_has(send):
    assert read_identities(send) == [Identity("SPECIMEN", "MARIE-ÈVE", "19851932")]


def test_a_greeting_takes_two_commands(send, apdu_log):
    read_identities(send)
    assert len(apdu_log.commands()) == 2


@pytest.mark.vitale(fault="wrong_sw:sw=6A82,ins=B0")
def test_a_card_without_the_file(send):
    with pytest.raises(CardError, match="6A82"):
        read_identities(send)
