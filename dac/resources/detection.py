"""Kind `detection`: a rule that fires, made from an AQL query or filter.

API: see `rule_form`; the dispatched event's QID is made over POST /data_classification/qid_records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.model.change import Channel
from dac.model.plan import Step
from dac.model.resource import Reference
from dac.resources import detection_response, rule_form, rule_notes
from dac.resources.detection_model import Detection
from dac.resources.kind import CompileContext, Compiled, Field, Where
from dac.resources.lifecycle import LIFECYCLE_FIELDS, ignore_findings
from dac.resources.rollout import rolled_out
from dac.resources.rule_conditions import compile_conditions
from dac.resources.scales import STATUSES, below, retires

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.aql.nodes import Expression, Query
    from dac.aql.rule_filter import ExceptionClause
    from dac.model.address import Address
    from dac.model.deployed import Deployed
    from dac.model.diagnostic import Finding

_EXTENSION = Channel.EXTENSION


class DetectionKind(rule_form.RuleBehaviour):
    """See the module; the field table says what goes where."""

    name = "detection"
    title = "detection"
    order = 40
    step = Step.PACKAGE
    made_by_dac = True
    declared = Detection
    aql_paths: tuple[tuple[str, ...], ...] = (("aql",), ("filter",), ("exception", "*", "when"))
    fields = (
        *rule_form.TEST_FIELDS,
        Field("severity", Where.CONSOLE, "low, medium, high, critical, or 0 to 10; unchanged leaves the event's own.",
              ("severity",), _EXTENSION),
        Field("confidence", Where.CONSOLE, "The same scale; credibility to QRadar.", ("credibility",), _EXTENSION),
        Field("relevance", Where.CONSOLE, "The same scale.", ("relevance",), _EXTENSION),
        Field("adjust", Where.CONSOLE, "Raise or lower severity, confidence, relevance instead: +1 to +10, -1 to -10.",
              ("adjust",), _EXTENSION),
        Field("aql", Where.CONSOLE, "The query; its WHERE becomes the filter, the rest stays in Git for hunting.",
              ("filter", "filter_engine"), _EXTENSION),
        Field("filter", Where.CONSOLE, "A WHERE expression instead of a query.", ("filter",), _EXTENSION),
        Field("exception", Where.CONSOLE, "Lets through what is in a reference set; part of the filter.",
              ("filter",), _EXTENSION),
        Field("offense", Where.CONSOLE, "What the offense is indexed by, and the event that names it.",
              ("offense", "event"), _EXTENSION),
        Field("response", Where.CONSOLE, "event (a new one, without the offense), email, log, notify, reference_data, "
              "custom_action.",
              ("event", "email", "log", "notify", "notify_override", "reference_data", "custom_action"), _EXTENSION),
        Field("limiter", Where.CONSOLE, "Respond at most so often.", ("limiter",), _EXTENSION),
        Field("annotation", Where.CONSOLE, "A line added to the event.", ("annotation",), _EXTENSION),
        Field("drop", Where.CONSOLE, "Drop the event: it is neither stored nor seen by later rules.",
              ("drop",), _EXTENSION),
        Field("mitre", Where.NOTES, "ATT&CK techniques.", ("notes",), _EXTENSION),
        Field("false_positive", Where.NOTES, "Known false positives, and what is done about each.",
              ("notes",), _EXTENSION),
        Field("status", Where.GIT, "experimental, test, stable; see min_status. Or deprecated: it is switched off, and "
              "deleted once the console's delete_after has passed."),
        Field("rollout", Where.GIT, "disabled, monitor or active, instead of what the console's rollout says."),
        Field("case", Where.GIT, "Example events and what is expected of them."),
        *LIFECYCLE_FIELDS,
    )  # fmt: skip

    def console_name(self, address: Address, table: Mapping[str, Any]) -> str:
        return str(table.get("name", address.name))

    def fact_type(self, table: Mapping[str, Any]) -> str:
        return str(table.get("type", "event"))

    def dormant(self, table: Mapping[str, Any], min_status: str) -> str:
        """Why it is not created here; '' when it is, or when its status is none, which validating says."""
        status = table.get("status", "stable")
        if status not in STATUSES or not below(status, min_status):
            return ""
        return f'status "{status}" is below this console\'s min_status "{min_status}"'

    def compile(self, declared: Detection, context: CompileContext) -> Compiled:
        findings = ignore_findings(declared, self.fields)
        rollout = declared.rollout or context.rollout
        is_off = below(declared.status, context.min_status) or retires(declared.status)
        if declared.rule_xml is not None:
            compiled = rule_form.compile_xml(declared, self.name, context, findings)
            deployed = rolled_out(compiled.deployed, rollout) | ({"enabled": False} if is_off else {})
            references = {*compiled.references, *_offense_references(deployed, context)}
            return Compiled(deployed, tuple(sorted(references)), compiled.findings)
        in_filter: list[Finding] = []
        condition, read = _condition(declared, context, in_filter)
        deployed = rule_form.compile_common(declared) | compile_conditions(declared, condition, context, findings)
        findings += in_filter
        deployed |= detection_response.compile_response(declared, context, findings)
        deployed = rolled_out(deployed, rollout)
        if is_off:
            deployed["enabled"] = False
        references = rule_form.rule_references(deployed, context) | _offense_references(deployed, context) | read
        notes = rule_notes.compose(declared.notes, declared.mitre, [_plain(item) for item in declared.false_positive])
        if notes:
            deployed["notes"] = notes
        return Compiled(deployed, tuple(sorted(references)), tuple(findings))

    def lift(self, deployed: Deployed) -> dict[str, Any]:
        table = rule_form.lift_common(deployed) | rule_form.lift_tests(deployed)
        return table | rule_notes.read(deployed.get("notes", "")) | detection_response.lift_response(deployed)


def _plain(item: Any) -> dict[str, str]:
    return {key: value for key, value in item.model_dump().items() if value is not None}


def _offense_references(deployed: Deployed, context: CompileContext) -> set[Reference]:
    """An offense indexed by a custom property needs that property in the rule engine."""
    indexes = {part["index"] for key in ("offense", "event") if "index" in (part := deployed.get(key, {}))}
    return {
        Reference("custom_property", context.properties.get(index.lower(), index))
        for index in indexes
        if index.lower() in context.properties
        or any(t.custom and t.index == index for t in context.names.offense_types)
    }


def _condition(declared: Detection, context: CompileContext, findings: list[Finding]) -> tuple[str, set[Reference]]:
    """Return the rule filter of the query or condition, and what both read; '' with findings when there is none."""
    exceptions = _exceptions(declared, context, findings)
    query = rule_form.parse_query(declared.aql, ("aql",), findings) if declared.aql is not None else None
    source: Query | Expression | None = query
    if declared.filter is not None:
        source = rule_form.parse_condition(declared.filter, ("filter",), findings)
    path = ("aql",) if declared.aql is not None else ("filter",)
    compiled = rule_form.compile_filter(source, path, context, findings, exceptions) if source else None
    read = rule_form.filter_references(compiled.references, context) if compiled else set()
    if query is not None:
        read |= rule_form.query_references(query, read, context)
    return ("\n".join(compiled.lines) if compiled else "", read)


def _exceptions(declared: Detection, context: CompileContext, findings: list[Finding]) -> dict[int, ExceptionClause]:
    """One clause an exception, by its place. A set that nobody declares is the check for dangling references's."""
    from dac.aql.rule_filter import ExceptionClause

    clauses = {}
    for at, row in enumerate(declared.exception):
        path = ("exception", at, "when")
        when = rule_form.parse_condition(row.when, path, findings) if row.when is not None else None
        fact = context.fact(row.not_in)
        if fact is not None and (when is not None or row.whole_detection):
            clauses[at] = ExceptionClause(row.field, fact.name, when, ignore_case=fact.type == "ALNIC")
    return clauses


KIND = DetectionKind()
