"""The process of a run: it owns the product, the readers and the stream, and lets pytest drive.

Started as ``python -P -m conformance.runner.session`` with its configuration as the first line of its standard input. That
input stays open: when it ends, the process that asked for the run is gone, and the run is interrupted.
"""

from __future__ import annotations

import io
import os
import platform
import signal
import sys
import tempfile
import threading
import traceback
from collections import Counter
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import IO

import msgspec
import pytest

from conformance.bench import Bench
from conformance.catalogue import Catalogue, CatalogueError
from conformance.events import (
    CaseFinished,
    CatalogueInfo,
    FamilyInfo,
    ProductInfo,
    RequirementInfo,
    RunFinished,
    RunStarted,
    StreamWriter,
    ToolInfo,
    Verdict,
)
from conformance.play import Table
from conformance.products import ProductSetup, ProductUnavailableError
from conformance.protocol import Description, Trust
from conformance.runner.config import (
    CertifyConfig,
    ConfigurationError,
    ExitCode,
    import_factory,
    load_requirements,
)
from conformance.runner.plugin import CataloguePlugin
from conformance.runner.progress import Progress
from emulator.pki import revocation_list_paths, trusted_root_paths
from emulator.readers import ReaderSetupError
from fixtures.vitale import ScenarioError, scenarios_sha256

PYTEST_ARGUMENTS = (
    "-p", "no:cacheprovider",
    "-p", "no:terminal",
    "-p", "no:faulthandler",
    "--noconftest",
    "--capture=no",
    "--import-mode=importlib",
    "-c", os.devnull,
)  # fmt: skip
"""No file of anybody's is read and nothing is printed but our own progress."""


OWN_VARIABLE = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
"""Set for this process by the one that started it; a product under test is not given it."""


class _Recorder:
    """Writes each case to the stream and to the terminal, and counts."""

    def __init__(self, writer: StreamWriter, progress: Progress) -> None:
        self._writer = writer
        self._progress = progress
        self.counts: Counter[Verdict] = Counter()

    def start(self, event: RunStarted) -> None:
        self._writer.write(event)
        self._progress.started(event)

    def case(self, event: CaseFinished) -> None:
        self._writer.write(event)
        self._progress.case(event)
        self.counts[event.verdict] += 1

    def finish(self, *, interrupted: bool, failed: bool) -> int:
        code = exit_code(self.counts, interrupted=interrupted, failed=failed)
        counts = {verdict.value: self.counts[verdict] for verdict in Verdict if self.counts[verdict]}
        event = RunFinished(finished=_now(), counts=counts, exit_code=code, interrupted=interrupted)
        self._writer.write(event)
        self._progress.finished(event)
        return code


def exit_code(counts: Counter[Verdict], *, interrupted: bool = False, failed: bool = False) -> int:
    """Return the exit code of a run: a failure of the harness dominates, then the product's."""
    if failed or counts[Verdict.ERROR]:
        return ExitCode.HARNESS_FAILED
    if interrupted:
        return ExitCode.INTERRUPTED
    if counts[Verdict.FAIL] or counts[Verdict.INCONCLUSIVE]:
        return ExitCode.NOT_CONFORMANT
    if not counts.total() - counts[Verdict.NOT_APPLICABLE]:
        return ExitCode.CONFIGURATION
    return ExitCode.CONFORMANT


def run(config: CertifyConfig, progress: Progress) -> int:
    """Run it all in this process, and return the exit code.

    Raises:
        ConfigurationError: The run cannot start.
        ReaderSetupError: The readers cannot be set up.
        ProductUnavailableError: The product cannot be started.
    """
    catalogue, scenarios, selected = load_requirements(config)
    factory = import_factory(config.factory)
    with Bench(config.reader) as bench:
        os.environ.update(bench.environment)  # a product in this process finds pcscd the same way
        argument = config.product.partition(":")[2]
        environment = {**os.environ, **config.dropped}
        if OWN_VARIABLE not in config.dropped:
            environment.pop(OWN_VARIABLE, None)
        product = factory(ProductSetup(argument=argument, timeout=config.timeout, environment=environment))
        try:
            description = product.describe()
            trust = Trust(
                roots=tuple(str(path) for path in trusted_root_paths()),
                crls=tuple(str(path) for path in revocation_list_paths()),
            )
            table = Table(product, description.capabilities, bench, trust, config.replay)
            with StreamWriter(Path(config.events)) as writer:
                recorder = _Recorder(writer, progress)
                recorder.start(_header(config, catalogue, description, selected))
                plugin = CataloguePlugin(table, scenarios, selected, recorder, config.max_fail)
                status = _pytest(config, plugin)
                interrupted = status == pytest.ExitCode.INTERRUPTED and not plugin.stopped and not plugin.trouble
                trouble = plugin.trouble
                if not (trouble or interrupted or plugin.stopped) and recorder.counts.total() != len(selected):
                    trouble = (
                        f"{recorder.counts.total()} of {len(selected)} cases were recorded (pytest ended with {status})"
                    )
                code = recorder.finish(interrupted=interrupted, failed=bool(trouble))
                if trouble:
                    _tell(f"the harness failed: {trouble}", "Run it again; if it happens again, report it.")
                return code
        finally:
            product.stop()


