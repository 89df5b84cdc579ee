"""Masked recordings: nobody can be recognised in them, and they replay all the same."""

import itertools
import unicodedata
from collections.abc import Callable, Generator
from contextlib import suppress
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn

from emulator.cps3 import CpsImage
from emulator.image import Image, build_card, builtin_names, load_image, patch_image
from emulator.readers import InProcessReader
from emulator.recording import (
    Event,
    EventKind,
    RecordedCard,
    Recorder,
    Recording,
    RecordingConnection,
    ReplayCard,
    dump_recording,
    mask_recording,
    parse_recording,
)
from emulator.vitale2 import VitaleImage
from reader_core import Reader, ReadingError, TrustStore, card_object
from reader_core.iso7816 import Card, Connection, Tlv
from reader_core.records.nir import compute_key, is_valid


@pytest.fixture(autouse=True, scope="module")
def keys_that_are_the_same_in_every_run() -> Generator[None]:
    """Each recording still has pseudonyms of its own, but no run meets a chance that another did not."""
    numbers = itertools.count()
    with pytest.MonkeyPatch.context() as patched:
        drawn = SimpleNamespace(urandom=lambda size: next(numbers).to_bytes(size, "big"))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] -- stands for os
        patched.setattr("emulator.recording.masking.pseudonyms.os", drawn)
        yield


ON = date(2026, 1, 15)
ATR = bytes.fromhex("3B751300004309EA9000")
IMAGES = {name: load_image(name) for name in builtin_names()}
VITALES = [name for name, image in IMAGES.items() if isinstance(image, VitaleImage) and name != "vitale1"]
"""The reader core refuses a Vitale 1 by its ATR."""
CPSS = [name for name, image in IMAGES.items() if isinstance(image, CpsImage)]

Wrap = Callable[[Connection, str], Connection]


def as_it_is(connection: Connection, slot: str) -> Connection:
    return connection


def read(vitale: Card, cps: Card | None, pin: str, wrap: Wrap = as_it_is) -> dict[str, Any]:
    first = wrap(InProcessReader("first", vitale).connect(), "vitale")
    second = None if cps is None else wrap(InProcessReader("second", cps).connect(), "cps")
    with Reader.open(first, second, TrustStore()) as reader:
        if cps is not None:
            with suppress(ReadingError):  # a wrong code: the reading says so
                reader.verify_pin(pin)
        return card_object(reader.read_vitale(ON))


def recorded(vitale: Image, cps: Image | None, pin: str = "1234") -> tuple[dict[str, Any], Recording]:
    recorder = Recorder(now="")
    card = read(
        build_card(vitale),
        None if cps is None else build_card(cps),
        pin,
        lambda connection, slot: RecordingConnection(connection, recorder, slot),
    )
    return card, recorder.recording()


def replayed(recording: Recording, pin: str = "9999") -> dict[str, Any]:
    recording = parse_recording(dump_recording(recording))
    vitale = ReplayCard(recording, "vitale")
    cps = ReplayCard(recording, "cps") if recording.card("cps") else None
    card = read(vitale, cps, pin)
    assert [str(one) for one in vitale.divergences] == []
    assert cps is None or [str(one) for one in cps.divergences] == []
    return card


