"""What two consoles are to hold of the same stacks, where that differs, and why: nothing differs by accident."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.config.variables import console_values, declared_variables
from dac.model.diagnostic import Diagnostics
from dac.model.promotion import Divergence
from dac.planning.changes import edits_between
from dac.resources.registry import kind
from dac.run.promotion.reasons import End, Reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.config.loading import Sources
    from dac.config.settings import Project
    from dac.config.sources import StackSource
    from dac.config.variables import Value


def divergences(
    project: Project, sources: Sources, variables: Mapping[str, str], source: End, target: End
) -> tuple[Divergence, ...]:
    """Return what the target is to hold otherwise than the source, by address; each edit's reason says why.

    `variables` are the --var texts, which count for both.
    """
    both = sorted(source.desired.keys() & target.desired.keys())
    differing = {name: _differing(project, files, variables, source, target) for name, files in sources.stacks.items()}
    raw = {address: block.table for files in sources.stacks.values() for address, block in files.resources.items()}
    why = Reasons(raw, differing, source, target)
    found = []
    for address in both:
        edits = edits_between(kind(address.kind), source.desired[address].deployed, target.desired[address].deployed)
        if edits:
            found.append(Divergence(address, tuple(replace(edit, reason=why.of(address, edit)) for edit in edits)))
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
