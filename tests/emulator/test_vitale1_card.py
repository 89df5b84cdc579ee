"""The Vitale 1: its public ATRs, a family of nineteen, and the protected files behind a professional card."""

import pytest

from emulator.image import ImageError, build_card, dump_image, load_image, parse_image, patch_image
from emulator.vitale1 import PUBLIC_ATRS, Vitale1Image
from emulator.vitale2 import PUBLIC_ATRS as VITALE2_ATRS
from reader_core.iso7816 import Atr
from reader_core.layouts import decode_pointers
from reader_core.session.recognition import recognise

SELECT_VITALE = bytes.fromhex("00A404000BD250000002564954414C45")


def whole(card: object, select: str) -> bytes:
    """Select an EF and read all of it, 256 bytes at a time."""
    send = getattr(card, "transmit")  # noqa: B009 - a card is anything that takes bytes
    assert send(bytes.fromhex(select))[-2:-1] in {b"\x90", b"\x61"}
    read = b""
    while True:
        head = bytes.fromhex("00B0") + len(read).to_bytes(2, "big")
        answer = send(head + b"\x00")
        if answer[-2] == 0x6C:
            answer = send(head + answer[-1:])
        if answer[-2:] != b"\x90\x00":
            return read
        read += answer[:-2]


@pytest.mark.parametrize("atr", PUBLIC_ATRS)
def test_every_public_atr_makes_a_vitale_1(atr: str) -> None:
    card = build_card(patch_image(load_image("vitale1"), {"atr": atr}))
    assert card.power_on().hex().upper() == atr
    assert Atr.parse(card.atr).convention.name.lower().startswith("inverse")
    found = recognise(card.atr)
    assert found is not None
    assert found.name == "vitale1"


@pytest.mark.parametrize("atr", VITALE2_ATRS)
def test_every_public_atr_makes_a_vitale_2(atr: str) -> None:
    card = build_card(patch_image(load_image("specimen"), {"atr": atr}))
    assert card.power_on().hex().upper() == atr
    found = recognise(card.atr)
    assert found is not None
    assert found.name == "vitale2"


@pytest.mark.parametrize(
    ("name", "atr"),
    [
        ("specimen", "3B751300004A09EA9000"),
        ("specimen", "3B751300004309FA9000"),
        ("specimen", "3F65250052096A9000"),
        ("vitale1", "3B751300004309EA9000"),
        ("vitale1", "3F65250053096A9000"),
        ("vitale1", ""),
    ],
)
def test_an_atr_that_no_public_list_has_is_refused(name: str, atr: str) -> None:
    with pytest.raises(ImageError, match="no public ATR"):
        patch_image(load_image(name), {"atr": atr})


def test_a_family_of_nineteen_is_read_in_their_order() -> None:
    card = build_card(load_image("vitale1"))
    card.power_on()
    identity = whole(card, "00A4000C02D001")
    card.transmit(SELECT_VITALE)
    numbers = whole(card, "00A4000C022002")
    assert identity.count(b"GRANDCHAMP") == 19
    assert identity.index(b"AUGUSTE") < identity.index(b"MATHILDE") < identity.index(b"PROSPER")
    assert numbers.count(b"\x93\x0f") == 19


def test_pointers_name_no_adele() -> None:
    card = build_card(load_image("vitale1"))
    card.transmit(SELECT_VITALE)
    names = {pointer.name for pointer in decode_pointers(whole(card, "00A4000C022001"))}
    assert "BENEFIC" in names
    assert "CERT" not in names
    assert card.transmit(bytes.fromhex("00A4040008D2500000044164E8")) == b"\x6a\x82"


def test_protected_files_stay_closed() -> None:
    card = build_card(load_image("vitale1"))
    card.transmit(SELECT_VITALE)
    pointers = decode_pointers(whole(card, "00A4000C022001"))
    coverage = next(pointer for pointer in pointers if pointer.name.startswith("COUV"))
    assert card.transmit(bytes.fromhex(f"00A4000C02{coverage.fid:04X}")) == b"\x90\x00"
    assert card.transmit(bytes.fromhex("00B0000000")) == b"\x69\x82"


def test_the_image_goes_out_and_comes_back() -> None:
    image = load_image("vitale1")
    assert isinstance(image, Vitale1Image)
    assert parse_image(dump_image(image)) == image
    assert len(image.beneficiaires) == 19
    with pytest.raises(ImageError, match="length <= 19"):
        patch_image(image, {"beneficiaires[19]": {"nom_usuel": "X", "prenom": "Y", "date_naissance": "20000101"}})
