"""What was seen, as plain JSON values and back."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from dac.qradar.package.content import RuleRow
from dac.qradar.snapshot.seen import Seen, SeenList, SeenRefusal

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_json(seen: Seen) -> dict[str, Any]:
    """Return plain JSON values: the same for the same console. Rules' XML is Base64, as in an export."""
    return {
        "api_version": list(seen.api_version),
        "things": dict(seen.things),
        "lists": {path: _list(one) for path, one in seen.lists.items()},
        "rules": {number: _rule(row) for number, row in seen.rules.items()},
        "refused": {path: [one.status, one.message, one.code] for path, one in seen.refused.items()},
    }


def from_json(table: Mapping[str, Any]) -> Seen:
    """Read what `to_json` gave. KeyError, TypeError or ValueError for anything else."""
    major, minor = table["api_version"]
    return Seen(
        (int(major), int(minor)),
        dict(table["things"]),
        {path: _read_list(one) for path, one in table["lists"].items()},
        {number: _read_rule(one) for number, one in table["rules"].items()},
        {path: SeenRefusal(*one) for path, one in table["refused"].items()},
    )


def _list(seen: SeenList) -> dict[str, Any]:
    covers = {name: sorted(values, key=str) for name, values in sorted(seen.covers.items())}
    return {"fields": seen.fields, "rows": seen.rows, "covers": covers}


def _read_list(table: Mapping[str, Any]) -> SeenList:
    covers = {name: frozenset(values) for name, values in table["covers"].items()}
    return SeenList(str(table["fields"]), list(table["rows"]), covers)


def _rule(row: RuleRow) -> dict[str, Any]:
    xml = base64.b64encode(row.data).decode("ascii")
    return {"uuid": row.uuid, "id": row.id, "columns": dict(row.columns), "xml": xml}


def _read_rule(table: Mapping[str, Any]) -> RuleRow:
    data = base64.b64decode(table["xml"], validate=True)
    return RuleRow(table["uuid"], table["id"], data, dict(table["columns"]))
