"""What a case came to in one line of English, for places that have no room: CI logs, annotations, pull requests."""

from __future__ import annotations

from conformance.events import UNEXPLAINED, CaseFinished, Verdict

from .model import CaseView
from .values import written


def one_line(view: CaseView, case: CaseFinished) -> str:
    """Return what differs first, else the reason the harness gives."""
    if not view.wrong:
        return case.reason or str(case.verdict)
    check = view.wrong[0].check
    more = f" (+{len(view.wrong) - 1} more)" if len(view.wrong) > 1 else ""
    return f"{check.path}: expected {_short(check.expected)}, read {_short(check.actual)}{more}"


def _short(value: object) -> str:
    text = " ".join(written(value).split())  # pyright: ignore[reportArgumentType] - any JSON value
    return text if len(text) <= 120 else f"{text[:119]}…"


def explained(case: CaseFinished) -> str:
    """Return why a case is a known failure; empty where it is none, or where nobody says why.

    A failure of the harness never is one.
    """
    known = "" if case.known.startswith(UNEXPLAINED) else case.known
    return "" if case.conformant or case.verdict is Verdict.ERROR else known
