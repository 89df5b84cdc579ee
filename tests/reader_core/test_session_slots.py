"""Cards in whichever slot: used where they are, and never a code for a card that is not of the CPS family."""

from collections.abc import Callable
from datetime import date

import pytest

from emulator.readers import InProcessReader, PulledCard, TracedCard
from emulator.readers.sharing import ProgramConnection, SharedReader
from reader_core import ErrorCode, Reader, ReadingError, TrustStore
from reader_core.connections import PcscConnection, open_slots
from reader_core.iso7816 import Card
from reader_core.session import ProtectionStatus

ON = date(2026, 1, 15)
Cards = Callable[..., Card]


@pytest.mark.parametrize("cps", ["cps", "cps4"])
@pytest.mark.parametrize("code_first", [True, False])
def test_the_cards_in_each_others_slot_are_used_where_they_are(
    card: Cards, trust: TrustStore, cps: str, code_first: bool
) -> None:
    first, second = InProcessReader("1", card(cps)), InProcessReader("2", card("famille"))
    with Reader.open(first.connect(), second.connect(), trust) as reader:
        if not code_first:
            without = reader.read_vitale(ON)
            assert (without.protection.code, without.exchanged) == (ErrorCode.PIN_MISSING, True)
        reader.verify_pin("1234")
        reading = reader.read_vitale(ON)
        assert reading.protection.status is ProtectionStatus.READ
        assert reading.exchanged
        assert reading.records.assure.nir == "2840375999001"
        # They are put right: both have to be found again.
        first.remove()
        second.remove()
        first.insert(card("famille"))
        second.insert(card(cps))
        without_code = reader.read_vitale(ON)
        assert (without_code.protection.code, without_code.exchanged) == (ErrorCode.PIN_MISSING, False)
        assert reader.read_number() == without_code.pan
        reader.verify_pin("1234")
        right = reader.read_vitale(ON)
    assert right.protection.status is ProtectionStatus.READ
    assert not right.exchanged


def test_the_usual_order_is_not_said_to_be_another(card: Cards, trust: TrustStore) -> None:
    slots = InProcessReader("1", card("famille")).connect(), InProcessReader("2", card("cps")).connect()
    with Reader.open(*slots, trust) as reader:
        reader.verify_pin("1234")
        assert not reader.read_vitale(ON).exchanged


def test_a_vitale_alone_in_the_other_slot_is_read(card: Cards, trust: TrustStore) -> None:
    slots = InProcessReader("1").connect(), InProcessReader("2", card("famille")).connect()
    with Reader.open(*slots, trust) as reader:
        reading = reader.read_vitale(ON)
    assert (reading.protection.code, reading.exchanged) == (ErrorCode.CPS_ABSENT, True)


def test_a_professional_card_alone_in_the_other_slot_takes_its_code(card: Cards, trust: TrustStore) -> None:
    slots = InProcessReader("1", card("cps")).connect(), InProcessReader("2").connect()
    with Reader.open(*slots, trust) as reader:
        reader.verify_pin("1234")
        assert reader.look_at_professional()[0].porteur.nom == "VALBREUSE"
        with pytest.raises(ReadingError) as caught:
            reader.read_vitale(ON)
    assert caught.value.code is ErrorCode.VITALE_ABSENT


@pytest.mark.parametrize(
    ("first", "second", "vitale_code", "cps_code"),
    [
        ("cps", "cpe", "vitale_unknown", None),
        ("specimen", "mines", None, "cps_unknown"),
        ("cps", None, "vitale_unknown", "cps_absent"),
    ],
)
def test_two_cards_of_one_kind_are_said(
    card: Cards, trust: TrustStore, first: str, second: str | None, vitale_code: str | None, cps_code: str | None
) -> None:
    given = [InProcessReader("1", card(first)).connect()]
    given += [InProcessReader("2", card(second)).connect()] if second else []
    with Reader.open(*given, trust=trust) as reader:
        if cps_code is not None:
            with pytest.raises(ReadingError) as caught:
                reader.verify_pin("1234")
            assert caught.value.code == cps_code
        if vitale_code is None:
            reading = reader.read_vitale(ON)
            assert reading.protection.code == cps_code
            assert reading.records.assure.regime == "01", "the one in its own slot"
        else:
            with pytest.raises(ReadingError) as caught:
                reader.read_vitale(ON)
            assert caught.value.code == vitale_code


def test_no_code_goes_to_a_vitale(card: Cards, trust: TrustStore) -> None:
    seen: list[bytes] = []
    watched = TracedCard(card("specimen"), "v", lambda event: seen.append(event.command))
    slots = InProcessReader("1", card("mines")).connect(), InProcessReader("2", watched).connect()
    with Reader.open(*slots, trust) as reader, pytest.raises(ReadingError):
        reader.verify_pin("1234")
    assert not [one for one in seen if one[1:2] == b"\x20"]


