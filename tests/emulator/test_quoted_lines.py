"""Commands and answers that public sources quote of real cards: each line is played as it is written.

The sources: [A] the ANS Cryptolib CPS (github.com/ansforge/dops-cryptolib), [P] pcsc-tools' smartcard_list.txt, [2217] and [2223]
OpenSC's pull request 2217 and issue 2223, [O] OpenSC's driver card-iasecc.c, [R] RufusAdmin's reader, [N] public Node.js readers,
[K] cardpeek's vitale_2.lua, [G] the GIP-CPS dictionary of 2003, [M] MedinTux's headers. Where a source gives a command without
its answer, ours is in the line and the comment says so.
"""

import hashlib
from collections.abc import Callable, Sequence

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils

from emulator.card import CardSystem
from emulator.cps3 import CpsImage
from emulator.crypto import SHA256, hash_data
from emulator.image import build_card, load_image, patch_image
from emulator.pki import load_certificate
from reader_core.records.cps import CpxType

Play = Callable[[CardSystem, Sequence[str]], None]

PIN = "0020000108 31323334FFFFFFFF"
EF_ATR = (
    "80 43 01 B8 46 04 04 B0 EC C1 47 03 94 01 80 4F 08 80 25 00 00 01 FF 01 00 E0 10 02 02 01 04 02 02 01 04 02 02 01 00"
    "02 02 01 00 78 08 06 06 2B 81 22 F8 78 02 82 02 90 00"
)
FCP_OF_EF_ATR = (
    "62 25 80 02 00 39 82 01 01 83 02 2F 01 88 01 E8 A1 12 8C 07 7B 45 FF FF FF 45 00 9C 07 7B FF FF FF FF FF 00"
    "8A 01 05"
)
FCP_OF_EF_DIR = (
    "62 25 80 02 00 65 82 01 01 83 02 2F 00 88 01 F0 A1 12 8C 07 7B 45 FF FF FF 45 00 9C 07 7B FF FF FF FF FF 00"
    "8A 01 05"
)
CPS4_AID = "8025000001FF0100"


def card(name: str, **changes: str) -> CardSystem:
    made = build_card(patch_image(load_image(name), changes))
    assert isinstance(made, CardSystem)
    return made


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


def test_cps3_trace_of_opensc_issue_2223(play: Play) -> None:
    cps = card("cps")
    play(
        cps,
        [
            "00A4000C023F00", "9000",
            "00A40904022F01", "6127",
            "00C0000027",
            f"{FCP_OF_EF_ATR} 9000",
            "00B0000039", f"{EF_ATR} 9000",
            "00A40400088025000001FF0100", "9000",
            "00A40904022F00", "6127",
            "00C0000027",
            f"{FCP_OF_EF_DIR} 9000",
        ],
    )  # fmt: skip
    directory = cps.transmit(bytes.fromhex("00B0000065"))
    assert (len(directory), directory[-2:]) == (0x65 + 2, b"\x90\x00")


def test_cps3_select_as_observed(play: Play) -> None:
    play(
        card("cps"),
        [
            "00A40000023F00", "6A86",  # P2=00
            "00A40200022F01", "6A86",  # EF by identifier with P2=00
            "00A4090C043F000001", "9000",  # 09: path from the MF starting 3F00
            "00A40904022F01", "6A82",  # 09 when not at the MF
            "00A4030C", "9000",  # 03: parent
            "00A40904022F01", "6127",
            "00A4020C022F01", "9000",  # 02: EF identifier
        ],
    )  # fmt: skip


@pytest.mark.parametrize("reference", ["8025000001FF0100", "E828BD080F8025000001FF0010", "E828BD080F8025000001FF0020"])
def test_cps3_applications(play: Play, reference: str) -> None:
    play(card("cps"), [f"00A4040C{len(reference) // 2:02X}{reference}", "9000"])  # [A] [O]


