"""The little that records work out for themselves."""

from reader_core.records import Accident, Accidents, Beneficiaire, CardDate, Couverture, ServiceAmo


def test_accidents_that_say_something_keep_their_order() -> None:
    accidents = Accidents(organisme1="013499881", identifiant3="240115006")
    assert accidents.entries == (Accident(organisme="013499881"), Accident(identifiant="240115006"))
    assert Accidents().entries == ()


def test_code_couverture_is_ald_then_situation() -> None:
    assert Couverture(ald="1", situation="0700").code == "10700"


def test_beneficiary_views() -> None:
    holder = Beneficiaire(adresse1="A", adresse5="E", code_service_amo="01", debut_service_amo=CardDate("202501010000"))
    assert holder.adresse == ("A", "", "", "", "E")
    assert holder.service_amo == ServiceAmo("01", CardDate("202501010000"))
