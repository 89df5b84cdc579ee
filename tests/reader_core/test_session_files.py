"""Reading a file in steps: every way in which a card says that it ends."""

from collections.abc import Callable
from typing import Any

import pytest

from reader_core.iso7816 import SW, CardChannel, ShortAnswerError, TransportError
from reader_core.session.extent import count_objects, objects_before_padding, one_object
from reader_core.session.files import (
    MAX_FILE_BYTES,
    FileRefusedError,
    read_ef,
    read_selected,
    read_sfi,
    select_aid,
    select_mf,
)

Scripted = Callable[..., Any]

FULL = "AB" * 256 + "9000"
STEP0, STEP1, STEP2 = "00B0000000", "00B0010000", "00B0020000"
AT1 = "00B0000100"  # behind one byte


@pytest.mark.parametrize(
    ("script", "length"),
    [
        ([(STEP0, "AB9000"), (AT1, "6B00")], 1),
        ([(STEP0, "AB9000"), (AT1, "6700")], 1),
        ([(STEP0, "AB9000"), (AT1, "9000")], 1),
        ([(STEP0, "AB9000"), (AT1, "ABAB9000"), ("00B0000300", "6B00")], 3),
        ([(STEP0, "AB9000"), (AT1, "6C02"), ("00B0000102", "ABAB9000")], 3),
        ([(STEP0, "AB9000"), (AT1, "AB6282")], 2),
        ([(STEP0, "9000"), (STEP0, "9000")], 0),
        ([(STEP0, "9000"), (STEP0, "AB6282")], 1),
        ([(STEP0, "ABAB6282")], 2),
        ([(STEP0, "6C03"), ("00B0000003", "ABABAB9000")], 3),
        ([(STEP0, FULL), (STEP1, "6B00")], 256),
        ([(STEP0, FULL), (STEP1, "9000"), (STEP1, "6B00")], 256),
        ([(STEP0, FULL), (STEP1, "6282")], 256),
        ([(STEP0, FULL), (STEP1, "6C01"), ("00B0010001", "AB9000")], 257),
        ([(STEP0, FULL), (STEP1, FULL), (STEP2, "AB6282")], 513),
        ([(STEP0, "AB" * 256 + "6282")], 256),
        ([(STEP0, "6110"), ("00C0000010", "AB" * 16 + "9000")], 16),
    ],
)
def test_the_end_of_a_file(scripted: Scripted, script: list[tuple[str, str]], length: int) -> None:
    connection = scripted(script)
    assert read_selected(CardChannel(connection), "FILE") == b"\xab" * length
    assert connection.script == [], "nothing more is asked for than needed, nothing less"


def test_an_answer_that_lost_its_end_is_not_the_end_of_the_file(scripted: Scripted) -> None:
    """What lies behind it is asked for; and where the card itself had named the length, it is an error at once."""
    cut = scripted([(STEP0, "AB" * 100 + "9000"), ("00B0006400", "AB" * 256 + "9000"), ("00B0016400", "6B00")])
    assert read_selected(CardChannel(cut), "FILE") == b"\xab" * 356
    told = scripted([(STEP0, "6C04"), ("00B0000004", "ABAB9000")])
    with pytest.raises(ShortAnswerError, match="2 of 4 bytes that the card announced"):
        read_selected(CardChannel(told), "FILE")
    fetched = scripted([(STEP0, "6104"), ("00C0000004", "ABAB9000")])
    with pytest.raises(ShortAnswerError, match="2 of 4 bytes that the card announced"):
        read_selected(CardChannel(fetched), "FILE")


def test_a_file_cannot_be_longer_than_offsets_reach(scripted: Scripted) -> None:
    endless = scripted(last=FULL)
    assert len(read_selected(CardChannel(endless), "FILE")) == MAX_FILE_BYTES
    assert endless.sent[-1] == "00B07F0000"


@pytest.mark.parametrize("sw", ["6982", "6981", "6B00", "6A82", "6F00", "6281"])
def test_a_refusal_names_the_file_and_the_status_word(scripted: Scripted, sw: str) -> None:
    with pytest.raises(FileRefusedError, match=f"COUVERT: the card answered {sw}") as caught:
        read_selected(CardChannel(scripted([(STEP0, sw)])), "COUVERT")
    assert caught.value.sw == int(sw, 16)
    assert caught.value.what == "COUVERT"


def test_a_refusal_on_the_way_is_not_an_end(scripted: Scripted) -> None:
    with pytest.raises(FileRefusedError, match="6982"):
        read_selected(CardChannel(scripted([(STEP0, FULL), (STEP1, "6982")])), "FILE")


def test_by_short_identifier(scripted: Scripted) -> None:
    short = scripted([("00B0820000", "6C02"), ("00B0820002", "ABAB9000")])
    assert read_sfi(CardChannel(short), 2, "NIR") == b"\xab" * 2
    longer = scripted([("00B0820000", FULL), (STEP1, "AB9000"), ("00B0010100", "6B00")])
    assert read_sfi(CardChannel(longer), 2, "NIR") == b"\xab" * 257
    exact = scripted([("00B0820000", "AB" * 256 + "6282")])
    assert read_sfi(CardChannel(exact), 2, "NIR") == b"\xab" * 256
    with pytest.raises(FileRefusedError, match="6A82"):
        read_sfi(CardChannel(scripted([("00B0820000", "6A82")])), 2, "NIR")


