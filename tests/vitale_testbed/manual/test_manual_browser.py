"""A whole family played by hand in Debian's Chromium: the page is read and answered, its process killed, the run resumed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import launched, left, settled, watched
from playwright.sync_api import Browser, Locator, Page, Route, expect
from waiting import until

from conformance.events import Verdict, read_stream
from conformance.expectations import MISSING, find
from conformance.protocol import Answer, ReadRequest
from vitale_testbed.builtin import BuiltinReader

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("manual-browser")]

FAMILY = "VIT-ERR"
TELLS = "status of (409|415|422)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as chromium:
        yield chromium


class Person:
    """Somebody who does what the page says with the reader core, and answers what that shows."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.shows: Answer | None = None
        self.on = ""

    def scene(self, name: str) -> None:
        until(lambda: self.page.evaluate("document.body.dataset.scene") == name)

    def prepare(self) -> str:
        """Insert the cards; the id of the case."""
        self.scene("preparing")
        dates = re.findall(r"\d\d/\d\d/\d{4}", self.page.locator(".steps").inner_text())
        if dates:
            day, month, year = dates[0].split("/")
            self.on = f"{year}-{month}-{day}"
        self.page.locator("#ready").click()
        self.scene("observing")
        return self.page.locator(".progress .id").inner_text()

    def read(self) -> Answer:
        """Let the product read, as the steps say."""
        steps = self.page.locator(".steps").inner_text()
        code = re.search(r"saisissez (\d{4})", steps)
        vitale, *cps = self.page.locator(".reader-name").all_inner_texts()
        request = ReadRequest(
            id="by hand",
            vitale=vitale,
            cps=cps[0] if cps else None,
            pin=code[1] if code else None,
            on=self.on,
            api="before" if "avant l" in steps else "4.10",
        )
        return BuiltinReader().read(request)

    def answer(self, shows: Answer) -> None:
        """Type what the product shows."""
        page = self.page
        refusal = shows.refusal
        outcome = "refused" if shows.card is None else "data_and_message" if refusal else "data"
        page.locator(f'input[value="{outcome}"]').check()
        if refusal:
            page.locator('select[name="reason"]').select_option(refusal)
            page.locator('textarea[name="message"]').fill("Le produit le dit ainsi.")
        for question in page.locator("[data-path]:visible").all():
            fill(question, shows.card or {})

    def judge(self) -> str:
        """Answer, look at the verdict, record it."""
        self.page.locator("#answer").click()
        until(lambda: self.page.evaluate("document.body.dataset.scene") in {"reviewing", "preparing"})
        if self.page.locator("#accept").count() == 0:
            return ""  # one more reading of the same case
        verdict = self.page.locator(".stamp").inner_text()
        self.page.locator("#accept").click()
        return verdict


def fill(question: Locator, card: dict[str, Any]) -> None:
    path, kind = question.get_attribute("data-path") or "", question.get_attribute("data-kind")
    places = find(card, path)
    value: Any = places[0].value if places else MISSING
    if path == "protected.status":
        question.locator("select").select_option("read" if value == "read" else "withheld")
        question.locator('input[value="shown"]').check()
    elif value is MISSING or value in (None, "", []):
        question.locator('input[value="nothing"]').check()
    elif kind == "yes_no":
        question.locator(f'[data-text="{"oui" if value else "non"}"]').check()
    elif kind == "choice":
        question.locator("select").select_option(str(value))
    else:
        text = str(len(cast("list[Any]", value))) if kind == "count" else str(value)
        question.locator(".typed").fill(text)


def no_violations(page: Page) -> None:
    settled(page)
    found = Axe().run(page)  # pyright: ignore[reportUnknownMemberType] - it has no types
    assert found.violations_count == 0, found.generate_report()


