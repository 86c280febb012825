"""A test of the rule wizard's catalogue as a rule's XML has it: its number, group and words beside its values."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.qradar.package.rule_body import Parameter, Test
from dac.resources import wizard_tests
from dac.resources.wizard_tests import full_name, words
from dac.resources.xml_element import Element

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.resources.wizard_tests import Entry, ParameterEntry

_CAPABILITIES = "EventViewer.RULECREATION|SURVEILLANCE.RULECREATION"


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter's value and the words that stand for it in the test's text."""

    selection: str
    label: str


def build(name: str, rule_type: str, values: Sequence[Value], *, negate: bool = False) -> Test:
    """Return a test of the catalogue for a rule of this type, with a value for each parameter; its uid is ''.

    KeyError for a class that the catalogue has no parameters of.
    """
    entry = wizard_tests.entry(name)
    if entry is None or not entry.parameters:
        raise KeyError(name)
    spoken = words(rule_type)
    selections = {number: value.selection for number, value in zip(entry.parameters, values, strict=True)}
    links = {number: link(number, value.label) for number, value in zip(entry.parameters, values, strict=True)}
    row = _variant(entry, selections)
    return Test(
        name=full_name(name),
        id=str(row.get("ids", {}).get(rule_type, row["id"])),
        group=row["group"],
        group_id=str(row["group_id"]),
        negate=negate,
        capabilities=_CAPABILITIES,
        text=filled(row["text"], spoken | links),
        parameters=tuple(
            _parameter(number, parameter, selections[number], spoken) for number, parameter in entry.parameters.items()
        ),
    )


def _variant(entry: Entry, selections: Mapping[str, str]) -> Mapping[str, Any]:
    for variant in entry.row.get("variant", ()):
        if selections[str(variant["parameter"])].strip():
            return {**entry.row, **variant}
    return entry.row


def _parameter(number: str, entry: ParameterEntry, selection: str, spoken: dict[str, str]) -> Parameter:
    row = entry.row
    options = {key: filled(text, spoken) for key, text in row.get("options", {}).items()}
    choices = tuple(Element("option", {"id": choice}, choice) for choice in row.get("choices", ()))
    return Parameter(
        id=number,
        name=filled(row["name"], spoken) if "name" in row else None,
        initial_text=filled(row["initial_text"], spoken),
        selection_label=filled(row["selection_label"], spoken),
        user_options=Element("userOptions", options, "", choices) if options else None,
        user_selection=selection,
        user_selection_types=row.get("types"),
        user_selection_id="0",
    )


def link(number: str, label: str) -> str:
    """Return what a test's text shows for a parameter: its value in words, to be clicked on."""
    shown = html.escape(label, quote=False)
    return f"""<a href='javascript:editParameter("0", "{number}")' class='dynamic'>{shown}</a>"""


def filled(template: str, spoken: Mapping[str, str]) -> str:
    """Fill `{word}`s in one pass, so that a value with braces in it stays as it is."""
    first, *rest = template.split("{")
    parts = (part.partition("}") for part in rest)
    return first + "".join(spoken[word] + after for word, _, after in parts)
