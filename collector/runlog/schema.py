"""The JSON Schema of the run log, made from the kinds in records.py.

python -m collector.runlog.schema > docs/reference/log-format.schema.json
"""

from __future__ import annotations

from typing import Any

from collector.runlog.records import ENVELOPE, FORMAT, KINDS, STATES, Field, Kind

TYPES: dict[str, dict[str, Any]] = {
    "int": {"type": "integer"},
    "number": {"type": "number"},
    "text": {"type": "string"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "object": {"type": "object"},
    "objects": {"type": "array", "items": {"type": "object"}},
    "list": {"type": "array", "items": {"type": "number"}},
    "bool": {"type": "boolean"},
    "numbers": {"type": "object", "additionalProperties": {"type": ["number", "null"]}},
    "strings": {"type": "object", "additionalProperties": {"type": "string"}},
    "exact": {
        "type": "object",
        "additionalProperties": {
            "anyOf": [
                {"type": "boolean"},
                {"type": "string", "pattern": "^(NaN|-?Infinity|-?[0-9]+)$"},
            ]
        },
    },
}
"""What the type of a field means in JSON Schema."""

NARROWER: dict[tuple[str, str], dict[str, Any]] = {
    ("", "c"): {"pattern": "^[0-9a-f]{8}$"},
    ("head", "format"): {"const": FORMAT},
    ("head", "role"): {"enum": ["rank", "wrapper", "editor"]},
    ("end", "state"): {"enum": list(STATES)},
    ("note", "level"): {"enum": ["info", "warning"]},
    ("out", "s"): {"enum": [1, 2]},
}
"""What single fields (kind, name) allow besides their type."""


def schema() -> dict[str, Any]:
    """The schema of one line: a known kind with its fields, or an unknown kind, which readers skip."""
    names = [kind.name for kind in KINDS]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A line of a run log, format {FORMAT}",
        "type": "object",
        "required": [field.name for field in ENVELOPE],
        "properties": {field.name: _property("", field) for field in ENVELOPE},
        "anyOf": [
            *({"$ref": f"#/$defs/{name}"} for name in names),
            {"properties": {"k": {"not": {"enum": names}}}},
        ],
        "$defs": {kind.name: _definition(kind) for kind in KINDS},
    }


def _definition(kind: Kind) -> dict[str, Any]:
    return {
        "description": kind.help,
        "properties": {
            "k": {"const": kind.name},
            **{field.name: _property(kind.name, field) for field in kind.fields},
        },
        "required": ["k", *(field.name for field in kind.fields if field.required)],
    }


def _property(kind: str, field: Field) -> dict[str, Any]:
    rule = dict(TYPES[field.type.rstrip("?")])
    if field.type.endswith("?"):
        rule["type"] = [rule["type"], "null"]
    return {"description": field.help} | rule | NARROWER.get((kind, field.name), {})


def markdown() -> str:
    """The kinds as headings and tables, for docs/reference/log-format.md."""
    parts = []
    for kind in KINDS:
        files = " and ".join(f"`{name}`" for name in kind.files)
        parts += [f"### {kind.name}", "", f"In {files}. {kind.help}", ""]
        parts += ["| member | type | |", "|---|---|---|"]
        for field in kind.fields:
            optional = "" if field.required else " Optional."
            parts.append(
                f"| `{field.name}` | {field.type.replace('?', ' or null')} | {field.help}{optional} |"
            )
        parts.append("")
    return "\n".join(parts)


def main() -> None:
    """Print the schema, or with --markdown the tables."""
    import json
    import sys

    if "--markdown" in sys.argv[1:]:
        print(markdown())
    else:
        print(json.dumps(schema(), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
