"""What a console holds before anybody touches it."""

from __future__ import annotations

import json
import secrets
import uuid
from importlib import resources
from typing import TYPE_CHECKING, Any

from dac.emulator.ariel import log_source_types
from dac.emulator.call import ADMIN
from dac.emulator.callers import CAPABILITIES, RUN_SERVICE
from dac.emulator.stock.rules import add_groups, add_rules

if TYPE_CHECKING:
    import sqlite3

    from dac.emulator.settings import Settings

INSTALLED = 1_700_000_000_000
"""Epoch milliseconds at which the stock content claims to have come."""

ENTRA_ID_TYPE = 445
CUSTOM_TYPES_FROM = 4000
INTERNAL_TYPES = (18,)  # Custom Rule Engine
CONSOLE_SERVER = 1
SYSLOG = '[{"protocol_id": 0, "documented": true}]'
PROPERTY_OFFENSE_TYPES_FROM = 1000
FIRST_USER_RULE = 100_000  # taken by the stock OVERRIDE
FIRST_CUSTOM_QID = 2_000_000
FIRST_CUSTOM_QID_RECORD = 1_000_000
_NAMESPACE = uuid.UUID("5b6a1a2e-6c0e-4a55-9d5e-0d2f0f6f3f10")


def fill(db: sqlite3.Connection, settings: Settings) -> None:
    """Insert the stock content into empty tables."""
    content = json.loads(resources.files("dac.emulator.stock").joinpath("content.json").read_text("utf-8"))
    _sequences(db)
    _people(db)
    _categories(db, content)
    _log_source_types(db, settings)
    _qids(db, content)
    _offense_types(db)
    _reference_sets(db, content)
    _properties(db, content)
    _saved_searches(db, content)
    rules = json.loads(resources.files("dac.emulator.stock").joinpath("rules.json").read_text("utf-8"))
    add_groups(db, rules["groups"], INSTALLED)
    add_rules(db, rules, INSTALLED)


def stock_uuid(name: str) -> str:
    """The same on every console, as IBM's own content is."""
    return str(uuid.uuid5(_NAMESPACE, name))


def _sequences(db: sqlite3.Connection) -> None:
    starts = {
        "rule": FIRST_USER_RULE,
        "qid": FIRST_CUSTOM_QID,
        "offense_type": PROPERTY_OFFENSE_TYPES_FROM - 1,
    }
    db.executemany("INSERT INTO sequence VALUES (?, ?)", starts.items())


def _people(db: sqlite3.Connection) -> None:
    db.executemany("INSERT INTO user_role VALUES (?, ?, ?)", _roles())
    db.execute("INSERT INTO security_profile VALUES (1, 'Admin', '[0]')")
    db.execute(
        "INSERT INTO user (id, username, email, description, user_role_id, password_creation_time) "
        "VALUES (1, 'admin', 'admin@example.com', 'Default admin user', 1, ?)",
        (INSTALLED,),
    )
    db.execute("INSERT INTO domain (id, name, description, deleted) VALUES (0, '', 'Default Domain', 0)")
    db.execute(
        "INSERT INTO server VALUES (?, 53, 'qradar.example.com', '127.0.0.1', 'Active', 'localhost')", (CONSOLE_SERVER,)
    )
    db.execute(
        "INSERT INTO authorized_service (label, token, created_by, tenant_id, security_profile_id, user_role_id, "
        "creation_date) VALUES (?, ?, 'admin', NULL, 1, 1, ?)",
        (RUN_SERVICE, secrets.token_urlsafe(32), INSTALLED),
    )


def _roles() -> list[tuple[int, str, str]]:
    """What authorized services and users can be: everything, everything but administration, reading."""
    named = {1: ("Admin", CAPABILITIES), 2: ("All", CAPABILITIES - {ADMIN}), 3: ("Read only", frozenset[str]())}
    return [
        (number, name, json.dumps([{"application_id": None, "description": c, "name": c} for c in sorted(kept)]))
        for number, (name, kept) in named.items()
    ]


def _categories(db: sqlite3.Connection, content: dict[str, Any]) -> None:
    for high, (name, lows) in content["categories"].items():
        db.execute("INSERT INTO high_level_category VALUES (?, ?, ?)", (int(high), name, name))
        db.executemany(
            "INSERT INTO low_level_category VALUES (?, ?, ?, ?, ?)",
            [(int(low), label, label, severity, int(high)) for low, (label, severity) in lows.items()],
        )


