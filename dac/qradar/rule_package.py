"""One content package for a wave of rules: rows for the rules, and the groups they are to be in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from dac.errors import ConsoleError
from dac.qradar.package.archive import write_archive
from dac.qradar.package.content import RULE_TYPES, Group, RuleRow, timestamp, write_content
from dac.qradar.package.deployed import from_deployed
from dac.qradar.package.manifest import NAME as MANIFEST
from dac.qradar.package.manifest import Version, manifest
from dac.qradar.package.rule_xml import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dac.model.deployed import Deployed
    from dac.qradar.exports import ExportedRule
    from dac.qradar.extensions import Hub
    from dac.qradar.rule_listing import Listing
    from dac.resources.names import Names

_FIRST_NEW = 900_000
_CONTENT = "custom_rules.xml"
_GROUP_NOTE = "Made by dac"


@dataclass(frozen=True, slots=True)
class Wish:
    """A rule to be installed: what it should be, and `base`, what it is on the console now (None for a new one)."""

    uuid: str
    deployed: Deployed
    building_block: bool
    marker: str
    qids: Mapping[str, int]
    base: ExportedRule | None = None


@dataclass(frozen=True, slots=True)
class PackageParts:
    """Everything of a package but its version."""

    rules: tuple[RuleRow, ...]
    groups: tuple[Group, ...]
    build: str
    now: int

    def archive(self, hub: Hub, version: Version) -> bytes:
        """Return the ZIP to upload; the same parts and version give the same bytes."""
        content = write_content(self.build, self.rules, self.groups, now=self.now)
        files = {_CONTENT: content, MANIFEST: manifest(hub.id, hub.name, version, self.build)}
        return write_archive(files)


def rule_numbers(wishes: Sequence[Wish]) -> dict[str, str]:
    """Return row ids by uuid: the console's number, or for a new rule one that only the package's links use."""
    numbers = {wish.uuid: wish.base.id for wish in wishes if wish.base}
    following = count(max([_FIRST_NEW, *(int(number) for number in numbers.values() if number.isdecimal())]) + 1)
    return {wish.uuid: numbers.get(wish.uuid) or str(next(following)) for wish in wishes}


def rule_row(wish: Wish, number: str, names: Names, now: int) -> RuleRow:
    """Return the row of custom_rule. ConsoleError when the console has no number for a name in it."""
    base = wish.base.body if wish.base else None
    body = from_deployed(
        wish.deployed, names, base=base, marker=wish.marker, qids=wish.qids, building_block=wish.building_block
    )
    if base is None:
        body = replace(body, attributes=dict(body.attributes) | {"id": number, "overrideid": number})
    columns = {"origin": "USER", "flags": "0", "create_date": timestamp(now)}
    columns |= dict(wish.base.columns) if wish.base else {}
    columns |= {"rule_type": RULE_TYPES[body.type], "mod_date": timestamp(now)}
    return RuleRow(wish.uuid, number, encode(body), columns)


def require_own_groups(uuid: str, deployed: Deployed, listing: Listing) -> None:
    """ConsoleError when a rule is to go into a group that is QRadar's own: an install could change that."""
    listed = listing.rules.get(uuid)
    present = listing.groups_of(listed.id) if listed else []
    for name in deployed.get("groups", []):
        known = {group.id for group in listing.groups if group.name == name}
        if name not in present and known and known <= listing.stock_groups:
            raise ConsoleError(
                f"The rule group {name!r} is QRadar's own: dac does not put it into a package, which could change it",
                hint="Write the name of a group of your own in `groups`; one that does not exist yet is made.",
            )


def group_rows(wishes: Iterable[Wish], rows: Sequence[RuleRow], listing: Listing) -> tuple[Group, ...]:
    """Return the groups with rules to put into them: those where the console does not have them yet."""
    numbers = {row.uuid: row.id for row in rows}
    members: dict[str, list[str]] = defaultdict(list)
    for wish in wishes:
        listed = listing.rules.get(wish.uuid)
        present = listing.groups_of(listed.id) if listed else []
        for name in wish.deployed.get("groups", []):
            if name not in present:
                members[name].append(numbers[wish.uuid])
    following = max([_FIRST_NEW, *(group.id for group in listing.groups)]) + 1
    return tuple(
        _group(name, tuple(members[name]), listing, str(following + at)) for at, name in enumerate(sorted(members))
    )


def _group(name: str, members: tuple[str, ...], listing: Listing, new_id: str) -> Group:
    own = [group for group in listing.groups if group.name == name and group.id not in listing.stock_groups]
    if not own:
        return Group(new_id, name, members, _GROUP_NOTE)
    group = min(own, key=lambda row: row.id)
    return Group(str(group.id), name, members, group.description, str(group.parent_id), str(group.level), group.owner)
