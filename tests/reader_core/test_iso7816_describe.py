"""APDUs in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader_core.iso7816 import describe_command, describe_response

VITALE = bytes.fromhex("D250000002564954414C45")
NAMES = {VITALE: "VITALE", b"\x20\x01": "POINTERS"}


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("00A404000BD250000002564954414C45", "SELECT by name D2 50 00 00 02 56 49 54 41 4C 45 (VITALE)"),
        (
            "00A404020BD250000002564954414C4500",
            "SELECT by name D2 50 00 00 02 56 49 54 41 4C 45 (VITALE), next occurrence",
        ),
        ("00A40200022001", "SELECT EF 20 01 (POINTERS)"),
        ("00A40000023F0000", "SELECT by identifier 3F 00"),
        ("00A4000C", "SELECT by identifier 3F 00 (MF, implied)"),
        ("00A40300", "SELECT parent"),
        ("00A40904022F01", "SELECT by path 2F 01"),
        ("00A4080400"[:-2], "SELECT by path from the MF"),
        ("00A47700023F00", "SELECT P1=77 3F 00"),
        ("00B0820000", "READ BINARY SFI 2 offset 0"),
        ("00B0010004", "READ BINARY offset 256, 4 bytes expected"),
        ("00B00000000000", "READ BINARY offset 0, all there is (extended Le)"),
        ("00B00000000100", "READ BINARY offset 0, 256 bytes expected"),
        ("00B1000004540200FF00", "READ BINARY with offset object, 4 bytes"),
        ("00D6000A02AABB", "UPDATE BINARY offset 10, 2 bytes"),
        ("00B2010C00", "READ RECORD 1 SFI 1"),
        ("00B2020400", "READ RECORD 2"),
        ("00200001", "VERIFY reference 1, no data: asks for the tries left"),
        ("002000010831323334FFFFFFFF", "VERIFY reference 1, 8 bytes not shown"),
        ("002C0301083132333435363738", "RESET RETRY COUNTER reference 1, 8 bytes not shown"),
        ("002C0301", "RESET RETRY COUNTER reference 1, no data"),
        ("0084000010", "GET CHALLENGE, 16 bytes expected"),
        ("002A00BE02AABB", "PERFORM SECURITY OPERATION VERIFY CERTIFICATE, 2 bytes"),
        ("002A123402AABB", "PERFORM SECURITY OPERATION 12 34, 2 bytes"),
        ("102A00BE02AABB", "[10 channel 0, chaining] PERFORM SECURITY OPERATION VERIFY CERTIFICATE, 2 bytes"),
        ("002241A406800102840182", "MANAGE SECURITY ENVIRONMENT SET authentication 80 01 02 84 01 82"),
        ("002241BC00"[:-2], "MANAGE SECURITY ENVIRONMENT SET template BC"),
        ("0022F301", "MANAGE SECURITY ENVIRONMENT RESTORE 1"),
        ("00225F01", "MANAGE SECURITY ENVIRONMENT P1=5F 1"),
        ("00880000020102", "INTERNAL AUTHENTICATE, 2 bytes"),
        ("008200010101", "EXTERNAL AUTHENTICATE P1=00 P2=01, 1 byte"),
        ("00CB3FFF0A4D087006BF81010 2A080".replace(" ", ""), "GET DATA 3F FF 4D 08 70 06 BF 81 01 02 A0 80"),
        ("00CA9F7F00", "GET DATA 9F 7F"),
        ("00C000001E", "GET RESPONSE, 30 bytes expected"),
        ("A0A40000023F00", "[A0 proprietary] SELECT by identifier 3F 00"),
        ("00FE0000", "TERMINATE CARD USAGE"),
        ("005500AA", "INS 55 P1=00 P2=AA"),
        ("00D60000201" + "1" * 63, "UPDATE BINARY offset 0, 32 bytes"),
    ],
)
def test_commands(raw: str, text: str) -> None:
    assert describe_command(bytes.fromhex(raw), NAMES) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("00A404000BD250000002564954414C45", "SELECT par nom D2 50 00 00 02 56 49 54 41 4C 45 (VITALE)"),
        ("00A40402022001", "SELECT par nom 20 01 (POINTERS), occurrence suivante"),
        ("00A40200022001", "SELECT EF 20 01 (POINTERS)"),
        ("00A4000C", "SELECT par identifiant 3F 00 (MF, implicite)"),
        ("00A40904022F01", "SELECT par chemin 2F 01"),
        ("00B0820000", "READ BINARY SFI 2 à l'octet 0"),
        ("00B0010001", "READ BINARY à l'octet 256, 1 octet attendu"),
        ("00B00000000000", "READ BINARY à l'octet 0, tout le contenu (Le étendu)"),
        ("00B1000004540200FF00", "READ BINARY avec objet de position, 4 octets"),
        ("00200001", "VERIFY référence 1, sans donnée : demande les essais restants"),
        ("002000010831323334FFFFFFFF", "VERIFY référence 1, 8 octets non affichés"),
        ("002C0301", "RESET RETRY COUNTER référence 1, sans donnée"),
        ("0084000010", "GET CHALLENGE, 16 octets attendus"),
        ("002A00AE01AA", "PERFORM SECURITY OPERATION VERIFY CERTIFICATE (gabarit), 1 octet"),
        ("102A00BE02AABB", "[10 canal 0, chaînage] PERFORM SECURITY OPERATION VERIFY CERTIFICATE, 2 octets"),
        (
            "0CA40000",
            "[0C canal 0, messagerie sécurisée (normalisée, en-tête authentifié)] SELECT par identifiant 3F 00",
        ),
        ("A0A40000023F00", "[A0 propriétaire] SELECT par identifiant 3F 00"),
        ("002241A406800102840182", "MANAGE SECURITY ENVIRONMENT SET authentification 80 01 02 84 01 82"),
        ("002241BC", "MANAGE SECURITY ENVIRONMENT SET gabarit BC"),
        ("00A4", "APDU mal formée à l'octet 2 (00 A4)"),
    ],
)
def test_commands_in_french(raw: str, text: str) -> None:
    assert describe_command(bytes.fromhex(raw), NAMES, french=True).startswith(text)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("00B0010000", "READ BINARY COUVERT offset 256"),
        ("00B0820000", "READ BINARY SFI 2 (NIR) offset 0"),
        ("00B2010C00", "READ RECORD 1 SFI 1"),
        ("00B2010400", "READ RECORD COUVERT 1"),
        ("00C0000010", "GET RESPONSE, 16 bytes expected"),
    ],
)
def test_the_current_file_is_named_where_a_command_works_on_it(raw: str, text: str) -> None:
    assert describe_command(bytes.fromhex(raw), {b"\x02": "NIR"}, current="COUVERT") == text


def test_long_identifiers_are_cut() -> None:
    text = describe_command(bytes.fromhex("00CB3FFF20") + bytes(32))
    assert text == "GET DATA 3F FF " + "00 " * 24 + "... (32 bytes)"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("9000", "9000 done"),
        ("AABB9000", "9000 done, 2 bytes"),
        ("6982", "6982 security status not satisfied"),
        ("611E", "611E done, 30 bytes of answer are waiting"),
        ("", "incomplete answer: 0 bytes"),
        ("90", "incomplete answer: 1 byte 90"),
    ],
)
def test_responses(raw: str, text: str) -> None:
    assert describe_response(bytes.fromhex(raw)) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("6982", "6982 conditions de sécurité non remplies"),
        ("AA6282", "6282 fin de fichier atteinte avant la longueur demandée, 1 octet"),
        ("90", "réponse incomplète : 1 octet 90"),
    ],
)
def test_responses_in_french(raw: str, text: str) -> None:
    assert describe_response(bytes.fromhex(raw), french=True) == text


@pytest.mark.parametrize("ins", ["20", "21", "24", "26", "28", "2C"])
@pytest.mark.parametrize("lc", ["04", "08", "03", "00"])  # right, cut short, too long, zero
def test_a_pin_is_never_shown_even_when_its_command_is_malformed(ins: str, lc: str) -> None:
    text = describe_command(bytes.fromhex(f"00{ins}0001{lc}31323334"), NAMES)
    assert "31" not in text.replace(" ", "")
    assert "1234" not in text
    assert "31" not in describe_command(bytes.fromhex(f"00{ins}0001{lc}31323334"), french=True).replace(" ", "")


@given(st.binary(max_size=300))
def test_any_bytes_are_described_in_one_line(raw: bytes) -> None:
    for text in (
        describe_command(raw),
        describe_command(raw, NAMES),
        describe_command(raw, NAMES, current="NIR", french=True),
        describe_response(raw),
        describe_response(raw, french=True),
    ):
        assert text.strip() == text
        assert text
        assert "\n" not in text
