"""What rules and building blocks have in common over REST: everything but the paths.

Bodies cannot be written here. A POST takes `enabled` and `owner` and ignores the rest with 200.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dac.emulator import rules, tasks
from dac.emulator.bodies import Body
from dac.emulator.call import FIELDS, Answer, Call, Endpoint, deleted, got, listed, posted
from dac.emulator.callers import owner_exists
from dac.emulator.database import next_id
from dac.emulator.dependents import blocking, conflict_message, of_rule
from dac.emulator.endpoints.task_status import (
    accepted_delete,
    accepted_dependents,
    delete_status,
    dependents_endpoints,
)
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Table, booleans, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Mapping

LISTED_FIELDS = (
    *numbers("average_capacity", "base_capacity", "base_host_id", "capacity_timestamp", "creation_date"),
    *booleans("enabled"),
    *numbers("id"),
    *strings("identifier", "linked_rule_identifier"),
    *numbers("modification_date"),
    *strings("name", "origin", "owner", "type"),
)
_WRITABLE = (*booleans("enabled"), *strings("owner"))
_READ_ONLY = tuple(field for field in LISTED_FIELDS if field not in _WRITABLE)
SYSTEM, OVERRIDE = "SYSTEM", "OVERRIDE"


@dataclass(frozen=True, slots=True)
class Family:
    """`/analytics/rules` or `/analytics/building_blocks`; `word` begins the names of its tasks."""

    path: str
    word: str
    building_blocks: bool

    @property
    def table(self) -> Table:
        where = f"building_block = {int(self.building_blocks)}"
        return Table("rule", LISTED_FIELDS, indexed=frozenset(("id", "name", "identifier")), where=where)

    def endpoints(self) -> tuple[Endpoint, ...]:
        one = f"{self.path}/<id>"
        delete_tasks, dependent_tasks = f"{self.word}_delete_tasks", f"{self.word}_dependent_tasks"
        return (
            listed(self.path, self.list_all),
            got(one, self.read_one),
            posted(one, self.update, Body(_WRITABLE, read_only=_READ_ONLY), denied_code=1009),
            deleted(one, self.delete, query=(FIELDS,), denied_code=1009),
            got(f"{one}/dependents", self.find_dependents, writes=True),
            delete_status(f"{self.path}/{delete_tasks}", f"{self.word}_delete"),
            *dependents_endpoints(f"{self.path}/{dependent_tasks}", f"{self.word}_dependents"),
        )

    def effects(self) -> Mapping[str, tasks.Effect]:
        return {f"{self.word}_delete": _delete, f"{self.word}_dependents": _find}

    def list_all(self, call: Call) -> Answer:
        """Those that have become visible since their install. Names are not unique."""
        table = replace(self.table, where="") if call.settings.rule_lists_mixed else self.table
        return answer_list(call, table, "visible_from <= ?", (call.now,))

    def read_one(self, call: Call) -> Answer:
        """One by its number, which is this console's own."""
        return answer_one(call, self.table, self._existing(call, call.ids["id"]))

    def update(self, call: Call) -> Answer:
        """Change enabled or owner; everything else is ignored with 200."""
        found = self._existing(call, call.ids["id"])
        changed = {name: call.body[name] for name in ("enabled", "owner") if name in call.body}
        if "owner" in changed and not owner_exists(call.db, changed["owner"]):
            raise ApiError(409, 1004, f"{changed['owner']!r} cannot own this")
        standing = self._standing(call, found)
        if any(standing[name] != value for name, value in changed.items()):
            number = self._editable(call, standing)
            rule = rules.body_of(call.db, number)
            rule.element.set("enabled", str(changed.get("enabled", standing["enabled"])).lower())
            rule.element.set("owner", changed.get("owner", standing["owner"]))
            rules.replace_rule(call.db, number, rule, call.now)
            standing = self._existing(call, number)
        return answer_one(call, self.table, standing)

    def delete(self, call: Call) -> Answer:
        """Queue a delete; it ends in CONFLICT while others match on this one."""
        found = self._existing(call, call.ids["id"])
        if found["origin"] == SYSTEM:
            raise ApiError(409, 1004, f"{found['name']!r} is a system rule and cannot be deleted")
        if call.settings.rule_delete_blocked == "request":
            blockers = blocking(of_rule(call.db, found["identifier"], found["id"]))
            if blockers:
                raise ApiError(409, 1004, conflict_message(blockers))
        task = tasks.schedule(call, f"{self.word}_delete", f"Delete {found['name']}", {"id": found["id"]})
        return accepted_delete(task, f"{call.base_url}/api{self.path}/{self.word}_delete_tasks")

    def find_dependents(self, call: Call) -> Answer:
        """Queue a search for what matches on this one."""
        found = self._existing(call, call.ids["id"])
        payload = {"id": found["id"], "identifier": found["identifier"]}
        task = tasks.schedule(call, f"{self.word}_dependents", f"Find dependents of {found['name']}", payload)
        base = f"{self.path}/{self.word}_dependent_tasks"
        return accepted_dependents(call, task, base, pitfall=f"{self.path}/{self.word}_dependents_tasks")

    def _existing(self, call: Call, number: int) -> dict[str, Any]:
        found = find(call, self.table, "id = ? AND visible_from <= ?", (number, call.now))
        if found is None:
            raise ApiError(404, 1002, f"There is no {self.word} {number}")
        return found

    def _standing(self, call: Call, found: dict[str, Any]) -> dict[str, Any]:
        """The row that counts: of a SYSTEM rule the OVERRIDE, if there is one."""
        if found["origin"] != SYSTEM or not call.settings.system_rule_edit_forks:
            return found
        return find(call, self.table, "identifier = ?", (found["linked_rule_identifier"],)) or found

    def _editable(self, call: Call, found: dict[str, Any]) -> int:
        """The number of the row that takes an edit: an edited SYSTEM rule becomes an OVERRIDE of its own."""
        if found["origin"] != SYSTEM or not call.settings.system_rule_edit_forks:
            return int(found["id"])
        number, identifier = next_id(call.db, "rule"), str(uuid.uuid4())
        row = rules.Row(number, identifier, OVERRIDE, found["identifier"], call.now, call.now, call.now)
        rules.insert_rule(call.db, row, rules.body_of(call.db, found["id"]))
        call.db.execute("UPDATE rule SET linked_rule_identifier = ? WHERE id = ?", (identifier, found["id"]))
        return number


def _delete(due: tasks.Due) -> tasks.Outcome:
    number = due.payload["id"]
    row = due.db.execute("SELECT identifier FROM rule WHERE id = ?", (number,)).fetchone()
    if row is None:
        return tasks.Outcome("EXCEPTION", "The rule is gone")
    blockers = blocking(of_rule(due.db, row[0], number))
    if blockers:
        return tasks.Outcome("CONFLICT", conflict_message(blockers))
    rules.delete_rule(due.db, number)
    return tasks.Outcome(message="Deleted")


def _find(due: tasks.Due) -> tasks.Outcome:
    return tasks.Outcome(results=of_rule(due.db, due.payload["identifier"], due.payload["id"]))
