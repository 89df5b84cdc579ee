"""Masked recordings: nobody can be recognised in them, and they replay all the same."""

from types import ModuleType

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from emulator.pki import load_certificate
from emulator.recording import Event, EventKind, RecordedCard, Recording, dump_recording, mask_recording
from emulator.recording.masking.pseudonyms import Pseudonyms
from reader_core.iso7816 import Tlv
from reader_core.numbers import accident, finess
from reader_core.records.nir import Nir, compute_key, is_valid

pytestmark = pytest.mark.usefixtures("same_pseudonyms_in_every_run")

ATR = bytes.fromhex("3B751300004309EA9000")


def spoken(*exchanges: tuple[str, bytes], slot: str = "vitale", atr: bytes = ATR) -> Recording:
    said = (Event(slot, EventKind.APDU, 0, 0, bytes.fromhex(sent), got + b"\x90\x00") for sent, got in exchanges)
    return Recording((RecordedCard(slot, atr=atr),), tuple(said))


def check_absent(secrets: set[str], recording: Recording) -> None:
    """None of them stands anywhere, as text of any encoding and case, or as digits of four bits."""
    whole = b"".join(event.command + event.answer[:-2] for event in recording.events)
    for secret in secrets:
        for one in {secret, secret.upper(), secret.lower()}:
            for encoding in ("latin-1", "utf-8", "utf-16-be", "utf-16-le"):
                assert one.encode(encoding) not in whole
        if secret.isdigit():
            assert secret not in whole.hex()
            assert int(secret).to_bytes(6) not in whole
            assert secret not in dump_recording(recording).replace(" ", "")


NIR = "2840375999001"
BENEFIC = Tlv(0xE4, Tlv(0x9E, b"\x01"), Tlv(0x80, b"DURAND-VALLIER"), Tlv(0x82, b"Am\xe9lie"), Tlv(0x88, NIR.encode()))


@pytest.mark.parametrize(
    "elsewhere",
    [
        "Durand-Vallier Amélie".encode(),
        b"DURANDVALLIER",
        "AMÉLIE VALLIER".encode("utf-16-le"),
        b"\x01" + "amelie durand".encode("utf-16-be"),
        bytes.fromhex(NIR + "0"),
        bytes.fromhex("0" + NIR),
        bytes.fromhex("F" + NIR + "46"),
        bytes.fromhex("820473959900F1"),
        b"2 84 03 75 999 001",
        bytes(map(int, NIR)),
        int(NIR).to_bytes(6),
        int(NIR).to_bytes(8, "little"),
        NIR.encode("utf-16-be"),
    ],
)
def test_a_name_or_number_known_from_one_place_is_found_in_any_encoding(elsewhere: bytes) -> None:
    said = spoken(("00A4020002 2013", b""), ("00B0000000", bytes(BENEFIC)), ("0012010000", elsewhere))
    masked = mask_recording(said, b"key")
    left = masked.events[2].answer[:-2]
    assert len(left) == len(elsewhere)
    if any(letter in elsewhere.lower() for letter in b"aeiou"):
        assert all(part not in left.lower() for part in (b"durand", b"vallier", b"amelie", "amélie".encode()))
    assert left != elsewhere
    check_absent({NIR, "DURAND", "VALLIER", "Amélie"}, masked)
    for reading in (left, bytes(byte >> 4 | (byte & 15) << 4 for byte in left)):
        assert NIR[1:] not in reading.hex()


def test_parts_of_a_number_that_was_not_read_to_its_end() -> None:
    said = spoken(("00A4020002 2013", b""), ("00B0000000", bytes(BENEFIC)[:-6]))
    masked = mask_recording(said)
    assert NIR[:7].encode() not in masked.events[1].answer
    assert masked.events[1].answer[:-9] != said.events[1].answer[:-9]
    middle = mask_recording(spoken(("00A4020002 2013", b""), ("00B0001000", bytes(BENEFIC)[16:])))
    check_absent({NIR, "Amélie"}, middle)


