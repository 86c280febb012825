"""The plan: every address decided, ordered into waves, guarded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.model.change import Action, Disposition
from dac.model.plan import Plan
from dac.planning.draft import Draft
from dac.planning.guard import PARTS, refusals
from dac.planning.interrupted import left_behind, resolved
from dac.planning.order import identity_of, waves
from dac.planning.retirement import retirements
from dac.planning.rollback import conflicts, explained

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dac.model.address import Address
    from dac.model.change import Change, Drift
    from dac.planning.situation import Options, Situation


def plan(situation: Situation, options: Options) -> Plan:
    """Decide every selected address. The same situation and options give the same plan, byte for byte."""
    situation = resolved(_renamed(situation))
    draft = Draft(situation, options)
    for address in _selected(situation, options):
        draft.add(address)
    moved = _moves(situation)
    changes = tuple(replace(c, previous=moved[c.address]) if c.address in moved else c for c in draft.changes)
    if situation.rollback is not None:
        changes = tuple(explained(changes, situation.rollback))
    steps = waves(changes, situation.kinds)
    rank = {address: (wave.number, at) for wave in reversed(steps) for at, address in enumerate(wave.addresses)}
    last = (len(steps) + 1, 0)
    return Plan(
        console=situation.console,
        stacks=situation.stacks,
        changes=tuple(sorted(changes, key=lambda change: (rank.get(change.address, last), change.address))),
        waves=steps,
        drift=tuple(sorted(draft.drift, key=lambda item: (item.address, item.disposition))),
        refusals=(
            *draft.stops,
            *refusals(situation, options, changes),
            *conflicts(situation, options, changes, draft.drift),
        ),
        states=dict(sorted(situation.states.items())),
        names_digest=situation.names_digest,
        clock=situation.clock,
        targets=tuple(sorted(str(address) for address in options.targets)),
        unmanaged=dict(sorted({**situation.unmanaged, **_parts_of_others(situation, changes)}.items())),
        destroy=options.destroy,
        git_only=_git_only(changes, draft.drift),
        rollback=situation.rollback.apply_id if situation.rollback else "",
        left=left_behind(situation, changes),
        retiring=tuple(sorted(retirements(changes, situation.clock), key=lambda one: one.address)),
        timezone=situation.timezone,
    )


def _parts_of_others(situation: Situation, changes: Iterable[Change]) -> dict[str, int]:
    """Count the entries of others in what the stacks share with them."""
    counts: dict[str, int] = {}
    for change in changes:
        if change.desired is not None and change.live is not None:
            live, recorded = change.live.deployed, change.recorded.deployed if change.recorded else None
            if live.keys().isdisjoint(PARTS):
                continue
            owned = situation.kinds[change.address.kind].owned(live, change.desired.deployed, recorded)
            for key, noun in PARTS.items():
                others = len(live.get(key, ())) - len(owned.get(key, ()))
                if others:
                    counts[noun] = counts.get(noun, 0) + others
    return counts


def _git_only(changes: Iterable[Change], drift: Iterable[Drift]) -> tuple[Address, ...]:
    """Name what was edited without any effect on the console; not what somebody there had already done by hand."""
    by_hand = {item.address for item in drift if item.disposition is Disposition.ACCEPTED}
    return tuple(sorted(c.address for c in changes if _is_declared_anew(c) and c.address not in by_hand))


def _is_declared_anew(change: Change) -> bool:
    desired, recorded = change.desired, change.recorded
    if change.action is not Action.NO_OP or change.previous is not None or desired is None or recorded is None:
        return False
    return "" != recorded.digest != desired.digest != ""


def _selected(situation: Situation, options: Options) -> list[Address]:
    every = situation.desired.keys() | situation.recorded.keys() | situation.pending
    chosen = bool(options.targets) or situation.rollback is not None  # a rollback is never about everything
    return sorted(every & _with_read(situation, options.targets) if chosen else every)


def _with_read(situation: Situation, targets: frozenset[Address]) -> set[Address]:
    """A target brings along what it reads: applying it without would fail."""
    owners = {identity_of(subject): subject.address for subject in situation.desired.values()}
    wanted, queue = set(targets), list(targets)
    while queue:
        subject = situation.desired.get(queue.pop())
        for reference in subject.references if subject else ():
            owner = owners.get((reference.kind, reference.name))
            if owner is not None and owner not in wanted:
                wanted.add(owner)
                queue.append(owner)
    return wanted


def _moves(situation: Situation) -> Mapping[Address, Address]:
    """Present address to the one it is recorded under, where they differ."""
    return {now: recorded.address for now, recorded in situation.recorded.items() if recorded.address != now}


def _renamed(situation: Situation) -> Situation:
    """Give what is recorded or pending under an earlier address its present one, unless both are recorded."""
    recorded, pending, cut = dict(situation.recorded), set(situation.pending), dict(situation.interrupted)
    for address, desired in situation.desired.items():
        for earlier in desired.previous:
            if earlier in situation.desired:
                continue
            if address not in recorded and earlier in recorded:
                recorded[address] = recorded.pop(earlier)
            if earlier in pending:
                pending.discard(earlier)
                pending.add(address)
            if earlier in cut:
                cut.setdefault(address, cut.pop(earlier))
    return replace(situation, recorded=recorded, pending=frozenset(pending), interrupted=cut)
