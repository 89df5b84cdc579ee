"""The page in Debian's Chromium: what a person does, with the mouse and with the keyboard, and what the page does when cards move."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, Route, expect
from waiting import until

from reader_core.layouts import parse_stream

from .page import Tool, give_code, read, said

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("consult-browser")]

# --- a visit ------------------------------------------------------------------------------------------------------------------------


def test_a_visit_from_the_empty_page_to_the_exports(tool: Tool) -> None:
    """Read, choose, a wrong code, the right one, each export downloaded and parsed."""
    tool.put(None, None)
    with tool.page() as page:
        expect(page.locator(".blank")).to_be_visible()
        expect(page.locator("#read")).to_be_disabled()
        page.locator("#card-vitale").select_option("famille")
        page.locator("#insert-vitale").click()
        page.locator("#card-cps").select_option("cps")
        page.locator("#insert-cps").click()
        expect(page.locator("#panel-cps")).to_contain_text("VALBREUSE")
        expect(page.locator("#tries")).to_have_text("3 essais restants.")

        read(page)
        expect(page.locator("#chooser")).to_have_text("Sélectionnez le bénéficiaire")
        said(page).to_contain_text("5 bénéficiaires")
        expect(page.locator(".person")).to_have_count(0)

        give_code(page, "0000")
        expect(page.locator("#panel-cps [data-code=pin_wrong]")).to_contain_text("erroné")
        expect(page.locator("#tries")).to_have_text("2 essais restants.")
        expect(page.locator("#pin")).to_have_value("")
        expect(page.locator("#pin")).to_be_focused()
        said(page).to_contain_text("Essais restants : 2.")

        page.locator("#choice-2").click()
        expect(page.locator("#person-name")).to_have_text("SPÉCIMEN FRANÇOIS")
        expect(page.locator(".person")).to_contain_text("Données protégées refusées")
        give_code(page, "1234")
        expect(page.locator("#release")).to_be_visible()
        # It is read again by itself, and the selection of this card holds.
        expect(page.locator("#person-name")).to_have_text("SPÉCIMEN FRANÇOIS")
        expect(page.locator(".person")).to_contain_text("Affection de longue durée (ALD)")

        made: dict[str, bytes] = {}
        page.locator("#exports > summary").click()
        for name in page.locator("#exports a").evaluate_all("links => links.map((link) => link.dataset.format)"):
            if name == "sheet":
                continue
            if not page.locator("#exports[open]").count():
                page.locator("#exports > summary").click()
            with page.expect_download() as download:
                page.locator(f"#exports a[data-format={name}]").click()
            saved = download.value.path()
            assert re.fullmatch(r"lecture-vitale\.\w+", download.value.suggested_filename), "no name of a person"
            made[name] = Path(saved).read_bytes()
        assert set(made) == {"text", "json", "xml", "ssv", "csv", "pdf"}
        assert json.loads(made["json"])["beneficiaires"][1]["exoneration"]["nature"] == "ald"
        benefs = ET.fromstring(made["xml"]).findall(".//T_AsnBeneficiaire")
        assert len(benefs) == 5
        assert {group.number for group in parse_stream(made["ssv"])} >= {101, 104, 106}
        rows = list(csv.reader(io.StringIO(made["csv"].decode("utf-8-sig")), delimiter=";"))
        assert any("FRANÇOIS" in row for row in rows)
        assert pdf_text(made["pdf"]).count("FRANÇOIS") >= 1
        assert "ZOÉ" not in pdf_text(made["pdf"]), "what is printed for one names no other"
        assert "SPÉCIMEN" in made["text"].decode()


def pdf_text(content: bytes) -> str:
    """What a PDF says, by poppler."""
    done = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def test_the_sheet_prints(tool: Tool, tmp_path: Path) -> None:
    """The button prints the sheet from a frame; the sheet by itself makes a PDF; the page prints without its controls."""
    tool.put("specimen", "cps")
    with tool.page() as page:
        page.add_init_script("window.print = () => { (window.top.printed ??= []).push(location.pathname); };")
        page.reload()
        read(page)
        page.locator("#print").click()
        until(lambda: page.evaluate("window.printed?.length"))
        assert page.evaluate("window.printed[0]").endswith("/api/export/sheet")
        sheet = page.frame_locator("#paper")
        expect(sheet.locator("h1")).to_contain_text("Lecture de la carte Vitale")
        page.locator("#exports > summary").click()
        with page.context.expect_page() as opened:
            page.locator("#exports a[data-format=sheet]").click()
        opened.value.wait_for_load_state()
        made = opened.value.pdf(prefer_css_page_size=True)
        assert "SPÉCIMEN" in pdf_text(made) or "SPECIMEN" in pdf_text(made)
        page.emulate_media(media="print")
        for control in (".masthead", ".workplace", ".take"):
            expect(page.locator(control)).to_be_hidden()
        assert "Droits" in pdf_text(page.pdf())


def test_cards_come_and_go_while_the_page_is_open(tool: Tool) -> None:
    tool.put("famille", "cps")
    with tool.page() as page:
        expect(page.locator("#pin")).to_be_visible()
        give_code(page, "1234")
        page.locator("#choice-1").click()
        expect(page.locator(".person")).to_contain_text("Maternité")
        tool.ask("/api/slots/cps", {"card": None})
        said(page).to_contain_text("Carte de professionnel retirée")
        expect(page.locator(".person")).to_contain_text("Données protégées non lues")
        expect(page.locator(".person")).not_to_contain_text("Maternité")
        expect(page.locator("#panel-cps")).not_to_contain_text("VALBREUSE")
        tool.ask("/api/slots/vitale", {"card": None})
        said(page).to_contain_text("l'affichage est effacé")
        expect(page.locator(".person, .choice")).to_have_count(0)
        assert "SPÉCIMEN" not in page.locator("#panel-reading").inner_text()
        tool.ask("/api/slots/vitale", {"card": "specimen", "fresh": True})
        said(page).to_contain_text("Carte insérée")
        read(page)
        expect(page.locator(".choice")).to_have_count(0)
        expect(page.locator("#person-name")).to_be_visible()


def test_a_request_that_is_never_answered_does_not_freeze_the_page(tool: Tool) -> None:
    tool.put(None, None)
    unanswered: list[Route] = []

    def forget(route: Route) -> None:
        if unanswered:
            route.fallback()
        else:
            unanswered.append(route)

    with tool.page() as page:
        expect(page.locator(".blank")).to_be_visible()
        page.evaluate("""() => {
            const limit = AbortSignal.timeout.bind(AbortSignal);
            AbortSignal.timeout = (ms) => limit(ms / 20);
        }""")
        page.route("**/panels", forget)
        tool.put("specimen", None)
        expect(page.locator("#read")).to_be_enabled()
        expect(page.locator("#lost")).to_be_hidden()
        assert unanswered
        page.unroute_all(behavior="ignoreErrors")


def test_another_card_put_in_after_the_selection_is_never_mixed_with_it(tool: Tool) -> None:
    """cards.md 6: the card is changed on the screen's back, then the data are asked for."""
    tool.put("famille", None)
    with tool.page() as page:
        read(page)
        page.locator("#choice-3").click()
        expect(page.locator("#person-name")).to_have_text("SPÉCIMEN ZOÉ")
        page.evaluate("document.querySelector('#exports').open = true")
        # The page hears nothing of it: what it still shows must not be taken for the card that is there.
        page.evaluate("window.EventSource.prototype.close.call; document.body.dataset.frozen = '1'")
        address = page.locator("#exports a[data-format=json]").get_attribute("href")
        tool.ask("/api/slots/vitale", {"card": "specimen", "fresh": True})
        answer = page.evaluate("address => fetch(address).then((answer) => answer.json())", address)
        assert answer["code"] in {"no_reading", "card_changed"}
        expect(page.locator(".person")).to_have_count(0)


