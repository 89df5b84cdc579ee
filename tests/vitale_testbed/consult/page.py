"""What the tests of the page in a browser share: a running tool, its page, and what a person does on it."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from chromium import PATIENCE_S, left, watched
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("consult-browser")]

_NO_COMPLAINT = "status of (409|422)"
"""A refusal is an answer with a status, which Chromium writes on its console."""


class Tool:
    """A running tool, and a way to move its virtual cards that is not the page's."""

    def __init__(self, running: Any, browser: Browser) -> None:
        self.running = running
        self._browser = browser

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            self.running.origin + path,
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.running.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)

    def put(self, vitale: str | None, cps: str | None) -> None:
        until(lambda: self.ask("/api/state")["busy"] is None)  # a page that was closed may have begun a reading
        for role in ("vitale", "cps"):
            self.ask(f"/api/slots/{role}", {"card": None})
        for role, name in (("vitale", vitale), ("cps", cps)):
            if name is not None:
                self.ask(f"/api/slots/{role}", {"card": name, "fresh": True})

    @contextmanager
    def page(self, width: int = 1280, **options: Any) -> Generator[Page]:
        """Open the printed address; leaving checks that nothing complained and nothing left this machine."""
        foreign: list[str] = []
        context: BrowserContext = self._browser.new_context(viewport={"width": width, "height": 900}, **options)
        origin = self.running.origin

        def watch(route: Route) -> None:
            if not route.request.url.startswith((origin, "blob:", "data:")):
                foreign.append(route.request.url)
                route.abort()
            else:
                route.continue_()

        context.route("**/*", watch)
        page = context.new_page()
        complaints = watched(page, _NO_COMPLAINT)
        page.goto(self.running.address)
        expect(page.locator("#read")).to_be_visible()
        yield page
        left(context)
        assert complaints == []
        assert foreign == []


def read(page: Page) -> None:
    """Press the button, and wait for what that gives."""
    expect(page.locator("#read")).to_be_enabled()
    shown = "document.querySelector('.chooser, .person')?.dataset.reading"
    before = page.evaluate(shown)
    page.locator("#read").click()
    until(lambda: page.evaluate(shown) not in {None, before})


def give_code(page: Page, code: str) -> None:
    page.locator("#pin").fill(code)
    page.locator("#pin").press("Enter")  # nothing to wait for: the panel with its button is written again meanwhile


def said(page: Page) -> Any:
    return expect(page.locator("#said"))
