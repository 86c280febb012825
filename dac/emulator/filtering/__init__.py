"""QRadar's filter language (IBM: "Filter syntax"): text to tree, tree to a test, and what SQL can answer of it."""

from __future__ import annotations

from dac.emulator.filtering.evaluation import Predicate, compile_filter
from dac.emulator.filtering.grammar import parse
from dac.emulator.filtering.pushdown import Pushed, push_down
from dac.emulator.filtering.tokens import FilterError
from dac.emulator.filtering.tree import names_in

__all__ = ["FilterError", "Predicate", "Pushed", "compile_filter", "names_in", "parse", "push_down"]
