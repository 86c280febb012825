"""Which stacks drift is about, and which of them have no record to compare with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.model.drift_report import Unrecorded
from dac.model.reads import Found
from dac.planning.ownership import identity
from dac.resources.registry import kind
from dac.run.desired.identities import recorded_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dac.model.address import Address
    from dac.model.resource import Recorded
    from dac.run.plan.observation import Observation
    from dac.run.scope import Scope


def with_recorded(scope: Scope, named: tuple[str, ...]) -> Scope:
    """Select every stack that has a folder or a state on this console, unless some were named."""
    if named:
        return scope
    stored = scope.backend.stacks(scope.console.name)
    return replace(scope, selected=tuple(sorted({*scope.selected, *stored})))


def without_record(scope: Scope, observation: Observation) -> tuple[tuple[str, ...], tuple[Unrecorded, ...]]:
    """Return the stacks that were never applied here, and those whose state is missing though things of them are there.

    A thing is ours by its uuid or its marker; what another stack has recorded is that one's.
    """
    records = observation.records
    new = [name for name in scope.selected if name in scope.stacks.stacks and not records.documents[name].serial]
    lost = {name: tuple(sorted(_ours(name, scope, observation))) for name in new}
    return (
        tuple(name for name in new if not lost[name] and _has_content(name, scope)),
        tuple(Unrecorded(name, found, f"{name}/ unrecorded") for name, found in lost.items() if found),
    )


def _has_content(stack: str, scope: Scope) -> bool:
    """A stack that declares nothing has nothing to apply; one that cannot be read may have."""
    place = f"stacks/{stack}/"
    found = scope.stacks.diagnostics
    return bool(scope.stacks.stacks[stack].resources) or any(
        item.position is not None and item.position.path.startswith(place) for item in found
    )


def _ours(stack: str, scope: Scope, observation: Observation) -> Iterator[Address]:
    recorded = observation.records.recorded
    elsewhere = _identities(recorded)
    for resource in scope.stacks.stacks[stack].resources:
        read = observation.situation.reads.get(resource.address)
        if (
            isinstance(read, Found)
            and read.live.ours
            and kind(resource.address.kind).made_by_dac
            and recorded_for(resource, recorded) is None
            and identity(resource.address, read.live) not in elsewhere
        ):
            yield resource.address


def _identities(recorded: Mapping[Address, Recorded]) -> set[str]:
    return {one.uuid or f"{one.address.kind} {one.remote_id}" for one in recorded.values()}
