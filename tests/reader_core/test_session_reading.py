"""Whole readings of emulated cards: what is read, what is withheld, and why."""

import contextlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from emulator.readers import InProcessReader, SocketReader
from reader_core import ErrorCode, Reader, ReadingError, TrustStore, VitaleReading
from reader_core.iso7816 import Card, CardChannel, Connection, ReaderUnavailableError
from reader_core.records import NO_DATE, CardDate, Couverture
from reader_core.rules import Api
from reader_core.session import ProtectionStatus
from reader_core.session.dialects import CPS3

ON = date(2026, 1, 15)
Cards = Callable[..., Card]
Slots = Callable[[Card | None], InProcessReader]


@pytest.fixture
def read(card: Cards, slot: Slots, trust: TrustStore) -> Callable[..., VitaleReading]:
    """Read built-in cards; a wrong code is kept as what the reading says about it."""

    def make(
        cps: str | None = None, pin: str | None = None, *, vitale: str = "specimen", on: date = ON, api: Api = "4.10"
    ) -> VitaleReading:
        professional = slot(card(cps)).connect() if cps else None
        with Reader.open(slot(card(vitale)).connect(), professional, trust) as reader:
            if pin is not None:
                with contextlib.suppress(ReadingError):
                    reader.verify_pin(pin)
            return reader.read_vitale(on, api)

    return make


def withheld(reading: VitaleReading) -> str | None:
    holders = reading.records.beneficiaires
    assert holders, "the free data are there whatever happens to the rest"
    assert all(not each.couvertures and each.maternite is None for each in holders)
    assert reading.protection.message
    assert reading.protection.next_step
    return reading.protection.code


def test_the_specimen_with_a_cps(read: Callable[..., VitaleReading]) -> None:
    reading = read("cps", "1234")
    assert reading.protection.status is ProtectionStatus.READ
    assert (reading.protection.code, reading.protection.message, reading.protection.next_step) == (None, "", "")
    (holder,) = reading.records.beneficiaires
    assert holder.couvertures == (Couverture(CardDate("202001010000"), NO_DATE, "0", "0100"),)
    assert reading.records.assure.nir == "2850575999001"
    assert reading.anomalies == ()
    assert reading.profile == "vitale2"
    assert reading.pan.startswith("802500000200000101")
    assert reading.professional is not None
    assert reading.professional.numero_carte == "99900001"


@pytest.mark.parametrize("cps", ["cps", "cpf", "cpe", "cde"])
def test_who_opens_the_protected_data(read: Callable[..., VitaleReading], cps: str) -> None:
    reading = read(cps, "1234")
    assert reading.protection.status is ProtectionStatus.READ
    assert reading.professional is not None
    assert reading.professional.porteur.card_type is not None
    assert reading.professional.porteur.card_type.value == cps.upper()


@pytest.mark.parametrize(
    ("cps", "pin", "status", "code"),
    [
        (None, None, "withheld", "cps_absent"),
        ("cps", None, "refused", "pin_missing"),
        ("cps", "0000", "refused", "pin_wrong"),
        ("cps", "12345", "refused", "pin_wrong"),
        ("cps", "12a4", "refused", "pin_wrong"),
        ("cpa", "1234", "refused", "cps_not_entitled"),
        ("cps-expiree", "1234", "refused", "cps_expired"),
        ("cps-revoquee", "1234", "refused", "cps_revoked"),
        ("cps-inconnue", "1234", "refused", "chain_untrusted"),
        ("cps-reelle", "1234", "refused", "cards_mixed"),
    ],
)
def test_why_they_are_not_read(
    read: Callable[..., VitaleReading], cps: str | None, pin: str | None, status: str, code: str
) -> None:
    reading = read(cps, pin)
    assert withheld(reading) == code
    assert reading.protection.status == status
    assert (reading.professional is None) == (cps is None)


def test_a_revoked_card_is_taken_before_410(read: Callable[..., VitaleReading]) -> None:
    assert read("cps-revoquee", "1234", api="before").protection.status is ProtectionStatus.READ


def test_an_expired_card_was_valid_in_its_time(read: Callable[..., VitaleReading]) -> None:
    assert read("cps-expiree", "1234", on=date(2018, 1, 1)).protection.status is ProtectionStatus.READ


def test_the_vitale_itself_refuses_an_unknown_authority(card: Cards, slot: Slots) -> None:
    # A reader without roots of its own leaves the chain to the Vitale.
    with Reader.open(slot(card("specimen")).connect(), slot(card("cps-inconnue")).connect()) as reader:
        reader.verify_pin("1234")
        protection = reader.read_vitale(ON).protection
    assert protection.code is ErrorCode.CHAIN_UNTRUSTED
    assert "the Vitale answered 6300" in protection.evidence


