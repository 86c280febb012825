"""What a rule's body names, as the console keys it: enough to tell whether the rule reads a thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dac.qradar.package import aql_value, reference_responses
from dac.qradar.package.wizard_values import condition_field, offered
from dac.resources import wizard_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.qradar.package.rule_body import Parameter, RuleBody, Test
    from dac.resources.xml_element import Element

_NO_TYPE = "-1"


@dataclass(slots=True)
class Mentions:
    """Uuids of rules, names of properties, numbers of reference sets and of offense types, and AQL filters."""

    rules: set[str] = field(default_factory=set)
    properties: set[str] = field(default_factory=set)
    set_ids: set[str] = field(default_factory=set)
    offense_types: set[str] = field(default_factory=set)
    filters: list[str] = field(default_factory=list)


def mentions(body: RuleBody) -> Mentions:
    """Return what tests, actions and responses name. A test of an unknown class counts by what its wizard offers."""
    found = Mentions()
    for test in body.tests:
        entry = wizard_tests.entry(wizard_tests.short_name(test.name))
        for parameter in test.parameters:
            known = entry.parameters.get(parameter.id) if entry else None
            _of_parameter(found, test, parameter, known.lookup if known else offered(parameter))
    for part in (body.actions, body.responses):
        for element in _elements(part) if part else ():
            found.offense_types.add(element.get("offenseMapping", _NO_TYPE))
    found.offense_types.discard(_NO_TYPE)
    if body.responses is not None and _writes_sets(body.responses):
        found.set_ids |= {row.get("id") for row in body.responses.children if row.tag == reference_responses.TAG}
    return found


def _of_parameter(found: Mentions, test: Test, parameter: Parameter, lookup: str) -> None:
    into = {"rules": found.rules, "properties": found.properties, "reference_sets": found.set_ids}.get(lookup)
    if into is not None:
        into.update(parameter.values)
    value = parameter.user_selection or ""
    if wizard_tests.short_name(test.name) == "AQL_Test":
        found.filters += [text for text in aql_value.decode(value) or () if text]
    elif name := condition_field(value):
        found.properties.add(name)


def _writes_sets(responses: Element) -> bool:
    flag = reference_responses.COLLECTIONS["set"]
    return any(responses.get(name) == "true" for name in (flag, f"{flag}Remove"))


def _elements(root: Element) -> Iterator[Element]:
    yield root
    for child in root.children:
        yield from _elements(child)
