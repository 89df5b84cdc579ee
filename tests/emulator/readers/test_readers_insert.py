"""`vitale insert`'s machinery, each time on a machine of its own: new namespaces with an empty /run."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.pcsc

INSERT = """
import sys
from emulator.readers import InsertSession, ReaderSetupError
class Card:
    def __init__(self, atr): self.atr = bytes.fromhex(atr)
    def power_on(self): return self.atr
    def reset(self): return self.atr
    def power_off(self): pass
    def transmit(self, command): return bytes.fromhex("9000")
try:
    with InsertSession([Card(atr) for atr in sys.argv[2:]], private=sys.argv[1] == "private") as session:
        print("ready", [slot.name for slot in session.slots], session.started, sep="|", flush=True)
        for name, value in session.environment.items():
            print(f"export {name}={value}", flush=True)
        session.wait()
except KeyboardInterrupt:
    print("interrupted", flush=True)
except ReaderSetupError as error:
    print("refused", error.code, error.next_step, sep="|", flush=True)
"""

PREPARE = """
set -u
mount -t tmpfs tmpfs /run
python3 - <<'UP'
import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sH14x", b"lo", 1))
UP
insert() {{ "{python}" "{insert}" "$@" >>"{work}/$OUT" 2>&1 & PID=$!; }}
ready() {{
    n=0
    until grep -q -e '^ready' -e '^refused' "{work}/$OUT" 2>/dev/null; do
        n=$((n + 1)); [ $n -lt 1200 ] || exit 9; sleep 0.05
    done
}}
"""

VITALE, CPS = "3B751300004309EA9000", "3B80800101"


class Machine:
    """Runs shell scripts in new user, mount and network namespaces."""

    def __init__(self, work: Path) -> None:
        self.work = work
        (work / "insert.py").write_text(INSERT)

    def run(self, script: str) -> str:
        prepare = PREPARE.format(python=sys.executable, insert=self.work / "insert.py", work=self.work)
        done = subprocess.run(
            ["unshare", "--user", "--map-root-user", "--mount", "--net", "sh", "-c", prepare + script],
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, f"{done.returncode}: {done.stdout}{done.stderr}{self.said()}"
        return done.stdout

    def said(self, name: str = "one") -> str:
        file = self.work / name
        return file.read_text() if file.exists() else ""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("ending", ["INT", "TERM"])
def test_where_no_daemon_runs_one_is_started_for_everybody_and_stopped_again(machine: Machine, ending: str) -> None:
    seen = machine.run(
        f"""
        OUT=one; insert public {VITALE} {CPS}; ready
        opensc-tool -a -r 0; opensc-tool -a -r 1
        kill -{ending} $PID; wait $PID
        ls -A /run
        """
    )
    assert seen.splitlines() == ["3b:75:13:00:00:43:09:ea:90:00", "3b:80:80:01:01"]  # and /run is empty again
    assert machine.said() == "ready|['Virtual PCD 00 00', 'Virtual PCD 00 01']|True\ninterrupted\n"


def test_a_running_daemon_is_used_and_left_running_with_empty_slots(machine: Machine) -> None:
    seen = machine.run(
        f"""
        pcscd --foreground >/dev/null 2>&1 & DAEMON=$!
        while ! [ -S /run/pcscd/pcscd.comm ]; do sleep 0.01; done
        OUT=one; insert public {CPS}; ONE=$PID; ready
        OUT=two; insert public {VITALE}; TWO=$PID; ready
        opensc-tool -a -r 0; opensc-tool -a -r 1
        OUT=three; insert public {VITALE}; wait $PID
        kill -INT $ONE $TWO; wait $ONE $TWO
        opensc-tool -l
        kill $DAEMON; wait $DAEMON
        """
    )
    assert seen.splitlines()[:2] == ["3b:80:80:01:01", "3b:75:13:00:00:43:09:ea:90:00"]
    assert [line.split()[:2] for line in seen.splitlines()[4:]] == [["0", "No"], ["1", "No"]]
    assert machine.said("one") == "ready|['Virtual PCD 00 00']|False\ninterrupted\n"
    assert machine.said("two") == "ready|['Virtual PCD 00 01']|False\ninterrupted\n"
    assert machine.said("three").startswith("refused|slots_busy|")
    assert "--private" in machine.said("three")


def test_private_ones_leave_the_files_of_a_running_daemon_alone(machine: Machine) -> None:
    seen = machine.run(
        f"""
        pcscd --foreground >/dev/null 2>&1 & DAEMON=$!
        while ! [ -S /run/pcscd/pcscd.comm ]; do sleep 0.01; done
        echo 0 >/proc/sys/user/max_user_namespaces  # so that /run is shared
        for how in TERM KILL; do
            OUT=$how; insert private {VITALE}; ready
            kill -$how $PID; wait $PID
        done
        n=0  # what a killed one leaves is tidied a moment later
        until tr -d '\\0' </run/pcscd/pcscd.pid | grep -q -x $DAEMON; do
            n=$((n + 1)); [ $n -lt 600 ] || exit 8; sleep 0.05
        done
        echo 1
        opensc-tool -l | grep -c 'Virtual PCD'
        kill $DAEMON; wait $DAEMON; ls -A /run/pcscd
        """
    )
    assert seen.splitlines() == ["1", "2"]
    assert machine.said("KILL").startswith("ready|")


def test_a_private_one_is_seen_by_those_who_know_and_by_nobody_else(machine: Machine) -> None:
    seen = machine.run(
        f"""
        OUT=one; insert private {VITALE}; ready
        opensc-tool -l 2>&1 | head -1
        eval "$(grep '^export PCSCLITE_CSOCK_NAME=' {machine.work}/one)"
        opensc-tool -a -r 0
        kill -TERM $PID; wait $PID
        ls -A /run
        """
    )
    assert seen.splitlines() == ["No smart card readers found.", "3b:75:13:00:00:43:09:ea:90:00"]
    assert machine.said().endswith("interrupted\n")


def test_a_daemon_killed_under_the_cards_ends_the_session_with_a_reason(machine: Machine) -> None:
    seen = machine.run(
        f"""
        OUT=one; insert public {VITALE}; ready
        kill -KILL $(cat /run/pcscd/pcscd.pid)
        wait $PID; ls -A /run
        """
    )
    assert seen.splitlines() == []
    assert "refused|daemon_died|" in machine.said()


def test_where_user_namespaces_are_forbidden_it_works_without(machine: Machine) -> None:
    seen = machine.run(
        f"""
        echo 0 >/proc/sys/user/max_user_namespaces; echo 0 >/proc/sys/user/max_net_namespaces
        OUT=one; insert private {VITALE}; ready
        eval "$(grep '^export PCSCLITE_CSOCK_NAME=' {machine.work}/one)"
        opensc-tool -a -r 0
        kill -TERM $PID; wait $PID
        OUT=two; insert public {VITALE}; ready
        unset PCSCLITE_CSOCK_NAME; opensc-tool -a -r 0
        kill -TERM $PID; wait $PID
        ls -A /run
        """
    )
    assert seen.splitlines() == ["3b:75:13:00:00:43:09:ea:90:00"] * 2


def test_where_nothing_can_be_written_either_the_way_out_is_said(machine: Machine) -> None:
    machine.run(
        f"""
        mount -t tmpfs -o ro tmpfs /run
        echo 0 >/proc/sys/user/max_user_namespaces
        OUT=one; insert private {VITALE}; wait $PID
        OUT=two; insert public {VITALE}; wait $PID
        """
    )
    assert machine.said("one").startswith("refused|pcscd_failed|")
    assert "mkdir -p /run/pcscd" in machine.said("one")
    assert machine.said("two").startswith("refused|pcscd_not_running|")
