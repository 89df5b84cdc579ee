"""The report of a real run in which hundreds of cases fail: small, complete, quick, usable, and each case can be played again."""

import html
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import launched, watched
from origin_rows import without_their_own
from playwright.sync_api import Browser, expect

from conformance.events import RunFinished, Stream, StreamWriter, Verdict, read_stream
from conformance.play import play
from conformance.runner import CertifyConfig
from conformance.runner.config import load_parts
from conformance.runner.header import make_header
from conformance.runner.recorder import now
from conformance.runner.table import set_table
from reports.vitale import render_html
from vitale_testbed.cli import run

pytestmark = pytest.mark.xdist_group("report-browser")  # one worker plays the run, the others need not

FAMILIES = ("VIT-EXO", "VIT-MIN", "VIT-RAT", "VIT-MAT", "VIT-UNC")
"""Together more than 300 cases, nearly all of which need a professional card."""


@pytest.fixture(scope="module")
def red_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stream of a reader that never uses the professional's card, played in this process."""
    events = tmp_path_factory.mktemp("red") / "events.jsonl"
    config = CertifyConfig(
        product="broken:no-professional",
        factory="vitale_testbed.broken:create",
        reader="inprocess",
        events=str(events),
        only=FAMILIES,
    )
    catalogue, scenarios = load_parts(config)
    selected = set(catalogue.select(config.only))
    with set_table(config) as (table, description), StreamWriter(events) as writer:
        writer.write(make_header(config, catalogue, description, sorted(selected)))
        for _, requirement, case in catalogue.cases:
            if requirement.case_id(case) in selected:
                writer.write(play(table, requirement, case, scenarios[case.scenario]))
        writer.write(RunFinished(finished=now(), counts={}, exit_code=1))
    return events


@pytest.fixture(scope="module")
def stream(red_run: Path) -> Stream:
    return read_stream(red_run)


@pytest.fixture(scope="module")
def earlier(red_run: Path) -> Path:
    """The same run as if it had been stopped after a third of its cases."""
    stopped = red_run.with_name("stopped.jsonl")
    stopped.write_bytes(b"".join(red_run.read_bytes().splitlines(keepends=True)[:120]))
    return stopped


@pytest.fixture(scope="module")
def page_text(red_run: Path, earlier: Path) -> str:
    return render_html(red_run, read_stream(earlier))


def test_it_is_under_3_megabytes(stream: Stream, page_text: str) -> None:
    failed = sum(not case.conformant for case in stream.cases)
    assert len(stream.cases) >= 300
    assert failed >= 280
    assert len(page_text.encode()) < 3_000_000


def test_every_wrong_value_says_where_it_comes_from(stream: Stream) -> None:
    wrong = [(case.id, check) for case in stream.cases for check in case.checks if not check.ok]
    assert [name for name, check in wrong if check.origin is None] == []
    assert without_their_own(check.path for _, check in wrong) == []
    unread = [
        name
        for name, check in wrong
        if check.path.endswith("code_couverture")
        and check.origin
        and [(one.name, one.state) for one in check.origin.files] == [("COUVERT", "unread")]
    ]
    assert len(unread) > 50, "this reader never presents the code, so that the protected file is never asked for"


def test_the_printed_commands_play_the_cases_again_from_an_empty_folder(
    stream: Stream, page_text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = [
        html.unescape(re.sub(r"</?b>", "", found))
        for found in re.findall(r'<pre tabindex="0"><code>(vitale .*?)</code></pre>', page_text)
    ]
    assert len(printed) == len(stream.cases)
    wanted = {"VIT-MIN-003/1", "VIT-MAT-001/1"}
    commands = [one for one in printed if one.rpartition(" ")[2] in wanted]
    assert len(commands) == 2
    for number, command in enumerate(commands):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        program, *arguments = shlex.split(command)
        assert program == "vitale"
        assert run(arguments) == 1
        (again,) = read_stream(folder / "vitale-report" / "latest" / "events.jsonl").cases
        (then,) = [case for case in stream.cases if case.id == again.id]
        assert again.verdict is then.verdict is Verdict.FAIL
        assert again.reason == then.reason


# --- in the browser -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as chromium:
        yield chromium


@pytest.mark.browser
def test_it_works_without_a_network_and_complains_of_nothing(browser: Browser, red_run: Path, page_text: str) -> None:
    report = red_run.with_name("report.html")
    report.write_text(page_text, encoding="utf-8")
    requests: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page = context.new_page()
    complaints = watched(page)
    page.on("request", lambda request: requests.append(request.url))
    page.goto(report.as_uri() + "#VIT-MIN-003")
    expect(page.locator("#VIT-MIN-003 .wording")).to_be_in_viewport()
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    cases = page.locator(".requirement:not([hidden]) .case:not([hidden])")
    everything = cases.count()
    for change in (
        lambda: page.locator("#filter-level").select_option("MUST"),
        lambda: page.locator("#filter-family").select_option("VIT-MIN"),
        lambda: page.locator(".toggle:has(input[value=FAIL])").click(),
        lambda: page.locator("#filter-text").fill("10700"),
    ):
        before = cases.count()
        change()
        assert 0 < cases.count() < before
    page.locator("#filter-reset").click()
    assert cases.count() == everything
    page.locator("[data-language=en]").click()
    case = page.locator("[id='VIT-MIN-003/1']")
    page.evaluate("location.hash = '#VIT-MIN-003/1'")
    expect(case.locator(".origins .conclusion")).to_have_text(
        "The product never asked the card for COUVERT and MATERN."
    )
    page.locator("[data-theme-choice=dark]").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.emulate_media(media="print")
    expect(page.locator(".filters")).to_be_hidden()
    expect(case.locator(".checks").first).to_be_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
