"""Whole readings over a real pcscd: slots in either order, one reader with two slots, other programs, cards that hang or change."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from waiting import limit

from emulator.cps4 import CPS4_ATRS
from emulator.faults import FaultyCard, fault
from emulator.image import build_card, load_image, patch_image
from emulator.readers import PrivatePcscd
from reader_core import ErrorCode, Reader, ReadingError, TrustStore, VitaleReading
from reader_core.iso7816 import Card
from reader_core.session import ProtectionStatus

pytestmark = pytest.mark.pcsc

ON = date(2026, 1, 15)
Cards = Callable[..., Card]


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivatePcscd]:
    with PrivatePcscd() as started:
        for name, value in started.environment.items():
            monkeypatch.setenv(name, value)
        yield started


def refused(reader: Reader) -> ReadingError:
    with pytest.raises(ReadingError) as caught:
        reader.read_vitale(ON)
    return caught.value


@pytest.mark.parametrize("order", [("famille", "cps"), ("cps", "famille"), ("cps4", "vitale1")])
def test_one_reader_with_two_slots_in_either_order(
    daemon: PrivatePcscd, card: Cards, trust: TrustStore, order: tuple[str, str]
) -> None:
    for slot, name in zip(daemon.slots, order, strict=True):
        slot.insert(card(name))
    with Reader.open("pcsc:Virtual PCD", "pcsc:Virtual PCD", trust) as reader:
        reader.verify_pin("1234")
        reading = reader.read_vitale(ON)
    assert reading.protection.status is ProtectionStatus.READ
    assert reading.exchanged == order[0].startswith("cps")


@pytest.mark.parametrize("atr", [CPS4_ATRS[0], CPS4_ATRS[2]], ids=["T=1", "T=0"])
def test_both_protocols(daemon: PrivatePcscd, card: Cards, trust: TrustStore, atr: str) -> None:
    """The Vitale speaks T=0; the CPS4 offers T=1, or T=0 alone."""
    daemon.slots[0].insert(card("famille"))
    daemon.slots[1].insert(build_card(patch_image(load_image("cps4"), {"atr": atr})))
    with Reader.open(daemon.slots[0].address, daemon.slots[1].address, trust) as reader:
        reader.verify_pin("1234")
        reading = reader.read_vitale(ON)
    assert reading.protection.status is ProtectionStatus.READ
    assert reading.professional is not None
    assert [each.numero_logique for each in reading.professional.situations or ()] == ["1", "2", "4"]


HOLD = """
import sys
from smartcard import scard
_, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
result = scard.SCardConnect(context, sys.argv[1], scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0)
print(result[0], flush=True)
sys.stdin.readline()
scard.SCardDisconnect(result[1], scard.SCARD_LEAVE_CARD)
scard.SCardReleaseContext(context)
"""


@contextmanager
def held(name: str) -> Generator[None]:
    """Another program has the card in a reader to itself."""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "0\n"
        yield
        other.communicate(timeout=60)  # it lets the card go, and ends: pcscd would notice a killed one a moment later
    finally:
        other.kill()
        other.communicate()


def test_another_program_holds_a_card_exclusively(daemon: PrivatePcscd, card: Cards, trust: TrustStore) -> None:
    daemon.slots[0].insert(card("famille"))
    daemon.slots[1].insert(card("cps"))
    with Reader.open(daemon.slots[0].address, daemon.slots[1].address, trust) as reader:
        with held(daemon.slots[0].name):
            error = refused(reader)
        assert error.code is ErrorCode.READER_UNAVAILABLE
        assert "another program holds the card" in error.evidence
        with held(daemon.slots[1].name):
            with pytest.raises(ReadingError, match="another program holds the card") as caught:
                reader.verify_pin("1234")
            assert caught.value.code is ErrorCode.READER_UNAVAILABLE
            reading = reader.read_vitale(ON)
            assert reading.protection.code is ErrorCode.READER_UNAVAILABLE
            assert len(reading.records.beneficiaires) == 5
        reader.verify_pin("1234")
        assert reader.read_vitale(ON).protection.status is ProtectionStatus.READ


def test_the_professional_card_is_exchanged_between_its_code_and_the_reading(
    daemon: PrivatePcscd, card: Cards, trust: TrustStore
) -> None:
    daemon.slots[0].insert(card("famille"))
    daemon.slots[1].insert(card("cps"))
    with Reader.open(daemon.slots[0].address, daemon.slots[1].address, trust) as reader:
        reader.verify_pin("1234")
        daemon.slots[1].remove()
        daemon.slots[1].insert(card("cpf"))
        error = refused(reader)
        assert error.code is ErrorCode.CPS_REMOVED
        assert error.partial is not None
        assert error.partial.professional is None
        after = reader.read_vitale(ON)
    assert after.protection.code is ErrorCode.PIN_MISSING
    assert after.professional is not None
    assert after.professional.porteur.nom == "QUERMOND"
    assert after.professional.situations is None


def test_the_vitale_is_exchanged_while_it_is_read(daemon: PrivatePcscd, card: Cards, trust: TrustStore) -> None:
    daemon.slots[0].insert(FaultyCard(card("famille"), fault("swapped", after=40, card="mines")))
    with Reader.open(daemon.slots[0].address, trust=trust) as reader:
        error = refused(reader)
        assert error.code in {ErrorCode.VITALE_CHANGED, ErrorCode.VITALE_REMOVED}
        assert error.partial is None or error.partial.records.assure.nir in {"", "2840375999001"}
        assert read_once_it_is_there(reader).records.assure.regime == "07"


def read_once_it_is_there(reader: Reader) -> VitaleReading:
    """Read again until pcscd, which looks at a slot every 0.4 s, has seen the next card."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return reader.read_vitale(ON)
        except ReadingError as waiting:
            if waiting.code not in {ErrorCode.VITALE_ABSENT, ErrorCode.VITALE_REMOVED} or time.monotonic() > deadline:
                raise
        time.sleep(0.1)


@pytest.mark.parametrize("which", ["vitale", "cps"])
def test_a_card_that_hangs_is_given_up(daemon: PrivatePcscd, card: Cards, trust: TrustStore, which: str) -> None:
    cards = {"vitale": card("specimen"), "cps": card("cps")}
    cards[which] = FaultyCard(cards[which], fault("mute", at=8, seconds=600))
    daemon.slots[0].insert(cards["vitale"])
    daemon.slots[1].insert(cards["cps"])
    with Reader.open(daemon.slots[0].address, daemon.slots[1].address, trust, timeout_s=60) as reader:
        if which == "vitale":
            reader.verify_pin("1234")
        for connection in vars(reader)["_owned"]:
            connection.readers()  # the process that talks to pcscd has started: only the card's answers are limited
            limit(connection, 3)
        with pytest.raises(ReadingError) as caught:
            reader.read_vitale(ON) if which == "vitale" else reader.verify_pin("1234")
        assert caught.value.code == ("vitale_mute" if which == "vitale" else "cps_removed")
        assert "no answer in 3 s" in caught.value.evidence, "the card would not have come to itself"