def test_a_blocked_card_says_what_to_do(tool: Tool) -> None:
    tool.put("specimen", "cps")
    with tool.page() as page:
        for code, left in (("0000", "2 essais restants."), ("0001", "1 essai restant.")):
            give_code(page, code)
            expect(page.locator("#tries")).to_have_text(left)
        give_code(page, "12")
        expect(page.locator("#toast")).to_contain_text("aucun essai n'a été consommé")
        expect(page.locator("#tries")).to_have_text("1 essai restant.")
        give_code(page, "0002")
        expect(page.locator("[data-code=pin_blocked]")).to_contain_text("Débloquez la carte")
        expect(page.locator("#pin")).to_have_count(0)
        read(page)
        expect(page.locator(".person")).to_contain_text("Données protégées")
        page.locator("#fresh-cps").check()
        page.locator("#insert-cps").click()
        expect(page.locator("#tries")).to_have_text("3 essais restants.")


@pytest.mark.parametrize(
    ("vitale", "cps", "code", "words"),
    [
        ("cps", None, "vitale_unknown", "pas une carte Vitale reconnue"),
        ("famille", "cps-reelle", "cards_mixed", "carte de test et une carte réelle"),
        ("famille", "cps-expiree", "cps_expired", "en cours de validité"),
        ("famille", "cps-revoquee", "cps_revoked", "révocation"),
        ("famille", "cpa", "cps_not_entitled", "aux données protégées"),
    ],
)
def test_refusals_are_french_with_a_next_step(tool: Tool, vitale: str, cps: str | None, code: str, words: str) -> None:
    tool.put(vitale, cps)
    with tool.page() as page:
        page.locator("#read").click()
        if code != "vitale_unknown":
            page.locator("#choice-1").click()
        shown = page.locator(f"#panel-reading [data-code={code}]")
        expect(shown).to_contain_text(words)
        assert len(shown.locator("p").all()) >= 2, "what happened, then what to do"


