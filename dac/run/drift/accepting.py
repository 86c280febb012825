"""The use case `drift accept`: what somebody changed on the console is written into the stack files, and recorded."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dac.config.editing import edit_toml
from dac.config.findings import diagnose
from dac.config.live_values import LiveValues
from dac.config.loading import read_sources, resolve
from dac.errors import ConfigError, DacError
from dac.model.change import Action, Disposition
from dac.model.diagnostic import Diagnostic, Finding, Severity
from dac.resources.validation import did_you_mean
from dac.run.drift.live_forms import Sight
from dac.run.formatting import Layout
from dac.run.locking import holder_of, state_locks
from dac.run.observation import Looking
from dac.run.planning import Wish, make_plan
from dac.run.recording import as_seen
from dac.state import journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dac.config.declared import DeclaredResource
    from dac.config.editing import TomlEdit
    from dac.config.loading import Sources, Stacks
    from dac.config.sources import StackSource
    from dac.model.address import Address
    from dac.model.change import Change, Drift
    from dac.model.deployed import Deployed
    from dac.model.plan import Plan
    from dac.model.resource import Recorded
    from dac.run.console import Console
    from dac.run.planning import Planned
    from dac.run.scope import Scope
    from dac.run.states.stored import Writing

_OPEN = (Disposition.REVERTED, Disposition.HELD)
_ROUNDS = 2


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
        files, after = _tried(narrow, console, drifted, planned, wish, variables)
        acceptance = Acceptance(addresses, others, files, _followers(planned.plan, after.plan))
        if writing.dry_run or not approve(acceptance):
            if writing.dry_run:
                approve(acceptance)
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
            hint=f"finish it with `dac apply {address.stack}`",
        )
    refusal = next((one for one in planned.plan.refusals if one.address == address and one.code == "unreadable"), None)
    if refusal is not None:
        raise DacError(f"{address} cannot be read on the console", detail=refusal.summary, hint=refusal.hint)
    if address not in situation.recorded:
        hint = "apply once, or bring the state back from where it is kept"
        raise DacError(f"nothing is recorded of {address}: drift cannot be told", hint=hint)
    return bool(_open_drift(address, planned.plan))


def _open_drift(address: Address, plan: Plan) -> list[Drift]:
    return [one for one in plan.drift if one.address == address and one.disposition in _OPEN]


def _tried(
    scope: Scope,
    console: Console,
    drifted: Sequence[DeclaredResource],
    first: Planned,
    wish: Wish,
    variables: Mapping[str, str],
) -> tuple[tuple[Layout, ...], Planned]:
    """Return the files as they are to be, and the plan they make; ConfigError with all that stands in the way.

    A value may follow from another one, as an event's description does from the notes: where that has changed and the
    console has not, it is written out in the second round.
    """
    files: dict[str, Layout] = {}
    sources, resources, seen = read_sources(scope.project), drifted, first
    for _ in range(_ROUNDS):
        files |= _edited_files(resources, Sight(first, seen), sources.stacks, scope, files)
        sources = read_sources(scope.project, {path: layout.after for path, layout in files.items()})
        stacks, seen = _plan_after(scope, console, wish, sources, variables)
        open_still = {one.address for one in drifted if _open_drift(one.address, seen.plan)}
        resources = [one for stack in stacks.stacks.values() for one in stack.resources if one.address in open_still]
        if not resources:
            break
    _require_settled(resources, seen.plan)
    return tuple(layout for layout in files.values() if layout.after != layout.before), seen


def _edited_files(
    resources: Sequence[DeclaredResource],
    sight: Sight,
    sources: Mapping[str, StackSource],
    scope: Scope,
    files: Mapping[str, Layout],
) -> dict[str, Layout]:
    """Return each file with what it becomes; `files` are those that were edited before."""
    edits: dict[str, list[TomlEdit]] = {}
    problems: list[Diagnostic] = []
    by_file = {one.origin.block.document.file: one for one in resources}
    for one in resources:
        made, findings = _live_edits(one, sight, sources[one.address.stack])
        edits.setdefault(one.origin.block.document.file, []).extend(made)
        problems += [diagnose(finding, one.locate, one.address) for finding in findings]
    layouts = {}
    for file, wanted in edits.items():
        resource, path = by_file[file], Path(file)
        layout = files.get(file) or Layout(path, scope.project.display(path), *[path.read_bytes().decode()] * 2)
        try:
            layouts[file] = replace(layout, after=edit_toml(layout.after, wanted))
        except (ValueError, KeyError, IndexError) as error:
            hint = "write the values that `dac drift` shows into the file by hand"
            finding = Finding("accept-layout", f"dac cannot edit this file: {error}", hint=hint)
            problems.append(diagnose(finding, resource.locate, resource.address))
    if problems:
        raise ConfigError(sorted(problems, key=Diagnostic.sort_key))
    return layouts


def _live_edits(resource: DeclaredResource, sight: Sight, source: StackSource) -> tuple[list[TomlEdit], list[Finding]]:
    tables = sight.tables(resource.address)
    if tables is None:
        hint = f"take its table out of the file, or make it again with `dac apply --target {resource.address}`"
        return [], [Finding("accept-deleted", f"{resource.address.local} was deleted on the console", hint=hint)]
    values = LiveValues(resource, lambda name: source.variables[name].locate())
    values.compare(tables)
    return values.edits, values.findings


def _plan_after(
    scope: Scope, console: Console, wish: Wish, sources: Sources, variables: Mapping[str, str]
) -> tuple[Stacks, Planned]:
    """Plan with the files as they are going to be."""
    stacks = resolve(scope.project, sources, scope.console, variables=variables)
    errors = _errors(stacks.diagnostics)
    if errors:
        raise _undeclarable(errors)
    try:
        return stacks, make_plan(replace(scope, stacks=stacks), console, wish)
    except ConfigError as error:
        raise _undeclarable(_errors(error.diagnostics)) from error


def _errors(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [item for item in found if item.severity is Severity.ERROR]


def _undeclarable(errors: Iterable[Diagnostic]) -> DacError:
    return DacError(
        "what is on the console cannot be declared as it is; nothing was written",
        detail="\n".join(f"{item.position}: {item.summary}" for item in errors),
        hint="change the file by hand, or put it back on the console with `dac apply`",
    )


def _require_settled(drifted: Iterable[DeclaredResource], plan: Plan) -> None:
    """ConfigError for what would be drift still: the file does not say it, whatever was written into it."""
    problems = []
    for one in drifted:
        for item in _open_drift(one.address, plan):
            paths = ", ".join(edit.path for edit in item.edits)
            hint = "change the file by hand: `dac drift` shows the values"
            summary = f"dac cannot write into this file what was changed on the console: {paths}"
            problems.append(diagnose(Finding("accept-remains", summary, hint=hint), one.locate, one.address))
    if problems:
        raise ConfigError(problems)


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
