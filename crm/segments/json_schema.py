"""The JSON Schema of rules, made from the catalogue, for editors and other programs."""

from __future__ import annotations

from typing import Any

from crm.segments import shapes
from crm.segments.catalogue import FACTS
from crm.segments.reading import LONGEST_LIST, LONGEST_WORD
from crm.segments.rules import ALL, KINDS
from crm.segments.shapes import Fact, Field
from crm.segments.vocabulary import FIXED

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def document() -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12); what a library itself has, such as topics, is any text to it."""
    return {
        "$schema": DIALECT,
        "title": "The rule of a segment in Sapa",
        "$ref": "#/$defs/rule",
        "$defs": {
            "rule": {
                "type": "object",
                "oneOf": [*(_group(kind) for kind in KINDS), *({"$ref": f"#/$defs/{name}"} for name in FACTS)],
            },
            **{name: _condition(fact) for name, fact in FACTS.items()},
        },
    }


def _group(kind: str) -> dict[str, Any]:
    least = 0 if kind == ALL else 1
    parts = {"type": "array", "items": {"$ref": "#/$defs/rule"}, "minItems": least}
    return {"properties": {kind: parts}, "required": [kind], "additionalProperties": False}


def _condition(fact: Fact) -> dict[str, Any]:
    required = ["fact", *(field.name for field in fact.fields if field.is_required)]
    found: dict[str, Any] = {
        "title": fact.label,
        "type": "object",
        "properties": {"fact": {"const": fact.name}, **{field.name: _value(field) for field in fact.fields}},
        "required": required,
        "additionalProperties": False,
        "examples": list(fact.examples),
    }
    if fact.needs:
        found["anyOf"] = [{"required": [name]} for name in fact.needs]
    return found


def _value(field: Field) -> dict[str, Any]:
    if field.kind in (shapes.WORD, shapes.WORDS):
        word = _word(field)
        some = {"type": "array", "items": word, "minItems": 1, "maxItems": LONGEST_LIST}
        return word if field.kind == shapes.WORD else {"anyOf": [word, some]}
    if field.kind == shapes.FLAG:
        return {"type": "boolean"}
    if field.kind == shapes.DATE:
        return {"type": "string", "format": "date"}
    kind = "integer" if field.kind == shapes.WHOLE else "number"
    return {"type": kind, "minimum": field.least, "maximum": field.most}


def _word(field: Field) -> dict[str, Any]:
    if field.of in FIXED:
        return {"enum": list(FIXED[field.of])}
    return {"type": "string", "minLength": 1, "maxLength": LONGEST_WORD}
