"""The pages of the published schemas: every key with its type, whether it is asked for, and what it means; and the files to download."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from vitale_testbed.schemas.published import PUBLISHED, Group, published

Schema = dict[str, Any]

PAGES: Final[dict[Group, tuple[str, str]]] = {
    "protocol": (
        "Adapter protocol",
        (
            "The messages between the harness and a product, one JSON object a line; [Connect your product](../adapters.md) has their use. "
            "Keys that are not here are ignored on both sides."
        ),
    ),
    "card": (
        "The card object",
        (
            "What a reading gives: `card` of an [answer](schemas-protocol.md#answer), and `vitale read --format json`. "
            "How each value is worked out is on [a page of its own](../card-object.md)."
        ),
    ),
    "streams": (
        "Streams",
        "Files with one JSON object a line, each of which is valid by itself. Keys that are not here are ignored.",
    ),
    "files": (
        "Files that you write",
        "TOML files. Their dates count as text here, `YYYY-MM-DD`; a key that is not here is an error.",
    ),
    "http": (
        "The HTTP API of `vitale consult`",
        "An OpenAPI 3.1 document, which a running tool serves at `/api/openapi.json` too; [Consult a card](../consult.md) has its use.",
    ),
}
"""Title and first words of each page."""


_DAYS: Final = {r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", r"^\d{4}-\d{2}-\d{2}$"}
"""Patterns that stand for a day."""


def page_address(group: Group) -> str:
    """Where the page of a group stands in the site."""
    return f"reference/schemas-{group}.md"


def file_address(name: str) -> str:
    """Where the file of a schema stands in the site."""
    return f"reference/schemas/{name}.{'openapi' if PUBLISHED[name].group == 'http' else 'schema'}.json"


def schema_page(group: Group) -> str:
    """Make the page of a group."""
    title, words = PAGES[group]
    lines = [f"# {title}\n", f"{words}\n"]
    for name, form in PUBLISHED.items():
        if form.group == group:
            file = file_address(name).removeprefix("reference/")
            lines += [f"## {name}\n", f"{form.title}: `vitale schema {name}`, or [download it]({file}).\n"]
            made = published(name)
            lines += _requests(made) if group == "http" else []
            lines += _parts(name, made)
    return "\n".join(lines)


def schema_files() -> dict[str, str]:
    """Make the files to download, by their address in the site."""
    return {file_address(name): json.dumps(published(name), ensure_ascii=False, indent=2) + "\n" for name in PUBLISHED}


def _requests(document: Schema) -> Iterator[str]:
    """The table of the requests of an OpenAPI document, with what each takes and gives."""
    yield "| request | what it does | takes | gives |"
    yield "|---|---|---|---|"
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            if isinstance(one, dict) and "responses" in one:
                body = _bodies(one.get("requestBody", {}).get("content", {}))
                given = "; ".join(
                    f"{status} {_bodies(answer.get('content', {}))}".strip()
                    for status, answer in one["responses"].items()
                )
                words = _words(one.get("summary") or one.get("description", "")).replace("\n", " ")
                yield f"| `{method.upper()} {path}` | {words} | {body} | {given} |"
    yield ""


def _bodies(content: Schema) -> str:
    """What a request or an answer holds; the card object stands on a page of its own."""
    said = [_type("consult-api", media["schema"]) for media in content.values() if "$ref" in str(media.get("schema"))]
    return " or ".join(said) or ", ".join(_code(one) for one in content)


def _parts(name: str, schema: Schema) -> Iterator[str]:
    parts: dict[str, Schema] = dict(schema.get("$defs", {}))
    if "components" in schema:  # the card object has a page of its own
        of_card = published("card")["$defs"]
        parts = {part: content for part, content in schema["components"]["schemas"].items() if part not in of_card}
    if "properties" in schema:
        yield _table(name, schema)
    elif "anyOf" in schema:
        choices = ", ".join(_link(name, one["$ref"]) for one in schema["anyOf"])
        yield f"One of: {choices}; `{schema['discriminator']['propertyName']}` says which.\n"
    for part, content in sorted(parts.items(), key=lambda item: item[0] != schema.get("$ref", "").rpartition("/")[2]):
        yield f"### {part} {{#{_anchor(name, part)}}}\n"
        yield f"{_words(content.get('description', ''))}\n"
        if content.get("properties"):
            yield _table(name, content)


def _table(name: str, content: Schema) -> str:
    required = content.get("required", [])
    rows = ["| key | type | | meaning |", "|---|---|---|---|"]
    for key, value in content["properties"].items():
        wanted = "required" if key in required else _default(value)
        meaning = _words(value.get("description", "")).replace("\n", " ")
        rows.append(f"| `{key}` | {_type(name, value)} | {wanted} | {meaning} |".replace("  ", " "))
    return "\n".join(rows) + "\n"


def _default(value: Schema) -> str:
    default = value.get("default")
    if default in (None, "", []) or (isinstance(default, dict) and not any(default.values())):
        return ""
    return f"default {_code(json.dumps(default, ensure_ascii=False))}"


def _type(name: str, value: Schema) -> str:
    """Say what may stand at a key."""
    if "$ref" in value:
        return _link(name, value["$ref"])
    if choices := value.get("anyOf") or value.get("oneOf"):
        return " or ".join(dict.fromkeys(_type(name, one) for one in choices))
    if "enum" in value:
        return ", ".join(_code(json.dumps(one, ensure_ascii=False)) for one in value["enum"])
    match value.get("type"):
        case "array" if value.get("prefixItems"):
            return "array of " + ", ".join(dict.fromkeys(_type(name, one) for one in value["prefixItems"]))
        case "array":
            items = value.get("items")
            said = f"array of {_type(name, items)}" if isinstance(items, dict) else "array"
            return said + _bounds(value, "Items")
        case "object":
            inner = value.get("additionalProperties")
            return f"object of {_type(name, inner)}" if isinstance(inner, dict) else "object"
        case "string":
            return _text_type(value)
        case None:
            return "any value"
        case kind:
            low, high = value.get("minimum"), value.get("maximum")
            span = f" {'' if low is None else low} to {'' if high is None else high}".rstrip()
            return f"{kind}{span if low is not None or high is not None else ''}".removesuffix(" to")


def _text_type(value: Schema) -> str:
    pattern = value.get("pattern", "")
    if pattern in _DAYS or value.get("format") == "date":
        return "date, `YYYY-MM-DD`"
    return f"string {_code(pattern)}" if pattern else "string" + _bounds(value, "Length")


def _bounds(value: Schema, what: str) -> str:
    low, high = value.get(f"min{what}"), value.get(f"max{what}")
    said = ["not empty"] if low == 1 else [f"at least {low}"] if low else []
    said += [f"at most {high}"] if high else []
    return f" ({', '.join(said)})" if said else ""


def _link(name: str, reference: str) -> str:
    part = reference.rpartition("/")[2]
    if name == "consult-api" and part in published("card")["$defs"]:
        return f"[{part}](schemas-card.md#{_anchor('card', part)})"
    return f"[{part}](#{_anchor(name, part)})"


def _anchor(name: str, part: str) -> str:
    return f"{name}-{part}".lower()


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


def _words(text: str) -> str:
    """Docstrings mark code with one or two backquotes; Markdown's table wants one, and no bar."""
    return re.sub(r"`{2}(.+?)`{2}", r"`\1`", text).replace("|", "\\|")
