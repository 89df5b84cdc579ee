"""Pages of the documentation site that are made when it is built, and links that leave `docs/`.

mkdocs calls the `on_` functions (https://www.mkdocs.org/dev-guide/plugins/#events).
"""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from site_assumptions import assumptions_page
from site_layouts import layout_page
from site_schemas import PAGES, page_address, schema_files, schema_page

from conformance.catalogue import load_catalogue
from vitale_testbed.cli import vitale

ROOT = Path(__file__).parents[1]

ELSEWHERE = {
    "ARCHITECTURE.md": "architecture.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "THIRD-PARTY.md": "third-party.md",
    "fixtures/vitale/README.md": "fixtures.md",
    "reader_core/nomenclatures/data/README.md": "reference/caisses.md",
    **{
        f"examples/{name}/README.md": f"examples/{name}.md"
        for name in ("ci", "cpp", "csharp", "delphi", "node", "python", "shell", "sample-project")
    },
}
"""Pages of the repository outside `docs/`, and where they stand in the site."""

MADE = {
    "scripts/site_assumptions.py": "assumptions.md",
    "scripts/site_layouts.py": "reference/layouts.md",
    "scripts/site_schemas.py": page_address("protocol"),
}
"""Pages that a module makes: where the repository has the module, the site has the page."""

COPIED = {
    f"reader_core/nomenclatures/data/{name}": f"reference/{name}"
    for name in ("caisses.csv", "organismes.csv", "MPL-2.0.txt")
}
"""Files that a page hands over as they are."""

_LANGUAGES = {
    ".config": "xml",
    ".cpp": "cpp",
    ".cs": "csharp",
    ".dpr": "delphi",
    ".hpp": "cpp",
    ".js": "js",
    ".py": "python",
    ".sh": "sh",
    ".toml": "toml",
    ".yml": "yaml",
}
_LINK = re.compile(r"(?<!\!)\[([^\]]*)\]\(([^)\s#:]+)(#[^)\s]*)?\)")

PYTHON = (
    "vitale_testbed",
    "vitale_testbed.strategies",
    "emulator.image",
    "emulator.readers",
    "emulator.faults",
    "emulator.recording",
    "reader_core",
    "reader_core.iso7816",
    "conformance.events",
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from elsewhere and those that are made."""
    for source, target in ELSEWHERE.items():
        files.append(
            File.generated(config, target, content=(ROOT / source).read_text(encoding="utf-8") + _sources(source))
        )
    made = {
        "reference/cli.md": _cli(),
        "reference/catalogue.md": _catalogue(),
        "reference/python.md": _python(),
        MADE["scripts/site_assumptions.py"]: assumptions_page(),
        MADE["scripts/site_layouts.py"]: layout_page(),
        **{page_address(group): schema_page(group) for group in PAGES},
        **schema_files(),
    }
    made |= {target: (ROOT / source).read_text(encoding="utf-8") for source, target in COPIED.items()}
    for target, content in made.items():
        files.append(File.generated(config, target, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 -- mkdocs gives all
    """Turn links to files of the repository into links to their pages here; what has none becomes its path."""
    target = page.file.src_uri
    origin = next((source for source, made in ELSEWHERE.items() if made == target), f"docs/{target}")

    def turned(link: re.Match[str]) -> str:
        words, address, anchor = link[1], link[2], link[3] or ""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(origin), address))
        path = f"{path}/README.md" if f"{path}/README.md" in ELSEWHERE else path
        there = ELSEWHERE.get(path) or MADE.get(path) or COPIED.get(path)
        if there is None and path.startswith("docs/") and (ROOT / path).exists():
            there = path.removeprefix("docs/")
        if there is None:
            made_here = origin.startswith("docs/") and not path.startswith("..") and not (ROOT / path).exists()
            return link[0] if made_here else f"{words} (`{path}`)"
        return f"[{words}]({posixpath.relpath(there, posixpath.dirname(target) or '.')}{anchor})"

    return _LINK.sub(turned, markdown)


def _sources(source: str) -> str:
    """The files of an example below its page, since a site has no folder to look into."""
    if not source.startswith("examples/"):
        return ""
    folder = (ROOT / source).parent
    parts: list[str] = []
    for file in sorted(folder.rglob("*")):
        if (
            file.suffix in _LANGUAGES
            and file.is_file()
            and not {"__pycache__", ".venv", "node_modules"} & set(file.parts)
        ):
            name = file.relative_to(folder).as_posix()
            parts.append(
                f"## `{name}`\n\n```{_LANGUAGES[file.suffix]}\n{file.read_text(encoding='utf-8').rstrip()}\n```\n"
            )
    return "\n" + "\n".join(parts)


def _cli() -> str:
    """The help of every command, as a terminal shows it."""
    root = click.Context(vitale, info_name="vitale", terminal_width=80, max_content_width=80)
    return "\n".join(["# Command line\n", *_helps(root)])


def _helps(context: click.Context) -> Iterator[str]:
    command = context.command
    yield f"## `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from _helps(click.Context(child, parent=context, info_name=name, terminal_width=80))


def _python() -> str:
    return "# Python\n\n" + "\n\n".join(f"::: {name}" for name in PYTHON) + "\n"


def _catalogue() -> str:
    """Every requirement with its level, basis and source."""
    catalogue = load_catalogue()
    lines = [f"# Catalogue {catalogue.version}\n"]
    for family in catalogue.families:
        lines += [f"## {family.id}: {family.title_en}\n"]
        for one in family.requirement:
            played = f"{len(one.case)} cases" if one.case else f"not tested: {one.untested}"
            lines += [
                f"### {one.id}: {one.title} {{#{one.id.lower()}}}\n",
                f"{one.wording}\n",
                f"{one.level}, API {', '.join(one.api)}, {played}. Basis: {one.basis}; source: {one.source}.\n",
            ]
    return "\n".join(lines)
