"""The report, the comparison and the trend keep nobody out, in both appearances and languages, and fit any window."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import launched, settled, watched
from playwright.sync_api import Browser, expect

from conformance.events import Verdict, read_stream
from reports.vitale import render_comparison, render_html, render_trend

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("report-browser")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def pages(make_stream: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One page of each kind, with every verdict and everything that a case can have."""
    few = {"requirements": 10, "cases_each": 1, "exchanges": 5}
    before = make_stream(
        **few, verdicts={1: Verdict.FAIL, 5: Verdict.FAIL}, version="4.1.0", started="2026-01-08T09:30:00Z"
    )
    now = make_stream(
        **few,
        verdicts={
            1: Verdict.FAIL,
            2: Verdict.WARN,
            3: Verdict.INCONCLUSIVE,
            4: Verdict.ERROR,
            6: Verdict.INFO,
            7: Verdict.NOT_APPLICABLE,
        },
    )
    folder = tmp_path_factory.mktemp("pages")
    made = {
        "report": render_html(now, read_stream(before)),
        "comparison": render_comparison([before, now]),
        "trend": render_trend([before, now]),
    }
    for name, text in made.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.mark.parametrize("name", ["report", "comparison", "trend"])
def test_axe_finds_nothing_and_no_window_is_too_narrow(browser: Browser, pages: dict[str, Path], name: str) -> None:
    # axe is a script of the test: the policy of the page would keep it out, as it should.
    context = browser.new_context(offline=True, bypass_csp=True)
    page = context.new_page()
    watched(page)
    page.goto(pages[name].as_uri())
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    expect(page.locator(".packed:empty")).to_have_count(
        1 if name == "report" else 0
    )  # a case that does not apply has nothing to unpack
    page.evaluate("for (const fold of document.querySelectorAll('.long details')) fold.open = true")
    for width, theme, language in ((360, "dark", "en"), (1280, "light", "fr"), (2560, "dark", "fr")):
        page.set_viewport_size({"width": width, "height": 900})
        page.locator(f"[data-theme-choice={theme}]").click()
        page.locator(f"[data-language={language}]").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width != 2560:  # it has the colours and the language of another; what axe takes is time
            settled(page)
            found = cast("list[dict[str, Any]]", Axe().run(page).response["violations"])  # pyright: ignore[reportUnknownMemberType]
            assert [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found] == []
    context.close()
