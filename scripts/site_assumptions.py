"""The page of assumptions: everything that is ours because nothing public says it, from the data that says so, with what would settle it.

What has no word here on what would settle it stops the build.
"""

import dataclasses
import importlib
import pkgutil
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from site_layouts import layouts_once

import reader_core.nomenclatures
import reader_core.rules
from conformance.catalogue import load_catalogue
from emulator.faults import FAULTS
from fixtures.vitale import load_scenarios
from reader_core.access import default_table
from reader_core.layouts import Basis
from reader_core.layouts.structured import STRUCTURED_FILES
from reader_core.records.fields import GROUPS
from reader_core.sourced import Sourced

DOCS: Final = Path(__file__).parents[1] / "docs"

_MANUAL: Final = "the manual and the release note of API de lecture Vitale 4.10"
_PLAN: Final = "the CNDA's test plan"

SETTLED_BY: Final = {
    "VIT-ACC": f"{_MANUAL}: which functions it guards, by which checks, in which order",
    "VIT-REG": "what the GIE gives to editors on régimes and organismes",
    "VIT-AMC": "what the GIE gives to editors on the complementary zones; masked recordings of real cards with a mutuelle and an AMC",
    "VIT-ERR": f"the error list of the API; {_PLAN}, for what a product has to show",
    "VIT-EXO": f"{_MANUAL}, with its table of code couverture and of labels; {_PLAN}",
    "VIT-EXP": f"the specification of each export (`T_AsnDonneesVitale`, HPRIM); {_PLAN}",
    "VIT-IDE": f"{_MANUAL}; masked recordings of real cards",
    "VIT-MAT": f"{_MANUAL}: where the two dates come from, and which label it gives on which day",
    "VIT-MAY": f"{_MANUAL}: what it calls caisse 976",
    "VIT-MIN": f"{_MANUAL}: its labels for 0700, with an ALD and without",
    "VIT-IMP": f"{_PLAN}: what a printed page has to show",
    "VIT-CPS": "the ANS's documentation of the cards, for what a product has to show of a code",
    "VIT-PRO": f"{_MANUAL}: what a reading without a professional card gives; {_PLAN}",
    "VIT-RAT": f"{_MANUAL}: its labels for régime 05",
    "VIT-DRO": "what the GIE gives to editors on the periods of the groups; masked recordings of real cards",
    "VIT-ROB": f"{_PLAN}: what a product has to do with a card that is damaged",
    "VIT-UNC": f"{_MANUAL}: its labels and rates since the UNCAM's decisions",
}
"""By family of requirements: what would settle what is assumed there. No such document is public."""

DECISIONS: Final = {
    "MAYOTTE_SOURCE": "which affiliation is Mayotte's",
    "CHOICE": "which cover counts as that of the compulsory insurance",
    "ORDER_SOURCE": "which of several periods in force goes first",
    "RECORD": "the maternity record of the card, and its period",
}
"""Constants of the rules that are a source and nothing else: what rests on them."""

_CARD: Final = "a reading of a real card, recorded masked (`vitale record`), or the card's own specification"
_PARTICIPATION: Final = "the decision and the day of it in the Journal officiel"
_RULES: Final = _MANUAL

PAGES_SETTLED: Final = {
    "4.10.md": _RULES,
    "access.md": _RULES,
    "apilec.md": f"the header of libapi_lec and {_MANUAL}",
    "apilec-codes.md": "the error list of libapi_lec",
    "card-object.md": _RULES,
    "faults.md": "a trace of the same incident on a real card and reader",
    "formats.md": "the specification of the export",
    "nomenclatures.md": "the nomenclature's own publication",
    "participation.md": _PARTICIPATION,
    "records.md": "the documentation of the SSV interface",
    "cards/cps2ter.md": "the specification of the CPS2ter volume (GIP-CPS)",
    "cards/cps3-contactless.md": _CARD,
    "cards/cps3.md": _CARD,
    "cards/cps4.md": _CARD,
    "cards/exchange.md": "the specification of the exchange between Vitale and CPS",
    "cards/vitale1.md": _CARD,
    "cards/vitale2.md": _CARD,
}
"""By page of the documentation that has a column of bases: what would settle its assumptions."""

_SAID_ABOVE: Final = {"participation.md", "records.md"}
"""Pages that are made from the same data as parts of this one."""

