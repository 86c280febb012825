"""The declared form of a custom property: its own table and those of its expressions.

Source of names and kinds: /config/event_sources/custom_properties/property_*expressions and the DSM Editor.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, model_validator
from pydantic import Field as ModelField

from dac.events.keypaths import parse_keypath
from dac.resources.lifecycle import ConsoleName, Declared, Managed, Many, Stored, Text

KINDS: dict[str, str] = {
    "json": "json",
    "regex": "regex",
    "leef": "leef",
    "cef": "cef",
    "name_value_pair": "nvp",
    "generic_list": "genericlist",
    "xml": "xml",
    "aql": "aql",
    "calculated": "calculated",
}
"""The key that says what an expression is, and the word the API has for that kind (so have deployed forms)."""

EXTRAS: dict[str, str] = {
    "capture_group": "regex",
    "format_string": "regex",
    "delimiter_pair": "name_value_pair",
    "delimiter_name_value": "name_value_pair",
    "delimiter": "generic_list",
}
"""Keys that only one kind has, and which."""


def _keypath(text: str) -> str:
    parse_keypath(text)
    return text


def _storable(number: float) -> float:
    """QRadar keeps a double: what is none would never read back as it was written."""
    try:
        fits = math.isfinite(number) and float(number) == number
    except OverflowError:
        fits = False
    if not fits:
        msg = f"{number} is not a number that QRadar can hold (a double)"
        raise ValueError(msg)
    return number


Operand = Text | Annotated[int | float, AfterValidator(_storable)]


class Calculation(Declared):
    """Two operands, each the name of a property (a text) or a constant (a number), and what is done with them."""

    first_operand: Operand
    operator: Literal["add", "subtract", "multiply", "divide"] = "add"
    second_operand: Operand

    @model_validator(mode="after")
    def _not_by_zero(self) -> Calculation:
        if self.operator == "divide" and self.second_operand == 0:
            msg = "second_operand is 0, which nothing can be divided by"
            raise ValueError(msg)
        return self


class Expression(Declared):
    """One way to the value, for the events of one log source type or, without one, of any."""

    log_source_type: Text | None = None
    log_source: Text | None = None
    qid: Annotated[int, ModelField(ge=1)] | None = None
    category: Text | None = None
    json_path: Annotated[str, AfterValidator(_keypath)] | None = ModelField(default=None, alias="json")
    regex: Text | None = None
    capture_group: Annotated[int, ModelField(ge=0)] | None = None
    format_string: Text | None = None
    leef: Text | None = None
    cef: Text | None = None
    name_value_pair: Text | None = None
    delimiter_pair: Text | None = None
    delimiter_name_value: Text | None = None
    generic_list: Text | None = None
    delimiter: Text | None = None
    xml: Text | None = None
    aql: Text | None = None
    calculated: Calculation | None = None
    payload: Stored = ""
    enabled: bool = True

    @model_validator(mode="after")
    def _one_kind(self) -> Expression:
        given = [key for key in KINDS if self.given(key) is not None]
        if len(given) != 1:
            what = f"{' and '.join(given)} are given" if given else "none is given"
            msg = f"an expression has exactly one of {', '.join(KINDS)}; {what}"
            raise ValueError(msg)
        for extra, key in EXTRAS.items():
            if self.given(extra) is not None and given != [key]:
                msg = f"{extra} goes with {key}, this is {given[0]}"
                raise ValueError(msg)
        if self.capture_group is not None and self.format_string is not None:
            msg = "capture_group and format_string exclude each other: with a format string QRadar reads no group"
            raise ValueError(msg)
        return self

    @property
    def key(self) -> str:
        """The one key of `KINDS` that is given."""
        return next(key for key in KINDS if self.given(key) is not None)

    def given(self, key: str) -> Any:
        """Return the value of a key as TOML spells it; None when it is left out."""
        return getattr(self, "json_path" if key == "json" else key)


class CustomProperty(Managed):
    """A custom property and the expressions this stack answers for. Its name is the table's unless given."""

    name: ConsoleName | None = None
    type: Literal["string", "numeric", "ip", "port", "time"]
    description: str = ""
    use_for_rule_engine: bool | Literal["auto"] = "auto"
    datetime_format: Text | None = None
    locale: Text | None = None
    expression: Many[Expression] = ()

    @model_validator(mode="after")
    def _time_has_a_format(self) -> CustomProperty:
        if (self.type == "time") != (self.datetime_format is not None and self.locale is not None):
            msg = 'datetime_format and locale belong to type = "time", and it needs both'
            raise ValueError(msg)
        return self
