"""Many slots under one daemon, and cards that come and go while others stay."""

import os
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from emulator.readers import PrivatePcscd, VpcdSlot
from emulator.readers.configuration import check_slots, slot_ports, write_configuration
from emulator.readers.pcscd_client import PcscdClient

ECHO = "00DA000002CAFE"


def atr(number: int) -> bytes:
    """An ATR of its own for each slot: TS, T0 that announces two historical bytes, those."""
    return bytes((0x3B, 0x02, 0x14, number))


def present(daemon: PrivatePcscd) -> dict[str, bytes]:
    """What pcscd itself says is in its readers."""
    with PcscdClient(daemon.environment["PCSCLITE_CSOCK_NAME"]) as client:
        return {state.name: state.atr for state in client.states() if state.present}


@pytest.mark.parametrize("slots", [-2, 0, 1, 3, 15, 17, 18])
def test_a_number_of_slots_that_vpcd_cannot_have_is_refused(slots: int) -> None:
    with pytest.raises(ValueError, match=f"from 2 to 16, not {slots}"):
        check_slots(slots)


@pytest.mark.pcsc
def test_more_cards_than_slots_are_refused_before_anything_starts(tiny: Any) -> None:
    with pytest.raises(ValueError, match="5 cards do not fit into 4 slots"):
        PrivatePcscd([tiny() for _ in range(5)], slots=4)


def test_every_pair_of_slots_has_a_library_of_its_own(tmp_path: Path) -> None:
    library = tmp_path / "libifdvpcd.so"
    library.write_bytes(b"driver")
    config = write_configuration(tmp_path, library, 30000, 6)
    lines = (config / "vpcd").read_text().splitlines()
    copies = [Path(line.split()[1]) for line in lines if line.startswith("LIBPATH")]
    assert len({copy.stat().st_ino for copy in [*copies, library]}) == 4  # links would share one driver's memory
    assert all(copy.read_bytes() == b"driver" for copy in copies)
    assert [line.split(":")[1] for line in lines if line.startswith("DEVICENAME")] == ["0x7530", "0x7532", "0x7534"]
    assert [path.name for path in config.iterdir()] == ["vpcd"]  # pcscd would read a library as configuration


def test_names_are_paired_with_ports_whatever_their_order() -> None:
    names = ["Virtual PCD 3 00 01", "Gemalto PC Twin 00 00", "Virtual PCD 00 00", "Virtual PCD 2 00 00"]
    assert slot_ports(names, 1000, 6) == [
        ("Virtual PCD 00 00", 1000),
        ("Virtual PCD 2 00 00", 1002),
        ("Virtual PCD 3 00 01", 1005),
    ]


@pytest.mark.pcsc
@pytest.mark.parametrize(("slots", "isolated"), [(4, False), (16, True)])
def test_every_slot_shows_its_own_card(tiny: Any, slots: int, isolated: bool) -> None:
    cards = [tiny(atr=atr(number)) for number in range(slots)]
    with PrivatePcscd(cards, slots=slots, isolated=isolated) as daemon:
        names = [slot.name for slot in daemon.slots]
        assert names[:4] == ["Virtual PCD 00 00", "Virtual PCD 00 01", "Virtual PCD 2 00 00", "Virtual PCD 2 00 01"]
        assert names[15:] == ["Virtual PCD 8 00 01"][: slots // 16]
        assert [slot.port - daemon.slots[0].port for slot in daemon.slots] == list(range(slots))
        assert present(daemon) == {name: atr(number) for number, name in enumerate(names)}
        environment = os.environ | {"LC_ALL": "C"} | daemon.environment
        programs = [
            subprocess.Popen(
                ["opensc-tool", "-r", name, "-c", "default", "-s", ECHO],
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
            )
            for name in names
        ]
        for program in programs:
            said, _ = program.communicate(timeout=120)
            assert "CA FE" in said
    for card in cards:
        assert card.log.count(ECHO.lower()) == 1
        assert card.powered is False


@pytest.mark.pcsc
def test_cards_are_pulled_and_put_in_while_the_others_stay(tiny: Any) -> None:
    cards = [tiny(atr=atr(number)) for number in range(4)]
    with PrivatePcscd(cards, slots=4) as daemon:
        before = present(daemon)
        moved = (daemon.slots[1], daemon.slots[3])
        _at_once([slot.remove for slot in moved])
        assert set(before) - set(present(daemon)) == {slot.name for slot in moved}
        cards_on = [cards[0].log.count("on"), cards[2].log.count("on")]

        def put(slot: VpcdSlot, number: int) -> None:
            slot.insert(tiny(atr=atr(number)))

        _at_once([lambda: put(moved[0], 0x21), lambda: put(moved[1], 0x23)])
        assert present(daemon) == before | {moved[0].name: atr(0x21), moved[1].name: atr(0x23)}
        assert [cards[0].log.count("on"), cards[2].log.count("on")] == cards_on


def _at_once(calls: list[Any]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
