"""What docs/4.10.md lists as different between `before` and `4.10`, taken from the tables of the page itself."""

import re
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parents[2] / "docs" / "4.10.md"
_CODE = re.compile(r"\b[0-9]{4,5}\b")


class Line(NamedTuple):
    """One row of one of the six tables."""

    case: str
    before: str
    since: str

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that the case names."""
        return tuple(_CODE.findall(self.case))

    @property
    def differs(self) -> bool:
        """Whether the page says that the two sets of rules do something different."""
        return self.since not in {"the same", self.before} and not self.before.startswith(f"{self.since}:")


def table(heading: str) -> tuple[Line, ...]:
    """The rows below the heading of one of the six evolutions, such as `4. Mines`."""
    text = PAGE.read_text(encoding="utf-8")
    part = text.split(f"### {heading}\n", 1)[1].split("\n#", 1)[0]
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in part.splitlines()
        if line.startswith("|")
    ]
    assert rows[0][:3] == ["case", "`before`", "`4.10`"]
    return tuple(Line(*cells[:3]) for cells in rows[2:])


def situations() -> dict[str, tuple[str, str, str]]:
    """The table of situations at the end of the page: nature, justificatif and rate by code."""
    text = PAGE.read_text(encoding="utf-8").split("## The situations", 1)[1]
    found = re.findall(r"^\| (\d{4}) \| (\w+) \| (\w) \| (.+?) \| .+ \|$", text, re.MULTILINE)
    return {code: (nature, justificatif, rate) for code, nature, justificatif, rate in found}
