"""Who leans on an object: what QRadar's dependents tasks find, and what makes a delete end in CONFLICT."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dac.emulator.ariel import FilterRefused, query_reads, read_value

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

Dependent = dict[str, Any]
_DEPENDENT_RULES = (
    "SELECT DISTINCT rule.id, rule.name, rule.owner, rule.building_block, rule.type "
    "FROM rule_reference AS reference JOIN rule ON rule.id = reference.rule_id"
)


def of_rule(db: sqlite3.Connection, identifier: str, rule_id: int) -> list[Dependent]:
    """Rules that match on this one block it; the groups it is in do not."""
    return _rules(db, [("rule", identifier)], excluding=rule_id) + _groups(db, rule_id)


def of_set(db: sqlite3.Connection, set_id: int, name: str) -> list[Dependent]:
    """Rules by id (reference set tests, responses) and by name (AQL filters); saved searches by name."""
    return _rules(db, [("set_id", str(set_id)), ("set", name)]) + _searches(db, "reference_sets", name)


def of_property(db: sqlite3.Connection, name: str) -> list[Dependent]:
    """Rules, saved searches, and expressions that calculate with it or name it in AQL."""
    found = _rules(db, [("property", name)]) + _searches(db, "properties", name)
    rows = db.execute(
        "SELECT kind, id, username, first_operand, second_operand, expression FROM property_expression "
        "WHERE kind IN ('calculated', 'aql') ORDER BY kind, id"
    )
    for kind, number, owner, first, second, expression in rows:
        if kind == "calculated":
            read = {_operand_property(first), _operand_property(second)}
        else:
            read = set(_read_in_aql(expression))
        if name.lower() in {other.lower() for other in read if other}:
            found.append(_dependent(f"{kind.upper()}_EXPRESSION", number, f"{name} calculation", owner))
    return found


def _read_in_aql(expression: str | None) -> frozenset[str]:
    try:
        return read_value(expression or "").properties
    except FilterRefused:
        return frozenset()


def of_search(db: sqlite3.Connection, search_id: int) -> list[Dependent]:
    """The groups it is in, which do not block; this console has no reports or dashboards that would."""
    rows = db.execute(
        "SELECT g.id, g.name, g.owner FROM search_group AS g JOIN search_group_item AS i ON i.group_id = g.id "
        "WHERE i.item_id = ? ORDER BY g.id",
        (search_id,),
    )
    kind = "EVENT_ARIEL_SAVED_SEARCH_GROUP"
    return [_dependent(kind, number, name, owner, blocks=False) for number, name, owner in rows]


def blocking(dependents: Sequence[Dependent]) -> list[Dependent]:
    """Those that stop a delete."""
    return [dependent for dependent in dependents if dependent["blocking"]]


def conflict_message(blockers: Sequence[Dependent], what: str = "the deletion") -> str:
    """What a delete task says when it ends in CONFLICT, or a refused change."""
    names = ", ".join(str(blocker["dependent_name"]) for blocker in blockers[:5])
    return f"{len(blockers)} dependent(s) prevent {what}: {names}"


def _rules(db: sqlite3.Connection, targets: Sequence[tuple[str, str]], *, excluding: int = -1) -> list[Dependent]:
    condition = " OR ".join("(reference.kind = ? AND reference.target = ?)" for _ in targets)
    sql = f"{_DEPENDENT_RULES} WHERE ({condition}) AND rule.id <> ? ORDER BY rule.id"
    rows = db.execute(sql, (*(part for target in targets for part in target), excluding)).fetchall()
    return [
        _dependent(
            "BUILDING_BLOCK" if block else "CRE_RULE",
            number,
            name,
            owner,
            groups=_group_ids(db, number),
            database="FLOWS" if kind == "FLOW" else "EVENTS",
        )
        for number, name, owner, block, kind in rows
    ]


def _groups(db: sqlite3.Connection, rule_id: int) -> list[Dependent]:
    rows = db.execute(
        "SELECT g.id, g.name, g.owner FROM rule_group AS g JOIN rule_group_item AS i ON i.group_id = g.id "
        "WHERE i.item_id = ? ORDER BY g.id",
        (rule_id,),
    )
    return [_dependent("CUSTOM_RULE_GROUP", number, name, owner, blocks=False) for number, name, owner in rows]


def _searches(db: sqlite3.Connection, kind: str, name: str) -> list[Dependent]:
    rows = db.execute("SELECT id, name, owner, aql FROM saved_search WHERE aql IS NOT NULL ORDER BY id")
    return [
        _dependent("ARIEL_SAVED_SEARCH", number, title, owner)
        for number, title, owner, aql in rows
        if name in getattr(query_reads(aql), kind)
    ]


def _group_ids(db: sqlite3.Connection, rule_id: int) -> list[int]:
    rows = db.execute("SELECT group_id FROM rule_group_item WHERE item_id = ? ORDER BY group_id", (rule_id,))
    return [number for (number,) in rows]


def _operand_property(text: str | None) -> str | None:
    found: str | None = json.loads(text).get("property_name") if text else None
    return found


def _dependent(
    kind: str,
    number: int,
    name: str,
    owner: str,
    *,
    groups: Sequence[int] = (),
    database: str = "EVENTS",
    blocks: bool = True,
) -> Dependent:
    return {
        "blocking": blocks,
        "dependent_database": database,
        "dependent_group_ids": list(groups),
        "dependent_id": str(number),
        "dependent_name": name,
        "dependent_owner": owner,
        "dependent_type": kind,
        "user_has_edit_permissions": True,
    }
