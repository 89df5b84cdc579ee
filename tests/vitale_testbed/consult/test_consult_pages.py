"""What people see, without a browser: everything escaped, both languages, nothing inline, nothing of who has left."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import cast

import pytest
from starlette.testclient import TestClient

from emulator.card import CardSystem, ElementaryFile
from emulator.faults import FaultyCard, parse_fault
from emulator.image import build_card, load_image
from reader_core.formats.json import card_object
from reader_core.records import CardDate
from vitale_testbed.consult.app import make_app
from vitale_testbed.consult.desk import Desk
from vitale_testbed.consult.drawer import Drawer
from vitale_testbed.consult.keys import Keys
from vitale_testbed.consult.pages import Pages, statics
from vitale_testbed.consult.person import PeriodView
from vitale_testbed.consult.refusals import RefusedError
from vitale_testbed.consult.slots import VirtualSlot
from vitale_testbed.consult.watch import Feed
from vitale_testbed.trust import builtin_trust

HOSTILE = {
    "beneficiaires[0].nom_usuel": "<script>document.title='owned'</script>",
    "beneficiaires[0].nom_patronymique": "\"' onmouseover='alert(1)' x=\"",
    "beneficiaires[0].prenom": "A" * 200,
    "beneficiaires[0].adresse": ['=HYPERLINK("http://evil.example")', "{{ 7*7 }}", "</style><img src=x onerror=alert(1)>", "&lt;b&gt;", "+1"],
    "zone_commune": "-- <!-- ]]> \u00a0\u00ad",
}  # fmt: skip
VOID = {"meta", "link", "input", "use", "path", "circle", "rect", "br", "img"}


class Looked(HTMLParser):
    """Every tag with its attributes, and the text; fails on a tag that is not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute twice: {attrs}"
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        self.text += data


Show = Callable[..., Pages]


@pytest.fixture
def show(images: Callable[..., Path], builtin_drawer: Drawer) -> Show:
    """The pages of a desk where a card was read: a built-in image, changed; with the professional's code or without."""

    def make(
        base: str = "famille", changes: dict[str, object] | None = None, *, code: str = "", selected: int = 1
    ) -> Pages:
        name = base
        drawer = builtin_drawer
        if changes:
            name = str(images(base, changes))
            drawer = Drawer([name])
        vitale, cps = VirtualSlot("vitale", drawer), VirtualSlot("cps", drawer)
        vitale.insert(name, None, fresh=True)
        desk = Desk(vitale, cps, builtin_trust(), on=date(2026, 1, 15))
        if code:
            cps.insert("cps", vitale, fresh=True)
            desk.saw("cps", cps.presence())
            desk.mind()
            desk.present_pin(code)
        shown = desk.read()
        if selected:
            desk.select(shown.id, selected)
        return Pages(desk, drawer)

    return make


def test_the_page_holds_nothing_inline_and_nothing_from_elsewhere(show: Show) -> None:
    page = Looked(show(code="1234").page())
    for tag, attributes in page.tags:
        assert tag not in {"style", "iframe", "object", "embed", "base", "form"} or tag == "form"
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
        if tag == "script":
            assert (attributes.get("src") or "").startswith("static/")
        for name in ("src", "href", "action", "data", "poster"):
            target = attributes.get(name) or ""
            assert not re.match(r"(?i)\s*(?:[a-z]+:|//)", target), (tag, target)
    identities = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(identities) == len(set(identities))


def test_what_labels_and_describes_is_there(show: Show) -> None:
    page = Looked(show(code="1234").page())
    identities = {attributes.get("id") for _, attributes in page.tags}
    for _, attributes in page.tags:
        for name in ("for", "aria-labelledby", "aria-describedby"):
            if attributes.get(name):
                assert attributes[name] in identities, attributes
        if (attributes.get("href") or "").startswith("#") and attributes["href"] not in {"#", None}:
            assert (attributes["href"] or "")[1:] in identities


def test_hostile_text_on_a_card_is_text(show: Show) -> None:
    page = show(changes=HOSTILE).page()
    looked = Looked(page)
    assert not [tag for tag, attributes in looked.tags if tag == "script" and "src" not in attributes]
    assert not [tag for tag, _ in looked.tags if tag == "img"]
    assert not [attributes for _, attributes in looked.tags if "onmouseover" in attributes or "onerror" in attributes]
    for text in ("<script>document.title='owned'</script>", "A" * 200, "{{ 7*7 }}", "&lt;b&gt;"):
        assert text in looked.text
    assert "49" not in re.sub(r"\d{3,}", "", looked.text).replace("1949", ""), "no template was run"


