"""Brakes: reasons why a plan must not be applied until somebody names them on the command line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dac.model.change import Action
from dac.model.plan import Refusal
from dac.planning.changes import top_key
from dac.planning.order import travels_in_package
from dac.planning.ownership import is_vendors
from dac.planning.readers import readers_unknown, still_read
from dac.resources.kind import deployed_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dac.model.change import Change
    from dac.planning.situation import Options, Situation

NOT_CALIBRATED = "not-calibrated"
LIFTABLE = (
    "protected",
    "still-read",
    "replace-read",
    "change-read",
    "readers-unknown",
    "foreign-parts",
    "mass-delete",
    "empty-stack",
    "changed-since",
    NOT_CALIBRATED,
)
"""The codes that --allow takes. What could not be read, what is taken, and what is the vendor's, no flag lifts."""

_WAYS_OUT = {
    "entries": "name it with --allow foreign-parts for this run",
    "expressions": "delete those expressions on the console first",
}
_ONE = {"entries": "entry", "expressions": "expression"}
PARTS = {"entries": "entry"}
"""What others put into the things of a project as a matter of course, and how one of it is called."""

DELETE_SHARE = 30  # per cent of what is recorded for a stack
DELETE_FLOOR = 10  # a stack with fewer recorded resources has no share worth guarding


def refusals(situation: Situation, options: Options, changes: tuple[Change, ...]) -> tuple[Refusal, ...]:
    """Return every refusal that the options do not lift, sorted."""
    found = [
        *_not_calibrated(situation, changes),
        *_vendor_content(changes),
        *_protected(situation, changes),
        *still_read(situation, changes),
        *readers_unknown(situation, changes),
        *_change_read(situation, changes),
        *_foreign_parts(situation, changes),
        *([] if options.destroy else _mass_deletes(situation, changes)),
    ]
    lifted = options.allow.intersection(LIFTABLE)
    kept = [refusal for refusal in found if refusal.code not in lifted]
    return tuple(sorted(kept, key=lambda refusal: (refusal.code, str(refusal.address or ""), refusal.summary)))


def _not_calibrated(situation: Situation, changes: Iterable[Change]) -> Iterator[Refusal]:
    """Nothing of a package goes to a console of which nobody knows that it reads rules as dac writes them."""
    count = sum(travels_in_package(change, situation.kinds) for change in changes) if situation.closed else 0
    if count:
        name = situation.console.name
        summary = (
            f"{count} {'rule' if count == 1 else 'rules'} would be written to console {name}, and {situation.closed}"
        )
        hint = (
            f"`dac console calibrate --console {name}` learns how it writes rules and tries one, disabled, that it "
            "removes again; --assume-catalogue (or --allow not-calibrated) writes as dac ships it, for this run"
        )
        yield Refusal("not-calibrated", summary, None, hint)


def _vendor_content(changes: Iterable[Change]) -> Iterator[Refusal]:
    """A second lock: the table forgets what QRadar brought, and no mistake in it shall delete that."""
    for change in changes:
        if change.action in (Action.DELETE, Action.REPLACE) and change.live is not None and is_vendors(change.live):
            summary = f"{change.address.local} is {change.live.origin} content on the console and would be deleted"
            hint = f'"{change.address.local}" = "why" under [removed] forgets it, and it stays on the console'
            yield Refusal("vendor-content", summary, change.address, hint)


def _protected(situation: Situation, changes: Iterable[Change]) -> Iterator[Refusal]:
    """`protect` lives in the state too: deleting the block does not lift it."""
    for change in changes:
        recorded = change.recorded
        wanted = situation.desired.get(change.address)
        if change.action in (Action.DELETE, Action.REPLACE) and (
            (recorded and recorded.protect) or (wanted and wanted.protect)
        ):
            verb = "deleted" if change.action is Action.DELETE else "replaced"
            hint = (
                "set protect = false, apply that, and then take it out; or name it with --allow protected for this run"
            )
            yield Refusal("protected", f"{change.address.local} is protected and would be {verb}", change.address, hint)


def _change_read(situation: Situation, changes: Iterable[Change]) -> Iterator[Refusal]:
    """What others count on does not change below them; a console may well refuse it, too."""
    for change in changes:
        readers = situation.dependents.get(change.address)
        rows = dict(deployed_fields(situation.kinds[change.address.kind])) if readers else {}
        asked = [edit for edit in change.edits if (row := rows.get(top_key(edit))) and row.question]
        if asked and readers:
            what = ", ".join(f"{edit.path} from {edit.before} to {edit.after}" for edit in asked)
            summary = f"{change.address.local} would change its {what} while this counts on it: {', '.join(readers)}"
            hint = (
                "declare a second one under another name, move the readers over, apply, and then take the old one out; "
                "or name it with --allow change-read for this run, if this console takes it"
            )
            yield Refusal("change-read", summary, change.address, hint)


def _foreign_parts(situation: Situation, changes: Iterable[Change]) -> Iterator[Refusal]:
    """A set takes what others put into it along when it is deleted; a property would, so it stays (see its carrier)."""
    for change in changes:
        if change.action not in (Action.DELETE, Action.REPLACE) or change.live is None:
            continue
        kind = situation.kinds[change.address.kind]
        live = change.live.deployed
        owned = kind.owned(
            live,
            change.desired.deployed if change.desired else None,
            change.recorded.deployed if change.recorded else None,
        )
        for key, way_out in _WAYS_OUT.items():
            if key not in live:
                continue
            others = len(live[key]) - len(owned.get(key, ())) + change.live.foreign
            if others:
                what, lost = (_ONE[key], "it") if others == 1 else (key, "they")
                summary = f"{change.address.local} holds {others} {what} that dac did not make; {lost} would be lost"
                hint = f"put it under [removed] to forget it instead, or {way_out}"
                yield Refusal("foreign-parts", summary, change.address, hint)


def _mass_deletes(situation: Situation, changes: Iterable[Change]) -> Iterator[Refusal]:
    deletes = Counter(change.address.stack for change in changes if change.action is Action.DELETE)
    recorded = Counter(address.stack for address in situation.recorded)
    declared = Counter(address.stack for address in situation.desired)
    for stack, count in sorted(deletes.items()):
        total = recorded[stack]
        if not declared[stack] and total and situation.rollback is None:
            summary = f"stack {stack} declares nothing, so all {count} of its resources would be destroyed"
            destroy = f"dac destroy {stack} --console {situation.console.name}"
            yield Refusal("empty-stack", summary, None, f"`{destroy}` does that; or --allow empty-stack for this run")
        elif total >= DELETE_FLOOR and count * 100 > DELETE_SHARE * total:
            share = f"{count * 100 / total:.0f}%"
            summary = f"{count} of {total} recorded resources of stack {stack} ({share}) would go, over {DELETE_SHARE}%"
            yield Refusal(
                "mass-delete", summary, None, "look at every one of them, then name --allow mass-delete for this run"
            )
