"""Each single APDU of a whole reading is where the card leaves, is exchanged, is reset by another program, or answers short.

However it ends: with a code that is documented, with nothing of two persons in one result, and never as if it were whole when
it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from reader_core import ErrorCode, Reader, TrustStore, VitaleReading
from reader_core.iso7816 import (
    CardMuteError,
    CardRemovedError,
    CardResetError,
    Connection,
    ReaderUnavailableError,
    ShortAnswerError,
    TransportError,
)
from reader_core.records import VitaleRecords
from reader_core.session import ProtectionStatus

from .robust import Desk, Ended, forward, make, part_of, protected

Act = Callable[[Connection, str, bytes], bytes]


@pytest.fixture(scope="module")
def whole(trust: TrustStore) -> Callable[[str, str], VitaleReading]:
    """Whole readings, each made once."""
    made: dict[tuple[str, str], VitaleReading] = {}

    def read(vitale: str, cps: str = "cps") -> VitaleReading:
        if (vitale, cps) not in made:
            ended = Desk(trust, vitale, cps).read()
            assert ended.reading is not None
            made[vitale, cps] = ended.reading
        return made[vitale, cps]

    return read


def counted(trust: TrustStore, **names: str) -> dict[str, int]:
    """How many calls each card gets in a whole reading."""
    desk = Desk(trust, **names)
    assert desk.read().whole
    return {"vitale": len(desk.vitale.calls), "cps": len(desk.cps.calls)}


def every_point(
    trust: TrustStore, which: str, act: Callable[[Desk], Act], **names: str
) -> Iterator[tuple[int, Desk, Ended]]:
    """Read again and again, with something else at one call further each time."""
    for number in range(counted(trust, **names)[which]):
        desk = Desk(trust, **names)
        desk.at(which, number, act(desk))
        yield number, desk, desk.read()


def check(ended: Ended, card: VitaleReading, *others: VitaleReading) -> None:
    """One person's data, all of it or with a word on what is missing."""
    assert any(part_of(ended.records, one.records) for one in (card, *others)), "data of one card, and of one only"
    if ended.reading is None:
        return
    read = ended.reading.protection.status is ProtectionStatus.READ
    assert read or not protected(ended.records)
    assert ended.records in {one.records for one in (card, *others)} or ended.says_what_is_missing
    assert (ended.error is None) or not read


def pulled(desk: Desk, which: str) -> Act:
    def act(connection: Connection, kind: str, command: bytes) -> bytes:
        desk.slot(which).remove()
        return forward(connection, kind, command)

    return act


def exchanged(desk: Desk, which: str, other: str) -> Act:
    def act(connection: Connection, kind: str, command: bytes) -> bytes:
        slot = desk.slot(which)
        slot.remove()
        slot.insert(make(other))
        return forward(connection, kind, command)

    return act


@pytest.mark.parametrize(("vitale", "cps"), [("famille", "cps"), ("maternite", "cps4"), ("vitale1", "cpe")])
def test_the_vitale_is_pulled(trust: TrustStore, whole: Callable[..., VitaleReading], vitale: str, cps: str) -> None:
    names = {"vitale_name": vitale, "cps_name": cps}
    codes: list[str] = []
    for _, desk, ended in every_point(trust, "vitale", lambda desk: pulled(desk, "vitale"), **names):
        check(ended, whole(vitale, cps))
        codes.append("" if ended.error is None else ended.error.code)
        # It is put back: the next reading is whole, or asks for nothing but the code again.
        desk.vitale_slot.insert(make(vitale))
        with Reader.open(desk.vitale, desk.cps, trust) as reader:
            assert desk.read_with(reader).records == whole(vitale, cps).records
    assert codes[0] == "vitale_absent"
    assert set(codes[1:-1]) == {"vitale_removed"}
    assert codes[-1] == "", "all had been read when it was reset at the end"


