"""A rule's tests as fields of the deployed form: log source types, building blocks, the AQL filter, and the rest.

The rest (`other_tests`) is kept word for word, but for the test's position, which its text repeats.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dac.qradar.package import aql_value, catalogue, lookups, other_tests
from dac.qradar.package.catalogue import PACKAGE, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dac.model.deployed import Deployed
    from dac.model.names import Names
    from dac.qradar.package.rule_body import RuleBody, Test

_AQL = "AQL_Test"
_RULES = "RuleMatch_Test"
_TYPES = "DeviceTypeID_Test"
_PARTS = {("any", False): "any", ("all", False): "all", ("any", True): "none"}
_POSITION = re.compile(r'editParameter\("[^"]*"')


def read_tests(body: RuleBody, names: Names) -> Deployed:
    """Return the fields that the tests feed. A second test of a kind that has one field is another test."""
    out: Deployed = {}
    rest: list[dict[str, Any]] = []
    for test in body.tests:
        take = _TAKERS.get(test.name)
        if take is None or not take(out, test, body.type, names):
            rest.append(other_tests.written(replace(test, text=_at("0", test.text))))
    if "building_blocks" in out:
        out["building_blocks"] = dict(sorted(out["building_blocks"].items()))
    return out | ({"other_tests": rest} if rest else {})


def write_tests(deployed: Deployed, names: Names, base: RuleBody | None) -> tuple[Test, ...]:
    """Return the tests of a deployed form, cheap ones first.

    What the deployed form does not hold of a test (its number and group in the wizard) is taken from the same test of
    `base`, the rule as it is on the console, where it has one.
    """
    rule_type = deployed["type"]
    built = (
        *_types(deployed, rule_type, names),
        *_blocks(deployed, rule_type, names),
        *_filters(deployed, rule_type),
    )
    like = {test.name: test for test in reversed(base.tests)} if base else {}
    tests = (*(_as_on_console(test, like.get(test.name)) for test in built), *_others(deployed))
    return tuple(replace(test, uid=str(at), text=_at(str(at), test.text)) for at, test in enumerate(tests))


def _take_types(out: Deployed, test: Test, _: str, names: Names) -> bool:
    """Put a test into its field; False when the field cannot say it, or says something already. So the next two."""
    numbers = [lookups.integer(text) for text in _selected(test, "1")]
    known = {number for number in numbers if number is not None}
    types = sorted({lookups.log_source_type_name(names, number) for number in known})
    if test.negate or None in numbers or not types or len(types) != len(known) or "log_source_types" in out:
        return False
    out["log_source_types"] = types
    return True


def _take_blocks(out: Deployed, test: Test, _: str, __: Names) -> bool:
    part = _PARTS.get(("".join(_selected(test, "1")), test.negate))
    uuids = sorted(set(_selected(test, "2")))
    if part is None or not uuids or part in out.get("building_blocks", {}):
        return False
    out.setdefault("building_blocks", {})[part] = uuids
    return True


def _take_filter(out: Deployed, test: Test, rule_type: str, _: Names) -> bool:
    parameter = test.parameter("1")
    value = aql_value.decode(parameter.user_selection or "") if parameter else None
    database = _selected(test, "2")
    if test.negate or value is None or "filter" in out or database not in {(), (catalogue.database(rule_type),)}:
        return False
    text, engine = value
    out |= {"filter": text} | ({} if engine is None else {"filter_engine": engine})
    return True


_TAKERS: Mapping[str, Callable[[Deployed, Test, str, Names], bool]] = {
    PACKAGE + _TYPES: _take_types,
    PACKAGE + _RULES: _take_blocks,
    PACKAGE + _AQL: _take_filter,
}


def _selected(test: Test, number: str) -> tuple[str, ...]:
    parameter = test.parameter(number)
    return parameter.values if parameter else ()


def _types(deployed: Deployed, rule_type: str, names: Names) -> Iterator[Test]:
    types: list[str] = deployed.get("log_source_types", [])
    if types:
        numbers = sorted(lookups.log_source_type_id(names, name) for name in types)
        value = Value(", ".join(str(number) for number in numbers), ", ".join(types))
        yield catalogue.build(_TYPES, rule_type, [value])


def _blocks(deployed: Deployed, rule_type: str, names: Names) -> Iterator[Test]:
    blocks: dict[str, list[str]] = deployed.get("building_blocks", {})
    for (word, negate), part in _PARTS.items():
        uuids = blocks.get(part, [])
        if uuids:
            shown = ", ".join(names.rules.get(uuid, uuid) for uuid in uuids)
            values = [Value(word, word), Value(", ".join(uuids), shown)]
            yield catalogue.build(_RULES, rule_type, values, negate=negate)


def _filters(deployed: Deployed, rule_type: str) -> Iterator[Test]:
    if "filter" in deployed:
        text: str = deployed["filter"]
        shown = " ".join(text.split())
        value = aql_value.encode(text, deployed.get("filter_engine"))
        database = catalogue.database(rule_type)
        yield catalogue.build(_AQL, rule_type, [Value(value, shown), Value(database, database)])


def _others(deployed: Deployed) -> Iterator[Test]:
    for row in deployed.get("other_tests", []):
        yield other_tests.read(row)


def _as_on_console(test: Test, like: Test | None) -> Test:
    if like is None:
        return test
    return replace(
        test,
        id=like.id,
        group=like.group,
        group_id=like.group_id,
        capabilities=like.capabilities,
        attributes=like.attributes,
        other=like.other,
    )


def _at(position: str, text: str | None) -> str | None:
    """Put a test's position into its text, where each link repeats it."""
    return None if text is None else _POSITION.sub(f'editParameter("{position}"', text)
