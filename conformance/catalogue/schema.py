"""The JSON Schema of a family's file, in this project's catalogue or in an overlay."""

from __future__ import annotations

from typing import Any

import msgspec

from conformance.catalogue.model import Family


def family_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a file with one table ``[family]`` and its ``[[requirement]]`` tables."""
    _, parts = msgspec.json.schema_components((Family,), ref_template="#/$defs/{name}")
    family = parts["Family"]
    requirements = family["properties"].pop("requirement")
    family["required"].remove("requirement")
    return {
        "type": "object",
        "properties": {
            "family": {"$ref": "#/$defs/Family", "description": "The family."},
            "requirement": {**requirements, "description": "Its requirements, in the order of reports."},
        },
        "required": ["family", "requirement"],
        "additionalProperties": False,
        "$defs": parts,
    }
