"""The virtual Vitale 2, asked with raw commands as public readers ask a real one."""

from pathlib import Path

import pytest

from emulator.authorisation import SECURITY_NAME
from emulator.card import CardSystem
from emulator.image import load_image, patch_image
from emulator.vitale2 import VitaleImage, build_vitale2
from reader_core.layouts import VITALE2_BY_NAME, VITALE2_FILES, Access, FileLayout

VECTORS = Path(__file__).parents[1] / "reader_core" / "vectors_vitale2"
VITALE, MF_VITALE, ADELE = "D250000002564954414C45", "D2500000024D465F564954414C45", "D2500000044164E86C650101"


def vitale(name: str, **changes: object) -> VitaleImage:
    image = patch_image(load_image(name), changes)
    assert isinstance(image, VitaleImage)
    return image


@pytest.fixture
def specimen() -> CardSystem:
    card = build_vitale2(vitale("specimen"))
    card.power_on()
    return card


def dump(name: str) -> bytes:
    """A hand-written dump, or that of `specimen` where the card has the same file."""
    path = VECTORS / f"{name}.hex"
    path = path if path.exists() else VECTORS / f"specimen.{name.partition('.')[2]}.hex"
    tokens = [token for line in path.read_text("utf-8").splitlines() for token in line.partition("#")[0].split()]
    return b"".join(bytes(int(token[3:])) if token.startswith("00*") else bytes.fromhex(token) for token in tokens)


def ask(card: CardSystem, command: str) -> tuple[bytes, str]:
    """Send a command as a T=0 reader does: GET RESPONSE on 61xx, again on 6Cxx."""
    answer = card.transmit(bytes.fromhex(command))
    data = answer[:-2]
    while answer[-2] in {0x61, 0x6C}:
        again = f"00C00000{answer[-1]:02X}" if answer[-2] == 0x61 else f"{command[:-2]}{answer[-1]:02X}"
        answer = card.transmit(bytes.fromhex(again))
        data += answer[:-2]
    return data, answer[-2:].hex().upper()


def select(card: CardSystem, aid: str) -> str:
    return ask(card, f"00A4040C{len(aid) // 2:02X}{aid}")[1]


def content(card: CardSystem, fid: int) -> bytes:
    """Read an EF of the current application whole, 256 bytes at a time."""
    assert ask(card, f"00A4020C02{fid:04X}")[1] == "9000"
    whole = b""
    while True:
        data, status = ask(card, f"00B0{len(whole):04X}00")
        if status == "6B00":
            return whole
        assert status == "9000"
        whole += data
        if len(data) < 256:
            return whole


@pytest.mark.parametrize("name", ["specimen", "famille"])
@pytest.mark.parametrize("layout", VITALE2_FILES, ids=lambda layout: layout.name)
def test_every_file_holds_what_was_written_by_hand(name: str, layout: FileLayout[object]) -> None:
    card = build_vitale2(vitale(name))
    card.power_on()
    if layout.access is Access.PROTECTED:
        card.state.security.grant(SECURITY_NAME)
    assert select(card, layout.application.aid.hex()) == "9000"
    assert content(card, layout.fid).hex(" ") == dump(f"{name}.{layout.name}").hex(" ")


def test_pointers_take_two_reads(specimen: CardSystem) -> None:
    assert select(specimen, VITALE) == "9000"
    wanted = dump("specimen.POINTERS")
    assert len(wanted) == 271
    assert content(specimen, 0x2001) == wanted


def test_atr(specimen: CardSystem) -> None:
    assert specimen.atr.hex().upper() == "3B751300004309EA9000"


def test_identity_by_short_identifier_as_public_readers_do(specimen: CardSystem) -> None:
    assert ask(specimen, "00A40000023F00")[1] == "9000"
    assert ask(specimen, "00B0820000") == (dump("specimen.IDENTITE")[:256], "9000")
    assert select(specimen, VITALE) == "9000"
    assert ask(specimen, "00B0820000") == (dump("specimen.NIR")[:256], "9000")


def test_identity_by_file_identifier_with_control_information(specimen: CardSystem) -> None:
    assert ask(specimen, f"00A404000E{MF_VITALE}00")[1] == "9000"
    information, status = ask(specimen, "00A4020002D00100")
    assert (information[0], status) == (0x6F, "9000")
    assert ask(specimen, "00B000007C") == (dump("specimen.IDENTITE")[:0x7C], "9000")


@pytest.mark.parametrize("aid", [ADELE, "E828BD080FD2500000044164E86C65"])
def test_adele_answers_to_both_names(specimen: CardSystem, aid: str) -> None:
    assert select(specimen, aid) == "9000"
    assert content(specimen, 0xC001)[:2] == b"\x7f\x21"


@pytest.mark.parametrize("file", ["COUVERT", "MATERN"])
def test_protected_files_are_there_but_closed_until_and_after(file: str) -> None:
    card = build_vitale2(vitale("famille"))
    card.power_on()
    fid = VITALE2_BY_NAME[file].fid
    assert select(card, VITALE) == "9000"
    assert ask(card, f"00A4020C02{fid:04X}")[1] == "9000"
    assert ask(card, "00B0000000") == (b"", "6982")
    card.state.security.grant(SECURITY_NAME)
    assert ask(card, "00B0000000")[1] == "9000"
    card.reset()
    assert select(card, VITALE) == "9000"
    assert ask(card, f"00A4020C02{fid:04X}")[1] == "9000"
    assert ask(card, "00B0000000") == (b"", "6982")


def test_nothing_can_be_written(specimen: CardSystem) -> None:
    assert select(specimen, VITALE) == "9000"
    assert ask(specimen, "00A4020C022010")[1] == "9000"
    assert ask(specimen, "00D600000141")[1] in {"6982", "6D00"}
    assert content(specimen, 0x2010) == dump("specimen.ASSURE")


def test_a_card_has_files_of_its_own() -> None:
    image = vitale("specimen")
    first, second = build_vitale2(image), build_vitale2(image)
    first.power_on()
    first.state.security.grant(SECURITY_NAME)
    second.power_on()
    assert SECURITY_NAME not in second.state.security


def test_a_challenge_is_given(specimen: CardSystem) -> None:
    data, status = ask(specimen, "0084000010")
    assert (len(data), status) == (16, "9000")
