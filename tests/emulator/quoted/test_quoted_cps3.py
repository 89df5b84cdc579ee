"""The CPS3, with contact and without: each quoted line is played as it is written. The sources are in `quoting`."""

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils
from stdnum import luhn

from emulator.card import CardSystem
from emulator.crypto import SHA256, hash_data
from reader_core.iso7816 import parse_tlvs

from .quoting import PIN, PUK, Play, card, public_key, whole

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
    # [A]: 3F00/2F00, 2F01, D003; 0001: 5031 5032 7001 7002 7004 7005 7006 7102 7104 7105 7106 A001 A002 A003 D120...;
    # 0002: 5031 5032
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
        "00017102",
        "00017104",
        "00017105",
        "00017106",
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


def test_cps3_directory_names_two_applications() -> None:
    """[A]: 3F00/2F00, 101 bytes: two application records (4F 0D AID, 50 label, DDO)."""
    cps = card("cps")
    cps.transmit(bytes.fromhex("00A4090C043F002F00"))
    records = parse_tlvs(whole(cps, "00B0000065"))
    assert [(one.tag, [inner.tag for inner in parse_tlvs(one.value)]) for one in records] == [
        (0x61, [0x4F, 0x50, 0x73])
    ] * 2
    named = {parse_tlvs(one.value)[0].hex().upper() for one in records}
    assert named == {"4F0DE828BD080F8025000001FF0010", "4F0DE828BD080F8025000001FF0020"}


def test_cps3_short_identifiers_of_the_trace(play: Play) -> None:
    """[2223]: 88 01 E8 is the short identifier 1D, 88 01 F0 is 1E; [O] reads 3F00/D003 as 1C."""
    cps = card("cps")
    play(cps, ["00B09D0039", f"{EF_ATR} 9000", "00B09C0002", "5A0A 9000"])
    assert len(whole(cps, "00B09E0065")) == 0x65


@pytest.mark.parametrize("number", range(16))
def test_cps3_sixteen_activities_behind_the_pin(play: Play, number: int) -> None:
    """[A]: 3F00/0001/D120...D12F and 3F00/4010...401F are 16 activities, CPS_ACTIVITY_01..16_PS, protected by the PIN."""
    activities = [{"raison_sociale": f"N {one}", "identifiant_structure": "", "secteur": "SA07"} for one in range(16)]
    cps = card("cps", **{"records.activites": activities})
    name = f"N {number}".encode()
    content = f"EE{10 + len(name):02X} 84{len(name):02X}{name.hex()} 8500 8604 53413037".replace(" ", "")
    for selection, read, refused in (
        (["00A4090C063F000001" + f"{0xD120 + number:04X}", "9000"], "00B0", "6982"),
        (["A0A4000002" + f"{0x4010 + number:04X}", "9F07"], "A0B0", "9804"),
    ):
        cps.reset()
        length = f"{len(content) // 2:02X}"
        play(cps, [*selection, f"{read}0000{length}", refused, PIN, "9000", f"{read}0000{length}", f"{content} 9000"])


def test_cps3_an_activity_is_what_a_test_card_showed(play: Play) -> None:
    """[A] EE {84 name, 85 identifier, 86 of 4 characters: SA07}."""
    cps = card("cps")
    play(cps, ["00A4090C063F000001D120", "9000", PIN, "9000"])
    (activity,) = parse_tlvs(cps.transmit(bytes.fromhex("00B000003C"))[:-2])
    assert activity.tag == 0xEE
    assert [one.tag for one in parse_tlvs(activity.value)] == [0x84, 0x85, 0x86]
    assert parse_tlvs(activity.value)[2].value == b"SA07"


def test_cps3_what_opensc_needs_at_least(play: Play) -> None:
    """[O]: EF.ATR with 46 (4 bytes), E0 (16), 4F (AID); SELECT it with P1=04 P2=04; an ACL 8C in each FCP, or in its A1."""
    cps = card("cps")
    play(cps, ["00A40904022F01", "6127"])
    atr = {one.tag: one.value for one in parse_tlvs(bytes.fromhex(EF_ATR)[1:])}
    assert len(atr[0x46]) >= 4
    assert len(atr[0xE0]) >= 16
    assert atr[0x4F].hex().upper() == "8025000001FF0100"
    assert whole(cps, "00A4040408" + atr[0x4F].hex()).startswith(b"\x62")
    for df in cps.root.walk():
        for file in (df, *df.elementary_files):
            path = "".join(f"{one.fid or 0x3F00:04X}" for one in reversed(list(df.ancestry())))
            path += f"{file.fid:04X}" if file is not df and file.fid is not None else ""
            (parameters,) = parse_tlvs(whole(cps, f"00A40904{len(path) // 2:02X}{path}"))
            (access,) = [one for one in parse_tlvs(parameters.value) if one.tag == 0xA1]
            assert 0x8C in [one.tag for one in parse_tlvs(access.value)], path


