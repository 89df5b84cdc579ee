"""The page of the Vitale shows what the card does."""

import re
import tomllib
from pathlib import Path

from emulator.image import build_card, load_image, parse_image

PAGE = (Path(__file__).parents[2] / "docs" / "cards" / "vitale2.md").read_text("utf-8")


def test_the_reading_on_the_page_is_what_the_card_answers() -> None:
    card = build_card(load_image("specimen"))
    card.power_on()
    exchanges = re.findall(r"^> (.+)\n< (.+)$", PAGE, re.MULTILINE)
    assert len(exchanges) == 11
    for command, answer in exchanges:
        assert card.transmit(bytes.fromhex(command)).hex(" ").upper() == answer


def test_the_smallest_card_on_the_page_is_one() -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    assert tomllib.loads(example[1])["profile"] == "vitale2"
    assert build_card(parse_image(example[1])).power_on()