@pytest.mark.parametrize(
    ("script", "length"),
    [
        ([("00B000000C", "AB" * 12 + "9000"), ("00B0000C00", "6B00")], 12),
        ([("00B000000C", "AB" * 12 + "9000"), ("00B0000C00", "6C02"), ("00B0000C02", "ABAB9000")], 14),
        ([("00B000000C", "6C08"), ("00B0000008", "AB" * 8 + "9000")], 8),
        ([("00B000000C", "AB" * 8 + "6282")], 8),
    ],
)
def test_a_file_of_another_length_than_expected(scripted: Scripted, script: list[tuple[str, str]], length: int) -> None:
    connection = scripted(script)
    assert read_selected(CardChannel(connection), "PAN", expected=12) == b"\xab" * length
    assert connection.script == []


def test_the_last_step_of_a_file_of_known_length_asks_for_what_is_left(scripted: Scripted) -> None:
    connection = scripted([("00B0820000", FULL), ("00B0010080", "AB" * 128 + "9000"), ("00B0018000", "6B00")])
    assert len(read_sfi(CardChannel(connection), 2, "NIR", expected=384)) == 384


CERTIFICATE = "3082011C" + "AB" * 252  # an object of 4 + 284 bytes begins


@pytest.mark.parametrize(
    ("script", "length"),
    [
        ([(STEP0, CERTIFICATE + "9000"), ("00B0010020", "AB" * 32 + "9000")], 288),
        ([(STEP0, CERTIFICATE + "9000"), ("00B0010020", "6C10"), ("00B0010010", "AB" * 16 + "9000")], 272),
        ([(STEP0, CERTIFICATE + "9000"), ("00B0010020", "6B00")], 256),
        ([(STEP0, "3003" + "AB" * 254 + "9000")], 256),
        ([(STEP0, "3081" + "AB9000"), ("00B00003AB", "6B00")], 3),
        ([(STEP0, "3081FF" + "AB9000"), ("00B00004FE", "AB" * 254 + "9000")], 258),
        ([(STEP0, "0000" + "AB" * 254 + "9000"), (STEP1, "AB6282")], 257),
        ([(STEP0, "3085" + "AB" * 254 + "9000"), (STEP1, "AB6282")], 257),
    ],
    ids=[
        "to its end",
        "cut short",
        "cut at a step",
        "padded",
        "ends early",
        "cut on the way",
        "not at the start",
        "no BER",
    ],
)
def test_a_file_of_one_object_is_read_as_far_as_it_goes(
    scripted: Scripted, script: list[tuple[str, str]], length: int
) -> None:
    connection = scripted(script)
    assert len(read_selected(CardChannel(connection), "CERT.AUT", extent=one_object)) == length
    assert connection.script == []


def test_objects_are_read_as_far_as_the_first_padding(scripted: Scripted) -> None:
    first = "657E" + "AB" * 126 + "657F" + "AB" * 126  # the second one ends in the next step
    connection = scripted([(STEP0, first + "9000"), (STEP1, "AB" + "00" * 255 + "9000")])
    assert len(read_selected(CardChannel(connection), "IDENTITE", extent=objects_before_padding)) == 512
    assert connection.script == []
    exact = scripted([(STEP0, "657E" + "AB" * 126 + "657E" + "AB" * 126 + "9000"), (STEP1, "6B00")])
    assert len(read_selected(CardChannel(exact), "IDENTITE", extent=objects_before_padding)) == 256
    assert exact.script == []


@pytest.mark.parametrize(
    ("content", "count", "end"),
    [
        ("", 0, None),
        ("00", 0, 0),
        ("FFFF", 0, 0),
        ("6501AB", 1, None),
        ("6501AB00", 1, 3),
        ("6501AB6503AB", 1, None),
        ("6501AB6503ABABAB", 2, None),
        ("6501AB006501AB", 1, 3),
        ("6501AB65", 1, None),
        ("6501AB6580", 1, None),
        ("0400", 1, None),
    ],
)
def test_what_the_beginning_of_a_file_tells(content: str, count: int, end: int | None) -> None:
    raw = bytes.fromhex(content)
    assert count_objects(raw) == count
    assert objects_before_padding(raw) == end


def test_selecting_on_a_vitale(scripted: Scripted) -> None:
    connection = scripted([("00A4040C0BD250000002564954414C45", "9000"), ("00A4020C022001", "6A82")])
    channel = CardChannel(connection)
    select_aid(channel, bytes.fromhex("D250000002564954414C45"), "VITALE")
    with pytest.raises(FileRefusedError, match="POINTERS: the card answered 6A82"):
        read_ef(channel, 0x2001, "POINTERS")


def test_a_card_that_selects_nothing_without_telling_of_it(scripted: Scripted) -> None:
    connection = scripted(
        [
            ("00A4040C0BD250000002564954414C45", "6A86"),
            ("00A404000BD250000002564954414C4500", "6102"),
            ("00C0000002", "6F009000"),
        ]
    )
    select_aid(CardChannel(connection), bytes.fromhex("D250000002564954414C45"), "VITALE")
    assert connection.script == []


def test_selecting_on_a_cps(scripted: Scripted) -> None:
    connection = scripted(
        [
            ("00A4000C023F00", "9000"),
            ("00A4040C0DE828BD080F8025000001FF0010", "9000"),
            ("00A4020C02D101", "6283"),  # deactivated: selected all the same, reading it will tell
            (STEP0, "AB6282"),
        ]
    )
    channel = CardChannel(connection)
    select_mf(channel)
    select_aid(channel, bytes.fromhex("E828BD080F8025000001FF0010"), "PKCS#15")
    assert read_ef(channel, 0xD101, "PORTEUR") == b"\xab"


def test_a_card_that_announces_without_end_ends_in_an_error(scripted: Scripted) -> None:
    with pytest.raises(TransportError, match="never ends"):
        read_selected(CardChannel(scripted(last="6100")), "FILE")
    assert SW.OK.ok
