"""The CPS2ter command set: alone on the older card, and as the second volume of a CPS3."""

from collections.abc import Callable, Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from emulator.card import CardSystem
from emulator.cps import HolderImage
from emulator.cps2ter import ATR, Cps2terCard, Cps2terImage, build_cps2ter
from emulator.cps3 import CpsState
from emulator.image import build_card, dump_image, load_image, parse_image
from reader_core.layouts import cps2ter
from reader_core.layouts.codec import decode
from reader_core.records.cps_situations import SituationCps

Play = Callable[[CardSystem, Sequence[str]], None]

VERIFY = "A020000108 31323334FFFFFFFF"
WRONG = "A020000108 39393939FFFFFFFF"
PROFESSION = "E20A 80023130 8100 82026672"  # G15 10, no future profession, fr
KINDS = pytest.mark.parametrize("name", ["cps", "cpf", "cpe", "cde", "cpa"])


def card_of(name: str) -> CardSystem:
    card = build_card(load_image(name))
    assert isinstance(card, CardSystem)
    return card


def _cps(name: str) -> HolderImage:
    image = load_image(name)
    assert isinstance(image, HolderImage)
    return image


def read_file(card: CardSystem, *path: str) -> bytes:
    """Select and read in class A0, as a reader of the volume does."""
    available = b""
    for fid in path:
        available = card.transmit(bytes.fromhex(f"A0A4000002{fid}"))
        assert available[0] == 0x9F, available.hex()
    information = card.transmit(bytes.fromhex("A0C00000") + available[1:])
    size = int.from_bytes(information[2:4])
    read = b""
    while len(read) < size:
        head = bytes.fromhex("A0B0") + len(read).to_bytes(2)
        answer = card.transmit(head + bytes([min(size - len(read), 255)]))
        assert answer[-2:] == b"\x90\x00", answer.hex()
        read += answer[:-2]
    return read


@pytest.fixture(params=["cps2ter", "cps"])
def card(request: pytest.FixtureRequest) -> CardSystem:
    return card_of(request.param)


def test_selection_announces_and_get_response_tells(card: CardSystem, play: Play) -> None:
    play(
        card,
        [
            "A0A40000023F00", "9F07",
            "A0C0000007", "8505 0000 3F00 01 9000",
            "A0C0000007", "9404",
            "A0A40000027F01", "9F07",
            "A0C0000003", "850500 9000",
            "A0C0000005", "6C04",
            "A0C0000004", "007F0102 9000",
            "A0A40000024000", "9F07",
            "A0C0000007", "8505 .... 4000 04 9000",
            "A0A40000024005", "9F07",
            "A0A4000002BEEF", "9404",
            "A0C0000007", "9404",
        ],
    )  # fmt: skip


def test_free_files_and_their_ends(card: CardSystem, play: Play) -> None:
    play(
        card,
        [
            "A0B0000000", "9408",
            "A0A40000024005", "9F07",
            "A0B0000000", "6C0C",
            "A0B000000C", f"{PROFESSION} 9000",
            "A0B0000803", "820266 9000",
            "A0B0000A05", "6C02",
            "A0B0000C01", "9402",
            "A0F2000007", "8505 0000 3F00 01 9000",
            "A0A4010002 3F00", "6B00",
            "A0A40000033F0000", "6700",
        ],
    )  # fmt: skip


def test_activities_and_situations_need_the_pin(card: CardSystem, play: Play) -> None:
    play(
        card,
        [
            "A0A40000024010", "9F07",
            "A0B0000002", "9804",
            VERIFY, "9000",
            "A0B0000002", "EE3A 9000",
            "reset",
            "A0A40000024010", "9F07",
            "A0B0000002", "9804",
            WRONG, "9804",
            WRONG, "9804",
            WRONG, "9840",
            VERIFY, "9840",
            "A0B0000002", "9808",
            "reset",
            VERIFY, "9840",
            "A02C000110 3030303030303030 34333231FFFFFFFF", "9804",
            "A02C000110 3132333435363738 34333231FFFFFFFF", "9000",
            "A0A40000024010", "9F07",
            "A0B0000002", "EE3A 9000",
        ],
    )  # fmt: skip


def test_codes_are_changed_and_refused(card: CardSystem, play: Play) -> None:
    play(
        card,
        [
            "A024000110 31323334FFFFFFFF 35363738FFFFFFFF", "9000",
            VERIFY, "9804",
            "A020000108 35363738FFFFFFFF", "9000",
            "A024000110 35363738FFFFFFFF 61626364FFFFFFFF", "9804",
            "A020000308 35363738FFFFFFFF", "9802",
            "A020000104 35363738", "6700",
            "A020010108 35363738FFFFFFFF", "6B00",
        ],
    )  # fmt: skip


def test_an_invalidated_file_stays_closed_until_it_is_rehabilitated(card: CardSystem, play: Play) -> None:
    play(
        card,
        [
            "A004000000", "9408",
            "A0A40000024005", "9F07",
            "A0040000", "9804",
            VERIFY, "9000",
            "A0040000", "9000",
            "A0B000000C", "9810",
            "reset",
            "A0A40000024005", "9F07",
            "A0B000000C", "9810",
            VERIFY, "9000",
            "A0440000", "9000",
            "A0B000000C", f"{PROFESSION} 9000",
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        ("10 3E 46 48 4A 4C 4E 50 52 58 5A 5C 5E 82 88 B4 D8 F4 F6", "9404"),
        ("76 D0 D4 D6 E0", "9804"),
        ("00 0E 22 2A 70 CA CB DA FE", "6D00"),
    ],
)
def test_every_instruction_of_the_set_is_known(card: CardSystem, play: Play, commands: str, expected: str) -> None:
    for ins in commands.split():
        play(card, [f"A0{ins}000002 0102", expected])


