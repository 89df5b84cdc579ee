"""A private pcscd with a broken card in it, the programs that use it, and our own reader."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import date
from functools import cache
from typing import Any

from waiting import limit

from emulator.faults import Fault
from emulator.image import build_card, load_image
from emulator.pki import revocation_list_paths, trusted_root_paths
from emulator.readers import PrivatePcscd
from reader_core import Reader, ReadingError, TrustStore
from reader_core.connections import PcscConnection, open_connection
from reader_core.iso7816 import TransportError

ON = date(2026, 1, 15)
SUCCESS = "0"

# A program of a user, in a process of its own since libpcsclite finds its daemon once: JSON in its arguments, JSON out.
CLIENT = """
import json, sys, time
from smartcard import scard
reader, steps = json.loads(sys.argv[1])
code = lambda number: f"{number & 0xFFFFFFFF:x}"
_, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
both = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
said = []
card = protocol = None
for step in steps:
    start = time.monotonic()
    if step == "connect":
        result, card, protocol = scard.SCardConnect(context, reader, scard.SCARD_SHARE_SHARED, both)
        more = protocol
        card = card or -1  # pyscard's SystemError for a handle of 0 would hide why there is none
    elif step == "reset":
        result, protocol = scard.SCardReconnect(card, scard.SCARD_SHARE_SHARED, both, scard.SCARD_RESET_CARD)
        more = protocol
    elif step == "list":
        result, more = scard.SCardListReaders(context, [])
    elif step == "state":
        result, (found,) = scard.SCardGetStatusChange(context, 0, [(reader, scard.SCARD_STATE_UNAWARE)])
        more = [bool(found[1] & scard.SCARD_STATE_PRESENT), found[1] >> 16, bytes(found[2]).hex()]
    elif isinstance(step, int):
        # So many changes, insertions and removals, have come: pcscd looks at a slot every 0.4 s, or later.
        while scard.SCardGetStatusChange(context, 0, [(reader, scard.SCARD_STATE_UNAWARE)])[1][0][1] >> 16 < step:
            time.sleep(0.02)
        continue
    else:
        pci = scard.SCARD_PCI_T1 if protocol == scard.SCARD_PROTOCOL_T1 else scard.SCARD_PCI_T0
        result, answer = scard.SCardTransmit(card, pci, list(bytes.fromhex(step)))
        more = bytes(answer).hex() if result == 0 else ""  # after a failure pyscard gives whatever was in memory
    said.append([code(result), more, time.monotonic() - start])
print(json.dumps(said))
"""
SELECT = "00a40000023f00"
ANSWER = "611c"


class Bench:
    """A daemon, and the programs that use its first slot."""

    def __init__(self, daemon: PrivatePcscd) -> None:
        self.daemon = daemon
        self.slot = daemon.slots[0]

    def insert(self, one: Fault, image: str = "specimen") -> None:
        """Put a broken card in the first slot."""
        self.slot.insert(one.apply(build_card(load_image(image))))

    def ask(self, *steps: str | int) -> list[list[Any]]:
        """What a pyscard program is told, step by step: result code, answer, seconds. A number waits for so many changes."""
        done = subprocess.run(
            [sys.executable, "-c", CLIENT, json.dumps([self.slot.name, steps])],
            env=os.environ | self.daemon.environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def told(self, *steps: str | int) -> list[tuple[str, Any]]:
        """The same without the seconds."""
        return [(code, more) for code, more, _ in self.ask(*steps)]

    def read(self, timeout_s: float = 30.0) -> str:
        """The code that our own reader core ends with on the card in the first slot, "read" where it reads."""
        return self._code(timeout_s)

    def read_protected(self, one: Fault, timeout_s: float = 30.0) -> str:
        """The same with a whole Vitale in the first slot and a broken professional card in the second, and its code."""
        cps = self.daemon.slots[1]
        self.slot.insert(build_card(load_image("specimen")), wait=False)
        cps.insert(one.apply(build_card(load_image("cps"))))
        self.slot.wait_seen()
        return self._code(timeout_s, cps.address)

    def _code(self, timeout_s: float, cps: str = "") -> str:
        code, told = "read", ("", "")
        try:
            with ExitStack() as stack:
                vitale = stack.enter_context(self._connection(self.slot.address, timeout_s))
                professional = stack.enter_context(self._connection(cps, timeout_s)) if cps else None
                reader = stack.enter_context(Reader.open(vitale, professional, _trust()))
                if cps:
                    reader.verify_pin("1234")
                protection = reader.read_vitale(ON).protection
                code = protection.code or "read" if cps else "read"
        except ReadingError as error:
            code, told = error.code, (error.message, error.next_step)
            assert all(told), "what happened, and what to do"
        return code

    @staticmethod
    @contextmanager
    def _connection(address: str, timeout_s: float) -> Generator[PcscConnection]:
        """A connection whose process has started: only what the card answers is limited."""
        with closing(open_connection(address, 60.0)) as connection:
            assert isinstance(connection, PcscConnection)
            with suppress(TransportError):  # what is wrong with the service, the reading tells
                connection.readers()
            limit(connection, timeout_s)
            yield connection

    def wait_empty(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.told("state") == [(SUCCESS, [False, 2, ""])]:
                return
        raise AssertionError(self.told("state"))


@cache
def _trust() -> TrustStore:
    return TrustStore.from_files(trusted_root_paths(), revocation_list_paths())
