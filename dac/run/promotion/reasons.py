"""Why two consoles are to hold different values of one field: found in what the value is made from, never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.config.interpolation import variables_in
from dac.model.change import MISSING
from dac.model.reads import Absent
from dac.planning.changes import top_key
from dac.planning.order import identity_of
from dac.qradar.versions import text
from dac.resources.registry import kind
from dac.resources.rollout import rollout_said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dac.config.settings import ConsoleSettings
    from dac.model.address import Address
    from dac.model.change import Edit
    from dac.model.resource import Desired
    from dac.planning.situation import Situation
    from dac.resources.kind import Field

Path = tuple[str, ...]

_DERIVED: Mapping[str, Path] = {
    "event.name": ("name",),
    "event.description": ("notes",),
    "event.severity": ("severity",),
    "event.credibility": ("confidence",),
    "event.relevance": ("relevance",),
}
"""Where an event has no value of its own, it has that of another field."""

_OF_OTHERS = ("building_blocks", "property_tests", "reference_set_tests", "other_tests", "filter", "offense.index",
              "limiter.by", "event.index", "reference_data")  # fmt: skip
_LOOKED_UP = (*_OF_OTHERS, "log_source_types", "log_sources", "categories", "qids", "event.category", "event.qid",
              "custom_action", "expressions")  # fmt: skip
"""What is made with names: of other resources, and of things that each console spells or numbers in its own way."""

_ROLLED_OUT = {"disabled": ("enabled",), "monitor": ("offense", "event.offense", "event.index")}
"""What a rollout decides about."""

_DECLARED = {"credibility": "confidence", "notify_override": "notify_severity_override"}
"""Keys of the deployed form that TOML has another word for."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a promotion: what is wanted there."""

    console: ConsoleSettings
    desired: Mapping[Address, Desired]
    api_version: tuple[int, int]

    @classmethod
    def of(cls, console: ConsoleSettings, seen: Situation, api_version: tuple[int, int]) -> End:
        """Take what is wanted of a console as it was seen. What is deprecated and gone is not wanted any more."""
        gone = {at for at, one in seen.desired.items() if one.delete_after is not None and _is_absent(seen, at)}
        return cls(console, {at: one for at, one in seen.desired.items() if at not in gone}, api_version)


@dataclass(frozen=True, slots=True)
class Reasons:
    """Finds the reason of each edit between two ends.

    raw: the tables as the files have them. variables: those of each stack that have another value at either end.
    """

    raw: Mapping[Address, Mapping[str, Any]]
    variables: Mapping[str, frozenset[str]]
    source: End
    target: End

    def of(self, address: Address, edit: Edit) -> str:
        """Return why the target is to hold another value than the source."""
        rows = [row for row in kind(address.kind).fields if top_key(edit) in row.deployed]
        paths = [path for row in rows for path in _fed_by(row, edit.path)]
        if edit.path in _DERIVED:
            paths.append(_DERIVED[edit.path])
        found = [*self._written(address, paths), *self._switches(address, edit.path), *self._versions(rows)]
        if not found and _is_among(edit.path, _OF_OTHERS):
            found = list(self._read(address))
        return "; ".join(dict.fromkeys(found)) or _otherwise(edit.path)

    def _written(self, address: Address, paths: Sequence[Path]) -> Iterator[str]:
        """Per-console values, and variables in what is written for both."""
        raw = self.raw[address]
        for path in paths:
            values = [_at(raw, path)[0]]
            for console, table in self._overrides(raw):
                value, reached = _at(table, path if path[0] in raw else path[:1])
                if value is not MISSING:
                    values.append(value)
                    yield f"[{address.local}.console.{console}] {'.'.join(reached)}"
            for name in sorted(self.variables[address.stack] & variables_in(values)):
                yield f"variable {name}"

    def _overrides(self, raw: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        tables = raw.get("console", {})
        for console in (self.source.console.name, self.target.console.name):
            if isinstance(tables.get(console), dict):
                yield console, tables[console]

    def _switches(self, address: Address, path: str) -> Iterator[str]:
        """What dac itself decides for a console: by the status, and by how far the detection is taken there."""
        ends = (self.source, self.target)
        differ = len({end.desired[address].rollout for end in ends}) > 1
        for end in ends:
            desired, name = end.desired[address], end.console.name
            if path == "enabled" and desired.dormant:
                yield f"{name}: {desired.dormant}"
            if differ and _is_among(path, _ROLLED_OUT.get(desired.rollout, ())):
                yield rollout_said(self.raw[address], address.local, name, desired.rollout)

    def _versions(self, rows: Sequence[Field]) -> Iterator[str]:
        for end in (self.source, self.target):
            if any(row.since and end.api_version < row.since for row in rows):
                yield f"API {text(end.api_version)} of {end.console.name} has no place for it"

    def _read(self, address: Address) -> Iterator[str]:
        """What it reads may be called otherwise there: then the reason is that thing's own."""
        owners = {identity_of(one): at for at, one in self.target.desired.items()}
        owners |= {identity_of(one): at for at, one in self.source.desired.items()}
        for end in (self.source, self.target):
            for reference in end.desired[address].references:
                other = owners.get((reference.kind, reference.name))
                if other is not None and other != address and other in self.raw:
                    yield from self._written(other, [("name",), ("uuid",)])


def _is_absent(seen: Situation, address: Address) -> bool:
    return isinstance(seen.reads.get(address), Absent)


def _fed_by(row: Field, path: str) -> Iterator[Path]:
    """Yield the keys of TOML, from the table of the resource down, that a field of the deployed form is made from."""
    top, *below = (_DECLARED.get(key, key) for key in path.partition("[")[0].split("."))
    if row.name == "response" or (row.name == "offense" and top == "event"):
        yield (row.name, top, *below)
    elif row.name == "entry":
        yield from (("entry",), ("entries_file",))
    else:
        yield (row.name, *below)


def _at(table: Mapping[str, Any], path: Path) -> tuple[Any, Path]:
    """Return the value at a path and the path as far as it leads; MISSING where a table on the way lacks the key."""
    value: Any = table
    for depth, key in enumerate(path):
        if not isinstance(value, dict):
            return value, path[:depth]
        if key not in value:
            return MISSING, path[:depth]
        value = value[key]
    return value, path


def _is_among(path: str, known: Sequence[str]) -> bool:
    """Whether a path lies within one of the known, or holds one of them."""
    return any(path == one or path.startswith((f"{one}.", f"{one}[")) or one.startswith(f"{path}.") for one in known)


def _otherwise(path: str) -> str:
    """Say as much as is known when no file says why."""
    if path == "use_for_rule_engine":
        return "not the same rules read it"
    if _is_among(path, _LOOKED_UP):
        return "the two consoles resolve its names differently"
    return "it follows from something else that differs"