def test_random_numbers(card: CardSystem, play: Play) -> None:
    play(card, ["A084000008", "................9000", "A084000004", "6C08", "A086000008 0102030405060708", "9000"])


def test_files_of_a_directory_are_listed(card: CardSystem, play: Play) -> None:
    play(card, ["A0A40000027F01", "9F07", "A0A8000002", "4000 9000", "A0A8000003", "6C02"])


def test_an_older_card_knows_no_other_class(play: Play) -> None:
    card = card_of("cps2ter")
    assert card.power_on() == ATR == bytes.fromhex("3BAC00402A001225006480820212009000")
    play(
        card,
        [
            "00A40000023F00",
            "6E00",
            "80A40000023F00",
            "6E00",
            "FFA40000",
            "6E00",
            "10A40000",
            "6E00",
            "01A40000",
            "6E00",
        ],
    )
    play(card, ["FF", "6700", "A0", "6700", "00C0000000", "6E00"])


def test_the_two_volumes_of_a_cps3_have_one_code_and_two_selections(play: Play) -> None:
    card = card_of("cps")
    play(
        card,
        [
            "00A4090C043F000001", "9000",
            "A0A40000024010", "9F07",
            "00A4020C02D120", "9000",
            WRONG, "9804",
            "0020000100", "63C2",
            "002000010831323334FFFFFFFF", "9000",
            "A0B0000002", "EE3A 9000",
            "00B0000002", "EE3A 9000",
        ],
    )  # fmt: skip


@KINDS
def test_situations_say_what_the_image_says(name: str) -> None:
    card = card_of(name)
    card.transmit(bytes.fromhex(VERIFY))
    read = decode(cps2ter.SITUATIONS, read_file(card, "7F01", "4000"))
    assert tuple(entry.record for entry in read) == _cps(name).records.situations
    (holder,) = decode(cps2ter.ID, read_file(card, "3F00", "4001"))
    assert holder.record == _cps(name).records.porteur
    (profession,) = decode(cps2ter.PROFESSION, read_file(card, "3F00", "4005"))
    assert profession.record == _cps(name).records.profession


@KINDS
def test_situations_of_the_built_in_cards_use_the_codes_of_the_dictionary(name: str) -> None:
    situations = _cps(name).records.situations
    assert situations
    for one in situations:
        assert one.mode_exercice in {"00", "01", "04", "07"}
        assert one.secteur in {"10", "31", "32", "62"}
        assert one.type_structure in {"0", "1", "2", "3", "4"}
        assert one.code_conventionnel in {"0", "1", "2", "3", "9"}
        assert one.zone_ik in {"0", "1", "2", "3", "9"}
        assert {one.agrement1, one.agrement2, one.agrement3} <= {"00", "01", "02", "03", "04", "05", "06", "99"}
        for number, key in (
            (one.numero_facturation, one.cle_facturation),
            (one.numero_remplacant, one.cle_remplacant),
        ):
            assert luhn.is_valid(number + key) if number else not key


def test_a_locum_bills_beside_the_one_replaced() -> None:
    (locum,) = [one for one in _cps("cps").records.situations if one.mode_exercice == "04"]
    assert (locum.numero_facturation, locum.numero_remplacant) == ("99900009", "99900001")
    assert [one.numero_logique for one in _cps("cps").records.situations] == ["1", "2", "4"]


def test_situations_written_by_hand() -> None:
    """The whole file of one situation, byte for byte."""
    image = _cps("cps2ter")
    one = SituationCps(numero_logique="7", secteur="86", raison_sociale="É")
    records = msgspec.structs.replace(image, records=type(image.records)(image.records.porteur, situations=(one,)))
    assert isinstance(records, Cps2terImage)
    card = build_cps2ter(records)
    card.transmit(bytes.fromhex(VERIFY))
    empty = "".join(f"{tag:02X}00" for tag in range(0x88, 0x95))
    expected = f"E42E 800137 8100 8200 83023836 8400 8500 8600 8701C9 {empty}"
    assert read_file(card, "7F01", "4000") == bytes.fromhex(expected)


def test_state_goes_into_the_image_and_comes_back(play: Play) -> None:
    card = card_of("cps2ter")
    assert isinstance(card, Cps2terCard)
    play(card, [WRONG, "9804", WRONG, "9804"])
    again = parse_image(dump_image(card.image))
    assert isinstance(again, Cps2terImage)
    assert again.state == CpsState(pin_tries_left=1)
    play(build_cps2ter(again), [WRONG, "9840"])
    assert build_card(again).atr == ATR


def test_more_situations_than_a_card_holds_are_refused() -> None:
    image = _cps("cps")
    with pytest.raises(ValueError, match="16 situations"):
        type(image.records)(image.records.porteur, situations=(SituationCps(),) * 17)


@given(
    commands=st.lists(
        st.tuples(st.sampled_from([0xA0, 0x00, 0xA4]), st.integers(0, 255), st.binary(max_size=20)), max_size=8
    )
)
def test_no_bytes_disturb_it(commands: list[tuple[int, int, bytes]]) -> None:
    _HYPOTHESIS_CARD.reset()
    for cla, ins, rest in commands:
        assert len(_HYPOTHESIS_CARD.transmit(bytes((cla, ins)) + rest)) >= 2
    assert _HYPOTHESIS_CARD.fault is None
    assert _HYPOTHESIS_CARD.transmit(bytes.fromhex("A0A40000023F00")) == b"\x9f\x07"


_HYPOTHESIS_CARD = card_of("cps2ter")