def test_what_no_layout_knows_is_taken_for_text_of_a_person() -> None:
    unknown = Tlv(0xEF, Tlv(0x80, b"MOREL"), Tlv(0x81, b"7 rue Haute"))
    masked = mask_recording(spoken(("00A4020002 4711", b""), ("00B0000000", bytes(unknown))))
    assert b"MOREL" not in masked.events[1].answer
    assert b"Haute" not in masked.events[1].answer
    for command in ("00B2010400", "00CA010000"):
        assert b"MOREL" not in mask_recording(spoken((command, bytes(unknown)))).events[0].answer
    sent = mask_recording(spoken(("00DA01000" + "5" + b"MOREL".hex(), b"")))
    assert b"MOREL" not in sent.events[0].command


@pytest.mark.parametrize("text", [b"MOREL Anne", b"12 rue Haute", b"0123456789", b"anne.morel"])
def test_plain_text_is_masked_from_its_first_letter(text: bytes) -> None:
    answer = mask_recording(spoken(("00A4020002 4711", b""), ("00B0000000", text)), b"key").events[1].answer[:-2]
    kept = [one for one, other in zip(text, answer, strict=True) if one == other and chr(one).isalnum()]
    assert len(kept) <= 4, "a few letters are their own pseudonyms by chance"


@pytest.mark.parametrize("place", [NIR + "46", "12 chemin de " + NIR, "n" + NIR])
def test_a_number_in_a_text_has_the_pseudonym_that_it_has_elsewhere(place: str) -> None:
    address = Tlv(0xE4, Tlv(0x9E, b"\x01"), Tlv(0x83, place.encode()))
    masked = mask_recording(spoken(("00B0000000", bytes(BENEFIC)), ("00B2010400", bytes(address))))
    pseudonym = Tlv.parse(masked.events[0].answer[:-2]).children()[-1].value
    text = Tlv.parse(masked.events[1].answer[:-2]).children()[-1].value
    assert pseudonym != NIR.encode()
    assert pseudonym in text


def test_a_code_that_is_also_a_short_name_stays_a_code() -> None:
    identity = Tlv(0x65, Tlv(0x80, b"FRA"), Tlv(0x81, b"SE"), Tlv(0x90, b"FRA"))
    masked = Tlv.parse(mask_recording(spoken(("00B0820000", bytes(identity)))).events[0].answer[:-2])
    name, first_name, nationality = (child.value for child in masked.children())
    assert (name == b"FRA", first_name == b"SE", nationality) == (False, False, b"FRA")


@pytest.mark.parametrize("number", ["1000000000000", "1000000000001", "1110000000000"])
def test_a_number_that_is_like_padding_is_replaced_in_its_field_alone(number: str) -> None:
    insured = Tlv(0xE1, Tlv(0x87, number.encode()), Tlv(0x89, b"01"))
    counters = bytes.fromhex("820A" + "0" + number + "000000")
    masked = mask_recording(spoken(("00B2010400", bytes(insured)), ("0012000000", counters)))
    assert number.encode() not in masked.events[0].answer
    assert masked.events[1].answer[:-2] == counters


def test_pointers_of_which_only_the_beginning_was_read_stay() -> None:
    pointers = bytes.fromhex("E082010BA037820F00010000D250000002564954414C45821200020000D2500000024D465F564954414C45")
    said = spoken(("00B0820000", bytes(Tlv(0x65, Tlv(0x80, b"VITALE")))), ("00B0000000", pointers))
    masked = mask_recording(said)
    assert b"VITALE" not in masked.events[0].answer
    assert masked.events[1] == said.events[1]


def test_a_holder_who_has_a_word_of_the_authority_for_a_name() -> None:
    authority = load_certificate("builtin:ca").public_bytes(Encoding.DER)
    mine = load_certificate("builtin:cps.aut")
    certificate = mine.public_bytes(Encoding.DER)
    holder = Tlv(0xE0, Tlv(0x87, b"PRODUCTION"), Tlv(0x88, b"Root"))
    said = spoken(
        ("00B0000000", bytes(holder)),
        ("00CB3FFF00", certificate),
        ("00CA000000", authority),
        slot="cps",
        atr=b"\x3b\x00",
    )
    masked = mask_recording(said)
    assert b"PRODUCTION" not in masked.events[0].answer
    assert masked.events[2] == said.events[2]
    other = x509.load_der_x509_certificate(masked.events[1].answer[:-2])
    assert (other.issuer, other.public_key(), other.signature) == (mine.issuer, mine.public_key(), mine.signature)
    assert other.subject != mine.subject
    cut = mask_recording(spoken(("00B0000000", bytes(holder)), ("00CB3FFF00", certificate[:300]), atr=b"\x3b\x00"))
    assert mine.issuer.public_bytes() in cut.events[1].answer


