"""The words of the grammar.

QRadar publishes no list (a console answers GET /ariel/parser_keywords); these are the words this grammar needs.
"""

from __future__ import annotations

CLAUSES = (
    "INTO",
    "WHERE",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "SESSION",
    "LAST",
    "START",
    "TIMES",
    "PARAMETERS",
)
"""The first words of the clauses after FROM, in the order in which they must stand."""

TIME_CLAUSES = frozenset(("LAST", "START", "STOP", "TIMES"))

# fmt: off
JOINING = frozenset((
    "FROM", "BY", "AS", "ASC", "DESC", "AND", "OR", "IN", "LIKE", "ILIKE", "MATCHES", "IMATCHES",
    "BETWEEN", "IS", "WHEN", "THEN", "ELSE", "END", "COLLATE", "INTO", "WHERE", "GROUP", "HAVING",
    "ORDER", "LIMIT",
))
# fmt: on
"""Words that always join other things, so that a value is missing where one of them stands for one."""

RESERVED = (
    JOINING
    | (frozenset(CLAUSES) - {"SESSION"})
    | TIME_CLAUSES
    | frozenset(("SELECT", "DISTINCT", "NOT", "NULL", "TRUE", "FALSE", "CASE", "IF"))
)
"""Words that cannot be a bare field or alias. In double quotes any word can."""

UNITS = ("MINUTES", "HOURS", "DAYS", "MINUTE", "HOUR", "DAY", "SECONDS", "SECOND")
"""Units of LAST. IBM documents the first three; the others are read so that a check can name them."""

SESSION_UNITS = ("SECONDS", "MINUTES", "HOURS", "DAYS")
"""Units of TIMEWINDOW."""