_HEAD: Final = """# Sources and assumptions

Every rule, layout, requirement and scenario says where it comes from (`source`), and how well founded that is (`basis`):

| basis | meaning |
|---|---|
| `law` | an official text: code, decree, circular |
| `standard` | ISO/IEC 7816, PC/SC, IAS ECC, PKCS#15, RFC |
| `observed` | seen in public documents, software or traces |
| `assumption` | ours, because nothing public says it |

This page is the last line of that table in full, made from the same data when the site is built. A pass that rests on an assumption says that your product does what we
expect, not what the GIE SESAM-Vitale or the CNDA expects. Who holds one of the documents named under *settled by* can lay what it says over all of this: [an overlay](overlay.md) for
requirements and scenarios, [an access table](access.md) for who may read what. `vitale catalogue --basis assumption` lists the requirements, and each report those of its run.
"""


def assumptions_page() -> str:
    """Make the page."""
    parts = {
        "Requirements": _requirements(),
        "Rules of a reading": _rules(),
        "Access table": _access(),
        "Files of the cards": _layouts(),
        "Fields of the cards": _fields(),
        "Faults": _faults(),
        "What the pages say": _pages(),
        "Scenarios": _scenarios(),
    }
    return "\n".join([_HEAD, *(line for title, lines in parts.items() for line in (f"## {title}\n", *lines, ""))])


def _requirements() -> Iterator[str]:
    catalogue = load_catalogue()
    assumed = [(family, one) for family, one in catalogue.requirements if one.basis == "assumption"]
    yield f"{len(assumed)} of {sum(1 for _ in catalogue.requirements)} requirements.\n"
    for family in catalogue.families:
        rows = [one for its, one in assumed if its.id == family.id]
        if rows:
            yield f"### {family.id}: {family.title_en}\n"
            yield f"Settled by: {SETTLED_BY[family.id]}.\n"
            yield "| requirement | what we assume it is right to do | source |"
            yield "|---|---|---|"
            for one in rows:
                yield f"| [{one.id}](reference/catalogue.md#{one.id.lower()}) | {_cell(one.title)} | {_cell(one.source)} |"
            yield ""


def _rules() -> Iterator[str]:
    yield f"In `reader_core`. Settled by: {_RULES}; rates and amounts by {_PARTICIPATION}.\n"
    yield "| where | what | source |"
    yield "|---|---|---|"
    for package in (reader_core.rules, reader_core.nomenclatures):
        for module, what, sourced in _sourced(package):
            yield f"| `{module.removeprefix('reader_core.')}` | {_cell(what)} | {_cell(sourced.source)} |"