def test_the_language_switch_leaves_no_french_of_ours(tool: Tool) -> None:
    tool.put("famille", "cps")
    with tool.page() as page:
        expect(page.locator("#pin")).to_be_visible()
        give_code(page, "1234")
        page.locator("#choice-2").click()
        expect(page.locator(".headline").first).to_be_visible()
        page.locator("[data-language=en]").click()
        assert page.evaluate("document.documentElement.lang") == "en"
        expect(page.locator(".stamp")).to_have_text("Rights open")
        expect(page.locator("h1")).to_have_text("Vitale card consultation")
        left = page.evaluate(
            "[...document.querySelectorAll('[data-en]')].filter(e => e.textContent !== e.dataset.en).length"
        )
        assert left == 0
        tool.ask("/api/slots/cps", {"card": None})  # what comes later is English too
        expect(page.locator(".person")).to_contain_text("Protected data not read")
        said(page).to_contain_text("The professional card left")
        page.reload()
        expect(page.locator("h1")).to_have_text("Vitale card consultation")
        page.locator("#exports > summary").click()
        with page.expect_download() as download:
            page.locator("#exports a[data-format=pdf]").click()
        assert "Reading of the Vitale card" in pdf_text(Path(download.value.path()).read_bytes())
        page.locator("[data-language=fr]").click()
        expect(page.locator(".stamp")).to_have_text("Droits ouverts")


# --- secrets ------------------------------------------------------------------------------------------------------------------------


def test_the_token_and_the_code_are_in_no_address_and_no_storage(tool: Tool) -> None:
    tool.put("famille", "cps")
    with tool.page() as page:
        addresses: list[str] = []
        page.on("request", lambda request: addresses.append(request.url + str(request.headers.get("referer", ""))))
        expect(page.locator("#pin")).to_be_visible()
        give_code(page, "1234")
        expect(page.locator("#release")).to_be_visible()
        page.locator("#choice-2").click()
        expect(page.locator(".person")).to_be_visible()
        assert tool.running.token not in page.url
        assert not [
            one
            for one in addresses
            if tool.running.token in one or ("1234" in one.replace(page.url, "")[-40:] and "pin" in one)
        ]
        assert page.evaluate("document.cookie") == "", "scripts do not see it"
        stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert "1234" not in stored
        assert "SPÉCIMEN" not in stored
        assert page.evaluate("document.referrer") == ""
        [cookie] = page.context.cookies()
        assert (cookie.get("httpOnly"), cookie.get("sameSite")) == (True, "Strict")
        assert page.evaluate("performance.getEntriesByType('resource').every((entry) => !entry.name.includes('token'))")


def test_a_page_of_another_origin_gets_nothing(tool: Tool, browser: Browser, tmp_path: Path) -> None:
    """A page on another port of the same machine, in a browser that has the cookie: not even an image or a frame."""
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    tool.put("famille", None)
    (tmp_path / "evil.html").write_text("<!doctype html><title>evil</title>")

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(tmp_path))

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - the library's name

    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(tool.running.address)
        expect(page.locator("#read")).to_be_visible()
        inside = page.url
        page.goto(f"http://127.0.0.1:{server.server_port}/evil.html")
        tried = page.evaluate(
            """async (inside) => {
                const results = [];
                for (const options of [{credentials: "include"}, {credentials: "include", mode: "no-cors"},
                    {method: "POST", credentials: "include", mode: "no-cors", body: "{}"}]) {
                    for (const path of ["api/state", "panels", "api/clear"]) {
                        try { results.push((await fetch(inside + path, options)).type); } catch { results.push("refused"); }
                    }
                }
                const frame = document.createElement("iframe");
                frame.src = inside;
                document.body.append(frame);
                await new Promise((resolve) => { frame.onload = resolve; });
                let seen = "";
                try { seen = frame.contentDocument?.title ?? ""; } catch { seen = "refused"; }
                return [results, seen];
            }""",
            inside,
        )
        assert set(tried[0]) <= {"refused", "opaque"}
        assert "Consultation" not in tried[1]
    finally:
        context.close()
        server.shutdown()
        server.server_close()
    assert tool.ask("/api/state")["vitale"]["card"] == "present"


def test_a_hostile_card_harms_nothing(consult: Any, browser: Browser, tmp_path: Path) -> None:
    from emulator.image import dump_image, load_image, patch_image

    name = tmp_path / "hostile.toml"
    changes: dict[str, object] = {
        "beneficiaires[0].nom_usuel": "<script>document.title='owned'</script>",
        "beneficiaires[0].prenom": "\"'><img src=x onerror=document.title='owned'>" + "É" * 160,
        "beneficiaires[0].adresse": ["</style><style>*{display:none}", "javascript:alert(1)", "", "", "x" * 200],
    }
    name.write_text(dump_image(patch_image(load_image("specimen"), changes)), encoding="utf-8")
    with consult("--vitale", str(name)) as running:
        tool = Tool(running, browser)
        for width in (360, 1280):
            with tool.page(width=width) as page:
                read(page)
                expect(page.locator("#person-name")).to_contain_text("<script>document.title='owned'</script>")
                assert "owned" not in page.title()
                assert page.locator("img").count() == 0
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                page.locator("#print").click()
                sheet = page.frame_locator("#paper")
                expect(sheet.locator("body")).to_contain_text("<script>document.title='owned'</script>")
                assert page.frames[-1].evaluate("document.querySelectorAll('script, img').length") == 0
