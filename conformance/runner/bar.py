"""The bar of a terminal: how many cases are done, and when the rest will be."""

from __future__ import annotations

from typing import IO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text


class Bar:
    """A line below all others: how many cases are done, how many are not conformant, how long it took and will take.

    Args:
        out: A terminal.
        color: Whether it may be coloured.
    """

    def __init__(self, out: IO[str], *, color: bool) -> None:
        console = Console(file=out, force_terminal=True, no_color=not color, highlight=False, soft_wrap=True)
        self._progress = Progress(
            BarColumn(24, complete_style="cyan", finished_style="cyan"),
            MofNCompleteColumn(),
            TextColumn("{task.fields[wrong]}", "bold red"),
            _Times(),
            console=console,
            transient=True,
            refresh_per_second=4,
        )
        self._task = TaskID(0)
        self._wrong = 0

    def start(self, cases: int, done: int) -> None:
        """Show it.

        Args:
            cases: How many cases the run has.
            done: How many of them are done already.
        """
        self._task = self._progress.add_task("", total=cases, completed=done, wrong="")
        self._progress.start()

    def print(self, line: str) -> None:
        """Print a line above it, which may be coloured by escape sequences."""
        self._progress.console.print(Text.from_ansi(line))

    def case(self, *, conformant: bool) -> None:
        """Move the bar on by one case, and count it as not conformant where it is not."""
        if not conformant:
            self._wrong += 1
            self._progress.update(self._task, wrong=f"{self._wrong} not conformant")
        self._progress.advance(self._task)

    def stop(self) -> None:
        """Take it away and leave the terminal as it was."""
        self._progress.stop()


class _Times(ProgressColumn):
    """How long it has taken, and how long it will take by the speed of the last half minute."""

    max_refresh = 0.5

    def render(self, task: Task) -> Text:
        taken, left = task.elapsed or 0.0, task.time_remaining
        return Text(f"{_clock(taken)}, {'-:--' if left is None else _clock(left)} left", style="cyan")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
