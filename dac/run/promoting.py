"""The use case `promote`: every gate asked, and the target's plan when all of them are open. It writes nowhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dac.config.loading import load_project, read_sources, resolve
from dac.errors import DacError
from dac.model.change import Disposition
from dac.model.promotion import GATES, SOFT_GATES, Gate, Promotion, Verdict, decided, unknown
from dac.planning.guard import LIFTABLE
from dac.resources.registry import kind
from dac.resources.scales import retires
from dac.resources.validation import did_you_mean
from dac.run.backends import state_backend
from dac.run.console import open_console
from dac.run.diverging import End, divergences
from dac.run.planning import Planned, Wish, make_plan
from dac.run.scope import Scope, selection
from dac.run.target_gates import look_at_target, told
from dac.run.upstream import read_upstream, state_gates
from dac.run.validating import validate_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dac.config.loading import Sources
    from dac.config.settings import ConsoleSettings, Project
    from dac.model.change import Drift
    from dac.model.diagnostic import Diagnostic
    from dac.run.observation import Looking
    from dac.run.scope import Request


@dataclass(frozen=True, slots=True)
class Promoted:
    """What came of the gates. `planned` is the target's plan, None unless every gate is open."""

    promotion: Promotion
    planned: Planned | None


@dataclass(frozen=True, slots=True)
class _Way:
    """From where to where, and through which consoles the stacks came to `source`, nearest first."""

    project: Project
    source: ConsoleSettings
    target: ConsoleSettings
    earlier: tuple[ConsoleSettings, ...]


def promote(asked: Request, allow: tuple[str, ...], looking: Looking, now: Callable[[], int]) -> Promoted:
    """Ask every gate of a promotion to the console that `asked` names; `now` gives epoch ms.

    DacError for what makes no promotion at all: a console without `promote_from`, an unknown stack or code.
    ConfigError when dac.toml itself is wrong.
    """
    way = _way(asked)
    _check_codes(allow)
    sources = read_sources(way.project)
    selected = selection(asked.stacks, set(sources.stacks), set(sources.stacks))
    source, target, *earlier = (
        _scope(way.project, sources, console, selected, asked) for console in (way.source, way.target, *way.earlier)
    )
    found = _findings(asked, (way.source, way.target), selected)
    gates = list(state_gates(read_upstream(source), way.target, [read_upstream(one) for one in earlier], now()))
    gates += [_valid(found), _status(target)]
    drift, here = _look_at_source(source, asked, looking, now)
    guards = Wish(allow=tuple(code for code in allow if code in LIFTABLE), looking=looking)
    seen = look_at_target(target, asked.env, now, guards, found)
    order = list(GATES)
    every = sorted([*gates, drift, *seen.gates], key=lambda gate: order.index(gate.code))
    there = (
        End(way.target, seen.planned.observation.situation.desired, seen.api_version)
        if (seen.planned and seen.api_version)
        else None
    )
    promotion = Promotion(
        source=source.ref,
        target=target.ref,
        stacks=selected,
        gates=tuple(_lifted(gate, allow) for gate in every),
        divergences=divergences(way.project, sources, asked.variables, here, there) if here and there else (),
        clock=now(),
    )
    return Promoted(promotion, seen.planned if promotion.is_open else None)


def _way(asked: Request) -> _Way:
    project = load_project(asked.folder)
    target = _target(project, asked.console or "")
    if not target.promote_from:
        others = [name for name, console in project.consoles.items() if console.promote_from]
        hint = f'write promote_from = "CONSOLE" into [console.{target.name}], or apply there'
        raise DacError(
            f"nothing is promoted to console {target.name}: it has no promote_from",
            detail=f"Promotions end at: {', '.join(others) or 'no console of dac.toml'}.",
            hint=hint,
        )
    source = project.consoles[target.promote_from]
    earlier: list[ConsoleSettings] = []
    while name := (earlier[-1] if earlier else source).promote_from:
        earlier.append(project.consoles[name])
    return _Way(project, source, target, tuple(earlier))


