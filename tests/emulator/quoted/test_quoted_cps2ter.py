"""The command set of the CPS2ter volume: each quoted line is played as it is written. The sources are in `quoting`."""

import pytest

from emulator.cps3 import CpsImage
from emulator.faults import fault
from emulator.image import load_image
from reader_core.records.cps import CpxType

from .quoting import Play, card


@pytest.mark.parametrize("name", ["cps2ter", "cps", "cps4"])
def test_cps2ter_selection(play: Play, name: str) -> None:
    """[A]: SELECT `A0 A4 00 00 02 fid`, SW1=9F, GET RESPONSE C0; FCI 85, size, fid, type 1=MF 2=DF 4=EF; the files."""
    made = card(name)
    play(made, ["A0 A4 00 00 02 3F 00", "9F07", "A0C0000007", "85 05 .... 3F00 01 9000"])
    play(made, ["A0 A4 00 00 02 40 10", "9F07", "A0C0000007", "85 05 .... 4010 04 9000"])
    play(made, ["A0 A4 00 00 02 7F 01", "9F07", "A0C0000007", "85 05 .... 7F01 02 9000"])
    play(made, ["A0 A4 00 00 02 40 00", "9F07", "A0C0000007", "85 05 .... 4000 04 9000"])


@pytest.mark.parametrize(
    ("word", "lines"),
    [
        # [A]: the status words of the set; the sources do not say which command gets which: these lines are ours
        ("6700", ["A0A40000033F0000"]),
        ("6B00", ["A0A40100023F00"]),
        ("6D00", ["A0FE0000"]),
        ("6E00", ["A4A40000023F00"]),
        ("6C0C", ["A0A40000024005", "A0B0000000"]),
        ("9402", ["A0A40000024005", "A0B0004001"]),
        ("9404", ["A0A4000002BEEF"]),
        ("9408", ["A0B0000001"]),
        ("9802", ["A020000908 31323334FFFFFFFF"]),
        ("9804", ["A020000108 30303030FFFFFFFF"]),
        ("9840", [*["A020000108 30303030FFFFFFFF"] * 3]),
        ("9808", [*["A020000108 30303030FFFFFFFF"] * 3, "A0A40000024010", "A0B0000001"]),
        ("9810", ["A020000108 31323334FFFFFFFF", "A0A40000024005", "A0040000", "A0B0000001"]),
    ],
)
def test_cps2ter_status_words(word: str, lines: list[str]) -> None:
    made = card("cps2ter")
    *before, last = (bytes.fromhex(line) for line in lines)
    for command in before:
        made.transmit(command)
    assert made.transmit(last).hex().upper() == word


@pytest.mark.parametrize("sw", ["9240", "6F00"])
def test_cps2ter_words_of_a_broken_card_are_given_by_a_fault(play: Play, sw: str) -> None:
    """[A]: 9240 (header, memory) and 6F00, which no whole card gives."""
    broken = fault("wrong_sw", sw=sw, ins="A4").apply(card("cps2ter"))
    assert broken.transmit(bytes.fromhex("A0A40000023F00")).hex().upper() == sw


@pytest.mark.parametrize("name", ["cps2ter", "cps", "cps4"])
def test_cps2ter_situations_are_behind_the_pin(play: Play, name: str) -> None:
    """[A]: CPS_SIT_FACT and CPS_ACTIVITY_01..16_PS are protected by the PIN; what is in the MF besides is free."""
    made = card(name)
    play(made, ["A0A40000024001", "9F07", "A0B0000001", "E0 9000"])
    play(made, ["A0A40000027F01", "9F07", "A0A40000024000", "9F07", "A0B0000001", "9804"])
    play(made, ["A0A40000023F00", "9F07", "A0A40000024010", "9F07", "A0B0000001", "9804"])
    play(made, ["A020000108 31323334FFFFFFFF", "9000", "A0B0000001", "EE 9000"])
    play(made, ["A0A40000027F01", "9F07", "A0A40000024000", "9F07", "A0B0000001", "E4 9000"])


@pytest.mark.parametrize("name", ["cps", "cps4"])
def test_cps2ter_answers_first_after_power_up(play: Play, name: str) -> None:
    """A public account: the CPS2ter volume comes first at power-up, for compatibility."""
    play(card(name), ["A0A40000023F00", "9F07"])


@pytest.mark.parametrize(
    "ins",
    # [A]: the instructions of the set
    [
        "A4",
        "F2",
        "A8",
        "E0",
        "D4",
        "04",
        "44",
        "84",
        "82",
        "88",
        "10",
        "C0",
        "76",
        "D6",
        "D0",
        "B0",
        "86",
        "B4",
        "D8",
        "20",
        "24",
        "2C",
        "5C",
        "50",
        "4E",
        "52",
        "5E",
        "58",
        "5A",
        "46",
        "48",
        "4A",
        "4C",
        "F6",
        "F4",
        "3E",
    ],
)
def test_cps2ter_instructions_are_known(ins: str) -> None:
    assert card("cps2ter").transmit(bytes.fromhex(f"A0{ins}000008") + bytes(8)) != b"\x6d\x00"


@pytest.mark.parametrize(
    ("name", "category", "kind", "named"),
    [
        # [G]: G01 80 a test card, 00 a real one; G02 00 CPS, 01 CPF, 02 CDE/CPE, 03 CPA
        ("cps", "80", "00", CpxType.CPS),
        ("cpf", "80", "01", CpxType.CPF),
        ("cpe", "80", "02", CpxType.CPE),
        ("cde", "80", "02", CpxType.CDE),
        ("cpa", "80", "03", CpxType.CPA),
        ("cps-reelle", "00", "00", CpxType.CPS),
    ],
)
def test_categories_and_types(name: str, category: str, kind: str, named: CpxType) -> None:
    image = load_image(name)
    assert isinstance(image, CpsImage)
    holder = image.records.porteur
    assert (holder.categorie, holder.type, holder.card_type) == (category, kind, named)


def test_fields_of_a_situation_are_those_of_the_second_group() -> None:
    """[M] group 2 of SSV_LireCartePS, 21 fields."""
    image = load_image("cps")
    assert isinstance(image, CpsImage)
    assert list(type(image.records.situations[0]).__dataclass_fields__) == [
        "numero_logique",
        "mode_exercice",
        "statut",
        "secteur",
        "type_structure",
        "numero_structure",
        "cle_structure",
        "raison_sociale",
        "numero_facturation",
        "cle_facturation",
        "numero_remplacant",
        "cle_remplacant",
        "code_conventionnel",
        "specialite",
        "zone_tarifaire",
        "zone_ik",
        "agrement1",
        "agrement2",
        "agrement3",
        "habilitation_signature",
        "habilitation_lot",
    ]
