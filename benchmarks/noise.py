"""What else the machine did while something was measured, and how far the measured figures lie apart."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def watched() -> Generator[None]:
    """Print the machine, and afterwards how busy it was with other things."""
    model = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    cpus = len(os.sched_getaffinity(0))
    print(
        f"{cpus} processors, {model.partition(': ')[2]}, Linux {platform.release()}, Python {platform.python_version()}\n"
    )
    before = _processors()
    yield
    busy, ours, all_ = (now - then for now, then in zip(_processors(), before, strict=True))
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"\nOther programs took {max(0.0, busy - ours) / all_:.0%} of the processors' time; load in the end {loads}")


def _processors() -> tuple[float, float, float]:
    """Seconds since the start: processors busy, of these ours and our children's, and in all."""
    ticks = os.sysconf("SC_CLK_TCK")
    user, nice, system, idle, waiting, *more = (int(each) for each in Path("/proc/stat").read_text().split()[1:9])
    ours = os.times()
    busy = user + nice + system + sum(more)
    return busy / ticks, sum(ours[:4]), (busy + idle + waiting) / ticks


def spread(rounds: Sequence[float]) -> str:
    """The fastest and the slowest round."""
    digits = 1 if max(rounds) < 1000 else 0
    return f"{min(rounds):,.{digits}f} to {max(rounds):,.{digits}f}"


def ratio(over: Sequence[float], under: Sequence[float]) -> str:
    """The median of the ratios of rounds that were run side by side, and between which values half of them lie."""
    ratios = sorted(one / other for one, other in zip(over, under, strict=True))
    quarter = len(ratios) // 4
    digits = 2 if ratios[-1 - quarter] < 20 else 0
    middle, low, high = statistics.median(ratios), ratios[quarter], ratios[-1 - quarter]
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
