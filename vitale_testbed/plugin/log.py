"""What virtual cards were asked and what they answered, to look at in a test and to read when it failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol, overload

from emulator.readers import TraceEntry
from emulator.recording import Divergence, ReplayCard
from reader_core.iso7816 import describe_command, describe_response
from vitale_testbed.masking import masked_command, masked_response
from vitale_testbed.plugin.shadow import is_ours

_SHOWN_BYTES: Final = 24
_HEX_WIDTH: Final = 3 * 16
_SILENCE: Final = "no answer"


@dataclass(frozen=True, slots=True, repr=False)
class Exchange:
    """One thing that happened to a virtual card. Its `repr` and its words hide secret codes and NIR; its bytes do not.

    Attributes:
        slot: whose card it was: "vitale" or "cps".
        kind: "apdu", "power_on", "reset", "power_off", or "removed" for a command whose answer never came.
        command: the command APDU; empty when there was none.
        response: the response APDU, or the ATR after "power_on" and "reset"; empty when none came.
        at: seconds on the monotonic clock, when the answer was ready.
    """

    slot: str
    kind: Literal["apdu", "power_on", "reset", "power_off", "removed"]
    command: bytes = b""
    response: bytes = b""
    at: float = 0.0

    @property
    def sw(self) -> int:
        """The status word, 0x9000 for one; 0 where no answer came."""
        return int.from_bytes(self.response[-2:]) if self.kind == "apdu" else 0

    def __repr__(self) -> str:
        if self.kind != "apdu":
            return f"<{self.slot} {self.kind}>"
        return f"<{self.slot} {masked_command(self.command)} -> {_answer(self.response, masked=True)}>"


class ApduLog(Sequence[Exchange]):
    """Every exchange with the virtual cards of a test, in order. A sequence of `Exchange`.

    `print(log)` shows it decoded, with secret codes and NIR hidden.
    """

    def __init__(self) -> None:
        self._entries: list[TraceEntry] = []
        self._replays: list[ReplayCard] = []

    def record(self, entry: TraceEntry) -> None:
        """Add what a card saw; called in the thread of its reader."""
        self._entries.append(entry)

    def follow(self, replay: ReplayCard) -> None:
        """Tell the differences of a replayed card too."""
        self._replays.append(replay)

    @property
    def divergences(self) -> list[Divergence]:
        """What was asked of replayed cards that their recordings do not have; see `differences` for the words."""
        return [one for replay in self._replays for one in replay.divergences]

    def differences(self, first: int | None = None) -> str:
        """Tell what differs from the recordings, secret codes and NIR hidden; empty when nothing does.

        Args:
            first: tell only this many differences, the earliest; None for all. Later ones mostly follow from the first.
        """
        return "\n".join(_told(one) for one in self.divergences[:first])

    def clear(self) -> None:
        """Forget what was recorded so far, as between the preparation of a test and what it tests."""
        self._entries.clear()

    def commands(self, slot: str | None = None) -> list[bytes]:
        """The command APDUs in order, of both cards or of one ("vitale", "cps")."""
        return [one.command for one in self if one.command and slot in {None, one.slot}]

    def text(self, *, masked: bool = True, last: int | None = None) -> str:
        """Tell the exchanges in words and in hexadecimal, two lines for each command.

        Args:
            masked: hide secret codes and NIR.
            last: tell only this many exchanges, the latest; None for all.
        """
        entries = list(self._entries)
        first = 0 if last is None else max(0, len(entries) - last)
        narrators: dict[str, _Narrator] = {}
        lines = [f"({first} earlier exchanges are in apdu_log)"] if first else []
        for index, entry in enumerate(entries):
            said = narrators.setdefault(entry.slot, _narrator()).tell(entry)  # each is told, to follow what is selected
            if index >= first:
                lines += _lines(entry, said, masked=masked)
        return "\n".join(lines)

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> list[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | list[Exchange]:
        if isinstance(index, slice):
            return [_exchange(entry) for entry in self._entries[index]]
        return _exchange(self._entries[index])

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self[:])

    def __len__(self) -> int:
        return len(self._entries)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<ApduLog, {len(self)} exchanges>"


class _Narrator(Protocol):
    """Puts one exchange into two texts, the command and the answer."""

    def tell(self, entry: TraceEntry) -> tuple[str, str]: ...


class _Plain:
    """Words without the names of files: for where the package that knows them is hidden by a user's own."""

    def tell(self, entry: TraceEntry) -> tuple[str, str]:
        return describe_command(entry.command), describe_response(entry.response)


def _narrator() -> _Narrator:
    if not is_ours("conformance"):
        return _Plain()
    from vitale_testbed.plugin.naming import NamingNarrator  # noqa: PLC0415 - only where it can be loaded

    return NamingNarrator()


def _exchange(entry: TraceEntry) -> Exchange:
    return Exchange(entry.slot, entry.kind, entry.command, entry.response, entry.at)


def _told(divergence: Divergence) -> str:
    said, answer = str(divergence), divergence.answer
    return said.replace(answer.hex(" ").upper(), masked_response(answer)) if answer else said


def _lines(entry: TraceEntry, said: tuple[str, str], *, masked: bool) -> list[str]:
    slot = f"{entry.slot:<6}"
    if entry.kind not in {"apdu", "removed"}:
        atr = f"   ATR {entry.response.hex(' ').upper()}" if entry.response else ""
        return [f"{slot} {entry.kind.replace('_', ' ')}{atr}"]
    sent = masked_command(entry.command) if masked else entry.command.hex(" ").upper()
    got = _answer(entry.response, masked=masked)
    heard = "the card was pulled out" if entry.kind == "removed" else said[1]
    return [
        f"{slot} > {_cut(sent):<{_HEX_WIDTH}} {said[0]}",
        f"{slot} < {_cut(got):<{_HEX_WIDTH}} {heard if entry.response or entry.kind == 'removed' else 'mute'}",
    ]


def _answer(response: bytes, *, masked: bool) -> str:
    if not response:
        return _SILENCE
    return masked_response(response) if masked else response.hex(" ").upper()


def _cut(shown: str) -> str:
    """Leave the middle out of what would make a line unreadable; the status word stays."""
    parts = shown.split(" ")
    if shown == _SILENCE or len(parts) <= _SHOWN_BYTES:
        return shown
    return " ".join([*parts[: _SHOWN_BYTES - 9], "...", *parts[-2:]])
