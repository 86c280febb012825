"""Expressions of custom properties: between QRadar's rows of numbers and deployed forms with names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.deployed import Deployed
    from dac.model.names import Names

ANY = -1
"""How QRadar writes "any log source type" in an expression; null and 0 are met too."""

_TEXT = {"json": "expression", "regex": "regex"}


class SeenExpression(NamedTuple):
    """An expression on the console: its id within its kind, whose it is, and its deployed form."""

    id: int
    kind: str
    property: str
    deployed: Deployed


def deployed(row: Mapping[str, Any], kind: str, names: Names, log_sources: Mapping[int, str]) -> Deployed:
    """Return the deployed form of a row; an id without a name stays visible as `id N`."""
    out: Deployed = {"kind": kind, _TEXT[kind]: row.get(_TEXT[kind]) or ""}
    type_id, source_id = number(row, "log_source_type_id"), number(row, "log_source_id")
    qid, category = number(row, "qid"), number(row, "low_level_category_id")
    if type_id:
        out["log_source_type"] = names.log_source_type_name(type_id)
    if source_id:
        out["log_source"] = log_sources.get(source_id, f"id {source_id}")
    if qid:
        out["qid"] = qid
    if category:
        out["category"] = names.low_level_categories.get(category, f"id {category}")
    if kind == "regex":
        out |= _regex(row)
    if row.get("enabled") is False:
        out["enabled"] = False
    return out


def body(expression: Deployed, identifier: str, names: Names, log_sources: Mapping[str, int]) -> dict[str, Any]:
    """Return the body that creates an expression. Refused when this console lacks a name in it."""
    kind = expression["kind"]
    out = {
        "regex_property_identifier": identifier,
        _TEXT[kind]: expression[_TEXT[kind]],
        "enabled": expression.get("enabled", True),
        "log_source_type_id": _type_id(expression.get("log_source_type"), names),
    }
    if kind == "regex":
        out["capture_group"] = expression.get("capture_group", 1)
    if "log_source" in expression:
        out["log_source_id"] = _known(log_sources.get(expression["log_source"]), "log source", expression["log_source"])
    if "qid" in expression:
        out["qid"] = expression["qid"]
    if "category" in expression:
        category = expression["category"]
        out["low_level_category_id"] = _known(names.category_id(category), "low level category", category)
    return out


def number(row: Mapping[str, Any], key: str) -> int | None:
    """Return a scope's id; None when it is one of QRadar's ways to say "any" (null, 0, -1, huge negatives)."""
    value = row.get(key)
    return value if isinstance(value, int) and value > 0 else None


def _regex(row: Mapping[str, Any]) -> Deployed:
    group, template = row.get("capture_group"), row.get("format_string")
    if template:
        return {"format_string": template}  # then the capture group counts for nothing
    return {"capture_group": group} if isinstance(group, int) and group != 1 else {}


def _type_id(name: str | None, names: Names) -> int:
    return ANY if name is None else _known(names.log_source_type_id(name), "log source type", name)


def _known(found: int | None, what: str, name: str) -> int:
    if found is None:
        raise Refused(
            f"This console has no {what} named {name!r} any more",
            hint="It was there when the plan was made: run plan again.",
        )
    return found
