"""The entry point of the command `vitale`: everything that can go wrong ends in a sentence and an exit code."""

import importlib
import importlib.util
import os
import sys
import traceback
from typing import NoReturn

from vitale_testbed.problems import ExitCode, Problem

_PARTS = ("reader_core.iso7816", "emulator.card", "fixtures.vitale", "conformance.events", "reports.vitale")


def _shadowed() -> str | None:
    """Name the first of our packages that another folder on `sys.path` hides, and that folder."""
    for part in _PARTS:
        try:
            found = importlib.util.find_spec(part)
        except (ImportError, AttributeError):
            found = None
        if found is None:
            package = part.partition(".")[0]
            other = importlib.util.find_spec(package)
            where = other.origin or ", ".join(other.submodule_search_locations or []) if other else "nowhere"
            return f"the package `{package}` of vitale-testbed is hidden by another one: {where}"
    return None


def _drop_pythonpath() -> None:
    """Forget the folders of PYTHONPATH: nothing of the user's is imported here, and theirs may bear our names."""
    theirs = {os.path.realpath(entry) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry}
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry) not in theirs]
    for name in [name for name in sys.modules if name.partition(".")[0] in {part.partition(".")[0] for part in _PARTS}]:
        del sys.modules[name]
    importlib.invalidate_caches()


def _run(arguments: list[str]) -> int:
    if _shadowed():
        _drop_pythonpath()
    if hidden := _shadowed():
        raise Problem(
            hidden,
            code="package_shadowed",
            next_step="run vitale without that folder on PYTHONPATH, or install vitale-testbed in a venv of its own",
        )
    from vitale_testbed.cli import run  # noqa: PLC0415  # only importable once the check above has passed

    return run(arguments)


def _tell(problem: Problem) -> None:
    print(f"vitale: {problem.message}", file=sys.stderr)  # noqa: T201  # the last word of a command
    if problem.next_step:
        print(f"  next: {problem.next_step}", file=sys.stderr)  # noqa: T201  # same


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code; no traceback reaches the user unless VITALE_DEBUG is set."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        code = _run(given)
        sys.stdout.flush()
    except Problem as problem:
        _tell(problem)
        code = problem.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)  # noqa: T201  # same
        code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left (`vitale ... | head`): nothing is wrong, and there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.OK
    except Exception as error:  # noqa: BLE001  # the promise that no traceback reaches a user is kept here
        if os.environ.get("VITALE_DEBUG"):
            traceback.print_exc()
        _tell(
            Problem(
                f"internal error: {type(error).__name__}: {error}",
                code="internal",
                next_step="run again with VITALE_DEBUG=1 and report what it prints",
            )
        )
        code = ExitCode.INTERNAL
    sys.exit(int(code))
