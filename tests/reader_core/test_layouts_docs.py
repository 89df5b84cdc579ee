"""The page of the Vitale says what the table says."""

import re
from pathlib import Path

import pytest

from reader_core.layouts import APPLICATIONS, VITALE2_FILES, Encoding
from reader_core.layouts.markdown import fields_markdown, overview_markdown

PAGE = (Path(__file__).parents[2] / "docs" / "cards" / "vitale2.md").read_text("utf-8")


@pytest.mark.parametrize(("name", "generate"), [("overview", overview_markdown), ("fields", fields_markdown)])
def test_generated_parts_are_up_to_date(name: str, generate: object) -> None:
    assert callable(generate)
    part = re.search(rf"<!-- generated: {name} -->\n(.*?)<!-- end -->", PAGE, re.DOTALL)
    assert part is not None
    assert part[1] == generate(VITALE2_FILES), f"paste {generate.__name__}(VITALE2_FILES) into docs/cards/vitale2.md"


def test_every_application_and_encoding_is_explained() -> None:
    for application in APPLICATIONS:
        assert application.aid.hex(" ").upper() in PAGE
    for encoding in Encoding:
        assert f"| {encoding.value} | " in PAGE
