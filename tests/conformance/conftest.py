"""What the tests of the harness share: the catalogue, a quick way to play cases here, and the real run in its process."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.bench import Bench
from conformance.catalogue import Catalogue, load_catalogue
from conformance.events import CaseFinished, Stream, read_stream
from conformance.play import Table, play
from conformance.products import Product
from conformance.protocol import Trust
from conformance.runner import CertifyConfig, run_certify
from emulator.pki import revocation_list_paths, trusted_root_paths
from fixtures.vitale import Scenario, load_scenarios

BROKEN = Path(__file__).parent / "broken"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def scenarios() -> dict[str, Scenario]:
    return load_scenarios()


@pytest.fixture(scope="session")
def trust() -> Trust:
    return Trust(
        roots=tuple(str(path) for path in trusted_root_paths()),
        crls=tuple(str(path) for path in revocation_list_paths()),
    )


PlayCases = Callable[..., dict[str, CaseFinished]]


@pytest.fixture
def play_cases(catalogue: Catalogue, scenarios: dict[str, Scenario], trust: Trust) -> Iterator[PlayCases]:
    """Play cases in this process: product, prefixes -> events by id."""
    with Bench("inprocess") as bench:

        def cases(product: Product, *only: str) -> dict[str, CaseFinished]:
            table = Table(product, product.describe().capabilities, bench, trust, ("vitale", "certify"))
            wanted = set(catalogue.select(only))
            return {
                requirement.case_id(case): play(table, requirement, case, scenarios[case.scenario])
                for _, requirement, case in catalogue.cases
                if requirement.case_id(case) in wanted
            }

        yield cases


@dataclass(frozen=True)
class Run:
    """What a run in its own process gave."""

    code: int
    events: Path
    out: str
    err: str

    @property
    def stream(self) -> Stream:
        return read_stream(self.events)


@pytest.fixture
def certify(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """Run the catalogue as `vitale certify` does: product, prefixes, and any field of the configuration."""

    def run(product: str, *only: str, **fields: Any) -> Run:
        exec_factory = "conformance.products.exec:create"
        config = CertifyConfig(
            product=product,
            factory=exec_factory if product.startswith("exec:") else "vitale_testbed.builtin:create",
            reader="socket" if product.startswith("exec:") else "inprocess",
            events=str(tmp_path / "events.jsonl"),
            only=only,
            tool_version="0.0.0",
        )
        config = msgspec.structs.replace(config, **fields)
        capfd.readouterr()
        code = run_certify(config)
        captured = capfd.readouterr()
        return Run(code, Path(config.events), captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def broken() -> Callable[..., str]:
    """The SPEC of a broken reader of the folder `broken`."""

    def spec(name: str, *arguments: str) -> str:
        return "exec:" + shlex.join([sys.executable, str(BROKEN / f"{name}.py"), *arguments])

    return spec
