"""What a professional card says of its holder's work: the values of the image `cps`, written out by hand."""

from collections.abc import Callable
from datetime import date

import pytest

from emulator.readers import InProcessReader
from reader_core import ErrorCode, Reader, ReadingError, TrustStore, VitaleReading
from reader_core.iso7816 import Card
from reader_core.layouts.codec import Entry, encode
from reader_core.layouts.cps2ter import SITUATIONS
from reader_core.records.cps_situations import ProfessionCps, SituationCps
from reader_core.session import Professional, ProtectionStatus

ON = date(2026, 1, 15)
OWN_PRACTICE = SituationCps(
    numero_logique="1",
    mode_exercice="00",
    statut="1",
    secteur="31",
    type_structure="4",
    numero_structure="99799900010018",
    cle_structure="",
    raison_sociale="CABINET MEDICAL DU TILLEUL FICTIF",
    numero_facturation="99900001",
    cle_facturation="1",
    code_conventionnel="1",
    specialite="01",
    zone_tarifaire="24",
    zone_ik="1",
    agrement1="00",
    agrement2="00",
    agrement3="00",
    habilitation_signature="1",
    habilitation_lot="1",
)

Cards = Callable[..., Card]


def read(vitale: Card, cps: Card, trust: TrustStore, pin: str | None = "1234") -> VitaleReading:
    slots = [InProcessReader("slot", card).connect() for card in (vitale, cps)]
    with Reader.open(slots[0], slots[1], trust) as reader:
        if pin is not None:
            reader.verify_pin(pin)
        return reader.read_vitale(ON)


def professional(reading: VitaleReading) -> Professional:
    assert reading.professional is not None
    return reading.professional


@pytest.mark.parametrize("name", ["cps", "cps4"])
def test_profession_and_situations_of_a_physician(card: Cards, trust: TrustStore, name: str) -> None:
    found = professional(read(card("specimen"), card(name), trust))
    assert found.profession == ProfessionCps("10", "", "fr")
    assert found.situations is not None
    assert [each.numero_logique for each in found.situations] == ["1", "2", "4"]
    assert found.situations[0] == OWN_PRACTICE
    locum = found.situations[2]
    assert (locum.mode_exercice, locum.numero_remplacant, locum.cle_remplacant) == ("04", "99900001", "1")
    assert found.anomalies == ()


@pytest.mark.parametrize(("name", "future"), [("cpf", "10"), ("cpe", ""), ("cde", "")])
def test_the_other_cards_that_open_the_protected_data(card: Cards, trust: TrustStore, name: str, future: str) -> None:
    found = professional(read(card("specimen"), card(name), trust))
    assert found.profession is not None
    assert (found.profession.profession, found.profession.future_profession) == ("", future)
    assert found.situations is not None
    assert [each.secteur for each in found.situations] == ["10"]


def test_nothing_before_the_code(card: Cards, trust: TrustStore) -> None:
    found = professional(read(card("specimen"), card("cps"), trust, pin=None))
    assert (found.profession, found.situations) == (None, None)


def test_a_card_that_is_refused_is_not_asked(card: Cards, trust: TrustStore) -> None:
    reading = read(card("specimen"), card("cpa"), trust)
    assert reading.protection.code is ErrorCode.CPS_NOT_ENTITLED
    assert professional(reading).situations is None


def test_a_wrong_code_forgets_what_the_good_one_opened(card: Cards, trust: TrustStore) -> None:
    slots = [InProcessReader("slot", card(name)).connect() for name in ("specimen", "cps")]
    with Reader.open(slots[0], slots[1], trust) as reader:
        reader.verify_pin("1234")
        assert professional(reader.read_vitale(ON)).situations
        with pytest.raises(ReadingError, match="63C2"):
            reader.verify_pin("4321")
        refused = reader.read_vitale(ON)
    assert refused.protection.code is ErrorCode.PIN_WRONG
    assert professional(refused).situations is None


