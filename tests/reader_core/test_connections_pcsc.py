"""PC/SC without PC/SC: what the connection makes of result codes, hangs and crashes of the process that does the calls."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reader_core.connections import PcscConnection, Presence, pcsc, pcsc_readers
from reader_core.connections.pcsc_process import WORKER_COMMAND, PcscProcess, ProcessLostError
from reader_core.iso7816 import (
    CardAbsentError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    ReaderUnavailableError,
    ShortAnswerError,
    TransportError,
)

ATR = "3b751300004509ea9000"
SELECT = bytes.fromhex("00A4000C023F00")
READER = "Reader A 00 00"
PRESENT, EMPTY = "00010022", "00020010"

# A worker that answers from a table: for each operation a list of [code, hexadecimal payload], "hang" or "die"; the
# last one repeats. It writes what it was asked to a file.
FAKE = """
import json, sys, time
table, log = json.loads(sys.argv[1]), open(sys.argv[2], "a")
while len(head := sys.stdin.buffer.read(5)) == 5:
    payload = sys.stdin.buffer.read(int.from_bytes(head[1:], "big"))
    operation = head[:1].decode()
    log.write(operation + " " + payload.hex() + "\\n"); log.flush()
    replies = table[operation]
    reply = replies.pop(0) if len(replies) > 1 else replies[0]
    if reply == "hang": time.sleep(600)
    if reply == "die": sys.exit("the driver crashed")
    answer = bytes.fromhex(reply[1])
    sys.stdout.buffer.write(reply[0].to_bytes(4, "big") + len(answer).to_bytes(4, "big") + answer)
    sys.stdout.buffer.flush()