def test_hostile_text_harms_no_export(images: Callable[..., Path], builtin_drawer: Drawer) -> None:
    """CSV as a spreadsheet reads it: no cell begins a formula. The sheet as a browser reads it: no tag, no attribute."""
    name = str(images("famille", HOSTILE))
    drawer = Drawer([name])
    vitale = VirtualSlot("vitale", drawer)
    vitale.insert(name, None, fresh=True)
    keys, feed = Keys(8017), Feed()
    desk = Desk(vitale, None, builtin_trust(), on=date(2026, 1, 15))
    headers = {"Authorization": f"Bearer {keys.token}"}
    app = make_app(desk, drawer, feed, keys)
    program = TestClient(app, base_url=keys.origin, headers=headers, client=("127.0.0.1", 50000))
    named = {"reading": program.post("/api/read", json={}).json()["id"]}
    program.post("/api/select", json={**named, "beneficiary": 1})

    made = program.get("/api/export/csv", params=named)
    rows = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig")), delimiter=";"))
    cells = [cell for row in rows for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if re.match(r"[=+\-@\t\r]", cell) and not re.fullmatch(r"-?\d+", cell)]

    sheet = program.get("/api/export/sheet", params={**named, "lang": "en"})
    looked = Looked(sheet.text)
    assert not [tag for tag, _ in looked.tags if tag in {"script", "img"}]
    assert not [attributes for _, attributes in looked.tags if "onmouseover" in attributes or "onerror" in attributes]
    assert "<script>document.title='owned'</script>" in looked.text
    policy = sheet.headers["content-security-policy"]
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "François" not in sheet.text.title(), "the sheet of one person names no other"

    pdf = program.get("/api/export/pdf", params=named)
    assert pdf.content.startswith(b"%PDF")
    assert b"/JavaScript" not in pdf.content
    assert b"/URI" not in pdf.content
    assert program.get("/api/export/xml", params=named).status_code == 200
    assert program.get("/api/export/json", params=named).json()["beneficiaires"][0]["prenom"] == "A" * 200