def test_files_read_over_two_logical_channels_at_once() -> None:
    other = bytes(Tlv(0x65, Tlv(0x80, b"MOREL"), Tlv(0x81, b"Anne"))).ljust(len(bytes(BENEFIC)), b"\0")
    there = bytes(BENEFIC)
    steps = range(0, len(there), 5)
    said = spoken(
        ("00A4020002 2013", b""),
        ("01A4020002 D001", b""),
        *(
            (f"0{channel}B000{at:02X}05", file[at : at + 5])
            for at in steps
            for channel, file in enumerate((there, other))
        ),
    )
    masked = mask_recording(said, b"key").events[2:]
    joined = [b"".join(event.answer[:-2] for event in masked[channel::2]) for channel in (0, 1)]
    whole = mask_recording(spoken(("00B2010400", there), ("00B2020400", other)), b"key").events
    assert joined == [event.answer[:-2] for event in whole]
    assert joined != [there, other]


def test_files_of_class_a0_are_told_apart() -> None:
    first, second = bytes(Tlv(0xE0, Tlv(0x87, b"A"))), bytes(Tlv(0xE0, Tlv(0x87, b"ANNETTE")))
    said = [
        ("A0A40000024001", b"\x9f\x10"),
        ("A0B0000003", first[:3]),
        ("A0A40000024010", b"\x9f\x10"),
        ("A0B0000306", second[3:]),
        ("A0B0000003", second[:3]),
    ]
    events = (
        Event("cps", EventKind.APDU, 0, 0, bytes.fromhex(sent), got if got[:1] == b"\x9f" else got + b"\x90\x00")
        for sent, got in said
    )
    masked = mask_recording(Recording((RecordedCard("cps"),), tuple(events)), b"key").events
    alone = mask_recording(spoken(("00B2010400", second), slot="cps", atr=b"\x3b\x00"), b"key").events[0].answer
    assert masked[4].answer[:-2] + masked[3].answer[:-2] == alone[:-2]
    assert alone[:-2] != second


def test_objects_in_thousands_of_objects_do_not_end_the_masking() -> None:
    deep = bytes.fromhex("E182FFFF") + bytes.fromhex("3082FFFF") * 5_000 + b"\x80\x05MOREL"
    masked = mask_recording(spoken(("00B0000000", deep)))
    assert b"MOREL" not in masked.events[0].answer


def test_what_describes_the_card_stays() -> None:
    files = (
        "8043 01B8 460404B0ECC1 4703940180 4F088025000001FF0100 900078080606",
        "61134F0BD250000002564954414C45 50044E414D45",
        "5A0A8025000002000001011F",
        "A0060C044E414D45",
    )
    for content in files:
        said = spoken(("00A4020002 2F00", b""), ("00B0000000", bytes.fromhex(content)), slot="cps", atr=b"\x3b\x00")
        assert mask_recording(said).events == said.events


def test_names_in_a_certificate_are_known_from_it_alone() -> None:
    subject = b"".join(
        Tlv(0x31, Tlv(0x30, Tlv(0x06, bytes.fromhex(oid)), Tlv(0x0C, value.encode())))
        for oid, value in (("550404", "Lefèvre"), ("55042A", "Zoé"), ("550403", "899799900016"))
    )
    mail = b"zoe.lefevre@example.org"
    said = spoken(("00B0000000", bytes(Tlv(0x30, Tlv(0x30, subject), Tlv(0x81, mail)))), slot="cps", atr=b"\x3b\x00")
    masked = mask_recording(said).events[0].answer
    assert Tlv.parse(masked[:-2]).children()
    for secret in ("Lefèvre".encode(), "Zoé".encode(), b"899799900016", b"9979990001", b"zoe.", b"example.org"):
        assert secret in said.events[0].answer
        assert secret not in masked


