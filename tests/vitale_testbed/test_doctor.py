"""`vitale doctor` names the right fix for everything that it can find wrong."""

import os
import runpy
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from vitale_testbed.doctor import Finding, examine, listeners, pcsc, software

MAIN = Path(__file__).parents[2] / "vitale_testbed" / "__main__.py"
NOBODY = 65534
LISTEN = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    input()
"""


def _missing(check: Callable[[], Finding]) -> Finding:
    finding = check()
    assert not finding.ok
    assert finding.needed_for
    assert finding.detail
    return finding


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with nothing installed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr("emulator.readers.system._SBIN", ())
    monkeypatch.setattr("emulator.readers.system._DRIVER_PLACES", ())
    monkeypatch.setattr("emulator.readers.system.CONFIG_DIRECTORY", tmp_path)
    monkeypatch.setattr("vitale_testbed.doctor.software._CHROMIUM", str(tmp_path / "chromium"))
    return tmp_path


@pytest.fixture
def comm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the shared pcscd's socket would be."""
    path = tmp_path / "pcscd.comm"
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(path))
    return path


@pytest.mark.parametrize(
    ("check", "fix"),
    [
        (pcsc.pcscd, "apt-get install pcscd vsmartcard-vpcd"),
        (pcsc.vpcd, "apt-get install pcscd vsmartcard-vpcd"),
        (software.compiler, "apt-get install gcc libc6-dev"),
        (software.chromium, "apt-get install chromium"),
    ],
)
@pytest.mark.usefixtures("bare")
def test_what_is_not_installed_has_the_command_that_brings_it(check: Callable[[], Finding], fix: str) -> None:
    assert _missing(check).next_step == fix


def test_a_browser_elsewhere_is_named_where_it_is(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = bare / "other" / "chromium"
    elsewhere.parent.mkdir()
    elsewhere.write_text("")
    elsewhere.chmod(0o755)
    monkeypatch.setenv("PATH", str(elsewhere.parent))
    assert (software.chromium().ok, software.chromium().detail) == (True, str(elsewhere))


def test_no_shared_daemon_is_no_fault(comm: Path) -> None:
    assert not comm.exists()
    assert pcsc.shared().ok


def test_a_socket_that_may_not_be_opened(comm: Path) -> None:
    root = os.geteuid() == 0
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(comm))
        server.listen()
        comm.chmod(0)
        try:
            if root:
                os.seteuid(NOBODY)  # root may open anything
            finding = _missing(pcsc.shared)
        finally:
            if root:
                os.seteuid(0)
    assert "may not be opened by this user" in finding.detail
    assert f"sudo chmod a+rw {comm}" in finding.next_step


@pytest.fixture
def hangs_up(comm: Path) -> Iterator[None]:
    """A daemon that does what pcscd does on whom polkit refuses: it accepts, reads nothing, and closes."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(comm))
        server.listen()

        def serve() -> None:
            while True:
                try:
                    server.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.usefixtures("hangs_up")
def test_a_user_whom_polkit_refuses_gets_the_rule_that_lets_them_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "camille")
    finding = _missing(pcsc.shared)
    assert "polkit" in finding.detail
    assert 'subject.user == "camille"' in finding.next_step
    assert "org.debian.pcsc-lite.access_" in finding.next_step
    assert "/etc/polkit-1/rules.d/" in finding.next_step


@pytest.mark.usefixtures("hangs_up")
def test_a_user_without_a_name_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 54321")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert "/etc/polkit-1/rules.d" in _missing(pcsc.shared).next_step


@pytest.mark.parametrize(
    ("check", "extra"), [(software.web, "web"), (software.generated, "generated"), (software.cluster, "cluster")]
)
def test_a_library_that_is_missing_has_its_extra(
    check: Callable[[], Finding], extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(_: str) -> None:
        return None

    monkeypatch.setattr("importlib.util.find_spec", nothing)
    assert _missing(check).next_step == f"pip install 'vitale-testbed[{extra}]'"


def test_a_socket_that_nobody_serves_any_more(comm: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(comm))
    assert f"rm -f {comm}" in _missing(pcsc.shared).next_step


@pytest.fixture
def listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], int]]:
    """Make a program of this name listen where vpcd would; returns its process id."""
    started: list[subprocess.Popen[str]] = []

    def start(name: str) -> int:
        program = tmp_path / name
        program.symlink_to(Path(sys.executable).resolve())
        process = subprocess.Popen(
            [program, "-I", "-c", LISTEN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout
        monkeypatch.setattr("vitale_testbed.doctor.pcsc.FIRST_PORT", int(process.stdout.readline()))
        return process.pid

    yield start
    for process in started:
        process.communicate("\n", timeout=60)


def test_a_taken_port_names_the_program_that_has_it(listening: Callable[[str], int]) -> None:
    process = listening("other-program")
    finding = _missing(pcsc.port)
    assert f"other-program (process {process})" in finding.detail
    assert finding.next_step.endswith(f"kill {process}")


def test_the_port_may_be_held_by_pcscd_itself(listening: Callable[[str], int]) -> None:
    listening("pcscd")
    assert pcsc.port().ok


def test_a_taken_port_whose_owner_is_not_to_be_seen(
    listening: Callable[[str], int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    listening("hidden")
    monkeypatch.setattr(listeners, "_PROC", tmp_path)
    assert "ss -ltnp" in _missing(pcsc.port).next_step


def test_an_older_python_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 2, "final", 0))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(MAIN), run_name="__main__")
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "3.10" in said
    assert "apt-get install python3.11 python3.11-venv" in said


def test_every_finding_is_fine_or_says_what_to_do() -> None:
    findings = examine()
    assert len({finding.name for finding in findings}) == len(findings)
    assert all(finding.ok != bool(finding.next_step) for finding in findings)
