"""The files of a stack as they have to be for what is on the console to be declared in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dac.config.editing import edit_toml
from dac.config.findings import diagnose
from dac.config.live_values import LiveValues
from dac.config.loading import read_sources, resolve
from dac.errors import ConfigError, DacError
from dac.model.change import Disposition
from dac.model.diagnostic import Diagnostic, Finding, Severity
from dac.planning.changes import top_key
from dac.resources.rollout import STEERED, rollout_of, rollout_said
from dac.run.drift.live_forms import Sight
from dac.run.formatting import Layout
from dac.run.plan.planning import make_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dac.config.declared import DeclaredResource
    from dac.config.editing import TomlEdit
    from dac.config.loading import Sources, Stacks
    from dac.config.settings import ConsoleSettings
    from dac.config.sources import StackSource
    from dac.model.address import Address
    from dac.model.change import Drift
    from dac.model.plan import Plan
    from dac.run.console import Console
    from dac.run.plan.planning import Planned, Wish
    from dac.run.scope import Scope

_OPEN = (Disposition.REVERTED, Disposition.DESTROYED, Disposition.HELD)
_ROUNDS = 2


def open_drift(address: Address, plan: Plan) -> list[Drift]:
    """Return what was changed by hand at an address that a plan would take back or holds."""
    return [one for one in plan.drift if one.address == address and one.disposition in _OPEN]


def edited(
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
        open_still = {one.address for one in drifted if open_drift(one.address, seen.plan)}
        resources = [one for stack in stacks.stacks.values() for one in stack.resources if one.address in open_still]
        if not resources:
            break
    _require_settled(resources, seen.plan, scope.console)
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
    tables = sight.tables(resource.address, resource.table)
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


def _require_settled(drifted: Iterable[DeclaredResource], plan: Plan, console: ConsoleSettings) -> None:
    """ConfigError for what would be drift still: the file does not say it, whatever was written into it."""
    problems = []
    for one in drifted:
        for item in open_drift(one.address, plan):
            paths = ", ".join(edit.path for edit in item.edits)
            hint = "change the file by hand: `dac drift` shows the values"
            rollout = rollout_of(one.table, console.rollout)
            if rollout != "active" and any(top_key(edit) in STEERED for edit in item.edits):
                place = rollout_said(one.origin.block.table, one.address.local, console.name, rollout)
                hint = f"{place} decides that, and no other field"
            summary = f"dac cannot write into this file what was changed on the console: {paths}"
            problems.append(diagnose(Finding("accept-remains", summary, hint=hint), one.locate, one.address))
    if problems:
        raise ConfigError(problems)