def _pytest(config: CertifyConfig, plugin: CataloguePlugin) -> int:
    with tempfile.TemporaryDirectory(prefix="vitale-certify-") as empty:
        arguments = [*PYTEST_ARGUMENTS, "--rootdir", empty, config.catalogue]
        return int(pytest.main(arguments, plugins=[plugin]))


def _header(config: CertifyConfig, catalogue: Catalogue, description: Description, selected: list[str]) -> RunStarted:
    wanted = frozenset(selected)
    requirements = tuple(
        RequirementInfo(
            id=one.id,
            family=family.id,
            title=one.title,
            title_fr=one.title_fr,
            wording=" ".join(one.wording.split()),
            wording_fr=" ".join(one.wording_fr.split()),
            level=one.level,
            source=one.source,
            source_fr=one.source_fr,
            basis=one.basis,
            api=one.api,
            needs=one.needs,
            cases=cases,
        )
        for family, one in catalogue.requirements
        if (cases := tuple(one.case_id(case) for case in one.case if one.case_id(case) in wanted))
    )
    used = {one.family for one in requirements}
    return RunStarted(
        started=_now(),
        tool=ToolInfo(name="vitale-testbed", version=config.tool_version),
        product=ProductInfo(spec=config.product, **msgspec.structs.asdict(description)),
        reader=config.reader,
        environment=_environment(config),
        catalogue=CatalogueInfo(version=catalogue.version, sha256=catalogue.sha256),
        scenarios_sha256=scenarios_sha256(Path(config.scenarios)),
        selection=config.only,
        families=tuple(
            FamilyInfo(id=family.id, title_fr=family.title_fr, title_en=family.title_en)
            for family in catalogue.families
            if family.id in used
        ),
        requirements=requirements,
    )


def _environment(config: CertifyConfig) -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "vitale-testbed": config.tool_version,
        "pytest": metadata.version("pytest"),
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _follow_parent() -> None:
    """Interrupt this process once its standard input ends."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=wait, daemon=True).start()


def main() -> int:
    """Take the configuration from standard input, run, and say in one sentence why it could not."""
    line = bytearray()
    while not line.endswith(b"\n"):
        if not (byte := os.read(0, 1)):
            return ExitCode.CONFIGURATION
        line += byte
    # A shell that started the user's command in the background had it ignore SIGINT, and so this process.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _follow_parent()
    config = msgspec.json.decode(bytes(line), type=CertifyConfig)
    try:
        return run(config, Progress(_output(), color=config.color))
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except ProductUnavailableError as error:
        return _tell(error.reason, error.next_step, error.stderr)
    except ConfigurationError as error:
        return _tell(error.reason, error.next_step)
    except ReaderSetupError as error:
        return _tell(error.message, error.next_step)
    except (CatalogueError, ScenarioError) as error:
        return _tell(str(error), "Correct the file.")
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user who did not ask for one
        if os.environ.get("VITALE_DEBUG"):
            traceback.print_exc()
        _tell(
            f"the harness failed: {type(error).__name__}: {error}", "Run with VITALE_DEBUG=1 and report what it prints."
        )
        return ExitCode.HARNESS_FAILED


def _output() -> IO[str]:
    # Whatever the locale, a name with an accent must not end the run.
    return io.TextIOWrapper(os.fdopen(os.dup(1), "wb"), encoding=sys.stdout.encoding, errors="replace")


def _tell(reason: str, next_step: str, stderr: str = "") -> int:
    sys.stderr.write(f"vitale: {reason}\n  next: {next_step}\n")
    if stderr.strip():
        sys.stderr.write("  the product wrote:\n" + "".join(f"    {line}\n" for line in stderr.splitlines()[-8:]))
    return ExitCode.CONFIGURATION


if __name__ == "__main__":
    sys.exit(main())