def test_another_professional_never_gets_the_first_ones_work(card: Cards, trust: TrustStore) -> None:
    slot = InProcessReader("cps", card("cps"))
    with Reader.open(InProcessReader("vitale", card("specimen")).connect(), slot.connect(), trust) as reader:
        reader.verify_pin("1234")
        assert professional(reader.read_vitale(ON)).porteur.nom == "VALBREUSE"
        slot.remove()
        slot.insert(card("cpe"))
        other = reader.read_vitale(ON)
    assert other.protection.code is ErrorCode.PIN_MISSING
    found = professional(other)
    assert (found.porteur.nom, found.profession, found.situations) == ("SORLINGE", None, None)


def test_the_second_reading_does_not_ask_again(card: Cards, trust: TrustStore) -> None:
    slots = [InProcessReader("slot", card(name)).connect() for name in ("specimen", "cps")]
    with Reader.open(slots[0], slots[1], trust) as reader:
        reader.verify_pin("1234")
        first, second = reader.read_vitale(ON), reader.read_vitale(ON)
    assert professional(first) is professional(second)


class OtherVolume:
    """A CPS3 whose file 7F01/4000 has other content, or that has no class A0 at all."""

    def __init__(self, inside: Card, content: bytes | None) -> None:
        self._inside, self._content, self._selected = inside, content, False

    @property
    def atr(self) -> bytes:
        return self._inside.atr

    def power_on(self) -> bytes:
        return self._inside.power_on()

    def reset(self) -> bytes:
        return self._inside.reset()

    def power_off(self) -> None:
        self._inside.power_off()

    def transmit(self, command: bytes) -> bytes:
        if command[0] != 0xA0:
            return self._inside.transmit(command)
        if self._content is None:
            return bytes.fromhex("6E00")
        if command[1] == 0xA4:
            self._selected = command[5:] == bytes.fromhex("4000")
        if command[1] != 0xB0 or not self._selected:
            return self._inside.transmit(command)
        offset, length = int.from_bytes(command[2:4]), command[4] or 256
        found = self._content[offset : offset + length]
        if not found:
            return bytes.fromhex("9402")
        return found + bytes.fromhex("9000") if len(found) == length else bytes([0x6C, len(found)])


@pytest.mark.parametrize(("content", "offset"), [("E405 800131", 5), ("E402 8105", 4), ("FF01", 2)])
def test_a_file_that_cannot_be_understood_is_an_anomaly_of_the_professional_card(
    card: Cards, trust: TrustStore, content: str, offset: int
) -> None:
    reading = read(card("specimen"), OtherVolume(card("cps"), bytes.fromhex(content)), trust)
    assert reading.protection.status is ProtectionStatus.READ, "the Vitale's data do not depend on it"
    found = professional(reading)
    assert found.profession == ProfessionCps("10", "", "fr")
    assert found.situations is None
    assert [(each.file, each.offset) for each in found.anomalies] == [("CPS2SITF", offset)]


@pytest.mark.parametrize("copies", [3, 4])
def test_a_long_file_is_read_to_its_end(card: Cards, trust: TrustStore, copies: int) -> None:
    padding = 256 // 4 - len(encode(SITUATIONS, [Entry(SituationCps())]))
    situation = SituationCps(raison_sociale="X" * padding)
    content = encode(SITUATIONS, [Entry(situation)] * copies)
    assert len(content) == copies * 64, "four of them end exactly where a step does"
    found = professional(read(card("specimen"), OtherVolume(card("cps"), content), trust))
    assert found.situations == (situation,) * copies


def test_a_card_without_a_business_volume(card: Cards, trust: TrustStore) -> None:
    reading = read(card("specimen"), OtherVolume(card("cps"), None), trust)
    assert reading.protection.status is ProtectionStatus.READ
    found = professional(reading)
    assert (found.profession, found.situations, found.anomalies) == (None, None, ())
