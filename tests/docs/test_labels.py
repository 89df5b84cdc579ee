"""The labels that the page of the card object prints are those of the built-in reader."""

import re

from blocks import ROOT

from reader_core.rules.affiliation import QUALITES, REGIMES


def test_the_page_of_the_card_object_has_the_labels_of_the_built_in_reader() -> None:
    rows = re.findall(r"^\| (\d\d?) \| (.+) \|$", (ROOT / "docs" / "card-object.md").read_text("utf-8"), re.MULTILINE)
    assert dict(rows) == {**REGIMES, **QUALITES}
