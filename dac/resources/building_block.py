"""Kind `building_block`: a condition with a name, for other rules to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import model_validator

from dac.model.change import Channel
from dac.model.diagnostic import Finding
from dac.model.plan import Step
from dac.resources import rule_form
from dac.resources.kind import CompileContext, Compiled, Field, Where
from dac.resources.lifecycle import LIFECYCLE_FIELDS, ignore_findings
from dac.resources.rule_conditions import compile_conditions
from dac.resources.rule_model import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.address import Address
    from dac.model.deployed import Deployed


class BuildingBlock(Rule):
    """A rule without actions and responses."""

    @model_validator(mode="after")
    def _one_way(self) -> BuildingBlock:
        if self.filter is not None and self.rule_test:
            msg = "a building block has at most one of filter, rule_test and rule_xml"
            raise ValueError(msg)
        return self


class BuildingBlockKind(rule_form.RuleBehaviour):
    """See the module; the field table says what goes where."""

    name = "building_block"
    title = "building block"
    order = 30
    step = Step.PACKAGE
    made_by_dac = True
    declared = BuildingBlock
    aql_paths: tuple[tuple[str, ...], ...] = (("filter",),)
    fields = (
        *rule_form.TEST_FIELDS,
        Field("filter", Where.CONSOLE, "A WHERE expression: the AQL filter test.",
              ("filter", "filter_engine"), Channel.EXTENSION),
        *LIFECYCLE_FIELDS,
    )  # fmt: skip

    def console_name(self, address: Address, table: Mapping[str, Any]) -> str:
        return str(table.get("name", address.name))

    def fact_type(self, table: Mapping[str, Any]) -> str:
        return str(table.get("type", "event"))

    def dormant(self, table: Mapping[str, Any], min_status: str) -> str:  # noqa: ARG002 - blocks have no status
        return ""

    def compile(self, declared: BuildingBlock, context: CompileContext) -> Compiled:
        findings = ignore_findings(declared, self.fields)
        if declared.rule_xml is not None:
            return rule_form.compile_xml(declared, self.name, context, findings)
        in_filter: list[Finding] = []
        node = rule_form.parse_condition(declared.filter, ("filter",), in_filter) if declared.filter else None
        compiled = rule_form.compile_filter(node, ("filter",), context, in_filter) if node else None
        condition = "\n".join(compiled.lines) if compiled else ""
        deployed = rule_form.compile_common(declared)
        deployed |= compile_conditions(declared, condition, context, findings)
        findings += in_filter
        if declared.notes.strip():
            deployed["notes"] = declared.notes.strip()
        references = rule_form.rule_references(deployed, context)
        if compiled:
            references |= rule_form.filter_references(compiled.references, context)
        if declared.filter is None and not declared.tests_something:
            summary = "a building block without a test matches every event"
            hint = "write log_source_types, building_blocks, filter or rule_test"
            findings.append(Finding("no-test", summary, (), hint=hint))
        return Compiled(deployed, tuple(sorted(references)), tuple(findings))

    def lift(self, deployed: Deployed) -> dict[str, Any]:
        table = rule_form.lift_common(deployed) | rule_form.lift_tests(deployed)
        return table | ({"notes": deployed["notes"]} if "notes" in deployed else {})


KIND = BuildingBlockKind()
