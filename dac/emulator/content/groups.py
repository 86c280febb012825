"""Rule groups of a package: matched by name or made new, and the rules of the package put into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.emulator.content.package import RULE_GROUP_TYPE

if TYPE_CHECKING:
    from dac.emulator.content.package import Package, Row
    from dac.emulator.tasks import Due

ROOT_GROUP = 3
SECOND_LEVEL = 2


def install_groups(due: Due, package: Package, rule_ids: dict[str, int]) -> tuple[list[tuple[str, str]], list[str]]:
    """Returns (name, action) of every group, and what could not be linked. `rule_ids`: file id to console id."""
    done: list[tuple[str, str]] = []
    ids: dict[str, int] = {}
    for row in package.table("fgroup"):
        if row.get("type_id") != RULE_GROUP_TYPE:
            continue
        known = _known(due, row)
        ids[row.get("id", "")] = known if known is not None else _create(due, row, ids)
        done.append((row.get("name", ""), due.settings.action_new if known is None else due.settings.action_skip))
    return done, _link(due, package, ids, rule_ids)


def _known(due: Due, row: Row) -> int | None:
    by_name = due.settings.match_groups_by == "name"
    column, value = ("name", row.get("name")) if by_name else ("id", row.get("id"))
    sql = f"SELECT id FROM rule_group WHERE {column} = ? ORDER BY id"  # noqa: S608  # one of two names of ours
    found = due.db.execute(sql, (value,)).fetchone()  # a name of ours
    return None if found is None else int(found[0])


def _create(due: Due, row: Row, ids: dict[str, int]) -> int:
    parent = ids.get(row.get("parent_id", ""), ROOT_GROUP)
    cursor = due.db.execute(
        "INSERT INTO rule_group (parent_id, name, description, owner, level, modified_time) VALUES (?, ?, ?, ?, ?, ?)",
        (parent, row.get("name", ""), row.get("description"), row.get("user_name", "admin"), SECOND_LEVEL, due.now),
    )
    return int(cursor.lastrowid or 0)


def _link(due: Due, package: Package, ids: dict[str, int], rule_ids: dict[str, int]) -> list[str]:
    file_ids = [row.get("id", "") for row in package.table("custom_rule")]
    others = {row.get("id") for row in package.table("fgroup") if row.get("type_id") != RULE_GROUP_TYPE}
    problems = []
    for row in package.table("fgroup_link"):
        if row.get("fgroup_id") in others:  # of reports, searches, log sources
            continue
        item, group = row.get("item_id", ""), ids.get(row.get("fgroup_id", ""))
        if group is None or file_ids.count(item) != 1:
            problems.append(f"fgroup_link {row.get('id', '')}: no group {row.get('fgroup_id')} or no one rule {item}")
        elif item in rule_ids:
            due.db.execute(
                "INSERT OR IGNORE INTO rule_group_item (group_id, item_id) VALUES (?, ?)", (group, rule_ids[item])
            )
            due.db.execute("UPDATE rule_group SET modified_time = ? WHERE id = ?", (due.now, group))
    return problems
