"""Send random and mutated commands to every kind of virtual card, and check that each answer is well formed.

    python -m scripts.fuzz_cards --count 1000000 --seed 1

Three commands in four are mutations of conversations that programs have with these cards, the others are noise. After every
command: an answer of at least two bytes, a status word 6xxx or 9xxx, no more data than the command takes, no exception inside
the card. After every conversation: counters within their limits, spent tries never given back by a reset, files no longer
than they may get. At the end: no memory that grew. The first breach ends the run with the seed, the card and the command.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
import tracemalloc
from collections import Counter
from dataclasses import dataclass, field

from emulator.card import CardSystem, PinObject, Transmission
from emulator.image import build_card, load_image
from reader_core.iso7816 import ApduFormatError, CommandApdu

IMAGES = ("specimen", "famille", "vitale1", "cps", "cps3-contactless", "cps4", "cps2ter")
CONVERSATION = 40
_UNKNOWN = (0x6D, 0x6E)  # first bytes of the words for an instruction, or a class, that the card does not have
_SHORT_RUN = 4_000  # commands; memory is judged from here on
_GROWTH_LIMIT = 200_000  # bytes; one forgotten answer of 16 bytes in every conversation would be more

_ISO = (
    "00A4040C0BD250000002564954414C45", "00A40400", "00A4000C023F00", "00A40204022F00", "00A4030C", "00A4080C022F02",
    "00B0820010", "00B0000000", "00B0810000", "00B100010354010000", "00C0000000", "0084000008", "00200001",
    "002000010831323334FFFFFFFF", "002000010830303030FFFFFFFF", "002400011031323334FFFFFFFF31323334FFFFFFFF",
    "002C000110313233343536373831323334FFFFFFFF", "0022C1A403840181", "002241B606840103800102",
    "00880000080102030405060708", "00820082080102030405060708", "002A9E9A040102030400", "002A90A0",
    "00CB3FFF055C03DFC00000", "108800000401020304", "0070000001", "00708001", "0CB0820000",
)  # fmt: skip
_CLASS_A0 = (
    "A0A40000023F00", "A0A40000022F02", "A0B0000010", "A02000010831323334FFFFFFFF", "A02000010830303030FFFFFFFF",
    "A0C0000010", "A0F2000010", "A084000008", "A0A8000010", "A004000000", "A044000000", "A02C000110313233343536373831323334FFFFFFFF",
)  # fmt: skip


class BreachError(Exception):
    """A card did what no card may do."""


@dataclass
class Tally:
    """What was seen.

    Attributes:
        sent: commands sent.
        words: how often each first byte of a status word came.
        seconds: time the cards took, checks and mutation included.
        growth: bytes that were still held after the run and not at its first conversation.
    """

    sent: int = 0
    words: Counter[int] = field(default_factory=Counter[int])
    seconds: float = 0.0
    growth: int = 0


def real_commands(card: CardSystem) -> tuple[bytes, ...]:
    """What programs send to this card: commands of known conversations, and a selection and a reading of each of its files.

    What it knows comes up more often than what it refuses.
    """
    commands = [bytes.fromhex(text) for text in (*_ISO, *_CLASS_A0)]
    for df in card.root.walk():
        commands += [bytes(CommandApdu(0, 0xA4, 4, 0x0C, aid)) for aid in df.aids]
        for file in df.elementary_files:
            fid = file.fid.to_bytes(2)
            commands += [b"\x00\xa4\x02\x0c\x02" + fid, b"\x00\xa4\x02\x04\x02" + fid, b"\xa0\xa4\x00\x00\x02" + fid]
            if file.sfi is not None:
                commands.append(bytes((0, 0xB0, 0x80 | file.sfi, 0, min(len(file.content), 16))))
    known = [raw for raw in commands if card.transmit(raw)[-2] not in _UNKNOWN]
    card.reset()
    return (*commands, *known * 4)


def mutated(raw: bytes, source: random.Random) -> bytes:
    """Change a command a little: a bit, a byte, a length, a class, a cut, a copy of itself behind it."""
    command = bytearray(raw)
    for _ in range(source.choice((0, 0, 0, 1, 1, 2, 3))):
        at = source.randrange(len(command)) if command else 0
        match source.randrange(8):
            case 0 if command:
                command[at] ^= 1 << source.randrange(8)
            case 1 if command:
                command[at] = source.randrange(256)
            case 2:
                command[at:at] = source.randbytes(source.choice((1, 1, 2, 40)))
            case 3:
                del command[at : at + source.choice((1, 1, 2, 5))]
            case 4:
                command += source.choice((b"\x00", b"\x00\x00", b"\x01\x00", bytes((source.randrange(256),))))
            case 5 if command:
                command[0] = source.choice((0x00, 0x00, 0x01, 0x0C, 0x10, 0x41, 0x80, 0xA0, 0xFF))
            case 6 if len(command) > 3:
                command[source.choice((2, 3))] = source.choice((0, 1, 2, 3, 4, 8, 0x0C, 0x80, 0x81, 0x9E, 0xFF))
            case _:
                command += command[: source.randrange(len(command) + 1)]
    return bytes(command[:70_000])


def random_command(seeds: tuple[bytes, ...], source: random.Random) -> bytes:
    """A mutation of a real command, a well formed one of any content, or noise."""
    kind = source.randrange(12)
    if kind < 9:
        return mutated(source.choice(seeds), source)
    if kind == 9:
        return source.randbytes(source.randrange(0, 12))
    body = source.randbytes(source.choice((0, 1, 2, 8, 16, 255)))
    lc = bytes((len(body),)) if body else b""
    le = source.choice((b"", b"\x00", bytes((source.randrange(256),))))
    header = bytes(
        (source.choice((0, 0, 0x10, 0xA0)), source.randrange(256), source.randrange(256), source.randrange(256))
    )
    return header + lc + body + le


def check_answer(card: CardSystem, raw: bytes, answer: bytes) -> None:
    """Check one answer.

    Raises:
        BreachError: it is no answer, or the card's own code failed.
    """
    if card.fault is not None:
        raise BreachError(f"the card failed inside: {card.fault!r}")
    if len(answer) < 2:
        raise BreachError(f"the answer {answer.hex()!r} has no status word")
    if answer[-2] >> 4 not in {6, 9} or answer[-2] == 0x60:
        raise BreachError(f"{answer[-2:].hex().upper()} is no status word")
    if len(answer) == 2:
        return
    try:
        ne = CommandApdu.parse(raw).ne
    except ApduFormatError:
        raise BreachError("data in answer to what is no command") from None
    if ne is None and card.transmission is Transmission.T0:
        ne = 256  # P3 = 00 on T=0: case 1 cannot be told from Le = 00
    if len(answer) - 2 > (ne or 0):
        raise BreachError(f"{len(answer) - 2} bytes of data, {ne or 0} were asked for")


def check_rest(card: CardSystem) -> None:
    """Check what a conversation left behind, and reset the card.

    Raises:
        BreachError: a counter out of its limits or changed by a reset, or a file that grew.
    """
    before = card.counters()
    card.reset()
    if card.counters() != before:
        raise BreachError(f"a reset changed the counters {before} to {card.counters()}")
    for pin in card.pins.values():
        if any(not 0 <= counter.left <= counter.limit for counter in pin.counters):
            raise BreachError(f"{pin!r} is out of its limits")
    for df in card.root.walk():
        for file in df.elementary_files:
            if len(file.content) > file.capacity:
                raise BreachError(f"{file!r} grew beyond {file.capacity} bytes")


def fuzz(image: str, count: int, seed: int) -> Tally:
    """Send commands to one card. It is reset after every conversation, and gets its tries back after every tenth.

    Args:
        image: name of a built-in image, or path of one.
        count: how many commands.
        seed: same seed, same commands, unless the profile changed.

    Raises:
        BreachError: the first breach, with what led to it.
    """
    source = random.Random(f"{image} {seed}")  # noqa: S311 - repeatable, nothing secret
    card = build_card(load_image(image))
    if not isinstance(card, CardSystem):
        raise TypeError(f"{image} is no card system")
    full, codes = card.counters(), {pin: pin.value for pin in card.pins.values()}
    seeds, tally, held = real_commands(card), Tally(), 0
    tracing = tracemalloc.is_tracing()
    start = time.perf_counter()
    warm_up = min(count // 4, 10_000)
    while tally.sent < count:
        for _ in range(min(CONVERSATION, count - tally.sent)):
            raw = random_command(seeds, source)
            answer = card.transmit(raw)
            tally.sent += 1
            try:
                check_answer(card, raw, answer)
            except BreachError as breach:
                raise BreachError(f"{image}, seed {seed}, command {tally.sent}, {raw.hex()}: {breach}") from card.fault
            tally.words[answer[-2]] += 1
        try:
            check_rest(card)
        except BreachError as breach:
            raise BreachError(f"{image}, seed {seed}, after command {tally.sent}: {breach}") from None
        if tally.sent // CONVERSATION % 10 == 0:
            _renew(card, full, codes)
        if tracing and not held and tally.sent >= warm_up and count > _SHORT_RUN:
            gc.collect()
            held = tracemalloc.get_traced_memory()[0]
    if held:
        gc.collect()
        tally.growth = tracemalloc.get_traced_memory()[0] - held
        if tally.growth > _GROWTH_LIMIT:
            raise BreachError(f"{image}, seed {seed}: {tally.growth} bytes more than after {warm_up} commands")
    tally.seconds = time.perf_counter() - start
    return tally


def _renew(card: CardSystem, counters: dict[str, int], codes: dict[PinObject, bytes]) -> None:
    """Give a card its codes and its tries back, so that there is something to lose again."""
    for pin, value in codes.items():
        pin.set(value)
    card.restore(counters)


def trace() -> None:
    """Count memory from here on, once the memo of short commands that all cards share is full."""
    tracemalloc.start()
    fuzz(IMAGES[0], _SHORT_RUN, 0)


def main() -> None:
    """Fuzz every image and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000, help="commands in all, shared by the images")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("images", nargs="*", default=IMAGES, help=f"images; {', '.join(IMAGES)} unless given")
    options = parser.parse_args()
    trace()
    print("| image | commands | 61/90 | 62/63 | 64 to 6F | other | growth | time |")
    print("|---|---|---|---|---|---|---|---|")
    for image in options.images:
        try:
            tally = fuzz(image, -(-options.count // len(options.images)), options.seed)
        except BreachError as breach:
            sys.exit(f"\n{breach}")
        good = tally.words[0x61] + tally.words[0x90]
        warned = tally.words[0x62] + tally.words[0x63]
        refused = sum(tally.words[sw1] for sw1 in range(0x64, 0x70))
        rest = tally.sent - good - warned - refused
        print(
            f"| {image} | {tally.sent:,} | {good:,} | {warned:,} | {refused:,} | {rest:,} | {tally.growth / 1000:.0f} kB "
            f"| {tally.seconds:.0f} s |",
            flush=True,
        )


if __name__ == "__main__":
    main()
