"""What is published as a schema accepts what is really written and read, and nothing that is wrong."""

import copy
import json
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import jsonschema
import pytest

from conformance.catalogue import CATALOGUE
from conformance.product_sheet import template
from conformance.protocol import Answer, Description, ErrorBody, encode
from fixtures.vitale import SCENARIOS
from reader_core.journal.entry import By, Entry, Subject, encode_line
from reader_core.journal.keys import JournalKey
from vitale_testbed.schemas.published import PUBLISHED, published

ROOT = Path(__file__).parents[2]
Vitale = Callable[..., Any]
Document: TypeAlias = Any


def _toml(text: str) -> Document:
    return json.loads(json.dumps(tomllib.loads(text), default=str))  # TOML dates count as their text


def _file(path: Path) -> Document:
    return _toml(path.read_text(encoding="utf-8"))


def _block(page: str, has: str) -> Document:
    blocks = (ROOT / "docs" / page).read_text(encoding="utf-8").split("```toml\n")[1:]
    return _toml(next(block for block in blocks if has in block.split("```")[0]).split("```")[0])


@cache
def _validator(name: str) -> Callable[[Document], None]:
    schema = published(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator: Any = jsonschema.Draft202012Validator(schema)
    return validator.validate


def _journal_line() -> Document:
    entry = Entry(
        n=1,
        at="2026-01-15T08:00:00Z",
        function="read_identity",
        outcome="granted",
        by=By(account="a", host="h", card="none", code="none"),
        subject=Subject(nir=None, serial="0" * 64),
        category="test",
        api="4.10",
        on="2026-01-15",
        prev="0" * 64,
    )
    return json.loads(encode_line(entry, JournalKey.of(b"k" * 32))[0])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    """The lines of a real run of one requirement."""
    from vitale_testbed.cli import run as command

    folder = tmp_path_factory.mktemp("run")
    command(["certify", "--only", "VIT-IDE-001", "--quiet", "-o", str(folder / "out")])
    (stream,) = (folder / "out").rglob("events.jsonl")
    return [json.loads(line) for line in stream.read_text(encoding="utf-8").splitlines()]


def _families() -> list[Document]:
    return [_file(file) for file in sorted(CATALOGUE.glob("*.toml")) if file.name != "release.toml"]


REAL: dict[str, Callable[[], list[Document]]] = {
    "describe": lambda: [{"cmd": "describe", "protocol": 1}],
    "description": lambda: [json.loads(encode(Description(name="n", version="1")))],
    "stop": lambda: [{"cmd": "stop"}],
    "answer": lambda: [
        {"id": "x", "card": {}, "exports": {"xml": "AA=="}},
        json.loads(encode(Answer(id="x", error=ErrorBody(code="cps_absent")))),
        {"id": "x", "card": None, "error": {"code": "vitale_absent", "more": 1}},
    ],
    "journal": lambda: [_journal_line()],
    "product": lambda: [_toml(template("n", "1", "e", "c", "builtin"))],
    "scenario": lambda: [_file(file) for file in sorted(SCENARIOS.glob("*.toml"))],
    "family": lambda: [*_families(), _block("overlay.md", "[family]")],
    "overlay": lambda: [_block("overlay.md", "[plan]"), {"name": "ACME"}],
    "layouts": lambda: [
        _block("overlay.md", "[[file]] # the NIR packed"),
        *(_file(file) for file in sorted((ROOT / "tests" / "overlays" / "invented" / "layouts").glob("*.toml"))),
    ],
    "baseline": lambda: [_block("certify.md", "[known]"), {}],
    "campaign": lambda: [_block("campaign.md", "[[product]]")],
    "access": lambda: [_file(ROOT / "reader_core" / "access" / "default.toml")],
    "image": lambda: [_file(file) for file in sorted((ROOT / "emulator" / "images").glob("*.toml"))],
}


@cache
def _real(name: str) -> list[Document]:
    return REAL[name]()


@pytest.mark.parametrize("name", REAL)
def test_what_is_really_written_is_valid(name: str) -> None:
    validator = _validator(name)
    documents = _real(name)
    assert documents
    for document in documents:
        validator(document)


def test_the_lines_of_a_run_are_valid(run: list[Document]) -> None:
    event, answer, card = (_validator(name) for name in ("event", "answer", "card"))
    for line in run:
        event(line)
    answers = [one for line in run for one in line.get("answers", ())]
    for one in answers:
        answer(one)
        card(one["card"])
    assert [run[0]["event"], run[-1]["event"], bool(answers)] == ["run_started", "run_finished", True]


def test_the_lines_of_a_campaign_are_valid(run: list[Document]) -> None:
    validator = _validator("campaign-event")
    validator(
        {"event": "campaign_started", "started": "x", "plan": {"product": [{"spec": "builtin"}]}, "runs": [run[0]]}
    )
    validator({"event": "campaign_case", "product": 0, "case": run[1]})
    validator({"event": "campaign_finished", "finished": "x", "exit_code": 0, "counts": [{"PASS": 1}]})
    with pytest.raises(jsonschema.ValidationError):
        validator({"event": "campaign_case", "product": "first", "case": run[1]})


def _without(*path: str | int) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        *above, last = path
        for step in above:
            document = document[step]
        del document[last]

    return change


def _with(value: object, *path: str | int) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        *above, last = path
        for step in above:
            document = document[step]
        document[last] = value

    return change


WRONG: list[tuple[str, str, Callable[[Document], None]]] = [
    ("describe", "another command", _with("read", "cmd")),
    ("description", "no name", _without("name")),
    ("description", "an empty version", _with("", "version")),
    ("stop", "no command", _without("cmd")),
    ("answer", "neither card nor error", _without("card")),
    ("answer", "card and error", _with({"code": "x"}, "error")),
    ("answer", "a card that is a text", _with("card", "card")),
    ("answer", "no id", _without("id")),
    ("journal", "no seal", _without("seal")),
    ("journal", "half a seal", _with("00", "seal")),
    ("product", "a misspelt table", _with({}, "claim")),
    ("product", "rules that nobody knows", _with(["4.11"], "claims", "api")),
    ("product", "another version of the form", _with("vitale-product/2", "schema")),
    ("scenario", "no source", _without("scenario", 0, "source")),
    ("scenario", "a basis that is none", _with("guess", "scenario", 0, "basis")),
    ("scenario", "a misspelt key", _with("1234", "scenario", 0, "pins")),
    ("scenario", "no card", _without("scenario", 0, "vitale")),
    ("scenario", "no date", _without("scenario", 0, "on")),
    ("scenario", "a misspelt key in a reading", _with([{"cpss": "cps"}], "scenario", 0, "reading")),
    ("scenario", "what only the loader fills in", _with("x.toml", "scenario", 0, "file")),
    ("scenario", "another table", _with([], "scenarios")),
    ("family", "no requirement", _without("requirement")),
    ("family", "an id that is none", _with("vit-ide-1", "requirement", 0, "id")),
    ("family", "a level that is none", _with("MAY", "requirement", 0, "level")),
    ("family", "a case without a number", _without("requirement", 0, "case", 0, "n")),
    ("overlay", "no name", _without("name")),
    ("overlay", "a plan number that is none", _with({"VIT-IDE-001": ""}, "plan")),
    ("scenario", "what only an overlay fills in", _with(["DROITS"], "scenario", 0, "laid_otherwise")),
    ("layouts", "no source", _without("file", 0, "source")),
    ("layouts", "a misspelt key of a field", _with(3, "file", 0, "field", 0, "offsets")),
    ("layouts", "nothing", _with([], "file")),
    ("baseline", "a reason that is no text", _with({"VIT-IDE-001/1": True}, "known")),
    ("campaign", "no product", _with([], "product")),
    ("campaign", "no time", _with(0, "timeout")),
    ("access", "an outcome that nobody knows", _with("perhaps", "row", 0, "outcome")),
    ("image", "a misspelt field", _with("01", "assure", "regim")),
    ("image", "a profile that is none", _with("vitale3", "profile")),
    ("image", "a text that no card can hold", _with("Œuvre", "beneficiaires", 0, "prenom")),
]


@pytest.mark.parametrize(("name", "what", "change"), WRONG, ids=[f"{name}: {what}" for name, what, _ in WRONG])
def test_what_is_wrong_is_not(name: str, what: str, change: Callable[[Document], None]) -> None:
    document = copy.deepcopy(next(one for one in _real(name) if name != "image" or one["profile"] == "vitale2"))
    change(document)
    with pytest.raises(jsonschema.ValidationError):
        _validator(name)(document)


@pytest.mark.parametrize(
    "change",
    [
        _with("MAYBE", "verdict"),
        _without("id"),
        _with("yes", "checks", 0, "ok"),
        _without("scenario", "source"),
        _with("case_started", "event"),
    ],
)
def test_a_line_that_is_no_event_is_not_valid(run: list[Document], change: Callable[[Document], None]) -> None:
    line = copy.deepcopy(run[1])
    change(line)
    with pytest.raises(jsonschema.ValidationError):
        _validator("event")(line)


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_key_has_its_meaning(name: str) -> None:
    schema = published(name)
    parts = {"": schema, **schema.get("$defs", {}), **schema.get("components", {}).get("schemas", {})}
    for part, content in parts.items():
        assert not part or content["description"], part
        for key, value in content.get("properties", {}).items():
            assert value.get("description") or len(value["enum"]) == 1, f"{part}.{key} has no description"
            assert "Attributes:" not in str(value), f"{part}.{key}"


def test_a_schema_is_made_anew_each_time() -> None:
    first = published("card")
    first["$defs"].clear()
    assert published("card")["$defs"]


def test_the_command_lists_and_completes_the_names(vitale: Vitale) -> None:
    listed = vitale("schema").out.splitlines()
    assert [line.split()[0] for line in listed] == list(PUBLISHED)
    assert all(form.title in line for line, form in zip(listed, PUBLISHED.values(), strict=True))
    done = vitale(env={"_VITALE_COMPLETE": "bash_complete", "COMP_WORDS": "vitale schema s", "COMP_CWORD": "2"})
    assert [line.partition(",")[2] for line in done.out.splitlines()] == ["stop", "scenario"]


def test_the_scenario_that_the_readme_shows_is_valid() -> None:
    text = (
        (ROOT / "fixtures" / "vitale" / "README.md").read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    )
    _validator("scenario")(_toml(text))
