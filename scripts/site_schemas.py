"""The pages of the published schemas: every key with its type, whether it is asked for, and what it means; and the files to download."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from vitale_testbed.schemas import PUBLISHED, Group, published

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

_NO_TABLE: Final = {"http"}


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
            lines += [] if group in _NO_TABLE else _parts(name, published(name))
    return "\n".join(lines)


def schema_files() -> dict[str, str]:
    """Make the files to download, by their address in the site."""
    return {file_address(name): json.dumps(published(name), ensure_ascii=False, indent=2) + "\n" for name in PUBLISHED}


def _parts(name: str, schema: Schema) -> Iterator[str]:
    parts: dict[str, Schema] = dict(schema["$defs"])
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
    if value.get("default") in (None, "", [], {}):
        return ""
    return f"default {_code(json.dumps(value['default'], ensure_ascii=False))}"


def _type(name: str, value: Schema) -> str:
    """Say what may stand at a key."""
    if "$ref" in value:
        return _link(name, value["$ref"])
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_type(name, one) for one in value["anyOf"]))
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
            if "pattern" in value:
                return f"string {_code(value['pattern'])}"
            return "date" if value.get("format") == "date" else "string" + _bounds(value, "Length")
        case None:
            return "any value"
        case kind:
            low, high = value.get("minimum"), value.get("maximum")
            span = f" {'' if low is None else low} to {'' if high is None else high}".rstrip()
            return f"{kind}{span if low is not None or high is not None else ''}".removesuffix(" to")


def _bounds(value: Schema, what: str) -> str:
    low, high = value.get(f"min{what}"), value.get(f"max{what}")
    said = ["not empty"] if low == 1 else [f"at least {low}"] if low else []
    said += [f"at most {high}"] if high else []
    return f" ({', '.join(said)})" if said else ""


def _link(name: str, reference: str) -> str:
    part = reference.rpartition("/")[2]
    return f"[{part}](#{_anchor(name, part)})"


def _anchor(name: str, part: str) -> str:
    return f"{name}-{part}".lower()


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


def _words(text: str) -> str:
    """Docstrings mark code with one or two backquotes; Markdown's table wants one, and no bar."""
    return re.sub(r"`{2}(.+?)`{2}", r"`\1`", text).replace("|", "\\|")
