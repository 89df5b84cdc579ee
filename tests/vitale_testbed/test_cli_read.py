"""`vitale read` as a user meets it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.image import build_card, load_image
from emulator.readers import PulledCard, ReaderSetupError, SocketReader

Vitale = Callable[..., Any]


def card_of(ended: Any) -> dict[str, Any]:
    return json.loads(ended.out)


def test_with_a_cps_and_its_pin_the_protected_data_is_there(vitale: Vitale) -> None:
    ended = vitale("read", "--vitale", "famille", "--cps", "cps", "--pin", "1234", "--format", "json")
    card = card_of(ended)
    assert ended.code == 0
    assert card["protected"]["status"] == "read"
    assert all(each["couvertures"] is not None and each["exoneration"] is not None for each in card["beneficiaires"])


def test_without_a_cps_the_free_data_and_why_the_rest_is_missing(vitale: Vitale) -> None:
    ended = vitale("read", "--vitale", "famille", "--format", "json")
    card = card_of(ended)
    assert ended.code == 0, "the user asked for the free data only, and got it"
    assert card["protected"]["status"] == "withheld"
    assert card["protected"]["code"] == "cps_absent"
    assert len(card["beneficiaires"]) > 1
    assert all(each["exoneration"] is None for each in card["beneficiaires"])

    text = vitale("read", "--vitale", "famille", "--format", "text")
    assert text.code == 0
    assert card["beneficiaires"][0]["prenom"] in text.out
    assert "cps_absent" in text.out


def test_three_wrong_pins_block_the_card(vitale: Vitale) -> None:
    pins = ["--pin", "0000", "--pin", "1111", "--pin", "2222"]
    ended = vitale("read", "--vitale", "famille", "--cps", "cps", *pins, "--format", "json")
    assert ended.code == 1
    assert card_of(ended)["protected"] | {"message": "", "next_step": ""} == {
        "status": "refused",
        "code": "pin_blocked",
        "message": "",
        "next_step": "",
    }
    assert card_of(ended)["beneficiaires"], "the free data is kept"


def test_a_card_of_ones_own_stays_blocked(vitale: Vitale, tmp_path: Path) -> None:
    assert vitale("card", "new", "cps", "-o", "mine.toml").code == 0
    read = ["read", "--vitale", "famille", "--cps", "mine.toml", "--write-back", "--format", "json", "--pin"]
    codes = [card_of(vitale(*read, pin))["protected"]["code"] for pin in ("0000", "0000", "0000")]
    assert codes == ["pin_wrong", "pin_wrong", "pin_blocked"]
    right_but_late = vitale(*read, "1234")
    assert right_but_late.code == 1
    assert card_of(right_but_late)["protected"]["code"] == "pin_blocked"


def test_without_write_back_the_file_is_left_alone(vitale: Vitale, tmp_path: Path) -> None:
    vitale("card", "new", "cps", "-o", "mine.toml")
    before = (tmp_path / "mine.toml").read_bytes()
    assert vitale("read", "--vitale", "famille", "--cps", "mine.toml", "--pin", "0000").code == 1
    assert (tmp_path / "mine.toml").read_bytes() == before


@pytest.mark.parametrize("how", ["environment", "standard input"])
def test_a_pin_need_not_be_on_the_command_line(vitale: Vitale, how: str) -> None:
    if how == "environment":
        ended = vitale("read", "--vitale", "famille", "--cps", "cps", "--format", "json", env={"VITALE_PIN": "1234"})
    else:
        ended = vitale("read", "--vitale", "famille", "--cps", "cps", "--format", "json", "--pin", "-", stdin="1234\n")
    assert card_of(ended)["protected"]["status"] == "read"


def test_no_pin_is_a_refusal_with_its_reason(vitale: Vitale) -> None:
    ended = vitale("read", "--vitale", "famille", "--cps", "cps", "--format", "json")
    assert ended.code == 1
    assert card_of(ended)["protected"]["code"] == "pin_missing"


def test_the_pin_and_the_nir_are_masked_in_the_trace(vitale: Vitale) -> None:
    ended = vitale("read", "--vitale", "specimen", "--cps", "cps", "--pin", "1234", "--trace", "--format", "json")
    nir = card_of(ended)["assure"]["nir"]
    assert "SELECT" in ended.err
    assert "00 20 00 01 08 ** **" in ended.err
    assert nir not in ended.err
    assert nir.encode().hex().upper() not in ended.err.replace(" ", "")
    shown = vitale("read", "--vitale", "specimen", "--trace", "--show-secrets", "--format", "json")
    assert nir.encode().hex().upper() in shown.err.replace(" ", "")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--vitale", "nobody"], 2, ["nobody", "famille"]),
        (["--vitale", "missing.toml"], 2, ["missing.toml", "no such image or file"]),
        (["--vitale", "socket:127.0.0.1:1"], 2, ["127.0.0.1:1"]),
        (["--vitale", "socket:nowhere"], 2, ["socket:HOST:PORT"]),
        (["--vitale", "famille", "--on", "yesterday"], 2, ["yesterday", "2026-01-15"]),
        (["--vitale", "cps"], 1, ["vitale_unknown"]),
        (["--vitale", "famille", "--cps", "specimen", "--pin", "1234"], 1, ["cps_unknown"]),
        ([], 2, ["--vitale"]),
    ],
)
def test_wrong_use_is_told_clearly(vitale: Vitale, arguments: list[str], code: int, words: list[str]) -> None:
    ended = vitale("read", *arguments, "--format", "text")
    assert ended.code == code, ended
    for word in words:
        assert word in ended.err + ended.out


def test_a_truncated_image_says_where(vitale: Vitale, tmp_path: Path) -> None:
    whole = vitale("card", "show", "famille").out
    cut = tmp_path / "cut.toml"
    cut.write_text(whole[: whole.index("nir") + 6])
    ended = vitale("read", "--vitale", cut)
    assert ended.code == 2
    assert "cut.toml" in ended.err
    assert re.search(r"line \d+", ended.err), ended.err
    assert "next:" in ended.err


def test_an_error_is_json_for_a_program(vitale: Vitale) -> None:
    ended = vitale("read", "--vitale", "cps", "--format", "json")
    assert ended.code == 1
    assert json.loads(ended.out)["error"]["code"] == "vitale_unknown"


@pytest.mark.parametrize("after", [1, 4, 12])
def test_a_card_pulled_out_in_the_middle_of_a_reading(vitale: Vitale, after: int) -> None:
    with SocketReader(PulledCard(build_card(load_image("famille")), after)) as reader:
        ended = vitale("read", "--vitale", reader.address, "--format", "json")
    assert ended.code == 1
    assert json.loads(ended.out)["error"]["code"] == "vitale_removed"
    assert "next:" in ended.err


def test_a_port_already_taken_is_named() -> None:
    with SocketReader(build_card(load_image("specimen"))) as first, pytest.raises(ReaderSetupError) as refused:
        SocketReader(build_card(load_image("specimen")), port=first.port)
    assert refused.value.code == "port_taken"
    assert str(first.port) in refused.value.message
    assert refused.value.next_step


def test_a_card_that_hangs_is_given_up_after_the_timeout(vitale: Vitale) -> None:
    from emulator.faults import FaultyCard, fault

    card = FaultyCard(build_card(load_image("specimen")), fault("mute", at=5, seconds=600))
    with SocketReader(card) as reader:
        ended = vitale("read", "--vitale", reader.address, "--timeout", "1.5", "--format", "json")
    assert ended.code == 1
    assert json.loads(ended.out)["error"]["code"] == "vitale_mute"
    assert "no answer in 1.5 s" in ended.err
    for wrong in ("0", "-1", "soon"):
        assert vitale("read", "--vitale", "specimen", "--timeout", wrong).code == 2


def test_the_cards_in_each_others_place_are_used_and_that_is_said(vitale: Vitale) -> None:
    ended = vitale("read", "--vitale", "cps", "--cps", "specimen", "--pin", "1234", "--format", "json")
    assert ended.code == 0
    assert card_of(ended)["protected"]["status"] == "read"
    assert "the cards are in each other's slot; each was used where it is" in ended.err


def test_a_socket_reader_has_one_slot(vitale: Vitale) -> None:
    ended = vitale("read", "--vitale", "socket:127.0.0.1:9", "--cps", "socket:127.0.0.1:9")
    assert ended.code == 2
    assert "is one slot, and cannot hold both cards" in ended.err