def told(page: Page) -> str:
    """What a page says besides the names of the readers: these hold a port, whose digits may be any."""
    text = page.locator("main").inner_text()
    for name in page.locator(".reader-name").all_inner_texts():
        assert name in text
        text = text.replace(name, "")
    return text


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Open the printed address; afterwards nothing has complained and nothing has left this machine."""
    complaints: list[list[str]] = []
    foreign: list[str] = []
    contexts: list[Any] = []

    def open_page(address: str) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        origin = address.partition("/?")[0]

        def watch(route: Route) -> None:
            if not route.request.url.startswith((origin, "data:")):
                foreign.append(route.request.url)
            route.continue_()

        context.route("**/*", watch)
        page = context.new_page()
        complaints.append(watched(page, TELLS))
        page.goto(address)
        expect(page.locator("#by")).to_be_visible()
        return page

    yield open_page
    for context in contexts:
        left(context)
    assert foreign == []
    # A killed server is noticed by the browser too.
    cut_off = re.compile("net::ERR_(CONNECTION|EMPTY_RESPONSE|INCOMPLETE|SOCKET)")
    assert [said for page in complaints for said in page if not cut_off.search(said)] == []


def introduce(page: Page) -> None:
    """Say what the product is; a name is asked for again."""
    no_violations(page)
    page.locator("text=Commencer").click()
    expect(page.locator('[data-wrong="name"]')).to_be_visible()
    page.locator("#name").fill("Lecteur démo")
    page.locator("#release").fill("1.0")
    page.locator("#by").fill("Léa")
    page.keyboard.press("Enter")


def play_until(person: Person, enough: Callable[[list[str]], bool]) -> list[str]:
    """Play cases before a right product; their ids."""
    played: list[str] = []
    while not enough(played):
        case = person.prepare()
        person.answer(person.read())
        if verdict := person.judge():
            assert verdict == "Réussi"
            played.append(case)
        until(lambda: person.page.evaluate("document.body.dataset.scene") in {"preparing", "over"})
    return played


def answer_in_part(person: Person, tmp_path: Path, png: bytes) -> None:
    """Answer without sending, with a screenshot and a file that is none."""
    page = person.page
    expect(page.locator(".unread")).to_be_visible()
    shows = person.read()
    expect(page.locator(".unread")).to_be_hidden()
    page.locator("#answer").click()
    expect(page.locator('[data-wrong="outcome"]')).to_be_visible()
    person.answer(shows)
    (tmp_path / "écran.png").write_bytes(png)
    page.locator("#shot").set_input_files(tmp_path / "écran.png")
    expect(page.locator(".thumbs img")).to_be_visible()
    (tmp_path / "fausse.png").write_bytes(b"%PDF-1.7")
    page.locator("#shot").set_input_files(tmp_path / "fausse.png")
    expect(page.locator("#toast")).to_contain_text("PNG ou JPEG")
    expect(page.locator("#kept")).to_have_text("Brouillon gardé")


def finish_what_was_begun(person: Person) -> None:
    """The answer is there as it was; narrow and in the other language too."""
    page = person.page
    assert page.locator("input[name^=outcome]:checked").get_attribute("value") in {
        "data",
        "refused",
        "data_and_message",
    }
    expect(page.locator(".thumbs img")).to_be_visible()
    person.answer(person.read())
    page.set_viewport_size({"width": 360, "height": 800})
    no_violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator('[data-language="en"]').click()
    expect(page.locator("#scene-title")).to_contain_text("What does the product")
    page.locator('[data-language="fr"]').click()
    page.locator("#answer").click()
    person.scene("reviewing")
    no_violations(page)
    page.locator("#accept").click()
    until(lambda: page.evaluate("document.body.dataset.scene") in {"preparing", "over"})


def test_a_family_is_played_killed_and_resumed(
    start: Any, visit: Callable[[str], Page], tmp_path: Path, png: bytes
) -> None:
    running = start("--product", "manual", "--reader", "socket", "--only", FAMILY)
    page = visit(running.address)
    introduce(page)
    person = Person(page)
    person.scene("preparing")
    no_violations(page)
    played = play_until(person, lambda done: len(done) == 3)
    fourth = person.prepare()
    answer_in_part(person, tmp_path, png)
    assert running.kill() == 130
    expect(page.locator("#lost")).to_be_visible()
    stream = read_stream(running.folder / "events.jsonl")
    assert ([case.id for case in stream.cases], stream.footer) == (played, None)

    resumed = start("--resume")
    page = visit(resumed.address)
    expect(page.locator(".facts")).to_contain_text("Lecteur démo 1.0")
    assert page.locator("#by").input_value() == "Léa"
    page.locator("text=Commencer").click()
    person = Person(page)
    assert person.prepare() == fourth
    finish_what_was_begun(person)
    play_until(person, lambda _: page.evaluate("document.body.dataset.scene") == "over")
    expect(page.locator("h1")).to_have_text("Tous les cas ont une réponse")
    no_violations(page)
    code, out, err = resumed.end()
    assert (code, err) == (0, ""), out
    stream = read_stream(running.folder / "events.jsonl")
    assert stream.finished
    assert {case.verdict for case in stream.cases} == {Verdict.PASS}
    testimony = next(case.testimony for case in stream.cases if case.id == fourth)
    assert testimony is not None
    (kept,) = testimony.attachments
    assert (testimony.by, kept.name, (running.folder / kept.file).read_bytes()) == ("Léa", "écran.png", png)
    assert "data:image/png;base64," in (running.folder / "report.html").read_text("utf-8")


def test_a_case_is_played_with_the_keyboard_alone_and_corrected(start: Any, visit: Callable[[str], Page]) -> None:
    """The focus begins at each scene's title; what was expected is nowhere on the page before the answer."""
    running = start("--product", "manual", "--reader", "socket", "--only", "VIT-MAY-001/1")
    page = visit(running.address)
    page.locator("#name").fill("Lecteur")
    page.locator("#release").fill("1")
    page.keyboard.press("Enter")
    person = Person(page)
    person.scene("preparing")
    assert page.evaluate("document.activeElement.id") == "scene-title"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "ready"
    page.keyboard.press("Enter")
    person.scene("observing")
    html = page.content()
    assert not [secret for secret in ("2120597699001", "976", "ayotte") if secret in told(page)]
    assert "2120597699001" not in html
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first way: it shows data
    assert page.locator("input[name^=outcome]:checked").get_attribute("value") == "data"
    page.keyboard.press("Tab")
    page.keyboard.type("2 12 05 97 699 001")
    assert page.locator('[data-path="assure.nir"] input:checked').get_attribute("value") == "shown"
    person.on = "2026-01-15"
    person.read()
    shows = Answer(id="x", card={"assure": {"nir": "2120597699001", "caisse": "967"}})
    person.answer(shows)
    page.locator("#answer").focus()
    page.keyboard.press("Enter")
    person.scene("reviewing")
    expect(page.locator(".stamp")).to_have_text("Échec")
    expect(page.locator(".asked")).to_contain_text("Mayotte")
    page.locator("#correct").click()
    page.locator("#send-correction").click()
    expect(page.locator('[data-wrong="note"]')).to_be_visible()
    no_violations(page)
    page.locator('[data-path="assure.caisse"] .typed').fill("976")
    page.locator("#note").fill("Chiffres intervertis à la saisie.")
    version = page.evaluate("document.body.dataset.version")
    page.locator("#send-correction").click()
    until(lambda: page.evaluate("document.body.dataset.version") != version and page.locator("#accept").count() == 1)
    page.locator("#accept").click()
    person.scene("over")
    assert running.end()[0] == 1
    (case,) = read_stream(running.folder / "events.jsonl").cases
    assert case.testimony is not None
    (correction,) = case.testimony.corrections
    assert correction.note == "Chiffres intervertis à la saisie."
    assert correction.before[0].fields["assure.caisse"].text == "967"
    assert "assure.caisse" not in {check.path for check in case.checks if not check.ok}
