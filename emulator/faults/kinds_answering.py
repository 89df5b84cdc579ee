"""The rows of the table in which the card stays, and answers late, wrongly or not at all."""

from __future__ import annotations

from types import MappingProxyType

from emulator.faults.answers import (
    ChangedCard,
    PiecewiseCard,
    RefusingCard,
    bit_flip,
    other_status,
    padding,
    truncation,
)
from emulator.faults.model import FaultKind, Settings
from emulator.faults.parameters import Parameter, atr_bytes, choice, count, flag, hexadecimal, seconds
from emulator.faults.power import LostAtrCard, WrongAtrCard
from emulator.faults.timing import LateCard, SilentCard
from emulator.faults.wrapper import When
from reader_core.iso7816 import Card
from reader_core.layouts import Basis

PIN_PAD_STATUS = MappingProxyType({"timeout": 0x6400, "cancel": 0x6401, "mismatch": 0x6402, "length": 0x6403})
"""What a reader with a PIN pad answers for the person at it: PC/SC part 10."""

_PIN_ENTRY = frozenset({0x20, 0x24})  # VERIFY and CHANGE REFERENCE DATA: what a PIN pad sends
_MEASURED = "measured on pcscd 1.9.9 and vpcd 3.3 of Debian 12, and confirmed by tests/emulator/test_faults_pcsc.py"
_PASSED = "The answer as it is: pcscd passes on any length from 1 byte."

_WHEN = (
    Parameter("at", "commands", 1, "the first command that is hit, counted from 1", count(1)),
    Parameter("ins", "INS", None, "count only commands with this instruction byte", hexadecimal(2, optional=True)),
    Parameter("always", "true or false", False, "hit every such command from there on", flag),
)


def _when(settings: Settings) -> When:
    return When(settings.get("at", int), settings.instruction(), settings.get("always", bool))


def _truncated(card: Card, settings: Settings) -> Card:
    data_only = settings.get("place", str) == "data"
    return ChangedCard(card, _when(settings), truncation(settings.get("bytes", int), data_only=data_only))


def _padded(card: Card, settings: Settings) -> Card:
    after_status = settings.get("place", str) == "end"
    change = padding(settings.get("bytes", int), settings.get("value", int), after_status=after_status)
    return ChangedCard(card, _when(settings), change)


def _flipped(card: Card, settings: Settings) -> Card:
    change = bit_flip(settings.random(), data_only=settings.get("part", str) == "data")
    return ChangedCard(card, _when(settings), change)


