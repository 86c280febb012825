"""What the console's lists say about rules, building blocks and rule groups: all but their bodies.

API: GET /analytics/rules, /analytics/building_blocks, /analytics/rule_groups: three requests, however many there are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dac.model.resource import Live

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.deployed import Deployed
    from dac.qradar.client import Client

PATHS = {"detection": "/analytics/rules", "building_block": "/analytics/building_blocks"}
GROUPS = "/analytics/rule_groups"

RULE_FIELDS = "id,name,enabled,owner,identifier,modification_date,origin,type,linked_rule_identifier"
GROUP_FIELDS = "id,name,child_items,description,owner,parent_id,level"
_NO_NAME = re.compile(r"[\t\r\n]+")
_PREFERENCE = {"OVERRIDE": 0, "USER": 1, "SYSTEM": 2}


@dataclass(frozen=True, slots=True)
class ListedRule:
    """A rule or building block as listed. `kinds` are the lists it is in: some consoles have one in both.

    `linked` is the uuid of the other row of an edited stock rule: of the edit (OVERRIDE) or of the original (SYSTEM).
    """

    id: int
    uuid: str
    name: str
    enabled: bool
    owner: str
    origin: str
    fingerprint: str
    kinds: tuple[str, ...]
    linked: str = ""

    def path(self, kind: str) -> str:
        """Return where it is over REST, if possible among its own kind."""
        return f"{PATHS[kind if kind in self.kinds else self.kinds[0]]}/{self.id}"

    def live(self, deployed: Deployed, *, ours: bool = True, project: str = "") -> Live:
        """Return the rule with its deployed form; `project` as for `Live`."""
        return Live(deployed, str(self.id), self.uuid, self.name, ours, self.fingerprint, self.origin, project=project)


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """A rule group as listed; `members` are the numbers of rules."""

    id: int
    name: str
    description: str
    owner: str
    parent_id: int
    level: int
    members: frozenset[int]


@dataclass(frozen=True)
class Listing:
    """The lists at one moment."""

    rules: Mapping[str, ListedRule]
    groups: tuple[ListedGroup, ...]

    def named(self, kind: str, name: str) -> ListedRule | None:
        """Return the rule of a kind and name. Of an edited stock rule and its original, the edited one."""
        found = self._by_name.get((kind, name), [])
        return min(found, key=lambda rule: (_PREFERENCE.get(rule.origin, 3), rule.id), default=None)

    def in_force(self, rule: ListedRule) -> ListedRule:
        """Return the row that runs: of a stock rule that somebody edited, the edit."""
        return self._edits.get(rule.uuid, rule) if rule.origin == "SYSTEM" else rule

    def groups_of(self, rule_id: int) -> list[str]:
        """Return the names of the groups a rule is in, sorted."""
        return self._groups_by_rule.get(rule_id, [])

    @cached_property
    def stock_groups(self) -> frozenset[int]:
        """Groups that hold rules which QRadar brought: its own. The API does not tell them from others."""
        system = {rule.id for rule in self.rules.values() if rule.origin == "SYSTEM"}
        return frozenset(group.id for group in self.groups if group.level <= 1 or group.members & system)

    @cached_property
    def _edits(self) -> dict[str, ListedRule]:
        return {rule.linked: rule for rule in self.rules.values() if rule.origin == "OVERRIDE" and rule.linked}

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], list[ListedRule]]:
        found: dict[tuple[str, str], list[ListedRule]] = defaultdict(list)
        for rule in self.rules.values():
            for kind in rule.kinds:
                found[kind, rule.name].append(rule)
        return found

    @cached_property
    def _groups_by_rule(self) -> dict[int, list[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        for group in self.groups:
            for member in group.members:
                found[member].add(group.name)
        return {member: sorted(names) for member, names in found.items()}


def plain_name(name: str) -> str:
    """Return a rule's name as it is compared: blanks around it and line ends in it say nothing."""
    return _NO_NAME.sub(" ", name).strip()


def list_rules(client: Client) -> Listing:
    """Read the three lists."""
    rules: dict[str, ListedRule] = {}
    for kind, path in PATHS.items():
        for row in client.list(path, fields=RULE_FIELDS):
            rule = _rule(row, kind)
            if rule is not None:
                known = rules.get(rule.uuid)
                rules[rule.uuid] = rule if known is None else _in_both(known, kind)
    return Listing(rules, tuple(_group(row) for row in client.list(GROUPS, fields=GROUP_FIELDS)))


def _rule(row: Mapping[str, Any], kind: str) -> ListedRule | None:
    """A row without an identifier or a number is nothing that could be managed."""
    if not row.get("identifier") or not isinstance(row.get("id"), int):
        return None
    return ListedRule(
        id=row["id"],
        uuid=str(row["identifier"]),
        name=plain_name(str(row.get("name") or "")),
        enabled=bool(row.get("enabled")),
        owner=str(row.get("owner") or ""),
        origin=str(row.get("origin") or ""),
        fingerprint=str(row.get("modification_date") or ""),
        kinds=(kind,),
        linked=str(row.get("linked_rule_identifier") or ""),
    )


def _in_both(known: ListedRule, kind: str) -> ListedRule:
    return known if kind in known.kinds else replace(known, kinds=(*known.kinds, kind))


def _group(row: Mapping[str, Any]) -> ListedGroup:
    members = (str(item) for item in row.get("child_items") or [])
    return ListedGroup(
        id=int(row.get("id") or 0),
        name=str(row.get("name") or ""),
        description=str(row.get("description") or ""),
        owner=str(row.get("owner") or "admin"),
        parent_id=int(row.get("parent_id") or 0),
        level=int(row.get("level") or 0),
        members=frozenset(int(item) for item in members if item.isdecimal()),
    )
