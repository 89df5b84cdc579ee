"""The stream of a campaign: one file for all products, and the streams that a report reads made from it.

Its lines are JSON objects: ``campaign_started``, a ``campaign_case`` for each case as it comes, and ``campaign_finished``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from conformance.campaign.plan import Plan
from conformance.events import CaseFinished, RunStarted

SCHEMA: Final = "vitale-campaign/1"


class CampaignError(Exception):
    """A stream that is no campaign's, or another's: what is wrong, and the next step."""

    def __init__(self, reason: str, next_step: str) -> None:
        super().__init__(f"{reason}. {next_step}")
        self.reason = reason
        self.next_step = next_step


class CampaignStarted(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="campaign_started"):
    """The header.

    Attributes:
        schema: The version of this form.
        started: When the campaign began, ISO 8601 in UTC.
        plan: What is played.
        hypothesis: The release of Hypothesis that draws the cards.
        runs: For each product of the plan, the header that a run of it alone would have.
    """

    schema: str = SCHEMA
    started: str
    plan: Plan
    hypothesis: str = ""
    runs: tuple[RunStarted, ...]


class CampaignCase(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="campaign_case"):
    """A case, as it comes.

    Attributes:
        product: Number of the product in the plan, from 0.
        case: As in the stream of a run.
    """

    product: int
    case: CaseFinished


class CampaignFinished(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="campaign_finished"):
    """The footer.

    Attributes:
        finished: When, ISO 8601 in UTC.
        exit_code: That of ``vitale campaign``.
        interrupted: Whether cases may be missing.
        counts: For each product of the plan, a number for each verdict that occurred.
    """

    finished: str
    exit_code: int
    interrupted: bool = False
    counts: tuple[dict[str, int], ...] = ()


Line = CampaignStarted | CampaignCase | CampaignFinished
_DECODER = msgspec.json.Decoder(Line)


@dataclass(frozen=True, slots=True)
class Campaign:
    """A stream read back; a last line that was cut is left out."""

    header: CampaignStarted
    cases: tuple[CampaignCase, ...]
    footer: CampaignFinished | None


def read_campaign(path: Path) -> Campaign:
    """Read a campaign, finished or not.

    Raises:
        CampaignError: The file is missing, or no campaign's stream.
    """
    again = "Give the campaign.jsonl of `vitale campaign`."
    try:
        *whole, _cut = path.read_bytes().split(b"\n")
    except OSError as error:
        raise CampaignError(f"{path} cannot be read ({error.strerror})", again) from error
    lines: list[Line] = []
    for number, line in enumerate(whole, 1):
        try:
            lines.append(_DECODER.decode(line))
        except msgspec.DecodeError as error:
            raise CampaignError(f"{path}, line {number}: not a line of {SCHEMA} ({error})", again) from error
    if not lines or not isinstance(header := lines[0], CampaignStarted):
        raise CampaignError(f"{path} does not begin with campaign_started", again)
    cases = tuple(one for one in lines if isinstance(one, CampaignCase))
    last = lines[-1]
    return Campaign(header, cases, last if isinstance(last, CampaignFinished) else None)


class CampaignWriter:
    """Writes the stream; each line is on disk before the next. A context manager.

    Args:
        path: The file.
        keep: What is in it already and stays: then the footer and a cut line go.
    """

    def __init__(self, path: Path, keep: Campaign | None = None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if keep is None:
            self._file = path.open("wb")
            return
        new = path.with_name(f".{path.name}")
        with new.open("wb") as file:
            for line in (keep.header, *keep.cases):
                file.write(msgspec.json.encode(line) + b"\n")
        new.replace(path)
        self._file = path.open("ab")

    def write(self, line: Line) -> None:
        """Append a line and flush it, so that a campaign that is killed loses none."""
        self._file.write(msgspec.json.encode(line) + b"\n")
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._file.close()
