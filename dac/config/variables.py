"""`[variable.NAME]`: typed values of one stack, per console, settable with --var."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import tomli
from pydantic import BaseModel, ConfigDict
from pydantic import Field as ModelField

from dac.config.findings import diagnose
from dac.model.diagnostic import Diagnostic, Finding, Severity
from dac.resources.validation import did_you_mean, validate_model
from dac.resources.wording import described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dac.config.sources import Block
    from dac.model.diagnostic import Diagnostics, KeyPath

Value = str | int | float | bool | dt.date | list[str] | list[int | float]
Type = Literal["string", "number", "bool", "date", "list(string)", "list(number)"]


class VariableTable(BaseModel):
    """[variable.NAME]: a type, a default, and the values of single consoles."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)
    type: Type
    description: str = ""
    default: Any = None
    console: dict[str, Any] = ModelField(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared variable. `values` holds the value of each console that has one of its own; None: no default."""

    name: str
    type: str
    default: Value | None
    values: Mapping[str, Value]
    block: Block


def declared_variables(blocks: Mapping[str, Block], consoles: Iterable[str], found: Diagnostics) -> dict[str, Variable]:
    """Read the variables of one stack and check every value they have, for every console."""
    known = tuple(consoles)
    variables = {}
    for name, block in blocks.items():
        model, findings = validate_model(VariableTable, block.table)
        if isinstance(model, VariableTable):
            findings += _bad_values(model, known)
            variables[name] = Variable(name, model.type, model.default, model.console, block)
        found.extend(diagnose(finding, block.locate) for finding in findings)
    return variables


def console_values(
    variables: Mapping[str, Variable], console: str, given: Mapping[str, str], found: Diagnostics
) -> dict[str, Value]:
    """Return each variable's value on `console`: --var first, then the console's own, then the default."""
    values: dict[str, Value] = {}
    for name, variable in variables.items():
        if name in given:
            value = _parsed(variable, given[name], found)
        else:
            value = variable.values.get(console, variable.default)
            if value is None:
                summary = f"variable {name} has no value on console {console}"
                hint = f"add a default, or console.{console} = ..., or pass --var {name}=VALUE"
                found.add(diagnose(Finding("missing-variable", summary, hint=hint), variable.block.locate))
        if value is not None:
            values[name] = value
    return values


def undeclared(given: Mapping[str, str], declared: Iterable[str]) -> Iterator[Diagnostic]:
    """Say which --var names no stack declares."""
    known = set(declared)
    for name in sorted(given.keys() - known):
        summary = f"--var {name}: no stack declares a variable of that name"
        hint = did_you_mean(name, known, otherwise=f"declare it: [variable.{name}] with its type")
        yield Diagnostic(Severity.ERROR, "unknown-variable", summary, hint=hint)


def _bad_values(model: VariableTable, consoles: tuple[str, ...]) -> Iterator[Finding]:
    candidates: list[tuple[KeyPath, Any]] = [(("console", name), value) for name, value in model.console.items()]
    if model.default is not None:
        candidates.insert(0, (("default",), model.default))
    for path, value in candidates:
        if not _FITS[model.type](value):
            yield Finding("wrong-type", f"{path[-1]} is {described(value)}, {_WANTED[model.type]} is wanted", path)
        elif any("${" in text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)):
            yield Finding("interpolation", "a variable's value cannot refer to another variable", path)
    for name in model.console:
        if name not in consoles:
            hint = did_you_mean(name, consoles, otherwise="dac.toml has no consoles yet")
            summary = f'"{name}" is not a console of dac.toml'
            yield Finding("unknown-console", summary, ("console", name), hint=hint)


def _parsed(variable: Variable, text: str, found: Diagnostics) -> Value | None:
    """Read the text of --var by the declared type."""
    value = _PARSERS[variable.type](text)
    if _FITS[variable.type](value):
        return value  # type: ignore[no-any-return]  # just checked
    summary = f"--var {variable.name}={text}: {_WANTED[variable.type]} is wanted"
    detail = f"declared at {variable.block.locate()}"
    found.add(Diagnostic(Severity.ERROR, "wrong-type", summary, detail))
    return None


def _toml(text: str) -> Any:
    """Read a TOML value; None when it is none."""
    try:
        document = tomli.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return None
    return document["value"] if len(document) == 1 else None


def _list(text: str) -> Any:
    return _toml(text) if text.strip().startswith("[") else [part.strip() for part in text.split(",") if part.strip()]


def _numbers(text: str) -> Any:
    return _toml(text if text.strip().startswith("[") else f"[{text}]")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_date(value: object) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


_FITS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "bool": lambda value: isinstance(value, bool),
    "date": _is_date,
    "list(string)": lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    "list(number)": lambda value: isinstance(value, list) and all(map(_is_number, value)),
}
_PARSERS: dict[str, Callable[[str], Any]] = {
    "string": str,
    "number": _toml,
    "bool": _toml,
    "date": _toml,
    "list(string)": _list,
    "list(number)": _numbers,
}
_WANTED = {
    "string": "a text",
    "number": "a number",
    "bool": "true or false",
    "date": "a date such as 2027-03-31",
    "list(string)": 'a list of texts such as ["a", "b"]',
    "list(number)": "a list of numbers such as [1, 2]",
}
