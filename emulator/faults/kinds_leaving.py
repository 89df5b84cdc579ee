"""The rows of the table in which something goes: the card, the reader, the service."""

from __future__ import annotations

from emulator.faults.events import ServiceKilledError
from emulator.faults.model import FaultKind, Settings
from emulator.faults.parameters import Parameter, choice, count, text
from emulator.faults.power import UnreachableCard
from emulator.faults.removal import CutCard, PulledCard, SwappedCard, TornCard
from reader_core.iso7816 import Card, ReaderUnavailableError
from reader_core.layouts import Basis

_AFTER = Parameter("after", "commands", 0, "how many commands are answered first", count(0))
_MEASURED = "measured on pcscd 1.9.9 and vpcd 3.3 of Debian 12, and confirmed by tests/emulator/test_faults_pcsc.py"


def _other(name: str) -> Card:
    # Only when it is needed: images build whole cards, and those must be able to import faults.
    from emulator.image import ImageError, build_card, load_image  # noqa: PLC0415 -- see above

    try:
        return build_card(load_image(name))
    except ImageError as error:
        from emulator.faults.errors import FaultError  # noqa: PLC0415 -- beside the other

        raise FaultError(
            "bad_value",
            f"card={name} is no card: {error.reason}.",
            error.next_step or "`vitale card list` lists cards.",
        ) from error


def _swapped(card: Card, settings: Settings) -> Card:
    other = _other(settings.get("card", str))
    return SwappedCard(card, settings.get("after", int), lambda: other)


LEAVING: tuple[FaultKind, ...] = (
    FaultKind(
        name="removed",
        description="The card is pulled out instead of answering.",
        parameters=(_AFTER,),
        pcsc="SCardTransmit gives success with 0 bytes; the next call 0x80100016, and 0x80100069 once the slot is "
        "empty, which it is within 0.4 s.",
        in_process="`CardRemovedError` at once, then an empty slot.",
        reader=("vitale_removed",),
        cps=("cps_removed",),
        source=_MEASURED,
        basis=Basis.OBSERVED,
        wrap=lambda card, settings: PulledCard(card, settings.get("after", int)),
    ),
    FaultKind(
        name="removed_at_byte",
        description="The card is pulled out in the middle of an answer.",
        parameters=(
            Parameter("byte", "bytes", 3, "how many bytes of answers go out first, status words included", count(0)),
        ),
        pcsc="SCardTransmit gives success with the bytes that came; the next call as in "
        "`removed`. Two bytes or more look like an answer with a status word.",
        in_process="The bytes that came, if 2 or more; `ShortAnswerError` for 1; `CardRemovedError` for none. Then an "
        "empty slot.",
        reader=("vitale_removed",),
        cps=("cps_removed", "card_data_invalid"),
        source=_MEASURED,
        basis=Basis.OBSERVED,
        wrap=lambda card, settings: CutCard(card, settings.get("byte", int)),
    ),
    FaultKind(
        name="swapped",
        description="The card is taken out instead of answering, and another one is put in its place.",
        parameters=(
            _AFTER,
            Parameter("card", "image", "specimen", "the card that follows: a built-in image or a file", text),
        ),
        pcsc="As `removed`; then the slot holds another card, 0.5 s to 1 s later, and the count of events has grown "
        "by 2. Commands on the old handle give 0x80100069 and never reach the new card.",
        in_process="`CardRemovedError` until the program powers the new card, which is there at once.",
        reader=("vitale_removed", "vitale_changed"),
        cps=("cps_removed",),
        source=_MEASURED,
        basis=Basis.OBSERVED,
        wrap=_swapped,
    ),
    FaultKind(
        name="torn_write",
        description="The card is pulled out during a write (UPDATE, WRITE, APPEND or PUT DATA).",
        parameters=(
            Parameter("at", "writes", 1, "which write tears, counted from 1; a chain is one write", count(1)),
            Parameter(
                "written", "none or all", "none", "what the card's memory then holds of it", choice("none", "all")
            ),
        ),
        pcsc="As `removed`: the program cannot tell whether the write was done, and has to read it back.",
        in_process="`CardRemovedError`, then an empty slot.",
        reader=("read",),
        cps=("read",),
        source="the PC/SC part as `removed`; that a write is whole or did not happen is how ISO/IEC 7816 cards with "
        "atomic writes behave, assumed for every card here",
        basis=Basis.ASSUMPTION,
        wrap=lambda card, settings: TornCard(
            card, settings.get("at", int), written=settings.get("written", str) == "all"
        ),
    ),
    FaultKind(
        name="reader_unplugged",
        description="The reader goes, with the card in it, and does not come back.",
        parameters=(_AFTER,),
        pcsc="A real reader: 0x80100017, and the reader is no longer listed. vpcd's readers come from a file and "
        "cannot be unplugged: there the card leaves, as in `removed`.",
        in_process="`ReaderUnavailableError`, at every call from then on. The socket reader closes the connection.",
        reader=("reader_unavailable",),
        cps=("reader_unavailable",),
        source="the result code: PC/SC part 5, SCARD_E_READER_UNAVAILABLE; not seen here, where no reader is real",
        basis=Basis.STANDARD,
        wrap=lambda card, settings: UnreachableCard(card, settings.get("after", int), ReaderUnavailableError),
    ),
    FaultKind(
        name="daemon_killed",
        description="The service that owns the readers is killed; only ever a pcscd that was started here.",
        parameters=(_AFTER,),
        pcsc="The call in progress gives 0x80100013, later ones 0x8010001D; every reader is gone. A "
        "pcscd that somebody else started is left alone: there the card leaves, as in `removed`.",
        in_process="`ReaderUnavailableError`, at every call from then on. The socket reader closes the connection.",
        reader=("reader_unavailable",),
        cps=("reader_unavailable",),
        source=_MEASURED,
        basis=Basis.OBSERVED,
        wrap=lambda card, settings: UnreachableCard(card, settings.get("after", int), ServiceKilledError),
    ),
)
"""Something goes."""
