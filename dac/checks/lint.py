"""The AQL linter over every query, filter and exception of the stacks, with what the project declares around them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dac.checks.view import rows
from dac.model.diagnostic import Finding, Severity
from dac.resources.rule_form import QUERIED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dac.aql.lint.context import Context
    from dac.aql.lint.findings import LintFinding
    from dac.checks.view import Item, ProjectView
    from dac.model.address import Address
    from dac.model.diagnostic import KeyPath

_SAID_ELSEWHERE = frozenset(
    {
        *("AQL001", "AQL002", "AQL003", "AQL004", "AQL036", "AQL055"),  # compiling: it does not parse
        *("AQL070", "AQL071"),  # compiling: no rule can say it
    }
)

_READ = {"properties": ("custom_property", QUERIED), "reference_sets": ("reference_set",)}

_MILDER: dict[str, Severity | None] = {"AQL010": Severity.WARNING, "AQL013": None}
"""In a stack, a search without a window finds too little when somebody hunts with it; the rule is as it should be.

A rule has no LIMIT at all, and who hunts sets one.
"""


def check(view: ProjectView) -> list[tuple[Address, Finding]]:
    """Lint what was compiled anew; what compiling and other checks say already is not said twice."""
    items = [item for item in view.of_kind("detection", "building_block") if item.anew]
    if not items:
        return []
    around = _around(view)
    return [(item.address, finding) for item in items for finding in _findings(item, around)]


def _around(view: ProjectView) -> Context:
    """Return what is the same for every text of the project."""
    from dac.aql.lint.context import Context

    properties = dict.fromkeys(view.names.properties, frozenset[str]())
    for item in view.of_kind("custom_property"):
        types = (str(row.get("log_source_type", "")) for _, row in rows(item.table, "expression"))
        properties[item.fact.name] = frozenset(filter(None, types))
    sets = dict(view.names.reference_sets) | {s.fact.name: s.fact.type for s in view.of_kind("reference_set")}
    return Context(
        properties=properties,
        reference_sets=sets,
        longest_hours=view.lint.longest_hours,
        severities=_MILDER | dict(view.lint.severities),
        vocabulary=view.vocabulary,
    )


def _findings(item: Item, around: Context) -> Iterator[Finding]:
    from dac.aql.lint.engine import lint
    from dac.aql.lint.suppressions import apply_suppressions, unused_finding

    suppressions = list(_suppressions(item.table))
    yield from (problem for _, problem in suppressions if isinstance(problem, Finding))
    accepted = {s.code: (path, s) for path, s in suppressions if not isinstance(s, Finding)}
    unused = dict(accepted)
    for path, text, context in _texts(item.table, _without_missing(item, around)):
        report = lint(text, context, with_references=False)
        kept, missed = apply_suppressions(report, [s for _, s in accepted.values()])
        unused = {s.code: accepted[s.code] for s in missed if s.code in unused}
        yield from (_finding(found, path) for found in kept if found.code not in _SAID_ELSEWHERE)
    yield from (_finding(unused_finding(s), path) for path, s in unused.values())


def _without_missing(item: Item, around: Context) -> Context:
    """Take what is declared nowhere as declared: that it is missing is for checks/undeclared to say, once."""
    read = {kind: [r.name for r in item.references if r.kind in kinds] for kind, kinds in _READ.items()}
    properties = {name: frozenset[str]() for name in read["properties"] if name not in (around.properties or ())}
    sets = {name: "" for name in read["reference_sets"] if name not in (around.reference_sets or ())}
    if not properties and not sets:
        return around
    return replace(
        around,
        properties=properties | dict(around.properties or {}),
        reference_sets=sets | dict(around.reference_sets or {}),
    )


def _finding(found: LintFinding, path: KeyPath) -> Finding:
    return Finding(found.code, found.message, path, "", found.hint, found.line - 1, found.severity)


def _suppressions(table: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Any]]:
    """Yield each suppression with its path, or the finding that says why it is none."""
    from dac.aql.lint.suppressions import Suppression

    for at, row in rows(table, "suppress"):
        path: KeyPath = ("suppress", at, "code")
        code, reason = row.get("code"), row.get("reason")
        if isinstance(code, str) and isinstance(reason, str):
            try:
                yield path, Suppression(code, reason)
            except ValueError as error:
                yield path, Finding("bad-suppression", str(error), path)


def _texts(table: Mapping[str, Any], around: Context) -> Iterator[tuple[KeyPath, str, Context]]:
    """Yield every AQL text of a rule, with what is known around it."""
    from dac.aql.lint.context import Target

    context = _of_rule(table, around)
    whens: list[tuple[KeyPath, Any]] = [
        (("exception", at, "when"), row.get("when")) for at, row in rows(table, "exception")
    ]
    mains = {"aql": Target.DETECTION, "filter": Target.FILTER}
    for key, target in mains.items():
        if isinstance(table.get(key), str):
            yield (key,), table[key], replace(context, target=target)
    for path, text in whens:  # cases are about the detection, not about one of its exceptions
        if isinstance(text, str):
            yield path, text, replace(context, target=Target.EXCEPTION, cases=())


def _of_rule(table: Mapping[str, Any], around: Context) -> Context:
    from dac.aql.lint.context import Case

    types = table.get("log_source_types")
    cases = [
        Case(str(row.get("name", "")), row["expect"], str(row.get("reason", "")))
        for _, row in rows(table, "case")
        if row.get("expect") in ("match", "no-match", "out-of-scope")
    ]
    return replace(
        around,
        database="flows" if table.get("type") == "flow" else "events",
        log_source_types=tuple(name for name in types if isinstance(name, str)) if isinstance(types, list) else (),
        notes=table["notes"] if isinstance(table.get("notes"), str) else "",
        cases=tuple(cases),
    )
