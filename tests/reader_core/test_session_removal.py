"""A card pulled at every possible moment: the right code, and nothing that was known is lost."""

from collections.abc import Callable
from datetime import date

import pytest

from emulator.readers import InProcessReader, PulledCard
from reader_core import ErrorCode, Reader, ReadingError, TrustStore, VitaleReading
from reader_core.iso7816 import Card, CardMuteError, CardResetError, Connection, ShortAnswerError, TransportError
from reader_core.session import ProtectionStatus

ON = date(2026, 1, 15)
Cards = Callable[..., Card]
Slots = Callable[[Card | None], InProcessReader]


class Counted:
    """A connection that counts commands, and raises something instead of answering one of them."""

    def __init__(self, inner: Connection, fail_at: int | None = None, error: TransportError | None = None) -> None:
        self._inner, self._fail_at, self._error = inner, fail_at, error
        self.commands = 0

    @property
    def name(self) -> str:
        return self._inner.name

    def power_on(self) -> bytes:
        return self._inner.power_on()

    def reset(self) -> bytes:
        return self._inner.reset()

    def transmit(self, command: bytes) -> bytes:
        self.commands += 1
        if self.commands - 1 == self._fail_at and self._error is not None:
            raise self._error
        return self._inner.transmit(command)

    def close(self) -> None:
        self._inner.close()


def read(vitale: Connection, cps: Connection, trust: TrustStore) -> VitaleReading:
    with Reader.open(vitale, cps, trust) as reader:
        reader.verify_pin("1234")
        return reader.read_vitale(ON)


@pytest.fixture
def lengths(card: Cards, slot: Slots, trust: TrustStore) -> tuple[int, int]:
    """How many commands each card answers in a whole reading."""
    vitale, cps = Counted(slot(card("specimen")).connect()), Counted(slot(card("cps")).connect())
    read(vitale, cps, trust)
    return vitale.commands, cps.commands


def test_a_vitale_pulled_after_any_command(
    card: Cards, slot: Slots, trust: TrustStore, lengths: tuple[int, int]
) -> None:
    known: list[int] = []
    for after in range(lengths[0]):
        with pytest.raises(ReadingError) as caught:
            read(slot(PulledCard(card("specimen"), after)).connect(), slot(card("cps")).connect(), trust)
        error = caught.value
        assert error.code is ErrorCode.VITALE_REMOVED, after
        assert error.partial is not None
        assert error.partial.protection.status is ProtectionStatus.WITHHELD
        assert error.partial.protection.code is ErrorCode.VITALE_REMOVED
        holders = error.partial.records.beneficiaires
        known.append(len(holders) + bool(error.partial.records.assure.nir) + bool(error.partial.pan))
    assert known == sorted(known), "what is known only grows"
    assert (known[0], known[-1]) == (0, 3)
    whole = read(slot(PulledCard(card("specimen"), lengths[0])).connect(), slot(card("cps")).connect(), trust)
    assert whole.protection.status is ProtectionStatus.READ


def test_a_cps_pulled_after_any_command(card: Cards, slot: Slots, trust: TrustStore, lengths: tuple[int, int]) -> None:
    with_partial = 0
    for after in range(lengths[1]):
        with pytest.raises(ReadingError) as caught:
            read(slot(card("specimen")).connect(), slot(PulledCard(card("cps"), after)).connect(), trust)
        assert caught.value.code is ErrorCode.CPS_REMOVED, after
        if caught.value.partial is not None:
            with_partial += 1
            (holder,) = caught.value.partial.records.beneficiaires
            assert holder.beneficiaire.nom_usuel == "SPECIMEN"
            assert not holder.couvertures
    assert with_partial == 12, (
        "the key, which shows that the card is still there, nine steps of the volume, the signature"
    )


def test_a_removal_then_a_new_try(card: Cards, slot: Slots, trust: TrustStore) -> None:
    cps = slot(card("cps"))
    with Reader.open(slot(card("specimen")).connect(), cps.connect(), trust) as reader:
        reader.verify_pin("1234")
        cps.remove()
        with pytest.raises(ReadingError, match="between its code and the reading") as caught:
            reader.read_vitale(ON)
        assert caught.value.code is ErrorCode.CPS_REMOVED
        assert reader.read_vitale(ON).protection.code is ErrorCode.CPS_ABSENT
        cps.insert(card("cps"))
        assert reader.read_vitale(ON).protection.code is ErrorCode.PIN_MISSING
        reader.verify_pin("1234")
        assert reader.read_vitale(ON).protection.status is ProtectionStatus.READ


class Swapping:
    """A connection on which the card becomes another one in the middle of a reading."""

    name = "swapping"

    def __init__(self, reader: InProcessReader, other: Card, after: int) -> None:
        self._reader, self._inner, self._other, self._left = reader, reader.connect(), other, after

    def power_on(self) -> bytes:
        return self._inner.power_on()

    def reset(self) -> bytes:
        return self._inner.reset()

    def transmit(self, command: bytes) -> bytes:
        self._left -= 1
        if self._left == 0:
            self._reader.remove()
            self._reader.insert(self._other)
        return self._inner.transmit(command)

    def close(self) -> None: ...


@pytest.mark.parametrize(
    ("other", "code"), [("mines", "vitale_changed"), ("specimen", "vitale_removed"), ("cps", "vitale_removed")]
)
def test_another_card_in_the_middle_of_a_reading(card: Cards, slot: Slots, other: str, code: str) -> None:
    with (
        Reader.open(Swapping(slot(card("specimen")), card(other), 20)) as reader,
        pytest.raises(ReadingError) as caught,
    ):
        reader.read_vitale(ON)
    assert caught.value.code == code
    assert caught.value.partial is not None
    assert caught.value.partial.pan.startswith("802500000200000101"), "it says whose data these are"


@pytest.mark.parametrize(
    ("error", "vitale_code", "cps_code"),
    [
        (ShortAnswerError("slot", b"\x90"), "vitale_removed", "cps_removed"),
        (CardMuteError("slot"), "vitale_mute", "cps_removed"),
        (CardResetError("slot"), "reader_unavailable", "reader_unavailable"),
    ],
)
def test_other_ways_to_lose_a_card(
    card: Cards, slot: Slots, trust: TrustStore, error: TransportError, vitale_code: str, cps_code: str
) -> None:
    with pytest.raises(ReadingError) as caught:
        read(Counted(slot(card("specimen")).connect(), 20, error), slot(card("cps")).connect(), trust)
    assert caught.value.code == vitale_code
    with pytest.raises(ReadingError) as caught:
        read(slot(card("specimen")).connect(), Counted(slot(card("cps")).connect(), 5, error), trust)
    assert caught.value.code == cps_code


def test_mute_at_power_on(scripted: Callable[..., Connection], card: Cards, slot: Slots) -> None:
    class Mute(Counted):
        def power_on(self) -> bytes:
            raise CardMuteError(self.name)

    with Reader.open(Mute(scripted())) as reader, pytest.raises(ReadingError) as caught:
        reader.read_vitale(ON)
    assert caught.value.code is ErrorCode.VITALE_MUTE
    with Reader.open(slot(card("specimen")).connect(), Mute(scripted())) as reader:
        assert reader.read_vitale(ON).protection.code is ErrorCode.CPS_UNKNOWN