def test_wrong_codes_count_down_and_block(card: Cards, slot: Slots, trust: TrustStore) -> None:
    with Reader.open(slot(card("specimen")).connect(), slot(card("cps")).connect(), trust) as reader:
        seen: list[tuple[str, int | None]] = []
        for pin in ("0000", "abcd", "0001", "0002", "1234"):
            with pytest.raises(ReadingError) as caught:
                reader.verify_pin(pin)
            seen.append((caught.value.code.value, caught.value.retries))
            assert reader.read_vitale(ON).protection.code == caught.value.code
        assert seen == [
            ("pin_wrong", 2),
            ("pin_wrong", None),  # four letters: not sent, no try spent
            ("pin_wrong", 1),
            ("pin_blocked", 0),
            ("pin_blocked", 0),
        ]
        protection = reader.read_vitale(ON).protection
        assert protection.code is ErrorCode.PIN_BLOCKED
        assert "Essais" not in protection.message


@pytest.mark.parametrize("cps", ["cps", "cps4"])
def test_the_tries_are_counted_without_spending_one(card: Cards, slot: Slots, cps: str) -> None:
    """docs/cards: three tries; a CPS3 tells them in the object of its code, a CPS4 to a VERIFY without a code."""
    with Reader.open(slot(None).connect(), slot(card(cps)).connect()) as reader:
        counted = [reader.look_at_professional()[1]]
        for pin in ("0000", "0001", "0002"):
            with pytest.raises(ReadingError):
                reader.verify_pin(pin)
            counted.append(reader.look_at_professional()[1])
        assert counted == [3, 2, 1, 0]
        assert reader.look_at_professional()[0].porteur.numero


def test_looking_at_the_card_does_not_undo_its_code(card: Cards, slot: Slots, trust: TrustStore) -> None:
    for cps in ("cps", "cps4"):
        with Reader.open(slot(card("specimen")).connect(), slot(card(cps)).connect(), trust) as reader:
            reader.verify_pin("1234")
            reader.look_at_professional()
            assert reader.read_vitale(ON).protection.status is ProtectionStatus.READ


@pytest.mark.parametrize("answer", ["6A88", "6D00", "9000", "70029000", "70043002BF819000", "7007BF8104A0029B009000"])
def test_a_card_that_does_not_tell_its_tries(scripted: Callable[..., Any], answer: str) -> None:
    card = scripted([("00A4000C023F00", "9000"), ("00CB3FFF0A4D087006BF810102A08000", answer)])
    assert CPS3.tries(CardChannel(card)) is None


def test_the_number_tells_whether_it_is_the_same_card(card: Cards, slot: Slots) -> None:
    vitale = slot(card("famille"))
    with Reader.open(vitale.connect()) as reader:
        number = reader.read_number()
        assert number == reader.read_vitale(ON).pan
        vitale.remove()
        with pytest.raises(ReadingError) as caught:
            reader.read_number()
        assert caught.value.code is ErrorCode.VITALE_ABSENT
        vitale.insert(card("specimen"))
        assert reader.read_number() not in {"", number}


def test_what_speaks_against_the_card_is_said_before_a_code_is_asked_for(read: Callable[..., VitaleReading]) -> None:
    for cps, code in (("cps-reelle", "cards_mixed"), ("cps-expiree", "cps_expired"), ("cpa", "cps_not_entitled")):
        assert withheld(read(cps)) == code


def test_the_tries_left_are_said(read: Callable[..., VitaleReading]) -> None:
    protection = read("cps", "0000").protection
    assert protection.retries == 2
    assert protection.message.endswith("Essais restants : 2.")


def test_a_code_that_was_right_after_a_wrong_one(card: Cards, slot: Slots, trust: TrustStore) -> None:
    with Reader.open(slot(card("specimen")).connect(), slot(card("cps")).connect(), trust) as reader:
        with pytest.raises(ReadingError, match="63C2"):
            reader.verify_pin("0000")
        reader.verify_pin("1234")
        assert reader.read_vitale(ON).protection.status is ProtectionStatus.READ


def test_the_code_holds_for_the_next_vitale_and_nothing_of_the_first_is_shown_again(
    card: Cards, slot: Slots, trust: TrustStore
) -> None:
    vitale, cps = slot(card("mines")), slot(card("cps"))
    with Reader.open(vitale.connect(), cps.connect(), trust) as reader:
        reader.verify_pin("1234")
        first = reader.read_vitale(ON)
        vitale.remove()
        vitale.insert(card("specimen"))
        second = reader.read_vitale(ON)
        cps.remove()
        third = reader.read_vitale(ON)
        cps.insert(card("cps"))
        fourth = reader.read_vitale(ON)
    assert first.protection.status is second.protection.status is ProtectionStatus.READ
    assert first.records.assure.regime == "07"
    assert second.records.assure.regime == "01"
    assert [each.code for each in second.records.beneficiaires[0].couvertures] == ["00100"]
    assert withheld(third) == "cps_absent"
    assert third.professional is None
    assert withheld(fourth) == "pin_missing"


