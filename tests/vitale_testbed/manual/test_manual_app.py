"""The page without a browser: what it takes at which moment, what it refuses, and what it never says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
from starlette.testclient import TestClient

from conformance.attended import Review, Task
from conformance.attended.questions import questions_of
from conformance.attended.steps import steps_of
from conformance.catalogue import load_catalogue
from conformance.catalogue.model import CAPABILITIES
from conformance.events import Verdict
from conformance.judge import Judgement
from conformance.protocol import Description, ReadRequest
from conformance.testimony import Attachment
from conformance.words import Words
from emulator.readers import TraceEntry
from fixtures.vitale import load_scenarios
from vitale_testbed.consult.keys import Keys
from vitale_testbed.consult.watch import Feed
from vitale_testbed.manual.app import make_app
from vitale_testbed.manual.book import Book, Draft
from vitale_testbed.manual.pages import Pages, Panel
from vitale_testbed.manual.room import Room
from vitale_testbed.manual.shots import keep

CASE = "VIT-MAY-001/1"


@pytest.fixture(scope="module")
def task() -> Task:
    requirement, case = next((one, each) for _, one, each in load_catalogue().cases if one.case_id(each) == CASE)
    scenario = load_scenarios()[case.scenario]
    reading = scenario.readings[0]
    request = ReadRequest(id=CASE, vitale="pcsc:Reader A", cps=None, pin=None, on="2026-01-15", api="4.10")
    return Task(requirement, case, scenario, 1, request, questions_of(case, 1, reading), steps_of(reading, None))


class Visit:
    """A room whose run waits in a thread, and a program that holds the token."""

    def __init__(self, folder: Path, client: TestClient, room: Room) -> None:
        self.folder = folder
        self.client = client
        self.room = room
        self.came: list[object] = []

    def waits(self, wait: Callable[[], object]) -> None:
        """Let the run wait for the person, as it does, in a thread of its own."""

        def run() -> None:
            try:
                self.came.append(wait())
            except KeyboardInterrupt:
                self.came.append("stopped")

        before = self.room.version
        self.thread = Thread(target=run, daemon=True)
        self.thread.start()
        while self.room.version == before:
            pass

    def send(self, path: str, **body: Any) -> Any:
        return self.client.post(f"/api/{path}", json={"version": self.room.version, **body})

    def result(self) -> object:
        self.thread.join(60)
        return self.came[-1]


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    keys, feed = Keys(8017, command="vitale certify --product manual"), Feed()
    room = Room(tmp_path, Book(tmp_path, resume=False), feed.publish)
    room.expect([CASE], 1, {"VIT-MAY-001": "4.2.1"})
    room.book.open()
    app = make_app(room, Pages(room, {}), feed, keys)
    headers = {"Authorization": f"Bearer {keys.token}"}
    with TestClient(app, base_url=keys.origin, headers=headers, client=("127.0.0.1", 50000)) as client:
        yield Visit(tmp_path, client, room)
    room.stop()


def seen() -> list[TraceEntry]:
    return [TraceEntry("vitale", 0.0, "apdu", b"\0\xa4", b"\x90\0")]


def test_a_product_has_a_name_before_the_run_begins(visit: Visit) -> None:
    visit.waits(lambda: visit.room.introduce(None, tuple(CAPABILITIES)))
    html = visit.client.get("/panel").json()["html"]
    assert [code for code, english in CAPABILITIES.items() if f">{english}<" in html] == [], (
        "every capability is in French"
    )
    refused = visit.send("introduce", by="Léa")
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_request")
    assert "name" in refused.json()["evidence"]
    sent = visit.send("introduce", name=" Produit ", release="2", by="Léa", capabilities=["protected", "flight"])
    assert sent.status_code == 200
    product, by = visit.result()  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
    assert (product.name, product.capabilities, by) == ("Produit", ("protected",), "Léa")  # pyright: ignore[reportUnknownMemberType]


def test_what_a_sheet_cannot_claim_is_asked_for_beside_it(visit: Visit) -> None:
    known = Description(name="Produit", version="1", capabilities=("protected",))
    visit.waits(lambda: visit.room.introduce(known, ("derived",)))
    assert visit.send("introduce", capabilities=["derived", "api-before"]).status_code == 200
    product, _ = visit.result()  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
    assert product.capabilities == ("protected", "derived")  # pyright: ignore[reportUnknownMemberType]


def test_the_answer_to_another_moment_is_refused(visit: Visit, task: Task) -> None:
    visit.waits(lambda: visit.room.prepare(task))
    assert visit.send("accept").status_code == 409
    assert visit.client.post("/api/ready", json={"version": visit.room.version + 1}).status_code == 409
    assert visit.client.post("/api/ready", json={}).status_code == 400
    assert visit.send("ready").status_code == 200
    assert visit.result() is None


def test_nothing_expected_is_said_before_the_answer(visit: Visit, task: Task) -> None:
    visit.waits(lambda: visit.room.prepare(task))
    pages = [visit.client.get("/panel").json()["html"]]
    visit.send("ready")
    visit.result()
    visit.waits(lambda: visit.room.observe(task, seen))
    pages.append(visit.client.get("/panel").json()["html"])
    expected = [
        "2120597699001",
        ">52<",
        "0101",
        task.requirement.title_fr,
        task.scenario.title_fr,
        "un assuré de Mayotte",
    ]
    assert [one for one in expected for html in pages if one in html] == []
    assert all("4.2.1" in html for html in pages), "the number in the editor's own plan"


def test_the_end_is_seen_once_a_page_was_told_of_it(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = Pages.panel

    def slow(pages: Pages) -> Panel:
        made = panel(pages)
        visit.room.close()  # the run ends while the page is written
        return made

    monkeypatch.setattr(Pages, "panel", slow)
    assert visit.client.get("/panel").json()["scene"] == "working"
    assert not visit.room.seen_over.is_set()
    assert visit.client.get("/panel").json()["scene"] == "over"
    assert visit.room.seen_over.is_set()


def test_an_answer_is_whole_or_says_what_is_missing(visit: Visit, task: Task) -> None:
    visit.waits(lambda: visit.room.observe(task, seen))
    refused = visit.send("answer", screen={"outcome": "data", "fields": {}})
    assert refused.status_code == 422
    assert set(refused.json()["wrong"]["1"]) == {question.path for question in task.questions}
    fields = {question.path: {"state": "nothing"} for question in task.questions}
    stranger = {**fields, "assure.stranger": {"state": "shown", "text": "x"}}
    assert visit.send("answer", screen={"outcome": "data", "fields": stranger}).status_code == 200
    screen: Any = visit.result()
    assert set(screen.fields) == set(fields)


def test_what_is_typed_is_on_disk_before_it_is_sent(visit: Visit, task: Task) -> None:
    visit.waits(lambda: visit.room.observe(task, seen))
    draft = {"outcome": "data", "fields": {"assure.nir": {"state": "shown", "text": "212"}}}
    assert visit.send("draft", draft=draft).status_code == 200
    kept = Book(visit.folder, resume=True).case(CASE).drafts[1]
    assert kept.fields["assure.nir"].text == "212"
    assert 'value="212"' in visit.client.get("/panel").json()["html"]


def test_a_screenshot_is_taken_shown_and_removed(visit: Visit, task: Task, png: bytes) -> None:
    visit.waits(lambda: visit.room.observe(task, seen))
    version = visit.room.version

    def upload(content: bytes, kind: str) -> Any:
        where = f"/api/screenshots?version={version}&name=a.png"
        return visit.client.post(where, content=content, headers={"Content-Type": kind})

    assert upload(png, "text/html").status_code == 415
    assert upload(b"<html>", "image/png").status_code == 415
    assert upload(b"0" * (5 * 1024 * 1024 + 1), "image/png").status_code == 413
    made = upload(png, "image/png")
    assert made.status_code == 200
    name = made.json()["file"].rpartition("/")[2]
    shown = visit.client.get(f"/screenshots/{name}")
    assert (shown.content, shown.headers["content-type"]) == (png, "image/png")
    assert name in visit.client.get("/shots").text
    assert visit.client.get("/screenshots/manual.json").status_code == 404
    assert visit.send("screenshots/remove", file=made.json()["file"]).status_code == 200
    assert visit.client.get(f"/screenshots/{name}").status_code == 404


def test_screenshots_that_are_sent_at_once_are_all_kept(
    visit: Visit, task: Task, png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*given: Any) -> Attachment:
        sleep(0.05)  # a disk
        return keep(*given)

    monkeypatch.setattr("vitale_testbed.manual.room.keep", slow)
    visit.waits(lambda: visit.room.observe(task, seen))
    other = png.replace(b"\0\0\0\x02\0\0\0\x01", b"\0\0\0\x03\0\0\0\x01")
    third = png.replace(b"\0\0\0\x02\0\0\0\x01", b"\0\0\0\x04\0\0\0\x01")
    sent = [Thread(target=visit.room.attach, args=(visit.room.version, "a.png", each)) for each in (png, other, third)]
    for thread in sent:
        thread.start()
    for thread in sent:
        thread.join(60)
    assert sorted(each.width for each in visit.room.book.case(CASE).attachments) == [2, 3, 4]


def test_a_screenshot_that_ends_late_leaves_the_next_case_as_it_is(
    visit: Visit, task: Task, png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is written the person goes on, and types the first answer to the next case."""
    begun = Event()

    def slow(*given: Any) -> Attachment:
        begun.set()
        sleep(0.2)
        return keep(*given)

    monkeypatch.setattr("vitale_testbed.manual.room.keep", slow)
    visit.waits(lambda: visit.room.review(review_of(task)))
    sent = Thread(target=visit.room.attach, args=(visit.room.version, "a.png", png))
    sent.start()
    assert begun.wait(60)
    assert visit.send("accept").status_code == 200
    visit.result()
    visit.room.book.turn_to("VIT-MAY-001/2")
    draft = Draft(outcome="data")
    visit.room.book.draft("VIT-MAY-001/2", 1, draft)
    sent.join(60)
    assert Book(visit.folder, resume=True).case("VIT-MAY-001/2").drafts == {1: draft}


