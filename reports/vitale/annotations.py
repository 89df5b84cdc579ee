"""What failed, where tools of code review show it: SARIF, and the annotation lines of GitHub Actions.

A requirement that is not met has no line of code; both point at the line of the stream that has the evidence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from conformance.events import CaseFinished, RequirementInfo, Stream, Verdict, read_stream

from .lines import explained, one_line
from .model import CaseView, RequirementView, families

_LEVELS = {Verdict.FAIL: "error", Verdict.INCONCLUSIVE: "error", Verdict.WARN: "warning"}
"""Of what is held against a product. A failure of the harness is not: SARIF has another place for it."""

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@dataclass(frozen=True, slots=True)
class _Place:
    """A case that did not pass, with its requirement and its line in the stream, from 1."""

    requirement: RequirementView
    view: CaseView
    case: CaseFinished
    line: int

    @property
    def message(self) -> str:
        """What is wrong, in a line."""
        return f"{self.requirement.title.en}: {one_line(self.view, self.case)}"


def _places(stream: Stream) -> Iterator[_Place]:
    lines = {id(case): number for number, case in enumerate(stream.cases, 2)}
    for requirement in (one for group in families(stream) for one in group.requirements):
        for view in requirement.cases:
            if view.case is not None and (view.case.verdict in _LEVELS or view.case.verdict is Verdict.ERROR):
                yield _Place(requirement, view, view.case, lines[id(view.case)])


def render_sarif(stream: Path) -> str:
    """Return the SARIF 2.1.0 log of a stream: a rule a requirement, a result a case that is not as it should be.

    Args:
        stream: An ``events.jsonl``, finished or not. Results point at its lines, by the path given here.

    Raises:
        StreamError: The file is not an event stream.
    """
    content = read_stream(stream)
    header, footer = content.header, content.footer
    rules = [one.info for group in families(content) for one in group.requirements]
    index = {info.id: number for number, info in enumerate(rules)}
    uri = _uri(stream)
    faults = [place for place in _places(content) if place.case.verdict is Verdict.ERROR]
    invocation: dict[str, Any] = {
        "executionSuccessful": content.finished and not content.missing and not faults,
        "startTimeUtc": header.started,
    }
    if footer is not None:
        invocation |= {"endTimeUtc": footer.finished, "exitCode": footer.exit_code}
    notes = [_note(f"{place.view.id}: {place.message}", uri, place.line) for place in faults]
    notes += [_note(f"{case}: the run stopped before this case", uri, 1) for case in content.missing]
    if notes:
        invocation["toolExecutionNotifications"] = notes
    run = {
        "tool": {
            "driver": {
                "name": header.tool.name,
                "version": header.tool.version,
                "rules": [_rule(info) for info in rules],
                "properties": {"catalogue": header.catalogue.version, "catalogueSha256": header.catalogue.sha256},
            }
        },
        "automationDetails": {"id": f"{header.product.name}/{header.catalogue.version}"},
        "invocations": [invocation],
        "results": [_result(place, index, uri) for place in _places(content) if place.case.verdict in _LEVELS],
        "columnKind": "unicodeCodePoints",
        "properties": {"product": f"{header.product.name} {header.product.version}", "vendor": header.product.vendor},
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _uri(stream: Path) -> str:
    """Return the path as a URI: relative where it was given so, which code review needs."""
    return stream.as_uri() if stream.is_absolute() else quote(PurePath(stream).as_posix())


def _rule(info: RequirementInfo) -> dict[str, Any]:
    help_ = f"{info.wording}\n\nSource ({info.basis}): {info.source}".strip()
    return {
        "id": info.id,
        "shortDescription": _message(info.title or info.id),
        "fullDescription": _message(info.wording or info.title or info.id),
        "help": _message(help_),
        "defaultConfiguration": {"level": "warning" if info.level == "SHOULD" else "error"},
        "properties": {"tags": [info.family, info.level, info.basis]},
    }


def _location(uri: str, line: int) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}}


def _note(text: str, uri: str, line: int) -> dict[str, Any]:
    return {"level": "error", "message": _message(text), "locations": [_location(uri, line)]}


def _message(text: str) -> dict[str, str]:
    """Return a text as a message that says it and nothing else.

    Braces are always doubled (SARIF 2.1.0, 3.11.5), arguments or not. Brackets may stand as they are where they make no link (3.11.6), and
    do, since not every viewer takes the backslash away: every path of a list has them.
    """
    text = text.replace("{", "{{").replace("}", "}}")
    return {"text": re.sub(r"([\[\]\\])", r"\\\1", text) if "](" in text else text}


def _result(place: _Place, index: dict[str, int], uri: str) -> dict[str, Any]:
    case, info = place.case, place.requirement.info
    result: dict[str, Any] = {
        "ruleId": info.id,
        "ruleIndex": index[info.id],
        "level": _LEVELS[case.verdict],
        "message": _message(place.message),
        "locations": [
            _location(uri, place.line) | {"logicalLocations": [{"fullyQualifiedName": case.id, "kind": "object"}]}
        ],
        "partialFingerprints": {"case/v1": case.id},
        "properties": {"verdict": case.verdict, "scenario": case.scenario.id, "replay": case.replay},
    }
    if known := explained(case):
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": known}]
    return result


def render_github(stream: Path) -> str:
    """Return a line of GitHub Actions for each case that is not as it should be, errors first; known failures are notices.

    Args:
        stream: An ``events.jsonl``, finished or not, by the path that the annotations shall name.

    Raises:
        StreamError: The file is not an event stream.
    """
    content = read_stream(stream)
    lines: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    for place in _places(content):
        known = explained(place.case)
        level = "notice" if known else _LEVELS.get(place.case.verdict, "error")
        text = place.message + (f" (known: {known})" if known else "")
        title = f"{place.view.id} {place.case.verdict}"
        where = f"file={_property(stream.as_posix())},line={place.line},title={_property(title)}"
        lines[level].append(f"::{level} {where}::{_data(text)}\n")
    lines["error"] += [
        f"::error title={_property(f'{case} NOT_RUN')}::{_data('the run stopped before this case')}\n"
        for case in content.missing
    ]
    return "".join(line for level in lines.values() for line in level)


def _data(text: str) -> str:
    """Escape a message as the runner's command format asks."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
