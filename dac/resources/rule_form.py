"""What detections and building blocks share: both are rules to a console, in one deployed form.

API: bodies by extension export and install; `enabled` and `owner` by POST /analytics/rules/{id} or
/analytics/building_blocks/{id}.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from dac.errors import AqlError, DacError
from dac.model.change import Channel
from dac.model.diagnostic import Finding, Severity
from dac.model.resource import Reference
from dac.resources import lookups
from dac.resources.kind import Field, Where

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dac.aql.nodes import Expression, Query
    from dac.aql.references import References
    from dac.aql.rule_filter import ExceptionClause, RuleFilter
    from dac.model.change import Edit
    from dac.model.deployed import Deployed
    from dac.model.diagnostic import KeyPath
    from dac.resources.kind import CompileContext
    from dac.resources.rule_model import Rule

QUERIED = "queried_property"
"""Kind of a reference to a property that only the query in Git reads: it must exist, but no rule needs it parsed."""

N = TypeVar("N", bound="Query | Expression")

TEST_FIELDS = (
    Field("name", Where.CONSOLE, "The rule's name; free to change, it is not the identity.",
          ("name",), Channel.EXTENSION),
    Field("type", Where.CONSOLE, "event (default), flow or common.", ("type",), Channel.EXTENSION),
    Field("scope", Where.CONSOLE, "local (default) or global: where a stateful rule counts.",
          ("scope",), Channel.EXTENSION),
    Field("log_source_types", Where.CONSOLE, "Names of log source types; compiled to the cheap built-in test.",
          ("log_source_types",), Channel.EXTENSION),
    Field("building_blocks", Where.CONSOLE, "any, all, none: addresses, or names of vendor building blocks.",
          ("building_blocks",), Channel.EXTENSION),
    Field("notes", Where.CONSOLE, "What the analyst reads in the rule.", ("notes",), Channel.EXTENSION),
    Field("groups", Where.CONSOLE, "Rule groups it is put into; QRadar has no way to take it out again.",
          ("groups",), Channel.EXTENSION),
    Field("owner", Where.CONSOLE, "Left out, the console's owner stays.", ("owner",), Channel.REST),
    Field("enabled", Where.CONSOLE, "Switched over REST; off by hand is held, never reverted unasked.",
          ("enabled",), Channel.REST),
    Field("suppress", Where.GIT, "Findings of the linter that are accepted: code and reason."),
)  # fmt: skip

UNDECLARED_FIELDS = (
    Field("other_tests", Where.CONSOLE, "Tests that no field stands for, as the console has them.",
          ("other_tests",), Channel.EXTENSION),
    Field("other", Where.CONSOLE, "Anything else in the rule that no field stands for.", ("other",), Channel.EXTENSION),
)  # fmt: skip


class RuleBehaviour:
    """How both kinds of rule stand to a console; see `dac.resources.kind.Kind`."""

    def owned(self, live: Deployed, desired: Deployed | None, recorded: Deployed | None) -> Deployed:
        return owned_rule(live, desired, recorded)

    def hold(self, desired: Deployed, current: Deployed, recorded: Deployed | None) -> Deployed:
        return hold_rule(desired, current, recorded)

    def unhold(self, form: Deployed, desired: Deployed) -> Deployed:
        return form | {"enabled": True} if desired["enabled"] else form

    def retracts(self, edits: tuple[Edit, ...]) -> bool:  # noqa: ARG002 - a package is installed whole
        return False

    def unretracted(self, desired: Deployed, current: Deployed) -> Deployed:  # noqa: ARG002 - as above
        return desired


def compile_tests(declared: Rule, context: CompileContext, findings: list[Finding]) -> Deployed:
    """Return the part of the deployed form that both kinds have, but for notes and filter."""
    types = {
        lookups.LOG_SOURCE_TYPE.name(context.names, name, ("log_source_types", at), findings)
        for at, name in enumerate(declared.log_source_types)
    }
    blocks = {
        part: sorted(
            {_block(text, (("building_blocks", part, at)), context, findings) for at, text in enumerate(texts)}
        )
        for part, texts in declared.building_blocks
        if texts
    }
    deployed: Deployed = {"type": declared.type.upper(), "enabled": declared.enabled}
    optional = {
        "scope": "GLOBAL" if declared.scope == "global" else None,
        "log_source_types": sorted(types),
        "building_blocks": blocks,
        "groups": sorted(set(declared.groups)),
        "owner": declared.owner,
    }
    return deployed | {key: value for key, value in optional.items() if value}


def lift_tests(deployed: Deployed) -> dict[str, Any]:
    """Undo `compile_tests`; building blocks come back as uuids, which stacks may write too."""
    table: dict[str, Any] = {"name": deployed["name"], "enabled": deployed["enabled"]}
    if deployed["type"] != "EVENT":
        table["type"] = deployed["type"].lower()
    if "scope" in deployed:
        table["scope"] = deployed["scope"].lower()
    keys = ("log_source_types", "building_blocks", "filter", "groups", "owner")
    return table | {key: deployed[key] for key in keys if key in deployed}


def compile_filter(
    source: Query | Expression,
    path: KeyPath,
    context: CompileContext,
    findings: list[Finding],
    exceptions: Mapping[int, ExceptionClause] = MappingProxyType({}),
) -> RuleFilter | None:
    """Return the rule filter of a parsed query or condition, or None with findings that say why there is none.

    `exceptions` is keyed by their place in the table, so that a finding in the `when` of one leads there.
    """
    from dac.aql.rule_filter import rule_filter

    find = context.names.log_source_type_id
    try:
        return rule_filter(source, exceptions=tuple(exceptions.values()), log_source_type_id=find)
    except DacError as error:
        whole = _filter_finding(error, path, context)
    try:
        rule_filter(source, log_source_type_id=find)
    except DacError:  # then each exception would fail for the same reason
        findings.append(whole)
        return None
    found = []
    for at, clause in exceptions.items():
        try:
            rule_filter(source, exceptions=(clause,), log_source_type_id=find)
        except DacError as error:
            found.append(_filter_finding(error, ("exception", at, "when"), context))
    findings.extend(found or [whole])
    return None


def _filter_finding(error: DacError, path: KeyPath, context: CompileContext) -> Finding:
    """A name that is missing in the list dac ships may be on a console: then it is a warning."""
    if not isinstance(error, AqlError):
        return Finding("ambiguous-name", error.summary, path, error.detail, error.hint)
    unsure = error.code == "AQL042" and not context.names.complete and not context.names.catalogue
    return replace(aql_finding(error, path, Severity.WARNING if unsure else Severity.ERROR), detail="")


def parse_query(text: str, path: KeyPath, findings: list[Finding]) -> Query | None:
    """Parse a SELECT; why it does not parse becomes a finding at its line."""
    from dac.aql.parsing import parse

    return _parsed(parse, text, path, findings)


def parse_condition(text: str, path: KeyPath, findings: list[Finding]) -> Expression | None:
    """Parse a WHERE expression; why it does not parse becomes a finding at its line."""
    from dac.aql.parsing import parse_condition as parse

    return _parsed(parse, text, path, findings)


def _parsed(parse: Callable[[str], N], text: str, path: KeyPath, findings: list[Finding]) -> N | None:
    try:
        return parse(text)
    except AqlError as error:
        findings.append(aql_finding(error, path))
        return None


def aql_finding(error: AqlError, path: KeyPath, severity: Severity = Severity.ERROR) -> Finding:
    """An AQL error at its line below the start of the text."""
    summary = f"{error.summary} (line {error.line}, column {error.column} of the AQL)"
    return Finding(error.code, summary, path, error.detail, error.hint, error.line - 1, severity)


def filter_references(found: References, context: CompileContext) -> set[Reference]:
    """Return what a filter reads of the things dac knows, in the spelling they are declared in."""
    properties = {context.properties.get(name.lower(), name) for name in found.properties}
    return {Reference("custom_property", name) for name in properties} | {
        Reference("reference_set", name) for name in found.reference_sets
    }


def query_references(query: Query, in_rule: set[Reference], context: CompileContext) -> set[Reference]:
    """Return the properties that the query shows or sorts by and the rule does not read."""
    from dac.aql.references import references

    names = {context.properties.get(name.lower(), name) for name in references(query).properties}
    read = {reference.name.lower() for reference in in_rule if reference.kind == "custom_property"}
    return {Reference(QUERIED, name) for name in names if name.lower() not in read}


def block_references(deployed: Deployed) -> set[Reference]:
    """The building blocks a rule asks."""
    return {
        Reference("building_block", uuid) for uuids in deployed.get("building_blocks", {}).values() for uuid in uuids
    }


def owned_rule(live: Deployed, desired: Deployed | None, recorded: Deployed | None) -> Deployed:
    """A rule is dac's whole, but for an owner that no stack names, and groups that others put it into."""
    bases = [base for base in (desired, recorded) if base is not None]
    if not bases:
        return live
    out = dict(live)
    if not any("owner" in base for base in bases):
        out.pop("owner", None)
    ours = {name for base in bases for name in base.get("groups", ())}
    groups = [name for name in live.get("groups", ()) if name in ours]
    if desired is not None:  # a group that left the stack stays: QRadar has no way to take a rule out of one
        groups = [name for name in groups if name in desired.get("groups", ())]
    out.pop("groups", None)
    return out | ({"groups": groups} if groups else {})


def hold_rule(desired: Deployed, current: Deployed, recorded: Deployed | None) -> Deployed:
    """Keep a rule off that an analyst switched off."""
    by_hand = desired["enabled"] and not current.get("enabled", True) and (recorded is None or recorded["enabled"])
    return desired | {"enabled": False} if by_hand else desired


def _block(text: str, path: KeyPath, context: CompileContext, findings: list[Finding]) -> str:
    """An address that nobody declares is left to the check for dangling references."""
    fact = context.fact(text)
    if fact is not None:
        return fact.uuid
    is_address = text.startswith(("building_block.", "detection.")) or "/building_block." in text
    is_declared = any(text == other.uuid for other in context.facts.values())  # it need not be on the console yet
    return text if is_address or is_declared else lookups.rule_uuid(context.names, text, path, findings)