def _target(project: Project, name: str) -> ConsoleSettings:
    if name not in project.consoles:
        hint = did_you_mean(name, project.consoles, otherwise="add a [console.NAME] table with its url")
        raise DacError(f'--to names "{name}", which is not a console of dac.toml', hint=hint)
    return project.consoles[name]


def _check_codes(allow: tuple[str, ...]) -> None:
    known = (*SOFT_GATES, *LIFTABLE)
    for code in allow:
        if code in GATES and code not in known:
            raise DacError(f"--allow {code}: that gate cannot be lifted", hint=f"those that can: {', '.join(known)}")
        if code not in known:
            hint = did_you_mean(code, known, otherwise="")
            raise DacError(f"--allow {code}: no gate or refusal that can be lifted has that code", hint=hint)


def _scope(
    project: Project, sources: Sources, console: ConsoleSettings, selected: tuple[str, ...], asked: Request
) -> Scope:
    """Broken files stop nothing here: that they are broken is what a gate says."""
    stacks = resolve(project, sources, console, variables=asked.variables)
    return Scope(project, console, stacks, selected, state_backend(project, asked.env))


def _findings(
    asked: Request, consoles: tuple[ConsoleSettings, ...], selected: tuple[str, ...]
) -> tuple[Diagnostic, ...]:
    runs = (validate_project(replace(asked, stacks=selected, console=console.name)) for console in consoles)
    return tuple(dict.fromkeys(item for run in runs for item in run.diagnostics))


def _valid(found: tuple[Diagnostic, ...]) -> Gate:
    return decided("validate", told(found), "`dac validate` shows them one by one")


def _status(target: Scope) -> Gate:
    """Deprecated is no early status: such a detection is on its way out."""
    name, minimum = target.console.name, target.console.min_status
    early = [
        f"{one.address}: {why}"
        for one in target.resources
        if one.address.stack in target.selected
        and not retires(one.table.get("status"))
        and (why := kind(one.address.kind).dormant(one.table, minimum))
    ]
    hint = f"raise the status of what has proven itself; --allow status leaves the others behind (off on {name})"
    return decided("status", early, hint)


def _look_at_source(scope: Scope, asked: Request, looking: Looking, now: Callable[[], int]) -> tuple[Gate, End | None]:
    """Ask the source for drift, and take along what is wanted there."""
    try:
        with open_console(scope.project, scope.console, asked.env, now) as console:
            planned = make_plan(scope, console, Wish(looking=looking))
            end = End(scope.console, planned.observation.situation.desired, console.api_version)
    except DacError as error:
        return unknown("source-drift", error.summary), None
    new = [
        stack for stack, d in planned.observation.records.documents.items() if stack in scope.selected and not d.serial
    ]
    if new and planned.plan.changes:
        return unknown("source-drift", f"nothing is recorded of {', '.join(new)} on console {scope.console.name}"), end
    unread = [refusal.summary for refusal in planned.plan.refusals if refusal.code == "unreadable"]
    drift = list(_drift(planned.plan.drift))
    name = scope.console.name
    hint = f"`dac drift --console {name}` shows it; take it into Git or apply over it"
    return (decided("source-drift", drift, hint) if drift or not unread else unknown("source-drift", *unread)), end


def _drift(drift: tuple[Drift, ...]) -> Iterator[str]:
    for item in drift:
        if item.disposition is not Disposition.IGNORED:
            what = "was deleted" if item.missing else ", ".join(edit.path for edit in item.edits)
            yield f"{item.address}: {what} ({item.disposition})"


def _lifted(gate: Gate, allow: tuple[str, ...]) -> Gate:
    is_lifted = gate.verdict is Verdict.REFUSED and gate.code in allow and gate.code in SOFT_GATES
    return replace(gate, verdict=Verdict.LIFTED) if is_lifted else gate
