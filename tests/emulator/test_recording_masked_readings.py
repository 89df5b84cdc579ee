"""Masked recordings of whole readings: nobody can be recognised in them, and they read as they did but for the pseudonyms."""

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emulator.cps import HolderImage
from emulator.cps3 import CpsImage
from emulator.image import Image, build_card, builtin_names, load_image, patch_image
from emulator.readers import InProcessReader
from emulator.recording import (
    Event,
    EventKind,
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
from reader_core.iso7816 import Card, Connection
from reader_core.records.cps import PorteurCps

pytestmark = pytest.mark.usefixtures("same_pseudonyms_in_every_run")

ON = date(2026, 1, 15)
IMAGES = {name: load_image(name) for name in builtin_names()}
VITALES = [name for name, image in IMAGES.items() if isinstance(image, VitaleImage) and name != "vitale1"]
"""The reader core refuses a Vitale 1 by its ATR."""
CPSS = [name for name, image in IMAGES.items() if isinstance(image, HolderImage)]
SLOW = settings(max_examples=max(20, settings().max_examples // 5))
"""A reading takes its time; of the profile's examples these tests draw a fifth."""

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


def recorded(vitale: Image, cps: Image | None = None, pin: str = "1234") -> tuple[dict[str, Any], Recording]:
    recorder = Recorder(now="", clock=lambda: 0.0)
    found = read(
        build_card(vitale),
        None if cps is None else build_card(cps),
        pin,
        lambda connection, slot: RecordingConnection(connection, recorder, slot),
    )
    return found, recorder.recording()


def replayed(recording: Recording, pin: str = "9999") -> dict[str, Any]:
    recording = parse_recording(dump_recording(recording))
    vitale = ReplayCard(recording, "vitale")
    cps = ReplayCard(recording, "cps") if recording.card("cps") else None
    found = read(vitale, cps, pin)
    assert [str(one) for one in vitale.divergences] == []
    assert cps is None or [str(one) for one in cps.divergences] == []
    return found


MASKED_KEYS = {
    "nir", "cle", "nom_usuel", "nom_patronymique", "prenom", "adresse", "nir_certifie", "cle_nir_certifie",
    "zone_commune", "numero_adherent", "identifiant", "nom", "numero", "en_carte", "date", "message", "next_step",
    "identifiant_national", "raison_sociale", "numero_structure", "cle_structure", "numero_facturation", "cle_facturation",
    "numero_remplacant", "cle_remplacant", "date_calcul",
}  # fmt: skip


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    if isinstance(value, dict):
        return {key: leaf for name, one in value.items() for key, leaf in leaves(one, f"{path}.{name}").items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list | tuple):
        return {key: leaf for index, one in enumerate(value) for key, leaf in leaves(one, f"{path}[{index}]").items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return {path: value}


def is_masked(path: str) -> bool:
    return any(part.partition("[")[0] in MASKED_KEYS for part in path.split(".")) or path == ".zone_commune"


def is_told(path: str, value: str) -> bool:
    """Whether a value must have changed: a name of any length, and what else is long enough to tell somebody."""
    name = path.rpartition(".")[2]
    if name in {"message", "next_step", "date", "date_calcul", "en_carte"}:
        return False
    return len(value.strip("0 ")) >= 4 or ("nom" in name and any(letter.isalpha() for letter in value))


def check_pseudonyms(original: dict[str, Any], masked: dict[str, Any]) -> None:
    """The two are the same but for the fields of a person, where one original has one pseudonym, as long."""
    before, after = leaves(original), leaves(masked)
    assert before.keys() == after.keys()
    given: dict[tuple[str, str], str] = {}
    for path, value in before.items():
        other = after[path]
        if path.endswith(".naissance.age"):  # another day of the same year
            assert value is None or other is None or abs(other - value) <= 1
            continue
        if not is_masked(path) or not isinstance(value, str):
            assert other == value, path
            continue
        assert len(other) == len(value), path
        kind = "text" if not value.isdigit() else path.rpartition(".")[2]
        assert given.setdefault((kind, value), other) == other, path
        assert other != value or not is_told(path, value), path


@pytest.mark.parametrize("name", VITALES)
def test_every_built_in_card_replays_as_itself_but_for_the_pseudonyms(name: str) -> None:
    found, recording = recorded(IMAGES[name], IMAGES["cps"])
    assert found["protected"]["status"] == "read"
    assert replayed(recording, "1234") == found
    check_pseudonyms(found, replayed(mask_recording(recording)))


@pytest.mark.parametrize("name", CPSS)
def test_with_any_professional_card_too(name: str) -> None:
    for pin in ("1234", "0000"):
        found, recording = recorded(IMAGES["famille"], IMAGES[name], pin)
        assert replayed(recording, pin) == found
        check_pseudonyms(found, replayed(mask_recording(recording), "1111"))


def test_without_a_professional_card() -> None:
    card, recording = recorded(IMAGES["famille"])
    check_pseudonyms(card, replayed(mask_recording(recording)))


def spellings(text: str) -> set[bytes]:
    plain = "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))
    every = {text, plain, text.upper(), text.lower(), plain.upper(), plain.lower()}
    found = {one.encode(encoding) for one in every for encoding in ("latin-1", "utf-8", "utf-16-be", "utf-16-le")}
    if text.isdigit():
        found |= {bytes.fromhex(text.ljust(len(text) + len(text) % 2, "F"))}
        found |= {bytes.fromhex(text.zfill(len(text) + len(text) % 2))}
        found |= {int(text).to_bytes(8).lstrip(b"\0")}
    return found


def everything(recording: Recording) -> list[bytes]:
    """Each card's answers one after the other, the status words left out, and its commands' data; then each by itself."""
    found: list[bytes] = []
    for card in recording.cards:
        events = [event for event in recording.of(card.slot) if event.kind is EventKind.APDU]
        found.append(b"".join(event.answer[:-2] for event in events))
        found.append(b"".join(event.command[5:] for event in events))
        found.extend(event.answer for event in events)
        found.extend(event.command for event in events)
    return found


def places(wanted: bytes, text: bytes) -> Iterator[slice]:
    at = text.find(wanted)
    while at >= 0:
        yield slice(at, at + len(wanted))
        at = text.find(wanted, at + 1)


def survivors(secrets: set[str], before: Recording, after: Recording, stranger: Recording | None = None) -> set[str]:
    """Which secrets still stand where they stood, in any spelling.

    What a stranger's card has in the same place too are words of the card's own: the pointers of every Vitale say ASSURE.
    """
    found: set[str] = set()
    texts, masked = everything(before), everything(after)
    others = everything(stranger) if stranger is not None else [b""] * len(texts)
    assert [len(text) for text in texts] == [len(text) for text in masked]
    assert stranger is None or [len(text) for text in texts] == [len(text) for text in others]
    for secret in secrets:
        for spelling in spellings(secret):
            for text, now, other in zip(texts, masked, others, strict=True):
                if any(now[at] == spelling != other[at] for at in places(spelling, text)):
                    found.add(secret)
    return found


def secrets_of(vitale: VitaleImage, cps: CpsImage) -> set[str]:
    found = {vitale.assure.nir, cps.records.porteur.nom, cps.records.porteur.prenom, cps.records.porteur.numero}
    for one in vitale.beneficiaires:
        found |= {one.nom_usuel, one.nom_patronymique, one.prenom, one.nir_certifie, *one.adresse}
    return {secret for secret in found if len(secret) >= 4}


@pytest.mark.parametrize("name", VITALES)
def test_no_secret_of_a_built_in_card_is_left(name: str) -> None:
    vitale, cps = IMAGES[name], IMAGES["cps"]
    assert isinstance(vitale, VitaleImage)
    assert isinstance(cps, CpsImage)
    _, recording = recorded(vitale, cps)
    secrets = secrets_of(vitale, cps)
    assert survivors(secrets, recording, recording) >= {vitale.assure.nir, cps.records.porteur.nom}
    masked = mask_recording(recording)
    assert survivors(secrets, recording, masked) == set()
    codes = [event.command[5:] for event in masked.of("cps") if event.command[1:2] == b"\x20"]
    assert codes
    assert all(code[:4].isdigit() and code[:4] != b"1234" and code[4:] == b"\xff" * 4 for code in codes)


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÀÂÇÈÉÊËÎÏÔÖÙÛÜÑabcdefghijklmnopqrstuvwxyzàâçèéêëîïôöùûüñ"
OWN_WORDS = (
    "Assure", "VITALE", "Adèle", "Identité", "Mutuelle", "SE", "FRA", "Signature", "Code", "CPS", "Name", "Médecin", "Test",
    "Root", "Production",
)  # fmt: skip
"""Words that cards and certificates have of their own, and that people may bear."""
words = st.one_of(
    st.text(LETTERS, min_size=1, max_size=27), st.text("AEIOUCNé", min_size=1, max_size=8), st.sampled_from(OWN_WORDS)
)
names = st.one_of(
    words, st.lists(words, min_size=2, max_size=4).map("-".join), st.lists(words, min_size=2).map(" ".join)
)
fitting = names.map(lambda name: name[:27].strip(" -")).filter(bool)
births = st.one_of(
    st.from_regex(r"(19|20)[0-9]{2}(0[0-9]|1[0-9])([0-2][0-9]|3[0-9])", fullmatch=True),
    st.from_regex(r"202[5-7](0[0-3]|1[0-9])([0-2][0-9]|3[0-9])", fullmatch=True),
)
nirs = st.from_regex(r"[1-8][0-9]{4}([0-9]{2}|2A|2B)[0-9]{6}", fullmatch=True)


@st.composite
def three_names(draw: st.DrawFn) -> tuple[str, str, str]:
    """Names of one person, which may be parts of each other."""
    first = draw(fitting)

    def related() -> str:
        other = draw(fitting)
        cut = draw(st.integers(0, len(first)))
        choice = draw(
            st.sampled_from([other, first, first.swapcase(), first[:cut], first[cut:], first + other, other + first])
        )
        return choice[:27].strip(" -") or other

    return first, related(), related()


def turned(text: str) -> str:
    """A text of another person: no letter and no digit stays, but the form does."""
    return "".join(
        LETTERS[41 * (at // 41) + (at % 41 + 1) % 41] if (at := LETTERS.find(letter)) >= 0 else letter
        for letter in text
    )


def turned_nir(nir: str) -> str:
    place = {"2A": "2B", "2B": "2A"}.get(nir[5:7]) or f"{99 - int(nir[5:7]):02}"
    digits = "".join(str(9 - int(digit)) for digit in nir[:5] + nir[7:])
    return digits[:5] + place + digits[5:]


def person(names: tuple[str, str, str], nir: str, other: str, birth: str) -> Image:
    nom, usuel, prenom = names
    return patch_image(
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


@SLOW
@given(three_names(), nirs, nirs, births, st.integers(1, 40))
@example(("Assure", "Adèle", "VITALE"), "2840375999001", "2840375999001", "19840308", 7)  # words of the POINTERS
@example(("Morel", "Morel", "Anne"), "1000000000000", "1000000000010", "19001033", 33)  # like padding after a digit
@example(("L Homme", "Fra", "A"), "100002A000000", "100002A000001", "19000030", 1)  # short names, and FRA a code
def test_any_person_is_masked_however_small_the_pieces(
    names: tuple[str, str, str], nir: str, other: str, birth: str, step: int
) -> None:
    image = person(names, nir, other, birth)
    someone = person((turned(names[0]), turned(names[1]), turned(names[2])), turned_nir(nir), turned_nir(other), birth)
    card, recording = recorded(image)
    pieces, strangers = in_pieces(recording, step), in_pieces(recorded(someone)[1], step)
    masked = mask_recording(pieces)
    long = {word for name in names for word in name.replace("-", " ").split() if len(word) >= 4}
    assert survivors(long | {nir, other}, pieces, masked, strangers) == set()
    whole = replayed(mask_recording(recording))
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
            sent, got = header + bytes([len(piece)]), piece + b"\x90\x00"
            events.append(Event("vitale", EventKind.APDU, event.at, event.until, sent, got))
    return Recording(recording.cards, tuple(events))


@SLOW
@given(fitting, fitting, st.from_regex("[0-9]{10}", fullmatch=True), st.sampled_from(CPSS))
@example("Code", "Name", "9979990001", "cps")  # words of the PKCS#15 files
@example("Test", "Production", "0000000000", "cps4")  # words of the authorities; zeros as in a date that is none
def test_any_professional_is_masked(nom: str, prenom: str, numero: str, name: str) -> None:
    image = IMAGES[name]
    assert isinstance(image, HolderImage)
    holder: PorteurCps = image.records.porteur
    changes = {"records.porteur.nom": nom, "records.porteur.prenom": prenom, "records.porteur.numero": numero}
    found, recording = recorded(IMAGES["famille"], patch_image(image, changes))
    assert len(holder.numero) == len(numero)
    check_pseudonyms(found, replayed(mask_recording(recording)))
