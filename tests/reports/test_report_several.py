"""Several runs on one page: columns side by side, and the last runs in the order of time."""

from collections.abc import Callable
from pathlib import Path

import pytest
from chromium import launched, watched

from conformance.events import StreamError, Verdict
from reports.vitale import render_comparison, render_trend
from vitale_testbed.cli import run
from vitale_testbed.problems import Problem

HOSTILE = "<script>document.title='owned'</script><img src=http://example.invalid/x>\u202e"


@pytest.fixture(scope="module")
def streams(make_stream: Callable[..., Path]) -> list[Path]:
    """A product before and after a correction, and another product with more requirements."""
    few = {"requirements": 4, "exchanges": 1}
    return [
        make_stream(**few, verdicts={1: Verdict.FAIL, 3: Verdict.FAIL}),
        make_stream(
            **few, verdicts={3: Verdict.FAIL, 4: Verdict.WARN}, version="4.3.0", started="2026-02-20T08:00:00Z"
        ),
        make_stream(requirements=6, exchanges=1, product="Autre", started="2026-02-01T08:00:00Z", text=HOSTILE),
    ]


def test_a_stream_is_a_column_and_what_differs_is_counted(streams: list[Path]) -> None:
    page = render_comparison(streams[:2])
    assert "2\N{NO-BREAK SPACE}exigences sur 4 ne donnent pas le même verdict partout" in page
    assert page.count('class="differs"') == 2
    assert page.count('class="agrees"') == 2
    assert 'data-en="Fixed"' in page
    assert 'data-en="Cabinet Soleil 4.2.0 before, 4.3.0 now"' in page
    same = render_comparison([streams[0], streams[0]])
    assert "Toutes les exigences ont le même verdict partout" in same
    assert 'class="differs"' not in same


def test_a_requirement_that_a_run_does_not_have_is_not_passed_there(streams: list[Path]) -> None:
    page = render_comparison([streams[0], streams[2]])
    assert page.count(">non joué</span></span></td>") == 2
    assert "Conformant before, not here" not in page
    assert "Not conformant before, conformant here" in page


def test_a_trend_is_in_the_order_of_time_whatever_the_order_given(streams: list[Path]) -> None:
    page = render_trend(streams)
    assert page == render_trend(streams[::-1])
    assert page.index('id="essai-3"') < page.index('id="essai-2"') < page.index('id="essai-1"')
    newest = page[page.index('id="essai-3"') : page.index('id="essai-2"')]
    assert "4.3.0" in newest


def test_a_file_that_is_no_stream_is_refused(streams: list[Path], tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    for render in (render_comparison, render_trend):
        with pytest.raises(StreamError):
            render([streams[0], tmp_path / "x"])
    for kind in ("comparison", "trend"):
        with pytest.raises(Problem, match="needs two streams or more") as caught:
            run(["report", str(streams[0]), "--format", kind, "-o", str(tmp_path / "y")])
        assert caught.value.exit_code == 2


@pytest.mark.browser
@pytest.mark.xdist_group("report-browser")
def test_in_a_browser_the_pages_work_offline_and_fit_a_telephone(streams: list[Path], tmp_path: Path) -> None:
    requests: list[str] = []
    with launched() as browser:
        page = browser.new_context(viewport={"width": 360, "height": 800}, offline=True).new_page()
        complaints = watched(page)
        page.on("request", lambda request: requests.append(request.url))
        for name, render in (("comparison", render_comparison), ("trend", render_trend)):
            file = tmp_path / f"{name}.html"
            file.write_text(render(streams), encoding="utf-8")
            page.goto(file.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
            page.locator("[data-language=en]").click()
            assert page.locator("#changements-titre").inner_text() == "What changed, case by case"
            page.locator("[data-language=fr]").click()
        page.goto((tmp_path / "comparison.html").as_uri())
        assert page.locator("tr.agrees:visible").count() == 0
        page.locator("#only").uncheck()
        assert page.locator("tr.agrees:visible").count() > 0
        assert page.title() != "owned"
    assert complaints == []
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
