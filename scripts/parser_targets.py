"""The parsers that read what others wrote, each with what has to be true of anything it reads.

A target takes any bytes. What a parser documents as its error is a good end; every other exception is a finding. What is read
has to come back: written and read again it is the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from emulator.card import CardSystem
from emulator.image import ImageError, build_card, builtin_names, dump_image, load_image, parse_image
from emulator.readers import InProcessReader
from emulator.recording import (
    Event,
    Recorder,
    RecordingConnection,
    RecordingError,
    ReplayCard,
    dump_recording,
    mask_recording,
    parse_recording,
)
from emulator.stream_import import export_stream, import_stream
from emulator.vitale2 import VitaleImage
from reader_core.iso7816 import Tlv, TlvError, TransportError, parse_tlvs
from reader_core.layouts import StreamError, parse_stream

_DEPTH = 40


class FindingError(Exception):
    """A parser did what it must not do."""


@dataclass(frozen=True, slots=True)
class Target:
    """One parser.

    Attributes:
        check: reads any bytes; raises only for a finding.
        seeds: makes inputs that it reads.
        words: what such inputs are made of, for a fuzzer to put together.
    """

    check: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    words: tuple[str, ...] = ()


def check_tlv(raw: bytes) -> None:
    """BER-TLV: what is read strictly is written in the one way there is, and no reading leaves its bytes."""
    for strict in (True, False):
        try:
            objects = parse_tlvs(raw, strict=strict)
        except TlvError as error:
            _hold(0 <= error.offset <= len(raw), f"an error at offset {error.offset} of {len(raw)}")
            continue
        if strict:
            _hold(b"".join(objects) == raw, "bytes were lost")
            _hold(all(Tlv(each.tag, each.value) == each for each in objects), "not the one way to write it")
        else:
            position = 0
            for each in objects:
                position = raw.index(each, position) + len(each)
        for each in objects:
            _hold(Tlv.parse(each, strict=strict) == each, "read alone it is another")
            _hold(bool(repr(each)), "nothing to show")
            _walk(each, strict=strict)


def _walk(tlv: Tlv, *, strict: bool, depth: int = 0) -> None:
    _hold(tlv.length == len(tlv.value), "another length")
    if not tlv.constructed or depth == _DEPTH:
        return
    try:
        children = tlv.children(strict=strict)
    except TlvError:
        return
    for child in children:
        _hold(child in bytes(tlv), "a child of other bytes")
        _hold(tlv.find(child.tag, strict=strict) is not None, "a child that is not found")
        _walk(child, strict=strict, depth=depth + 1)


def check_image(raw: bytes) -> None:
    """Card images: what is read is written as an image of the same content."""
    try:
        image = parse_image(raw.decode("utf-8", "replace"))
    except ImageError as error:
        _is_told(error.reason, error.next_step)
        return
    _hold(parse_image(dump_image(image)) == image, "written and read it is another image")
    if isinstance(image, VitaleImage):
        try:
            build_card(image)
        except ImageError as error:
            _is_told(error.next_step)


def check_stream(raw: bytes) -> None:
    """Group streams: they go on a card and come back byte for byte, or do not go on it."""
    try:
        groups = parse_stream(raw)
    except StreamError as error:
        _hold(0 <= error.offset <= len(raw), f"an error at offset {error.offset} of {len(raw)}")
        _is_told(error.reason)
        groups = None
    else:
        _hold(b"".join(group.octets for group in groups) == raw, "bytes were lost")
    try:
        image = import_stream(raw, "fuzzed")
    except ImageError as error:
        _is_told(error.where, error.reason, error.next_step)
        return
    _hold(groups is not None, "imported, but no stream")
    _hold(export_stream(image) == raw, "exported it is another stream")
    _hold(export_stream(parse_image(dump_image(image))) == raw, "through a file it is another stream")


def check_recording(raw: bytes) -> None:
    """Recordings: written and read again they are the same, they can be masked, and each card replays."""
    text = raw.decode("utf-8", "replace")
    try:
        recording = parse_recording(text)
    except RecordingError as error:
        _hold(0 <= error.line <= text.count("\n") + 1, f"an error in line {error.line}")
        _is_told(error.reason, error.next_step)
        return
    _hold(parse_recording(dump_recording(recording)) == recording, "written and read it is another recording")
    masked = mask_recording(recording, b"key")
    _hold(
        [_form(event) for event in masked.events] == [_form(event) for event in recording.events],
        "masked it has another form",
    )
    _hold(masked.masked and parse_recording(dump_recording(masked)) == masked, "masked it does not come back")
    for card in masked.cards:
        if card.atr:
            for strict in (True, False):
                _replay(ReplayCard(masked, card.slot, strict=strict))


def _replay(card: ReplayCard) -> None:
    for call in (card.power_on, card.reset) * 3:
        with suppress(TransportError):  # one that was recorded
            call()
            for command in (*card.unasked, b"\x00\xb0\x00\x00\x00"):
                card.transmit(command)
    _hold(all(str(divergence) for divergence in card.divergences), "a difference that says nothing")


def _form(event: Event) -> tuple[object, ...]:
    """What masking leaves as it is."""
    return event.slot, event.kind, event.at, event.until, len(event.command), len(event.answer), event.error


def _hold(true: bool, said: str) -> None:
    if not true:
        raise FindingError(said)


def _is_told(*texts: str) -> None:
    """Every part of an error says something, on one line."""
    for text in texts:
        _hold(bool(text.strip()), "an error that says nothing")
        _hold("\n" not in text, f"an error of several lines: {text!r}")


def _files() -> list[bytes]:
    """The file contents of every kind of built-in card."""
    cards = [build_card(load_image(name)) for name in ("famille", "cps", "cps4", "vitale1")]
    found = [
        bytes(file.content)
        for card in cards
        if isinstance(card, CardSystem)
        for df in card.root.walk()
        for file in df.elementary_files
        if file.content
    ]
    return sorted(set(found))


def _images() -> list[bytes]:
    return [dump_image(load_image(name)).encode() for name in builtin_names()]


def _streams() -> list[bytes]:
    images = [load_image(name) for name in builtin_names()]
    return [export_stream(image) for image in images if isinstance(image, VitaleImage)]


def _recordings() -> list[bytes]:
    commands = ("00A40200022F0200", "00C0000012", "00B0820000", "002000010831323334FFFFFFFF")
    recorder = Recorder(now="then", clock=lambda: 0.0)
    for slot, name in (("vitale", "specimen"), ("cps", "cps")):
        reader = InProcessReader(slot, build_card(load_image(name)))
        connection = RecordingConnection(reader.connect(), recorder, slot)
        connection.power_on()
        for command in commands:
            connection.transmit(bytes.fromhex(command))
        connection.reset()
        connection.close()
    recording = recorder.recording()
    failed = dump_recording(recording).replace("\nend\n", "\ncps 0.500000 on\ncps 0.600000 ! card_mute 10 s\nend\n")
    return [dump_recording(each).encode() for each in (recording, mask_recording(recording, b"key"))] + [
        failed.encode()
    ]


TARGETS = {
    "tlv": Target(check_tlv, _files),
    "image": Target(
        check_image,
        _images,
        ("profile", "title", "[carte]", "[assure]", "[[beneficiaires]]", "brut:", "= true", '"""', "nir", "\\u0000", "1e9"),
    ),
    "stream": Target(check_stream, _streams, ("\\x00\\x65", "\\x00\\x6f", "\\x81\\x80", "\\x82\\x01\\x00", "\\x84")),
    "recording": Target(
        check_recording,
        _recordings,
        ("format: vitale-recording/1", "masked: yes", "card: ", "atr: 3B 00", "begin", "end", " on", " off", " reset",
         " > 00 B0", " < 90 00", " ! card_mute", " # ", "0.000001"),
    ),
}  # fmt: skip
"""Every parser by its name."""


def mutated(inputs: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Changed copies of some inputs: bytes cut out, put in, turned over, said twice, taken from another.

    The same seed gives the same ones.
    """
    source = random.Random(seed)  # noqa: S311  # a fuzzer, not a key
    for _ in range(count):
        raw = bytearray(source.choice(inputs))
        for _ in range(source.choice((1, 1, 2, 4))):
            start = source.randrange(len(raw) + 1)
            end = min(len(raw), start + source.choice((0, 1, 1, 2, 8, 40)))
            other = source.choice(inputs)
            at = source.randrange(len(other) + 1)
            raw[start:end] = source.choice(
                (b"", source.randbytes(end - start or 1), other[at : at + 16], bytes(raw[start:end]) * 3, b"\xff" * 3)
            )
        yield bytes(raw)
