"""In what a console's tests are not as dac's catalogue has them, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.resources import wizard_tests
from dac.resources.xml_element import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dac.model.calibration import ParameterForm, TestForm
    from dac.resources.wizard_tests import Entry


@dataclass(frozen=True, slots=True)
class Departures:
    """A comparison of a console's tests with the shipped catalogue.

    lines: the differences, each a sentence. unseen: classes that dac writes and no rule of the console has, so that the
    shipped catalogue is all there is. unknown: classes of the console that the catalogue lacks.
    """

    lines: tuple[str, ...]
    unseen: tuple[str, ...]
    unknown: tuple[str, ...]


def departures(tests: Mapping[str, Sequence[TestForm]]) -> Departures:
    """Compare what was learnt of a console with the shipped catalogue."""
    written = [name for name in wizard_tests.classes() if (entry := wizard_tests.entry(name)) and entry.parameters]
    return Departures(
        lines=tuple(line for name in sorted(tests) for line in _lines(name, tests[name])),
        unseen=tuple(sorted(set(written) - tests.keys())),
        unknown=tuple(sorted(tests.keys() - set(wizard_tests.classes()))),
    )


def _lines(name: str, forms: Sequence[TestForm]) -> Iterator[str]:
    """Types of rules that say the same are named together."""
    entry = wizard_tests.entry(name)
    if entry is None:
        return
    said: dict[str, list[str]] = {}
    for form in forms:
        for line in _differences(form, entry):
            types = said.setdefault(line, [])
            types += [] if form.rule_type in types else [form.rule_type]
    for line, types in said.items():
        yield f"{name} ({', '.join(types)}): {line}"


def _differences(form: TestForm, entry: Entry) -> Iterator[str]:
    row = entry.row
    numbers = {str(row.get("ids", {}).get(form.rule_type, row["id"])), *(str(v["id"]) for v in row.get("variant", ()))}
    if form.id not in numbers:
        yield f"its number is {form.id}, not {' or '.join(sorted(numbers))}"
    if not entry.parameters:
        return
    if form.group != row["group"]:
        yield _differs("group", None if form.group is None else repr(form.group), repr(row["group"]))
    if form.group_id != str(row["group_id"]):
        yield _differs("groupId", form.group_id, row["group_id"])
    here = [parameter.id for parameter in form.parameters]
    if here != list(entry.parameters):
        yield f"its parameters are {', '.join(here) or 'none'}, not {', '.join(entry.parameters)}"
    for parameter in form.parameters:
        known = entry.parameters.get(parameter.id)
        if known and (parameter.types or "").strip() not in ("", known.types):
            yield f"userSelectionTypes of parameter {parameter.id} is {parameter.types!r}, not {known.types!r}"
        method = _method(parameter)
        if known and method and wizard_tests.lookup_of_method(method) != known.lookup:
            yield f"the list of parameter {parameter.id} is filled by {method}, which dac does not know from there"


def _differs(what: str, here: str | None, shipped: object) -> str:
    return f"it has no {what}, where dac has {shipped}" if here is None else f"its {what} is {here}, not {shipped}"


def _method(parameter: ParameterForm) -> str:
    """What fills the wizard's list for a parameter."""
    options = parse(parameter.options, "userOptions").get("method") if parameter.options else ""
    return (options or parameter.name or "").rpartition(".")[2]
