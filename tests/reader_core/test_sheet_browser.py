"""The page to print in Debian's Chromium, from file:// and with no network: on the screen, by keyboard, and on paper."""

import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import launched, left, settled, watched
from family import HOSTILE_NAMES, hostile_family, read_family
from playwright.sync_api import Browser, Page, expect

from reader_core import VitaleReading
from reader_core.formats import sheet

pytestmark = pytest.mark.browser

Show = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def family() -> VitaleReading:
    return read_family()


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Show:
    """Open a sheet; leaving it checks that the console stayed empty, and that nothing was asked for but the page."""

    @contextmanager
    def opened(reading: VitaleReading, width: int = 1000, **options: Any) -> Generator[Page]:
        page_file = tmp_path / "sheet.html"
        page_file.write_bytes(sheet.dumps(reading))
        requests: list[str] = []
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, **options)
        page = context.new_page()
        complaints = watched(page)
        page.on("request", lambda request: requests.append(request.url))
        page.goto(page_file.as_uri())
        yield page
        left(context)
        assert complaints == []
        assert [url for url in requests if not url.startswith("data:")] == [page_file.as_uri()]

    return opened


def pages_of(pdf: bytes, folder: Path) -> list[str]:
    """The text of each page, as poppler finds it."""
    file = folder / "sheet.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def test_it_opens_in_french_and_switches_by_keyboard(show: Show, family: VitaleReading) -> None:
    with show(family, java_script_enabled=False) as page:
        expect(page.get_by_role("heading", level=1)).to_have_text("Lecture de la carte Vitale", use_inner_text=True)
        expect(page.get_by_role("radio", name="Français")).to_be_checked()
        page.keyboard.press("Tab")
        expect(page.get_by_role("radio", name="Français")).to_be_focused()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("radio", name="English")).to_be_checked()
        expect(page.get_by_role("heading", level=1)).to_have_text("Reading of the Vitale card", use_inner_text=True)
        shown = page.locator("body").inner_text()
        assert "Rights open" in shown
        assert "Droits ouverts" not in shown
        page.get_by_text("Français").click()
        expect(page.get_by_text("Droits ouverts").first).to_be_visible()


def test_its_own_font_and_style_are_allowed(show: Show, family: VitaleReading) -> None:
    with show(family) as page:
        page.evaluate("document.fonts.ready.then(() => true)")
        assert page.evaluate("[...document.fonts].map(font => font.status)") == ["loaded"]
        assert page.evaluate("getComputedStyle(document.querySelector('.state')).color") == "rgb(255, 255, 255)"


def test_it_can_be_read_without_seeing_it(show: Show, family: VitaleReading) -> None:
    with show(family) as page:
        for role in ("banner", "main", "contentinfo", "navigation"):
            expect(page.get_by_role(role)).to_have_count(1)
        expect(page.get_by_role("article", name="SPÉCIMEN FRANÇOIS")).to_be_visible()
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(each => +each.tagName[1])")
        assert levels == [1, 2, 2, 3, 3, 3, 3, 3]


@pytest.mark.parametrize("reading", [read_family, hostile_family, lambda: read_family(cps=None)])
def test_axe_finds_nothing(show: Show, reading: Callable[[], VitaleReading]) -> None:
    # axe's script is not the page's: its policy would refuse it.
    with show(reading(), bypass_csp=True) as page:
        for language in ("Français", "English"):
            page.get_by_text(language, exact=True).click()
            settled(page)
            results = Axe().run(page)  # pyright: ignore[reportUnknownMemberType] - it has no types
            assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [320, 768, 1280, 2560])
@pytest.mark.parametrize("reading", [read_family, hostile_family])
def test_nothing_is_wider_than_the_window(show: Show, reading: Callable[[], VitaleReading], width: int) -> None:
    with show(reading(), width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_hostile_card_harms_nothing(show: Show) -> None:
    with show(hostile_family()) as page:
        assert "owned" not in page.title()
        assert page.locator("script, img, [onmouseover]").count() == 0
        expect(page.get_by_role("heading", level=3).first).to_contain_text(HOSTILE_NAMES[0])


def test_the_family_takes_two_pages_of_a4(show: Show, family: VitaleReading, tmp_path: Path) -> None:
    with show(family) as page:
        page.emulate_media(media="print")
        expect(page.get_by_role("navigation")).to_be_hidden()
        pdf = page.pdf(prefer_css_page_size=True, tagged=True, print_background=True)
    first, second = pages_of(pdf, tmp_path)
    for expected in ("Lecture de la carte Vitale", "2 84 03 75 999 001", "HÉLOÏSE", "BÂTIMENT Ç"):
        assert expected in first.replace("\N{NO-BREAK SPACE}", " ")
    for expected in ("MARÍA-BEGOÑA", "19481901", "VALBREUSE"):
        assert expected in second
    assert ["".join(text.split())[-3:] for text in (first, second)] == ["1/2", "2/2"]
    assert "English" not in first
    info = subprocess.run(["pdfinfo", tmp_path / "sheet.pdf"], capture_output=True, check=True).stdout.decode()
    assert "(A4)" in info
    assert "Tagged:          yes" in info


def test_a_beneficiary_is_not_cut_by_the_end_of_a_page(show: Show, family: VitaleReading, tmp_path: Path) -> None:
    with show(family) as page:
        pages = pages_of(page.pdf(prefer_css_page_size=True), tmp_path)
    for name, last in (("FRANÇOIS", "ESSAI-000002"), ("MARÍA-BEGOÑA", "Nationalité          E")):
        (held,) = [text for text in pages if name in text]
        assert " ".join(last.split()) in " ".join(held.split())


def test_paper_is_in_the_language_of_the_screen(show: Show, family: VitaleReading, tmp_path: Path) -> None:
    with show(family) as page:
        page.get_by_text("English").click()
        text = pages_of(page.pdf(prefer_css_page_size=True), tmp_path)[0]
    assert "Reading of the Vitale card" in text
    assert "Droits" not in text
