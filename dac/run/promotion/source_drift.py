"""The gate of a promotion that the console at its beginning has to answer: whether it still is as it was tried."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.errors import ConfigError, DacError
from dac.model.change import Disposition
from dac.model.promotion import Verdict, decided, unknown
from dac.run.console import open_console
from dac.run.plan.planning import Wish, make_plan
from dac.run.promotion.reasons import End
from dac.run.promotion.target_gates import INVALID, told

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from dac.model.change import Drift
    from dac.model.diagnostic import Diagnostic
    from dac.model.promotion import Gate
    from dac.run.console import Console
    from dac.run.plan.observation import Looking
    from dac.run.plan.planning import Planned
    from dac.run.scope import Scope

_CODE = "source-drift"


def look_at_source(
    scope: Scope, env: Mapping[str, str], looking: Looking, now: Callable[[], int], known: Collection[Diagnostic]
) -> tuple[Gate, End | None]:
    """Ask the source for drift, and take along what is wanted there; None where that cannot be said.

    `known` are findings about the files that another gate has reported.
    """
    try:
        with open_console(scope.project, scope.console, env, now) as console:
            return _look(scope, console, looking, known)
    except DacError as error:
        return unknown(_CODE, *filter(None, (error.summary, error.detail)), hint=error.hint), None


def _look(scope: Scope, console: Console, looking: Looking, known: Collection[Diagnostic]) -> tuple[Gate, End | None]:
    try:
        planned = make_plan(scope, console, Wish(looking=looking))
    except ConfigError as error:
        return _despite(scope, console, looking, told(one for one in error.diagnostics if one not in known)), None
    return _gate(scope, planned), End.of(scope.console, planned.observation.situation, console.api_version)


def _despite(scope: Scope, console: Console, looking: Looking, problems: list[str]) -> Gate:
    """Files that are wrong hide no drift; where there is none, it is for them that the gate stays closed."""
    how = replace(looking, undecided=True, readers=False)
    gate = _gate(scope, make_plan(scope, console, Wish(looking=how)))
    if gate.verdict is Verdict.REFUSED:
        return gate
    hint = f"`dac plan --console {scope.console.name}` shows what is wrong with the files there, one by one"
    return unknown(_CODE, *(problems or [INVALID]), hint=hint)


def _gate(scope: Scope, planned: Planned) -> Gate:
    name, documents = scope.console.name, planned.observation.records.documents
    new = [stack for stack in scope.selected if not documents[stack].serial]
    if new and planned.plan.changes:
        return unknown(_CODE, f"nothing is recorded of {', '.join(new)} on console {name}")
    drift = list(told_of(planned.plan.drift))
    unread = [refusal.summary for refusal in planned.plan.refusals if refusal.code == "unreadable"]
    if unread and not drift:
        return unknown(_CODE, *unread)
    return decided(_CODE, drift, _hint(planned.plan.drift, name))


def _hint(drift: tuple[Drift, ...], console: str) -> str:
    """Say what takes each sort of drift back: a plain apply leaves alone what is held."""
    open_drift = [item for item in drift if item.disposition is not Disposition.IGNORED]
    held = [item for item in open_drift if item.disposition is Disposition.HELD]
    ways = [
        f"`dac drift --console {console}` shows it",
        f"`dac drift accept ADDRESS --console {console}` takes it into Git",
    ]
    if len(held) < len(open_drift):
        ways.append(f"`dac apply --console {console}` takes it back")
    if held:
        where = held[0].address if len(held) == 1 else "ADDRESS"
        ways.append(f"`dac apply --re-enable {where} --console {console}` switches on what was switched off by hand")
    return "; ".join(ways)


def told_of(drift: tuple[Drift, ...]) -> Iterator[str]:
    """Yield a line for each piece of drift that counts: what is ignored was ignored when it was tried, too."""
    for item in drift:
        if item.disposition is not Disposition.IGNORED:
            what = ", ".join(edit.path for edit in item.edits)
            if item.missing or item.overridden:
                what = "was deleted" if item.missing else "was overridden"
            yield f"{item.address}: {what} ({item.disposition})"