def test_a_message_is_still_json_and_short(visit: Visit, task: Task, png: bytes) -> None:
    visit.waits(lambda: visit.room.prepare(task))
    assert visit.client.post("/api/ready", content=png, headers={"Content-Type": "image/png"}).status_code == 415
    assert visit.send("ready", filler="x" * 70_000).status_code == 413
    assert visit.client.post("/api/ready", headers={"Authorization": "Bearer no"}, json={}).status_code == 401


def review_of(task: Task) -> Review:
    from conformance.testimony import Field, Screen

    screen = Screen(outcome="data", fields={question.path: Field(state="nothing") for question in task.questions})
    return Review((task,), (screen,), Judgement(Verdict.FAIL, Words("wrong.", "faux.")))


def test_a_correction_needs_a_change_and_a_reason(visit: Visit, task: Task) -> None:
    visit.waits(lambda: visit.room.review(review_of(task)))
    same = {"outcome": "data", "fields": {question.path: {"state": "nothing"} for question in task.questions}}
    assert "note" in visit.send("correct", note="parce que", screens=[same]).json()["wrong"]["0"]
    other = {"outcome": "broken", "message": "écran noir"}
    assert "note" in visit.send("correct", note=" ", screens=[other]).json()["wrong"]["0"]
    assert visit.send("correct", note="mal vu", screens=[other, other]).status_code == 409
    assert visit.send("correct", note="mal vu", screens=[other]).status_code == 200
    corrected: Any = visit.result()
    assert (corrected.note, corrected.screens[0].outcome) == ("mal vu", "broken")


def test_a_person_may_stop_at_any_moment(visit: Visit, task: Task) -> None:
    visit.waits(lambda: visit.room.observe(task, seen))
    assert visit.send("stop").status_code == 200
    assert visit.result() == "stopped"
    visit.room.close()
    assert "--resume" in visit.client.get("/panel").json()["html"]
