"""Every fault of a professional card over a real pcscd: what our own reader says, and that the Vitale beside it is read."""

import pytest

from emulator.faults import FAULTS, Fault, fault
from emulator.readers import PrivatePcscd

from .pcsc_bench import Bench

pytestmark = pytest.mark.pcsc

CASES: dict[str, list[tuple[Fault, str]]] = {
    "removed": [(fault("removed"), "cps_removed"), (fault("removed", after=20), "cps_removed")],
    "removed_at_byte": [(fault("removed_at_byte", byte=0), "cps_removed"), (fault("removed_at_byte", byte=300), "")],
    "swapped": [(fault("swapped", after=10, card="cpe"), "cps_removed")],
    "torn_write": [(fault("torn_write"), "read")],
    "reader_unplugged": [(fault("reader_unplugged", after=10), "cps_removed")],  # over vpcd the card leaves
    "daemon_killed": [(fault("daemon_killed", after=10), "reader_unavailable")],
    "mute": [(fault("mute", at=10, seconds=0.2), "read"), (fault("mute", at=10, seconds=6), "cps_removed")],
    "no_answer": [(fault("no_answer", at=10), "cps_removed")],
    "slow": [(fault("slow", seconds=0.005), "read")],
    "wrong_sw": [(fault("wrong_sw", ins="A4", always=True), "")],
    "truncated": [(fault("truncated", bytes=99, ins="88"), "cps_removed")],
    "padded": [(fault("padded", ins="B0", always=True), "")],
    "in_pieces": [(fault("in_pieces"), "read")],
    "flipped_bit": [(fault("flipped_bit", ins="B0", at=2), "")],
    "atr_lost": [(fault("atr_lost"), "cps_unknown")],
    "wrong_atr": [(fault("wrong_atr"), "cps_unknown")],
    "pin_pad_cancel": [(fault("pin_pad_cancel"), "pin_missing")],
}
"""By name: faults, and the code that a reading ends with; "read" when the protected data were read, "" for any code of the table."""


def test_every_fault_has_a_case_here() -> None:
    assert CASES.keys() == FAULTS.keys()


@pytest.mark.parametrize(("one", "code"), [case for cases in CASES.values() for case in cases], ids=str)
def test_our_reader_over_pcscd(one: Fault, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with PrivatePcscd() as daemon:
        for name, value in daemon.environment.items():
            monkeypatch.setenv(name, value)
        patience_s = 3 if one.parameters.get("seconds", 0) == 6 else 30  # a short one where it is to run out
        found = Bench(daemon).read_protected(one, patience_s)
    assert found == code if code else found in set(FAULTS[one.name].cps) - {"read"}