def test_looking_for_the_vitale_does_not_disturb_a_code_that_was_given(card: Cards, trust: TrustStore) -> None:
    vitale = InProcessReader("1")
    with Reader.open(vitale.connect(), InProcessReader("2", card("cps")).connect(), trust) as reader:
        reader.verify_pin("1234")
        with pytest.raises(ReadingError) as caught:
            reader.read_vitale(ON)
        assert caught.value.code is ErrorCode.VITALE_ABSENT
        vitale.insert(card("famille"))
        assert reader.read_vitale(ON).protection.status is ProtectionStatus.READ


def test_cards_that_are_exchanged_in_the_middle(card: Cards, trust: TrustStore) -> None:
    """Both change places while the Vitale is being read: the reading ends, and the next one finds them."""
    one, two = InProcessReader("1", PulledCard(card("famille"), 30)), InProcessReader("2", card("cps"))
    with Reader.open(one.connect(), two.connect(), trust) as reader:
        reader.verify_pin("1234")
        with pytest.raises(ReadingError) as caught:
            reader.read_vitale(ON)
        assert caught.value.code is ErrorCode.VITALE_REMOVED
        two.remove()
        one.insert(card("cps"))
        two.insert(card("famille"))
        with pytest.raises(ReadingError) as caught:  # the code was given to a card that has left
            reader.read_vitale(ON)
        assert caught.value.code is ErrorCode.CPS_REMOVED
        assert reader.read_vitale(ON).protection.code is ErrorCode.PIN_MISSING
        reader.verify_pin("1234")
        assert reader.read_vitale(ON).protection.status is ProtectionStatus.READ


class Ours:
    """A connection of ours to a reader that other programs use, by the rules of PC/SC."""

    name = "shared"

    def __init__(self, shared: SharedReader) -> None:
        self._shared = shared
        self._program: ProgramConnection | None = None

    def power_on(self) -> bytes:
        self._program = self._shared.connect("shared")
        self._program.reconnect("shared", "unpower")
        return self._program.atr

    def reset(self) -> bytes:
        assert self._program is not None
        self._program.reconnect("shared", "reset")
        return self._program.atr

    def transmit(self, command: bytes) -> bytes:
        assert self._program is not None
        return self._program.transmit(command)

    def close(self) -> None: ...


def test_another_program_holds_a_card_exclusively(card: Cards, trust: TrustStore) -> None:
    for which in ("vitale", "cps"):
        readers = {"vitale": SharedReader(InProcessReader("v", card("famille")))}
        readers["cps"] = SharedReader(InProcessReader("c", card("cps")))
        readers[which].connect("exclusive")
        with Reader.open(Ours(readers["vitale"]), Ours(readers["cps"]), trust) as reader:
            if which == "vitale":
                with pytest.raises(ReadingError, match="another program has it to itself") as caught:
                    reader.read_vitale(ON)
                assert caught.value.code is ErrorCode.READER_UNAVAILABLE
            else:
                with pytest.raises(ReadingError, match="another program has it to itself") as caught:
                    reader.verify_pin("1234")
                assert caught.value.code is ErrorCode.READER_UNAVAILABLE
                reading = reader.read_vitale(ON)
                assert reading.protection.code is ErrorCode.READER_UNAVAILABLE
                assert "another program" in reading.protection.evidence
                assert reading.records.beneficiaires


def test_another_program_resets_a_card_between_the_code_and_the_reading(card: Cards, trust: TrustStore) -> None:
    shared = SharedReader(InProcessReader("c", card("cps")))
    with Reader.open(InProcessReader("v", card("famille")).connect(), Ours(shared), trust) as reader:
        reader.verify_pin("1234")
        shared.connect("shared").reconnect("shared", "reset")
        reading = reader.read_vitale(ON)
    assert reading.protection.code is ErrorCode.READER_UNAVAILABLE
    assert not any(each.couvertures for each in reading.records.beneficiaires)


def test_one_name_for_the_two_slots_of_a_reader() -> None:
    first, second = open_slots("pcsc:Some reader", "pcsc:Some reader")
    assert isinstance(first, PcscConnection)
    assert isinstance(second, PcscConnection)
    assert first is not second
    with pytest.raises(ValueError, match="is one slot, and cannot hold both cards"):
        open_slots("socket:127.0.0.1:9000", "socket:127.0.0.1:9000")
    with pytest.raises(ValueError, match="names no reader"):
        open_slots("pcsc:", "pcsc:")
