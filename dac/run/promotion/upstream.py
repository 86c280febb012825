"""The console a promotion comes from: what is declared for it, and what its states say was applied there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dac.errors import DacError
from dac.model.promotion import decided, passed, unknown
from dac.resources.durations import moment, written
from dac.resources.registry import kind
from dac.resources.scales import retires

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from dac.config.declared import DeclaredResource
    from dac.config.settings import ConsoleSettings
    from dac.model.address import Address
    from dac.model.promotion import Gate
    from dac.run.scope import Scope
    from dac.state.document import StateDocument

_MS = 1000
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Upstream:
    """The selected stacks on one console. `documents` lacks what was never stored; `problem` says why none is known.

    `hint` is what to do about that.
    """

    console: ConsoleSettings
    stacks: tuple[str, ...]
    declared: Mapping[Address, DeclaredResource]
    documents: Mapping[str, StateDocument]
    problem: str = ""
    hint: str = ""

    @property
    def recorded(self) -> dict[tuple[str, str], str]:
        """The digest of what was applied, by stack and local address."""
        return {
            (stack, local): record.digest
            for stack, document in self.documents.items()
            for local, record in document.resources.items()
        }


def read_upstream(scope: Scope) -> Upstream:
    """Read the states of the selected stacks, without a lock."""
    declared = {one.address: one for one in scope.resources if one.address.stack in scope.selected}
    try:
        found = {stack: scope.backend.read(stack, scope.console.name) for stack in scope.selected}
    except DacError as error:  # of the state, or of the secret that its server wants
        return Upstream(scope.console, scope.selected, declared, {}, error.summary, error.hint)
    documents = {stack: document for stack, document in found.items() if document is not None}
    return Upstream(scope.console, scope.selected, declared, documents)


def state_gates(
    source: Upstream, target: ConsoleSettings, earlier: Sequence[Upstream], clock: int, timezone: ZoneInfo
) -> Iterator[Gate]:
    """Yield the gates that ask no console: chain (where there is one), source-applied, content, soak.

    `clock` is epoch ms; `timezone` is that of whoever waits for the end of a soak.
    """
    if earlier:
        yield _chain(earlier, source.console)
    if source.problem:
        codes = ("source-applied", "content", "soak")
        yield from (unknown(code, source.problem, hint="" if at else source.hint) for at, code in enumerate(codes))
        return
    way = _way_to(source.console)
    yield decided("source-applied", list(_unapplied(source)), way)
    hint = f"{way}, try it there, and promote what was tried"
    yield decided("content", list(_otherwise(source, target)), hint)
    yield _soak(source, target, clock, timezone)


def _way_to(console: ConsoleSettings) -> str:
    """Return the command that brings the stacks to a console: what is promoted to is not applied to past its gates."""
    return f"dac promote --to {console.name}" if console.promote_from else f"dac apply --console {console.name}"


def _chain(earlier: Sequence[Upstream], source: ConsoleSettings) -> Gate:
    """What skipped a console on its way was not tried there."""
    problems = [f"{up.console.name}: {up.problem}" for up in earlier if up.problem]
    if problems:
        return unknown("chain", *problems)
    reasons = [
        f"{up.console.name}: {reason}"
        for up in earlier
        for reason in dict.fromkeys([*_unapplied(up), *_otherwise(up, source)])
    ]
    return decided("chain", reasons, f"go the whole way: apply on {earlier[-1].console.name} and promote from there")


def _unapplied(up: Upstream) -> Iterator[str]:
    wanted = {address.stack for address in up.declared}
    for stack in up.stacks:
        document = up.documents.get(stack)
        if document is None:
            if stack in wanted:
                yield f"nothing is recorded of stack {stack} on {up.console.name}: its state is missing"
        elif document.intents:
            count = len(document.pending)
            yield f"an apply of stack {stack} was cut off: of {count} resources nobody knows what came"
        elif document.last_apply is None:
            yield f"no apply of stack {stack} has come to its end"
        elif not document.last_apply.complete:
            yield f"the last apply of stack {stack} did not complete ({_when(document.last_apply.at)})"
        elif document.last_apply.targeted:
            yield f"the last apply of stack {stack} was of some addresses only, with --target"


def _otherwise(up: Upstream, target: ConsoleSettings) -> Iterator[str]:
    """Compare digests; what neither console takes (its status is too early, or it is on its way out) needs none."""
    recorded = up.recorded
    name = up.console.name
    for address, resource in sorted(up.declared.items(), key=lambda item: item[0]):
        digest = _digest(resource, recorded)
        if digest is None:
            early = _dormant(resource, up.console)
            if not retires(resource.table.get("status")) and not (early and _dormant(resource, target)):
                yield f"{address} is not applied on {name}" + (f": {early}" if early else "")
        elif digest != resource.digest:
            yield f"{address} is not what was applied on {name}"
    known = {(a.stack, a.local) for one in up.declared.values() for a in (one.address, *one.previous)}
    for stack, local in sorted(recorded.keys() - known):
        yield f"{stack}/{local} is on {name} and not in Git any more"


def _digest(resource: DeclaredResource, recorded: Mapping[tuple[str, str], str]) -> str | None:
    places = [(address.stack, address.local) for address in (resource.address, *resource.previous)]
    return next((recorded[place] for place in places if place in recorded), None)


def _dormant(resource: DeclaredResource, console: ConsoleSettings) -> str:
    return kind(resource.address.kind).dormant(resource.table, console.min_status)


def _soak(source: Upstream, target: ConsoleSettings, clock: int, timezone: ZoneInfo) -> Gate:
    if not target.soak:
        return passed("soak", f"[console.{target.name}] asks for no soak")
    times = {stack: d.last_apply.at for stack, d in source.documents.items() if d.last_apply is not None}
    if not times:
        return unknown("soak", f"nothing is known to have been applied on {source.console.name}")
    short = [
        f"stack {stack} was applied {_age(clock - at)} ago, and soak is {written(target.soak)}: "
        f"it is ready at {_when(at + target.soak * _MS)}{_there(at + target.soak * _MS, timezone)}"
        for stack, at in sorted(times.items())
        if clock - at < target.soak * _MS
    ]
    return decided("soak", short, "wait, or lift it for this run with --allow soak")


def _age(length: int) -> str:
    """Return milliseconds as a length of time, to the minute where it is longer than one."""
    seconds = max(length, 0) // _MS
    return written(seconds if seconds < _MINUTE else seconds // _MINUTE * _MINUTE)


def _there(at: int, timezone: ZoneInfo) -> str:
    """Return the same moment as the clocks of the project show it, unless they show UTC."""
    return "" if timezone.key == "UTC" else f" ({moment(at, timezone)})"


def _when(at: int) -> str:
    return datetime.fromtimestamp(at // _MS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
