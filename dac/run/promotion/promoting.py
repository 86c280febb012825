"""The use case `promote`: every gate asked, and the target's plan when all of them are open. It writes nowhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dac.config.loading import load_project, read_sources, resolve
from dac.errors import DacError
from dac.model.promotion import GATES, SOFT_GATES, Gate, Promotion, Verdict, decided
from dac.planning.guard import LIFTABLE
from dac.resources.registry import kind
from dac.resources.scales import retires
from dac.resources.validation import did_you_mean
from dac.run.backends import state_backend
from dac.run.plan.planning import Planned, Wish
from dac.run.promotion.diverging import divergences
from dac.run.promotion.source_drift import look_at_source
from dac.run.promotion.target_gates import look_at_target, told
from dac.run.promotion.upstream import read_upstream, state_gates
from dac.run.scope import Scope, selection
from dac.run.validating import validate_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dac.config.loading import Sources
    from dac.config.settings import ConsoleSettings, Project
    from dac.model.diagnostic import Diagnostic
    from dac.run.plan.observation import Looking
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
    way, clock = _way(asked), now()
    _check_codes(allow)
    sources = read_sources(way.project)
    source, target, *earlier = _scopes(way, sources, asked)
    found = _findings(asked, (way.source, way.target), target.selected)
    drift, here = look_at_source(source, asked.env, looking, now, found)
    guards = Wish(allow=tuple(code for code in allow if code in LIFTABLE), looking=looking)
    seen = look_at_target(target, asked.env, now, guards, found)
    before = [read_upstream(one) for one in earlier]
    states = state_gates(read_upstream(source), way.target, before, clock, way.project.timezone)
    gates = _in_order([*states, drift, _valid(found), _status(target), *seen.gates], allow)
    differing = divergences(way.project, sources, asked.variables, here, seen.end) if here and seen.end else ()
    promotion = Promotion(source.ref, target.ref, target.selected, gates, differing, clock)
    return Promoted(promotion, seen.planned if promotion.is_open else None)


def require_names(asked: Request, allow: tuple[str, ...]) -> None:
    """DacError for a console, a stack or a code that makes no promotion, as `promote` would say, before it does."""
    way = _way(asked)
    _check_codes(allow)
    known = set(read_sources(way.project).stacks)
    selection(asked.stacks, known, known)


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


def _scopes(way: _Way, sources: Sources, asked: Request) -> Iterator[Scope]:
    """Yield source, target, and what came before. Broken files stop nothing: a gate says that they are broken."""
    selected = selection(asked.stacks, set(sources.stacks), set(sources.stacks))
    backend = state_backend(way.project, asked.env)
    for console in (way.source, way.target, *way.earlier):
        stacks = resolve(way.project, sources, console, variables=asked.variables)
        yield Scope(way.project, console, stacks, selected, backend)


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


def _in_order(gates: list[Gate], allow: tuple[str, ...]) -> tuple[Gate, ...]:
    order = list(GATES)
    return tuple(_lifted(gate, allow) for gate in sorted(gates, key=lambda gate: order.index(gate.code)))


def _lifted(gate: Gate, allow: tuple[str, ...]) -> Gate:
    is_lifted = gate.verdict is Verdict.REFUSED and gate.code in allow and gate.code in SOFT_GATES
    return replace(gate, verdict=Verdict.LIFTED) if is_lifted else gate
