"""Waves: what is carried out together, and what comes before what."""

from __future__ import annotations

from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from dac.model.change import Action, Channel
from dac.model.plan import Step, Wave

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dac.model.address import Address
    from dac.model.change import Change
    from dac.model.resource import Desired, Recorded
    from dac.resources.kind import Kind

_BUILT = (Action.CREATE, Action.UPDATE, Action.ADOPT, Action.REPLACE)
_RULES = ("building_block", "detection")
_FIRING = ("detection", "vendor_rule")


def waves(changes: Iterable[Change], kinds: Mapping[str, Kind]) -> tuple[Wave, ...]:
    """Return the waves of a plan, in the order of their steps.

    An address stands in two waves when its body and its switch change at once, and when what it loses is still read
    by rules of the plan until they have changed or gone. What fires is switched off before its body changes, and on
    after it; a building block is switched off only once the rules that ask it have changed. Within a wave: readers
    after what they read (before it, for deletes), then by kind and name.
    """
    ranked = _ranked(changes, kinds)
    moving = _read_by_rules(ranked)
    steps: dict[Step, list[Address]] = {step: [] for step in Step}
    for change in ranked:
        for step in _steps(change, kinds, moving):
            steps[step].append(change.address)
    steps[Step.DELETE].reverse()
    filled = [(step, addresses) for step, addresses in steps.items() if addresses]
    return tuple(Wave(number, step, tuple(addresses)) for number, (step, addresses) in enumerate(filled, start=1))


def _read_by_rules(changes: Iterable[Change]) -> set[tuple[str, str]]:
    """Return what the rules of a plan read, as they are or as they are to become."""
    forms = [form for c in changes if c.address.kind in _RULES for form in (c.desired, c.recorded) if form]
    return {(reference.kind, reference.name) for form in forms for reference in form.references}


def _steps(change: Change, kinds: Mapping[str, Kind], moving: set[tuple[str, str]]) -> list[Step]:
    if change.action is Action.DELETE:
        return [Step.DELETE]
    if change.action is Action.NO_OP:
        return [Step.RECORD] if change.previous else []
    if change.action not in _BUILT or _is_only_recorded(change):
        return [Step.RECORD]
    kind = kinds[change.address.kind]
    if kind.step in (Step.PACKAGE, Step.SWITCH):
        return _rule_steps(change, kind)
    if change.action is Action.UPDATE and kind.retracts(change.edits) and identity(change) in moving:
        return [kind.step, Step.RETRACT] if first_half(change, kind) is not None else [Step.RETRACT]
    return [kind.step]


def travels_in_package(change: Change, kinds: Mapping[str, Kind]) -> bool:
    """Whether a change writes the body of a rule."""
    return Step.PACKAGE in _steps(change, kinds, set())


def first_half(change: Change, kind: Kind) -> Change | None:
    """Return an update with nothing taken away yet; None when that would leave nothing to do."""
    if change.desired is None or change.live is None:
        return None
    recorded = change.recorded.deployed if change.recorded else None
    current = kind.owned(change.live.deployed, change.desired.deployed, recorded)
    form = kind.unretracted(change.desired.deployed, current)
    if form == current:
        return None
    return replace(change, desired=replace(change.desired, deployed=form), record=form)


def _is_only_recorded(change: Change) -> bool:
    """An update or adoption without anything to send. What is taken over gets at least dac's marker."""
    if change.action is Action.CREATE or _is_take_over(change):
        return False
    return all(edit.channel is Channel.STATE for edit in change.edits)


def _is_take_over(change: Change) -> bool:
    return change.action is Action.ADOPT and change.live is not None and not change.live.ours


def _rule_steps(change: Change, kind: Kind) -> list[Step]:
    """A new rule carries its switch in its body; on one that is there, `enabled` and `owner` travel by REST."""
    if kind.step is Step.SWITCH:
        return [Step.SWITCH_OFF if _switches_off(change) else Step.SWITCH]
    if change.action in (Action.CREATE, Action.REPLACE):
        return [Step.PACKAGE]
    channels = {edit.channel for edit in change.edits}
    steps = [Step.PACKAGE] if Channel.EXTENSION in channels or _is_take_over(change) else []
    if Channel.REST not in channels:
        return steps
    return [Step.SWITCH_OFF, *steps] if _switches_off(change) else [*steps, Step.SWITCH]


def _switches_off(change: Change) -> bool:
    """Whether a change takes something that fires out of service."""
    fires = change.address.kind in _FIRING
    return fires and any(edit.path == "enabled" and edit.after is False for edit in change.edits)


def _ranked(changes: Iterable[Change], kinds: Mapping[str, Kind]) -> list[Change]:
    """Kinds in their order; within one, what is read before its readers; else by address."""
    ordered = sorted((c for c in changes if c.action is not Action.NO_OP or c.previous), key=lambda c: c.address)
    owners = {identity(change): change.address for change in ordered}
    graph = {change.address: _reads(change, owners) for change in ordered}
    try:
        depth = _depths(graph)
    except CycleError:  # a cycle is reported as a finding of the stack; any order will do until it is mended
        depth = dict.fromkeys(graph, 0)
    return sorted(ordered, key=lambda c: (kinds[c.address.kind].order, depth[c.address], c.address))


def _reads(change: Change, owners: Mapping[tuple[str, str], Address]) -> set[Address]:
    subject = change.desired or change.recorded
    names = [(reference.kind, reference.name) for reference in subject.references] if subject else []
    return {owners[name] for name in names if name in owners} - {change.address}


def identity(change: Change) -> tuple[str, str]:
    """Return what references to a change's resource say."""
    subject = change.desired or change.recorded
    return identity_of(subject) if subject else (change.address.kind, change.address.name)


def identity_of(subject: Desired | Recorded) -> tuple[str, str]:
    """Return what references to a resource say: its kind and console name; for a rule of either kind its uuid.

    A rule may ask a detection as well as a building block, and the console makes no difference between them.
    """
    kind = subject.address.kind
    return ("building_block", subject.uuid) if kind in _RULES else (kind, subject.name)


def _depths(graph: Mapping[Address, set[Address]]) -> dict[Address, int]:
    depth: dict[Address, int] = {}
    for address in TopologicalSorter(graph).static_order():
        depth[address] = 1 + max((depth[other] for other in graph[address]), default=-1)
    return depth
