"""The content XML of a package: database rows of one console, as another takes them in.

Format: `<content>`, `<qradarversion>`, then one element a row, its children the columns. Rows name each other by the
ids of the console that wrote them; a console that takes them in gives its own.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dac.errors import BadContent
from dac.resources.xml_element import Element, parse, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

RULE_TYPES = {"EVENT": "0", "OFFENSE": "1", "FLOW": "4", "COMMON": "5"}

_PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RULES_ROOT = "3"  # of fgroup_type and of the group that holds all rule groups
_RULE_COLUMNS = frozenset({"uuid", "id", "rule_data"})


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A row of custom_rule. `data` is the decoded rule XML, `columns` all the others, as text."""

    uuid: str
    id: str
    data: bytes
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """A rule group and the rules to put into it, by their row ids.

    A group that the console has comes as the console lists it; a new one has an id that no group there has.
    """

    id: str
    name: str
    rules: tuple[str, ...]
    description: str
    parent_id: str = "3"
    level: str = "2"
    owner: str = "admin"


@dataclass(frozen=True, slots=True)
class Content:
    """What a content XML holds: the build that wrote it, its rules, and all other rows as they are."""

    build: str
    rules: tuple[RuleRow, ...] = ()
    rows: tuple[Element, ...] = ()


def write_content(build: str, rules: Sequence[RuleRow], groups: Sequence[Group], *, now: int) -> bytes:
    """Return the content XML. `build` is the console's own, `now` is epoch ms. Stock groups must not be in it."""
    rows = [Element("qradarversion", text=build)]
    rows += [_rule_element(rule) for rule in rules]
    if groups:
        rows += [_group_type(), *_group_elements(groups, timestamp(now))]
    return (_PROLOG + write(Element("content", children=tuple(rows)))).encode()


def read_rows(data: bytes, what: str = "The export") -> Content:
    """Read a content XML. BadContent when it is none, or when a rule in it has no uuid or no data."""
    root = parse(data, what)
    if root.tag != "content":
        raise BadContent(f"{what}: its root is <{root.tag}>, not <content>")
    build = root.child("qradarversion")
    rules = tuple(_rule_row(row, what) for row in root.children if row.tag == "custom_rule")
    rows = tuple(row for row in root.children if row.tag not in {"custom_rule", "qradarversion"})
    return Content(build.text if build else "", rules, rows)


def timestamp(now: int) -> str:
    """Return epoch ms as the columns of rules and groups have it: ISO 8601 with milliseconds."""
    return datetime.fromtimestamp(now / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def columns(row: Element) -> dict[str, str]:
    """Return a row's columns; an absent one is NULL."""
    return {child.tag: child.text for child in row.children}


def _rule_row(row: Element, what: str) -> RuleRow:
    values = columns(row)
    uuid = values.get("uuid", "").strip()
    if not uuid:
        raise BadContent(f"{what} holds a rule without a uuid")
    try:
        data = base64.b64decode("".join(values.get("rule_data", "").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadContent(f"{what}: the rule_data of rule {uuid} is no base64: {error}") from error
    if not data:
        raise BadContent(f"{what}: rule {uuid} has no rule_data")
    others = {name: value for name, value in values.items() if name not in _RULE_COLUMNS}
    return RuleRow(uuid, values.get("id", "").strip(), data, others)


def _rule_element(rule: RuleRow) -> Element:
    data = base64.b64encode(rule.data).decode("ascii")
    return _row("custom_rule", dict(rule.columns) | {"uuid": rule.uuid, "id": rule.id, "rule_data": data})


def _group_type() -> Element:
    values = {"id": _RULES_ROOT, "name": "rule", "description": "rule"}
    return _row("fgroup_type", values | {"class_name": "com.q1labs.core.shared.group.RuleGroupFactory"})


def _group_elements(groups: Sequence[Group], at: str) -> Iterator[Element]:
    for group in groups:
        values = {
            "id": group.id,
            "parent_id": group.parent_id,
            "type_id": _RULES_ROOT,
            "level_id": group.level,
            "name": group.name,
            "description": group.description,
            "user_name": group.owner,
            "modified_date": at,
        }
        yield _row("fgroup", values)
    links = [(group, rule) for group in groups for rule in group.rules]
    for number, (group, rule) in enumerate(links, 1):
        values = {"id": str(number), "fgroup_id": group.id, "item_id": rule, "user_name": group.owner}
        yield _row("fgroup_link", values)


def _row(table: str, values: Mapping[str, str]) -> Element:
    return Element(table, children=tuple(Element(name, text=text) for name, text in values.items()))
