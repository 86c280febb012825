"""What two consoles are to hold of the same stacks, where that differs, and why: nothing differs by accident."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dac.config.interpolation import variables_in
from dac.config.variables import console_values, declared_variables
from dac.model.diagnostic import Diagnostics
from dac.model.promotion import Divergence
from dac.planning.changes import edits_between, top_key
from dac.qradar.versions import text
from dac.resources.registry import kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dac.config.loading import Sources
    from dac.config.settings import ConsoleSettings, Project
    from dac.config.sources import StackSource
    from dac.config.variables import Value
    from dac.model.address import Address
    from dac.model.change import Edit
    from dac.model.resource import Desired
    from dac.resources.kind import Field

_STEERED = {"entry": ("entry", "entries_file")}
"""Keys of TOML that feed a field, where it is more than the one of its own name."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a promotion: what is wanted there."""

    console: ConsoleSettings
    desired: Mapping[Address, Desired]
    api_version: tuple[int, int]


def divergences(
    project: Project, sources: Sources, variables: Mapping[str, str], source: End, target: End
) -> tuple[Divergence, ...]:
    """Return what the target is to hold otherwise than the source, by address; each edit's reason says why.

    `variables` are the --var texts, which count for both.
    """
    both = sorted(source.desired.keys() & target.desired.keys())
    differing = {name: _differing(project, files, variables, source, target) for name, files in sources.stacks.items()}
    found = []
    for address in both:
        edits = edits_between(kind(address.kind), source.desired[address].deployed, target.desired[address].deployed)
        if edits:
            raw = sources.stacks[address.stack].resources[address].table
            why = _Reasons(address, raw, differing[address.stack], source, target)
            found.append(Divergence(address, tuple(replace(edit, reason=why.of(edit)) for edit in edits)))
    return tuple(found)


def _differing(
    project: Project, files: StackSource, given: Mapping[str, str], source: End, target: End
) -> frozenset[str]:
    """Return the variables of a stack that have another value at either end."""
    said = Diagnostics()  # what is wrong with them has been said by whoever loaded the stack
    declared = declared_variables(files.variables, project.consoles, said)

    def values(end: End) -> dict[str, Value]:
        return console_values(declared, end.console.name, given, said)

    here, there = values(source), values(target)
    return frozenset(name for name in declared if here.get(name) != there.get(name))


@dataclass(frozen=True, slots=True)
class _Reasons:
    """Finds the reason of each edit of one resource. `raw` is its table as the file has it."""

    address: Address
    raw: Mapping[str, Any]
    variables: frozenset[str]
    source: End
    target: End

    def of(self, edit: Edit) -> str:
        rows = [row for row in kind(self.address.kind).fields if top_key(edit) in row.deployed]
        reasons = [*self._written(rows), *self._switches(top_key(edit)), *self._versions(rows)]
        return "; ".join(dict.fromkeys(reasons)) or "the two consoles resolve its names differently"

    def _written(self, rows: Sequence[Field]) -> Iterator[str]:
        """Per-console fields, and variables in what is written for both."""
        for key in (key for row in rows for key in _STEERED.get(row.name, (row.name,))):
            values = [self.raw.get(key)]
            for console, table in self._overrides():
                if key in table:
                    values.append(table[key])
                    yield f"[{self.address.local}.console.{console}] {key}"
            for name in sorted(self.variables & variables_in(values)):
                yield f"variable {name}"

    def _overrides(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        tables = self.raw.get("console", {})
        for console in (self.source.console.name, self.target.console.name):
            if isinstance(tables.get(console), dict):
                yield console, tables[console]

    def _switches(self, key: str) -> Iterator[str]:
        for end in (self.source, self.target):
            if key == "enabled" and (why := end.desired[self.address].dormant):
                yield f"{end.console.name}: {why}"
            rollout = end.console.rollout
            if (key, rollout) in (("enabled", "disabled"), ("event", "monitor"), ("offense", "monitor")):
                yield f'[console.{end.console.name}] rollout = "{rollout}"'

    def _versions(self, rows: Sequence[Field]) -> Iterator[str]:
        for end in (self.source, self.target):
            if any(row.since and end.api_version < row.since for row in rows):
                yield f"API {text(end.api_version)} of {end.console.name} has no place for it"
