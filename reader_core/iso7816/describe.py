"""One line of English or French for an APDU, for traces and logs. Never raises, and never shows a PIN.

Names of instructions stay as the standard has them in both languages.

>>> vitale = bytes.fromhex("D250000002564954414C45")
>>> describe_command(bytes.fromhex("00A404000BD250000002564954414C45"), {vitale: "VITALE"})
'SELECT by name D2 50 00 00 02 56 49 54 41 4C 45 (VITALE)'
>>> describe_command(bytes.fromhex("0020000108 31323334FFFFFFFF"))
'VERIFY reference 1, 8 bytes not shown'
>>> describe_command(bytes.fromhex("00B0010000"), current="COUVERT", french=True)
"READ BINARY COUVERT à l'octet 256"
>>> describe_response(bytes.fromhex("6982"))
'6982 security status not satisfied'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from reader_core.iso7816.class_byte import ClassByte, ClassKind, SecureMessaging
from reader_core.iso7816.command import CommandApdu
from reader_core.iso7816.errors import ApduFormatError
from reader_core.iso7816.response import ResponseApdu

Names = Mapping[bytes, str]
"""Words for identifiers: AIDs, file identifiers as 2 bytes, short file identifiers as 1 byte."""

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

# Below, words stand in pairs: English, French.
_SELECT_BY: Final[Mapping[int, tuple[str, str]]] = {
    0x00: ("by identifier", "par identifiant"),
    0x01: ("child DF", "DF fils"),
    0x02: ("EF", "EF"),
    0x03: ("parent", "parent"),
    0x04: ("by name", "par nom"),
    0x08: ("by path from the MF", "par chemin depuis le MF"),
    0x09: ("by path", "par chemin"),
}
_SELECT_OCCURRENCE: Final = (
    ("", ""),
    (", last occurrence", ", dernière occurrence"),
    (", next occurrence", ", occurrence suivante"),
    (", previous occurrence", ", occurrence précédente"),
)
_SECURITY_OPERATIONS: Final[Mapping[tuple[int, int], tuple[str, str]]] = {
    (0x9E, 0x9A): ("COMPUTE DIGITAL SIGNATURE", "COMPUTE DIGITAL SIGNATURE"),
    (0x00, 0xA8): ("VERIFY DIGITAL SIGNATURE", "VERIFY DIGITAL SIGNATURE"),
    (0x00, 0xAE): ("VERIFY CERTIFICATE (template)", "VERIFY CERTIFICATE (gabarit)"),
    (0x00, 0xBE): ("VERIFY CERTIFICATE", "VERIFY CERTIFICATE"),
    (0x80, 0x86): ("DECIPHER", "DECIPHER"),
    (0x86, 0x80): ("ENCIPHER", "ENCIPHER"),
    (0x90, 0x80): ("HASH", "HASH"),
    (0x90, 0xA0): ("HASH (last round)", "HASH (dernier tour)"),
}
_TEMPLATES: Final[Mapping[int, tuple[str, str]]] = {
    0xA4: ("authentication", "authentification"),
    0xA6: ("key agreement", "accord de clés"),
    0xAA: ("hash", "hachage"),
    0xB4: ("cryptographic checksum", "somme de contrôle cryptographique"),
    0xB6: ("digital signature", "signature numérique"),
    0xB8: ("confidentiality", "confidentialité"),
}
_CLASS_KINDS: Final[Mapping[ClassKind, str]] = {
    ClassKind.RESERVED: "réservée",
    ClassKind.PROPRIETARY: "propriétaire",
    ClassKind.INVALID: "invalide",
}
_SECURE_MESSAGING: Final[Mapping[SecureMessaging, str]] = {
    SecureMessaging.PROPRIETARY: "propriétaire",
    SecureMessaging.STANDARD: "normalisée, en-tête non authentifié",
    SecureMessaging.STANDARD_HEADER: "normalisée, en-tête authentifié",
}


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Who describes: the language, and the names of what is described."""

    french: bool
    names: Names
    current: str = ""

    def say(self, english: str, french: str) -> str:
        return french if self.french else english

    def count(self, number: int) -> str:
        """A number of bytes; none is a plural in English and a singular in French."""
        if self.french:
            return f"{number} octet{'s' if number > 1 else ''}"
        return f"{number} byte{'' if number == 1 else 's'}"

    def bytes(self, value: bytes) -> str:
        """Bytes in hexadecimal, cut where a line would get unreadable."""
        cut = f" ... ({self.count(len(value))})" if len(value) > SHOWN_BYTES else ""
        return value[:SHOWN_BYTES].hex(" ").upper() + cut

    def named(self, value: bytes) -> str:
        """An identifier in hexadecimal, with its name when it has one."""
        name = self.names.get(value)
        return self.bytes(value) if name is None else f"{self.bytes(value)} ({name})"

    def short(self, sfi: int) -> str:
        """A short file identifier, with the file's name when it has one."""
        name = self.names.get(bytes([sfi]))
        return f"SFI {sfi}" + (f" ({name})" if name else "")