def _log_source_types(db: sqlite3.Connection, settings: Settings) -> None:
    rows = [
        (
            number,
            settings.entra_id if number == ENTRA_ID_TYPE else name,
            int(number >= CUSTOM_TYPES_FROM),
            stock_uuid(f"log source type {number}"),
        )
        for number, name in log_source_types()
    ]
    db.executemany(
        "INSERT INTO log_source_type VALUES (?, ?, ?, ?, 0, NULL, ?, '[1]', ?, NULL, NULL)",
        [(n, name, custom, int(n in INTERNAL_TYPES), SYSLOG, key) for n, name, custom, key in rows],
    )
    db.execute(
        "INSERT INTO log_source_group VALUES (0, 'Other', 'Log sources of no other group', 'admin', NULL, ?)",
        (INSTALLED,),
    )
    db.execute(
        "INSERT INTO log_source (id, name, description, type_id, protocol_type_id, internal, credibility, "
        "creation_date, modified_date, last_event_time) "
        "VALUES (1, 'Custom Rule Engine-8 :: localhost', 'Custom Rule Engine', 18, 0, 1, 10, ?, ?, ?)",
        (INSTALLED, INSTALLED, INSTALLED),
    )


def _qids(db: sqlite3.Connection, content: dict[str, Any]) -> None:
    db.executemany(
        "INSERT INTO qid_record (id, qid, name, description, severity, low_level_category_id, uuid, custom) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        [
            (number, qid, name, name, severity, category, stock_uuid(f"qid {qid}"))
            for number, (qid, name, severity, category) in enumerate(content["qids"], 1)
        ],
    )
    db.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'qid_record'", (FIRST_CUSTOM_QID_RECORD,))


def _offense_types(db: sqlite3.Connection) -> None:
    text = resources.files("dac.emulator.stock").joinpath("offense_types.json").read_text("utf-8")
    db.executemany(
        "INSERT INTO offense_type VALUES (:id, :name, :property_name, :database_type, 0, :limiter_string)",
        json.loads(text),
    )


def _reference_sets(db: sqlite3.Connection, content: dict[str, Any]) -> None:
    for number, (name, entry_type, values) in enumerate(content["reference_sets"], 1):
        db.execute(
            "INSERT INTO reference_set (id, name, entry_type, namespace, expiry_type, expired_log_option, "
            "creation_time, global_id) VALUES (?, ?, ?, 'SHARED', 'NO_EXPIRY', 'LOG_NONE', ?, ?)",
            (number, name, entry_type, INSTALLED, stock_uuid(f"set {name}")),
        )
        db.executemany(
            "INSERT INTO set_entry (collection_id, domain_id, value, source, first_seen, last_seen) "
            "VALUES (?, 2147483647, ?, 'admin', ?, ?)",
            [(number, value, INSTALLED, INSTALLED) for value in values],
        )


def _properties(db: sqlite3.Connection, content: dict[str, Any]) -> None:
    db.executemany(
        "INSERT INTO custom_property (identifier, name, property_type, description, use_for_rule_engine, username, "
        "creation_date, modification_date, auto_discovered) VALUES (?, ?, ?, ?, ?, 'admin', ?, ?, ?)",
        [
            (stock_uuid(f"property {name}"), name, kind, description, engine, INSTALLED, INSTALLED, discovered)
            for name, kind, description, engine, discovered in content["properties"]
        ],
    )


def _saved_searches(db: sqlite3.Connection, content: dict[str, Any]) -> None:
    db.executemany(
        "INSERT INTO saved_search (uid, name, description, database, aql, owner, is_shared, is_aggregate, "
        "is_dashboard, is_default, is_quick_search, creation_date, modified_date) "
        "VALUES (?, ?, '', 'EVENTS', ?, 'admin', 1, ?, 0, 0, 1, ?, ?)",
        [(uid, name, aql, many, INSTALLED, INSTALLED) for uid, name, aql, many in content["saved_searches"]],
    )
    groups = [(None, "Event Saved Search Groups", 1), (1, "Authentication", 2), (1, "Firewall", 2), (1, "Empty", 2)]
    db.executemany(
        "INSERT INTO search_group (parent_id, name, owner, level, modified_time) VALUES (?, ?, 'admin', ?, ?)",
        [(parent, name, level, INSTALLED) for parent, name, level in groups],
    )
    db.executemany("INSERT INTO search_group_item (group_id, item_id) VALUES (?, ?)", [(2, 1), (3, 2)])
