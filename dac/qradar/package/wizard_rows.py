"""A test's XML as a row of the deployed form (see `dac.resources.rule_tests`) and back."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dac.errors import BadContent
from dac.qradar.package import calibrated, wizard_values
from dac.qradar.package.catalogue import Value
from dac.qradar.package.rule_body import Parameter
from dac.qradar.package.rule_xml import element_of, read_test
from dac.resources import wizard_tests
from dac.resources.xml_element import parse, sorted_attributes, write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.qradar.package.rule_body import Test
    from dac.resources.names import Names
    from dac.resources.rule_tests import Row
    from dac.resources.wizard_tests import ParameterEntry

_POSITION = re.compile(r'editParameter\("[^"]*"')
_NOTHING: Mapping[str, ParameterEntry] = {}


def written(test: Test, rule_type: str, names: Names) -> Row:
    """Return a test as a row; its position in the rule is not part of it."""
    short = wizard_tests.short_name(test.name)
    if _is_odd(test):
        return {"class": short, "xml": _xml(test)}
    entry = wizard_tests.entry(short)
    known = entry.parameters if entry else _NOTHING
    plain = calibrated.plain(test, rule_type, names.tests.get(short, ()), entry) if entry and known else test
    is_usual = bool(known) and _is_usual(plain, known)
    row: Row = {"class": short}
    if test.negate:
        row["negate"] = True
    parameters = _completed(plain.parameters, known) if is_usual else test.parameters
    values = {p.id: wizard_values.read(p, known.get(p.id), rule_type, names) for p in parameters}
    given = {number: value for number, value in values.items() if value is not None}
    if given:
        row["parameters"] = given
    return row if is_usual else row | {"layout": _xml(_without_values(test))}


def read(row: Row, rule_type: str, names: Names) -> Test:
    """Undo `written`; its uid is ''. BadContent when the row is no test, ConsoleError for a name that has no number."""
    if not isinstance(row.get("class"), str):
        raise BadContent(f"A test without a class: {row!r}"[:200])
    if "xml" in row:
        return read_test(parse(row["xml"], f"The test {row['class']}"), "A rule")
    if "layout" in row:
        return calibrated.numbered(_laid_out(row, names), rule_type, names.tests.get(row["class"], ()))
    entry = wizard_tests.entry(row["class"])
    if entry is None or not entry.parameters:
        raise BadContent(f"The test {row['class']} is not in dac's catalogue, and nothing says how it looks")
    values = [_value(row, number, parameter, names) for number, parameter in entry.parameters.items()]
    forms = names.tests.get(row["class"], ())
    return calibrated.build(row["class"], rule_type, values, forms, negate=bool(row.get("negate")))


def at(position: str, test: Test) -> Test:
    """Return a test at a position, which each link of its text repeats."""
    text = None if test.text is None else _POSITION.sub(f'editParameter("{position}"', test.text)
    return replace(test, uid=position, text=text)


def _value(row: Row, number: str, entry: ParameterEntry, names: Names) -> Value:
    value = row.get("parameters", {}).get(number, "")
    selection, label = wizard_values.write(value, entry, names)
    return Value(selection, label)


def _laid_out(row: Row, names: Names) -> Test:
    """Return a test from the wizard's own words for it; the values are the row's."""
    layout = read_test(parse(row["layout"], f"The layout of the test {row['class']}"), "A rule")
    values: Mapping[str, Any] = row.get("parameters", {})
    unknown = values.keys() - {parameter.id for parameter in layout.parameters}
    if unknown:
        raise BadContent(f"The layout of the test {row['class']} has no parameter {', '.join(sorted(unknown))}")
    filled = tuple(
        replace(p, user_selection=wizard_values.write(values[p.id], None, names)[0] if p.id in values else None)
        for p in layout.parameters
    )
    name = wizard_tests.full_name(row["class"])
    return replace(layout, name=name, uid="", negate=bool(row.get("negate")), parameters=filled)


def _is_odd(test: Test) -> bool:
    """Whether it has anything that a row has no place for."""
    ids = [parameter.id for parameter in test.parameters]
    return bool(
        test.attributes
        or test.other
        or len(set(ids)) != len(ids)
        or any(not p.id or p.attributes or p.other for p in test.parameters)
    )


def _is_usual(test: Test, known: Mapping[str, ParameterEntry]) -> bool:
    """Whether its parameters are those of the catalogue, so that their words need not be kept."""
    ids = [parameter.id for parameter in test.parameters]
    wanted = list(known)
    left_out = [number for number in wanted[len(ids) :] if known[number].coding != "database"]
    return ids == wanted[: len(ids)] and not left_out and all(_is_plain(p, known[p.id]) for p in test.parameters)


def _is_plain(parameter: Parameter, entry: ParameterEntry) -> bool:
    types, number = parameter.user_selection_types, parameter.user_selection_id
    return (types or "").strip() in ("", entry.types) and (number or "0").strip() in ("", "0")


def _completed(parameters: tuple[Parameter, ...], known: Mapping[str, ParameterEntry]) -> list[Parameter]:
    """With those at the end that some consoles leave out; none is without a value."""
    missing = (Parameter(number) for number in list(known)[len(parameters) :])
    return [replace(p, user_selection=p.user_selection or "") for p in (*parameters, *missing)]


def _without_values(test: Test) -> Test:
    cleared = tuple(replace(parameter, user_selection=None) for parameter in test.parameters)
    return replace(test, negate=False, parameters=cleared)


def _xml(test: Test) -> str:
    return write(sorted_attributes(element_of(at("0", test))))
