"""Kind `building_block`: a condition with a name, for other rules to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.model.change import Channel
from dac.model.diagnostic import Finding
from dac.model.plan import Step
from dac.resources import rule_form
from dac.resources.kind import CompileContext, Compiled, Field, Where
from dac.resources.lifecycle import LIFECYCLE_FIELDS, ignore_findings
from dac.resources.rule_model import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.address import Address
    from dac.model.deployed import Deployed


class BuildingBlock(Rule):
    """A rule without actions and responses."""


class BuildingBlockKind(rule_form.RuleBehaviour):
    """See the module; the field table says what goes where."""

    name = "building_block"
    title = "building block"
    order = 30
    step = Step.PACKAGE
    declared = BuildingBlock
    aql_paths: tuple[tuple[str, ...], ...] = (("filter",),)
    fields = (
        *rule_form.TEST_FIELDS,
        Field("filter", Where.CONSOLE, "A WHERE expression: the AQL filter test.",
              ("filter", "filter_engine"), Channel.EXTENSION),
        *rule_form.UNDECLARED_FIELDS,
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
        deployed = {"name": declared.name} | rule_form.compile_tests(declared, context, findings)
        references = rule_form.block_references(deployed)
        if declared.notes.strip():
            deployed["notes"] = declared.notes.strip()
        if declared.filter is not None:
            node = rule_form.parse_condition(declared.filter, ("filter",), findings)
            compiled = rule_form.compile_filter(node, ("filter",), context, findings) if node else None
            if compiled:
                deployed["filter"] = "\n".join(compiled.lines)
                references |= rule_form.filter_references(compiled.references, context)
        elif not (declared.log_source_types or deployed.get("building_blocks")):
            summary = "a building block without a test matches every event"
            findings.append(Finding("no-test", summary, (), hint="write log_source_types, building_blocks or filter"))
        return Compiled(deployed, tuple(sorted(references)), tuple(findings))

    def lift(self, deployed: Deployed) -> dict[str, Any]:
        table = rule_form.lift_tests(deployed)
        return table | ({"notes": deployed["notes"]} if "notes" in deployed else {})


KIND = BuildingBlockKind()