def test_cps3_keys_have_the_numbers_and_labels_of_the_library() -> None:
    """[A]: CPS_PRIV_SIG 81, identifier ends with 10, `Certificat de Signature CPS`; CPS_PRIV_AUT 82, ends with 20."""
    cps = card("cps")
    cps.transmit(bytes.fromhex("00A4090C043F000001"))
    cps.transmit(bytes.fromhex("00A4020C027002"))
    keys = [parse_tlvs(one.value) for one in parse_tlvs(_content(cps))]
    assert [parse_tlvs(common.value)[0].value for common, _, _ in keys] == [b"CPS_PRIV_SIG", b"CPS_PRIV_AUT"]
    assert [parse_tlvs(own.value)[0].value[-1] for _, own, _ in keys] == [0x10, 0x20]
    assert [parse_tlvs(own.value)[-1].value for _, own, _ in keys] == [b"\x00\x81", b"\x00\x82"]
    cps.transmit(bytes.fromhex("00A4020C027004"))
    labels = _content(cps)
    assert b"Certificat de Signature CPS" in labels


def _content(cps: CardSystem) -> bytes:
    """The current EF, shorter than 256 bytes."""
    length = cps.transmit(bytes.fromhex("00B0000000"))[1:]
    return cps.transmit(bytes.fromhex("00B00000") + length)[:-2]


def test_cps3_number_and_hidden_update_file(play: Play) -> None:
    play(
        card("cps"),
        [
            "00A4090C043F00D003", "9000",
            "00B000000C", "5A 0A 80 25 00 00 01 .. .. .. .. .F 9000",  # PAN, Luhn digit and F; shown: the eight digits
            "00A40904043F00D010", "6A82",  # EF_ACTUA: absent until updated
        ],
    )  # fmt: skip
    cps = card("cps")
    assert luhn.is_valid(whole(cps, "00B09C000C").hex()[4:-1])


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
    play(cps, ["00CB3FFF0A 4D0870 06BF8102 02A080", "611F"])
    assert bytes.fromhex("9D0163") in whole(cps, "00C000001F")  # 9D: usage left


def test_cps3_three_wrong_pins_block_and_the_puk_unblocks(play: Play) -> None:
    """[A] [2217]: PIN of 4 digits, 3 tries then blocked; unblocking code of 8 digits, 10 tries."""
    wrong, wrong_puk = "0020000108 30303030FFFFFFFF", "0020000208 3030303030303030"
    cps = card("cps")
    play(
        cps, [wrong, "63C2", wrong, "63C1", wrong, "63C0", PIN, "6983", "002C00010C 3132333435363738 34333231", "9000"]
    )
    play(cps, ["002000010434333231", "9000"])
    for left in range(9, -1, -1):
        play(cps, [wrong_puk, f"63C{left:X}"])
    play(cps, [PUK, "6983"])


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
    public_key("cps.sig").verify(signature, digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))


def test_cps3_internal_authenticate_takes_40_percent_of_the_modulus(play: Play) -> None:
    cps = card("cps")
    play(cps, ["00A4090C043F000001", "9000", PIN, "9000", "002241A406800102840182", "9000"])
    play(cps, [f"0088000067{'00' * 103}", "6A80"])
    assert len(whole(cps, f"0088000066{'00' * 102}")) == 256


def test_cps3_deciphers_behind_81_in_a_chain_of_e7(play: Play) -> None:
    cps = card("cps")
    block = b"\x81" + public_key("cps.aut").encrypt(b"secret", padding.PKCS1v15())
    play(cps, ["00A4090C043F000001", "9000", PIN, "9000", "002241B80680011A840182", "9000"])
    play(cps, [f"102A8086E7{block[:0xE7].hex()}", "9000", f"002A80861A{block[0xE7:].hex()}", "6106"])
    play(cps, ["00C0000006", f"{b'secret'.hex()} 9000"])


@pytest.mark.parametrize(
    "command",
    [
        "002241B606 800142 840181",  # no signature: no environment for one
        "002A9E9A00",
        PIN,  # no code
    ],
)
def test_cps3_contactless_signs_nothing_and_knows_no_code(play: Play, command: str) -> None:
    """[A]: CPS_PRIV_TECH_AUT, no PIN, `Certificat Technique CPS`; no signature contactless."""
    cps = card("cps3-contactless")
    assert cps.transmit(bytes.fromhex(command)) in {b"\x6d\x00", b"\x6a\x86"}
    play(cps, ["00A4040C0D E828BD080F8025000001FF0020", "9000", "002241A406 800102 840183", "9000"])
    assert len(whole(cps, "00880000020102")) == 256
    cps.transmit(bytes.fromhex("00A4020C027004"))
    assert b"Certificat Technique CPS" in whole(cps, "00B0000000")


def test_cps3_contactless_reads_no_aodf(play: Play) -> None:
    """[A]: reading 3F00/0001/7001 fails contactless: that is how the driver knows."""
    play(card("cps3-contactless"), ["00A4090C063F0000017001", "9000", "00B0000001", "6982"])
