"""The documentation is built as a site, strictly; no link of it is broken, and nothing in it comes from another server."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from blocks import ROOT

from conformance.catalogue import load_catalogue
from emulator.image import PROFILES
from vitale_testbed.schemas.published import PUBLISHED, published

LOADS = {"script": "src", "img": "src", "source": "src", "iframe": "src", "link": "href"}


class Page(HTMLParser):
    """What a page links to, what it loads, and the places that can be linked to."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.anchors = {""}
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.add(values["href"])
        if tag in LOADS and LOADS[tag] in values and values.get("rel") != "canonical":
            self.loaded.add(values[LOADS[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Page]:
    """Every page of the built site."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {file: Page(file) for file in folder.rglob("*.html")}


@pytest.mark.xdist_group("site")
def test_no_link_is_broken(site: dict[Path, Page]) -> None:
    broken: list[str] = []
    for file, page in site.items():
        if file.name == "404.html":  # served at any address
            continue
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            target = target / "index.html" if target.is_dir() else target
            there = site.get(target)
            if not target.exists() or (there and unquote(parts.fragment) not in there.anchors):
                broken.append(f"{file.name}: {link}")
    assert not broken


@pytest.mark.xdist_group("site")
def test_nothing_comes_from_another_server(site: dict[Path, Page]) -> None:
    assert not {one for page in site.values() for one in page.loaded if urlsplit(one).scheme in {"http", "https"}}


@pytest.mark.xdist_group("site")
def test_every_command_and_requirement_is_in_the_reference(site: dict[Path, Page]) -> None:
    pages = {f"{file.parent.name}/{file.name}": page for file, page in site.items()}
    assert {"vitale-certify", "vitale-card-new", "vitale-doctor"} <= pages["reference/cli.html"].anchors
    assert sum(anchor.startswith("vit-min-0") for anchor in pages["reference/catalogue.html"].anchors) >= 10
    assert {"vitale_testbed.virtual_reader", "reader_core.Reader"} <= pages["reference/python.html"].anchors


@pytest.mark.xdist_group("site")
def test_every_schema_can_be_downloaded_and_is_shown(site: dict[Path, Page]) -> None:
    folder = next(file.parent for file in site if file.name == "schemas-files.html")
    for name, form in PUBLISHED.items():
        page = site[folder / f"schemas-{form.group}.html"]
        (link,) = {link for link in page.links if re.fullmatch(rf"schemas/{name}\.\w+\.json", link)}
        assert json.loads((folder / link).read_text(encoding="utf-8")) == published(name)
        assert name in page.anchors


@pytest.mark.xdist_group("site")
def test_every_file_of_every_card_is_in_the_layout(site: dict[Path, Page]) -> None:
    page = next(one for file, one in site.items() if file.name == "layouts.html")
    assert set(PROFILES) <= page.anchors
    assert {"file-identite", "file-couvert", "file-porteur", "file-cps2sitf"} <= page.anchors


@pytest.mark.xdist_group("site")
def test_the_assumptions_of_the_catalogue_are_on_their_page(site: dict[Path, Page]) -> None:
    page = next(one for file, one in site.items() if file.name == "assumptions.html")
    assumed = {one.id.lower() for _, one in load_catalogue().requirements if one.basis == "assumption"}
    assert len(assumed) > 50
    assert {f"reference/catalogue.html#{one}" for one in assumed} <= page.links
