"""Answers to reset: the real ones, and everything that is not one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader_core.iso7816 import Atr, AtrError, Convention, InterfaceByte

# ATRs that public lists and software know (smartcard_list.txt of pcsc-tools; the ANS Cryptolib's card-cps.c).
# The columns are worked out by hand from ISO/IEC 7816-3, 8.2.
KNOWN = {
    # ATR: (convention, interface bytes, protocols, historical bytes, check byte)
    "3F 65 25 00 2C 09 69 90 00": ("inverse", "TB1=25 TC1=00", (0,), "2C09699000", None),
    "3F 65 25 00 52 09 6A 90 00": ("inverse", "TB1=25 TC1=00", (0,), "52096A9000", None),
    "3F 65 25 00 A3 09 6A 90 00": ("inverse", "TB1=25 TC1=00", (0,), "A3096A9000", None),
    **{
        f"3B 75 13 00 00 {version} 09 {last} 90 00": (
            "direct",
            "TA1=13 TB1=00 TC1=00",
            (0,),
            f"{version}09{last}9000",
            None,
        )
        for version, last in [
            *((v, "EA") for v in ("43", "44", "45", "46", "47", "48", "49", "4B", "4C")),
            ("45", "FA"),
        ]
    },
    "3B AC 00 40 2A 00 12 25 00 64 80 00 03 10 00 90 00": (
        "direct",
        "TB1=00 TD1=40 TC2=2A",
        (0,),
        "001225006480000310009000",
        None,
    ),
    "3B AC 00 40 2A 00 12 25 00 64 80 82 02 12 00 90 00": (
        "direct",
        "TB1=00 TD1=40 TC2=2A",
        (0,),
        "001225006480820212009000",
        None,
    ),
    "3B 8F 80 01 00 31 B8 64 04 B0 EC C1 73 94 01 80 82 90 00 0E": (
        "direct",
        "TD1=80 TD2=01",
        (0, 1),
        "0031B86404B0ECC17394018082 9000",
        0x0E,
    ),
    "3B 9B 18 80 01 00 12 25 00 64 80 04 01 00 00 90 44": (
        "direct",
        "TA1=18 TD1=80 TD2=01",
        (0, 1),
        "0012250064800401000090",
        0x44,
    ),
    "3B 9B 18 80 01 00 12 25 00 64 80 00 04 01 00 90 44": (
        "direct",
        "TA1=18 TD1=80 TD2=01",
        (0, 1),
        "0012250064800004010090",
        0x44,
    ),
    "3B DC 18 FF 00 00 12 25 00 64 80 00 04 01 00 90 00": (
        "direct",
        "TA1=18 TC1=FF TD1=00",
        (0,),
        "001225006480000401009000",
        None,
    ),
    "3B 67 00 00 2D 20 16 01 78 90 00": ("direct", "TB1=00 TC1=00", (0,), "2D201601789000", None),
    "3B 86 80 01 80 54 04 20 01 0F F9": ("direct", "TD1=80 TD2=01", (0, 1), "80540420010F", 0xF9),
    "3B 80 80 01 01": ("direct", "TD1=80 TD2=01", (0, 1), "", 0x01),
    "3B 00": ("direct", "", (0,), "", None),
}


@pytest.mark.parametrize("text", KNOWN)
def test_known_cards_are_read(text: str) -> None:
    convention, interface, protocols, historical, tck = KNOWN[text]
    atr = Atr.parse(bytes.fromhex(text))
    assert atr.convention is Convention(convention)
    assert " ".join(f"{byte.name}={byte.value:02X}" for byte in atr.interface) == interface
    assert atr.protocols == protocols
    assert atr.historical == bytes.fromhex(historical)
    assert atr.tck == tck
    assert atr.tck_ok
    assert atr.trailing == b""
    assert bytes(atr) == bytes.fromhex(text)
    assert str(atr) == text
    assert atr.matches(text)


VITALE_2 = "3B 75 13 00 00 45 09 EA 90 00"
CPS3 = "3B AC 00 40 2A 00 12 25 00 64 80 00 03 10 00 90 00"
CPS4 = "3B 9B 18 80 01 00 12 25 00 64 80 04 01 00 00 90 44"


def test_interface_bytes_have_their_names() -> None:
    atr = Atr.parse(bytes.fromhex(CPS3))
    assert atr.interface == (InterfaceByte("TB1", 0x00), InterfaceByte("TD1", 0x40), InterfaceByte("TC2", 0x2A))
    assert atr.interface_byte("TC2") == 0x2A
    assert atr.interface_byte("TA1") is None


@pytest.mark.parametrize(
    ("text", "cycles"),
    [
        (VITALE_2, 93),  # TA1 = 13: 372 / 4
        (CPS3, 372),  # no TA1: the default
        (CPS4, 31),  # TA1 = 18: 372 / 12
        ("3B 10 96", 16),  # 512 / 32
        ("3B 10 70", None),  # reserved Fi and Di
        ("3B 10 1A", None),  # reserved Di
    ],
)
def test_speed(text: str, cycles: int | None) -> None:
    assert Atr.parse(bytes.fromhex(text)).clock_cycles_per_bit == cycles


@pytest.mark.parametrize(
    ("text", "default", "negotiable"),
    [
        (VITALE_2, 0, True),
        (CPS4, 0, True),
        ("3B 80 11 01 90", 1, False),  # TD1=11, TA2=01: T=1 and nothing else
        ("3B 80 01 81", 1, True),
    ],
)
def test_protocol_that_is_used_without_negotiation(text: str, default: int, negotiable: bool) -> None:
    atr = Atr.parse(bytes.fromhex(text))
    assert (atr.default_protocol, atr.negotiable) == (default, negotiable)


def test_t15_announces_a_check_byte_but_is_no_protocol() -> None:
    atr = Atr.parse(bytes.fromhex("3B 80 1F 03 9C"))
    assert atr.protocols == (0,)
    assert atr.interface_byte("TA2") == 0x03
    assert (atr.tck, atr.tck_ok) == (0x9C, True)


@pytest.mark.parametrize(
    ("text", "tck", "ok", "trailing"),
    [
        ("3B 80 80 01 01", 0x01, True, ""),
        ("3B 80 80 01 02", 0x02, False, ""),
        ("3B 80 80 01", None, False, ""),  # due, and missing
        ("3B 80 80 01 01 90", 0x01, True, "90"),
        (VITALE_2 + " 17", None, True, "17"),  # T=0 only: no check byte, so this is not one
    ],
)
def test_a_wrong_check_byte_is_told_not_refused(text: str, tck: int | None, ok: bool, trailing: str) -> None:
    atr = Atr.parse(bytes.fromhex(text))
    assert (atr.tck, atr.tck_ok, atr.trailing) == (tck, ok, bytes.fromhex(trailing))


@pytest.mark.parametrize(
    ("text", "offset", "reason"),
    [
        ("", 0, "at least TS and T0"),
        ("3B", 1, "at least TS and T0"),
        ("00 00", 0, "TS is 3B or 3F, not 00"),
        ("3B 75 13 00", 4, "TC1 is announced"),
        ("3B 80", 2, "TD1 is announced"),
        ("3B 80 80", 3, "TD2 is announced"),
        ("3B 75 13 00 00 45 09 EA 90", 9, "5 historical bytes are announced, 4 came"),
        ("3B 00" + " 00" * 32, 33, "at most 33 bytes"),
    ],
)
def test_what_is_no_atr_is_refused_where_it_goes_wrong(text: str, offset: int, reason: str) -> None:
    with pytest.raises(AtrError) as caught:
        Atr.parse(bytes.fromhex(text))
    assert caught.value.offset == offset
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("3B 75 13 00 00 4x 09 xA 90 00", True),
        ("3b75130000450 9ea9000", True),
        ("3B 75 13 00 00 4X 09 EA 90 00", True),
        ("3B 75 13 00 00 5x 09 EA 90 00", False),
        ("3B 75 13 00 00 4x 09 EA 90", False),
        ("3B 75 13 00 00 4x 09 EA 90 00 00", False),
        ("", False),
    ],
)
def test_families_are_patterns(pattern: str, matches: bool) -> None:
    assert Atr.parse(bytes.fromhex(VITALE_2)).matches(pattern) is matches


@pytest.mark.parametrize("pattern", ["3", "3B 7", "3B ??"])
def test_a_pattern_is_whole_bytes(pattern: str) -> None:
    with pytest.raises(ValueError, match="ATR pattern"):
        Atr.parse(bytes.fromhex(VITALE_2)).matches(pattern)


@given(st.binary(max_size=40) | st.binary(max_size=34).map(lambda rest: b"\x3b" + rest))
@settings(deadline=None)
def test_any_bytes_are_an_atr_whose_parts_join_to_it_or_an_error_inside_them(raw: bytes) -> None:
    try:
        atr = Atr.parse(raw)
    except AtrError as error:
        offset = error.offset
    else:
        check_parts(atr)
        return
    assert 0 <= offset <= len(raw)


def check_parts(atr: Atr) -> None:
    interface = bytes(byte.value for byte in atr.interface)
    tck = b"" if atr.tck is None else bytes((atr.tck,))
    assert atr.raw[:2] + interface + atr.historical + tck + atr.trailing == atr.raw
    assert atr.protocols
    assert len({byte.name for byte in atr.interface}) == len(atr.interface)
    assert atr.clock_cycles_per_bit is None or atr.clock_cycles_per_bit > 0
    assert atr.default_protocol in range(16)
