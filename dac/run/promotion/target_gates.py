"""The gates of a promotion that the console at its end has to answer. Nothing is written there, and no lock taken."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dac.errors import ConfigError, ConsoleError, DacError, NoCommonVersion
from dac.model.diagnostic import Severity
from dac.model.promotion import Gate, Verdict, decided, passed, unknown
from dac.qradar.token_access import denied
from dac.qradar.versions import text
from dac.run.console import open_console
from dac.run.plan.planning import make_plan
from dac.run.promotion.namesakes import namesakes
from dac.run.promotion.reasons import End

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from dac.model.diagnostic import Diagnostic
    from dac.model.plan import Plan, Refusal
    from dac.run.console import Console
    from dac.run.plan.planning import Planned, Wish
    from dac.run.scope import Scope

_TAKEN = ("name-taken", "uuid-changed")
_UNREADABLE = "unreadable"
INVALID = "the files are not valid, see validate"
_PLAN_GATES = ("target-names", "target-uuid", "target-guards")


@dataclass(slots=True)
class Seen:
    """What was learnt of the target. `planned`, and what is wanted there, are None where no plan could be made."""

    gates: list[Gate] = field(default_factory=list)
    planned: Planned | None = None
    end: End | None = None


def look_at_target(
    scope: Scope, env: Mapping[str, str], now: Callable[[], int], wish: Wish, known: Collection[Diagnostic]
) -> Seen:
    """Ask the target everything. `known` are findings about the files that another gate has reported."""
    seen = Seen()
    with ExitStack() as stack:
        try:
            console = stack.enter_context(open_console(scope.project, scope.console, env, now))
        except DacError as error:
            seen.gates += _unreached(error)
            return seen
        about = console.client.capabilities
        seen.gates += [
            passed("target-connection", f"{scope.console.url}, build {about.build}"),
            passed("target-api", f"API {text(about.api_version)}"),
            _token(scope, console),
        ]
        _plan(scope, console, wish, known, seen)
    return seen


def _unreached(error: DacError) -> Iterator[Gate]:
    """Where there is no connection nothing else can be asked; an API that dac does not speak is a connection."""
    reasons = tuple(filter(None, (error.summary, error.detail)))
    if isinstance(error, NoCommonVersion):
        yield passed("target-connection")
        yield Gate("target-api", Verdict.REFUSED, reasons, error.hint)
        why = "there is no common API version"
    else:
        yield Gate("target-connection", Verdict.REFUSED, reasons, error.hint)
        why = "there is no connection"
        yield unknown("target-api", why)
    yield from (unknown(code, why) for code in ("target-token", *_PLAN_GATES))


def _token(scope: Scope, console: Console) -> Gate:
    kinds = {one.address.kind for one in scope.resources if one.address.stack in scope.selected}
    try:
        lacking = denied(console.client, kinds)
    except ConsoleError as error:
        return unknown("target-token", error.summary, hint=error.hint)
    return decided(
        "target-token",
        [f"the token may not {request}" for request in lacking],
        "give the role of this authorized service what it lacks, deploy that on the console, and try again",
    )


def _plan(scope: Scope, console: Console, wish: Wish, known: Collection[Diagnostic], seen: Seen) -> None:
    try:
        seen.planned = planned = make_plan(scope, console, wish)
    except ConfigError as error:
        said = told(item for item in error.diagnostics if item not in known)
        names = decided("target-names", said, "correct the names, or create what they stand for on that console")
        seen.gates.append(names if said else unknown("target-names", INVALID))
        seen.gates += [_taken(scope, console), unknown(_PLAN_GATES[2], "there is no plan yet, see above")]
    except DacError as error:
        reasons = tuple(filter(None, (error.summary, error.detail)))
        seen.gates.append(unknown(_PLAN_GATES[0], *reasons, hint=error.hint))
        seen.gates += [unknown(code, error.summary) for code in _PLAN_GATES[1:]]
    else:
        seen.end = End.of(scope.console, planned.observation.situation, console.api_version)
        seen.gates += [passed("target-names"), *_from_plan(planned.plan)]


def _taken(scope: Scope, console: Console) -> Gate:
    """Ask the console's lists themselves: what no plan could be made of may have a name that is taken all the same."""
    try:
        return decided("target-uuid", _reasons(namesakes(scope, console)), "")
    except DacError as error:
        return unknown("target-uuid", *filter(None, (error.summary, error.detail)), hint=error.hint)


def _from_plan(plan: Plan) -> Iterator[Gate]:
    unread = [refusal.summary for refusal in plan.refusals if refusal.code == _UNREADABLE]
    taken = [refusal for refusal in plan.refusals if refusal.code in _TAKEN]
    others = [refusal for refusal in plan.refusals if refusal.code not in (_UNREADABLE, *_TAKEN)]
    for code, refusals in (("target-uuid", taken), ("target-guards", others)):
        is_known = refusals or not unread
        yield decided(code, _reasons(refusals), "") if is_known else unknown(code, *unread)


def _reasons(refusals: Iterable[Refusal]) -> list[str]:
    return [f"{item.summary} [{item.code}]" + (f": {item.hint}" if item.hint else "") for item in refusals]


def told(found: Iterable[Diagnostic]) -> list[str]:
    """Return the errors among findings, each on a line with its place and hint."""
    return [
        (f"{item.position}: " if item.position else "") + item.summary + (f" ({item.hint})" if item.hint else "")
        for item in found
        if item.severity is Severity.ERROR
    ]
