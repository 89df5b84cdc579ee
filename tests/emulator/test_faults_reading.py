"""What our own reader says for each fault, wherever in a reading it strikes, on the in-process reader."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from emulator.faults import FAULTS, Fault, fault
from emulator.image import build_card, load_image
from emulator.pki import revocation_list_paths, trusted_root_paths
from emulator.readers import InProcessReader
from reader_core import Reader, ReadingError, TrustStore, VitaleReading
from reader_core.session import ProtectionStatus

ON = date(2026, 1, 15)
SPECIMEN = load_image("specimen")
COMMANDS, CPS_COMMANDS = 72, 40  # a little more than what a reading takes


def read(one: Fault) -> VitaleReading:
    card = one.apply(build_card(SPECIMEN))
    with Reader.open(InProcessReader("Slot", card).connect()) as reader:
        return reader.read_vitale(ON)


def placed(name: str, strikes_not: set[str], commands: int, bytes_apart: int) -> Iterator[Fault]:
    """The fault at every command of a reading, or at many bytes of its answers; once where it cannot strike there."""
    words = {parameter.name for parameter in FAULTS[name].parameters} & {"at", "after", "byte"}
    more: dict[str, Any] = {"mute": {"seconds": 0}, "slow": {"seconds": 0}, "swapped": {"card": "famille"}}.get(
        name, {}
    )
    for number in range(commands if words and name not in strikes_not else 1):
        place = number * bytes_apart if "byte" in words else max(1, number) if "at" in words else number
        yield fault(name, number, **dict.fromkeys(words, place), **more)


@pytest.mark.parametrize("name", FAULTS)
def test_our_reader_gives_the_codes_of_the_table_and_believes_no_changed_answer(name: str) -> None:
    whole = read(fault("slow", seconds=0))
    seen: set[str] = set()
    for one in placed(name, {"mute", "torn_write", "pin_pad_cancel"}, COMMANDS, 28):
        try:
            reading = read(one)
        except ReadingError as error:
            seen.add(error.code)
            told = (error.message, error.next_step)
            assert all(told), one
        else:
            seen.add("read")
            # A bit that turns one letter into another cannot be noticed; everything else can.
            assert reading.anomalies or reading.records == whole.records or name == "flipped_bit", one
    only_over_pcsc = {"vitale_mute"} if name == "mute" else set[str]()
    assert seen - {"read"} == set(FAULTS[name].reader) - {"read"} - only_over_pcsc
    assert "read" in seen or name == "wrong_atr"


CPS = load_image("cps")


@pytest.mark.parametrize("name", FAULTS)
def test_our_reader_gives_the_codes_of_the_table_for_a_professional_card(name: str) -> None:
    trust = TrustStore.from_files(trusted_root_paths(), revocation_list_paths())
    seen: set[str] = set()
    for one in placed(name, {"mute", "torn_write", "pin_pad_cancel"}, CPS_COMMANDS, 100):
        vitale = InProcessReader("Vitale", build_card(SPECIMEN)).connect()
        cps = InProcessReader("Professional", one.apply(build_card(CPS))).connect()
        try:
            with Reader.open(vitale, cps, trust) as reader:
                reader.verify_pin("1234")
                protection = reader.read_vitale(ON).protection
        except ReadingError as error:
            seen.add(error.code)
        else:
            seen.add(protection.code or "read")
            assert (protection.code is None) == (protection.status is ProtectionStatus.READ), one
    only_over_pcsc = {"cps_removed"} if name == "mute" else set[str]()
    assert seen - {"read"} == set(FAULTS[name].cps) - {"read"} - only_over_pcsc