def describe_command(raw: bytes, names: Names = NO_NAMES, *, current: str = "", french: bool = False) -> str:
    """Say what a command asks for.

    Args:
        raw: command APDU; malformed ones are described as such.
        names: words for AIDs and file identifiers, shown in brackets. Class bytes do not matter to the words.
        current: name of the current file, for commands that work on it without naming it.
        french: say it in French.
    """
    speaker = _Speaker(french, names, current)
    try:
        command = CommandApdu.parse(raw)
    except ApduFormatError as error:
        # A PIN command with a wrong length holds a PIN all the same.
        shown = bytes(raw[:4] if raw[1:2] and raw[1] in _SECRETS else raw)
        wrong = speaker.say(str(error), f"APDU mal formée à l'octet {error.offset}")
        return f"{wrong} ({speaker.bytes(shown)})" if shown else wrong
    describe = _DESCRIBERS.get(command.ins, _plain)
    return _class_prefix(command.cla, speaker) + describe(command, speaker) + _expected(command, speaker)


def describe_response(raw: bytes, *, french: bool = False) -> str:
    """Say what an answer means: status word, its meaning, and how many bytes of data came."""
    speaker = _Speaker(french, NO_NAMES)
    try:
        response = ResponseApdu.parse(raw)
    except ApduFormatError:
        lost = speaker.say("incomplete answer:", "réponse incomplète :")
        return f"{lost} {speaker.count(len(raw))} {speaker.bytes(bytes(raw))}".rstrip()
    meaning = f"{response.sw} {speaker.say(response.sw.meaning, response.sw.meaning_fr)}"
    return f"{meaning}, {speaker.count(len(response.data))}" if response.data else meaning


def _select(command: CommandApdu, speaker: _Speaker) -> str:
    unknown = f"P1={command.p1:02X}"
    by = speaker.say(*_SELECT_BY.get(command.p1, (unknown, unknown)))
    target = f" {speaker.named(command.data)}" if command.data else ""
    if not command.data and command.p1 == 0x00:
        target = f" 3F 00 ({speaker.say('MF, implied', 'MF, implicite')})"
    return f"SELECT {by}{target}{speaker.say(*_SELECT_OCCURRENCE[command.p2 & 0x03])}"


def _binary(command: CommandApdu, speaker: _Speaker) -> str:
    name = INSTRUCTIONS[command.ins]
    size = f", {speaker.count(len(command.data))}" if command.data else ""
    if command.ins & 0x01:
        return f"{name} {speaker.say('with offset object', 'avec objet de position')}{size}"
    if command.p1 & 0x80:
        place, offset = f" {speaker.short(command.p1 & 0x1F)}", command.p2
    else:
        place, offset = f" {speaker.current}".rstrip(), command.p1 << 8 | command.p2
    at = speaker.say(f"offset {offset}", f"à l'octet {offset}")
    return f"{name}{place} {at}{size}"


def _secret(command: CommandApdu, speaker: _Speaker) -> str:
    size = speaker.count(len(command.data))
    shown = speaker.say(f"{size} not shown", f"{size} non affiché{'s' if len(command.data) > 1 else ''}")
    if not command.data:
        shown = speaker.say("no data", "sans donnée")
        if command.ins in {0x20, 0x21}:
            shown += speaker.say(": asks for the tries left", " : demande les essais restants")
    return f"{INSTRUCTIONS[command.ins]} {speaker.say('reference', 'référence')} {command.p2 & 0x1F}, {shown}"


