"""Who does the jobs: this process, or the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, Final, Protocol

import msgspec

from conformance.campaign import work
from conformance.campaign.plan import Job, PlanError
from conformance.events import CaseFinished

DISTRIBUTION: Final = "vitale-testbed"
_LOOPBACK: Final = "127.0.0.1"
_DEATHS: Final = 10
"""Workers that may die over one job before its cases are given up."""


class Crew(Protocol):
    """Does jobs, in any order."""

    def done(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, list[CaseFinished]]]:
        """Give each job with its cases as it is done."""
        ...


class Alone:
    """Does one job after the other in this process."""

    def done(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, list[CaseFinished]]]:
        """Give each job with its cases, in order."""
        for job in jobs:
            yield job, _decoded(work.do(msgspec.json.encode(job)))


class Cluster:
    """Has the workers of a Dask cluster do the jobs. A job whose worker dies is given to another one.

    Args:
        client: A `distributed.Client`.
    """

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - distributed is an extra and has no types
        self.client = client

    def done(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, list[CaseFinished]]]:
        """Give each job with its cases as it is done.

        Raises:
            Exception: What a worker raised, such as ProductUnavailableError.
        """
        from distributed import KilledWorker, as_completed  # noqa: PLC0415 - an extra, and slow to load

        waiting = {self.client.submit(work.do, msgspec.json.encode(job), pure=False, retries=0): job for job in jobs}
        coming: Any = as_completed(list(waiting))
        for future in coming:
            job = waiting.pop(future)
            try:
                yield job, _decoded(future.result())
            except KilledWorker:
                yield job, work.lost(job)


@contextmanager
def local_cluster(workers: int) -> Generator[Cluster]:
    """Start a cluster on this machine, whose ports and dashboard are on the loopback alone.

    Raises:
        PlanError: Dask's distributed is not installed.
    """
    _check_installed()
    from dask import config as dask_config  # noqa: PLC0415 - an extra, and slow to load
    from distributed import Client, LocalCluster  # noqa: PLC0415

    settings = {"distributed.scheduler.allowed-failures": _DEATHS, "distributed.logging": {"distributed": "critical"}}
    make: Any = LocalCluster
    with (
        dask_config.set(settings),
        make(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host=_LOOPBACK,
            dashboard_address=f"{_LOOPBACK}:0",
            silence_logs=50,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield Cluster(client)


@contextmanager
def cluster_at(address: str) -> Generator[Cluster]:
    """Use a cluster that is running.

    Args:
        address: Of its scheduler, ``tcp://10.0.0.1:8786``.

    Raises:
        PlanError: distributed is not installed, nobody answers there, no worker is there, or a worker has another release of ours.
    """
    _check_installed()
    from distributed import Client  # noqa: PLC0415 - an extra, and slow to load

    try:
        client: Any = Client(address, timeout=5)
    except (OSError, ValueError) as error:
        raise PlanError(f"no Dask scheduler answers at {address} ({error})", "Start one:  dask scheduler") from error
    with client:
        try:
            releases: dict[str, str] = client.run(version, DISTRIBUTION)
        except Exception as error:
            raise PlanError(
                f"the workers of {address} do not have {DISTRIBUTION} ({error})",
                f"Install {DISTRIBUTION} {version(DISTRIBUTION)} with the extra `cluster` there.",
            ) from error
        if not releases:
            raise PlanError(f"no worker is connected to {address}", f"Start one:  dask worker {address}")
        if others := {release for release in releases.values() if release != version(DISTRIBUTION)}:
            raise PlanError(
                f"workers of {address} have {DISTRIBUTION} {', '.join(sorted(others))}",
                f"Install {version(DISTRIBUTION)} there, or run the campaign with theirs.",
            )
        yield Cluster(client)


def _check_installed() -> None:
    if find_spec("distributed") is None:
        raise PlanError(
            "a campaign on several processes needs Dask's distributed, which is not installed",
            "Install it:  pip install 'vitale-testbed[cluster]', or give --workers 0.",
        )


def _decoded(lines: list[bytes]) -> list[CaseFinished]:
    return [msgspec.json.decode(one, type=CaseFinished) for one in lines]
