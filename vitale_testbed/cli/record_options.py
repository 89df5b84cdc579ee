"""`--record FILE` of the commands that give cards to other programs."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import click

from emulator.recording import Recorder, Recording, RecordingCard, dump_recording, mask_recording
from reader_core.iso7816 import Card
from vitale_testbed.cli.options import refuse_to_overwrite, write_new_file

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
        Problem: the file is there already, or cannot be written.
    """
    if to is None:
        yield cards
        return
    refuse_to_overwrite(to, force=False)
    if show_secrets:
        click.echo(WARNING, err=True)
    recorder = new_recorder()
    try:
        yield [RecordingCard(card, recorder, f"card{number}") for number, card in enumerate(cards, 1)]
    finally:
        save_recording(recorder.recording(), to, force=False, masked=not show_secrets)


def save_recording(recording: Recording, to: Path, *, force: bool, masked: bool) -> None:
    """Write a recording and say what became of it.

    Raises:
        Problem: the file cannot be written.
    """
    kept = mask_recording(recording) if masked else recording
    write_new_file(to, dump_recording(kept), force=force)
    commands = sum(1 for event in kept.events if event.command)
    click.echo(f"{to}: {commands} commands, {'masked' if masked else 'NOT masked'}")
    for note in kept.notes if masked else ():
        click.echo(f"  {note}")
