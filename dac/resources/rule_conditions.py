"""What a rule matches, between its declared fields and the tests of its deployed form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dac.errors import AqlError
from dac.model.diagnostic import Finding
from dac.model.resource import Reference
from dac.resources import lookups, wizard_tests, worded_tests
from dac.resources.rule_tests import FIELDS, LIST_TESTS, ORDER, OTHERS, Row, canonical, ordered
from dac.resources.validation import did_you_mean
from dac.resources.wizard_fields import spelt_as_aql

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.model.diagnostic import KeyPath
    from dac.resources.kind import CompileContext
    from dac.resources.rule_model import ReferenceSetTest, Rule, RuleTest

_NO_FILTER = ("offense",)
_ROWS = {
    OTHERS: "rule_test",
    worded_tests.REFERENCE_SETS: "reference_set_test",
    worded_tests.PROPERTIES: "property_test",
}
"""What stacks call the lists of tests, by the deployed form's keys; the other keys are the same in both."""

DECLARED = (*(_ROWS.get(key, key) for key in FIELDS),)
"""Every key of a stack that says what a rule tests."""


def compile_conditions(declared: Rule, condition: str, context: CompileContext, findings: list[Finding]) -> Deployed:
    """Return the part of the deployed form that tests feed. `condition` is the AQL of the rule's filter, or ''."""
    form: Deployed = {"type": declared.type.upper()}
    if condition and declared.type in _NO_FILTER:
        summary = "a rule of offenses has no AQL filter: its tests look at offenses, not at events"
        findings.append(Finding("no-filter", summary, ("type",), hint="write its tests as rule_test"))
    for field in LIST_TESTS:
        texts: tuple[str, ...] = getattr(declared, field)
        names = {_named(field, name, (field, at), context, findings) for at, name in enumerate(texts)}
        if names:
            form[field] = sorted(names)
    blocks = _blocks(declared, context, findings)
    if blocks:
        form["building_blocks"] = blocks
    if condition:
        form["filter"] = condition
    form[worded_tests.REFERENCE_SETS] = [_in_sets(test, context) for test in declared.reference_set_test]
    form[worded_tests.PROPERTIES] = [test.deployed() for test in declared.property_test]
    if declared.threshold is not None:
        form["threshold"] = _threshold(declared)
    deployed_keys = {name: key for key, name in _ROWS.items()}
    form[ORDER] = [deployed_keys.get(slot, slot) for slot in declared.test_order]
    form[OTHERS] = [_row(test, ("rule_test", at), context, findings) for at, test in enumerate(declared.rule_test)]
    return canonical(ordered(form), form["type"])


def lift_conditions(form: Deployed, *, as_tests: bool = False) -> dict[str, Any]:
    """Undo `compile_conditions`; with `as_tests` every test is a `rule_test`, in the order of the rule."""
    if as_tests:
        return {"rule_test": [_lifted(row) for row in ordered(form)]}
    table: dict[str, Any] = {_ROWS.get(key, key): form[key] for key in FIELDS if key in form and key != OTHERS}
    if ORDER in table:
        table[ORDER] = [_ROWS.get(slot, slot) for slot in table[ORDER]]
    return table | ({"rule_test": [_lifted(row) for row in form[OTHERS]]} if OTHERS in form else {})


def told_as(form: Deployed, table: Mapping[str, Any]) -> Deployed:
    """Return a form to lift beside a stack's table: what that says as `rule_test` and has no field for stays one."""
    classes = {row["class"] for row in table.get("rule_test", ())}
    fields = {OTHERS: "", **LIST_TESTS, **worded_tests.CLASSES, "building_blocks": "RuleMatch_Test"}
    unsaid = {key for key, test in fields.items() if test in classes and _ROWS.get(key, key) not in table}
    rest = {key: value for key, value in form.items() if key not in FIELDS}
    return rest | canonical(ordered(form), form["type"], unsaid=unsaid) if unsaid else form


def is_sayable(form: Deployed) -> bool:
    """Whether fields, with `rule_test` for the rest, can say the tests."""
    return not ("filter_engine" in form or ("filter" in form and OTHERS in form))


def references_of(form: Deployed, context: CompileContext) -> set[Reference]:
    """Return what the tests read of the things dac knows, but for the rule's own filter."""
    found: set[Reference] = set()
    for row in ordered({key: value for key, value in form.items() if key not in ("filter", "filter_engine")}):
        for value in row.get("parameters", {}).values():
            found.update(_value_references(value, context))
    return found


def filter_text_references(text: str, context: CompileContext) -> set[Reference]:
    """Return what a filter reads that nobody compiled; nothing when dac cannot parse it."""
    from dac.aql.parsing import parse_condition
    from dac.aql.references import references

    try:
        found = references(parse_condition(text))
    except AqlError:
        return set()
    properties = {context.properties.get(name.lower(), name) for name in found.properties}
    return {Reference("custom_property", name) for name in properties} | {
        Reference("reference_set", name) for name in found.reference_sets
    }


def block_uuid(text: str, path: KeyPath, context: CompileContext, findings: list[Finding]) -> str:
    """Return the uuid of a rule by its address, name or uuid.

    An address that nobody declares is left to the check for dangling references.
    """
    fact = context.fact(text)
    if fact is not None:
        return fact.uuid
    is_address = text.startswith(("building_block.", "detection.")) or "/building_block." in text
    is_declared = any(text == other.uuid for other in context.facts.values())  # it need not be on the console yet
    return text if is_address or is_declared else lookups.rule_uuid(context.names, text, path, findings)


