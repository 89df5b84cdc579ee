"""The pytest plugin: virtual Vitale and CPS cards as fixtures, and the exchange with them when a test failed.

    @pytest.mark.vitale("famille", cps="cps")
    def test_greets_the_insured_person(card_reader):
        assert greet(card_reader.vitale.connect()) == "Bonjour HÉLOÏSE"

pytest loads this module in every test run where vitale-testbed is installed. So it loads nothing itself but the standard
library and pytest: the packages of vitale-testbed, whose names a user's own may bear, are loaded when a fixture is first used.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pytest

if TYPE_CHECKING:
    from vitale_testbed import ApduLog, PcscReaders, VirtualCard, VirtualReader
    from vitale_testbed.plugin.choice import CardChoice, Choice
    from vitale_testbed.plugin.pcsc import DaemonKeeper

_SHOWN: Final = 60
"""How many exchanges a failed test prints; all of them are in `apdu_log`."""

_TOLD: Final = 3
"""How many differences from a recording it prints."""

_DEFAULTS: Final = {"vitale": "specimen", "cps": "cps"}
"""What the fixtures of cards give where the marker says None: a card for an empty slot."""

_LOG: Final = pytest.StashKey["ApduLog"]()
_Made = TypeVar("_Made")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, for `--strict-markers`."""
    config.addinivalue_line(
        "markers",
        "vitale(image='specimen', *, cps=None, changes={}, cps_changes={}, fault=None, cps_fault=None): "
        "the virtual cards of a test (vitale-testbed). image and cps: the name of a built-in image, a path, or None to begin "
        "with an empty slot; changes: new values by path; fault: how the card breaks, as 'removed:after=3'",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Print beside a failure what the virtual cards were asked and what they answered."""
    report = yield
    log = item.stash.get(_LOG, None)
    if report.failed and log:
        report.sections.append((f"APDU exchange ({call.when})", log.text(last=_SHOWN)))
        if told := log.differences(_TOLD):
            report.sections.append((f"differences from the recording ({call.when})", told))
    return report


@pytest.fixture
def apdu_log(request: pytest.FixtureRequest) -> ApduLog:
    """Every exchange with the virtual cards of this test, in order; `print` shows it decoded, codes and NIR hidden."""
    log: ApduLog = _plainly(_new_log)
    request.node.stash[_LOG] = log
    return log


@pytest.fixture
def vitale_card(request: pytest.FixtureRequest, apdu_log: ApduLog) -> VirtualCard:
    """The Vitale card of this test: `specimen`, or what the marker `vitale` or a parameter says."""
    return _card(request, apdu_log, "vitale")


@pytest.fixture
def cps_card(request: pytest.FixtureRequest, apdu_log: ApduLog) -> VirtualCard:
    """The professional card of this test: `cps` (code 1234), or what the marker `vitale` or a parameter says."""
    return _card(request, apdu_log, "cps")


@pytest.fixture
def card_reader(
    request: pytest.FixtureRequest, apdu_log: ApduLog, vitale_card: VirtualCard
) -> Generator[VirtualReader]:
    """A reader in this process with two slots, `vitale` and `cps`, and the cards of this test in them.

    The Vitale is in its slot, unless the marker says `image=None`. The professional card is in its slot when the marker
    names one or the test uses `cps_card`.
    """
    _refuse_both(request)
    vitale, cps = _cards(request, vitale_card)
    reader = _plainly(_new_reader, apdu_log)
    with reader:
        if vitale is not None:
            reader.vitale.insert(vitale)
        if cps is not None:
            reader.cps.insert(cps)
        yield reader


@pytest.fixture
def pcsc_readers(
    request: pytest.FixtureRequest, apdu_log: ApduLog, vitale_card: VirtualCard, _vitale_daemon: DaemonKeeper
) -> Generator[PcscReaders]:
    """Two real PC/SC slots, `vitale` and `cps`, with the cards of this test in them, under a pcscd no other program sees.

    The daemon is one for the whole run, or for each worker of pytest-xdist. `os.environ` names it during the test.
    """
    _refuse_both(request)
    vitale, cps = _cards(request, vitale_card)
    readers = _plainly(_new_pcsc_readers, _vitale_daemon, apdu_log)
    with readers:
        _plainly(readers.load, vitale, cps)
        yield readers


@pytest.fixture(scope="session")
def _vitale_daemon() -> Generator[DaemonKeeper]:  # pyright: ignore[reportUnusedFunction] -- a fixture
    keeper = _plainly(_new_keeper)
    yield keeper
    keeper.close()


def _choice(request: pytest.FixtureRequest) -> Choice:
    from vitale_testbed.plugin.choice import MARKER, read_marks  # noqa: PLC0415 - see the module

    node = request.node
    choice = _plainly(read_marks, node.iter_markers(MARKER))
    parameters: dict[str, Any] = node.callspec.params if hasattr(node, "callspec") else {}
    choice = choice.parametrised(parameters.get("vitale_card"), parameters.get("cps_card"))
    return choice.found_in((node.path.parent, request.config.rootpath))


def _cards(request: pytest.FixtureRequest, card: VirtualCard) -> tuple[VirtualCard | None, VirtualCard | None]:
    """The cards that a reader of this test holds."""
    choice = _choice(request)
    with_cps = choice.cps.source is not None and (choice.cps.asked or "cps_card" in request.fixturenames)
    return (
        None if choice.vitale.source is None else card,
        request.getfixturevalue("cps_card") if with_cps else None,
    )


def _card(request: pytest.FixtureRequest, log: ApduLog, slot: str) -> VirtualCard:
    choice = _choice(request)
    return _plainly(_new_card, choice.vitale if slot == "vitale" else choice.cps, log, slot)


def _refuse_both(request: pytest.FixtureRequest) -> None:
    if {"card_reader", "pcsc_readers"} <= set(request.fixturenames):
        raise _failure("a card is in one reader at a time: use `card_reader` or `pcsc_readers` in a test, not both")


def _new_log() -> ApduLog:
    from vitale_testbed import ApduLog  # noqa: PLC0415 - see the module

    return ApduLog()


def _new_card(wanted: CardChoice, log: ApduLog, slot: str) -> VirtualCard:
    from vitale_testbed import virtual_card  # noqa: PLC0415 - see the module

    source = _DEFAULTS[slot] if wanted.source is None else wanted.source
    card = virtual_card(source, changes=wanted.changes, slot=slot, log=log)
    if wanted.fault is not None:
        card.arm(wanted.fault)
    return card


def _new_reader(log: ApduLog) -> VirtualReader:
    from vitale_testbed import VirtualReader  # noqa: PLC0415 - see the module

    return VirtualReader(log)


def _new_keeper() -> DaemonKeeper:
    from vitale_testbed.plugin.pcsc import DaemonKeeper  # noqa: PLC0415 - see the module

    return DaemonKeeper()


def _new_pcsc_readers(keeper: DaemonKeeper, log: ApduLog) -> PcscReaders:
    from vitale_testbed import PcscReaders  # noqa: PLC0415 - see the module

    return PcscReaders(keeper.running(), log, owned=False)


def _plainly(make: Callable[..., _Made], *arguments: Any) -> _Made:  # noqa: ANN401 - handed through
    """Call, and turn what a user can mend into one clear error without a traceback.

    Those errors are known by what they carry, since their classes may not be loaded here.
    """
    try:
        return make(*arguments)
    except Exception as error:
        next_step: str | None = getattr(error, "next_step", None)
        if next_step is None:
            raise
        message: str = getattr(error, "message", None) or str(error).removesuffix(next_step).rstrip()
    raise _failure(message, next_step)  # out here, so that pytest does not print what it was made from


def _failure(message: str, next_step: str = "") -> BaseException:
    said = f"vitale-testbed: {message}" + (f"\n  next: {next_step}" if next_step else "")
    return pytest.fail.Exception(said, pytrace=False)