def _sourced(package: ModuleType) -> Iterator[tuple[str, str, Sourced]]:
    """Every assumption of a package, once: the module, what rests on it, its source."""
    seen: set[tuple[str, str]] = set()
    found = [one.name for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    for name in sorted(found, key=lambda one: (-one.count("."), one)):
        module = importlib.import_module(name)
        if name.endswith(".markdown"):
            continue
        for constant, value in vars(module).items():
            if constant.startswith("_") or constant == "PROJECT":
                continue
            for owner, sourced in _within(value, None):
                if sourced.basis == "assumption":
                    what = DECISIONS[constant] if owner is None else _named(owner)
                    if (what, sourced.source) not in seen:
                        seen.add((what, sourced.source))
                        yield name, what, sourced


def _within(value: Any, owner: Any) -> Iterator[tuple[Any, Sourced]]:  # noqa: ANN401 -- any value of a module
    if isinstance(value, Sourced):
        yield owner, value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _within(each, owner)
    elif isinstance(value, tuple | list | frozenset):
        for each in value:
            yield from _within(each, owner)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _within(getattr(value, field.name), value)


def _named(owner: Any) -> str:  # noqa: ANN401 -- any dataclass of a table
    values = {field.name: getattr(owner, field.name) for field in dataclasses.fields(owner)}
    said = [
        str(getattr(value, "value", value))
        for name, value in values.items()
        if not isinstance(value, Sourced | Mapping)
    ]
    if "titre" in values:
        return str(values["titre"])
    return ", ".join(said[:4]).replace("None", "not set")


def _access() -> Iterator[str]:
    yield f"Rows of [the table of who may read what](access.md). Settled by: {SETTLED_BY['VIT-ACC']}.\n"
    yield "| row | decides | source |"
    yield "|---|---|---|"
    for row in default_table().rows:
        if row.basis == "assumption":
            what = f"{', '.join(row.function) or 'every function'}: {row.outcome or ', '.join(row.checks)}"
            yield f"| `{row.id}` | {what} | {_cell(row.source)} |"


def _layouts() -> Iterator[str]:
    yield f"On [the page of the card layout](reference/layouts.md), each with its fields. Settled by: {_CARD}.\n"
    yield "| file | assumed | source |"
    yield "|---|---|---|"
    for each in (*layouts_once(), *STRUCTURED_FILES):
        assumed = [
            what for what, basis in (("content", each.basis), ("place", each.place_basis)) if basis is Basis.ASSUMPTION
        ]
        if assumed:
            where = f"`{each.fid:04X}` {each.name}".strip()
            yield f"| {where}: {each.title} | {' and '.join(assumed)} | {_cell(each.source)} |"


def _fields() -> Iterator[str]:
    yield f"Meaning or form of [fields](records.md) whose place in their group is observed. Settled by: {PAGES_SETTLED['records.md']}.\n"
    yield "| group | field | what we take it for |"
    yield "|---|---|---|"
    for group in GROUPS:
        for field in group.fields:
            if field.basis == "assumption":
                yield f"| {group.numero} | `{field.nom}` | {_cell(field.sens)}: {_cell(field.forme)} |"


def _faults() -> Iterator[str]:
    yield f"Settled by: {PAGES_SETTLED['faults.md']}.\n"
    yield "| fault | what happens | source |"
    yield "|---|---|---|"
    for kind in FAULTS.values():
        if kind.basis is Basis.ASSUMPTION:
            yield f"| [`{kind.name}`](faults.md) | {_cell(kind.description)} | {_cell(kind.source)} |"


def _pages() -> Iterator[str]:
    yield "Lines of tables that say a basis, as far as it is an assumption.\n"
    for page in sorted(DOCS.rglob("*.md"), key=lambda one: one.relative_to(DOCS).as_posix()):
        name = page.relative_to(DOCS).as_posix()
        text = page.read_text(encoding="utf-8")
        rows = [] if name in _SAID_ABOVE else list(_assumed_rows(_links_from_top(text, name)))
        if rows:
            title = text.partition("\n")[0].removeprefix("# ")
            yield f"### [{title}]({name})\n"
            yield f"Settled by: {PAGES_SETTLED[name]}.\n"
            yield "| what | as we have it | basis |"
            yield "|---|---|---|"
            yield from (f"| {what} | {said} | {basis} |" for what, said, basis in rows)
            yield ""


def _links_from_top(text: str, name: str) -> str:
    """A page's text with links as they are from the top of the documentation."""

    def turned(link: re.Match[str]) -> str:
        address, anchor = link[2], link[3] or ""
        address = posixpath.normpath(posixpath.join(posixpath.dirname(name), address)) if address else name
        return f"[{link[1]}]({address}{anchor})"

    return re.sub(r"\[([^\]]*)\]\(([^)\s#:]*)(#[^)\s]*)?\)", turned, text)


def _assumed_rows(text: str) -> Iterator[tuple[str, str, str]]:
    """The rows of a page whose cell under *basis* speaks of an assumption; parts that are made from layouts are left out."""
    text = re.sub(r"<!-- generated: .*?<!-- end -->", "", text, flags=re.DOTALL)
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    head: list[str] | None = None
    for line in text.splitlines():
        if not line.startswith("|"):
            head = None
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if head is None:
            head = cells
        elif "basis" in head[1:] and len(cells) == len(head) and "assumption" in cells[head.index("basis")]:
            row = [(name, cell) for name, cell in zip(head, cells, strict=True) if name != "basis" and cell]
            (_, what), *said = row
            named = len(said) > 1
            yield (
                what,
                "; ".join(f"{name}: {cell}" if named else cell for name, cell in said),
                cells[head.index("basis")],
            )


def _scenarios() -> Iterator[str]:
    scenarios = load_scenarios().values()
    assumed = [one for one in scenarios if one.basis == "assumption"]
    yield f"{len(assumed)} of {len(scenarios)}. What settles the requirement settles the scenarios that try it.\n"
    by_file: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in assumed:
        by_file[one.file][one.source].append(one.id)
    for file, sources in by_file.items():
        yield f"### {file}\n"
        yield "| source | scenarios |"
        yield "|---|---|"
        yield from (f"| {_cell(source)} | {', '.join(f'`{one}`' for one in ids)} |" for source, ids in sources.items())
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
