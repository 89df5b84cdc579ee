"""A schema with a description at every key, so that an editor, and the documentation, can show what it means."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from reader_core.records.fields import GROUPS
from vitale_testbed.schemas.meanings import EVERYWHERE, FIELDS_OF, OWN

_ATTRIBUTES = re.compile(r"^Attributes:\n((?:[ ]+.*(?:\n|\Z)|\n)+)", re.MULTILINE)
_ATTRIBUTE = re.compile(r"^    (\w+): ((?:.*)(?:\n {5,}.*)*)", re.MULTILINE)
_OF_LABEL = re.compile(r"(\w+?)_libelle")


def with_words(schema: dict[str, Any]) -> dict[str, Any]:
    """Put a description at every key that has none.

    A part's own description is the docstring of its type; what its section ``Attributes`` says of each key moves there. What no
    docstring explains is in `vitale_testbed.schemas.meanings`.

    Args:
        schema: A JSON Schema made by msgspec, or an OpenAPI document with schemas in it. It is changed.

    Returns:
        The same schema.
    """
    components = schema.get("components", schema)
    for name, part in components.get("$defs", components.get("schemas", {})).items():
        said = inspect.cleandoc(part.get("description", ""))
        attributes = _ATTRIBUTES.search(said)
        if attributes:
            part["description"] = (said[: attributes.start()] + said[attributes.end() :]).strip()
        elif said:
            part["description"] = said
        words = dict(_attributes(attributes[1])) if attributes else {}
        for key, value in part.get("properties", {}).items():
            meaning = words.get(key) or _meaning(name, key)
            if meaning and value.get("enum", []) != [key]:
                own = value.get("description")
                value["description"] = f"{meaning} ({own})" if own and own not in meaning else meaning
    return schema


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    for found in _ATTRIBUTE.finditer(text):
        yield found[1], re.sub(r"\bNone\b", "null", " ".join(found[2].split()))


def _meaning(part: str, key: str) -> str:
    """What a key means by the tables; empty for one they do not have."""
    if key in OWN.get(part, {}):
        return OWN[part][key]
    for group in GROUPS:
        if group.numero in FIELDS_OF.get(part, ()):
            for each in group.fields:
                if key == each.nom.rstrip("1") and key not in {"debut", "fin"}:
                    form = "" if each.forme.startswith("text;") else f": {each.forme}"
                    return each.sens.replace(" of entry 1", "") + form
    if label := _OF_LABEL.fullmatch(key):
        return f"label of `{label[1]}`, in French; null for a code that nothing public names"
    return EVERYWHERE.get(key, "")
