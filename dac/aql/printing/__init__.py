"""Trees back to text: on one line, as the lines of a condition, or laid out for reading with the comments kept."""

from __future__ import annotations

from dac.aql.printing.condition import condition_lines
from dac.aql.printing.layout import format_query
from dac.aql.printing.one_line import to_aql

__all__ = ["condition_lines", "format_query", "to_aql"]
