"""Tests as one console writes them, where it was calibrated: other numbers, groups, labels and parameters than ours.

Encoding puts a test of dac's catalogue into the console's form; decoding takes what is only form away again, so that
deployed forms of all consoles are equal.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dac.errors import BadContent
from dac.qradar.package import catalogue
from dac.qradar.package.learning import filled_of
from dac.qradar.package.rule_body import Parameter
from dac.resources import wizard_tests
from dac.resources.xml_element import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.model.calibration import ParameterForm, TestForm
    from dac.qradar.package.catalogue import Value
    from dac.qradar.package.rule_body import Test
    from dac.resources.wizard_tests import Entry

_PLACE = re.compile(r"\{([^{}]*)\}")


def build(
    name: str, rule_type: str, values: Sequence[Value], forms: Sequence[TestForm], *, negate: bool = False
) -> Test:
    """Return a test of the catalogue in the console's own form; in dac's where `forms` has none that fits.

    BadContent when the console's form has no place for one of the values.
    """
    test = catalogue.build(name, rule_type, values, negate=negate)
    entry = wizard_tests.entry(name)
    if entry is None or not forms:
        return test
    form = _fitting(entry, test, rule_type, forms)
    if form is not None:
        return _formed(test, form, dict(zip(entry.parameters, values, strict=True)), entry)
    like = _of_another_type(entry, rule_type, forms)
    return test if like is None else _numbered(test, like)


def numbered(test: Test, rule_type: str, forms: Sequence[TestForm]) -> Test:
    """Return a test whose words came from elsewhere with this console's number and group, where it has only one."""
    here = [form for form in forms if form.rule_type == rule_type]
    return _numbered(test, here[0]) if len(here) == 1 else test


def plain(test: Test, rule_type: str, forms: Sequence[TestForm], entry: Entry) -> Test:
    """Return a test without what is just the console's form: undoes `build`, as far as it can be seen in a row."""
    form = next((form for form in forms if (form.rule_type, form.id) == (rule_type, test.id)), None)
    if form is None:
        return test
    known = {parameter.id: parameter for parameter in form.parameters}
    present = {p.id: _unformed(p, known.get(p.id)) for p in test.parameters}
    ours = [
        present.get(number, Parameter(number))
        for number in entry.parameters
        if number in present or number not in known
    ]
    others = [p for p in test.parameters if p.id not in entry.parameters and not _is_fixed(p, known.get(p.id))]
    return replace(test, parameters=(*ours, *others))


def _fitting(entry: Entry, test: Test, rule_type: str, forms: Sequence[TestForm]) -> TestForm | None:
    """The form for a rule of this type; of several numbers, the one whose tests have the same parameters filled."""
    here = [form for form in forms if form.rule_type == rule_type]
    filled = _own(filled_of({p.id: p.user_selection or "" for p in test.parameters}), entry)
    same = [form for form in here if any(_own(seen, entry) == filled for seen in form.filled)]
    if not same and "variant" not in entry.row:
        same = here
    if not same:  # no test with just these was seen: the number that dac ships for them, if it is known here
        same = [form for form in here if form.id == test.id]
    return max(same, key=lambda form: form.seen, default=None)


def _own(filled: Sequence[str], entry: Entry) -> frozenset[str]:
    """Those that tell one number of a class from another: its variants are named by a parameter."""
    telling = {str(variant["parameter"]) for variant in entry.row.get("variant", ())} or set(entry.parameters)
    return frozenset(telling.intersection(filled))


def _of_another_type(entry: Entry, rule_type: str, forms: Sequence[TestForm]) -> TestForm | None:
    """A form of rules of another type that should have the same number, seen with one number only."""
    if rule_type in entry.row.get("ids", {}) or "variant" in entry.row:
        return None
    others = [form for form in forms if form.rule_type not in (rule_type, *entry.row.get("ids", {}))]
    return others[0] if len({(form.id, form.group, form.group_id) for form in others}) == 1 else None


def _numbered(test: Test, form: TestForm) -> Test:
    return replace(test, id=form.id, group=form.group, group_id=form.group_id, capabilities=form.capabilities)


def _formed(test: Test, form: TestForm, values: Mapping[str, Value], entry: Entry) -> Test:
    ids = {parameter.id for parameter in form.parameters}
    lost = [
        number
        for number, value in values.items()
        if number not in ids and value.selection.strip() and entry.parameters[number].coding != "database"
    ]
    if lost:
        raise BadContent(
            f"On this console a {wizard_tests.short_name(test.name)} has no parameter {', '.join(lost)}",
            hint="Calibrate again with `dac console calibrate`, or write the rule as rule_xml.",
        )
    unknown = [p.id for p in form.parameters if p.id not in values and p.fixed is None]
    if unknown:
        raise BadContent(
            f"On this console a {wizard_tests.short_name(test.name)} has a parameter {', '.join(unknown)}, "
            "and dac does not know what it is for",
            hint="Import a rule that has one, or write the rule as rule_xml.",
        )
    parameters = tuple(_parameter(p, values[p.id].selection if p.id in values else p.fixed) for p in form.parameters)
    return replace(_numbered(test, form), text=_text(test, form, values), parameters=parameters)


def _text(test: Test, form: TestForm, values: Mapping[str, Value]) -> str | None:
    """The console's own words, if they have a place for everything that dac's have one for."""
    links = {number: catalogue.link(number, value.label) for number, value in values.items()}
    shown = {number for number, link in links.items() if link in (test.text or "")}
    places = set(_PLACE.findall(form.text or ""))
    return catalogue.filled(form.text, links) if form.text and shown <= places <= links.keys() else test.text


def _parameter(form: ParameterForm, selection: str | None) -> Parameter:
    return Parameter(
        id=form.id,
        name=form.name,
        initial_text=form.initial_text,
        selection_label=form.selection_label,
        user_options=None if form.options is None else parse(form.options, f"The options of parameter {form.id}"),
        user_selection=selection,
        user_selection_types=form.types,
        user_selection_id=form.selection_id,
    )


def _is_fixed(parameter: Parameter, form: ParameterForm | None) -> bool:
    return form is not None and form.fixed is not None and (parameter.user_selection or "") == form.fixed


def _unformed(parameter: Parameter, form: ParameterForm | None) -> Parameter:
    if form is None:
        return parameter
    types = None if parameter.user_selection_types == form.types else parameter.user_selection_types
    number = None if parameter.user_selection_id == form.selection_id else parameter.user_selection_id
    return replace(parameter, user_selection_types=types, user_selection_id=number)
