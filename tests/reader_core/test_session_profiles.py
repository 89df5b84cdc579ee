"""The cards beside the Vitale 2 and the CPS3: what the reader does with a Vitale 1, a CPS4, a CPS2ter, and without contact."""

from collections.abc import Callable
from datetime import date

import pytest

from emulator.cps4 import CPS4_ATRS
from emulator.image import build_card, load_image, patch_image
from emulator.readers import InProcessReader, PulledCard, TracedCard
from reader_core import ErrorCode, Reader, ReadingError, TrustStore, VitaleReading
from reader_core.iso7816 import Card
from reader_core.session import ProtectionStatus

ON = date(2026, 1, 15)
Cards = Callable[..., Card]


def read(vitale: Card, cps: Card, trust: TrustStore, pin: str = "1234") -> VitaleReading:
    slots = InProcessReader("vitale", vitale).connect(), InProcessReader("cps", cps).connect()
    with Reader.open(*slots, trust) as reader:
        reader.verify_pin(pin)
        return reader.read_vitale(ON)


def traced(card: Card) -> tuple[Card, list[str]]:
    seen: list[str] = []
    return TracedCard(card, "card", lambda one: seen.append(one.command.hex().upper())), seen


@pytest.mark.parametrize("atr", CPS4_ATRS)
def test_a_cps4_opens_the_protected_data(card: Cards, trust: TrustStore, atr: str) -> None:
    reading = read(card("famille"), build_card(patch_image(load_image("cps4"), {"atr": atr})), trust)
    assert reading.protection.status is ProtectionStatus.READ
    assert reading.professional is not None
    assert reading.professional.numero_carte == "99900023"
    assert reading.professional.porteur.identifiant_national == "899799900016"
    assert [each.numero_logique for each in reading.professional.situations or ()] == ["1", "2", "4"]
    assert any(each.couvertures for each in reading.records.beneficiaires)


def test_what_a_cps4_is_told(card: Cards, trust: TrustStore) -> None:
    # Written from docs/cards/cps4.md: ChipDoc in channel 1, VERIFY, MSE B6 with 28 (SHA-256) and key 82, PSO 9E9A; the
    # business volume (class A0) in channel 0.
    cps, seen = traced(card("cps4"))
    read(card("specimen"), cps, trust)
    commands = [one for one in seen if len(one) >= 8]
    assert commands[0] == "01A4040C088025000001FF0100"
    assert {one[:2] for one in commands} == {"01", "A0"}, "channel 1, and the business volume in channel 0"
    assert "012000010831323334FFFFFFFF" in commands
    in_chipdoc = [one for one in commands if one.startswith("01")]
    signature = in_chipdoc[in_chipdoc.index("012281B604" + "91022882") + 1]
    assert signature.startswith("012A9E9A20")
    assert len(signature) == 2 * (5 + 32 + 1)


def test_the_codes_of_a_cps4(card: Cards, trust: TrustStore) -> None:
    vitale, cps = InProcessReader("v", card("specimen")).connect(), InProcessReader("c", card("cps4")).connect()
    with Reader.open(vitale, cps, trust) as reader:
        assert reader.read_vitale(ON).protection.code is ErrorCode.PIN_MISSING
        told: list[tuple[str, int | None]] = []
        for _ in range(3):
            with pytest.raises(ReadingError) as caught:
                reader.verify_pin("0000")
            told.append((caught.value.code, caught.value.retries))
        assert told == [("pin_wrong", 2), ("pin_wrong", 1), ("pin_blocked", 0)]
        assert reader.read_vitale(ON).protection.code is ErrorCode.PIN_BLOCKED


class Lost:
    """A CPS4 whose channels are not where they should be: the first SELECT of ChipDoc is answered 6985."""

    def __init__(self, inner: Card, *, for_ever: bool) -> None:
        self._inner, self._for_ever, self._lost = inner, for_ever, True
        self.atr, self.power_on, self.reset, self.power_off = inner.atr, inner.power_on, inner.reset, inner.power_off

    def transmit(self, command: bytes) -> bytes:
        if command == bytes.fromhex("01A4040C088025000001FF0100") and (self._lost or self._for_ever):
            self._lost = False
            return bytes.fromhex("6985")
        return self._inner.transmit(command)


def test_the_way_back_to_chipdoc(card: Cards, trust: TrustStore) -> None:
    # The three commands of docs/cards/cps4.md, after which ChipDoc is there.
    cps, seen = traced(Lost(card("cps4"), for_ever=False))
    assert read(card("specimen"), cps, trust).protection.status is ProtectionStatus.READ
    chipdoc = "01A4040C088025000001FF0100"
    way = [chipdoc, "01A4040C07A0000001510000", "00A4040C088025000001FF0002", chipdoc]
    assert [one for one in seen if len(one) >= 8][:4] == way


def test_a_cps4_without_chipdoc(card: Cards, trust: TrustStore) -> None:
    with pytest.raises(ReadingError, match="ChipDoc: the card answered 6985") as caught:
        read(card("specimen"), Lost(card("cps4"), for_ever=True), trust)
    assert caught.value.code is ErrorCode.CARD_DATA_INVALID


def test_a_cps4_pulled_after_any_command(card: Cards, trust: TrustStore) -> None:
    cps, seen = traced(card("cps4"))
    read(card("specimen"), cps, trust)
    commands = sum(len(one) >= 8 for one in seen)
    assert commands > 10
    for after in range(commands):
        with pytest.raises(ReadingError) as caught:
            read(card("specimen"), PulledCard(card("cps4"), after), trust)
        assert caught.value.code is ErrorCode.CPS_REMOVED, after
        if caught.value.partial is not None:
            assert not any(each.couvertures for each in caught.value.partial.records.beneficiaires)


def test_a_vitale_1_is_read_like_the_later_card(card: Cards, trust: TrustStore) -> None:
    reading = read(card("vitale1"), card("cps"), trust)
    assert reading.profile == "vitale1"
    assert reading.atr == bytes.fromhex("3F65250052096A9000")
    assert len(reading.records.beneficiaires) == 19
    assert reading.anomalies == (), "what the card does not have, the certificate of Adèle, is nothing wrong"
    assert reading.protection.status is ProtectionStatus.READ


@pytest.mark.parametrize(
    ("name", "evidence"),
    [("cps2ter", "no key with a certificate"), ("cps3-contactless", "without contact a CPS3 takes no code")],
)
def test_cards_that_can_prove_nothing_to_a_vitale_get_no_code(
    card: Cards, trust: TrustStore, name: str, evidence: str
) -> None:
    cps, seen = traced(card(name))
    slots = InProcessReader("vitale", card("specimen")).connect(), InProcessReader("cps", cps).connect()
    with Reader.open(*slots, trust) as reader:
        with pytest.raises(ReadingError, match=evidence) as caught:
            reader.verify_pin("1234")
        assert caught.value.code is ErrorCode.CPS_UNSUITABLE
        protection = reader.read_vitale(ON).protection
    assert (protection.status, protection.code) == (ProtectionStatus.REFUSED, ErrorCode.CPS_UNSUITABLE)
    assert not [one for one in seen if len(one) >= 8], "it is told by its ATR, and left alone"