MASKED_KEYS = {
    "nir", "cle", "nom_usuel", "nom_patronymique", "prenom", "adresse", "nir_certifie", "cle_nir_certifie",
    "zone_commune", "numero_adherent", "identifiant", "nom", "numero", "en_carte", "date", "message", "next_step",
    "identifiant_national",
}  # fmt: skip


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    if isinstance(value, dict):
        return {key: leaf for name, one in value.items() for key, leaf in leaves(one, f"{path}.{name}").items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list | tuple):
        return {key: leaf for index, one in enumerate(value) for key, leaf in leaves(one, f"{path}[{index}]").items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return {path: value}


def is_masked(path: str) -> bool:
    return any(part.partition("[")[0] in MASKED_KEYS for part in path.split(".")) or path == ".zone_commune"


def check_pseudonyms(original: dict[str, Any], masked: dict[str, Any]) -> None:
    """The two are the same but for the fields of a person, where one original has one pseudonym, as long."""
    before, after = leaves(original), leaves(masked)
    assert before.keys() == after.keys()
    given: dict[tuple[str, str], str] = {}
    for path, value in before.items():
        other = after[path]
        if not is_masked(path) or not isinstance(value, str):
            assert other == value, path
            continue
        assert len(other) == len(value), path
        kind = "text" if not value.isdigit() else path.rpartition(".")[2]
        assert given.setdefault((kind, value), other) == other, path
        if len(value.strip("0 ")) >= 4 and not path.endswith((".message", ".next_step", ".date", ".en_carte")):
            assert other != value, path


@pytest.mark.parametrize("name", VITALES)
def test_every_built_in_card_replays_as_itself_but_for_the_pseudonyms(name: str) -> None:
    card, recording = recorded(IMAGES[name], IMAGES["cps"])
    assert card["protected"]["status"] == "read"
    assert replayed(recording, "1234") == card
    check_pseudonyms(card, replayed(mask_recording(recording)))


@pytest.mark.parametrize("name", CPSS)
def test_with_any_professional_card_too(name: str) -> None:
    for pin in ("1234", "0000"):
        card, recording = recorded(IMAGES["famille"], IMAGES[name], pin)
        assert replayed(recording, pin) == card
        check_pseudonyms(card, replayed(mask_recording(recording), "1111"))


def test_without_a_professional_card() -> None:
    card, recording = recorded(IMAGES["famille"], None)
    check_pseudonyms(card, replayed(mask_recording(recording)))


def everything(recording: Recording) -> list[bytes]:
    """Each card's answers one after the other, also with the status words left out, and the commands' data."""
    found: list[bytes] = []
    for card in recording.cards:
        events = [event for event in recording.of(card.slot) if event.kind is EventKind.APDU]
        found.append(b"".join(event.answer[:-2] for event in events))
        found.append(b"".join(event.command[5:] for event in events))
        found.extend(event.answer for event in events)
        found.extend(event.command for event in events)
    return found


def spellings(text: str) -> set[bytes]:
    plain = "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))
    every = {text, plain, text.upper(), text.lower(), plain.upper(), plain.lower()}
    found = {one.encode(encoding) for one in every for encoding in ("latin-1", "utf-8", "utf-16-be", "utf-16-le")}
    if text.isdigit():
        found |= {bytes.fromhex(text.ljust(len(text) + len(text) % 2, "F"))}
        found |= {bytes.fromhex(text.zfill(len(text) + len(text) % 2))}
        found |= {int(text).to_bytes(8).lstrip(b"\0")}
    return found


def secrets_of(vitale: VitaleImage, cps: CpsImage) -> set[str]:
    found = {vitale.assure.nir, cps.records.porteur.nom, cps.records.porteur.prenom, cps.records.porteur.numero}
    for one in vitale.beneficiaires:
        found |= {one.nom_usuel, one.nom_patronymique, one.prenom, one.nir_certifie, *one.adresse}
    return {secret for secret in found if len(secret) >= 4}


def check_absent(secrets: set[str], recording: Recording) -> None:
    written = everything(recording)
    text = dump_recording(recording)
    for secret in secrets:
        assert not secret.isdigit() or secret not in text.replace(" ", "")
        for spelling in spellings(secret):
            assert not any(spelling in each for each in written), (secret, spelling)


@pytest.mark.parametrize("name", VITALES)
def test_no_secret_of_a_built_in_card_is_left(name: str) -> None:
    vitale, cps = IMAGES[name], IMAGES["cps"]
    assert isinstance(vitale, VitaleImage)
    assert isinstance(cps, CpsImage)
    _, recording = recorded(vitale, cps)
    secrets = secrets_of(vitale, cps)
    with pytest.raises(AssertionError):
        check_absent(secrets, recording)
    masked = mask_recording(recording)
    check_absent(secrets, masked)
    codes = [event.command[5:] for event in masked.of("cps") if event.command[1:2] == b"\x20"]
    assert codes
    assert all(code[:4].isdigit() and code[:4] != b"1234" and code[4:] == b"\xff" * 4 for code in codes)


letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZÀÂÇÈÉÊËÎÏÔÖÙÛÜÑabcdefghijklmnopqrstuvwxyzàâçèéêëîïôöùûüñ"
names = st.text(letters, min_size=6, max_size=27).filter(lambda name: len(set(name.upper())) > 4)
births = st.from_regex(r"(19|20)[0-9]{2}(0[0-9]|1[0-9])([0-2][0-9]|3[0-9])", fullmatch=True)
nirs = st.from_regex(r"[1-8][0-9]{4}([0-9]{2}|2A|2B)[0-9]{6}", fullmatch=True)


@settings(max_examples=20, deadline=None)
@given(names, names, names, nirs, nirs, births, st.integers(1, 40))
def test_any_person_is_masked_however_small_the_pieces(
    nom: str, usuel: str, prenom: str, nir: str, other: str, birth: str, step: int
) -> None:
    image = patch_image(
        IMAGES["specimen"],
        {
            "assure.nir": nir,
            "beneficiaires[0].nom_usuel": usuel,
            "beneficiaires[0].nom_patronymique": nom,
            "beneficiaires[0].prenom": prenom,
            "beneficiaires[0].nir_certifie": other,
            "beneficiaires[0].date_naissance": birth,
            "zone_commune": f"{usuel.lower()} {nom.upper()}",
        },
    )
    card, recording = recorded(image, None)
    recording = in_pieces(recording, step)
    masked = mask_recording(recording)
    check_absent({nom, usuel, prenom, nir, other}, masked)
    assert [len(event.answer) for event in masked.events] == [len(event.answer) for event in recording.events]
    whole = replayed(mask_recording(recorded(image, None)[1]))
    check_pseudonyms(card, whole)
    assert whole["assure"]["nir_valide"] is True
    assert whole["beneficiaires"][0]["naissance"]["lunaire"] == card["beneficiaires"][0]["naissance"]["lunaire"]


def in_pieces(recording: Recording, step: int) -> Recording:
    """The same reading by a program that asks for a few bytes at a time."""
    events: list[Event] = []
    for event in recording.events:
        data = event.answer[:-2]
        if event.command[1:2] != b"\xb0" or not data:
            events.append(event)
            continue
        short, start = event.command[2] & 0x80, event.command[3] if event.command[2] & 0x80 else 0
        base = event.command[3] if short else event.command[2] << 8 | event.command[3]
        for offset in range(0, len(data), step):
            piece = data[offset : offset + step]
            place = base + offset
            header = bytes([0x00, 0xB0, place >> 8, place & 0xFF])
            if short and offset == 0:
                header = bytes([0x00, 0xB0, event.command[2], start])
            events.append(
                Event(
                    "vitale", EventKind.APDU, event.at, event.until, header + bytes([len(piece)]), piece + b"\x90\x00"
                )
            )
    return Recording(recording.cards, tuple(events))


def spoken(*exchanges: tuple[str, bytes], slot: str = "vitale", atr: bytes = ATR) -> Recording:
    said = (
        Event(slot, EventKind.APDU, 0, 0, bytes.fromhex(sent), got + (b"" if got == b"" else b"\x90\x00"))
        for sent, got in exchanges
    )
    return Recording((RecordedCard(slot, atr=atr),), tuple(said))


NIR = "2840375999001"
BENEFIC = Tlv(0xE4, Tlv(0x9E, b"\x01"), Tlv(0x80, b"DURAND-VALLIER"), Tlv(0x82, b"Am\xe9lie"), Tlv(0x88, NIR.encode()))


@pytest.mark.parametrize(
    "elsewhere",
    [
        "Durand-Vallier Amélie".encode(),
        b"DURANDVALLIER",
        "AMÉLIE VALLIER".encode("utf-16-le"),
        b"\x01" + "amelie durand".encode("utf-16-be"),
        bytes.fromhex(NIR + "0"),
        bytes.fromhex("0" + NIR),
        bytes.fromhex("F" + NIR + "46"),
        bytes.fromhex("820473959900F1"),
        b"2 84 03 75 999 001",
        bytes(map(int, NIR)),
        int(NIR).to_bytes(6),
        int(NIR).to_bytes(8, "little"),
        NIR.encode("utf-16-be"),
    ],
)
def test_a_name_or_number_known_from_one_place_is_found_in_any_encoding(elsewhere: bytes) -> None:
    said = spoken(("00A4020002 2013", b""), ("00B0000000", bytes(BENEFIC)), ("0012010000", elsewhere))
    masked = mask_recording(said, b"key")
    left = masked.events[2].answer[:-2]
    assert len(left) == len(elsewhere)
    if any(letter in elsewhere.lower() for letter in b"aeiou"):
        assert all(part not in left.lower() for part in (b"durand", b"vallier", b"amelie", "amélie".encode()))
    assert left != elsewhere
    check_absent({NIR, "DURAND", "VALLIER", "Amélie"}, masked)
    for reading in (left, bytes(byte >> 4 | (byte & 15) << 4 for byte in left)):
        assert NIR[1:] not in reading.hex()


def test_parts_of_a_number_that_was_not_read_to_its_end() -> None:
    said = spoken(("00A4020002 2013", b""), ("00B0000000", bytes(BENEFIC)[:-6]))
    masked = mask_recording(said)
    assert NIR[:7].encode() not in masked.events[1].answer
    assert masked.events[1].answer[:-9] != said.events[1].answer[:-9]
    middle = mask_recording(spoken(("00A4020002 2013", b""), ("00B0001000", bytes(BENEFIC)[16:])))
    check_absent({NIR, "Amélie"}, middle)


def test_what_no_layout_knows_is_taken_for_text_of_a_person() -> None:
    unknown = Tlv(0xEF, Tlv(0x80, b"MOREL"), Tlv(0x81, b"7 rue Haute"))
    masked = mask_recording(spoken(("00A4020002 4711", b""), ("00B0000000", bytes(unknown))))
    assert b"MOREL" not in masked.events[1].answer
    assert b"Haute" not in masked.events[1].answer
    for command in ("00B2010400", "00CA010000"):
        assert b"MOREL" not in mask_recording(spoken((command, bytes(unknown)))).events[0].answer
    sent = mask_recording(spoken(("00DA01000" + "5" + b"MOREL".hex(), b"")))
    assert b"MOREL" not in sent.events[0].command


@pytest.mark.parametrize("text", [b"MOREL Anne", b"12 rue Haute", b"0123456789", b"anne.morel"])
def test_plain_text_is_masked_from_its_first_letter(text: bytes) -> None:
    answer = mask_recording(spoken(("00A4020002 4711", b""), ("00B0000000", text)), b"key").events[1].answer[:-2]
    kept = [one for one, other in zip(text, answer, strict=True) if one == other and chr(one).isalnum()]
    assert len(kept) <= 4, "a few letters are their own pseudonyms by chance"


def test_what_describes_the_card_stays() -> None:
    files = (
        "8043 01B8 460404B0ECC1 4703940180 4F088025000001FF0100 900078080606",
        "61134F0BD250000002564954414C45 50044E414D45",
        "5A0A8025000002000001011F",
        "A0060C044E414D45",
    )
    for content in files:
        said = spoken(("00A4020002 2F00", b""), ("00B0000000", bytes.fromhex(content)), slot="cps", atr=b"\x3b\x00")
        assert mask_recording(said).events == said.events


def test_names_in_a_certificate_are_known_from_it_alone() -> None:
    subject = b"".join(
        Tlv(0x31, Tlv(0x30, Tlv(0x06, bytes.fromhex(oid)), Tlv(0x0C, value.encode())))
        for oid, value in (("550404", "Lefèvre"), ("55042A", "Zoé"), ("550403", "899799900016"))
    )
    mail = b"zoe.lefevre@example.org"
    said = spoken(("00B0000000", bytes(Tlv(0x30, Tlv(0x30, subject), Tlv(0x81, mail)))), slot="cps", atr=b"\x3b\x00")
    masked = mask_recording(said).events[0].answer
    assert Tlv.parse(masked[:-2]).children()
    for secret in ("Lefèvre".encode(), "Zoé".encode(), b"899799900016", b"9979990001", b"zoe.", b"example.org"):
        assert secret in said.events[0].answer
        assert secret not in masked


def test_data_sent_in_links_is_looked_at_whole() -> None:
    said = spoken(
        ("00A4020002 2013", b""),
        ("00B0000000", bytes(BENEFIC)),
        ("102A00BE04" + b"xDUR".hex(), b""),
        ("002A00BE04" + b"ANDx".hex(), b""),
        ("00D6000003" + b"VAL".hex(), b""),
        ("00D6000304" + b"LIER".hex(), b""),
    )
    masked = mask_recording(said)
    sent = b"".join(event.command[5:] for event in masked.events[2:])
    assert b"DURAND" not in sent
    assert b"VALLIER" not in sent
    assert sent[:1] == b"x"


def test_a_card_that_changed_between_two_readings_of_a_file() -> None:
    first = bytes(Tlv(0x65, Tlv(0x93, b"284037599900146")))
    second = bytes(Tlv(0x65, Tlv(0x93, b"182117599900211")))
    masked = mask_recording(spoken(("00B0820000", first), ("00B0820000", second)))
    check_absent({NIR, "1821175999002"}, masked)


def test_keys_stay_right_or_wrong() -> None:
    for number in (NIR, "284032A999001", "1990099999999"):
        for key in (compute_key(number), "97", "00", "1"):
            template = Tlv(0xE1, Tlv(0x87, number.encode()), Tlv(0x88, key.encode()))
            answer = mask_recording(spoken(("00B0000000", bytes(template)))).events[0].answer[:-2]
            values = [one.value.decode() for one in Tlv.parse(answer).children()]
            assert values[0] != number
            assert is_valid(*values) == is_valid(number, key)
    for identifier in ("899799900016", "899799900017"):
        parts = (identifier[0], identifier[1:-1], identifier[-1])
        holder = Tlv(0xE0, *(Tlv(0x83 + index, part.encode()) for index, part in enumerate(parts)))
        masked = mask_recording(spoken(("00B0000000", bytes(holder)), slot="cps", atr=b"\x3b\x00"))
        whole = b"".join(one.value for one in Tlv.parse(masked.events[0].answer[:-2]).children()).decode()
        assert whole != identifier
        assert [luhn.is_valid(whole[start:]) for start in (0, 1)] == [
            luhn.is_valid(identifier[start:]) for start in (0, 1)
        ]


@pytest.mark.parametrize(
    ("command", "secrets"),
    [
        ("0020000104 31323334", ["31323334"]),
        ("0021000104 31323334", ["31323334"]),
        ("0020000108 31323334FFFFFFFF", ["31323334"]),
        ("0020000108 241234FFFFFFFFFF", ["1234"]),
        ("00200001000004 31323334", ["31323334"]),
        ("0024000110 31323334FFFFFFFF39383736FFFFFFFF", ["31323334", "39383736"]),
        ("0024000108 3132333439383736", ["31323334", "39383736"]),
        ("002C00010C 313233343536373839383736", ["3132333435363738", "39383736"]),
        ("0028000104 31323334", ["31323334"]),
        ("0020000109 31323334", ["31323334"]),
        ("0020000104 C0FFEE42", ["c0ffee42"]),
    ],
)
def test_codes_of_every_form(command: str, secrets: list[str]) -> None:
    said = spoken((command, b""), ("0020000108 31323334FFFFFFFF", b""), slot="cps", atr=b"\x3b\x00")
    masked = mask_recording(said, b"a")
    sent = masked.events[0].command
    assert len(sent) == len(bytes.fromhex(command))
    assert sent[:4] == bytes.fromhex(command)[:4]
    assert all(secret not in sent[4:].hex() for secret in secrets)
    if command.endswith("31323334") and len(sent) == 9 and sent[4] == 4:
        assert sent[5:] == masked.events[1].command[5:9], "one code, one pseudonym"


def test_masking_says_so_once_and_leaves_no_way_back() -> None:
    _, recording = recorded(IMAGES["specimen"], None)
    masked = mask_recording(recording)
    assert masked.masked
    assert any("Broken by this" in note for note in masked.notes)
    assert mask_recording(masked) == masked
    assert mask_recording(recording) != masked, "each recording has pseudonyms of its own"
    assert mask_recording(recording, b"k") == mask_recording(recording, b"k")


exchanges = st.lists(st.tuples(st.binary(min_size=1, max_size=40), st.binary(max_size=60)), max_size=8)


@given(exchanges)
def test_any_traffic_can_be_masked(said: list[tuple[bytes, bytes]]) -> None:
    events = tuple(Event("vitale", EventKind.APDU, 0, 0, sent, got) for sent, got in said)
    recording = Recording((RecordedCard("vitale", atr=ATR),), events)
    masked = mask_recording(recording)
    for before, after in zip(recording.events, masked.events, strict=True):
        assert (len(before.command), len(before.answer)) == (len(after.command), len(after.answer))
        assert (before.command[:4], before.answer[-2:]) == (after.command[:4], after.answer[-2:])
