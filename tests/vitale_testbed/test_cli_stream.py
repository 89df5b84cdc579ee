"""`vitale card import`, `card export` and `read --format ssv` as a user meets them."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader_core.layouts.group_stream import GROUPS, encode_group
from vitale_testbed.cli import run
from vitale_testbed.problems import Problem

Vitale = Callable[..., Any]

COUNTS = {101: 14, 102: 3, 103: 9, 104: 18, 105: 2, 106: 4, 107: 6, 108: 2, 109: 12, 111: 1}
OPENED = ["--cps", "cps", "--pin", "1234"]


def group(number: int, *values: str) -> bytes:
    fields = [value.encode("latin-1") for value in values]
    return encode_group(number, fields + [b""] * (COUNTS[number] - len(fields)))


ODD = (
    group(111, "É")
    + group(105)
    + group(104, "DUPONT\n", *[""] * 10, "19501901")
    + group(109)
    + group(106, "x", "", "9", "07")
    + group(109, "2")
    + group(101, "R", "ABC")
    + encode_group(106, [b"1"])
)


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    path = tmp_path / "odd.in"
    path.write_bytes(ODD)
    return path


def test_a_stream_goes_in_and_comes_back_byte_for_byte(vitale: Vitale, odd: Path, tmp_path: Path) -> None:
    made = vitale("card", "import", odd, "-o", "odd.toml", "--title", "Un flux étrange")
    assert (made.code, made.err) == (0, "")
    assert "odd.toml written from 8 groups" in made.out
    assert vitale("card", "validate", "odd.toml").code == 0
    assert vitale("card", "export", "odd.toml", "-o", "again.in").code == 0
    assert (tmp_path / "again.in").read_bytes() == ODD
    ended = vitale("read", "--vitale", "odd.toml", *OPENED, "--format", "ssv", "-o", "read.in")
    assert (ended.code, ended.err) == (0, "")
    assert (tmp_path / "read.in").read_bytes() == ODD


def test_bytes_go_to_another_program_untouched(vitale: Vitale, odd: Path, tmp_path: Path) -> None:
    assert vitale("card", "import", odd, "-o", "odd.toml").code == 0
    command = [sys.executable, "-m", "vitale_testbed", "read", "--vitale", "odd.toml", *OPENED, "--format", "ssv"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout == ODD


def test_without_an_output_the_image_is_printed(vitale: Vitale, odd: Path, tmp_path: Path) -> None:
    printed = vitale("card", "import", odd).out
    (tmp_path / "printed.toml").write_text(printed, encoding="utf-8")
    assert 'title = "Carte importée de odd.in"' in printed
    assert vitale("card", "validate", "printed.toml").code == 0


@pytest.mark.parametrize(("cards", "code"), [([], 0), (["--cps", "cps", "--pin", "0000"], 1)])
def test_without_the_protected_data_the_user_is_told_what_is_missing(
    odd: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], cards: list[str], code: int
) -> None:
    image, made = str(tmp_path / "odd.toml"), tmp_path / "free.in"
    assert run(["card", "import", str(odd), "-o", image]) == 0
    assert run(["read", "--vitale", image, *cards, "--format", "ssv", "-o", str(made)]) == code
    assert "lacks the groups 106" in capsys.readouterr().err
    free = ODD.replace(group(106, "x", "", "9", "07"), b"").replace(encode_group(106, [b"1"]), b"")
    assert made.read_bytes() == free


@pytest.mark.parametrize(
    "arguments",
    [
        ["card", "import", "odd.in", "-o", "there"],
        ["card", "export", "famille", "-o", "there"],
        ["read", "--vitale", "famille", "--format", "ssv", "-o", "there"],
        ["read", "--vitale", "famille", "-o", "there"],
    ],
)
def test_a_file_is_never_overwritten_unless_told_so(
    odd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    there = tmp_path / "there"
    there.write_text("mine")
    with pytest.raises(Problem) as caught:
        run(arguments)
    assert (caught.value.code, caught.value.exit_code) == ("file_exists", 2)
    assert there.read_text() == "mine"
    assert run([*arguments, "--force"]) == 0
    assert there.read_bytes() != b"mine"


def test_a_file_of_json(tmp_path: Path) -> None:
    made = tmp_path / "card.json"
    assert run(["read", "--vitale", "famille", "-o", str(made)]) == 0
    assert json.loads(made.read_bytes())["schema"] == "vitale-card/1"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (group(102) + b"\x00\x69\x05\x00", "broken.in, offset 10, group 105: it announces 5 bytes"),
        (group(102) + b"\x00\x6e\x00", "broken.in, offset 6: 110 is no group"),
        (group(111, "x" * 40_000), "broken.in, offset 0, group 111: the records take"),
        (None, "broken.in cannot be read: No such file"),
    ],
)
def test_a_broken_stream_is_refused_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        (tmp_path / "broken.in").write_bytes(content)
    with pytest.raises(Problem) as caught:
        run(["card", "import", "broken.in", "-o", "made.toml"])
    assert caught.value.message.startswith(said)
    assert caught.value.next_step
    assert caught.value.exit_code == 2
    assert not (tmp_path / "made.toml").exists()


def test_a_professional_card_has_no_stream(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="has no group stream"):
        run(["card", "export", "cps", "-o", str(tmp_path / "cps.in")])


def test_bytes_are_not_thrown_at_a_terminal(tmp_path: Path) -> None:
    leader, follower = os.openpty()
    command = [sys.executable, "-m", "vitale_testbed", "read", "--vitale", "famille", "--format", "ssv"]
    try:
        ended = subprocess.run(command, stdout=follower, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    finally:
        os.close(leader)
        os.close(follower)
    assert ended.returncode == 2
    assert "add -o FILE" in ended.stderr


@st.composite
def groups(draw: st.DrawFn) -> bytes:
    number = draw(st.sampled_from(GROUPS))
    odd = ["", "T", "0", "brut:x", "000000000000", "195019010000", "A" * 127]
    values = st.one_of(st.sampled_from(odd).map(str.encode), st.binary(max_size=20))
    return encode_group(number, draw(st.lists(values, min_size=COUNTS[number], max_size=COUNTS[number])))


@given(st.lists(groups(), max_size=25).map(b"".join))
@settings(max_examples=40, deadline=None)
def test_any_stream_of_whole_groups_survives_the_commands(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stream, image, again = (str(Path(folder) / name) for name in ("any.in", "any.toml", "again.in"))
        Path(stream).write_bytes(raw)
        assert run(["card", "import", stream, "-o", image]) == 0
        assert run(["read", "--vitale", image, *OPENED, "--format", "ssv", "-o", again]) == 0
        assert Path(again).read_bytes() == raw
