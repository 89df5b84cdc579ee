"""The parent of a pcscd: a small program that starts it, answers for it, and never lets it outlive us.

It is run as a file, `python -I -S supervisor.py CONTROL_FD PARENT_PID`, and imports nothing but the standard library:
it has to be single-threaded to enter namespaces, and quick to start. The control socket carries JSON, one object a
message:

    < {"pcscd": PATH, "config": DIR, "log": FILE, "directory": DIR, "socket": PATH or null,
       "namespaces": ["user", "mount", "net"], "hide": [DIR, ...]}
    > {"event": "started", "pid": N}      or {"event": "refused", "reason": TEXT}: no such namespaces here
    < {"connect": PORT}
    > {"event": "connected"} and the socket   or {"event": "not_connected", "errno": N}
    > {"event": "died", "status": N, "log": TEXT}      a negative status: minus the signal's number
    < end of file: stop

It stops the daemon when the control socket closes, when its parent dies in whatever way (a forked child may hold the
socket open, so the parent's life is watched by itself), and on SIGTERM. The kernel kills the daemon should the
supervisor itself be killed. A socket that the supervisor connects belongs to its network namespace for good: handed
over to the parent, it reaches the vpcd that nobody else can reach, with no relay in between.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import json
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

_CLONE = {"user": 0x10000000, "mount": 0x00020000, "net": 0x40000000}  # linux/sched.h
_PR_SET_PDEATHSIG = 1
_MS_REC_PRIVATE = 0x4000 | 0x40000
_MS_NOSUID_NODEV = 0x2 | 0x4
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1
_RUN_DIRECTORY = Path("/run/pcscd")  # compiled into Debian's pcscd
_PID_FILE = _RUN_DIRECTORY / "pcscd.pid"
_SOCKET = _RUN_DIRECTORY / "pcscd.comm"
_STOP_S = 1.0
_LOG_TAIL = 2000
_FIRST_DESCRIPTOR = 3  # sd_listen_fds(3): SD_LISTEN_FDS_START
_libc = ctypes.CDLL(None, use_errno=True)


def main(control: socket.socket, parent: int) -> None:
    """Serve one parent until it goes.

    Args:
        control: our end of the control socket.
        parent: the process id of whoever started us and holds the other end.
    """
    control.set_inheritable(False)
    watched = _watch(parent)
    plan: dict[str, Any] = json.loads(control.recv(0xFFFF) or b"{}")
    if not plan or os.getppid() != parent:
        return
    signal.signal(signal.SIGTERM, _terminated)
    had_run_directory, had_pid = _RUN_DIRECTORY.is_dir(), _pid_file()
    running = child = 0
    try:
        try:
            _enter(plan["namespaces"], plan["hide"])
        except OSError as error:
            _say(control, event="refused", reason=f"{error.filename}: {error.strerror}")
            return
        running = child = _start(plan)
        _say(control, event="started", pid=child)
        if _serve(control, watched, parent, child, plan["log"]):
            running = 0
    finally:
        if running:
            _stop(running)
        shutil.rmtree(plan["directory"], ignore_errors=True)
        with contextlib.suppress(OSError):  # not ours to write, in use by another one, or hidden by our own
            _tidy(child, had_pid, public=not plan["socket"])
            if not had_run_directory:
                _RUN_DIRECTORY.rmdir()


def _terminated(_number: int, _frame: object) -> NoReturn:
    sys.exit(0)  # through every `finally`


def _say(control: socket.socket, passed: list[int] | None = None, **message: object) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more: the loop will see that
        socket.send_fds(control, [json.dumps(message).encode()], passed or [])


def _watch(pid: int) -> int | None:
    """Return a descriptor that becomes readable when the process ends; None where the kernel is older than 5.3."""
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def _enter(namespaces: list[str], hidden: list[str]) -> None:
    """Leave the namespaces of the parent, and make the new ones usable."""
    if not namespaces:
        return
    user, group = os.getuid(), os.getgid()
    flags = 0
    for name in namespaces:
        flags |= _CLONE[name]
    _call("unshare", flags)
    if "user" in namespaces:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    if "mount" in namespaces:
        _call("mount", b"none", b"/", None, _MS_REC_PRIVATE, None)
        for directory in ("/run", *hidden):
            _call("mount", b"tmpfs", os.fsencode(directory), b"tmpfs", _MS_NOSUID_NODEV, None)
    if "net" in namespaces:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            request = fcntl.ioctl(sock, _SIOCGIFFLAGS, struct.pack("16sH14x", b"lo", 0))
            name, interface_flags = struct.unpack("16sH14x", request)
            fcntl.ioctl(sock, _SIOCSIFFLAGS, struct.pack("16sH14x", name, interface_flags | _IFF_UP))


def _call(function: str, *args: int | bytes | None) -> None:
    if getattr(_libc, function)(*(ctypes.c_ulong(arg) if isinstance(arg, int) else arg for arg in args)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), function)


def _start(plan: dict[str, Any]) -> int:
    """Start the daemon, on a socket of ours (systemd's protocol of socket activation) or on its compiled-in one."""
    arguments = ["pcscd", "--foreground", "--config", plan["config"], *_without_polkit(plan["pcscd"])]
    listening = None
    if plan["socket"]:
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(plan["socket"])
        listening.listen(64)
    Path(plan["log"]).touch(0o600)  # it is read even when the daemon never gets as far as writing
    myself = os.getpid()
    child = os.fork()
    if child:
        if listening:
            listening.close()
        return child
    try:
        _libc.prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL if plan["socket"] else signal.SIGTERM))
        if os.getppid() != myself:
            os._exit(0)
        log = os.open(plan["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        environment = {**os.environ}
        if listening:
            os.dup2(listening.fileno(), _FIRST_DESCRIPTOR)
            os.set_inheritable(_FIRST_DESCRIPTOR, True)  # also when it had this number from the start
            environment.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
        os.execve(plan["pcscd"], arguments, environment)  # noqa: S606 -- no shell is what we want
    except OSError as error:
        os.write(2, f"{plan['pcscd']}: {error.strerror}\n".encode())
    finally:
        os._exit(127)


def _without_polkit(pcscd: str) -> list[str]:
    """The option that keeps a daemon of ours from asking polkit, where it was built with it.

    It would find no D-Bus in its namespace, or no active session behind a CI job, and hang up on everybody. Who may connect
    is decided by the rights of the folder that its socket stands in.
    """
    option = "--disable-polkit"
    try:
        said = subprocess.run([pcscd, "--help"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.SubprocessError):
        return []  # starting it says better what is wrong
    return [option] if option.encode() in said.stdout + said.stderr else []


def _serve(control: socket.socket, watched: int | None, parent: int, child: int, log_path: str) -> bool:
    """Answer the parent. Returns True when the daemon has died, False when it shall be stopped."""
    poll = select.poll()
    poll.register(control, select.POLLIN)
    for descriptor in (watched, _watch(child)):
        if descriptor is not None:
            poll.register(descriptor, select.POLLIN)
    while True:
        ready = {descriptor for descriptor, _ in poll.poll(200)}
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            log = Path(log_path).read_bytes()[-_LOG_TAIL:].decode(errors="replace")  # its directory goes next
            _say(control, event="died", status=os.waitstatus_to_exitcode(status), log=log)
            return True
        if watched in ready or os.getppid() not in {parent, 0}:  # 0: the parent is in another PID namespace
            return False
        if control.fileno() in ready:
            message = control.recv(0xFFFF)
            if not message:
                return False
            _connect(control, json.loads(message)["connect"])


def _connect(control: socket.socket, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        try:
            sock.connect(("127.0.0.1", port))
        except OSError as error:
            _say(control, event="not_connected", errno=error.errno or errno.EIO)
        else:
            _say(control, [sock.fileno()], event="connected")


def _pid_file() -> int:
    try:
        return int(_PID_FILE.read_text().strip("\0 \n"))
    except (OSError, ValueError):
        return 0


def _tidy(child: int, had_pid: int, *, public: bool) -> None:
    """Leave the files of pcscd as if ours had never been: it takes over, and at its end deletes, the one PID file.

    A public one that was killed also leaves its socket, which is ours to delete while the PID file is.
    """
    if (now := _pid_file()) == child != 0:
        _PID_FILE.unlink()
        if public:
            _SOCKET.unlink(missing_ok=True)
    if now in {0, child} and had_pid and Path(f"/proc/{had_pid}").exists():
        _PID_FILE.write_text(f"{had_pid}\n")


def _stop(child: int) -> None:
    """End the daemon politely, so that it takes its files along, then surely."""
    os.kill(child, signal.SIGTERM)
    end = time.monotonic() + _STOP_S
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        time.sleep(0.001)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]))
