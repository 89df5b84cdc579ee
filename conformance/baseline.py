"""Known failures: a file that names the cases a product is not conformant on yet, each with a reason.

    [known]
    "VIT-MIN-003/1" = "ALD beside the Mines: corrected in release 7.2"

A known failure still runs. It does not make the run fail; a case that is named here and is conformant does, as *stale*: the line
has to go.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

import msgspec
import tomli_w

from conformance.events import UNEXPLAINED, CaseFinished, Verdict


class BaselineError(Exception):
    """A baseline that cannot be used: what is wrong, and the next step."""

    def __init__(self, path: Path, reason: str, next_step: str) -> None:
        super().__init__(f"{path}: {reason}. {next_step}")
        self.path = path
        self.reason = reason
        self.next_step = next_step


class Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file.

    Attributes:
        known: Id of a case -> why it is not conformant.
    """

    known: dict[str, str] = {}


def load_baseline(path: Path, cases: Iterable[str]) -> dict[str, str]:
    """Read a baseline.

    Args:
        path: The file.
        cases: Every id of the catalogue.

    Returns:
        Id of a case -> why it is not conformant.

    Raises:
        BaselineError: The file cannot be read, is no baseline, gives no reason, or names a case the catalogue does not have.
    """
    try:
        known = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Baseline).known
    except OSError as error:
        step = "Make one with:  vitale report EVENTS.jsonl --format baseline -o FILE"
        raise BaselineError(path, f"cannot be read ({error.strerror})", step) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        step = 'Write a table [known] with lines such as  "VIT-MIN-003/1" = "why"'
        raise BaselineError(path, f"is no baseline ({error})", step) from error
    unknown = sorted(set(known) - set(cases))
    if unknown:
        step = "Remove the line; `vitale certify --list` shows every id."
        raise BaselineError(path, f"names {unknown[0]}, which the catalogue does not have", step)
    silent = [one for one, reason in known.items() if not reason.strip()]
    if silent:
        raise BaselineError(path, f"gives no reason for {silent[0]}", "Write why it is not conformant.")
    return known


def dump_baseline(cases: Iterable[CaseFinished]) -> str:
    """Write the baseline of a run: every case that is not conformant, with its reason as far as one is known.

    A failure of the harness has no place in it.
    """
    known = {
        case.id: case.known or f"{UNEXPLAINED}: {case.reason}"
        for case in cases
        if not case.conformant and case.verdict is not Verdict.ERROR
    }
    head = "# Cases that are known not to be conformant, and why. One that becomes conformant has to be removed here.\n"
    return head + tomli_w.dumps({"known": dict(sorted(known.items()))})