def test_data_sent_in_links_is_looked_at_whole() -> None:
    said = spoken(
        ("00A4020002 2013", b""),
        ("00B0000000", bytes(BENEFIC)),
        ("102A00BE04" + b"xDUR".hex(), b""),
        ("002A00BE04" + b"ANDx".hex(), b""),
        ("00D6000003" + b"VAL".hex(), b""),
        ("00D6000304" + b"LIER".hex(), b""),
    )
    masked = mask_recording(said)
    sent = b"".join(event.command[5:] for event in masked.events[2:])
    assert b"DURAND" not in sent
    assert b"VALLIER" not in sent
    assert sent[:1] == b"x"


def test_a_card_that_changed_between_two_readings_of_a_file() -> None:
    first = bytes(Tlv(0x65, Tlv(0x93, b"284037599900146")))
    second = bytes(Tlv(0x65, Tlv(0x93, b"182117599900211")))
    masked = mask_recording(spoken(("00B0820000", first), ("00B0820000", second)))
    check_absent({NIR, "1821175999002"}, masked)


def test_keys_stay_right_or_wrong() -> None:
    for number in (NIR, "284032A999001", "1990099999999"):
        for key in (compute_key(number), "97", "00", "1"):
            template = Tlv(0xE1, Tlv(0x87, number.encode()), Tlv(0x88, key.encode()))
            answer = mask_recording(spoken(("00B0000000", bytes(template)))).events[0].answer[:-2]
            values = [one.value.decode() for one in Tlv.parse(answer).children()]
            assert values[0] != number
            assert is_valid(*values) == is_valid(number, key)
    for identifier in ("899799900016", "899799900017"):
        parts = (identifier[0], identifier[1:-1], identifier[-1])
        holder = Tlv(0xE0, *(Tlv(0x83 + index, part.encode()) for index, part in enumerate(parts)))
        masked = mask_recording(spoken(("00B0000000", bytes(holder)), slot="cps", atr=b"\x3b\x00"))
        whole = b"".join(one.value for one in Tlv.parse(masked.events[0].answer[:-2]).children()).decode()
        assert whole != identifier
        assert [luhn.is_valid(whole[start:]) for start in (0, 1)] == [
            luhn.is_valid(identifier[start:]) for start in (0, 1)
        ]


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("240115006", accident),
        ("750712184", finess),
        ("240115007", None),
        ("499900000900018", None),
        ("12345678901", None),
    ],
)
def test_long_numbers_have_a_right_key_or_a_wrong_one_as_they_had(number: str, valid: ModuleType | None) -> None:
    for key in range(40):
        other = Pseudonyms(bytes([key])).text(number)
        assert other != number
        assert len(other) == len(number)
        assert valid is None or (valid.is_valid(number) and valid.is_valid(other))
        of_kind = not luhn.is_valid(number) and luhn.is_valid(number[1:])
        assert luhn.is_valid(other[of_kind:]) == luhn.is_valid(number[of_kind:])
        assert not of_kind or other[0] == number[0]


@pytest.mark.parametrize(
    "number", ["1555555123001", "2555555990002", "5555551234567", "8840375999001", "155552B123001", "1555575123001"]
)
def test_a_number_of_a_kind_becomes_one_of_that_kind(number: str) -> None:
    others = {Pseudonyms(bytes([key])).nir(number) for key in range(100)}
    assert number not in others
    assert {Nir(other).nature for other in others} == {Nir(number).nature}


def test_an_identifier_with_a_register_is_known_from_the_certificate() -> None:
    subject = Tlv(0x31, Tlv(0x30, Tlv(0x06, bytes.fromhex("550403")), Tlv(0x0C, b"3750712184/0042A")))
    holder = Tlv(0xE0, Tlv(0x83, b"3"), Tlv(0x84, b"750712184/0042A"), Tlv(0x87, b"MOREL"))
    said = spoken(("00CB3FFF00", bytes(Tlv(0x30, subject))), ("00B0000000", bytes(holder)), slot="cps", atr=b"\x3b\x00")
    masked = mask_recording(said)
    kind, number, _ = (one.value for one in Tlv.parse(masked.events[1].answer[:-2]).children())
    assert number != b"750712184/0042A"
    assert kind + number in masked.events[0].answer
    assert finess.is_valid(number.partition(b"/")[0].decode())


