"""A Vitale card in use: which files it has, and what stands in those that may be read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from reader_core.errors import ErrorCode, ReadingError
from reader_core.iso7816 import CardChannel, Connection, TransportError
from reader_core.layouts import (
    POINTERS_FID,
    VITALE,
    VITALE2_BY_NAME,
    Access,
    FileLayout,
    LayoutError,
    Pointer,
    decode,
    decode_files,
    decode_pointers,
)
from reader_core.layouts.vitale_groups import ASSURE, BENEFICIAIRE
from reader_core.layouts.vitale_public import CERTIFICAT, IDENTITE, MF_VITALE, NIR, PAN
from reader_core.records import BeneficiaireRecords, VitaleRecords
from reader_core.session.extent import Extent, count_objects, extent_of, one_object, whole_file
from reader_core.session.files import FileRefusedError, read_ef, read_sfi, select_aid
from reader_core.session.reading import Anomaly
from reader_core.session.recognition import CardProfile, Family, recognise
from reader_core.session.transport import VITALE_POWER_ON, as_reading_error

PROTECTED_FILES = tuple(name for name, layout in VITALE2_BY_NAME.items() if layout.access is Access.PROTECTED)
"""Files that only a professional card opens."""

TEST_CARD = "T"
"""Type of card in group 101 of every public test card (observed)."""
_WELL_KNOWN = frozenset({IDENTITE.name, NIR.name, PAN.name})
"""Read where public readers find them, whatever POINTERS says."""
_IN_ORDER = (IDENTITE, NIR)
"""Files that say one thing of each holder, in the same order; on a card with few holders most of them is padding."""
_UNUSED = frozenset({CERTIFICAT.name})
"""Not read: nothing of it stands in a reading."""


@dataclass(slots=True)
class VitaleCard:
    """A powered Vitale card, and what has been read of it so far.

    Nothing read is lost when the card leaves: the contents stay here.

    Attributes:
        channel: the way to the card.
        profile: kind of card.
        atr: answer to reset.
        pointers: files that POINTERS names, by name.
        contents: content of each file read so far, by name.
        anomalies: files that could not be read or understood so far.
    """

    channel: CardChannel
    profile: CardProfile
    atr: bytes
    pointers: dict[str, Pointer] = field(default_factory=dict[str, Pointer])
    contents: dict[str, bytes] = field(default_factory=dict[str, bytes])
    anomalies: list[Anomaly] = field(default_factory=list[Anomaly])
    _application: bytes = b""

    @classmethod
    def open(cls, connection: Connection) -> VitaleCard:
        """Power a card on and recognise it.

        Raises:
            ReadingError: `vitale_absent`, `vitale_mute`, `vitale_unknown`, or `reader_unavailable`.
        """
        try:
            atr = connection.power_on()
        except TransportError as error:
            raise as_reading_error(error, VITALE_POWER_ON) from error
        profile = recognise(atr)
        if profile is None or profile.family is not Family.VITALE:
            shown = "an unknown card" if profile is None else f"a {profile.title}"
            raise ReadingError(ErrorCode.VITALE_UNKNOWN, f"{shown}, ATR {atr.hex(' ').upper()}")
        return cls(CardChannel(connection), profile, atr)

    def read_number(self) -> str:
        """Read the card's number (file PAN), which tells one card from another.

        Returns:
            20 hexadecimal digits, or an empty text when the card has no such file.

        Raises:
            TransportError: the card is gone.
        """
        try:
            self._select(MF_VITALE.aid, MF_VITALE.label)
            self.contents[PAN.name] = read_ef(
                self.channel, PAN.fid, PAN.name, extent=extent_of(PAN), expected=PAN.expected_size
            )
        except FileRefusedError as error:
            self._note(PAN.name, error)
        return self.pan

    @property
    def pan(self) -> str:
        """The card's number, 20 hexadecimal digits; empty when it is not known."""
        try:
            entries = decode(PAN, self.contents.get(PAN.name, b""))
        except LayoutError:
            return ""
        return entries[0].record.numero if entries else ""

    @property
    def is_test(self) -> bool | None:
        """Whether it is a test card: True for the type of card `T`; None for any other, whose meaning is not public.

        The Vitale knows its own category, and refuses a professional card of the other one.
        """
        try:
            entries = decode(ASSURE, self.contents.get(ASSURE.name, b""))
        except LayoutError:
            return None
        return True if entries and entries[0].record.type_carte == TEST_CARD else None

    def read_free(self) -> None:
        """Read every file that is free and used, each where it is.

        Raises:
            ReadingError: `vitale_unknown` when there is no VITALE application.
            TransportError: the card is gone; what was read before is in `contents`.
        """
        self.read_number()
        self._read_short(IDENTITE, extent_of(IDENTITE))
        try:
            self.select_vitale()
        except FileRefusedError as error:
            remark = f"; {self.profile.remark}" if self.profile.remark else ""
            raise ReadingError(ErrorCode.VITALE_UNKNOWN, f"{error}{remark}") from error
        self._read_short(NIR, extent_of(NIR))
        self._discover()
        for name, layout in VITALE2_BY_NAME.items():
            if layout.access is Access.FREE and name not in _WELL_KNOWN | _UNUSED:
                self._read_pointed(name)
        self._read_past_padding()

    def read_protected(self) -> tuple[Anomaly, ...]:
        """Read the files that a professional card has opened.

        Returns:
            What could not be read or understood among them.

        Raises:
            TransportError: the card is gone.
        """
        before = len(self.anomalies)
        for name in PROTECTED_FILES:
            self._read_pointed(name)
        problems = decode_files(self.contents)[1]
        unread = self.anomalies[before:]
        return (*unread, *(_anomaly(problem) for problem in problems if problem.file in PROTECTED_FILES))

    def select_vitale(self) -> None:
        """Select the VITALE application.

        Raises:
            FileRefusedError: the card has none.
            TransportError: the card is gone.
        """
        self._select(VITALE.aid, VITALE.label)

    def records(self) -> tuple[VitaleRecords, tuple[Anomaly, ...]]:
        """Decode everything read so far; what cannot be understood is reported and the rest kept."""
        records, problems = decode_files(self.contents)
        if not records.beneficiaires:
            records = replace(records, beneficiaires=self._holders())
        return records, (*self.anomalies, *(_anomaly(problem) for problem in problems))

    def _holders(self) -> tuple[BeneficiaireRecords, ...]:
        """The holders of a card without our group files, such as a real one: identity and NIR, in their order."""
        try:
            identities = [entry.record for entry in decode(IDENTITE, self.contents.get(IDENTITE.name, b""))]
            numbers = [entry.record for entry in decode(NIR, self.contents.get(NIR.name, b""))]
        except LayoutError:
            return ()
        if len(numbers) != len(identities):
            return tuple(BeneficiaireRecords(identite=identity) for identity in identities)
        return tuple(
            BeneficiaireRecords(identite=identity, inscription=number)
            for identity, number in zip(identities, numbers, strict=True)
        )

    def _discover(self) -> None:
        try:
            raw = read_ef(self.channel, POINTERS_FID, "POINTERS", extent=one_object)
            self.pointers = {pointer.name: pointer for pointer in decode_pointers(raw)}
        except FileRefusedError as error:
            self._note("POINTERS", error)
        except LayoutError as error:
            self.anomalies.append(_anomaly(error))

    def _read_pointed(self, name: str) -> None:
        pointer = self.pointers.get(name)
        if pointer is None:
            return  # this card does not have the file: its records stay empty
        try:
            self._select(pointer.aid, name)
            self.contents[name] = read_ef(self.channel, pointer.fid, name)
        except FileRefusedError as error:
            self._note(name, error)

    def _read_short(self, layout: FileLayout[object], extent: Extent) -> None:
        name, expected = layout.name, layout.expected_size
        try:
            self._select(layout.application.aid, name)
            if layout.sfi is None:
                self.contents[name] = read_ef(self.channel, layout.fid, name, extent=extent, expected=expected)
            else:
                self.contents[name] = read_sfi(self.channel, layout.sfi, name, extent=extent, expected=expected)
        except FileRefusedError as error:
            self._note(name, error)

    def _read_past_padding(self) -> None:
        """Read the files of all holders whole where their first padding came before the last holder.

        BENEFIC says how many there are; a card without it, such as a real one, leaves no doubt behind.
        """
        holders = self._count_beneficiaries()
        for layout in _IN_ORDER:
            found = self.contents.get(layout.name, b"")
            extent = extent_of(layout)  # a file that was read whole leaves no doubt
            if extent(found) is not None and not 0 < holders <= count_objects(found):
                self._read_short(layout, whole_file)

    def _count_beneficiaries(self) -> int:
        found = self.contents.get(BENEFICIAIRE.name, b"")
        if BENEFICIAIRE.tag is not None:
            return count_objects(found)
        try:
            return len(decode(BENEFICIAIRE, found))
        except LayoutError:
            return 0

    def _select(self, aid: bytes, what: str) -> None:
        if self._application != aid:
            self._application = b""
            select_aid(self.channel, aid, what)
            self._application = aid

    def _note(self, name: str, error: FileRefusedError) -> None:
        self.anomalies.append(Anomaly(name, None, str(error)))


def _anomaly(problem: LayoutError) -> Anomaly:
    return Anomaly(problem.file, problem.offset, problem.reason)
