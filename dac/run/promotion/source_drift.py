"""The gate of a promotion that the console at its beginning has to answer: whether it still is as it was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import ConfigError, DacError
from dac.model.change import Disposition
from dac.model.promotion import decided, unknown
from dac.run.console import open_console
from dac.run.plan.planning import Wish, make_plan
from dac.run.promotion.reasons import End
from dac.run.promotion.target_gates import INVALID, told

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from dac.model.change import Drift
    from dac.model.diagnostic import Diagnostic
    from dac.model.promotion import Gate
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
            planned = make_plan(scope, console, Wish(looking=looking))
            end = End.of(scope.console, planned.observation.situation, console.api_version)
    except ConfigError as error:
        return unknown(_CODE, *(told(one for one in error.diagnostics if one not in known) or [INVALID])), None
    except DacError as error:
        return unknown(_CODE, *filter(None, (error.summary, error.detail)), hint=error.hint), None
    return _gate(scope, planned), end


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
