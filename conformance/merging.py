"""Streams of one product put together: the shards of a CI matrix become one run."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from conformance.events import CaseFinished, RequirementInfo, RunFinished, RunStarted, Stream
from conformance.outcome import outcome_of


class MergeError(Exception):
    """Streams that do not belong together: what differs, and the next step."""

    def __init__(self, reason: str, next_step: str) -> None:
        super().__init__(f"{reason}. {next_step}")
        self.reason = reason
        self.next_step = next_step


def merge_streams(streams: Sequence[Stream]) -> tuple[RunStarted, tuple[CaseFinished, ...], RunFinished]:
    """Put streams together.

    Args:
        streams: At least one; of one product, one catalogue, one set of scenarios and one kind of reader. A case may stand in several
            of them, if it ended the same.

    Returns:
        Header, cases in the header's order, and footer. The footer says interrupted where a part is unfinished.

    Raises:
        MergeError: They do not belong together.
    """
    first = streams[0].header
    for number, stream in enumerate(streams[1:], 2):
        if differs := _difference(first, stream.header):
            raise MergeError(f"stream {number} {differs}", "Merge the parts of one run only.")
    requirements = _requirements([stream.header for stream in streams])
    families = {family.id: family for stream in streams for family in stream.header.families}
    header = msgspec.structs.replace(
        first,
        started=min(stream.header.started for stream in streams),
        selection=first.selection if all(one.header.selection == first.selection for one in streams) else (),
        shard=_shard([stream.header.shard for stream in streams]),
        left_out=tuple(one for one in first.left_out if all(one in stream.header.left_out for stream in streams)),
        families=tuple(sorted(families.values(), key=lambda family: (family.order, family.id))),
        requirements=requirements,
    )
    found: dict[str, CaseFinished] = {}
    for case in (case for stream in streams for case in stream.cases):
        before = found.setdefault(case.id, case)
        if before.verdict is not case.verdict:
            raise MergeError(
                f"{case.id} ended with {before.verdict} in one stream and with {case.verdict} in another",
                "Leave one of them out; `vitale diff` shows where they differ.",
            )
    cases = tuple(found[one] for requirement in requirements for one in requirement.cases if one in found)
    finished = max((stream.footer.finished for stream in streams if stream.footer), default=header.started)
    failed = any(stream.footer is not None and stream.footer.exit_code == 3 for stream in streams)
    interrupted = not all(stream.finished for stream in streams)
    footer = outcome_of(cases).footer(finished, interrupted=interrupted, failed=failed)
    return header, cases, footer


def _difference(first: RunStarted, other: RunStarted) -> str:
    for what, mine, theirs in (
        ("product", (first.product.name, first.product.version), (other.product.name, other.product.version)),
        ("catalogue", first.catalogue, other.catalogue),
        ("set of scenarios", first.scenarios_sha256, other.scenarios_sha256),
        ("set of generated cards", first.generated, other.generated),
        ("kind of reader", first.reader, other.reader),
        ("set of capabilities", set(first.product.capabilities), set(other.product.capabilities)),
    ):
        if mine != theirs:
            return f"has another {what} than the first"
    return ""


def _requirements(headers: Sequence[RunStarted]) -> tuple[RequirementInfo, ...]:
    """The requirements of all, each with the cases of all, in the order of the catalogue."""
    found: dict[str, RequirementInfo] = {}
    for one in (one for header in headers for one in header.requirements):
        before = found.get(one.id)
        cases = sorted({*one.cases, *(before.cases if before else ())}, key=case_order)
        found[one.id] = msgspec.structs.replace(one, cases=tuple(cases))
    return tuple(sorted(found.values(), key=lambda one: (one.order, one.id)))


def case_order(case_id: str) -> tuple[tuple[int, str], ...]:
    """Return what sorts the cases of a requirement: numbers as numbers, so that ``/10`` and ``/7-10`` come after ``/9`` and ``/7-9``."""
    return tuple((int(part or 0), text) for text, part in re.findall(r"(\D*)(\d*)", case_id.rpartition("/")[2]))


def _shard(shards: Sequence[str]) -> str:
    """Say which shards are there, unless they are all there or the runs were whole."""
    counts = {one.partition("/")[2] for one in shards}
    here = sorted({int(one.partition("/")[0]) for one in shards if one})
    if "" in shards or len(counts) > 1 or here == list(range(1, int(counts.pop()) + 1)):
        return ""
    return ",".join(str(one) for one in here) + "/" + shards[0].partition("/")[2]
