"""Values to AQL literals, and where in a text a literal may stand."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from dac.aql.tokens import UNFIT

if TYPE_CHECKING:
    from collections.abc import Sequence

Scalar = str | int | float | bool | date

# Comments come first and are skipped: the quote in `-- don't` opens nothing.
_QUOTED = re.compile(
    r"""(?P<comment> --[^\r\n]* | /\*(?s:.*?)(?:\*/|\Z) )
      | '[^'\r\n]*+(?:''[^'\r\n]*+)*+(?P<closed>'?)
      | "[^"\r\n]*+(?P<closed_name>"?)""",
    re.VERBOSE,
)


def literal(value: Scalar | Sequence[Scalar]) -> str:
    """`value` as AQL reads it; a list as literals between commas, without parentheses.

    Text and dates become 'quoted', numbers and truth values bare. Raises ValueError for what cannot be said
    safely: an empty list, a backslash at the end or before a quote, a control character, NaN or infinity,
    and a time with an offset (a console reads times in its own zone).
    """
    if isinstance(value, (str, int, float, date)):
        return _scalar(value)
    if not value:
        raise ValueError("an empty list: IN () matches nothing and is not AQL")
    return ", ".join(_scalar(item) for item in value)


def quoted(text: str) -> str:
    """`text` in single quotes, as the parser takes it; a tab may stand in it. Raises ValueError like `literal`."""
    unfit = UNFIT.search(text)
    if unfit:
        raise ValueError(f"the character U+{ord(unfit.group()):04X} cannot stand in an AQL string")
    if text.endswith("\\") or "\\'" in text:
        raise ValueError("a backslash before a quote is ambiguous in AQL")
    return "'" + text.replace("'", "''") + "'"


def inside_string(text: str, offset: int) -> bool:
    """Whether what is inserted at `offset` lands inside '..' or "..".

    `text` need not be valid AQL, yet. An unclosed quote reaches to the end of its line.
    """
    for found in _QUOTED.finditer(text):
        if found.start() >= offset:
            return False
        is_open = found["comment"] is None and not (found["closed"] or found["closed_name"])
        if offset < found.end() or (is_open and offset == found.end()):
            return found["comment"] is None
    return False


def _scalar(value: Scalar) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        if "\t" in value:
            raise ValueError("the character U+0009 cannot stand in an AQL string")
        return quoted(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        number = Decimal(repr(value))
        if not number.is_finite():
            raise ValueError(f"{value} is no number AQL can say")
        return format(number, "f")
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise ValueError("a time with an offset: AQL reads times in the console's zone, so leave the offset out")
        return quoted(value.strftime("%Y-%m-%d %H:%M:%S"))
    if isinstance(value, date):
        return quoted(value.isoformat())
    raise ValueError(f"{type(value).__name__} has no AQL literal")