@pytest.mark.parametrize(
    "path",
    # [A]: 3F00/2F00, 2F01, D003; 0001: 5031 5032 7001 7002 7004 7005 7006 A001 A002 A003 D120...; 0002: 5031 5032
    [
        "2F00",
        "2F01",
        "D003",
        "00015031",
        "00015032",
        "00017001",
        "00017002",
        "00017004",
        "00017005",
        "00017006",
        "0001A001",
        "0001A002",
        "0001A003",
        "0001D120",
        "0001D121",
        "00025031",
        "00025032",
    ],
)
def test_cps3_files(play: Play, path: str) -> None:
    play(card("cps"), [f"00A4090C{2 + len(path) // 2:02X}3F00{path}", "9000"])


def test_cps3_number_and_hidden_update_file(play: Play) -> None:
    play(
        card("cps"),
        [
            "00A4090C043F00D003", "9000",
            "00B000000C", "5A 0A 80 25 00 00 01 .. .. .. .. .F 9000",  # PAN, Luhn digit and F
            "00A40904043F00D010", "6A82",  # EF_ACTUA: absent until updated
        ],
    )  # fmt: skip


def test_cps3_codes(play: Play) -> None:
    """[2217]: PIN 3 tries, ACL F3:00:00:13:FF:00; PUK 0A tries, 0x64 uses, ACL F3:FF:00:FF:FF:00. [A]: 1234, 12345678."""
    cps = card("cps")
    play(cps, ["00A4000C023F00", "9000"])
    for reference, held, conditions in (
        ("01", "9A 01 03 9B 01 03", "8C 06 F3 00 00 13 FF 00"),
        ("02", "9A 01 0A 9B 01 0A 9D 01 64", "8C 06 F3 FF 00 FF FF 00"),
    ):
        answer = cps.transmit(bytes.fromhex(f"00 CB 3F FF 0A 4D 08 70 06 BF 81 {reference} 02 A0 80"))
        assert answer[0] == 0x61
        told = cps.transmit(bytes.fromhex("00C00000") + answer[1:])
        assert bytes.fromhex(held) in told
        assert bytes.fromhex(conditions) in told
    play(cps, [PIN, "9000", "00200002083132333435363738", "9000"])


def test_cps3_security_data_objects(play: Play) -> None:
    play(
        card("cps"),
        [
            "00 CB 3F FF 0B 4D 09 70 07 BF 81 01 03 7F 41 80", "61..",  # CHV, from 3F00
            "00A4090C043F000001", "9000",
            "00 CB 3F FF 0B 4D 09 70 07 BF 90 02 03 7F 48 80", "61..",  # private key, from 3F00:0001
            "00 CB 3F FF 0A 4D 08 70 06 BF FB 05 02 7B 80", "6A88",  # security environment 5
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    "command",
    [
        "00 22 41 AA 03 80 01 10",  # hash, SHA-1
        "00 22 41 AA 03 80 01 40",  # hash, SHA-256
        "00 22 41 B6 06 80 01 12 84 01 81",  # sign
        "00 22 41 B6 06 80 01 42 84 01 81",
        "00 22 41 A4 06 80 01 02 84 01 82",  # authenticate
        "00 22 41 B8 06 80 01 1A 84 01 82",  # decipher
    ],
)
def test_cps3_environments(play: Play, command: str) -> None:
    play(card("cps"), ["00A4090C043F000001", "9000", command, "9000"])


def _key(name: str) -> rsa.RSAPublicKey:
    key = load_certificate(f"builtin:{name}").public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def _whole(made: CardSystem, command: str) -> bytes:
    """The answer of 256 bytes, on T=0."""
    assert made.transmit(bytes.fromhex(command)) == b"\x61\x00"
    return made.transmit(bytes.fromhex(f"{command[:1]}{int(command[1]) & 3}C0000000"))[:-2]


def test_cps3_last_hash_round_on_the_card_then_signature(play: Play) -> None:
    """[A]: PSO HASH `2A 90 A0` {90 partial hash and bit length, 80 last block}, PSO CDS `2A 9E 9A` without data."""
    cps, message = card("cps"), bytes(100)
    data = hash_data(SHA256, message)
    play(
        cps,
        [
            "00A4090C043F000001", "9000",
            PIN, "9000",
            "002241AA03800140", "9000",
            "002241B606800142840181", "9000",
            f"002A90A0{len(data):02X}{data.hex()}", "9000",
        ],
    )  # fmt: skip
    answer = cps.transmit(bytes.fromhex("002A9E9A00"))
    signature = answer[:-2] if answer[-2:] == b"\x90\x00" else cps.transmit(bytes.fromhex("00C0000000"))[:-2]
    digest = hashlib.sha256(message).digest()
    _key("cps.sig").verify(signature, digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))