ANSWERING: tuple[FaultKind, ...] = (
    FaultKind(
        name="mute",
        description="The card says nothing for a time, then answers rightly.",
        parameters=(*_WHEN, Parameter("seconds", "s", 2.0, "how long", seconds)),
        pcsc="SCardTransmit waits as long: PC/SC has no time-out. Other readers and programs are not disturbed.",
        in_process="The call waits as long.",
        reader=("read", "vitale_mute"),
        cps=("read", "cps_removed"),
        source=_MEASURED,
        basis=Basis.OBSERVED,
        wrap=lambda card, settings: LateCard(card, _when(settings), settings.get("seconds", float)),
    ),
    FaultKind(
        name="no_answer",
        description="The card gives no answer at all; the command is lost.",
        parameters=_WHEN,
        pcsc="A real reader gives up after its waiting time: 0x80100016 or 0x80100066. vpcd would wait for ever, so "
        "there the card leaves: success with 0 bytes, then an empty slot.",
        in_process="`CardMuteError`; the card stays. The socket reader answers length 0.",
        reader=("vitale_mute",),
        cps=("cps_removed",),
        source=_MEASURED + "; what real readers do: PC/SC part 5, not seen here",
        basis=Basis.OBSERVED,
        wrap=lambda card, settings: SilentCard(card, _when(settings)),
    ),
    FaultKind(
        name="slow",
        description="Every answer comes late.",
        parameters=(Parameter("seconds", "s", 0.05, "how late each", seconds),),
        pcsc="Every SCardTransmit takes so much longer.",
        in_process="Every call takes so much longer.",
        reader=("read",),
        cps=("read",),
        source=_MEASURED,
        basis=Basis.OBSERVED,
        wrap=lambda card, settings: LateCard(card, When(always=True), settings.get("seconds", float)),
    ),
    FaultKind(
        name="wrong_sw",
        description="The card does what it was told and answers another status word; with an error, without data.",
        parameters=(Parameter("sw", "SW1-SW2", 0x6F00, "the status word", hexadecimal(4)), *_WHEN),
        pcsc=_PASSED,
        in_process="The answer as it is.",
        reader=("read", "vitale_unknown"),
        cps=("card_data_invalid", "cps_unknown", "read"),
        source=_MEASURED,
        basis=Basis.OBSERVED,
        wrap=lambda card, settings: ChangedCard(card, _when(settings), other_status(settings.get("sw", int))),
    ),
    FaultKind(
        name="truncated",
        description="The end of an answer is missing: its status word first, or the end of its data.",
        parameters=(
            Parameter("bytes", "bytes", 1, "how many are missing; one byte always stays", count(1)),
            Parameter("place", "end or data", "end", "with the status word, or before it", choice("end", "data")),
            *_WHEN,
        ),
        pcsc=_PASSED,
        in_process="The answer as it is; `ShortAnswerError` for a single byte.",
        reader=("read", "vitale_removed"),
        cps=("cps_removed", "card_data_invalid", "read"),
        source=_MEASURED,
        basis=Basis.OBSERVED,
        wrap=_truncated,
    ),
    FaultKind(
        name="padded",
        description="An answer is longer than it should be.",
        parameters=(
            Parameter("bytes", "bytes", 1, "how many more", count(1, 4096)),
            Parameter("value", "byte", 0x00, "what they are", hexadecimal(2)),
            Parameter(
                "place", "end or data", "end", "behind the status word, or between data and it", choice("end", "data")
            ),
            *_WHEN,
        ),
        pcsc=_PASSED,
        in_process="The answer as it is.",
        reader=("read", "vitale_unknown"),
        cps=("card_data_invalid", "cps_unknown", "read"),
        source=_MEASURED,
        basis=Basis.OBSERVED,
        wrap=_padded,
    ),
    FaultKind(
        name="in_pieces",
        description="Every longer answer comes in pieces: the card says 61xx, and GET RESPONSE fetches the next.",
        parameters=(Parameter("bytes", "bytes", 100, "how many come at once", count(1, 255)),),
        pcsc="Each piece with its 61xx; the program sends GET RESPONSE itself, as it does for any T=0 card.",
        in_process="The same.",
        reader=("read",),
        cps=("read",),
        source="ISO/IEC 7816-4: 61xx, xx bytes are still available",
        basis=Basis.STANDARD,
        wrap=lambda card, settings: PiecewiseCard(card, settings.get("bytes", int)),
    ),
    FaultKind(
        name="flipped_bit",
        description="One bit of an answer is turned over; the seed says which.",
        parameters=(
            Parameter("part", "any or data", "any", "where: any bit, or never the status word", choice("any", "data")),
            *_WHEN,
        ),
        pcsc=_PASSED,
        in_process="The answer as it is.",
        reader=("read", "vitale_unknown"),
        cps=("card_data_invalid", "chain_untrusted", "cps_expired", "cps_unknown", "read"),
        source=_MEASURED,
        basis=Basis.OBSERVED,
        wrap=_flipped,
    ),
    FaultKind(
        name="atr_lost",
        description="The card gives no answer to reset.",
        parameters=(Parameter("after", "resets", 0, "how many times it still does, power-ons counted", count(0)),),
        pcsc="A real reader: the card is present and mute, SCardConnect gives 0x80100066. vpcd needs an ATR and gets the "
        "byte 00: the card is present with that, SCardConnect gives 0x8010000F.",
        in_process="`CardMuteError` from power-on or reset.",
        reader=("vitale_mute",),
        cps=("cps_unknown",),
        source=_MEASURED + "; what real readers do: PC/SC part 5, not seen here",
        basis=Basis.OBSERVED,
        wrap=lambda card, settings: LostAtrCard(card, settings.get("after", int)),
    ),
    FaultKind(
        name="wrong_atr",
        description="The card gives another answer to reset than its own.",
        parameters=(Parameter("atr", "hex", bytes.fromhex("3B00"), "the answer to reset", atr_bytes),),
        pcsc="That ATR, and the protocol it offers.",
        in_process="That ATR.",
        reader=("vitale_unknown",),
        cps=("cps_unknown",),
        source=_MEASURED,
        basis=Basis.OBSERVED,
        wrap=lambda card, settings: WrongAtrCard(card, settings.get("atr", bytes)),
    ),
    FaultKind(
        name="pin_pad_cancel",
        description="The person at the PIN pad does not enter a code: VERIFY or CHANGE REFERENCE DATA never reaches "
        "the card, and no try is spent. VERIFY without data, which asks for the tries left, is no entry.",
        parameters=(
            Parameter("at", "entries", 1, "which entry of a code, counted from 1", count(1)),
            Parameter(
                "reason",
                "word",
                "cancel",
                "cancel 6401, timeout 6400, mismatch 6402, length 6403",
                choice("cancel", "timeout", "mismatch", "length"),
            ),
        ),
        pcsc="6401 (or 6400, 6402, 6403) as the answer to the PIN pad's control code, or to the command.",
        in_process="The same.",
        reader=("read",),
        cps=("pin_missing",),
        source="PC/SC part 10, results of secure PIN entry",
        basis=Basis.STANDARD,
        wrap=lambda card, settings: RefusingCard(
            card, _PIN_ENTRY, settings.get("at", int), PIN_PAD_STATUS[settings.get("reason", str)]
        ),
    ),
)
"""The card stays."""
