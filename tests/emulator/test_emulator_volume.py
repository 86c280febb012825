"""A console as large as a big one: 10,000 rules, 50,000 entries. Lists are read by index and in pages, never whole.

Not timed: SQLite says how often a query steps, which does not depend on the machine.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from console_driver import ENTRIES, SETS, Console

from dac.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RULES, VALUES = 10_000, 50_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Console, Path]]:
    path = tmp_path_factory.mktemp("volume") / "console.db"
    with Emulator(path):
        pass
    with closing(sqlite3.connect(path)) as db, db:
        db.executemany(
            "INSERT INTO rule (id, identifier, name, type, building_block, enabled, owner, origin, creation_date, "
            "modification_date, visible_from) VALUES (?, ?, ?, 'EVENT', 0, 1, 'admin', 'USER', 0, 0, 0)",
            [(n, f"uuid-{n}", f"Rule {n}") for n in range(200_000, 200_000 + RULES)],
        )
        xml = "x" * 4_000
        db.executemany("INSERT INTO rule_body VALUES (?, ?)", [(n, xml) for n in range(200_000, 200_000 + RULES)])
        db.executemany(
            "INSERT INTO set_entry (collection_id, domain_id, value, source, first_seen, last_seen) "
            "VALUES (?, 2147483647, ?, 's', 0, 0)",
            [(3 + n % 2, f"v{n}") for n in range(VALUES)],
        )
    with Emulator(path) as emulator, Console(emulator.url) as console:
        yield console, path


def test_all_rules_come_in_pages_without_one_body(large: tuple[Console, Path]) -> None:
    console, _ = large
    rows: list[dict[str, Any]] = []
    for first in range(0, RULES + 2000, 10_000):
        headers = {"Range": f"items={first}-{first + 9_999}"}
        response = console.get("/analytics/rules?fields=id,name,modification_date,identifier", headers=headers)
        rows += response.json()
    assert len([row for row in rows if row["id"] >= 200_000]) == RULES
    assert len({row["id"] for row in rows}) == len(rows)


def test_one_rule_of_ten_thousand_is_found_by_name(large: tuple[Console, Path]) -> None:
    console, _ = large
    assert [row["id"] for row in console.read("/analytics/rules", 'name="Rule 205000"')] == [205_000]


def test_the_entries_of_one_set_are_read_without_those_of_others(large: tuple[Console, Path]) -> None:
    console, _ = large
    mine = console.read(ENTRIES, "collection_id=4", headers={"Range": "items=0-99999"})
    assert len(mine) >= VALUES // 2
    assert {row["collection_id"] for row in mine} == {4}
    assert console.read(f"{SETS}/3?fields=number_of_entries")["number_of_entries"] >= VALUES // 2


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        ("SELECT id FROM rule WHERE (building_block = 0) AND (name IN ('x')) ORDER BY id", "rule_name"),
        ("SELECT value FROM set_entry WHERE (collection_id IN (4)) ORDER BY id", "set_entry_key"),
        ("SELECT count(*) FROM set_entry WHERE collection_id = 4", "set_entry_key"),
        ("SELECT id FROM qid_record WHERE (name IN ('a', 'b')) ORDER BY id", "qid_record_name"),
        ("SELECT 1 FROM task WHERE done = 0 AND due <= 5 LIMIT 1", "task_open"),
    ],
)
def test_what_is_asked_often_is_answered_by_an_index(large: tuple[Console, Path], sql: str, index: str) -> None:
    with closing(sqlite3.connect(large[1])) as db:
        plan = " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}"))
    assert index in plan, plan


def test_fifty_thousand_rows_are_one_task(large: tuple[Console, Path]) -> None:
    console, _ = large
    number = console.made(SETS, {"name": "bulk", "entry_type": "ALN"})["id"]
    results = console.bulk([{"collection_id": number, "value": f"w{n}"} for n in range(VALUES)])
    assert (results["status"], results["successful_responses"]) == ("COMPLETE_UPDATE_PERFORMED", VALUES)
