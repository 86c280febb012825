"""Whether a console can take one rule of a package: everything the rule leans on has to be there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.emulator.ariel import FilterRefused, read_filter
from dac.emulator.content.rule import RULE_TYPES, Rule, RuleError, decode_rule_data

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from dac.emulator.content.package import Row
    from dac.emulator.content.rule import Leaning
    from dac.emulator.settings import Settings


_CATEGORIES = "(SELECT id FROM low_level_category UNION SELECT id FROM high_level_category)"


@dataclass(frozen=True, slots=True)
class World:
    """What a rule may lean on: the console, and the uuids that come in the same package."""

    db: sqlite3.Connection
    settings: Settings
    arriving: frozenset[str]


def read_rule(row: Row) -> Rule:
    """The rule in a `custom_rule` row; RuleError when columns or body are not as an exporter writes them."""
    if not row.get("uuid"):
        raise RuleError("the rule has no uuid")
    rule = Rule.parse(decode_rule_data(row.get("rule_data", "")))
    if RULE_TYPES.get(row.get("rule_type", "")) != rule.type:
        raise RuleError(f"rule_type {row.get('rule_type')!r} does not go with type {rule.type!r}")
    if row.get("origin") not in ("SYSTEM", "OVERRIDE", "USER"):
        raise RuleError(f"origin {row.get('origin')!r} is none of SYSTEM, OVERRIDE, USER")
    return rule


def require_everything(rule: Rule, world: World) -> None:
    """RuleError names the first thing that the rule leans on and that is not there."""
    if world.settings.refused_rules and re.search(world.settings.refused_rules, rule.serialize()):
        raise RuleError("the import of this rule failed")
    leaning = rule.leaning()
    _require_rules(leaning, world)
    for name, table, numbers in (
        ("reference set", "reference_set", leaning.set_ids),
        ("log source type", "log_source_type", leaning.log_source_types),
        ("log source", "log_source", leaning.log_sources),
        ("offense type", "offense_type", leaning.offense_types),
        ("custom action", "custom_action", leaning.custom_actions),
    ):
        _require_numbers(world.db, name, table, "id", numbers)
    if world.settings.require_known_categories:
        _require_numbers(world.db, "category", _CATEGORIES, "id", leaning.categories)
    if world.settings.require_known_qids:
        _require_numbers(world.db, "QID", "qid_record", "qid", leaning.qids)
    for text, database in leaning.filters:
        _require_filter(text, database, world)


def _require_rules(leaning: Leaning, world: World) -> None:
    for identifier in sorted(leaning.rules - world.arriving):
        if world.db.execute("SELECT 1 FROM rule WHERE identifier = ?", (identifier,)).fetchone() is None:
            raise RuleError(f"there is no rule {identifier!r} on this console or in the package")


def _require_numbers(db: sqlite3.Connection, what: str, table: str, column: str, numbers: Iterable[str]) -> None:
    for number in sorted(numbers):
        known = db.execute(f"SELECT 1 FROM {table} WHERE {column} = ?", (_number(number, what),))  # noqa: S608  # names of ours
        if known.fetchone() is None:
            raise RuleError(f"there is no {what} {number} on this console")


def _number(text: str, what: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise RuleError(f"{what} {text!r} is not a number") from None


def _require_filter(text: str, database: str, world: World) -> None:
    try:
        reads = read_filter(text, database)
    except FilterRefused as error:
        raise RuleError(f"AQL filter: {error}") from None
    for name in sorted(reads.properties):
        _require_property(name, world)
    for name in sorted(reads.reference_sets):
        if world.db.execute("SELECT 1 FROM reference_set WHERE name = ?", (name,)).fetchone() is None:
            raise RuleError(f"AQL filter: there is no reference set {name!r} on this console")


def _require_property(name: str, world: World) -> None:
    row = world.db.execute("SELECT use_for_rule_engine FROM custom_property WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise RuleError(f"AQL filter: there is no column or custom property {name!r} on this console")
    if world.settings.require_rule_engine_properties and not row[0]:
        raise RuleError(f"AQL filter: custom property {name!r} is not enabled for use in rules")