@pytest.mark.parametrize(("vitale", "cps"), [("famille", "cps"), ("specimen", "cps4")])
def test_the_professional_card_is_pulled(
    trust: TrustStore, whole: Callable[..., VitaleReading], vitale: str, cps: str
) -> None:
    names = {"vitale_name": vitale, "cps_name": cps}
    for number, _, ended in every_point(trust, "cps", lambda desk: pulled(desk, "cps"), **names):
        check(ended, whole(vitale, cps))
        assert not protected(ended.records)
        if number == 0:  # it was not there when the code was to be given
            assert ended.reading is not None
            assert ended.reading.protection.code is ErrorCode.CPS_ABSENT
        else:
            assert ended.error is not None
            assert ended.error.code is ErrorCode.CPS_REMOVED


@pytest.mark.parametrize("other", ["mines", "specimen", "vitale1", "cps", "cps4"])
def test_the_vitale_is_exchanged_for_another_card(
    trust: TrustStore, whole: Callable[..., VitaleReading], other: str
) -> None:
    others = [] if other.startswith("cps") else [whole(other)]
    codes: list[str] = []
    for number, desk, ended in every_point(trust, "vitale", lambda desk: exchanged(desk, "vitale", other)):
        check(ended, whole("famille"), *others)
        codes.append("" if ended.error is None else ended.error.code)
        if ended.reading is not None and number > 0:
            assert part_of(ended.records, whole("famille").records), "what had been begun is what is shown"
        # Reading on is reading the card that is there now.
        with Reader.open(desk.vitale, desk.cps, trust) as reader:
            again = desk.read_with(reader)
        if others:
            assert again.records == others[0].records
        else:
            assert again.error is not None
            assert again.error.code is ErrorCode.VITALE_UNKNOWN
    assert codes[-1] == ""
    assert set(codes[1:-1]) <= {"vitale_removed", "vitale_changed"}
    assert ("vitale_changed" in codes) == bool(others)


@pytest.mark.parametrize("other", ["cpf", "cpa", "cps-reelle", "cps4", "cps2ter", "specimen", "cps"])
def test_the_professional_card_is_exchanged_for_another_card(
    trust: TrustStore, whole: Callable[..., VitaleReading], other: str
) -> None:
    for number, desk, ended in every_point(trust, "cps", lambda desk: exchanged(desk, "cps", other)):
        check(ended, whole("famille"))
        if number == 0:
            continue  # the other card was there from the start
        assert ended.error is not None
        assert ended.error.code is ErrorCode.CPS_REMOVED
        assert not protected(ended.records)
        assert (
            ended.reading is None
            or ended.reading.professional is None
            or (
                ended.reading.professional.porteur == whole("famille").professional.porteur  # pyright: ignore[reportOptionalMemberAccess] -- it has one
            )
        )
        # The code that was given was the other holder's: whoever is there now has given none.
        with Reader.open(desk.vitale, desk.cps, trust) as reader:
            again = desk.read_with(reader, pin=None)
        assert not protected(again.records)
        assert again.reading is not None
        assert again.reading.protection.code is not None


def test_between_the_code_and_the_reading_nothing_of_the_first_professional_survives(trust: TrustStore) -> None:
    for other in ("cpf", "cps", "cpa", "specimen"):
        desk = Desk(trust)
        with Reader.open(desk.vitale, desk.cps, trust) as reader:
            reader.verify_pin("1234")
            desk.cps_slot.remove()
            desk.cps_slot.insert(make(other))
            first, second = desk.read_with(reader, pin=None), desk.read_with(reader, pin=None)
        assert first.error is not None
        assert first.error.code is ErrorCode.CPS_REMOVED
        assert first.reading is not None
        assert first.reading.professional is None
        assert second.reading is not None
        assert second.reading.protection.code in {"pin_missing", "cps_not_entitled", "cps_unknown"}
        assert not protected(first.records)
        assert not protected(second.records)
        if second.reading.professional is not None:
            assert second.reading.professional.situations is None, "those of the first holder"


