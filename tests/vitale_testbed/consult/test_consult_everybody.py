"""The page in Debian's Chromium: everybody can use it, at every width, with the keyboard alone and without seeing it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import PATIENCE_S, settled
from playwright.sync_api import Browser, Page, expect
from waiting import until

from .page import Tool, give_code, read

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("consult-browser")]

WIDTHS = [360, 800, 1280, 2560]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(tool: Tool, scheme: str) -> None:
    axe = Axe()

    def look(page: Page, where: str) -> None:
        # axe's script is not the page's: its policy would refuse it, so it goes in by the debugger.
        settled(page)
        results = axe.run(page)  # pyright: ignore[reportUnknownMemberType] - it has no types
        assert results.violations_count == 0, f"{where}: {results.generate_report()}"

    tool.put(None, None)
    with tool.page(color_scheme=scheme, bypass_csp=True) as page:
        look(page, "empty")
        tool.put("famille", "cps")
        expect(page.locator("#pin")).to_be_visible()
        look(page, "cards")
        read(page)
        look(page, "choice")
        give_code(page, "0000")
        expect(page.locator("[data-code=pin_wrong]")).to_be_visible()
        look(page, "wrong code")
        page.locator("#choice-2").click()
        expect(page.locator(".person")).to_be_visible()
        look(page, "free data")
        give_code(page, "1234")
        expect(page.locator(".headline").first).to_be_visible()
        page.locator("#exports > summary").click()
        look(page, "everything")
        page.locator("[data-language=en]").click()
        look(page, "English")
        page.set_viewport_size({"width": 360, "height": 800})
        look(page, "narrow")


def test_the_keyboard_does_it_all(tool: Tool) -> None:
    tool.put("famille", "cps")
    with tool.page() as page:
        expect(page.locator("#pin")).to_be_visible()

        def go(to: str) -> None:
            for _ in range(40):
                page.keyboard.press("Tab")
                if page.evaluate("to => document.activeElement.matches(to)", to):
                    return
            raise AssertionError(f"the keyboard does not reach {to}")

        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        go("#pin")
        page.keyboard.type("1234")
        page.keyboard.press("Enter")
        expect(page.locator("#release")).to_be_visible()
        assert page.evaluate("document.activeElement.closest('#panel-cps') !== null"), "the focus stays where it was"
        expect(page.locator("#choice-2")).to_be_visible()  # the reading that the code has opened is there
        go("#choice-2")
        page.keyboard.press("Space")
        expect(page.locator("#person-name")).to_have_text("SPÉCIMEN FRANÇOIS")
        expect(page.locator("#choice-2")).to_be_focused()
        expect(page.locator("#choice-2")).to_have_attribute("aria-pressed", "true")
        go("#exports > summary")
        page.keyboard.press("Enter")
        expect(page.locator("#exports a").first).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#exports a").first).to_be_hidden()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_what_a_person_is_typing_survives_what_happens_meanwhile(tool: Tool) -> None:
    tool.put("famille", "cps")
    with tool.page() as page:
        expect(page.locator("#tries")).to_have_text("3 essais restants.")
        page.locator("#pin").fill("12")
        tool.ask("/api/read", {})
        expect(page.locator(".choice")).to_have_count(5)
        expect(page.locator("#pin")).to_have_value("12")
        expect(page.locator("#pin")).to_be_focused()
        page.keyboard.type("34")
        page.keyboard.press("Enter")
        expect(page.locator("#release")).to_be_visible()
        until(lambda: (reading := tool.ask("/api/state")["reading"]) and reading["protected"] == "read")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(tool: Tool, width: int) -> None:
    tool.put("famille", "cps")
    with tool.page(width=width) as page:
        expect(page.locator("#pin")).to_be_visible()
        give_code(page, "0000")
        expect(page.locator("[data-code=pin_wrong]")).to_be_visible()
        read(page)
        page.locator("#choice-1").click()
        page.locator("#exports > summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        box = page.locator("#exports ul").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_two_pages_show_the_same_workplace(tool: Tool) -> None:
    tool.put("specimen", None)
    with tool.page() as first, tool.page(width=800) as second:
        read(first)
        expect(second.locator("#person-name")).to_be_visible()
        second.locator("#clear").click()
        expect(first.locator(".person")).to_have_count(0)


def test_a_page_whose_tool_has_ended_shows_no_card(consult: Any, browser: Browser) -> None:
    with consult("--vitale", "specimen") as running:
        context = browser.new_context()
        page = context.new_page()
        page.goto(running.address)
        read(page)
        running.process.send_signal(2)
        running.process.wait(PATIENCE_S)
        expect(page.locator("#lost")).to_be_visible()
        expect(page.locator(".person")).to_have_count(0)
        assert page.locator("#panel-reading").inner_text() == ""
        context.close()


def test_the_address_without_its_token_says_what_to_open(tool: Tool, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(tool.running.origin)
    assert answer is not None
    assert answer.status == 401
    expect(page.locator("h1")).to_have_text("Accès refusé")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_width_is_painted(tool: Tool, scheme: str) -> None:
    """`VITALE_SCREENSHOTS=DIR` keeps the pictures, to be looked at."""
    folder = os.environ.get("VITALE_SCREENSHOTS")
    tool.put("famille", "cps")
    with tool.page(color_scheme=scheme) as page:
        expect(page.locator("#pin")).to_be_visible()
        give_code(page, "1234")
        page.locator("#choice-1").click()
        expect(page.locator(".headline").first).to_be_visible()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            shot = page.screenshot(full_page=True)
            assert shot.startswith(b"\x89PNG")
            if folder:
                (Path(folder) / f"consult-{width}-{scheme}.png").write_bytes(shot)