def _security_operation(command: CommandApdu, speaker: _Speaker) -> str:
    unknown = f"{command.p1:02X} {command.p2:02X}"
    operation = speaker.say(*_SECURITY_OPERATIONS.get((command.p1, command.p2), (unknown, unknown)))
    return f"PERFORM SECURITY OPERATION {operation}, {speaker.count(len(command.data))}"


def _security_environment(command: CommandApdu, speaker: _Speaker) -> str:
    action = {0x1: "SET", 0x2: "STORE", 0x3: "RESTORE", 0x4: "ERASE"}.get(command.p1 & 0x0F, f"P1={command.p1:02X}")
    if action != "SET":
        return f"MANAGE SECURITY ENVIRONMENT {action} {command.p2}"
    unknown = (f"template {command.p2:02X}", f"gabarit {command.p2:02X}")
    template = speaker.say(*_TEMPLATES.get(command.p2, unknown))
    return f"MANAGE SECURITY ENVIRONMENT SET {template} {speaker.bytes(command.data)}".rstrip()


def _data_object(command: CommandApdu, speaker: _Speaker) -> str:
    name = INSTRUCTIONS[command.ins]
    tag = f"{command.p1:02X} {command.p2:02X}"
    return f"{name} {tag} {speaker.bytes(command.data)}".rstrip()


def _record(command: CommandApdu, speaker: _Speaker) -> str:
    sfi = command.p2 >> 3
    if sfi:
        return f"{INSTRUCTIONS[command.ins]} {command.p1} {speaker.short(sfi)}"
    return f"{INSTRUCTIONS[command.ins]} {speaker.current}".rstrip() + f" {command.p1}"


def _plain(command: CommandApdu, speaker: _Speaker) -> str:
    parameters = "" if not command.p1 and not command.p2 else f" P1={command.p1:02X} P2={command.p2:02X}"
    name = INSTRUCTIONS.get(command.ins, f"INS {command.ins:02X}")
    return f"{name}{parameters}" + (f", {speaker.count(len(command.data))}" if command.data else "")


_DESCRIBERS: Final[Mapping[int, Callable[[CommandApdu, _Speaker], str]]] = {
    0xA4: _select,
    **dict.fromkeys((0xB0, 0xB1, 0xD0, 0xD1, 0xD6, 0xD7), _binary),
    **dict.fromkeys(_SECRETS, _secret),
    0x2A: _security_operation,
    0x22: _security_environment,
    **dict.fromkeys((0xCA, 0xCB, 0xDA, 0xDB), _data_object),
    **dict.fromkeys((0xB2, 0xB3, 0xD2, 0xDC, 0xDD), _record),
}


def _class_prefix(cla: int, speaker: _Speaker) -> str:
    """What the class byte adds, nothing for the plain 00."""
    decoded = ClassByte.parse(cla)
    if decoded.raw == 0:
        return ""
    if not speaker.french:
        return f"[{decoded}] "
    if decoded.channel is None:
        return f"[{decoded.raw:02X} {_CLASS_KINDS[decoded.kind]}] "
    parts = [f"canal {decoded.channel}"]
    if decoded.chaining:
        parts.append("chaînage")
    if decoded.secure_messaging is not SecureMessaging.NONE:
        parts.append(f"messagerie sécurisée ({_SECURE_MESSAGING[decoded.secure_messaging]})")
    return f"[{decoded.raw:02X} {', '.join(parts)}] "


def _expected(command: CommandApdu, speaker: _Speaker) -> str:
    """What Le adds; a plain "all there is" says nothing."""
    if command.ne is None or (command.ne_is_maximum and not command.extended):
        return ""
    if command.ne_is_maximum:
        return speaker.say(", all there is (extended Le)", ", tout le contenu (Le étendu)")
    size = speaker.count(command.ne)
    return ", " + speaker.say(f"{size} expected", f"{size} attendu{'s' if command.ne > 1 else ''}")
