"""A program of a user, with pyscard and nothing of ours: it works with the card in one reader and prints what it found.

    python cards_program.py READER TASK PROTOCOL LE

TASK is `vitale`, `cps4` or `contactless`; PROTOCOL what to ask PC/SC for: 0 whatever the card offers, 1 T=0, 2 T=1. With LE 1
commands with data carry an Le too, as programs for T=1 do; with 0 they do not, as programs for T=0 do. `work` is the same as a call.
"""

import hashlib
import importlib
import json
import sys
from typing import Any

VITALE = "D250000002564954414C45"
CHIPDOC, PKCS15 = "8025000001FF0100", "E828BD080F8025000001FF0010"
CONTACTLESS = "E828BD080F8025000001FF0020"
DIGEST_INFO = "3031300D060960864801650304020105000420"
MESSAGE = b"what is signed"
DIGEST = hashlib.sha256(MESSAGE).hexdigest()


class Program:
    """One connection, and the exchanges of T=0 and T=1 that every program has to know."""

    def __init__(self, connection: Any, with_le: bool) -> None:
        self.connection = connection
        self.le = "00" if with_le else ""

    def send(self, command: str) -> tuple[str, str]:
        """One command; its whole answer and its last status word, in hexadecimal."""
        raw = list(bytes.fromhex(command))
        data, sw1, sw2 = self.connection.transmit(raw)
        if sw1 == 0x6C:
            data, sw1, sw2 = self.connection.transmit([*raw[:4], sw2])
        whole = list(data)
        while sw1 in {0x61, 0x9F}:
            cla = raw[0] & 0x03 if sw1 == 0x61 else raw[0]
            data, sw1, sw2 = self.connection.transmit([cla, 0xC0, 0, 0, sw2])
            whole += data
        return bytes(whole).hex(), f"{sw1:02x}{sw2:02x}"

    def good(self, header: str, data: str = "", *, answers: bool = False) -> str:
        """A command that has to end with 9000; where it answers, an Le goes with the data if this program gives one."""
        lc = f"{len(data) // 2:02x}" if data else ""
        answer, sw = self.send(header + lc + data + (self.le if answers else ""))
        if sw != "9000":
            raise RuntimeError(f"{header} {data}: {sw}")
        return answer

    def select(self, cla: str, name: str) -> None:
        self.good(f"{cla}A4040C", name)

    def read(self, cla: str, fid: str) -> str:
        """A whole EF of the current DF, to its end."""
        self.good(f"{cla}A4020C", fid)
        content = ""
        while True:
            data, sw = self.send(f"{cla}B0{len(content) // 2:04x}00")
            content += data
            if sw != "9000" or len(data) < 512:
                return content


def vitale(program: Program) -> dict[str, Any]:
    """Identity and number of every beneficiary, and what the protected file says."""
    identity, _ = program.send("00B0820000")
    program.select("00", VITALE)
    pointers = program.read("00", "2001")
    numbers = program.read("00", "2002")
    program.good("00A4020C", "2015")
    return {"identity": identity, "pointers": pointers, "numbers": numbers, "protected": program.send("00B0000000")[1]}


def cps4(program: Program) -> dict[str, Any]:
    """The volume in channel 0; in channel 1 the PIN, a file behind it, a certificate and three signatures."""
    found: dict[str, Any] = {}
    program.good("A0A40000", "4005")
    found["profession"] = program.send("A0B000000C")[0]
    found["information"] = program.good("01A40404", CHIPDOC, answers=True)
    program.select("01", PKCS15)
    found["closed"] = program.send("01A4020C02D120")[1] + program.send("01B0000002")[1]
    found["codes"] = [
        program.send("01200001")[1],
        program.send("01200001083939393939393939")[1],
        program.send("01200001")[1],
        program.send("012000010831323334FFFFFFFF")[1],
        program.send("01200001")[1],
    ]
    found["activity"] = program.read("01", "D120")
    found["certificate"] = program.read("01", "A001")
    signatures = {}
    for name, algorithm in {"pkcs1": "28", "pss": "2C"}.items():
        program.good("012281B6", f"9102{algorithm}81")
        signatures[name] = program.good("012A9E9A", DIGEST, answers=True)
    program.good("012281B6", "91022881")
    program.good("012A90A0", f"900080{len(MESSAGE):02x}{MESSAGE.hex()}")
    signatures["last block on the card"] = program.good("012A9E9A00")
    found["signatures"] = signatures
    return found


def contactless(program: Program) -> dict[str, Any]:
    """What is read without contact, what is not, and the technical key."""
    found: dict[str, Any] = {"number": program.read("00", "D003")}
    program.select("00", PKCS15)
    found["closed"] = program.send("00A4020C027001")[1] + program.send("00B0000000")[1]
    found["code"] = program.send("0020000100")[1]
    program.select("00", CONTACTLESS)
    found["certificate"] = program.read("00", "A001")
    program.good("002241A4", "800102840183")
    found["signature"] = program.good("00880000", DIGEST_INFO + DIGEST, answers=True)
    return found


TASKS = {"vitale": vitale, "cps4": cps4, "contactless": contactless}


def work(reader: str, task: str, protocol: int, with_le: bool) -> dict[str, Any]:
    """Connect, do a task, leave; what PC/SC agreed on and what was found, or the result code of a refused connection."""
    readers = importlib.import_module("smartcard.System").readers()
    exceptions = importlib.import_module("smartcard.Exceptions")
    (wanted,) = [one for one in readers if str(one) == reader]
    connection = wanted.createConnection()
    try:
        connection.connect(protocol or None)
    except exceptions.CardConnectionException as error:
        return {"refused": f"{error.hresult & 0xFFFFFFFF:08x}"}
    try:
        agreed = connection.getProtocol()
        return {"protocol": agreed, "atr": bytes(connection.getATR()).hex()} | TASKS[task](Program(connection, with_le))
    finally:
        connection.disconnect()


if __name__ == "__main__":
    print(json.dumps(work(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "1")))
