"""Changed queries, shown to the console before they are planned with: only it knows all that it can run."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from dac.config.findings import diagnose
from dac.errors import AqlError
from dac.model.diagnostic import Diagnostic, Finding, Severity
from dac.qradar.aql_validation import Unchecked, validate_all
from dac.run.desired.identities import recorded_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dac.config.declared import DeclaredResource
    from dac.model.address import Address
    from dac.model.resource import Recorded
    from dac.qradar.aql_validation import AqlMessage, Verdict
    from dac.run.console import Console
    from dac.run.desired.compiling import Result
    from dac.run.scope import Scope

_COUNT_OF = "SELECT COUNT(*) FROM"
_FLAG = "--validate-on-console"


@dataclass(frozen=True, slots=True)
class _Query:
    """A query as it is sent, and where the text stands that it was made of."""

    resource: DeclaredResource
    key: str
    text: str

    @property
    def lines(self) -> int:
        """How many lines the declared text has; those of the query sent are the same."""
        return str(self.resource.table[self.key]).count("\n") + 1

    def finding(self, code: str, severity: Severity, summary: str, line: int | None = None) -> Diagnostic:
        sent = "It was asked as a search of the last five minutes." if self.key == "filter" else ""
        offset = min(line or 1, self.lines) - 1
        finding = Finding(code, summary, (self.key,), sent, line_offset=offset, severity=severity)
        return diagnose(finding, self.resource.locate, self.resource.address)


def console_findings(
    scope: Scope, console: Console, compiled: Result, recorded: Mapping[Address, Recorded], most: int | None
) -> list[Diagnostic]:
    """Return what the console says of the queries that differ from what was applied last, at their lines.

    At most `most` are sent (None: all), and none that reads a property or set which the console does not have yet:
    it would refuse those rightly, until this plan has made them.
    """
    changed = [query for resource in _changed(scope, compiled, recorded) for query in _queries(resource)]
    if most == 0 or not changed:
        return []
    names = console.known
    properties = frozenset(name.lower() for name in names.properties)
    reference_sets = frozenset(names.reference_sets)
    able = (query for query in changed if _can_run(query.text, properties, reference_sets))
    ready = list(islice(able, None if most is None else most + 1))
    sent = ready[:most]
    verdicts = validate_all(console.client, [query.text for query in sent])
    limits = _limits(scope.console.name, len(changed), len(ready), most)
    return [*_said(scope.console.name, sent, verdicts), *limits]


def _changed(scope: Scope, compiled: Result, recorded: Mapping[Address, Recorded]) -> Iterator[DeclaredResource]:
    """Only what was edited, and is or will be on the console.

    Other reasons to compile come back with every plan, and a plan without changes is to ask nothing.
    """
    for resource in sorted(scope.resources, key=lambda resource: resource.address):
        desired = compiled.desired.get(resource.address)
        if resource.address in compiled.anew and resource.address.stack in scope.selected and desired is not None:
            known = recorded_for(resource, recorded)
            if not desired.dormant if known is None else known.digest != resource.digest:
                yield resource


def _queries(resource: DeclaredResource) -> Iterator[_Query]:
    query, condition = resource.table.get("aql"), resource.table.get("filter")
    if isinstance(query, str):
        yield _Query(resource, "aql", query)
    elif isinstance(condition, str):
        database = "flows" if resource.table.get("type") == "flow" else "events"
        yield _Query(resource, "filter", f"{_COUNT_OF} {database} WHERE {condition}\nLAST 5 MINUTES")


def _can_run(text: str, properties: frozenset[str], reference_sets: frozenset[str]) -> bool:
    """Whether all that the query reads is on the console."""
    from dac.aql.parsing import parse
    from dac.aql.references import references

    try:
        found = references(parse(text))
    except AqlError:
        return False
    return found.reference_sets <= reference_sets and all(name.lower() in properties for name in found.properties)


def _said(console: str, sent: Sequence[_Query], verdicts: Sequence[Verdict]) -> Iterator[Diagnostic]:
    unasked: list[Unchecked] = []
    for query, verdict in zip(sent, verdicts, strict=True):
        if not isinstance(verdict, Unchecked):
            yield from (_remark(console, query, message) for message in verdict)
        elif verdict.for_all:
            unasked.append(verdict)
        else:
            summary = f"console {console} could not check this query: {verdict.reason}"
            yield query.finding("console-aql-unchecked", Severity.WARNING, summary)
    if unasked:
        summary = f"console {console} could not check {_count(len(unasked))}: {unasked[0].reason}"
        hint = "the plan stands without this; plan again to have them checked"
        yield Diagnostic(Severity.WARNING, "console-aql-unchecked", summary, hint=hint)


def _remark(console: str, query: _Query, message: AqlMessage) -> Diagnostic:
    says = "does not take this query" if message.severity is Severity.ERROR else "says of this query"
    code = "" if message.code is None else f" (code {message.code})"
    return query.finding(
        "console-aql", message.severity, f"console {console} {says}: {message.text}{code}", message.line
    )


def _limits(console: str, changed: int, ready: int, most: int | None) -> Iterator[Diagnostic]:
    """Say what was not sent: beyond the limit, or, to whoever asked for all, what has to wait."""
    if most is not None and ready > most:
        summary = f"console {console} was asked about {most} of {_count(changed)}"
        yield Diagnostic(Severity.INFO, "console-aql-limit", summary, hint=f"{_FLAG} asks about all of them")
    elif most is None and ready < changed:
        summary = f"console {console} was not asked about {_count(changed - ready)}: they read what is not there yet"
        hint = "apply what they read first, with --target, and plan again"
        yield Diagnostic(Severity.INFO, "console-aql-waiting", summary, hint=hint)


def _count(number: int) -> str:
    return f"{number} changed {'query' if number == 1 else 'queries'}"
