"""What the commands that record have in common: `--record FILE`, and a file that is written however the command ends."""

import signal
import tempfile
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import click

from emulator.recording import Recorder, Recording, RecordingCard, dump_recording, is_recording, mask_recording
from emulator.recording.masking import unmaskable
from reader_core.iso7816 import Card
from vitale_testbed.cli.options import refuse_to_overwrite, write_new_file
from vitale_testbed.problems import Problem

F = TypeVar("F", bound=Callable[..., Any])

WARNING = (
    "WARNING: --show-secrets: the file holds NIR, names, addresses and the PIN in clear. "
    "Only for test cards; never send such a file of a real card to anybody."
)


def new_recorder() -> Recorder:
    """A recorder that names this program in the file."""
    return Recorder(software=f"vitale-testbed {version('vitale-testbed')}")


def record_options() -> Callable[[F], F]:
    """`--record FILE` and `--show-secrets`."""

    def add(command: F) -> F:
        secrets = click.option("--show-secrets", is_flag=True, help="With --record: mask nothing. For test cards only.")
        file = click.option(
            "--record",
            "record_to",
            metavar="FILE",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Keep what programs and cards say to each other, masked, in a new file when the command ends.",
        )
        return file(secrets(command))

    return add


@contextmanager
def recorded(cards: Sequence[Card], to: Path | None, *, show_secrets: bool) -> Generator[Sequence[Card]]:
    """Give the cards as they are, or recording ones whose file is written at the end, however that comes.

    Args:
        cards: the cards; in the file they are `card1`, `card2`, ...
        to: the file, or None for no recording.
        show_secrets: whether to leave everything in clear.

    Raises:
        Problem: the file is there already, or cannot be written, or what it holds cannot be masked.
    """
    if to is None:
        yield cards
        return
    recorder = new_recorder()
    with kept(recorder, to, force=False, show_secrets=show_secrets):
        yield [RecordingCard(card, recorder, f"card{number}") for number, card in enumerate(cards, 1)]


@contextmanager
def kept(recorder: Recorder, to: Path, *, force: bool, show_secrets: bool) -> Generator[None]:
    """Write what was recorded when the block ends: with its end, an error or Ctrl-C. SIGTERM is a Ctrl-C meanwhile.

    Args:
        recorder: what records in the block.
        to: the file.
        force: overwrite it.
        show_secrets: whether to leave everything in clear, which is warned of.

    Raises:
        Problem: the file is there already, cannot be written, or would hold what cannot be masked: before the block, where
            anybody could know it.
    """
    if not show_secrets:
        check_maskable("a recording", unmaskable())
    refuse_to_overwrite(to, force=force)
    _check_writable(to)
    if show_secrets:
        click.echo(WARNING, err=True)
    try:
        with _signal(signal.SIGTERM, _interrupt):
            yield
    finally:
        with _signal(signal.SIGINT, signal.SIG_IGN), _signal(signal.SIGTERM, signal.SIG_IGN):
            recording = recorder.recording()
            if any(card.atr for card in recording.cards):
                _save(recording, to, force=force, masked=not show_secrets)
            else:
                click.echo("nothing was recorded: no card was powered", err=True)


def check_maskable(what: str, files: Sequence[str]) -> None:
    """Refuse to promise masking where an overlay lays files so that names and numbers cannot be told.

    Args:
        what: what would be masked, for the message.
        files: names of those files.

    Raises:
        Problem: there are some.
    """
    if files:
        raise Problem(
            f"{what}: by the layouts of the overlay nothing in {', '.join(files)} can be masked",
            code="not_maskable",
            next_step="add --show-secrets, for test cards only",
        )


def _check_writable(to: Path) -> None:
    """Find out before the cards are read that there will be no file: a code that was presented does not come back."""
    try:
        with tempfile.TemporaryFile(dir=to.parent):
            pass
    except OSError as error:
        raise Problem(
            f"{to} cannot be written: {error.strerror}", code="file_not_writable", next_step="name another file"
        ) from error


def _save(recording: Recording, to: Path, *, force: bool, masked: bool) -> None:
    """Write a recording and say what became of it. Where its file cannot be written it goes to another one.

    Raises:
        Problem: the file cannot be written; it says where the recording is.
    """
    done = mask_recording(recording) if masked else recording
    text = dump_recording(done)
    try:
        write_new_file(to, text, force=force)
    except Problem as problem:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".apdu", delete=False) as file:
            file.write(text)
        said = f"{problem.message}; the recording is in {file.name}"
        raise Problem(said, code=problem.code, next_step="move that file") from problem
    commands = sum(1 for event in done.events if event.command)
    click.echo(f"{to}: {commands} commands, {'masked' if masked else 'NOT masked'}")
    for note in done.notes if masked else ():
        click.echo(f"  {note}")
    if not is_recording(to.name):
        click.echo(f"  To replay it as a card, name it {to.name}.apdu.")


@contextmanager
def _signal(number: int, handler: Any) -> Generator[None]:  # noqa: ANN401 -- what `signal.signal` takes
    """Handle a signal otherwise for a while. Only the main thread can, and only it gets signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
