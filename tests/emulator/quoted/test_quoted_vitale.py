"""Answers to reset of every card, and what public readers send to a Vitale: each quoted line is played as it is written. The sources are in `quoting`."""

import pytest

from .quoting import Play, card


@pytest.mark.parametrize(
    ("name", "atr"),
    [
        # [P] lines 17492-17503: Sesam Vitale, 2[2C] 09 [F6]9 and A[34] 09 6A, written out
        ("vitale1", "3F 65 25 00 22 09 F9 90 00"),
        ("vitale1", "3F 65 25 00 22 09 69 90 00"),
        ("vitale1", "3F 65 25 00 2C 09 F9 90 00"),
        ("vitale1", "3F 65 25 00 2C 09 69 90 00"),
        ("vitale1", "3F 65 25 00 52 09 6A 90 00"),
        ("vitale1", "3F 65 25 00 A3 09 6A 90 00"),
        ("vitale1", "3F 65 25 00 A4 09 6A 90 00"),
        # [P] lines 5153-5185: Vitale 2
        *(
            ("specimen", f"3B 75 13 00 00 {byte} 09 EA 90 00")
            for byte in ["43", "44", "45", "46", "47", "48", "49", "4B", "4C"]
        ),
        ("specimen", "3B 75 13 00 00 45 09 FA 90 00"),
        # [A] card-cps.c, [P]
        ("cps", "3B AC 00 40 2A 00 12 25 00 64 80 00 03 10 00 90 00"),
        ("cps2ter", "3B AC 00 40 2A 00 12 25 00 64 80 82 02 12 00 90 00"),
        ("cps3-contactless", "3B 8F 80 01 00 31 B8 64 04 B0 EC C1 73 94 01 80 82 90 00 0E"),
        ("cps3-contactless", "3B 8F 80 01 00 31 B8 64 04 B0 EC C1 73 94 01 80 FF FF FF E3"),
        ("cps4", "3B 9B 18 80 01 00 12 25 00 64 80 04 01 00 00 90 44"),
        ("cps4", "3B 9B 18 80 01 00 12 25 00 64 80 00 04 01 00 90 44"),
        ("cps4", "3B DC 18 FF 00 00 12 25 00 64 80 00 04 01 00 90 00"),
    ],
)
def test_answers_to_reset(name: str, atr: str) -> None:
    fixed = name in {"cps", "cps2ter"}
    made = card(name) if fixed else card(name, atr=atr.replace(" ", ""))
    assert made.power_on() == bytes.fromhex(atr)


def test_vitale_as_public_readers_read_it(play: Play) -> None:
    vitale = card("specimen")
    play(vitale, ["00 A4 00 00 02 3F 00", "61.."])  # [R]; T=0: 61xx, then GET RESPONSE 00 C0 00 00 xx
    play(vitale, ["00 A4 04 00 0B D2 50 00 00 02 56 49 54 41 4C 45", "61.."])  # [R] SELECT VITALE
    first = vitale.transmit(bytes.fromhex("00 B0 82 00 00"))  # [R] SFI 2 of VITALE: 65 with 93, 15 characters
    assert (first[-2:], first[:1], first[2:4]) == (b"\x90\x00", b"\x65", b"\x93\x0f")
    # [N] MF_VITALE with Le, then D001; their cards' Le of 1E and 7C are those of other files and contents
    play(vitale, ["00 A4 00 0C 02 3F 00", "9000", "00 A4 02 0C 02 D0 01", "9000"])
    assert vitale.transmit(bytes.fromhex("00 B0 00 00 7C"))[-2:] == b"\x90\x00"
    for aid in (  # [K]
        "D2 50 00 00 02 56 49 54 41 4C 45",
        "D2 50 00 00 02 4D 46 5F 56 49 54 41 4C 45",
        "D2 50 00 00 04 41 64 E8 6C 65 01 01",
        "E8 28 BD 08 0F D2 50 00 00 04 41 64 E8 6C 65",
    ):
        play(vitale, [f"00 A4 04 0C {len(bytes.fromhex(aid)):02X} {aid}", "9000"])
