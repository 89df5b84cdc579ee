"""Where a run of `vitale certify` writes: a new folder each time, or the one that was named."""

from datetime import UTC, datetime
from pathlib import Path

from conformance.generated.saving import FOLDER
from vitale_testbed.problems import Problem

RUNS = "vitale-report"
"""The folder of all runs, in the user's own."""
EVENTS = "events.jsonl"
_FILES = (EVENTS, "report.html", "junit.xml", "manual.json")


def fresh_folder() -> Path:
    """Make the folder of this run; two runs in the same second get two folders.

    Raises:
        Problem: It cannot be made.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    for attempt in range(1, 100):
        folder = Path(RUNS) / (stamp if attempt == 1 else f"{stamp}-{attempt}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise _cannot_write(folder, error) from error
        return folder
    raise Problem(f"{RUNS} is full of runs of this second", code="folder_exists", next_step="name a folder with -o DIR")


def given_folder(folder: Path, *, force: bool) -> Path:
    """Make the folder that was named, or empty it of an earlier run if that is wanted.

    Raises:
        Problem: It holds another run and `force` is not given, or it cannot be made.
    """
    if (folder / EVENTS).exists() and not force:
        raise Problem(
            f"{folder} holds the results of another run",
            code="folder_exists",
            next_step="name another folder, or add --force",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in _FILES:  # a run that cannot start must not pass for the one before it
            (folder / name).unlink(missing_ok=True)
        for small in (folder / FOLDER).glob("VIT-GEN-*.toml"):
            small.unlink()
    except OSError as error:
        raise _cannot_write(folder, error) from error
    return folder


def unfinished_folder(folder: Path | None) -> Path:
    """Return the folder of the run that is to be resumed: the one that was named, or the newest.

    Raises:
        Problem: There is no run.
    """
    found = folder or Path(RUNS) / "latest"
    if not (found / EVENTS).is_file():
        raise Problem(
            f"{found / EVENTS} is not there: no run to resume",
            code="nothing_to_resume",
            next_step="name the folder of the unfinished run with -o DIR, or start a new run without --resume",
        )
    return found.resolve()


def _cannot_write(folder: Path, error: OSError) -> Problem:
    return Problem(
        f"{folder} cannot be made: {error.strerror}",
        code="folder_not_writable",
        next_step="name a folder you may write to with -o DIR",
    )


def point_latest_at(folder: Path) -> None:
    """Let `latest` point at the newest run, in one step; where links are not allowed, a text file names it."""
    latest, new = folder.parent / "latest", folder.parent / f".latest-{folder.name}"
    try:
        new.symlink_to(folder.name, target_is_directory=True)
        new.replace(latest)
    except OSError:
        new.unlink(missing_ok=True)
        latest.with_suffix(".txt").write_text(f"{folder.name}\n", encoding="utf-8")


def shown(path: Path) -> Path:
    """Return a path as it is shortest from here."""
    here = Path.cwd()
    return path if not path.is_absolute() or not path.is_relative_to(here) else path.relative_to(here)
