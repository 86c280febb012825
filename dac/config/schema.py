"""JSON Schema (2020-12) of stack files and of dac.toml, made from the models that read them, for editors.

A schema cannot hold what depends on other files; `dac validate` says the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.config.dac_toml import ProjectFile
from dac.config.sources import StackTable
from dac.config.variables import VariableTable
from dac.resources.registry import kinds
from dac.resources.rule_lifting import XML_KEY

if TYPE_CHECKING:
    from pydantic import BaseModel

    from dac.resources.kind import Kind

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NULL = {"type": "null"}
_NAME = "^[A-Za-z][A-Za-z0-9_-]*$"
_PLACEHOLDER = {"type": "string", "pattern": r"^\$\{ *var\.[A-Za-z][A-Za-z0-9_-]* *\}$"}
_UUIDS = {
    "type": "object",
    "required": ["console"],
    "additionalProperties": False,
    "properties": {"console": {"type": "object", "additionalProperties": {"type": "string"}}},
}


def project_schema() -> Schema:
    """Return the schema of dac.toml."""
    definitions: Schema = {}
    return _whole("dac.toml", _model(ProjectFile, "", definitions), definitions)


def stack_schema() -> Schema:
    """Return the schema of any file of a stack: every kind, with per-console values and placeholders for variables."""
    definitions: Schema = {"placeholder": _PLACEHOLDER}
    tables = {name: _named(_resource(kind, definitions), kind.title) for name, kind in kinds().items()}
    tables |= {
        "stack": _model(StackTable, "stack", definitions),
        "variable": _named(_model(VariableTable, "variable", definitions), "a value that differs by console"),
        "removed": {
            "type": "object",
            "description": "Addresses that are forgotten and stay on the console, each with the reason.",
            "additionalProperties": {"type": "string", "minLength": 1},
        },
    }
    whole = {"type": "object", "properties": tables, "additionalProperties": False}
    return _whole("a file of a dac stack", whole, definitions)


def _whole(title: str, schema: Schema, definitions: Schema) -> Schema:
    return {"$schema": DIALECT, "title": title, **schema, "$defs": dict(sorted(definitions.items()))}


def _named(schema: Schema, description: str) -> Schema:
    """A table of tables, by name."""
    return {
        "type": "object",
        "description": description,
        "propertyNames": {"pattern": _NAME},
        "additionalProperties": schema,
    }


def _resource(kind: Kind, definitions: Schema) -> Schema:
    """Of one resource: what a table must have may also come from the tables of its consoles, or a rule's XML."""
    own = _model(kind.declared, kind.name, definitions, placeholders=True)
    _describe(own, kind)
    override = _model(kind.declared, f"{kind.name}.override", definitions, placeholders=True, partial=True)
    definitions[f"{kind.name}.override"] = override
    properties = own["properties"]
    if "uuid" in properties:
        description = properties["uuid"]["description"]
        properties["uuid"] = {"anyOf": [properties["uuid"], _UUIDS], "description": description}
    properties["moved"] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    properties["console"] = {
        "type": "object",
        "description": "Values that differ on a console, by its name.",
        "additionalProperties": {"$ref": f"#/$defs/{kind.name}.override"},
    }
    complete = [own.pop("required", []), ["console"]]
    if XML_KEY in properties:  # what the fields would say stands in that file
        complete.append([XML_KEY])
    return own | {"anyOf": [{"required": keys} for keys in complete]}


def _describe(schema: Schema, kind: Kind) -> None:
    for field in kind.fields:
        if field.name in schema["properties"]:
            schema["properties"][field.name]["description"] = field.doc


def _model(
    model: type[BaseModel], prefix: str, definitions: Schema, *, placeholders: bool = False, partial: bool = False
) -> Schema:
    """Return a model's schema; the models within it go to `definitions`, under `prefix`."""
    raw = model.model_json_schema(ref_template=f"#/$defs/{prefix}.{{model}}" if prefix else "#/$defs/{model}")
    inner = raw.pop("$defs", {})
    for name, schema in inner.items():
        definitions[f"{prefix}.{name}" if prefix else name] = _toml(schema, placeholders=placeholders, partial=partial)
    return _toml(raw, placeholders=placeholders, partial=partial)


def _toml(schema: Schema, *, placeholders: bool, partial: bool) -> Schema:
    """TOML has no null and editors need no titles; with `partial` nothing is required."""
    dropped = {"title", "required"} if partial else {"title"}
    out = {key: value for key, value in schema.items() if key not in dropped}
    if out.get("default", ...) is None:
        del out["default"]
    for key, value in out.items():
        if isinstance(value, dict) and key != "properties":
            out[key] = _toml(value, placeholders=placeholders, partial=partial)
    if "anyOf" in out:
        some = [_toml(one, placeholders=placeholders, partial=partial) for one in out.pop("anyOf") if one != _NULL]
        out |= some[0] if len(some) == 1 else {"anyOf": some}
    properties: dict[str, Schema] = out.get("properties", {})
    for key, value in properties.items():
        inner = _toml(value, placeholders=placeholders, partial=partial)
        properties[key] = _or_placeholder(inner) if placeholders else inner
    return out


def _or_placeholder(schema: Schema) -> Schema:
    """Any value may be a variable; plain text takes a placeholder as it is."""
    if schema.get("type") == "string" and not {"pattern", "enum", "maxLength"} & set(schema):
        return schema
    kept = {key: schema[key] for key in ("description", "default") if key in schema}
    value = {key: item for key, item in schema.items() if key not in kept}
    return kept | {"anyOf": [value, {"$ref": "#/$defs/placeholder"}]}
