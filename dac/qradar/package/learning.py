"""How a console writes tests, learnt from rules that it has exported."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from dac.model.calibration import ParameterForm, TestForm
from dac.qradar import markers
from dac.resources import wizard_tests
from dac.resources.xml_element import sorted_attributes, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dac.qradar.package.rule_body import Parameter, RuleBody, Test

_LINK = re.compile(r"""<a\b[^>]*editParameter\(\s*["'][^"']*["']\s*,\s*["']([^"']+)["'][^>]*>.*?</a>""", re.DOTALL)


class _Layout(NamedTuple):
    """All of a form but its counts."""

    group: str | None
    group_id: str | None
    capabilities: str | None
    text: str | None
    parameters: tuple[ParameterForm, ...]


def learn(bodies: Iterable[RuleBody]) -> dict[str, tuple[TestForm, ...]]:
    """Return the forms of every class of tests in some rules, by class and in one order.

    Rules that carry dac's marker count only for what no other rule has: dac may have written them before it knew.
    """
    own: list[RuleBody] = []
    others: list[RuleBody] = []
    for body in bodies:
        (own if markers.split(body.notes)[1] else others).append(body)
    by_hand, by_dac = _seen(others), _seen(own)
    found = {key: by_hand.get(key) or by_dac[key] for key in by_hand.keys() | by_dac.keys()}
    forms: dict[str, list[TestForm]] = defaultdict(list)
    for (name, rule_type), tests in sorted(found.items()):
        short = wizard_tests.short_name(name)
        forms[short] += _forms(short, rule_type, tests)
    return {short: tuple(forms[short]) for short in sorted(forms)}


def _seen(bodies: Iterable[RuleBody]) -> dict[tuple[str, str], list[Test]]:
    """The tests by class and type of rule; one that has what a form has no place for teaches nothing."""
    found: dict[tuple[str, str], list[Test]] = defaultdict(list)
    for body in bodies:
        for test in body.tests:
            ids = [parameter.id for parameter in test.parameters]
            is_odd = test.attributes or test.other or not all(ids) or len(set(ids)) != len(ids)
            if test.id and not is_odd and not any(p.attributes or p.other for p in test.parameters):
                found[test.name, body.type].append(test)
    return found


def _forms(short: str, rule_type: str, tests: Sequence[Test]) -> Iterable[TestForm]:
    """One form for each number; of several layouts the most frequent one."""
    entry = wizard_tests.entry(short)
    known = entry.parameters if entry else {}
    by_number: dict[str, list[Test]] = defaultdict(list)
    for test in tests:
        by_number[test.id].append(test)
    for number in sorted(by_number, key=lambda text: (len(text), text)):
        alike = by_number[number]
        fixed = _fixed(alike, known) if known else {}
        layouts = Counter(_layout(test, fixed) for test in alike)
        layout = min(layouts, key=lambda one: (-layouts[one], repr(one)))
        filled = tuple(sorted({filled_of({p.id: p.user_selection or "" for p in test.parameters}) for test in alike}))
        yield TestForm(rule_type, number, *layout, filled=filled, seen=len(alike))


def filled_of(selections: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ids of the parameters that have a value."""
    return tuple(sorted(number for number, selection in selections.items() if selection.strip()))


def _fixed(tests: Sequence[Test], known: Mapping[str, object]) -> dict[str, str]:
    """The values of parameters that dac does not know, where all tests agree on them."""
    values: dict[str, set[str]] = defaultdict(set)
    for test in tests:
        for parameter in test.parameters:
            if parameter.id not in known:
                values[parameter.id].add(parameter.user_selection or "")
    return {number: found.pop() for number, found in values.items() if len(found) == 1}


def _layout(test: Test, fixed: Mapping[str, str]) -> _Layout:
    parameters = tuple(_parameter(parameter, fixed.get(parameter.id)) for parameter in test.parameters)
    return _Layout(test.group, test.group_id, test.capabilities, _template(test.text), parameters)


def _parameter(parameter: Parameter, fixed: str | None) -> ParameterForm:
    options = parameter.user_options
    return ParameterForm(
        id=parameter.id,
        name=parameter.name,
        initial_text=parameter.initial_text,
        selection_label=parameter.selection_label,
        options=None if options is None else write(sorted_attributes(options)),
        types=parameter.user_selection_types,
        selection_id=parameter.user_selection_id,
        fixed=fixed,
    )


def _template(text: str | None) -> str | None:
    """The text with {N} for each link; None where braces of its own would be taken for such."""
    outside = _LINK.sub("", text or "")
    return None if text is None or "{" in outside or "}" in outside else _LINK.sub(r"{\1}", text)
