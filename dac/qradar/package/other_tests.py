"""Tests that no field stands for, as JSON in the deployed form: word for word, so that they survive."""

from __future__ import annotations

from typing import Any

from dac.errors import BadContent
from dac.qradar.package.element import Element, parse, sorted_attributes, write
from dac.qradar.package.rule_body import Parameter, Test

_TEST = {"id": "id", "group": "group", "groupId": "group_id", "capabilities": "capabilities", "text": "text"}
_PARAMETER = {
    "name": "name",
    "initialText": "initial_text",
    "selectionLabel": "selection_label",
    "userSelection": "user_selection",
    "userSelectionTypes": "user_selection_types",
    "userSelectionId": "user_selection_id",
}


def written(test: Test) -> dict[str, Any]:
    """Return a test as JSON; what it does not have is left out, as is its position."""
    out: dict[str, Any] = {"class": test.name} | _present(test, _TEST)
    if test.negate:
        out["negate"] = True
    if test.parameters:
        out["parameters"] = [_parameter(parameter) for parameter in test.parameters]
    return out | _rest(test)


def read(row: dict[str, Any]) -> Test:
    """Undo `written`. BadContent when the row is no test."""
    if not isinstance(row.get("class"), str):
        raise BadContent(f"A test without a class: {row!r}"[:200])
    return Test(
        name=row["class"],
        negate=bool(row.get("negate")),
        parameters=tuple(_read_parameter(item) for item in row.get("parameters", [])),
        attributes=row.get("attributes", {}),
        other=_elements(row.get("other", [])),
        **{field: row[key] for key, field in _TEST.items() if key in row},
    )


def _parameter(parameter: Parameter) -> dict[str, Any]:
    out: dict[str, Any] = {"id": parameter.id} | _present(parameter, _PARAMETER)
    if parameter.user_options is not None:
        out["userOptions"] = write(sorted_attributes(parameter.user_options))
    return out | _rest(parameter)


def _read_parameter(item: dict[str, Any]) -> Parameter:
    options = item.get("userOptions")
    return Parameter(
        id=str(item.get("id", "")),
        user_options=parse(options, "userOptions of a test") if options else None,
        attributes=item.get("attributes", {}),
        other=_elements(item.get("other", [])),
        **{field: item[key] for key, field in _PARAMETER.items() if key in item},
    )


def _present(value: Test | Parameter, keys: dict[str, str]) -> dict[str, Any]:
    texts = {key: getattr(value, field) for key, field in keys.items()}
    return {key: text for key, text in texts.items() if text is not None and (key, text) != ("id", "")}


def _rest(value: Test | Parameter) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if value.attributes:
        out["attributes"] = dict(value.attributes)
    if value.other:
        out["other"] = [write(sorted_attributes(element)) for element in value.other]
    return out


def _elements(texts: list[str]) -> tuple[Element, ...]:
    return tuple(parse(text, "an unknown part of a test") for text in texts)