def set_name(text: str, context: CompileContext) -> str:
    """Return the console's name of a set, from its address or name."""
    fact = context.fact(text)
    return fact.name if fact is not None and fact.kind == "reference_set" else text


def is_set_address(text: str) -> bool:
    """Whether a text means a set of some stack: what else it might be, no set on a console is called."""
    return text.rpartition("/")[2].startswith("reference_set.")


def _blocks(declared: Rule, context: CompileContext, findings: list[Finding]) -> dict[str, list[str]]:
    return {
        part: sorted({_block(text, part, at, context, findings) for at, text in enumerate(texts)})
        for part, texts in declared.building_blocks
        if texts
    }


def _block(text: str, part: str, at: int, context: CompileContext, findings: list[Finding]) -> str:
    return block_uuid(text, ("building_blocks", part, at), context, findings)


def _in_sets(test: ReferenceSetTest, context: CompileContext) -> dict[str, Any]:
    named = test.deployed()
    for key in worded_tests.OF_PROPERTIES.keys() & named:
        named[key] = sorted({spelt_as_aql(name) for name in named[key]})
    for key in worded_tests.IN_SETS.keys() & named:
        named[key] = sorted({set_name(text, context) for text in named[key]})
    return named


def _threshold(declared: Rule) -> dict[str, Any]:
    threshold = declared.threshold
    if threshold is None:
        return {}
    out: dict[str, Any] = {"count": threshold.count, "within": threshold.within}
    lists = {"by": sorted(set(threshold.by)), "different": sorted(set(threshold.different))}
    return out | {key: value for key, value in lists.items() if value}


def _row(test: RuleTest, path: KeyPath, context: CompileContext, findings: list[Finding]) -> Row:
    row: Row = {"class": test.class_}
    if test.xml is not None:
        return row | {"xml": test.xml}
    entry = wizard_tests.entry(test.class_)
    if test.layout is None and (entry is None or not entry.parameters):
        findings.append(_unknown_class(test.class_, path))
    unknown = () if test.layout is not None or not entry else sorted(test.parameters.keys() - entry.parameters.keys())
    if entry and entry.parameters and unknown:
        summary = f"{test.class_} has no parameter {', '.join(unknown)}"
        hint = f"its parameters are {', '.join(entry.parameters)}"
        findings.append(Finding("unknown-parameter", summary, (*path, "parameters"), hint=hint))
    if test.negate:
        row["negate"] = True
    values = {
        number: _compiled(value, (*path, "parameters", number), context, findings)
        for number, value in test.parameters.items()
    }
    if test.layout is None and entry:  # what is left out is blank
        values = dict.fromkeys(entry.parameters, "") | values
    if values:
        row["parameters"] = values
    return row if test.layout is None else row | {"layout": test.layout}


_OTHERWISE = "or import a rule that has one: its layout comes along; or write the rule as rule_xml"


def _unknown_class(name: str, path: KeyPath) -> Finding:
    known = [short for short in wizard_tests.classes() if (found := wizard_tests.entry(short)) and found.parameters]
    near = did_you_mean(name, known)
    summary = f"dac does not know how a {name} looks in the rule wizard"
    hint = f"{near} {_OTHERWISE}" if near.endswith("?") else f"{near}; {_OTHERWISE}"
    return Finding("unknown-test", summary, (*path, "class"), hint=hint)


def _compiled(value: Any, path: KeyPath, context: CompileContext, findings: list[Finding]) -> Any:
    if not isinstance(value, dict):
        return list(value) if isinstance(value, list | tuple) and value else value or ""
    lookup = next((key for key in wizard_tests.LOOKUPS if key in value), "")
    if not lookup:
        return dict(value)
    names = {_named(lookup, name, (*path, lookup, at), context, findings) for at, name in enumerate(value[lookup])}
    return {lookup: sorted(names)} if names else ""


def _named(lookup: str, name: str, path: KeyPath, context: CompileContext, findings: list[Finding]) -> str:
    """Return the spelling to deploy; what the console has to be asked for is looked up when the rule is written."""
    if lookup == "rules":
        return block_uuid(name, path, context, findings)
    if lookup == "reference_sets":
        return set_name(name, context)
    if name.startswith("#"):
        return name
    if lookup in _LOOKUPS:
        return _LOOKUPS[lookup].name(context.names, name, path, findings)
    lookups.require_in_table(context.names, lookup, name, path, findings)
    return name


_LOOKUPS = {"log_source_types": lookups.LOG_SOURCE_TYPE, "categories": lookups.CATEGORY}


def _lifted(row: Row) -> dict[str, Any]:
    """Return the declared form of a row: what is blank is left out where the catalogue knows the parameter."""
    out = dict(row)
    parameters = {
        number: value for number, value in row.get("parameters", {}).items() if value != "" or "layout" in row
    }
    out.pop("parameters", None)
    return out | ({"parameters": parameters} if parameters else {})


def _value_references(value: Any, context: CompileContext) -> Iterable[Reference]:
    if not isinstance(value, Mapping):
        return
    for uuid in value.get("rules", ()):
        yield Reference("building_block", uuid)
    for name in value.get("reference_sets", ()):
        if not name.startswith("#") and not is_set_address(name):  # an address that is left here leads nowhere
            yield Reference("reference_set", name)
    for name in (*value.get("properties", ()), *([value["field"]] if "field" in value else ())):
        if context.properties.get(name.lower()) == name or name in context.names.properties:
            yield Reference("custom_property", name)
    if "aql" in value:
        yield from filter_text_references(value["aql"], context)
