"""Debian's Chromium, with nothing that would talk to the network, and patience for a machine that has much else to do."""

import re
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_S = 60.0
"""How long anything is waited for that a page does; a time-out says that it never comes, not how fast it is."""

_NO_COMPLAINT = re.compile(r"^Slow network is detected\b")
"""Chromium takes a machine without a network, and a server that is slow to answer, for a slow network, and says so."""

expect.set_options(timeout=PATIENCE_S * 1000)


@contextmanager
def launched() -> Generator[Browser]:
    """A browser of its own, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(ARGUMENTS), timeout=PATIENCE_S * 1000
        )
        yield browser
        browser.close()


def watched(page: Page, besides: str = "") -> list[str]:
    """Be patient with a page; what it complains of comes into the list, besides what matches a regular expression."""
    page.set_default_timeout(PATIENCE_S * 1000)
    complaints: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if not (_NO_COMPLAINT.search(said.text) or (besides and re.search(besides, said.text))):
            complaints.append(said.text)

    def fail(error: object) -> None:
        complaints.append(str(error))

    page.on("console", hear)
    page.on("pageerror", fail)
    return complaints


def left(context: BrowserContext) -> None:
    """Leave a context; a request that is still on its way is nobody's any more."""
    context.unroute_all(behavior="ignoreErrors")
    context.close()


def settled(page: Page) -> None:
    """Wait until nothing moves and no colour changes any more."""
    page.evaluate(
        "Promise.all(document.getAnimations().map((each) => each.finished.catch(() => null))).then(() => null)"
    )
