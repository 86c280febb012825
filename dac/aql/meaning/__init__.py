"""What a changed condition means: whether two say the same, and in plain words what differs."""

from __future__ import annotations

from dac.aql.meaning.equality import equivalent
from dac.aql.meaning.explaining import explain
from dac.aql.meaning.said import Said
from dac.aql.meaning.window_change import explain_window

__all__ = ["Said", "equivalent", "explain", "explain_window"]
