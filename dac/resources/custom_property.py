"""Kind `custom_property`: a named value that QRadar extracts from payloads.

API: /config/event_sources/custom_properties/regex_properties (the property, whatever the extraction) and the
expression collections beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.model.change import Channel
from dac.model.plan import Step
from dac.resources.kind import CompileContext, Compiled, Field, Where
from dac.resources.lifecycle import LIFECYCLE_FIELDS, ignore_findings
from dac.resources.property_expressions import canonical, compile_expressions, lift_expressions, scope
from dac.resources.property_model import CustomProperty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.address import Address
    from dac.model.change import Edit
    from dac.model.deployed import Deployed


class CustomPropertyKind:
    """See the module; the field table says what goes where."""

    name = "custom_property"
    title = "custom property"
    order = 20
    step = Step.WRITE
    made_by_dac = True
    declared = CustomProperty
    aql_paths: tuple[tuple[str, ...], ...] = (("expression", "*", "aql"),)
    fields = (
        Field("name", Where.CONSOLE, "The name AQL uses; the table's own name when left out.",
              ("name",), Channel.REST, replace=True),
        Field("type", Where.CONSOLE, "string, numeric, ip, port or time; changes in place while nothing reads it.",
              ("property_type",), Channel.REST, question="change_field_type"),
        Field("description", Where.CONSOLE, "What it holds.", ("description",), Channel.REST),
        Field("use_for_rule_engine", Where.CONSOLE,
              'Parse in advance. "auto": once a rule or an offense index of the project reads it, and from then on.',
              ("use_for_rule_engine",), Channel.REST),
        Field("datetime_format", Where.CONSOLE, "Java date pattern of a time property.",
              ("datetime_format",), Channel.REST),
        Field("locale", Where.CONSOLE, "Locale of a time property.", ("locale",), Channel.REST),
        Field("expression", Where.CONSOLE, "How to reach the value, per log source type, in one of nine ways.",
              ("expressions",), Channel.REST),
        *LIFECYCLE_FIELDS,
    )  # fmt: skip

    def console_name(self, address: Address, table: Mapping[str, Any]) -> str:
        return str(table.get("name") or address.name)

    def fact_type(self, table: Mapping[str, Any]) -> str:
        return str(table.get("type", ""))

    def dormant(self, table: Mapping[str, Any], min_status: str) -> str:  # noqa: ARG002 - properties have no status
        return ""

    def compile(self, declared: CustomProperty, context: CompileContext) -> Compiled:
        """`use_for_rule_engine = "auto"` compiles to absent; `for_readers` settles it once all are known."""
        findings = ignore_findings(declared, self.fields)
        expressions, references = compile_expressions(declared, context, findings)
        deployed: Deployed = {
            "name": declared.name or context.address.name,
            "property_type": declared.type,
            "expressions": expressions,
        }
        optional = {
            "description": declared.description,
            "use_for_rule_engine": declared.use_for_rule_engine is True,
            "datetime_format": declared.datetime_format,
            "locale": declared.locale,
        }
        deployed |= {key: value for key, value in optional.items() if value}
        return Compiled(deployed, references, tuple(findings))

    def lift(self, deployed: Deployed) -> dict[str, Any]:
        table: dict[str, Any] = {"name": deployed["name"], "type": deployed["property_type"]}
        keys = ("description", "datetime_format", "locale")
        table |= {key: deployed[key] for key in keys if key in deployed}
        table["use_for_rule_engine"] = bool(deployed.get("use_for_rule_engine"))
        rows = lift_expressions(deployed["expressions"])
        return table | ({"expression": rows} if rows else {})

    def owned(self, live: Deployed, desired: Deployed | None, recorded: Deployed | None) -> Deployed:
        """Others' expressions of the same property are neither drift nor ours to delete."""
        bases = [base for base in (desired, recorded) if base is not None]
        if not bases:
            return live
        ours = {scope(row) for base in bases for row in base["expressions"]}
        return live | {"expressions": [row for row in live["expressions"] if scope(row) in ours]}

    def hold(self, desired: Deployed, current: Deployed, recorded: Deployed | None) -> Deployed:
        """QRadar disables an expression that is too slow; switching it on again unasked would hurt the console."""
        off = {_body(row) for row in current["expressions"] if row.get("enabled") is False}
        off -= {_body(row) for row in (recorded or {"expressions": ()})["expressions"] if row.get("enabled") is False}
        rows = [row | {"enabled": False} if _body(row) in off else row for row in desired["expressions"]]
        return desired | {"expressions": sorted(rows, key=canonical)} if off else desired

    def unhold(self, form: Deployed, desired: Deployed) -> Deployed:
        on = {_body(row) for row in desired["expressions"] if row.get("enabled") is not False}
        rows = [_switched_on(row) if _body(row) in on else row for row in form["expressions"]]
        return form | {"expressions": sorted(rows, key=canonical)}

    def retracts(self, edits: tuple[Edit, ...]) -> bool:
        """A rule whose property is no longer parsed in advance never fires: first the rule goes, then the parsing."""
        return any(edit.path == "use_for_rule_engine" and edit.after is not True for edit in edits)

    def unretracted(self, desired: Deployed, current: Deployed) -> Deployed:  # noqa: ARG002 - it waits as a whole
        return current


def for_readers(deployed: Deployed, table: Mapping[str, Any], *, is_read: bool, is_parsed: bool = False) -> Deployed:
    """Return the form with `use_for_rule_engine = "auto"` settled: on when something in the project reads it.

    What is parsed in advance (`is_parsed`) stays so: a rule that no stack knows may read it and would not fire.
    """
    if table.get("use_for_rule_engine", "auto") != "auto":
        return deployed
    form = {key: value for key, value in deployed.items() if key != "use_for_rule_engine"}
    return form | {"use_for_rule_engine": True} if is_read or is_parsed else form


def _body(expression: Mapping[str, Any]) -> str:
    """What is tried on an event, and on which: its sample is not."""
    return canonical({key: value for key, value in expression.items() if key not in ("enabled", "payload")})


def _switched_on(expression: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in expression.items() if key != "enabled"}


KIND = CustomPropertyKind()
