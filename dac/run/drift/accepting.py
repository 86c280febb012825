"""The use case `drift accept`: what somebody changed on the console is written into the stack files, and recorded."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dac.errors import DacError
from dac.model.change import Action
from dac.resources.validation import did_you_mean
from dac.run.drift.edited_files import edited, open_drift
from dac.run.locking import holder_of, state_locks
from dac.run.plan.observation import Looking
from dac.run.plan.planning import Wish, make_plan
from dac.run.recording import as_seen
from dac.state import journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dac.config.declared import DeclaredResource
    from dac.model.address import Address
    from dac.model.change import Change
    from dac.model.deployed import Deployed
    from dac.model.plan import Plan
    from dac.model.resource import Recorded
    from dac.run.console import Console
    from dac.run.formatting import Layout
    from dac.run.plan.planning import Planned
    from dac.run.scope import Scope
    from dac.run.states.stored import Writing


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What an acceptance writes: files, and the records of `addresses`. `unchanged` did not drift.

    `followers` are other resources that the next plan changes because of it, and would not have changed before.
    """

    addresses: tuple[Address, ...]
    unchanged: tuple[Address, ...]
    files: tuple[Layout, ...] = ()
    followers: tuple[Address, ...] = ()


def accept(
    scope: Scope,
    console: Console,
    texts: Sequence[str],
    writing: Writing,
    approve: Callable[[Acceptance], bool],
    variables: Mapping[str, str],
    *,
    deep: bool = False,
) -> bool:
    """Write the live values of some addresses into their files; return False when `approve` said no.

    `variables` are the --var texts. Nothing is written on a dry run, and nothing when one difference of one address
    cannot be: ConfigError holds all of those. DacError for addresses that nobody declares or has recorded.
    """
    chosen = _resolved(scope, texts)
    narrow = replace(scope, selected=tuple(sorted({one.address.stack for one in chosen})))
    holder = holder_of(writing.command, writing.now)
    lock = nullcontext() if writing.dry_run else state_locks(narrow, narrow.selected, holder, writing.timeout)
    wish = Wish(looking=Looking(deep=deep))
    with lock:
        planned = make_plan(narrow, console, wish)
        drifted = [one for one in chosen if _has_drifted(one.address, planned)]
        others = tuple(one.address for one in chosen if one not in drifted)
        addresses = tuple(one.address for one in drifted)
        if not drifted:
            approve(Acceptance((), others))
            return True
        files, after = edited(narrow, console, drifted, planned, wish, variables)
        acceptance = Acceptance(addresses, others, files, _followers(planned.plan, after.plan))
        agreed = approve(acceptance)
        if writing.dry_run or not agreed:
            return writing.dry_run
        _write(files)
        _record(addresses, after)
    return True


def _resolved(scope: Scope, texts: Sequence[str]) -> list[DeclaredResource]:
    """Return the resources that were meant, each once."""
    known = {str(one.address): one for one in scope.resources}
    chosen: dict[str, DeclaredResource] = {}
    for text in texts:
        found = [name for name, one in known.items() if text in (name, one.address.local)]
        if len(found) > 1:
            raise DacError(f"{text} is in several stacks", hint=f"write one of {', '.join(found)}")
        if not found:
            names = [*known, *(one.address.local for one in known.values())]
            raise DacError(f"{text}: no stack declares that", hint=did_you_mean(text, names))
        chosen[found[0]] = known[found[0]]
    return list(chosen.values())


def _has_drifted(address: Address, planned: Planned) -> bool:
    """Whether anything was changed by hand that a plan would revert or holds; DacError when that cannot be told."""
    situation = planned.observation.situation
    if address in situation.pending:
        raise DacError(
            f"an apply that was interrupted had {address} in hand, so nobody can tell its work from drift",
            hint=f"finish it with `dac apply {address.stack} --console {planned.plan.console.name}`",
        )
    refusal = next((one for one in planned.plan.refusals if one.address == address and one.code == "unreadable"), None)
    if refusal is not None:
        raise DacError(f"{address} cannot be read on the console", detail=refusal.summary, hint=refusal.hint)
    if address not in situation.recorded:
        rebuild = f"dac state rebuild {address.stack} --console {planned.plan.console.name}"
        hint = f"bring the state back from where it is kept; or record what is there anew with `{rebuild}`"
        raise DacError(f"nothing is recorded of {address}: drift cannot be told", hint=hint)
    return bool(open_drift(address, planned.plan))


def _followers(before: Plan, after: Plan) -> tuple[Address, ...]:
    known = {change.address for change in before.pending}
    return tuple(sorted(change.address for change in after.pending if change.address not in known))


def _write(files: Sequence[Layout]) -> None:
    """Write all files, or none: those before one that cannot be written are put back."""
    done: list[Layout] = []
    try:
        for layout in files:
            layout.write()
            done.append(layout)
    except OSError:
        for layout in done:
            replace(layout, after=layout.before).write()
        raise


def _record(addresses: Iterable[Address], after: Planned) -> None:
    """Record what is live, as dac's own from now on; with nothing to say that the stack's own edits are applied."""
    records, context = after.observation.records, after.observation.context
    changes = {change.address: change for change in after.plan.changes}
    for address in addresses:
        record = _record_of(changes[address], after)
        if record is None:
            continue
        records.advance(lambda d, record=record: journal.with_recorded(d, record), [address.stack])  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
    for stack in {address.stack for address in addresses}:
        if records.documents[stack].context_digest != context:  # then nothing recorded may pass for compiled
            records.advance(lambda d: replace(d, context_digest=""), [stack])


def _record_of(change: Change, after: Planned) -> Recorded | None:
    if change.action is Action.NO_OP:
        return as_seen(change, after.plan.clock)
    kind = after.observation.situation.kinds[change.address.kind]
    if change.recorded is None or change.live is None:
        return None
    base = change.desired.deployed if change.desired else None
    form: Deployed = kind.owned(change.live.deployed, base, change.recorded.deployed)
    return replace(
        change.recorded, address=change.address, deployed=form, digest="", fingerprint=change.live.fingerprint
    )
