"""In-process readers inside pyscard: programs written with pyscard work with no daemon."""

import contextlib
import importlib
import sys
import time
from types import SimpleNamespace
from typing import Any

import pytest

from emulator.readers import InProcessReader, PulledCard, ReaderSetupError, pyscard_readers

ECHO = [0x00, 0xDA, 0x00, 0x00, 0x02, 0xCA, 0xFE]


def pyscard(module: str) -> Any:
    """A module of pyscard, without the types it does not have."""
    return importlib.import_module(f"smartcard.{module}")


VITALE = bytes.fromhex("3B751300004309EA9000")


def test_without_pyscard_the_way_to_get_it_is_said(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smartcard.CardRequest", None)
    monkeypatch.delitem(sys.modules, "emulator.readers._pyscard", raising=False)
    with pytest.raises(ReaderSetupError) as caught, pyscard_readers(InProcessReader(card=tiny())):
        pass
    assert caught.value.code == "pyscard_missing"
    assert "libpcsclite-dev" in caught.value.next_step


@pytest.mark.pcsc
def test_a_program_lists_the_readers_and_reads_the_card(tiny: Any) -> None:
    card = tiny(atr=VITALE)
    with pyscard_readers(InProcessReader("First", card), InProcessReader("Second")):
        first, second = pyscard("System").readers()
        assert [str(first), str(second)] == ["First", "Second"]
        with first.createConnection() as connection:
            connection.connect()
            assert bytes(connection.getATR()) == VITALE
            assert connection.getProtocol() == 1  # T=0
            assert connection.transmit(ECHO) == ([0xCA, 0xFE], 0x90, 0x00)
            connection.reconnect()
            assert connection.transmit(ECHO) == ([0xCA, 0xFE], 0x90, 0x00)
        assert card.log == ["on", bytes(ECHO).hex(), "reset", bytes(ECHO).hex(), "off"]


@pytest.mark.pcsc
def test_what_pyscard_listed_before_comes_back_also_after_an_error(tiny: Any) -> None:
    card_request = pyscard("CardRequest")
    factory = pyscard("reader.ReaderFactory").ReaderFactory
    before, request = list(factory.factorymethods), card_request.PCSCCardRequest
    with contextlib.suppress(KeyError), pyscard_readers(InProcessReader("First", tiny()), exclusive=False):
        assert len(factory.factorymethods) == len(before) + 1
        raise KeyError
    assert factory.factorymethods == before
    with pyscard_readers(InProcessReader("First", tiny())):
        assert len(factory.factorymethods) == 1
    assert factory.factorymethods == before
    assert card_request.PCSCCardRequest is request


@pytest.mark.pcsc
def test_failures_are_pyscards_own_exceptions(tiny: Any) -> None:
    with pyscard_readers(InProcessReader("Full", PulledCard(tiny(atr=VITALE), 1)), InProcessReader("Empty")):
        full, empty = (reader.createConnection() for reader in pyscard("System").readers())
        with pytest.raises(pyscard("Exceptions").NoCardException) as absent:
            empty.connect()
        assert absent.value.hresult == pyscard("scard").SCARD_E_NO_SMARTCARD
        with pytest.raises(pyscard("Exceptions").CardConnectionException, match="not connected"):
            full.transmit(ECHO)
        with pytest.raises(pyscard("Exceptions").CardConnectionException, match="protocol"):
            full.connect(2)  # T=1, which this card does not speak
        full.connect()
        full.transmit(ECHO)
        with pytest.raises(pyscard("Exceptions").CardConnectionException) as removed:
            full.transmit(ECHO)
        assert removed.value.hresult == pyscard("scard").SCARD_W_REMOVED_CARD


@pytest.mark.pcsc
def test_a_card_request_waits_for_a_card(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    card_request = pyscard("CardRequest").CardRequest
    slot = InProcessReader("Slot", tiny())
    with pyscard_readers(slot):
        service = card_request(timeout=1).waitforcard()
        service.connection.connect()
        assert service.connection.transmit(ECHO) == ([0xCA, 0xFE], 0x90, 0x00)
        with pytest.raises(pyscard("Exceptions").CardRequestTimeoutException):
            card_request(timeout=0.05, newcardonly=True).waitforcard()
        with pytest.raises(pyscard("Exceptions").CardRequestTimeoutException):
            card_request(timeout=0.05, cardType=pyscard("CardType").ATRCardType(list(VITALE))).waitforcard()
        slot.remove()
        assert card_request(timeout=0.05).waitforcardevent() == []

        def put_in_while_it_waits(_seconds: float) -> None:
            slot.insert(tiny(atr=VITALE))

        monkeypatch.setattr(
            "emulator.readers._pyscard.time", SimpleNamespace(monotonic=time.monotonic, sleep=put_in_while_it_waits)
        )
        (seen,) = card_request(timeout=600).waitforcardevent()
        assert bytes(seen.atr) == VITALE