def test_cps3_internal_authenticate_takes_40_percent_of_the_modulus(play: Play) -> None:
    cps = card("cps")
    play(cps, ["00A4090C043F000001", "9000", PIN, "9000", "002241A406800102840182", "9000"])
    play(cps, [f"0088000067{'00' * 103}", "6A80"])
    assert len(_whole(cps, f"0088000066{'00' * 102}")) == 256


def test_cps3_deciphers_behind_81_in_a_chain_of_e7(play: Play) -> None:
    cps = card("cps")
    block = b"\x81" + _key("cps.aut").encrypt(b"secret", padding.PKCS1v15())
    play(cps, ["00A4090C043F000001", "9000", PIN, "9000", "002241B80680011A840182", "9000"])
    play(cps, [f"102A8086E7{block[:0xE7].hex()}", "9000", f"002A80861A{block[0xE7:].hex()}", "6106"])
    play(cps, ["00C0000006", f"{b'secret'.hex()} 9000"])


def test_cps3_contactless_reads_no_aodf(play: Play) -> None:
    """[A]: reading 3F00/0001/7001 fails contactless: that is how the driver knows."""
    play(card("cps3-contactless"), ["00A4090C063F0000017001", "9000", "00B0000001", "6982"])


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


def test_cps4_is_selected_again(play: Play) -> None:
    """[A]: channel 1 is ChipDoc, channel 0 CPS2ter; on 6985: IDS, CPS2ter AID, CPS4 AID, with P2=0C."""
    play(
        card("cps4"),
        [
            f"01A4040C08{CPS4_AID}", "9000",
            "01A4040C07 A0000001510000", "9000",
            "00A4040C08 8025000001FF0002", "9000",
            f"01A4040C08{CPS4_AID}", "9000",
            "01A4040C0D E828BD080F8025000001FF0010", "9000",
        ],
    )  # fmt: skip


@pytest.mark.parametrize("algorithm", ["0A", "28", "15", "2C"])
def test_cps4_environments(play: Play, algorithm: str) -> None:
    """[A]: MSE `22 81 B6` 91 02 {algorithm, key | 80}; MSE `22 41 B8` 83 01 20."""
    play(
        card("cps4"),
        [
            f"01A4040C08{CPS4_AID}", "9000",
            f"01 22 81 B6 04 91 02 {algorithm} 81", "9000",
            "01 22 41 B8 03 83 01 20", "9000",
        ],
    )  # fmt: skip


def test_cps4_pin_counter_change_and_unblocking(play: Play) -> None:
    """[A]: VERIFY without data gives 63Cx or 6983; change 24 P1=01, new code only; unblocking 2C P1=03, reference | 80."""
    wrong = "01200001083030303030303030"
    play(
        card("cps4"),
        [
            f"01A4040C08{CPS4_AID}", "9000",
            "01200001", "63C3",
            wrong, "63C2",
            wrong, "63C1",
            wrong, "63C0",
            "01200001", "6983",
            "01200002083132333435363738", "9000",
            "012C0381", "9000",
            "0124010104 34333231", "9000",
            "012000010434333231", "9000",
        ],
    )  # fmt: skip


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
