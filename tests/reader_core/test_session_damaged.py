"""Cards whose content is wrong, or who lie: the file and the offset are named, the rest is kept, nothing crashes."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.card import CardSystem, ElementaryFile
from emulator.image import build_card, load_image
from emulator.readers import InProcessReader
from reader_core import Anomaly, ErrorCode, Reader, ReadingError, TrustStore, VitaleReading, card_object
from reader_core.iso7816 import Card, CommandApdu
from reader_core.records import Identite
from reader_core.session import ProtectionStatus

ON = date(2026, 1, 15)
Tampered = Callable[..., CardSystem]
Cards = Callable[..., Card]


def read(vitale: Card, trust: TrustStore, cps: Card | None = None) -> VitaleReading:
    professional = InProcessReader("cps", cps or build_card(load_image("cps"))).connect()
    with Reader.open(InProcessReader("vitale", vitale).connect(), professional, trust) as reader:
        reader.verify_pin("1234")
        return reader.read_vitale(ON)


def where(reading: VitaleReading) -> list[tuple[str, int | None]]:
    return [(each.file, each.offset) for each in reading.anomalies]


def test_a_damaged_free_file_is_named_and_the_rest_kept(tampered: Tampered, trust: TrustStore) -> None:
    reading = read(tampered("famille", SERVAMO=b"\xe2\x05\x80\x7f0000"), trust)
    assert where(reading)[0][0] == "SERVAMO"
    assert where(reading)[0][1] is not None
    assert len(reading.records.beneficiaires) == 5
    assert reading.protection.status is ProtectionStatus.READ
    (shown,) = card_object(reading)["anomalies"]
    assert shown["fichier"] == "SERVAMO"
    assert shown["raison"]


def test_a_damaged_protected_file_is_not_read_as_no_exemption(tampered: Tampered, trust: TrustStore) -> None:
    reading = read(tampered("famille", COUVERT=b"\xe6\x7f\x9e\x01\x01"), trust)
    assert (reading.protection.status, reading.protection.code) == (
        ProtectionStatus.REFUSED,
        ErrorCode.CARD_DATA_INVALID,
    )
    assert reading.protection.evidence.startswith("COUVERT: ")
    assert [file for file, _ in where(reading)] == ["COUVERT"]
    assert all(each["exoneration"] is None for each in card_object(reading)["beneficiaires"])


def test_a_protected_file_that_pointers_names_and_the_card_has_not(tampered: Tampered, trust: TrustStore) -> None:
    reading = read(tampered("famille", COUVERT=None), trust)
    assert reading.protection.code is ErrorCode.CARD_DATA_INVALID
    assert reading.anomalies == (
        Anomaly("COUVERT", None, "COUVERT: the card answered 6A82 (file or application not found)"),
    )


def test_a_card_without_our_files_gives_identity_and_number_as_a_real_one_does(
    tampered: Tampered, trust: TrustStore
) -> None:
    reading = read(tampered("famille", POINTERS=b"\xe0\x02\xa0\x00"), trust)
    assert [each.identite.prenom for each in reading.records.beneficiaires] == [
        "HÉLOÏSE",
        "FRANÇOIS",
        "ZOÉ",
        "NOÉ",
        "MARÍA-BEGOÑA",
    ]
    card = card_object(reading)
    assert (card["assure"]["nir"], card["assure"]["nir_valide"]) == ("2840375999001", True)
    assert card["assure"]["regime_libelle"] is None
    assert (card["beneficiaires"][0]["nom_usuel"], card["beneficiaires"][4]["naissance"]) == (
        "SPÉCIMEN",
        {"en_carte": "19481901", "date": None, "lunaire": True, "date_calcul": "1948-01-01", "age": 78},
    )
    assert card["vitale"]["numero_serie"] == "00000102"
    assert (reading.protection.status, reading.protection.code) == (
        ProtectionStatus.WITHHELD,
        ErrorCode.VITALE_UNKNOWN,
    )
    assert reading.anomalies == ()


@pytest.mark.parametrize("others", [{}, {"POINTERS": b"\xe0\x02\xa0\x00"}], ids=["famille", "as a real one"])
def test_an_erased_holder_hides_none_of_those_who_follow(
    tampered: Tampered, trust: TrustStore, others: dict[str, bytes]
) -> None:
    """Padding between objects is no end (ISO/IEC 7816-4, 5.2.2), not even where a whole step is nothing else."""
    people = [b"\x65\x03\x81\x01" + initial for initial in (b"A", b"B", b"C", b"D", b"E")]
    numbers = [b"\x65\x03\x93\x01" + digit for digit in (b"1", b"2", b"3", b"4", b"5")]
    holes = {
        name: b"".join(objects[:2]) + bytes(700) + b"".join(objects[2:]) + bytes(100)
        for name, objects in (("IDENTITE", people), ("NIR", numbers))
    }
    reading = read(tampered("famille", **holes, **others), trust)
    holders = reading.records.beneficiaires
    assert [(each.identite.prenom, each.inscription.nir) for each in holders] == [*zip("ABCDE", "12345", strict=True)]
    assert reading.anomalies == ()


def test_a_vitale_that_does_not_know_the_exchange(tampered: Tampered, trust: TrustStore) -> None:
    class Older:
        """Answers INS 2A as a card that does not have it."""

        def __init__(self, inner: CardSystem) -> None:
            self._inner = inner
            self.atr, self.power_on, self.reset = inner.atr, inner.power_on, inner.reset
            self.power_off = inner.power_off

        def transmit(self, command: bytes) -> bytes:
            return b"\x6d\x00" if command[1:2] == b"\x2a" else self._inner.transmit(command)

    reading = read(Older(tampered("specimen")), trust)
    assert (reading.protection.status, reading.protection.code) == (
        ProtectionStatus.WITHHELD,
        ErrorCode.VITALE_UNKNOWN,
    )
    assert "VERIFY CERTIFICATE: the Vitale answered 6D00" in reading.protection.evidence


@pytest.mark.parametrize("content", [b"", bytes(40), b"\x04\x00" + bytes(8), b"\xe0\x01", b"\x65\x00", b"\xff" * 300])
def test_damaged_pointers(tampered: Tampered, trust: TrustStore, content: bytes) -> None:
    reading = read(tampered("specimen", POINTERS=content), trust)
    assert [file for file, _ in where(reading)] == ["POINTERS"]
    assert [each.identite for each in reading.records.beneficiaires] != [Identite()]


def test_no_pointers_no_number_no_identity(tampered: Tampered, trust: TrustStore) -> None:
    reading = read(tampered("specimen", POINTERS=None, PAN=None, IDENTITE=None, NIR=None), trust)
    assert [file for file, _ in where(reading)] == ["PAN", "IDENTITE", "NIR", "POINTERS"]
    assert reading.pan == ""
    assert reading.records.beneficiaires == ()


def test_fewer_numbers_than_people_are_given_to_nobody(tampered: Tampered, trust: TrustStore) -> None:
    one = b"\x65\x11\x93\x0f284037599900123"
    reading = read(tampered("famille", POINTERS=b"\xe0\x02\xa0\x00", NIR=one), trust)
    assert len(reading.records.beneficiaires) == 5
    assert not any(each.inscription.nir for each in reading.records.beneficiaires)
    assert card_object(reading)["assure"]["nir"] == ""


def test_damaged_identity_without_groups(tampered: Tampered, trust: TrustStore) -> None:
    reading = read(tampered("famille", POINTERS=b"\xe0\x02\xa0\x00", IDENTITE=b"\x65\x7f\x80"), trust)
    assert reading.records.beneficiaires == ()
    assert where(reading)[0][0] == "IDENTITE"


@pytest.mark.parametrize("pan", [b"", b"\x5a\x7f\x80", bytes(12)])
def test_a_vitale_without_a_number_cannot_be_signed_for(tampered: Tampered, trust: TrustStore, pan: bytes) -> None:
    reading = read(tampered("specimen", PAN=pan), trust)
    assert reading.protection.code is ErrorCode.CARD_DATA_INVALID
    assert "PAN" in reading.protection.evidence


def test_a_vitale_without_the_vitale_application(scripted: Callable[..., Any]) -> None:
    with Reader.open(scripted(last="6A82")) as reader, pytest.raises(ReadingError) as caught:
        reader.read_vitale(ON)
    assert caught.value.code is ErrorCode.VITALE_UNKNOWN
    assert "VITALE: the card answered 6A82" in caught.value.evidence
    assert caught.value.partial is not None


@pytest.mark.parametrize(
    ("files", "code", "evidence"),
    [
        ({"PORTEUR": bytes(8)}, "card_data_invalid", "file PORTEUR, offset 0: empty"),
        ({"PORTEUR": b"\xe0\x7f\x80"}, "card_data_invalid", "file PORTEUR, offset"),
        ({"PORTEUR": None}, "card_data_invalid", "PORTEUR: the card answered 6A82"),
        ({"SN.ICC": b"\x5a\x7f"}, "card_data_invalid", "file SN.ICC, offset"),
        ({"FA002": b"\x30\x03\x02\x01\x01"}, "card_data_invalid", "file A002, offset 0: not an X.509 certificate"),
        ({"FA003": b"\x30"}, "card_data_invalid", "file A003, offset"),
    ],
)
def test_a_damaged_professional_card(
    tampered: Tampered, trust: TrustStore, files: dict[str, bytes | None], code: str, evidence: str
) -> None:
    slot = InProcessReader("cps", tampered("cps", **files))
    with Reader.open(
        InProcessReader("v", build_card(load_image("specimen"))).connect(), slot.connect(), trust
    ) as reader:
        with pytest.raises(ReadingError) as caught:
            reader.verify_pin("1234")
        assert caught.value.code == code
        assert evidence in caught.value.evidence
        protection = reader.read_vitale(ON).protection
    assert (protection.status, protection.code) == (ProtectionStatus.REFUSED, code)


def test_a_card_number_that_is_empty_is_no_reason_to_refuse(tampered: Tampered, trust: TrustStore) -> None:
    reading = read(build_card(load_image("specimen")), trust, tampered("cps", **{"SN.ICC": bytes(12)}))
    assert reading.protection.status is ProtectionStatus.READ
    assert reading.professional is not None
    assert reading.professional.numero_carte == ""


def test_the_free_file_of_another_holder(tampered: Tampered, trust: TrustStore) -> None:
    every = (ef for df in tampered("cpf").root.walk() for ef in df.children if isinstance(ef, ElementaryFile))
    other = next(ef for ef in every if ef.name == "PORTEUR")
    reading = read(build_card(load_image("specimen")), trust, tampered("cps", PORTEUR=bytes(other.content)))
    assert reading.protection.code is ErrorCode.CHAIN_UNTRUSTED
    assert "899799900016" in reading.protection.evidence


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [("20200101", "20251231", "cps_expired"), ("20270101", "20991231", "cps_expired"), ("20200101", "20260115", None)],
)
def test_the_dates_in_the_free_file_count_too(
    tampered: Tampered, trust: TrustStore, first: str, last: str, code: str | None
) -> None:
    every = (ef for df in tampered("cps").root.walk() for ef in df.children if isinstance(ef, ElementaryFile))
    content = bytes(next(ef for ef in every if ef.name == "PORTEUR").content)
    changed = content.replace(b"20200101", first.encode()).replace(b"20991231", last.encode())
    reading = read(build_card(load_image("specimen")), trust, tampered("cps", PORTEUR=changed))
    assert reading.protection.code == code


class Answering:
    """A card that answers some instructions with a status word of ours."""

    def __init__(self, inner: Card, answers: dict[int, str]) -> None:
        self._inner, self._answers = inner, answers

    @property
    def atr(self) -> bytes:
        return self._inner.atr

    def power_on(self) -> bytes:
        return self._inner.power_on()

    def reset(self) -> bytes:
        return self._inner.reset()

    def power_off(self) -> None:
        self._inner.power_off()

    def transmit(self, command: bytes) -> bytes:
        answer = self._answers.get(CommandApdu.parse(command).ins)
        return self._inner.transmit(command) if answer is None else bytes.fromhex(answer)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({0x82: "6300"}, "chain_untrusted"),
        ({0x82: "6982"}, "cps_not_entitled"),
        ({0x82: "6985"}, "vitale_unknown"),
        ({0x84: "6D00"}, "vitale_unknown"),
        ({0x84: "AB9000"}, "vitale_unknown"),
        ({0x2A: "6A80"}, "chain_untrusted"),
        ({0x2A: "6985"}, "cards_mixed"),
    ],
)
def test_every_refusal_of_the_vitale(card: Cards, trust: TrustStore, answers: dict[int, str], code: str) -> None:
    assert read(Answering(card("specimen"), answers), trust).protection.code == code


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({0x88: "6982"}, "pin_missing"),
        ({0x88: "6A88"}, "cps_unknown"),
        ({0x22: "6A80"}, "cps_unknown"),
        ({0x88: "AB9000"}, "chain_untrusted"),
    ],
)
def test_every_refusal_of_the_professional_card(
    card: Cards, trust: TrustStore, answers: dict[int, str], code: str
) -> None:
    assert read(card("specimen"), trust, Answering(card("cps"), answers)).protection.code == code


@pytest.mark.parametrize(
    ("sw", "code", "retries"),
    [
        ("63C1", "pin_wrong", 1),
        ("6300", "pin_wrong", None),
        ("63C0", "pin_blocked", 0),
        ("6983", "pin_blocked", 0),
        ("6984", "pin_blocked", 0),
        ("6A88", "cps_unknown", None),
    ],
)
def test_every_answer_to_a_code(card: Cards, trust: TrustStore, sw: str, code: str, retries: int | None) -> None:
    slot = InProcessReader("cps", Answering(card("cps"), {0x20: sw}))
    reader = Reader.open(InProcessReader("v").connect(), slot.connect(), trust)
    with pytest.raises(ReadingError) as caught:
        reader.verify_pin("1234")
    assert (caught.value.code, caught.value.retries) == (code, retries)


class Garbling:
    """A card whose answers are changed: the bytes of `noise` are laid over the answers, one after the other."""

    def __init__(self, inner: Card, noise: list[tuple[int, int, int]]) -> None:
        self._inner, self._noise, self._count = inner, noise, 0

    @property
    def atr(self) -> bytes:
        return self._inner.atr

    def power_on(self) -> bytes:
        return self._inner.power_on()

    def reset(self) -> bytes:
        return self._inner.reset()

    def power_off(self) -> None:
        self._inner.power_off()

    def transmit(self, command: bytes) -> bytes:
        answer = bytearray(self._inner.transmit(command))
        for number, position, value in self._noise:
            if number == self._count:
                answer[position % len(answer)] ^= value
        self._count += 1
        return bytes(answer)


noise = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 255), st.integers(1, 255)), max_size=6)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(on_vitale=noise, on_cps=noise)
def test_garbled_answers_end_in_a_reading_or_in_an_error_with_a_code(
    trust: TrustStore, on_vitale: list[tuple[int, int, int]], on_cps: list[tuple[int, int, int]]
) -> None:
    vitale = Garbling(build_card(load_image("famille")), on_vitale)
    cps = Garbling(build_card(load_image("cps")), on_cps)
    # Any other exception is a failure of this test.
    try:
        card = card_object(read(vitale, trust, cps))
    except ReadingError:
        return
    exempt = [each["exoneration"] for each in card["beneficiaires"]]
    assert all(exempt) if card["protected"]["status"] == "read" else not any(exempt)
