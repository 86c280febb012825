"""Looking before deciding: the files, the record and the console of one run, gathered into a Situation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dac.errors import ConfigError
from dac.model.diagnostic import Diagnostic, Diagnostics, Severity
from dac.model.reads import Found
from dac.model.resource import Wanted
from dac.planning.situation import Situation
from dac.resources.registry import kind, kinds
from dac.run.desired.compiling import compile_all, unchanged
from dac.run.desired.identities import declaring, facts_of, recorded_for, uuid_of
from dac.run.desired.surroundings import surroundings
from dac.run.plan.dependents import dependents
from dac.run.plan.rule_names import unknown_qids, with_rule_names
from dac.run.records import bound
from dac.run.scope import relevant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dac.model.address import Address
    from dac.model.reads import Read
    from dac.model.resource import Desired, Recorded
    from dac.model.run import Whereabouts
    from dac.run.console import Console
    from dac.run.records import Records
    from dac.run.scope import Scope

MOST_QUERIES = 20
"""How many changed queries a plan shows to the console unless it is asked for all: each is a request."""


@dataclass(frozen=True, slots=True)
class Looking:
    """How to look.

    deep: read every body. accept_console: re-bind the states to the console that answers. recorded_only: leave the
    files of the selected stacks alone, as a destroy does: it must work when they are broken or gone. queries: how
    many changed queries the console is asked about; None for all. readers: ask who reads what the plan takes away,
    which a plan that nobody will apply need not know. undecided: files that are broken or gone hide nothing of what is
    recorded, and nothing is checked that only an apply would need.
    """

    deep: bool = False
    accept_console: bool = False
    recorded_only: bool = False
    queries: int | None = 0
    readers: bool = True
    undecided: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """What a plan is computed from, and what an apply needs besides it.

    `context` stands for everything the compiled forms were made under; `warnings` are findings that stop nothing.
    """

    situation: Situation
    records: Records
    context: str
    warnings: tuple[Diagnostic, ...]


def observe(scope: Scope, records: Records, console: Console, how: Looking) -> Observation:
    """Read the console and compile what changed.

    ConfigError carries all findings of the selected stacks; with `how.undecided` they are in the warnings.
    """
    records = bound(records, scope.ref, console.identity, accept=how.accept_console)
    recorded, clock = records.recorded, console.now()
    uuids = {r.address: uuid_of(scope.project.id, r, recorded_for(r, recorded)) for r in scope.resources}
    console.remember_origins(scope.resources)
    reads = _read(scope, console, wanted(scope, records, recorded, uuids), deep=how.deep)
    if how.recorded_only:
        situation = _situation(scope, console, records, recorded, reads, {})
        return Observation(situation, records, "", tuple(console.warnings))
    facts = facts_of(scope.resources, uuids, reads)
    around = surroundings(scope.project, scope.console, console.names, facts, clock, console.api_version)
    fresh = records.fresh(around.digest)
    if not _all_unchanged(scope, recorded, fresh, clock):
        around = replace(around, names=with_rule_names(console.client, console.known, scope.resources))
    compiled = compile_all(scope.resources, around, recorded, fresh)
    found = [*compiled.diagnostics.items, *scope.stacks.diagnostics, *unknown_qids(around.names, scope.resources)]
    if compiled.anew and not how.undecided:  # the rest was checked when it was
        from dac.run.desired.checking import check

        found += check(scope.resources, scope.stacks, compiled, around, console.with_expressions)
    problems = Diagnostics(list(relevant(found, scope.selected, scope.stacks.stacks)))
    if compiled.anew and not problems.has_errors and not how.undecided:
        from dac.run.plan.console_queries import console_findings

        problems.extend(console_findings(scope, console, compiled, recorded, how.queries))
    if problems.has_errors and not how.undecided:
        raise ConfigError(problems.sorted())
    situation = _situation(scope, console, records, recorded, reads, compiled.desired)
    if how.undecided:
        from dac.run.plan.undecided import as_warnings, with_undecided  # only `dac drift` asks for it

        situation, problems = with_undecided(situation, scope, problems.items), Diagnostics(as_warnings(problems))
    problems.extend([*console.warnings, *console.standing.warnings, *_orphans(scope, records)])
    return Observation(situation, records, around.digest, problems.sorted())


def _orphans(scope: Scope, records: Records) -> Iterator[Diagnostic]:
    """Name the stacks that are on the console and whose folder is gone: nothing but `destroy` touches them."""
    for stack, document in records.documents.items():
        if document.resources and stack not in scope.stacks.stacks:
            count = len(document.resources)
            things = "1 resource" if count == 1 else f"{count:,} resources"
            summary = f"stack {stack} has {things} on console {scope.console.name}, and its folder is gone"
            heir = declaring(document.resources.values(), scope.resources)
            destroy = f"dac destroy {stack} --console {scope.console.name}"
            hint = f"bring the folder back, or take them off the console with `{destroy}`"
            if heir is not None:
                hint = (
                    f"stack {heir} declares some of the same: give the folder its old name back; or, to keep them in "
                    f"{heir}, write adopt = true in each, put a stack.toml with [stack] alone into stacks/{stack}, "
                    "apply both together, and then take that folder away"
                )
            yield Diagnostic(Severity.WARNING, "orphan-stack", summary, hint=hint)


def _read(scope: Scope, console: Console, wanted: Sequence[Wanted], *, deep: bool) -> dict[Address, Read]:
    """Read what is wanted; what `adopt` takes over by name, again by its own uuid: only then is all of it shown."""
    reads = console.read(wanted, deep=deep)
    uuids = {one.address: one.uuid for one in wanted}
    others = {
        resource.address: read.live.uuid
        for resource in scope.resources
        if resource.table.get("adopt") is True
        and isinstance(read := reads.get(resource.address), Found)
        and read.live.uuid not in ("", uuids[resource.address])
    }
    if others:
        known = [replace(one, uuid=others.get(one.address, one.uuid)) for one in wanted]
        reads = console.read(known, deep=deep)
    return reads | {address: _not_ours(reads[address]) for address in others}


def _not_ours(read: Read) -> Read:
    """Whether it may be taken over is for planning to decide."""
    return Found(replace(read.live, ours=False)) if isinstance(read, Found) else read


def _situation(
    scope: Scope,
    console: Console,
    records: Records,
    recorded: Mapping[Address, Recorded],
    reads: Mapping[Address, Read],
    desired: Mapping[Address, Desired],
) -> Situation:
    selected = set(scope.selected)
    chosen = {address: one for address, one in desired.items() if address.stack in selected}
    return Situation(
        console=replace(scope.ref, identity=console.identity),
        stacks=scope.selected,
        kinds=kinds(),
        desired=chosen,
        recorded={address: record for address, record in recorded.items() if address.stack in selected},
        reads=reads,
        pending=frozenset(address for address in records.pending if address.stack in selected),
        removed=scope.removed,
        readers=tuple(record for address, record in sorted(recorded.items()) if address.stack not in selected),
        states={stack: ref for stack, ref in records.refs.items() if stack in selected},
        names_digest=console.names.digest,
        project=str(scope.project.id),
        timezone=scope.project.timezone.key,
        clock=console.now(),
        unmanaged=console.unmanaged(),
        dependents=dependents(console.client, chosen.values(), reads) if console.answers else {},
        interrupted={address: cut for address, cut in records.interrupted.items() if address.stack in selected},
        closed=console.standing.closed,
        runs=_runs(scope, console, records) if records.interrupted else {},
    )


def _runs(scope: Scope, console: Console, records: Records) -> dict[str, Whereabouts]:
    from dac.run.whereabouts import whereabouts  # rare

    return whereabouts(scope, console, records)


def wanted(
    scope: Scope, records: Records, recorded: Mapping[Address, Recorded], uuids: Mapping[Address, str]
) -> list[Wanted]:
    """Ask for everything declared, recorded or pending in any stack: what is known is not unmanaged."""
    found: dict[Address, Wanted] = {}
    created = records.created
    for resource in scope.resources:
        known = recorded_for(resource, recorded)
        found[resource.address] = Wanted(
            resource.address,
            uuids[resource.address],
            kind(resource.address.kind).console_name(resource.address, resource.table),
            known,
            created=resource.address in created,
            settled=known is not None and known.digest == resource.digest,
        )
    for address, record in recorded.items():
        found.setdefault(address, Wanted(address, record.uuid, record.name, record))
    for address in records.pending:
        found.setdefault(address, Wanted(address, "", ""))
    return list(found.values())


def _all_unchanged(scope: Scope, recorded: Mapping[Address, Recorded], fresh: frozenset[str], clock: int) -> bool:
    return all(
        resource.address.stack in fresh and unchanged(resource, recorded_for(resource, recorded), clock)
        for resource in scope.resources
    )