"""

Reply = list[object] | str
OK: Reply = [0, ""]
USUAL: dict[str, list[Reply]] = {
    "L": [[0, b"Reader A 00 00\nReader A 00 01\nOther".hex()]],
    "D": [OK],
    "S": [[0, PRESENT]],
    "C": [OK],
    "B": [OK],
    "U": [[0, "00" + ATR]],
    "R": [[0, "00" + ATR]],
    "T": [[0, "9000"]],
}
Connect = Callable[..., PcscConnection]


@pytest.fixture
def asked(tmp_path: Path) -> Callable[[], list[str]]:
    def lines() -> list[str]:
        return (tmp_path / "log").read_text().splitlines()

    return lines


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Connect]:
    made: list[PcscConnection] = []

    def make(name: str = READER, timeout_s: float = 30.0, **changes: list[Reply]) -> PcscConnection:
        table = json.dumps(USUAL | changes)
        command = [sys.executable, "-I", "-S", "-u", "-c", FAKE, table, str(tmp_path / "log")]
        made.append(PcscConnection(name, timeout_s, lambda: PcscProcess(command)))
        return made[-1]

    yield make
    for connection in made:
        connection.close()


def test_a_reading_is_cold_alone_and_leaves_the_card_reset(connect: Connect, asked: Callable[[], list[str]]) -> None:
    card = connect()
    assert card.power_on().hex() == ATR
    assert card.transmit(SELECT) == b"\x90\x00"
    assert card.reset().hex() == ATR
    card.close()
    name = READER.encode().hex()
    sent = SELECT.hex()
    assert asked() == ["L ", "D ", f"S {name}", f"C {name}", "B ", "U ", f"T {sent}", "R ", "D "]


@pytest.mark.parametrize(
    ("protocol", "command", "sent"),
    [
        ("00", "00A40400023F0000", "00a40400023f00"),  # T=0, case 4: the Le stays behind
        ("01", "00A40400023F0000", "00a40400023f0000"),
        ("00", "00B0000000", "00b0000000"),
        ("00", "00A4040002", "00a4040002"),
        ("00", "00A4040002FF", "00a4040002ff"),  # malformed: not ours to mend
        ("00", "00880000000002AABB0000", "00880000000002aabb0000"),
    ],
)
def test_the_command_has_the_form_of_the_protocol(
    connect: Connect, asked: Callable[[], list[str]], protocol: str, command: str, sent: str
) -> None:
    card = connect(U=[[0, protocol + ATR]])
    card.power_on()
    card.transmit(bytes.fromhex(command))
    assert asked()[-1] == f"T {sent}"


def test_a_look_at_the_slot_touches_no_card(connect: Connect, asked: Callable[[], list[str]]) -> None:
    """The upper half of the state word counts insertions and removals (PC/SC part 5, dwEventState)."""
    connection = connect(S=[[0, "00030022"], [0, "00040010"]])
    assert connection.presence() == Presence(present=True, mark=3)
    assert connection.presence() == Presence(present=False, mark=4)
    assert [line[0] for line in asked()] == ["L", "S", "L", "S"]


@pytest.mark.parametrize(
    "table",
    [{"L": [[0x8010001D, ""]]}, {"S": [[0x80100009, ""]]}, {"S": ["die"]}],
    ids=["service-gone", "reader-unplugged", "worker-dies"],
)
def test_a_reader_that_is_gone_is_looked_for_by_a_new_process(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, table: dict[str, list[Reply]]
) -> None:
    """A service that was restarted knows nothing of the contexts of before."""
    working = connect()
    connection = connect(**table)
    with pytest.raises(ReaderUnavailableError):
        connection.presence()
    monkeypatch.setattr(connection, "_start", vars(working)["_start"])
    assert connection.presence() == Presence(present=True, mark=1)


@pytest.mark.parametrize(
    ("name", "whole"), [("Other", "Other"), ("Oth", "Other"), ("Reader A 00 01", "Reader A 00 01")]
)
def test_a_name_may_be_the_beginning_of_one_readers_name(connect: Connect, name: str, whole: str) -> None:
    card = connect(name)
    card.power_on()
    assert card.name == whole


@pytest.mark.parametrize(("slot", "whole"), [(0, "Reader A 00 00"), (1, "Reader A 00 01")])
def test_one_name_for_the_two_slots_of_a_reader(connect: Connect, slot: int, whole: str) -> None:
    card = connect("Reader A", L=[[0, b"Reader A 00 01\nReader A 00 00\nOther".hex()]])
    card.take_slot(slot)
    card.power_on()
    assert card.name == whole
    card.power_on()
    assert card.name == whole, "it stays where it is"


@pytest.mark.parametrize(
    ("name", "readers", "said"),
    [
        ("Other", USUAL["L"], "one slot only: 'Other'"),
        ("Reader A 00 00", USUAL["L"], "one slot only: 'Reader A 00 00'"),
        ("Nobody", USUAL["L"], "no such reader"),
        ("R", [[0, b"R1\nR2\nR3".hex()]], "several readers: 'R1', 'R2', 'R3'"),
    ],
)
def test_a_name_that_has_not_two_slots_is_told(connect: Connect, name: str, readers: list[Reply], said: str) -> None:
    card = connect(name, L=readers)
    card.take_slot(0)
    with pytest.raises(ReaderUnavailableError, match=said):
        card.power_on()


@pytest.mark.parametrize(
    ("name", "readers", "said"),
    [
        ("Reader", USUAL["L"], "several readers: 'Reader A 00 00', 'Reader A 00 01'"),
        ("Nobody", USUAL["L"], "no such reader; there are: 'Reader A 00 00', 'Reader A 00 01', 'Other'"),
        ("Nobody", [[0x8010002E, ""]], "no such reader; there are: none"),
        ("Nobody", [[0x8010001D, ""]], "the PC/SC service is not running"),
        ("Nobody", [[0x20000002, b"OSError: broken".hex()]], "OSError: broken"),
    ],
)
def test_a_name_of_no_or_several_readers_is_told(connect: Connect, name: str, readers: list[Reply], said: str) -> None:
    with pytest.raises(ReaderUnavailableError, match=said):
        connect(name, L=readers).power_on()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (0x8010000C, CardAbsentError),
        (0x80100069, CardAbsentError),
        (0x80100066, CardMuteError),
        (0x80100067, CardMuteError),
        (0x8010000B, ReaderUnavailableError),
        (0x80100009, ReaderUnavailableError),
        (0x80100017, ReaderUnavailableError),
        (0x801000FF, ReaderUnavailableError),
    ],
)
@pytest.mark.parametrize("operation", ["C", "B", "U"])
def test_codes_of_powering(connect: Connect, code: int, error: type[TransportError], operation: str) -> None:
    card = connect(**{operation: [[code, ""], USUAL[operation][0]]})
    with pytest.raises(error, match=f"PC/SC {code:08X}"):
        card.power_on()
    with pytest.raises(CardAbsentError, match="no card was powered"):
        card.transmit(SELECT)
    assert card.power_on().hex() == ATR, "the next try works in the same process"


@pytest.mark.parametrize(
    ("code", "state", "error"),
    [
        (0x80100069, PRESENT, CardRemovedError),
        (0x8010000C, EMPTY, CardRemovedError),
        (0x80100016, EMPTY, CardRemovedError),  # pcscd's word when the card left during the last command
        (0x80100016, "00030022", CardRemovedError),  # ... and another is there by now
        (0x80100016, PRESENT, CardMuteError),
        (0x80100068, PRESENT, CardResetError),
        (0x80100068, "00030022", CardRemovedError),
        (0x80100017, PRESENT, ReaderUnavailableError),
        (0x8010001E, PRESENT, ReaderUnavailableError),
    ],
)
def test_codes_of_a_command(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, code: int, state: str, error: type[TransportError]
) -> None:
    monkeypatch.setattr(pcsc, "_EMPTY_PATIENCE_S", 0.05)
    card = connect(T=[[code, ""]], S=[[0, PRESENT], [0, state]])
    card.power_on()
    with pytest.raises(error, match=f"PC/SC {code:08X}"):
        card.transmit(SELECT)


def test_a_slot_that_empties_a_little_later_was_left_by_its_card(connect: Connect) -> None:
    card = connect(T=[[0x80100016, ""]], S=[[0, PRESENT], [0, PRESENT], [0, PRESENT], [0, EMPTY]])
    card.power_on()
    with pytest.raises(CardRemovedError):
        card.transmit(SELECT)


@pytest.mark.parametrize("code", [0x8010000C, 0x80100069])
def test_a_card_gone_at_reset_was_removed(connect: Connect, code: int) -> None:
    card = connect(R=[[code, ""]])
    card.power_on()
    with pytest.raises(CardRemovedError):
        card.reset()


@pytest.mark.parametrize("answer", ["", "90"])
def test_success_with_a_short_answer_is_an_error(connect: Connect, answer: str) -> None:
    card = connect(T=[[0, answer]])
    card.power_on()
    with pytest.raises(ShortAnswerError) as caught:
        card.transmit(SELECT)
    assert caught.value.answer == bytes.fromhex(answer)


@pytest.fixture
def impatient(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> Connect:
    """A connection that is impatient with the call that hangs; starting the process, and the other calls, may take their time."""

    def make(**changes: list[Reply]) -> PcscConnection:
        card = connect(**changes)
        card.readers()
        hanging = {operation.encode() for operation, replies in changes.items() if "hang" in replies}
        ask = PcscProcess.ask

        def limited(process: PcscProcess, operation: bytes, payload: bytes, timeout_s: float) -> tuple[int, bytes]:
            return ask(process, operation, payload, timeout_s if operation in hanging else 30.0)

        monkeypatch.setattr(PcscProcess, "ask", limited)
        monkeypatch.setattr(card, "_timeout_s", 0.2)
        return card

    return make


def test_a_command_that_hangs_is_a_mute_card_and_the_next_start_is_a_new_process(
    impatient: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = impatient(T=["hang"])
    card.power_on()
    with pytest.raises(CardMuteError, match=r"no answer in 0\.2 s"):
        card.transmit(SELECT)
    monkeypatch.setattr(card, "_timeout_s", 30.0)
    with pytest.raises(CardAbsentError):
        card.transmit(SELECT)
    assert card.power_on().hex() == ATR


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ("L", "the PC/SC service gives no answer"),
        ("C", "another program keeps the card"),
        ("B", "another program keeps"),
    ],
)
def test_a_hang_before_the_card_is_ours_is_the_readers(impatient: Connect, operation: str, said: str) -> None:
    usual = USUAL[operation] if operation == "L" else []
    card = impatient(**{operation: [*usual, "hang"]})
    with pytest.raises(ReaderUnavailableError, match=said):
        card.power_on()


def test_a_service_that_hangs_is_an_unavailable_reader(impatient: Connect) -> None:
    with pytest.raises(ReaderUnavailableError, match="no answer in"):
        impatient(S=["hang"]).presence()


def test_a_card_that_hangs_when_powered_is_mute(impatient: Connect) -> None:
    with pytest.raises(CardMuteError):
        impatient(U=["hang"]).power_on()


def test_a_worker_that_dies_says_its_last_words_and_is_replaced(connect: Connect) -> None:
    card = connect(T=["die"])
    card.power_on()
    with pytest.raises(ReaderUnavailableError, match="ended with status 1: the driver crashed"):
        card.transmit(SELECT)
    assert card.power_on().hex() == ATR


def test_closing_ends_a_worker_that_does_not_listen(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcsc, "_LEAVE_S", 0.1)
    card = connect(D=[OK, "hang"])
    card.power_on()
    start = time.monotonic()
    card.close()
    assert time.monotonic() - start < 300


def test_a_program_that_cannot_be_started_is_an_unavailable_reader() -> None:
    card = PcscConnection(READER, 1.0, lambda: PcscProcess(["/nonexistent/program"]))
    with pytest.raises(ReaderUnavailableError, match="cannot be started"):
        card.power_on()


def test_without_pyscard_the_next_step_is_to_install_it() -> None:
    bare = (WORKER_COMMAND[0], "-S", *WORKER_COMMAND[1:])  # -S: no site-packages, so no pyscard
    card = PcscConnection(READER, 60.0, lambda: PcscProcess(bare))
    with pytest.raises(ReaderUnavailableError, match=r"pyscard is not installed.*vitale-testbed\[pcsc\]"):
        card.power_on()
    card.close()


def test_without_a_service_readers_cannot_be_listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "nobody"))
    with pytest.raises(ReaderUnavailableError, match="PC/SC 8010001D"):
        pcsc_readers()


def test_a_process_can_be_asked_until_it_is_closed_and_ends_with_its_input() -> None:
    echo = (
        "import sys\nwhile h := sys.stdin.buffer.read(5): sys.stdout.buffer.write(bytes(8)); sys.stdout.buffer.flush()"
    )
    process = PcscProcess([sys.executable, "-I", "-S", "-c", echo], {})
    assert process.ask(b"L", b"", 60.0) == (0, b"")
    process.close()
    process.close()
    with pytest.raises(ProcessLostError, match="status 0"):
        process.ask(b"L", b"", 60.0)


def test_our_worker_ends_with_its_input_at_once() -> None:
    ended = subprocess.run(WORKER_COMMAND, input=b"L\0\0\0\0D", capture_output=True, timeout=120, check=False)
    assert ended.returncode == 0
    assert ended.stderr == b""
