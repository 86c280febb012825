"""Rules as the database keeps them: the listed row, the body apart, and an index of what a body names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.emulator.ariel import FilterRefused, read_filter
from dac.emulator.content.rule import Rule, RuleError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Row:
    """What a console knows of a rule besides its body; times are epoch milliseconds."""

    id: int
    identifier: str
    origin: str
    linked: str | None
    created: int
    modified: int
    visible_from: int


def insert_rule(db: sqlite3.Connection, row: Row, rule: Rule) -> None:
    """Keep a new rule under its id; the body is stamped with it."""
    _stamp(rule, row.id)
    db.execute(
        "INSERT INTO rule (id, identifier, name, type, building_block, enabled, owner, origin, linked_rule_identifier, "
        "creation_date, modification_date, visible_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.id,
            row.identifier,
            rule.name,
            rule.type,
            rule.building_block,
            rule.enabled,
            rule.owner,
            row.origin,
            row.linked,
            row.created,
            row.modified,
            row.visible_from,
        ),
    )
    _keep_body(db, row.id, rule)


def replace_rule(db: sqlite3.Connection, rule_id: int, rule: Rule, modified: int) -> None:
    """A whole new body for a rule that keeps its id, identifier, origin and creation date."""
    _stamp(rule, rule_id)
    db.execute(
        "UPDATE rule SET name = ?, type = ?, building_block = ?, enabled = ?, owner = ?, modification_date = ? "
        "WHERE id = ?",
        (rule.name, rule.type, rule.building_block, rule.enabled, rule.owner, modified, rule_id),
    )
    _keep_body(db, rule_id, rule)


def body_of(db: sqlite3.Connection, rule_id: int) -> Rule:
    """The body of a rule that is there."""
    (xml,) = db.execute("SELECT xml FROM rule_body WHERE rule_id = ?", (rule_id,)).fetchone()
    return Rule.parse(xml)


def delete_rule(db: sqlite3.Connection, rule_id: int) -> None:
    """Take a rule out of its groups and away; the SYSTEM twin of an OVERRIDE stands alone again."""
    db.execute(
        "UPDATE rule SET linked_rule_identifier = NULL "
        "WHERE linked_rule_identifier = (SELECT identifier FROM rule WHERE id = ?)",
        (rule_id,),
    )
    db.execute("DELETE FROM rule_group_item WHERE item_id = ?", (rule_id,))
    db.execute("DELETE FROM rule WHERE id = ?", (rule_id,))


def _stamp(rule: Rule, rule_id: int) -> None:
    rule.element.set("id", str(rule_id))
    if "overrideid" in rule.element.attrib:
        rule.element.set("overrideid", str(rule_id))


def _keep_body(db: sqlite3.Connection, rule_id: int, rule: Rule) -> None:
    db.execute("INSERT OR REPLACE INTO rule_body VALUES (?, ?)", (rule_id, rule.serialize()))
    db.execute("DELETE FROM rule_reference WHERE rule_id = ?", (rule_id,))
    db.executemany(
        "INSERT OR IGNORE INTO rule_reference VALUES (?, ?, ?)",
        [(rule_id, kind, target) for kind, target in _references(db, rule)],
    )


def _references(db: sqlite3.Connection, rule: Rule) -> Iterator[tuple[str, str]]:
    """What a body leans on, as (kind, key): rules by identifier, sets by id or name, properties by name."""
    leaning = rule.leaning()
    yield from (("rule", identifier) for identifier in leaning.rules)
    yield from (("set_id", number) for number in leaning.set_ids)
    yield from (("property", name) for name in leaning.fields)
    yield from (("log_source_type", number) for number in leaning.log_source_types)
    yield from (("offense_type", number) for number in leaning.offense_types)
    for number in leaning.offense_types:
        row = db.execute("SELECT name FROM offense_type WHERE custom = 1 AND id = ?", (number,)).fetchone()
        if row is not None:
            yield "property", row[0]
    for text, database in leaning.filters:
        try:
            reads = read_filter(text, database)
        except FilterRefused as error:
            raise RuleError(f"AQL filter: {error}") from None
        yield from (("property", name) for name in reads.properties)
        yield from (("set", name) for name in reads.reference_sets)