class Untranslated(Looked):
    """The texts that have no English, do not say that they are French, and are no card's title."""

    def __init__(self, page: str) -> None:
        self.found: list[str] = []
        self._bound: list[bool] = []
        super().__init__(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        given = dict(attrs)
        free = "data-en" not in given and given.get("lang") != "fr" and tag not in {"option", "title"}
        if tag == "html":
            free = True
        if tag not in VOID:
            self._bound.append(free)

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        self._bound.pop()

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        if all(self._bound) and data.strip():
            self.found.append(data.strip())


def test_every_text_of_ours_is_in_both_languages(show: Show) -> None:
    """What is left are values: of the card, of the virtual readers, signs and numbers."""
    pages = show(code="1234", selected=2)
    desk: Desk = vars(pages)["_desk"]
    shown = desk.view()[1]
    assert shown is not None
    values = json.dumps(card_object(shown.reading), ensure_ascii=False)
    french = re.compile(
        r"(?i)\b(l[ea]s?|d[eu]s?|du|aux?|aucune?|cartes?|lecture|droits|né\(e\)|avec|pour|sur|est|par|et|ou)\b"
    )
    left = [text for text in Untranslated(pages.page()).found if french.search(text) and text not in values]
    known = {"Cette page a besoin de JavaScript.", "Lecteur virtuel Vitale", "Lecteur virtuel CPS"}
    assert set(left) <= known


def test_what_the_page_says_of_a_family(show: Show) -> None:
    """From emulator/images/famille.toml and docs/4.10.md: the husband's ALD of 2021, his AMC that ended in 2025."""
    page = Looked(show(code="1234", selected=2).panels().panels["reading"]).text
    for text in ("SPÉCIMEN FRANÇOIS", "23/11/1982", "Droits ouverts", "Affection de longue durée (ALD)", "10100", "100 %",
                 "ESSAI-000002", "31/10/2025", "1\u00a082\u00a011\u00a075\u00a0999\u00a0002", "013499881", "240115006",
                 "COMPLEMENTAIRE SANTE SOLIDAIRE", "ZONE COMMUNE", "VALBREUSE"):  # fmt: skip
        assert text in page, text


def test_what_is_protected_is_not_shown_without_the_code(show: Show) -> None:
    page = Looked(show(selected=2).panels().panels["reading"]).text
    assert "Données protégées non lues" in page
    assert "Affection de longue durée" not in page
    assert "10100" not in page
    assert "Insérez une carte de professionnel" in page


@pytest.mark.parametrize(("at", "rights"), [(6, False), (20, False), (33, True)])
def test_what_was_not_read_is_never_said_to_be_none(builtin_drawer: Drawer, at: int, rights: bool) -> None:
    """A reading that broke off: no rights in it is not "no rights"."""
    slot = VirtualSlot("vitale", builtin_drawer)
    slot.reader.insert(FaultyCard(build_card(load_image("famille")), parse_fault(f"no_answer:at={at}")))
    desk = Desk(slot, None, builtin_trust(), on=date(2026, 1, 15))
    with pytest.raises(RefusedError):
        desk.read()
    shown = desk.view()[1]
    assert shown is not None
    desk.select(shown.id, 2)
    page = Looked(Pages(desk, builtin_drawer).panels().panels["reading"]).text
    assert "La carte Vitale ne répond pas" in page
    assert ("Droits ouverts" if rights else "Droits non lus") in page
    assert "Droits fermés" not in page
    assert "Aucune période de droits" not in page
    assert "Aucun sur la carte" not in page
    assert "Imprimer" not in page
    assert "Lecture incomplète" in page


def test_rights_that_cannot_be_understood_are_not_said_to_be_closed(builtin_drawer: Drawer) -> None:
    """One wrong byte in the file DROITS; everything else is shown."""
    card = cast("CardSystem", build_card(load_image("specimen")))
    files = [
        ef for df in card.root.walk() for ef in df.children if isinstance(ef, ElementaryFile) and ef.name == "DROITS"
    ]
    files[0].content[0] ^= 0xFF
    slot = VirtualSlot("vitale", builtin_drawer)
    slot.reader.insert(card)
    desk = Desk(slot, None, builtin_trust(), on=date(2026, 1, 15))
    desk.read()
    page = Looked(Pages(desk, builtin_drawer).panels().panels["reading"]).text
    assert "Droits non lus" in page
    assert "illisibles" in page
    assert "Imprimer" in page


def test_rights_that_are_over_are_said_to_be_closed(show: Show) -> None:
    changes: dict[str, object] = {"beneficiaires[0].droits": [{"debut": "2019-01-01", "fin": "2020-12-31"}]}
    page = Looked(show("specimen", changes).panels().panels["reading"]).text
    assert "Droits fermés" in page
    assert "terminée" in page


def test_nothing_is_shown_before_a_beneficiary_is_selected(show: Show) -> None:
    page = Looked(show(selected=0).panels().panels["reading"]).text
    assert "Sélectionnez le bénéficiaire" in page
    assert "ZOÉ" in page
    for text in ("Droits ouverts", "01/09/2019", "2 84 03", "ESSAI-000002", "PARIS"):
        assert text not in page


def test_a_lunar_birth_date_is_shown_as_it_is(show: Show) -> None:
    page = show(selected=5).panels().panels["reading"]
    assert "01/19/1948" in page
    assert "date non calendaire" in page


@pytest.mark.parametrize(
    ("debut", "fin", "when", "words"),
    [
        ("202601150000", "202601150000", "now", "du 15/01/2026 au 15/01/2026"),
        ("000000000000", "000000000000", "now", "sans limite"),
        ("201909010000", "000000000000", "now", "depuis le 01/09/2019"),
        ("000000000000", "202601140000", "over", "jusqu'au 14/01/2026"),
        ("202601160000", "000000000000", "coming", "depuis le 16/01/2026"),
        ("202602300000", "000000000000", "unclear", "depuis le «\u202f20260230\u202f»"),
        ("202513010000", "202612310000", "unclear", "du «\u202f20251301\u202f» au 31/12/2026"),
    ],
)
def test_where_the_day_lies_in_a_period(debut: str, fin: str, when: str, words: str) -> None:
    """Both ends included; zeros are open; a date that is none covers nothing (docs/card-object.md)."""
    view = PeriodView.of(CardDate(debut), CardDate(fin), date(2026, 1, 15))
    assert (view.when, view.text.fr) == (when, words)


def test_what_was_shown_of_a_person_is_kept_nowhere(show: Show) -> None:
    """The report's way of writing keeps its texts for the next page; a person's must not stay in memory so."""
    from reports.vitale import markup

    markup.say.cache_clear()
    markup.both.cache_clear()
    pages = show(code="1234", selected=2)
    pages.page()
    kept = [markup.say.cache_info().currsize, markup.both.cache_info().currsize]
    other = show("mines", code="1234", selected=1)
    other.page()
    pages.page()
    grown = [markup.say.cache_info().currsize, markup.both.cache_info().currsize]
    assert grown[0] - kept[0] <= 3, "counts of tries, nothing else"
    for period in ("du 01/06/2021 au 31/05/2031", "23/11/1982"):
        assert period in pages.panels().panels["reading"]


def test_files_have_their_content_in_their_address(client: TestClient) -> None:
    for name, file in statics().files.items():
        answer = client.get("/" + statics().path(name))
        assert answer.content == file.content
        assert "immutable" in answer.headers["cache-control"]
        assert client.get(f"/static/0000000000000000/{name}").status_code == 404
    for name in ("../page.html.j2", "consult.py", "..%2fgate.py", ""):
        assert client.get(statics().path("consult.css").replace("consult.css", name)).status_code in {401, 404}
    with pytest.raises(KeyError):
        statics().path("nothing.js")
    assert b"https://" not in statics().files["consult.css"].content + statics().files["consult.js"].content