FAILURES: list[tuple[TransportError, set[str], set[str]]] = [
    (CardResetError("slot"), {"reader_unavailable"}, {"reader_unavailable"}),
    (CardMuteError("slot"), {"vitale_mute"}, {"cps_removed"}),
    (ReaderUnavailableError("slot"), {"reader_unavailable"}, {"reader_unavailable"}),
    (ShortAnswerError("slot", b"\x90"), {"vitale_removed"}, {"cps_removed"}),
    (CardRemovedError("slot"), {"vitale_removed"}, {"cps_removed"}),
]


@pytest.mark.parametrize(("failure", "of_vitale", "of_cps"), FAILURES, ids=[type(row[0]).__name__ for row in FAILURES])
def test_the_connection_fails_once(
    trust: TrustStore,
    whole: Callable[..., VitaleReading],
    failure: TransportError,
    of_vitale: set[str],
    of_cps: set[str],
) -> None:
    """Another program resets the card, the card does not answer, the reader goes, the answer has no status word."""

    def fail(*_: object) -> bytes:
        raise failure

    for which, codes in (("vitale", of_vitale), ("cps", of_cps)):
        seen: set[str] = set()
        for _, _, ended in every_point(trust, which, lambda _: fail):
            check(ended, whole("famille"))
            assert not ended.whole or ended.says_what_is_missing or ended.records == whole("famille").records
            if ended.error is not None:
                seen.add(ended.error.code)
        at_power_on = {"vitale": {"vitale_absent", "vitale_mute", "reader_unavailable"}, "cps": {"reader_unavailable"}}
        assert codes <= seen <= codes | at_power_on[which]


CUTS = ["nothing", "one byte", "no status word", "half", "last byte of data", "half of the data", "data"]


def cut(how: str) -> Act:
    """An answer of which only the beginning comes, with its status word or without."""

    def act(connection: Connection, kind: str, command: bytes) -> bytes:
        answer = forward(connection, kind, command)
        data, sw = answer[:-2], answer[-2:]
        match how:
            case "nothing":
                raise ShortAnswerError(connection.name, b"")
            case "one byte":
                raise ShortAnswerError(connection.name, answer[:1])
            case "no status word":
                kept = data
            case "half":
                kept = answer[: len(answer) // 2]
            case "last byte of data":
                kept = data[:-1] + sw
            case "half of the data":
                kept = data[: len(data) // 2] + sw
            case _:
                kept = sw
        if len(kept) < 2:
            raise ShortAnswerError(connection.name, kept)
        return kept

    return act


@pytest.mark.parametrize("how", CUTS)
@pytest.mark.parametrize(("vitale", "cps"), [("famille", "cps"), ("uncam", "cps4")])
def test_an_answer_comes_short(
    trust: TrustStore, whole: Callable[..., VitaleReading], vitale: str, cps: str, how: str
) -> None:
    names = {"vitale_name": vitale, "cps_name": cps}
    complete = whole(vitale, cps)
    for which in ("vitale", "cps"):
        for number, _, ended in every_point(trust, which, lambda _: cut(how), **names):
            check(ended, complete)
            assert ended.says_what_is_missing or ended.records == complete.records, (which, number)
            if ended.reading is not None and ended.reading.protection.status is ProtectionStatus.READ:
                shown = ended.reading.professional
                assert shown is not None
                assert complete.professional is not None
                assert shown.porteur == complete.professional.porteur, (which, number)
                assert shown.situations in {None, complete.professional.situations}, "all of them, or not known"


def test_what_may_be_left_of_a_card(whole: Callable[..., VitaleReading]) -> None:
    """The comparison itself: part of one card is not part of another."""
    family, miner = whole("famille").records, whole("mines").records
    assert part_of(VitaleRecords(), family)
    assert part_of(family, family)
    assert not part_of(miner, family)
    assert not part_of(family, miner)
    from dataclasses import replace

    assert part_of(replace(family, beneficiaires=family.beneficiaires[:2], zone_commune=None), family)
    mixed = replace(family, beneficiaires=(*family.beneficiaires[:1], *miner.beneficiaires[:1]))
    assert not part_of(mixed, family)