@pytest.mark.parametrize("key", ["1", "2", "x", ""])
def test_keys_of_billing_numbers_stay_right_or_wrong(key: str) -> None:
    situation = Tlv(0xE4, Tlv(0x88, b"99900001"), Tlv(0x89, key.encode()), Tlv(0x91, b"01"))
    masked = mask_recording(spoken(("00B2010400", bytes(situation)), slot="cps", atr=b"\x3b\x00"))
    number, other, speciality = (one.value.decode() for one in Tlv.parse(masked.events[0].answer[:-2]).children())
    assert number != "99900001"
    assert len(other) == len(key)
    assert (key == "1") == (other.isdigit() and luhn.is_valid(number + other))
    assert speciality == "01"


@given(st.sets(st.text("AEIOUN", min_size=1, max_size=12), max_size=30), st.binary(min_size=1, max_size=4))
def test_no_name_and_no_four_letters_of_it_stay_in_their_places(originals: set[str], key: bytes) -> None:
    pseudonyms = Pseudonyms(key)
    for original in originals:
        other = pseudonyms.word(original)
        assert other != original
        assert not any(other[at : at + 4] == original[at : at + 4] for at in range(len(original) - 3))


@pytest.mark.parametrize(
    ("command", "secrets"),
    [
        ("0020000104 31323334", ["31323334"]),
        ("0021000104 31323334", ["31323334"]),
        ("0020000108 31323334FFFFFFFF", ["31323334"]),
        ("0020000108 241234FFFFFFFFFF", ["1234"]),
        ("00200001000004 31323334", ["31323334"]),
        ("0024000110 31323334FFFFFFFF39383736FFFFFFFF", ["31323334", "39383736"]),
        ("0024000108 3132333439383736", ["31323334", "39383736"]),
        ("002C00010C 313233343536373839383736", ["3132333435363738", "39383736"]),
        ("0028000104 31323334", ["31323334"]),
        ("0020000109 31323334", ["31323334"]),
        ("0020000104 C0FFEE42", ["c0ffee42"]),
    ],
)
def test_codes_of_every_form(command: str, secrets: list[str]) -> None:
    said = spoken((command, b""), ("0020000108 31323334FFFFFFFF", b""), slot="cps", atr=b"\x3b\x00")
    masked = mask_recording(said, b"a")
    sent = masked.events[0].command
    assert len(sent) == len(bytes.fromhex(command))
    assert sent[:4] == bytes.fromhex(command)[:4]
    assert all(secret not in sent[4:].hex() for secret in secrets)
    if command.endswith("31323334") and len(sent) == 9 and sent[4] == 4:
        assert sent[5:] == masked.events[1].command[5:9], "one code, one pseudonym"


def test_masking_says_so_once_and_leaves_no_way_back() -> None:
    recording = spoken(("00B0000000", bytes(BENEFIC)))
    masked = mask_recording(recording)
    assert masked.masked
    assert any("Broken by this" in note for note in masked.notes)
    assert mask_recording(masked) == masked
    assert mask_recording(recording) != masked, "each recording has pseudonyms of its own"
    assert mask_recording(recording, b"k") == mask_recording(recording, b"k")


exchanges = st.lists(st.tuples(st.binary(min_size=1, max_size=40), st.binary(max_size=60)), max_size=8)


@given(exchanges)
def test_any_traffic_can_be_masked(said: list[tuple[bytes, bytes]]) -> None:
    events = tuple(Event("vitale", EventKind.APDU, 0, 0, sent, got) for sent, got in said)
    recording = Recording((RecordedCard("vitale", atr=ATR),), events)
    masked = mask_recording(recording)
    for before, after in zip(recording.events, masked.events, strict=True):
        assert (len(before.command), len(before.answer)) == (len(after.command), len(after.answer))
        assert (before.command[:4], before.answer[-2:]) == (after.command[:4], after.answer[-2:])
