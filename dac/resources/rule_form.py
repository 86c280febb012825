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
from dac.resources import rule_conditions
from dac.resources.kind import Compiled, Field, Where
from dac.resources.rule_tests import aligned

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

XML_FINDING = "rule-xml"
"""Code of a finding about the text of a rule's XML, which is not where the table says that it is."""

N = TypeVar("N", bound="Query | Expression")

XML_FEEDS = (
    "type", "scope", "log_source_types", "log_sources", "categories", "qids", "property_tests", "building_blocks",
    "reference_set_tests", "threshold", "filter", "filter_engine", "other_tests", "test_order", "other", "notes",
)  # fmt: skip
"""What a file of XML says of any rule."""

TEST_FIELDS = (
    Field("name", Where.CONSOLE, "The rule's name; free to change, it is not the identity.",
          ("name",), Channel.EXTENSION),
    Field("type", Where.CONSOLE, "event (default), flow, common or offense.", ("type",), Channel.EXTENSION),
    Field("scope", Where.CONSOLE, "local (default) or global: where a stateful rule counts.",
          ("scope",), Channel.EXTENSION),
    Field("log_source_types", Where.CONSOLE, "Names of log source types; compiled to the cheap built-in test.",
          ("log_source_types",), Channel.EXTENSION),
    Field("log_sources", Where.CONSOLE, "Names of log sources.", ("log_sources",), Channel.EXTENSION),
    Field("categories", Where.CONSOLE, "Names of low level categories.", ("categories",), Channel.EXTENSION),
    Field("qids", Where.CONSOLE, "Names of QID records, or #NUMBER where several have one name.",
          ("qids",), Channel.EXTENSION),
    Field("building_blocks", Where.CONSOLE, "any, all, none: addresses, or names of vendor building blocks.",
          ("building_blocks",), Channel.EXTENSION),
    Field("property_test", Where.CONSOLE, "What a property is: is, is_not, is_any_of or is_not_any_of.",
          ("property_tests",), Channel.EXTENSION),
    Field("reference_set_test", Where.CONSOLE, "any_of or all_of some properties are in_any or in_all of some sets: "
          "addresses, or names.", ("reference_set_tests",), Channel.EXTENSION),
    Field("threshold", Where.CONSOLE, "Match only from count events within a time on, alike by some properties, "
          "different in others; wants scope.", ("threshold",), Channel.EXTENSION),
    Field("rule_test", Where.CONSOLE, "Tests of the rule wizard, in their order: class, negate, parameters.",
          ("other_tests",), Channel.EXTENSION),
    Field("test_order", Where.CONSOLE, "The order of the tests where it is not the usual one, by the fields they are "
          "from; what is left out follows.", ("test_order",), Channel.EXTENSION),
    Field("rule_xml", Where.CONSOLE, "A file with the rule's whole XML, beside the stack file: the last resort.",
          XML_FEEDS, Channel.EXTENSION),
    Field("other", Where.CONSOLE, "Parts of the rule's XML that no field stands for.", ("other",), Channel.EXTENSION),
    Field("notes", Where.CONSOLE, "What the analyst reads in the rule.", ("notes",), Channel.EXTENSION),
    Field("groups", Where.CONSOLE, "Rule groups it is put into; QRadar has no way to take it out again.",
          ("groups",), Channel.EXTENSION),
    Field("owner", Where.CONSOLE, "Left out, the console's owner stays.", ("owner",), Channel.REST),
    Field("enabled", Where.CONSOLE, "Switched over REST; off by hand is held, never reverted unasked.",
          ("enabled",), Channel.REST),
    Field("suppress", Where.GIT, "Findings of the linter that are accepted: code and reason."),
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


def compile_common(declared: Rule) -> Deployed:
    """Return the part of the deployed form that both kinds have, but for notes and tests."""
    deployed: Deployed = {"name": declared.name, "type": declared.type.upper(), "enabled": declared.enabled}
    optional = {
        "scope": "GLOBAL" if declared.scope == "global" else None,
        "groups": sorted(set(declared.groups)),
        "owner": declared.owner,
        "other": sorted(declared.other),
    }
    return deployed | {key: value for key, value in optional.items() if value}


def compile_xml(declared: Rule, kind: str, context: CompileContext, findings: list[Finding]) -> Compiled:
    """Return what a rule written as XML is; the name, the switch, groups and owner are those of the table."""
    from dac.errors import BadContent

    common = compile_common(declared)
    try:
        deployed = context.read_rule(declared.rule_xml or "", kind, context.names)
    except BadContent as error:
        findings.append(Finding(XML_FINDING, error.summary, ("rule_xml",), error.detail, error.hint))
        return Compiled(common, (), tuple(findings))
    for key in ("groups", "owner"):
        deployed.pop(key, None)
    deployed |= {key: value for key, value in common.items() if key not in ("type", "scope")}
    read = rule_conditions.filter_text_references(deployed.get("filter", ""), context)
    return Compiled(deployed, tuple(sorted(read | rule_references(deployed, context))), tuple(findings))


def lift_common(deployed: Deployed) -> dict[str, Any]:
    """Undo `compile_common`; building blocks come back as uuids, which stacks may write too."""
    table: dict[str, Any] = {"name": deployed["name"], "enabled": deployed["enabled"]}
    if deployed["type"] != "EVENT":
        table["type"] = deployed["type"].lower()
    if "scope" in deployed or "threshold" in deployed:
        table["scope"] = deployed.get("scope", "LOCAL").lower()
    return table | {key: deployed[key] for key in ("groups", "owner", "other") if key in deployed}


def lift_tests(deployed: Deployed) -> dict[str, Any]:
    """Return the tests as fields and rule_test, or all of them as rule_test where that alone can say them."""
    return rule_conditions.lift_conditions(deployed, as_tests=not rule_conditions.is_sayable(deployed))


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


def parse_value(text: str, path: KeyPath, findings: list[Finding]) -> Expression | None:
    """Parse what stands for one value of one event; why it does not parse becomes a finding at its line."""
    from dac.aql.parsing import parse_value as parse

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


def rule_references(deployed: Deployed, context: CompileContext) -> set[Reference]:
    """Return what the rule reads besides its filter: what its tests ask, and the sets that it writes."""
    rows = deployed.get("reference_data", ())
    written = {row["name"] for row in rows if row["collection"] == "set" and "id" not in row}
    return rule_conditions.references_of(deployed, context) | {Reference("reference_set", name) for name in written}


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
    return aligned(out | ({"groups": groups} if groups else {}), bases)


def hold_rule(desired: Deployed, current: Deployed, recorded: Deployed | None) -> Deployed:
    """Keep a rule off that an analyst switched off."""
    by_hand = desired["enabled"] and not current.get("enabled", True) and (recorded is None or recorded["enabled"])
    return desired | {"enabled": False} if by_hand else desired
