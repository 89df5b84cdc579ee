"""A recording as text: written and read back, and what a damaged file says."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.recording import (
    Event,
    EventKind,
    RecordedCard,
    Recording,
    RecordingError,
    dump_recording,
    load_recording,
    parse_recording,
)

HEAD = "format: vitale-recording/1\nmasked: no\n\ncard: vitale\nprotocol: T=0\natr: 3B 00\n\nbegin\n"
GOOD = (
    HEAD + "vitale 0.000001 on\nvitale 0.000002 < 3B 00\nvitale 0.000003 > 00 A4 00 00\nvitale 0.500000 < 90 00\nend\n"
)

lines = st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"], exclude_characters="\n"), max_size=30)
codes = st.from_regex(r"[a-z][a-z_]{0,12}", fullmatch=True)
times = st.tuples(st.integers(0, 10**9), st.integers(0, 10**9))


@st.composite
def events(draw: st.DrawFn) -> Event:
    slot = draw(st.sampled_from(["vitale", "cps"]))
    kind = draw(st.sampled_from(EventKind))
    at, took = draw(times)
    took = 0 if kind is EventKind.POWER_OFF else took
    command = draw(st.binary(min_size=1, max_size=300)) if kind is EventKind.APDU else b""
    error = draw(st.just("") | codes) if kind is not EventKind.POWER_OFF else ""
    answer = b"" if error or kind is EventKind.POWER_OFF else draw(st.binary(max_size=300))
    return Event(slot, kind, at, at + took, command, answer, error, draw(lines) if error else "")


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    protocols = st.sampled_from(["T=0", "T=1", "unknown"])
    cards = tuple(
        RecordedCard(slot, draw(lines), draw(protocols), draw(st.binary(max_size=33))) for slot in ("vitale", "cps")
    )
    notes = tuple(draw(st.lists(lines.filter(bool), max_size=3)))
    happened = tuple(draw(st.lists(events(), max_size=6)))
    return Recording(cards, happened, draw(lines), draw(lines), draw(st.booleans()), notes)


def refusal(text: str) -> RecordingError | None:
    try:
        parse_recording(text, "damaged.apdu")
    except RecordingError as error:
        return error
    return None


@given(recordings())
def test_written_and_read_back_it_is_the_same(recording: Recording) -> None:
    text = dump_recording(recording)
    assert max(len(line) for line in text.splitlines()) < 400
    assert parse_recording(text) == recording


@given(recordings(), st.data())
def test_a_damaged_file_is_read_or_refused_with_its_line(recording: Recording, data: st.DataObject) -> None:
    text = dump_recording(recording)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    damaged = text[:start] + data.draw(st.text(max_size=5)) + text[end:]
    refused = refusal(damaged)
    if refused is not None:
        assert 0 <= refused.line <= damaged.count("\n") + 1
        assert refused.reason
        assert refused.next_step
        assert str(refused).startswith("damaged.apdu")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(RecordingError):
        parse_recording(text)


def test_the_smallest_file() -> None:
    recording = parse_recording(GOOD)
    assert [event.kind for event in recording.events] == [EventKind.POWER_ON, EventKind.APDU]
    assert recording.events[1] == Event(
        "vitale", EventKind.APDU, 3, 500_000, bytes.fromhex("00A40000"), bytes.fromhex("9000")
    )


def test_a_person_may_write_one_with_comments_and_small_letters() -> None:
    by_hand = GOOD.replace("> 00 A4 00 00", "> 00a4   0000 # the MF").replace("begin\n", "# now it begins\nbegin\n\n")
    assert parse_recording(by_hand.replace("\n", "\r\n")) == parse_recording(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("/1", "/2", 1, "is vitale-recording/2, and this program reads vitale-recording/1"),
        ("format: vitale", "vitale", 1, "begins with"),
        (GOOD, "", 1, "empty"),
        (GOOD, "# nothing\n\n", 1, "empty"),
        ("masked: no", "note: " + "00" * 200 + "\tx", 2, "one printable line"),
        ("masked: no", "masked: perhaps", 2, "yes or no"),
        ("masked: no", "colour: red", 2, "'colour' is not a key"),
        ("masked: no", "masked", 2, "key: value"),
        ("masked: no", "masked: no\nmasked: no", 3, "second time"),
        ("card: vitale", "card: VITALE", 4, "small letters"),
        ("begin", "card: vitale\nbegin", 8, "a second card"),
        ("T=0", "T=x", 5, "T=0, T=1 or unknown"),
        ("atr: 3B 00", "atr: 3B 0", 6, "hexadecimal"),
        ("vitale 0.000001", "cps 0.000001", 9, "no card 'cps'"),
        ("0.000001", "0.1", 9, "six decimals"),
        (" on", " awake", 9, "is expected"),
        (" on", " on 3B", 9, "nothing follows"),
        ("0.000002 <", "0.000002 >", 10, "the answer of 'vitale'"),
        ("0.500000", "0.000000", 12, "before the question"),
        ("< 90 00", "< 90 0G", 12, "hexadecimal"),
        ("< 90 00", "! Mute", 11, "a word in small letters"),
        ("> 00 A4 00 00", ">", 11, "has bytes to send"),
        ("end\n", "", 13, "before 'end'"),
        ("end\n", "end\nend\n", 14, "follows 'end'"),
        ("vitale 0.500000 < 90 00\n", "", 12, "line 11 has no answer"),
        ("begin\n", "begin\n    00\n", 9, "none come before"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, line: int, reason: str) -> None:
    with pytest.raises(RecordingError, match=re.escape(reason)) as caught:
        parse_recording(GOOD.replace(old, new, 1), "mine.apdu")
    assert caught.value.line == line
    assert str(caught.value).startswith(f"mine.apdu, line {line}: ")


@given(recordings(), st.data())
def test_a_file_that_was_cut_says_where_and_what_to_do(recording: Recording, data: st.DataObject) -> None:
    text = dump_recording(recording)
    cut = text[: data.draw(st.integers(0, len(text) - 2))]
    refused = refusal(cut)
    assert refused is not None
    assert refused.line <= cut.count("\n") + 1
    if "begin\n" in cut:
        assert refused.line >= cut.count("\n")
        assert "cut" in refused.next_step or "has no answer" in refused.reason or "has bytes" in refused.reason


def test_what_the_message_of_a_cut_file_advises_saves_it() -> None:
    cut = GOOD[: GOOD.index("< 90 00") + 6]
    refused = refusal(cut)
    assert refused is not None
    assert (refused.line, refused.next_step.split(":")[0]) == (12, "The file was cut in this line")
    saved = GOOD[: GOOD.index("vitale 0.000003")] + "end\n"
    assert len(parse_recording(saved).events) == 1


def test_an_editor_may_mark_the_file_as_utf_8(tmp_path: Path) -> None:
    (tmp_path / "marked.apdu").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load_recording(tmp_path / "marked.apdu") == parse_recording(GOOD)


def test_a_large_file_of_something_else_is_refused_at_its_first_line() -> None:
    refused = refusal("x\n" * 2_000_000)
    assert refused is not None
    assert refused.line == 1
    line = refusal(GOOD.replace("< 90 00", "< " + "90 00 " * 500_000 + "9"))
    assert line is not None
    assert line.line == 12


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no such file"):
        load_recording(tmp_path / "none.apdu")
    with pytest.raises(RecordingError, match="cannot be read"):
        load_recording(tmp_path)
    (tmp_path / "latin.apdu").write_bytes(GOOD.replace("masked: no", "note: é").encode("latin-1"))
    with pytest.raises(RecordingError, match="not UTF-8") as caught:
        load_recording(tmp_path / "latin.apdu")
    assert caught.value.line == 2


@pytest.mark.parametrize(
    "make",
    [
        lambda: RecordedCard("two words"),
        lambda: RecordedCard("vitale", "two\nlines"),
        lambda: Event("vitale", EventKind.APDU, 0, 0),
        lambda: Event("vitale", EventKind.RESET, 2, 1),
        lambda: Event("vitale", EventKind.RESET, 0, 0, answer=b"\x3b", error="card_mute"),
        lambda: Event("vitale", EventKind.RESET, 0, 0, detail="why"),
        lambda: Event("vitale", EventKind.POWER_OFF, 0, 1),
        lambda: Recording((), (Event("vitale", EventKind.RESET, 0, 0),)),
        lambda: Recording((RecordedCard("vitale"), RecordedCard("vitale")), ()),
        lambda: Recording((), (), notes=("",)),
    ],
)
def test_nothing_that_a_file_cannot_hold(make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueError):
        make()
