"""One line of English for an APDU, for traces and logs. Never raises, and never shows a PIN.

>>> vitale = bytes.fromhex("D250000002564954414C45")
>>> describe_command(bytes.fromhex("00A404000BD250000002564954414C45"), {vitale: "VITALE"})
'SELECT by name D2 50 00 00 02 56 49 54 41 4C 45 (VITALE)'
>>> describe_command(bytes.fromhex("0020000108 31323334FFFFFFFF"))
'VERIFY reference 1, 8 bytes not shown'
>>> describe_response(bytes.fromhex("6982"))
'6982 security status not satisfied'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from reader_core.iso7816.class_byte import ClassByte
from reader_core.iso7816.command import CommandApdu
from reader_core.iso7816.errors import ApduFormatError
from reader_core.iso7816.response import ResponseApdu

Names = Mapping[bytes, str]
"""Words for identifiers: AIDs, and file identifiers as 2 bytes."""

NO_NAMES: Final[Names] = {}
SHOWN_BYTES: Final = 24

INSTRUCTIONS: Final[Mapping[int, str]] = {
    0x04: "DEACTIVATE FILE",
    0x0E: "ERASE BINARY",
    0x0F: "ERASE BINARY",
    0x10: "PERFORM SCQL OPERATION",
    0x20: "VERIFY",
    0x21: "VERIFY",
    0x22: "MANAGE SECURITY ENVIRONMENT",
    0x24: "CHANGE REFERENCE DATA",
    0x26: "DISABLE VERIFICATION REQUIREMENT",
    0x28: "ENABLE VERIFICATION REQUIREMENT",
    0x2A: "PERFORM SECURITY OPERATION",
    0x2C: "RESET RETRY COUNTER",
    0x44: "ACTIVATE FILE",
    0x46: "GENERATE ASYMMETRIC KEY PAIR",
    0x70: "MANAGE CHANNEL",
    0x82: "EXTERNAL AUTHENTICATE",
    0x84: "GET CHALLENGE",
    0x86: "GENERAL AUTHENTICATE",
    0x87: "GENERAL AUTHENTICATE",
    0x88: "INTERNAL AUTHENTICATE",
    0xA0: "SEARCH BINARY",
    0xA1: "SEARCH BINARY",
    0xA2: "SEARCH RECORD",
    0xA4: "SELECT",
    0xB0: "READ BINARY",
    0xB1: "READ BINARY",
    0xB2: "READ RECORD",
    0xB3: "READ RECORD",
    0xC0: "GET RESPONSE",
    0xC2: "ENVELOPE",
    0xC3: "ENVELOPE",
    0xCA: "GET DATA",
    0xCB: "GET DATA",
    0xD0: "WRITE BINARY",
    0xD1: "WRITE BINARY",
    0xD2: "WRITE RECORD",
    0xD6: "UPDATE BINARY",
    0xD7: "UPDATE BINARY",
    0xDA: "PUT DATA",
    0xDB: "PUT DATA",
    0xDC: "UPDATE RECORD",
    0xDD: "UPDATE RECORD",
    0xE0: "CREATE FILE",
    0xE2: "APPEND RECORD",
    0xE4: "DELETE FILE",
    0xE6: "TERMINATE DF",
    0xE8: "TERMINATE EF",
    0xFE: "TERMINATE CARD USAGE",
}
"""Names of the interindustry instructions. Source: ISO/IEC 7816-4:2013, table 4."""

_SECRETS: Final = (0x20, 0x21, 0x24, 0x26, 0x28, 0x2C)  # their data is a PIN or a PUK
_SELECT_BY: Final[Mapping[int, str]] = {
    0x00: "by identifier",
    0x01: "child DF",
    0x02: "EF",
    0x03: "parent",
    0x04: "by name",
    0x08: "by path from the MF",
    0x09: "by path",
}
_SELECT_OCCURRENCE: Final = ("", ", last occurrence", ", next occurrence", ", previous occurrence")
_SECURITY_OPERATIONS: Final[Mapping[tuple[int, int], str]] = {
    (0x9E, 0x9A): "COMPUTE DIGITAL SIGNATURE",
    (0x00, 0xA8): "VERIFY DIGITAL SIGNATURE",
    (0x00, 0xAE): "VERIFY CERTIFICATE (template)",
    (0x00, 0xBE): "VERIFY CERTIFICATE",
    (0x80, 0x86): "DECIPHER",
    (0x86, 0x80): "ENCIPHER",
    (0x90, 0x80): "HASH",
    (0x90, 0xA0): "HASH (last round)",
}
_TEMPLATES: Final[Mapping[int, str]] = {
    0xA4: "authentication",
    0xA6: "key agreement",
    0xAA: "hash",
    0xB4: "cryptographic checksum",
    0xB6: "digital signature",
    0xB8: "confidentiality",
}


def describe_command(raw: bytes, names: Names = NO_NAMES) -> str:
    """Say what a command asks for.

    Args:
        raw: command APDU; malformed ones are described as such.
        names: words for AIDs and file identifiers, shown in brackets. Class bytes do not matter to the words.
    """
    try:
        command = CommandApdu.parse(raw)
    except ApduFormatError as error:
        # A PIN command with a wrong length holds a PIN all the same.
        shown = bytes(raw[:4] if raw[1:2] and raw[1] in _SECRETS else raw)
        return f"{error} ({_hex(shown)})" if shown else str(error)
    describe = _DESCRIBERS.get(command.ins, _plain)
    return _class_prefix(command.cla) + describe(command, names) + _expected(command)


def describe_response(raw: bytes, *, french: bool = False) -> str:
    """Say what an answer means: status word, its meaning, and how many bytes of data came."""
    try:
        response = ResponseApdu.parse(raw)
    except ApduFormatError:
        lost = "réponse incomplète :" if french else "incomplete answer:"
        return f"{lost} {_count(len(raw), 'octet' if french else 'byte')} {_hex(bytes(raw))}".rstrip()
    meaning = response.sw.meaning_fr if french else response.sw.meaning
    if not response.data:
        return f"{response.sw} {meaning}"
    return f"{response.sw} {meaning}, {_count(len(response.data), 'octet' if french else 'byte')}"


def _select(command: CommandApdu, names: Names) -> str:
    by = _SELECT_BY.get(command.p1, f"P1={command.p1:02X}")
    target = f" {_named(command.data, names)}" if command.data else ""
    if not command.data and command.p1 == 0x00:
        target = " 3F 00 (MF, implied)"
    return f"SELECT {by}{target}{_SELECT_OCCURRENCE[command.p2 & 0x03]}"


def _binary(command: CommandApdu, names: Names) -> str:
    del names
    size = f", {_count(len(command.data))}" if command.data else ""
    if command.ins & 0x01:
        return f"{INSTRUCTIONS[command.ins]} with offset object{size}"
    if command.p1 & 0x80:
        return f"{INSTRUCTIONS[command.ins]} SFI {command.p1 & 0x1F} offset {command.p2}{size}"
    return f"{INSTRUCTIONS[command.ins]} offset {command.p1 << 8 | command.p2}{size}"


def _secret(command: CommandApdu, names: Names) -> str:
    del names
    shown = f"{_count(len(command.data))} not shown" if command.data else "no data: asks for the tries left"
    if command.ins not in {0x20, 0x21} and not command.data:
        shown = "no data"
    return f"{INSTRUCTIONS[command.ins]} reference {command.p2 & 0x1F}, {shown}"


def _security_operation(command: CommandApdu, names: Names) -> str:
    del names
    operation = _SECURITY_OPERATIONS.get((command.p1, command.p2), f"{command.p1:02X} {command.p2:02X}")
    return f"PERFORM SECURITY OPERATION {operation}, {_count(len(command.data))}"


def _security_environment(command: CommandApdu, names: Names) -> str:
    del names
    action = {0x1: "SET", 0x2: "STORE", 0x3: "RESTORE", 0x4: "ERASE"}.get(command.p1 & 0x0F, f"P1={command.p1:02X}")
    if action != "SET":
        return f"MANAGE SECURITY ENVIRONMENT {action} {command.p2}"
    template = _TEMPLATES.get(command.p2, f"template {command.p2:02X}")
    return f"MANAGE SECURITY ENVIRONMENT SET {template} {_hex(command.data)}".rstrip()


def _data_object(command: CommandApdu, names: Names) -> str:
    del names
    name = INSTRUCTIONS[command.ins]
    tag = f"{command.p1:02X} {command.p2:02X}"
    return f"{name} {tag} {_hex(command.data)}".rstrip()


def _record(command: CommandApdu, names: Names) -> str:
    del names
    where = f" SFI {command.p2 >> 3}" if command.p2 >> 3 else ""
    return f"{INSTRUCTIONS[command.ins]} {command.p1}{where}"


def _plain(command: CommandApdu, names: Names) -> str:
    del names
    parameters = "" if not command.p1 and not command.p2 else f" P1={command.p1:02X} P2={command.p2:02X}"
    name = INSTRUCTIONS.get(command.ins, f"INS {command.ins:02X}")
    return f"{name}{parameters}" + (f", {_count(len(command.data))}" if command.data else "")


_DESCRIBERS: Final[Mapping[int, Callable[[CommandApdu, Names], str]]] = {
    0xA4: _select,
    **dict.fromkeys((0xB0, 0xB1, 0xD0, 0xD1, 0xD6, 0xD7), _binary),
    **dict.fromkeys(_SECRETS, _secret),
    0x2A: _security_operation,
    0x22: _security_environment,
    **dict.fromkeys((0xCA, 0xCB, 0xDA, 0xDB), _data_object),
    **dict.fromkeys((0xB2, 0xB3, 0xD2, 0xDC, 0xDD), _record),
}


def _class_prefix(cla: int) -> str:
    """What the class byte adds, nothing for the plain 00."""
    decoded = ClassByte.parse(cla)
    return "" if decoded.raw == 0 else f"[{decoded}] "


def _expected(command: CommandApdu) -> str:
    """What Le adds; a plain "all there is" says nothing."""
    if command.ne is None or (command.ne_is_maximum and not command.extended):
        return ""
    if command.ne_is_maximum:
        return ", all there is (extended Le)"
    return f", {_count(command.ne)} expected"


def _named(value: bytes, names: Names) -> str:
    """An identifier in hexadecimal, with its name when it has one."""
    name = names.get(value)
    return _hex(value) if name is None else f"{_hex(value)} ({name})"


def _count(number: int, unit: str = "byte") -> str:
    """A number of bytes; none is a plural in English and a singular in French."""
    return f"{number} {unit}{'s' if number > 1 or (number == 0 and unit == 'byte') else ''}"


def _hex(value: bytes) -> str:
    """Bytes in hexadecimal, cut where a line would get unreadable."""
    cut = f" ... ({len(value)} bytes)" if len(value) > SHOWN_BYTES else ""
    return value[:SHOWN_BYTES].hex(" ").upper() + cut