def test_the_protected_files_are_closed_again(card: Cards, slot: Slots, trust: TrustStore) -> None:
    vitale = slot(card("specimen"))
    with Reader.open(vitale.connect(), slot(card("cps")).connect(), trust) as reader:
        reader.verify_pin("1234")
        reader.read_vitale(ON)
        inside = vitale.card
        assert inside is not None
        for command in ("00A404000BD250000002564954414C45", "00A4020C022015"):
            assert inside.transmit(bytes.fromhex(command))[-2] in {0x90, 0x61}
        assert inside.transmit(bytes.fromhex("00B0000000")) == bytes.fromhex("6982")


def failure(reader: Reader) -> ReadingError:
    with pytest.raises(ReadingError) as caught:
        reader.read_vitale(ON)
    return caught.value


def test_no_vitale(slot: Slots) -> None:
    with Reader.open(slot(None).connect()) as reader:
        error = failure(reader)
    assert error.code is ErrorCode.VITALE_ABSENT
    assert error.partial is None


@pytest.mark.parametrize(
    ("atr", "code", "evidence"),
    [
        ("3F65250052096A9000", "vitale_unknown", "the commands of a real Vitale 1 are not public"),
        ("3B6700002D201601789000", "vitale_unknown", "an unknown card, ATR 3B 67"),
    ],
)
def test_cards_that_cannot_be_read(scripted: Callable[..., Any], atr: str, code: str, evidence: str) -> None:
    error = failure(Reader.open(scripted(atr=bytes.fromhex(atr), last="6E00")))
    assert error.code == code
    assert evidence in error.evidence


def test_a_card_of_another_family_beside_the_vitale(card: Cards, slot: Slots, scripted: Callable[..., Any]) -> None:
    staff = bytes.fromhex("3B6700002D201601789000")  # of the health insurance
    with Reader.open(slot(card("specimen")).connect(), scripted(atr=staff)) as reader:
        assert withheld(reader.read_vitale(ON)) == "cps_unknown"


def test_a_reader_for_professionals_that_is_not_there(card: Cards, slot: Slots) -> None:
    class Gone:
        name = "gone"

        def power_on(self) -> bytes:
            raise ReaderUnavailableError(self.name)

        reset = power_on

        def transmit(self, command: bytes) -> bytes:
            del command
            raise ReaderUnavailableError(self.name)

        def close(self) -> None: ...

    gone: Connection = Gone()
    with Reader.open(slot(card("specimen")).connect(), gone) as reader:
        reading = reader.read_vitale(ON)
    assert (reading.protection.status, withheld(reading)) == (ProtectionStatus.WITHHELD, "reader_unavailable")
    with Reader.open(gone) as reader:
        assert failure(reader).code is ErrorCode.READER_UNAVAILABLE


def test_verify_pin_without_a_slot_or_a_card(card: Cards, slot: Slots) -> None:
    with Reader.open(slot(card("specimen")).connect()) as reader, pytest.raises(ReadingError) as caught:
        reader.verify_pin("1234")
    assert caught.value.code is ErrorCode.CPS_ABSENT
    with Reader.open(slot(card("specimen")).connect(), slot(None).connect()) as reader:
        with pytest.raises(ReadingError) as caught:
            reader.verify_pin("1234")
        assert caught.value.code is ErrorCode.CPS_ABSENT
        assert withheld(reader.read_vitale(ON)) == "cps_absent"


def test_readers_by_name_over_sockets(card: Cards, trust: TrustStore) -> None:
    with SocketReader(card("famille")) as vitale, SocketReader(card("cps")) as cps:
        with Reader.open(vitale.address, cps.address, trust) as reader:
            reader.verify_pin("1234")
            reading = reader.read_vitale(ON)
        assert reading.protection.status is ProtectionStatus.READ
        assert len(reading.records.beneficiaires) > 1


def test_a_malformed_name_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="names no reader"):
        Reader.open("pcsc:")


def test_connections_that_were_given_stay_open_and_named_ones_are_closed(
    scripted: Callable[..., Any], card: Cards
) -> None:
    given = scripted()
    with SocketReader(card("cps")) as cps, Reader.open(given, cps.address):
        pass
    assert not given.closed
