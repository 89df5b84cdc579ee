"""A recording in which nobody can be recognised, and that replays all the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from emulator.recording.codes import SECRET_INSTRUCTIONS, code_span
from emulator.recording.masking.objects import Leaf, leaves
from emulator.recording.masking.personal import EMAIL, authorities, certified_identifiers, certified_names
from emulator.recording.masking.pseudonyms import Pseudonyms, folded
from emulator.recording.masking.rules import STRUCTURAL, Kind, Rules, rules_for
from emulator.recording.masking.search import Edit, Search, Weight
from emulator.recording.masking.streams import Origin, Stream, streams_of
from emulator.recording.model import Event, EventKind, Recording
from reader_core.records.nir import is_valid

_MASKED = (
    "Masked, by pseudonyms of the same length and the same throughout: NIR, names, days of birth (the year stays), "
    "addresses, member and accident numbers, free texts, identifiers of professionals, secret codes. Keys of NIR and "
    "identifiers are right or wrong as they were."
)
_KEPT = "Left as it was: rights and their dates, codes, numbers of cards, challenges, signatures, authorities."
_BROKEN = (
    "Broken by this: the signature of every certificate that names its holder. A reader that verifies the chain itself "
    "refuses it; a reader that leaves the chain to the recorded card reads on. Codes are not compared on replay."
)
NOTES = (_MASKED, _KEPT, _BROKEN)
"""What a masked recording says of itself."""
_EF_ATR = b"\x80\x43"
"""EF.ATR is in COMPACT-TLV after its first byte, and begins with the card service data (ISO/IEC 7816-4, 12.1.1)."""
_POINTERS = (0xE0, 0xA0)
_LEAST = {Kind.KEPT: Weight.SHORT_NAME, Kind.CODE: Weight.NAME, Kind.TEXT: Weight.NUMBER}
"""What a find has to weigh in a field to be put there; a field that is replaced by its rule takes none."""
_LETTERS = re.compile(r"[A-Za-z\xC0-\xD6\xD8-\xF6\xF8-\xFF]+")
_NIR = re.compile(r"(?<![0-9])([1-8][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6})([0-9]{2})?(?![0-9])", re.ASCII)
_NUMBER = re.compile(r"[1-8][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6}", re.ASCII)


@dataclass(slots=True)
class _Found:
    """The secrets of a recording."""

    pseudonyms: Pseudonyms
    words: set[str] = field(default_factory=set[str])
    nirs: dict[str, str] = field(default_factory=dict[str, str])
    holders: set[str] = field(default_factory=set[str])

    def numbers(self) -> dict[str, str]:
        """Every number to look for, with what stands for it: whole, with its key, and without."""
        known: dict[str, str] = {}
        for number, key in self.nirs.items():
            known[number] = self.pseudonyms.nir(number)
            if key:
                known[number + key] = known[number] + self.pseudonyms.nir_key(number, key)
        for identifier in self.holders:
            if not identifier.isdigit():
                continue
            other = self.pseudonyms.holder(identifier)
            known |= {identifier: other, identifier[1:]: other[1:], identifier[1:-1]: other[1:-1]}
        return known

    def registered(self, data: bytes) -> Iterator[Edit]:
        """Identifiers of professionals that are not digits alone, where they stand in some bytes."""
        for identifier in self.holders:
            if not identifier.isdigit():
                new = self.pseudonyms.holder(identifier).encode("ascii")
                for found in re.finditer(re.escape(identifier.encode("ascii")), data):
                    yield Edit(found.start(), new, Weight.NUMBER)


@dataclass(frozen=True, slots=True)
class _Template:
    """One template of a stream, and its fields that a rule speaks of."""

    fields: tuple[tuple[Leaf, Kind], ...]

    def text(self, data: bytes, kind: Kind) -> str:
        return next((_text(data, leaf) for leaf, each in self.fields if each is kind), "")

    def before(self, data: bytes, field: Leaf) -> str:
        """The field whose tag is one less."""
        path = (*field.path[:-1], field.path[-1] - 1)
        return next((_text(data, leaf) for leaf, _ in self.fields if leaf.path == path), "")


def mask_recording(recording: Recording, key: bytes | None = None) -> Recording:
    """Replace everything that tells who somebody is, or what their code is, by pseudonyms.

    Args:
        recording: what was recorded; it is not changed. One that is masked already comes back as it is.
        key: what the pseudonyms are drawn from; None draws a new one that nobody keeps.

    Returns:
        The same recording with other bytes, `masked`, and with notes on what that changed.
    """
    if recording.masked:
        return recording
    found = _Found(Pseudonyms(key))
    copies = [(event, bytearray(event.command), bytearray(event.answer)) for event in recording.events]
    streams: list[tuple[Stream, Rules]] = []
    for card in recording.cards:
        rules = rules_for(card.atr)
        mine = [copy for copy in copies if copy[0].slot == card.slot]
        streams += [(stream, rules) for stream in streams_of(mine)]
    for stream, rules in streams:
        _collect(stream, rules, found)
    found.pseudonyms.reserve("word", found.words)
    found.pseudonyms.reserve("nir", set(found.nirs))
    found.pseudonyms.reserve("holder", found.holders)
    search = Search(found.words, found.numbers(), found.pseudonyms)
    for stream, rules in streams:
        _mask(stream, rules, found, search)
    _mask_codes(((command, event) for event, command, _ in copies), found.pseudonyms)
    events = tuple(replace(event, command=bytes(command), answer=bytes(answer)) for event, command, answer in copies)
    return replace(recording, events=events, masked=True, notes=(*recording.notes, *NOTES))


def _templates(stream: Stream, rules: Rules) -> list[_Template]:
    """The templates of a stream by its outermost objects; what no rule knows is text that may name somebody."""
    if stream.origin is Origin.PIECE:
        whole = Leaf(0, (), 0, len(stream.data), cut=True)
        return [] if _is_certificate(stream.data) else [_Template(((whole, Kind.TEXT),))]
    groups: dict[int, list[Leaf]] = {}
    for leaf in leaves(stream.data, {*rules, _POINTERS[0]}):
        groups.setdefault(leaf.outer, []).append(leaf)
    return [_Template(tuple((leaf, _kind(leaf, group, stream, rules)) for leaf in group)) for group in groups.values()]


def _kind(leaf: Leaf, group: list[Leaf], stream: Stream, rules: Rules) -> Kind:
    outer = leaf.path[0] if leaf.path else None
    if _is_directory(group):
        return Kind.OWN
    if outer is not None and outer in rules and len(leaf.path) == 2:
        return rules[outer].get(leaf.path[1], Kind.TEXT)
    whole = outer is not None and not any(each.cut for each in group)
    if whole and outer in STRUCTURAL:
        return Kind.OWN
    if stream.origin is not Origin.FILE or _is_certificate(stream.data) or stream.data.startswith(_EF_ATR):
        return Kind.KEPT
    is_pkcs15 = whole and stream.data[leaf.outer] & 0xC0 in {0x00, 0x80}  # universal and context tags
    return Kind.KEPT if is_pkcs15 else Kind.TEXT


def _is_directory(group: list[Leaf]) -> bool:
    """E0{A0...}: the POINTERS of a Vitale, whose tag another card has for its holder."""
    return any(leaf.path[:2] == _POINTERS for leaf in group)


def _is_certificate(data: bytes) -> bool:
    return b"\x06\x03\x55\x04" in data or b"\x06\x03\x55\x1d" in data or b"\x06\x09\x2a\x86\x48\x86\xf7" in data


def _text(data: bytes, leaf: Leaf) -> str:
    return data[leaf.start : leaf.end].decode("latin-1")


def _collect(stream: Stream, rules: Rules, found: _Found) -> None:
    data = stream.data
    for template in _templates(stream, rules):
        key = template.text(data, Kind.NIR_KEY)
        for leaf, kind in template.fields:
            text = _text(data, leaf)
            if kind is Kind.NAME and not leaf.cut:
                found.words |= set(_LETTERS.findall(text))
            elif kind is Kind.NIR and _NUMBER.match(text):
                found.nirs[text[:13]] = found.nirs.get(text[:13]) or text[13:15] or key
        holder = _holder(template, data)
        if holder:
            found.holders.add(holder)
    for name in certified_names(data):
        found.words |= set(_LETTERS.findall(name))
    found.holders |= set(certified_identifiers(data))
    for text in _texts(stream):
        for number, key in _NIR.findall(text):
            if not key or is_valid(number, key):
                found.nirs.setdefault(number, key)


def _texts(stream: Stream) -> list[str]:
    """Where to look for a NIR that no rule points at. A tag or a length can be a digit: never across objects of a file."""
    if stream.origin is Origin.FILE:
        return [_text(stream.data, leaf) for leaf in leaves(stream.data)]
    return [] if _is_certificate(stream.data) else [stream.data.decode("latin-1")]


def _holder(template: _Template, data: bytes) -> str:
    """Kind, number and key of a professional, when all three are there as digits."""
    parts = [template.text(data, kind) for kind in (Kind.HOLDER_KIND, Kind.HOLDER, Kind.HOLDER_KEY)]
    whole = "".join(parts)
    return whole if whole.isascii() and whole.isdigit() and [len(parts[0]), len(parts[2])] == [1, 1] else ""


def _mask(stream: Stream, rules: Rules, found: _Found, search: Search) -> None:
    """Replace what the rules speak of, then look everywhere else: each byte says how much a find has to weigh there."""
    data, least = stream.data, bytearray(len(stream.data))
    for template in _templates(stream, rules):
        for leaf, kind in template.fields:
            least[leaf.start : leaf.end] = bytes([_LEAST.get(kind, Weight.NOTHING)]) * (leaf.end - leaf.start)
            if kind not in {Kind.OWN, Kind.KEPT, Kind.CODE}:
                new = _replaced(_text(data, leaf), kind, leaf, template, data, found)
                stream.put(leaf.start, new.encode("latin-1"))
    for start, end in authorities(data):
        least[start:end] = bytes([Weight.NOTHING]) * (end - start)
    emails = (
        Edit(email.start(), found.pseudonyms.text(email[0].decode("ascii")).encode("ascii"), Weight.NAME)
        for email in EMAIL.finditer(data)
    )
    for edit in chain(search.edits(data), found.registered(data), emails):
        if edit.weight >= max(least[edit.start : edit.start + len(edit.value)]):
            stream.put(edit.start, edit.value)


def _replaced(text: str, kind: Kind, leaf: Leaf, template: _Template, data: bytes, found: _Found) -> str:
    pseudonyms = found.pseudonyms
    if kind is Kind.NIR:
        return _other_nir(text, found)
    if kind is Kind.NIR_KEY:
        number = template.text(data, Kind.NIR)
        return pseudonyms.nir_key(number, text) if number in found.nirs and len(text) == 2 else pseudonyms.text(text)
    if kind is Kind.LUHN_KEY:
        number = template.before(data, leaf)
        both = (number + text).isdigit() and text.isascii() and len(text) == 1 and number
        return pseudonyms.luhn_key(number, text) if both else pseudonyms.text(text)
    if kind is Kind.BIRTH:
        return _other_birth(text, pseudonyms)
    holder = _holder(template, data)
    if kind is Kind.HOLDER and holder:
        return pseudonyms.holder(holder)[1:-1]
    if kind is Kind.HOLDER_KEY and holder:
        return pseudonyms.holder(holder)[-1:]
    if kind is Kind.HOLDER_KIND:
        return text
    return _cut_name(text, kind, found) or pseudonyms.text(text)


def _other_nir(text: str, found: _Found) -> str:
    if text[:13] in found.nirs:
        other = found.pseudonyms.nir(text[:13])
        key = text[13:15]
        return (other + (found.pseudonyms.nir_key(text[:13], key) if len(key) == 2 else "0" * len(key)) + text[15:])[
            : len(text)
        ]
    begun = next((number for number in sorted(found.nirs) if text and number.startswith(text)), None)
    return found.pseudonyms.text(text) if begun is None else found.pseudonyms.nir(begun)[: len(text)]


def _cut_name(text: str, kind: Kind, found: _Found) -> str:
    """The beginning of a name that is known whole: the beginning of its pseudonym."""
    if kind is not Kind.NAME or not _LETTERS.fullmatch(text):
        return ""
    whole = next((word for word in sorted(found.words) if len(word) > len(text) and word.startswith(text)), None)
    known = any(folded(word) == folded(text) for word in found.words)
    return "" if whole is None or known else found.pseudonyms.word(whole)[: len(text)]


def _other_birth(text: str, pseudonyms: Pseudonyms) -> str:
    if not (text.isascii() and text.isdigit()) or len(text) not in {6, 8, 10, 12}:
        return pseudonyms.text(text) if text.strip("0 ") else text
    width = 6 if len(text) in {6, 10} else 8
    return pseudonyms.birth(text[:width]) + text[width:]


def _mask_codes(commands: Iterable[tuple[bytearray, Event]], pseudonyms: Pseudonyms) -> None:
    for command, event in commands:
        if event.kind is not EventKind.APDU or len(command) < 2 or command[1] not in SECRET_INSTRUCTIONS:
            continue
        start, end = code_span(bytes(command))
        for first, last in _codes(command, start, end):
            command[first:last] = _other_code(bytes(command[first:last]), pseudonyms)


def _codes(command: bytearray, start: int, end: int) -> list[tuple[int, int]]:
    """Where the single codes stand: CHANGE has two as long as each other, RESET one of eight digits and a new one."""
    both = len(command) > 2 and command[2] == 0x00
    if command[1] == 0x24 and both and (end - start) % 2 == 0:
        middle = (start + end) // 2
        return [(start, middle), (middle, end)]
    if command[1] == 0x2C and both and end - start > 8:
        return [(start, start + 8), (start + 8, end)]
    return [(start, end)]


def _other_code(code: bytes, pseudonyms: Pseudonyms) -> bytes:
    """Digits for digits, as text or in a block of ISO 9564-1 format 2; other bytes for anything else."""
    bare = code.rstrip(b"\xff\x00")
    if bare.isdigit():
        return pseudonyms.code(bare.decode("ascii")).encode("ascii") + code[len(bare) :]
    digits = code.hex().upper()
    if len(digits) == 16 and digits[0] == "2" and digits[2 : 2 + int(digits[1], 16)].isdigit():
        length = int(digits[1], 16)
        return bytes.fromhex(digits[:2] + pseudonyms.code(digits[2 : 2 + length]) + digits[2 + length :])
    return pseudonyms.bytes(bare) + code[len(bare) :]
