"""The page as text: it is whole, it asks for nothing, it says the verdict, it lets nothing out of a stream run."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest

from conformance.events import StreamError, Verdict, read_stream
from reports.vitale import render_html
from reports.vitale.markup import prose

VOID = {"meta", "link", "input", "br", "hr", "img", "wbr"}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e{{ 7*7 }}</style></title>\ue001\x00"


def straight(text: str) -> str:
    """Return a text with typewriter spaces and apostrophes, to be compared with what a test says."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2019", "'")


class Page(HTMLParser):
    """What a browser would make of the page: elements, attributes, texts of script and style."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": [], "h1": [], "title": []}
        self.problems: list[str] = []
        self.feed(html)
        self.close()
        self.problems += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in self.raw:
            self.raw[tag].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> at {self.getpos()} closes something else")

    def handle_data(self, data: str) -> None:
        for tag in reversed(self.open):
            if tag in self.raw:
                self.raw[tag][-1] += data
                break

    def attributes(self, name: str) -> list[str]:
        return [value for _, attrs in self.elements for key, value in attrs.items() if key == name and value]

    @property
    def headline(self) -> str:
        return straight(self.raw["h1"][0])


@pytest.fixture(scope="module", params=["green", "mixed", "sample", "unfinished", "hostile", "no cases"])
def page(request: pytest.FixtureRequest, make_stream: Callable[..., Path], sample: Path) -> str:
    """The page of a stream of each kind."""
    kinds: dict[str, Callable[[], Path]] = {
        "green": make_stream,
        "mixed": lambda: make_stream(verdicts=dict(enumerate(Verdict))),
        "sample": lambda: sample,
        "unfinished": lambda: make_stream(stop_after=7, footer=False),
        "hostile": lambda: make_stream(text=HOSTILE, product="P", verdicts={3: Verdict.FAIL, 5: Verdict.ERROR}),
        "no cases": lambda: make_stream(requirements=0),
    }
    return render_html(kinds[request.param]())


def test_elements_are_balanced_and_ids_are_unique(page: str) -> None:
    parsed = Page(page)
    assert parsed.problems == []
    ids = parsed.attributes("id")
    assert len(ids) == len(set(ids))


def test_every_link_and_reference_inside_the_page_has_its_target(page: str) -> None:
    parsed = Page(page)
    ids = set(parsed.attributes("id"))
    links = [link for link in parsed.attributes("href") if not link.startswith("data:")]
    assert links
    assert [link for link in links if not link.startswith("#") or link[1:] not in ids] == []
    assert [name for name in parsed.attributes("aria-labelledby") if name not in ids] == []


def test_nothing_is_asked_of_the_network(page: str) -> None:
    parsed = Page(page)
    assert parsed.attributes("src") == []
    assert [link for link in parsed.attributes("href") if not link.startswith(("#", "data:"))] == []
    assert re.findall(r"@import|url\(\s*[\"']?+(?!data:)", parsed.raw["style"][0]) == []
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", "".join(parsed.raw["script"]) + parsed.raw["style"][0])


def test_the_policy_has_the_hash_of_each_script_and_style_and_there_is_nothing_inline(page: str) -> None:
    parsed = Page(page)
    policy = next(
        attrs["content"]
        for tag, attrs in parsed.elements
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    scripts = [attrs for tag, attrs in parsed.elements if tag == "script"]
    running = [text for text, attrs in zip(parsed.raw["script"], scripts, strict=True) if attrs.get("type") is None]
    assert len(running) == 2
    for text in [*running, *parsed.raw["style"]]:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    inline = [name for _, attrs in parsed.elements for name in attrs if name == "style" or name.startswith("on")]
    assert inline == []


def test_text_of_a_stream_stays_text(make_stream: Callable[..., Path]) -> None:
    plain = Page(render_html(make_stream(verdicts={3: Verdict.FAIL})))
    hostile_html = render_html(make_stream(text=HOSTILE, product="P", verdicts={3: Verdict.FAIL}))
    hostile = Page(hostile_html)
    assert [tag for tag, _ in hostile.elements].count("script") == [tag for tag, _ in plain.elements].count("script")
    assert "img" not in {tag for tag, _ in hostile.elements}
    assert hostile.raw["style"] == plain.raw["style"]
    assert "\u202e" not in hostile_html, "a reordering character must be named, not shown"
    assert "\x00" not in hostile_html
    assert "U+202E" in hostile_html
    assert "{{ 7*7 }}" in hostile_html, "text from a stream is not a template"
    assert "<script>alert(1)</script>" in hostile.headline


def test_the_same_stream_gives_the_same_page(red: Path) -> None:
    assert render_html(red) == render_html(red)


@pytest.mark.parametrize("failing", [20, 300], ids=lambda n: f"{n} failures")
def test_300_cases_stay_under_3_megabytes(make_stream: Callable[..., Path], failing: int) -> None:
    verdicts = dict.fromkeys(range(failing), Verdict.FAIL)
    stream = make_stream(requirements=100, cases_each=3, exchanges=60, verdicts=verdicts)
    page = render_html(stream)
    assert len(page.encode()) < 3_000_000
    assert page.count('class="case"') == 300


@pytest.mark.parametrize(
    ("options", "tone", "headline"),
    [
        ({}, "pass", "Cabinet Soleil 4.2.0 satisfait les 18 exigences vérifiées."),
        ({"requirements": 1}, "pass", "Cabinet Soleil 4.2.0 satisfait l'exigence vérifiée."),
        ({"verdicts": {4: Verdict.FAIL}}, "fail", "n'est pas conforme : 1 exigence sur 18 n'est pas tenue."),
        ({"verdicts": {4: Verdict.FAIL, 8: Verdict.FAIL}}, "fail", "2 exigences sur 18 ne sont pas tenues."),
        ({"verdicts": {12: Verdict.WARN}}, "pass", "satisfait toutes les exigences obligatoires vérifiées."),
        ({"verdicts": {4: Verdict.INFO, 6: Verdict.NOT_APPLICABLE}}, "pass", "satisfait les 18 exigences vérifiées."),
        ({"verdicts": {4: Verdict.INCONCLUSIVE}}, "inconclusive", "1 exigence n'a pas pu être vérifiée."),
        (
            {"verdicts": {4: Verdict.ERROR}},
            "error",
            "Le banc d'essai a échoué : on ne peut pas conclure sur Cabinet Soleil 4.2.0.",
        ),
        (
            {"verdicts": {4: Verdict.ERROR, 8: Verdict.FAIL}},
            "error",
            "on ne peut pas conclure",
        ),
        ({"exit_code": 3}, "error", "Le banc d'essai a échoué"),
        ({"stop_after": 5, "footer": False}, "unfinished", "5 cas sur 36 ont un résultat."),
        ({"stop_after": 5, "footer": False, "verdicts": {1: Verdict.FAIL}}, "unfinished", "5 cas sur 36"),
        ({"stop_after": 5, "interrupted": True}, "unfinished", "5 cas sur 36 ont un résultat."),
        ({"interrupted": True}, "unfinished", "36 cas sur 36 ont un résultat."),
        ({"stop_after": 5}, "unfinished", "5 cas sur 36 ont un résultat."),
        ({"requirements": 0}, "empty", "Aucune exigence n'a été vérifiée"),
        (
            {"requirements": 1, "verdicts": dict.fromkeys(range(2), Verdict.NOT_APPLICABLE)},
            "empty",
            "Aucune exigence n'a été vérifiée",
        ),
    ],
)
def test_the_verdict_sentence(
    make_stream: Callable[..., Path], options: dict[str, object], tone: str, headline: str
) -> None:
    page = render_html(make_stream(**options))
    assert f'<body class="tone-{tone}">' in page
    assert headline in Page(page).headline


@pytest.mark.parametrize("options", [{"footer": False, "stop_after": 5}, {"exit_code": 3}])
def test_failures_of_a_run_that_cannot_conclude_are_said_all_the_same(
    make_stream: Callable[..., Path], options: dict[str, object]
) -> None:
    page = straight(render_html(make_stream(verdicts={1: Verdict.FAIL}, **options)))
    assert "Déjà certain : 1 exigence sur" in page
    assert "Déjà certain" not in render_html(make_stream(**options))


def test_only_a_finished_run_without_failure_looks_green(make_stream: Callable[..., Path]) -> None:
    for verdict in (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE):
        assert 'class="tone-pass"' not in render_html(make_stream(verdicts={0: verdict}))
    assert 'class="tone-pass"' not in render_html(make_stream(footer=False))


def test_it_says_that_it_is_no_referencing(page: str) -> None:
    assert "Il n'est pas un référencement du CNDA" in straight(page)
    assert "It is not a référencement by the CNDA" in page


def test_a_failure_shows_expected_read_replay_and_trace(red: Path) -> None:
    page = render_html(red)
    block = page[page.index('id="VIT-MAY-001/2"') : page.index('id="VIT-MAY-002"')]
    assert " open>" in block.split("<summary", 1)[0]
    for piece in (
        "Bénéficiaire 1 › exonération › nature",  # noqa: RUF001 - the sign between the steps of a path
        "&#34;ald&#34;",
        "&#34;aucune&#34;",
        "<mark>É</mark>",
        "U+00C3 U+2030",
        "security status not satisfied",
        "6982",
        "avertissement : table des régimes absente",
        "<b>--only</b> VIT-MAY-001/2",
        "mayotte",
        "décret 2004-1490",
    ):
        assert piece in block
    assert 'data-pack="VIT-MAY-001/2"' not in page, "a failure's exchanges are in the page itself"
    assert 'data-pack="VIT-IDE-001/1"' in page, "those of a passed case are packed"


def test_the_legend_defines_every_verdict_and_the_assumptions_are_listed(red: Path) -> None:
    page = render_html(red)
    legend = page[page.index('id="legende"') : page.index('id="hypotheses"')]
    for verdict in (*Verdict, "NOT_RUN", "MUST", "SHOULD"):
        assert f"<code>{verdict}</code>" in legend
    listed = page[page.index('id="hypotheses"') : page.index('id="environnement"')]
    assert 'href="#VIT-MAY-001"' in listed
    assert 'href="#VIT-IDE-001"' not in listed


def test_cases_that_never_ran_are_shown_as_such(make_stream: Callable[..., Path]) -> None:
    page = render_html(make_stream(stop_after=3, footer=False))
    assert page.count('<div class="case not-run"') == 33
    assert "pas de fin dans le journal" in page


def test_a_stream_cut_in_its_last_line_says_so(green: Path) -> None:
    green.write_bytes(green.read_bytes()[:-40])
    page = render_html(green)
    assert 'class="tone-unfinished"' in page
    assert "La dernière ligne du journal est coupée" in page


def test_totals_that_are_not_those_of_the_cases_are_denounced(green: Path) -> None:
    text = green.read_text()
    assert '"counts":{"PASS":36}' in text
    green.write_text(text.replace('"counts":{"PASS":36}', '"counts":{"PASS":35,"FAIL":1}'))
    assert "le journal a été modifié" in render_html(green)


def test_missing_capabilities_and_a_partial_selection_are_said_on_top(make_stream: Callable[..., Path]) -> None:
    aside = dict.fromkeys((2, 3), Verdict.NOT_APPLICABLE)
    page = render_html(make_stream(verdicts=aside, capabilities=(), selection=("VIT-IDE", "VIT-PRO")))
    top = straight(page[: page.index('id="exigences"')])
    assert "1 exigence sans objet : VIT-PRO-001 (capacités non déclarées : protected)." in top
    assert "Sélection partielle du catalogue : VIT-IDE, VIT-PRO." in top


def test_an_interface_that_carries_a_part_only_is_said_on_top_and_listed(make_stream: Callable[..., Path]) -> None:
    aside = dict.fromkeys((2, 3), Verdict.NOT_APPLICABLE)
    page = straight(render_html(make_stream(verdicts=aside, carries=("assure.nir", "refusal"))))
    top, _, rest = page.partition('id="exigences"')
    why = "l'interface du produit n'a pas de place pour les valeurs comparées"
    assert f"1 exigence sans objet : VIT-PRO-001 ({why})." in top
    assert "<code>assure.nir</code> <code>refusal</code>" in rest
    assert "Values its interface carries" not in straight(render_html(make_stream()))


def test_a_case_of_an_unannounced_requirement_is_kept(green: Path) -> None:
    text = green.read_text()
    green.write_text(text.replace('"requirement":"VIT-IDE-001"', '"requirement":"XYZ-NEW-007"'))
    page = render_html(green)
    assert 'id="XYZ-NEW-007"' in page
    assert 'id="XYZ-NEW"' in page


def test_a_case_that_occurs_twice_has_two_anchors(green: Path) -> None:
    lines = green.read_text().splitlines()
    green.write_text("\n".join([lines[0], lines[1], *lines[1:]]) + "\n")
    page = Page(render_html(green))
    assert {"VIT-IDE-001/1", "VIT-IDE-001/1~2"} <= set(page.attributes("id"))


def test_what_is_not_a_stream_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "events.jsonl"
    bad.write_text("not json\n")
    with pytest.raises(StreamError):
        render_html(bad)


@dataclass
class Sentence:
    wording: str
    wording_fr: str = ""


def test_a_sentence_without_french_says_that_it_is_english() -> None:
    assert prose(Sentence("Names <b>"), "wording", "p", "w") == '<p class="w" lang="en">Names &lt;b&gt;</p>'
    both = prose(Sentence("Names", "Noms"), "wording", "p", "w")
    assert both == '<p class="w"><span data-en="Names">Noms</span></p>'


def test_a_wrong_value_says_from_which_file_and_rule_it_comes(red: Path) -> None:
    page = render_html(red)
    block = page[page.index('id="VIT-MAY-001/2"') : page.index('id="VIT-MAY-002"')]
    assert '<small class="place">DROITS · MATERN · CARTE</small>' in block
    origins = block[block.index('<section class="origins">') :]
    for piece in (
        "Le produit n’a jamais demandé CARTE à la carte.",  # noqa: RUF001 - the apostrophe of print
        'data-en="The product never asked the card for CARTE."',
        "refusé par la carte (6982)",
        "VITALE 20 14",
        '<span class="template">E6</span>',
        "bénéficiaire 1 · enregistrement 2",
        '<span class="tlv-tag">83</span> situation <code>0700</code>',
        "les règles de docs/4.10.md",
    ):
        assert piece in origins
    assert 'class="origins"' not in page[page.index('id="VIT-IDE-001/1"') : page.index('id="VIT-IDE-001/2"')]


def test_the_exchanges_that_read_such_a_file_are_marked(red: Path) -> None:
    page = render_html(red)
    block = page[page.index('id="VIT-MAY-001/2"') : page.index('id="VIT-MAY-002"')]
    marked = [line for line in block.split("<li ") if " concerns" in line[:60]]
    assert marked
    assert all("DROITS" in line for line in marked)
    assert len(marked) == sum("(DROITS)" in line for line in block.split("<li "))


def test_what_changed_since_the_previous_run_stands_on_the_first_screen(make_stream: Callable[..., Path]) -> None:
    before = make_stream(verdicts={5: Verdict.FAIL, 7: Verdict.FAIL}, version="4.1.0", started="2026-01-08T09:30:00Z")
    after = make_stream(verdicts={7: Verdict.FAIL, 9: Verdict.FAIL, 11: Verdict.FAIL})
    page = render_html(after, read_stream(before))
    first = page[page.index('class="changed-since"') : page.index('class="findings"')]
    for piece in ("4.1.0", "8 janvier 2026", "<b>2</b>", "régressions", "<b>1</b>", "corrigé", 'href="#changements"'):
        assert piece in first
    listed = page[page.index('<section class="annex" id="changements"') : page.index('id="legende"')]
    assert listed.count("<li>") == 1 + 3, "the version, and the three cases"
    assert "#changements" not in render_html(after)
    same = render_html(after, read_stream(after))
    box = same[same.index('class="changed-since"') : same.index('class="findings"')]
    assert "Aucun cas n'a changé de verdict." in straight(box)


def test_of_many_failures_the_first_forty_are_open(make_stream: Callable[..., Path]) -> None:
    page = render_html(make_stream(requirements=60, exchanges=1, verdicts=dict.fromkeys(range(120), Verdict.FAIL)))
    cases = [tag for tag in page.split("<") if tag.startswith('details class="case"')]
    assert len(cases) == 120
    assert sum(" open>" in tag for tag in cases) == 40
