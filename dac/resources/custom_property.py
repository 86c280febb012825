"""Kind `custom_property`: a named value that QRadar extracts from payloads.

API: /config/event_sources/custom_properties/regex_properties (the property, whatever the extraction) and the
expression collections beside it.
"""

from __future__ import annotations

import json
import re
import warnings
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, model_validator
from pydantic import Field as ModelField

from dac.events.keypaths import parse_keypath
from dac.model.change import Channel
from dac.model.diagnostic import Finding, Severity
from dac.model.plan import Step
from dac.resources.kind import CompileContext, Compiled, Field, Where
from dac.resources.lifecycle import LIFECYCLE_FIELDS, ConsoleName, Declared, Managed, Many, Text, ignore_findings
from dac.resources.lookups import LOG_SOURCE_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.address import Address
    from dac.model.change import Edit
    from dac.model.deployed import Deployed

_JAVA_GROUP = re.compile(r"\(\?<(?![=!])")
_SCOPE = ("kind", "log_source_type", "log_source", "qid", "category")
"""What says whose an expression is: QRadar has no key of its own for it."""


def _keypath(text: str) -> str:
    parse_keypath(text)
    return text


class Expression(Declared):
    """One way to the value, for the events of one log source type. Exactly one of `json` and `regex`."""

    log_source_type: Text
    log_source: Text | None = None
    qid: int | None = None
    category: Text | None = None
    json_path: Annotated[str, AfterValidator(_keypath)] | None = ModelField(default=None, alias="json")
    regex: Text | None = None
    capture_group: Annotated[int, ModelField(ge=0)] | None = None
    enabled: bool = True

    @model_validator(mode="after")
    def _one_of(self) -> Expression:
        if (self.json_path is None) == (self.regex is None):
            msg = "an expression has exactly one of json and regex"
            raise ValueError(msg)
        if self.capture_group is not None and self.regex is None:
            msg = "capture_group goes with regex"
            raise ValueError(msg)
        return self


class CustomProperty(Managed):
    """A custom property and the expressions this stack answers for. Its name is the table's unless given."""

    name: ConsoleName | None = None
    type: Literal["string", "numeric", "ip", "port", "time"]
    description: str = ""
    use_for_rule_engine: bool | Literal["auto"] = "auto"
    datetime_format: Text | None = None
    locale: Text | None = None
    expression: Many[Expression] = ()

    @model_validator(mode="after")
    def _time_has_a_format(self) -> CustomProperty:
        if (self.type == "time") != (self.datetime_format is not None and self.locale is not None):
            msg = 'datetime_format and locale belong to type = "time", and it needs both'
            raise ValueError(msg)
        return self


class CustomPropertyKind:
    """See the module; the field table says what goes where."""

    name = "custom_property"
    title = "custom property"
    order = 20
    step = Step.WRITE
    made_by_dac = True
    declared = CustomProperty
    aql_paths: tuple[tuple[str, ...], ...] = ()
    fields = (
        Field("name", Where.CONSOLE, "The name AQL uses; the table's own name when left out.",
              ("name",), Channel.REST, replace=True),
        Field("type", Where.CONSOLE, "string, numeric, ip, port or time.", ("property_type",), Channel.REST),
        Field("description", Where.CONSOLE, "What it holds.", ("description",), Channel.REST),
        Field("use_for_rule_engine", Where.CONSOLE,
              'Parse in advance. "auto": once a rule or an offense index of the project reads it, and from then on.',
              ("use_for_rule_engine",), Channel.REST),
        Field("datetime_format", Where.CONSOLE, "Java date pattern of a time property.",
              ("datetime_format",), Channel.REST),
        Field("locale", Where.CONSOLE, "Locale of a time property.", ("locale",), Channel.REST),
        Field("expression", Where.CONSOLE, "How to reach the value, per log source type: json or regex.",
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
        expressions = [_expression(row, at, context, findings) for at, row in enumerate(declared.expression)]
        deployed: Deployed = {
            "name": declared.name or context.address.name,
            "property_type": declared.type,
            "expressions": sorted(expressions, key=canonical),
        }
        optional = {
            "description": declared.description,
            "use_for_rule_engine": declared.use_for_rule_engine is True,
            "datetime_format": declared.datetime_format,
            "locale": declared.locale,
        }
        deployed |= {key: value for key, value in optional.items() if value}
        return Compiled(deployed, (), tuple(findings))

    def lift(self, deployed: Deployed) -> dict[str, Any]:
        table: dict[str, Any] = {"name": deployed["name"], "type": deployed["property_type"]}
        keys = ("description", "datetime_format", "locale")
        table |= {key: deployed[key] for key in keys if key in deployed}
        table["use_for_rule_engine"] = bool(deployed.get("use_for_rule_engine"))
        rows = [_lifted(row) for row in deployed["expressions"]]
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
    return canonical(_switched_on(expression))


def _switched_on(expression: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in expression.items() if key != "enabled"}


def scope(expression: Mapping[str, Any]) -> tuple[Any, ...]:
    """Whose an expression is: its kind and what it is limited to."""
    return tuple(expression.get(key) for key in _SCOPE)


def canonical(expression: Mapping[str, Any]) -> str:
    """The order of expressions in a deployed form, the same wherever they come from."""
    return json.dumps(expression, sort_keys=True, ensure_ascii=False)


def _expression(row: Expression, at: int, context: CompileContext, findings: list[Finding]) -> dict[str, Any]:
    path = ("expression", at, "log_source_type")
    name = LOG_SOURCE_TYPE.name(context.names, row.log_source_type, path, findings)
    out: dict[str, Any] = {"kind": "json" if row.json_path else "regex", "log_source_type": name}
    optional = {
        "log_source": row.log_source,
        "qid": row.qid,
        "category": row.category,
        "expression": row.json_path,
    }
    out |= {key: value for key, value in optional.items() if value is not None}
    if row.regex is not None:
        out["regex"] = row.regex
        findings += _regex_findings(row, at)
        if row.capture_group not in (None, 1):
            out["capture_group"] = row.capture_group
    return out if row.enabled else out | {"enabled": False}


def _regex_findings(row: Expression, at: int) -> list[Finding]:
    """Python's dialect is close to Java's but not it: what does not compile here is worth a look, no more."""
    path = ("expression", at, "regex")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python plans to read otherwise one day is Java's to read today
            groups = re.compile(_JAVA_GROUP.sub("(?P<", row.regex or "")).groups
    except (re.error, OverflowError, RecursionError) as error:
        return [Finding("regex", f"this regular expression may not compile: {error}", path, severity=Severity.WARNING)]
    wanted = 1 if row.capture_group is None else row.capture_group
    if wanted <= groups:
        return []
    hint = "put the value into ( ), or write capture_group = 0 for the whole match"
    return [Finding("capture-group", f"capture group {wanted} of {groups}: there is none", path, hint=hint)]


def _lifted(row: Mapping[str, Any]) -> dict[str, Any]:
    out = {key: value for key, value in row.items() if key not in ("kind", "expression")}
    if row["kind"] == "json":
        out["json"] = row["expression"]
    return out


KIND = CustomPropertyKind()
