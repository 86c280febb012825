"""What people write who know SQL, and how AQL says it. Read only when a text has already failed to parse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.position import error_at
from dac.aql.tokens import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.aql.tokens import Token
    from dac.errors import AqlError

FOREIGN = {
    "JOIN": "AQL reads one database; ask for more columns, or use IN (SELECT ...) on one column",
    "INNER": "AQL has no JOIN",
    "LEFT": "AQL has no JOIN",
    "RIGHT": "AQL has no JOIN",
    "FULL": "AQL has no JOIN",
    "CROSS": "AQL has no JOIN",
    "ON": "AQL has no JOIN",
    "UNION": "run two searches, or join the conditions with OR",
    "EXCEPT": "use NOT IN (SELECT ...) on one column",
    "INTERSECT": "use IN (SELECT ...) on one column",
    "WITH": "AQL has no common table expressions: write FROM (SELECT ...)",
    "OVER": "AQL has no window functions: use GROUP BY",
    "PARTITION": "AQL has no window functions: use GROUP BY",
    "OFFSET": "AQL has no OFFSET: a client pages through the results with the Range header",
    "FETCH": "the number of rows is LIMIT n",
    "TOP": "the number of rows is LIMIT n, before LAST",
    "INTERVAL": "times are milliseconds (NOW() - 3600000); the window of a search is LAST 1 HOURS",
    "EXISTS": "use IN (SELECT ...) on one column",
    "CAST": "convert with LONG(), DOUBLE() or STR()",
    "NULLS": "AQL has no NULLS FIRST or NULLS LAST",
    "ESCAPE": "AQL has no ESCAPE; MATCHES can say it",
    "RLIKE": "a regular expression is tested with MATCHES, or IMATCHES to ignore case",
    "REGEXP": "a regular expression is tested with MATCHES, or IMATCHES to ignore case",
    "REGEX": "a regular expression is tested with MATCHES, or IMATCHES to ignore case",
    "SIMILAR": "a regular expression is tested with MATCHES, or IMATCHES to ignore case",
    "CONTAINS": "use ILIKE '%text%', or TEXT SEARCH 'text'",
    "STARTSWITH": "use LIKE 'text%'",
    "ENDSWITH": "use LIKE '%text'",
    "ISNOT": "write IS NOT NULL",
    "ISNULL": "write IS NULL",
    "NOTNULL": "write IS NOT NULL",
    "EMPTY": "an empty text is written '': field = ''",
    "QUALIFY": "AQL has no window functions: use GROUP BY and HAVING",
}
"""Words of other query languages, and the way out."""

STATEMENTS = frozenset(
    ("INSERT", "UPDATE", "DELETE", "DROP", "CREATE", "ALTER", "TRUNCATE", "MERGE", "EXEC", "SET", "EXPLAIN"),
)
PATTERN_SIGN = "a regular expression is tested with MATCHES, or IMATCHES to ignore case"
NO_LIST = "a list stands in parentheses: IN ('a', 'b')"
NO_SET = "whether a reference set holds a value is asked with REFERENCESETCONTAINS('its name', field)"
LONG_UNITS = frozenset(("WEEK", "WEEKS", "MONTH", "MONTHS", "YEAR", "YEARS"))
_UNITS = ("SECOND", "SECONDS", "MINUTE", "MINUTES", "HOUR", "HOURS", "DAY", "DAYS", "WEEK", "WEEKS", "MONTH", "MONTHS")
_LONGEST_SHOWN = 40
_SIGNS = {
    "||": ("AQL004", "texts are joined with CONCAT(a, b), conditions with OR"),
    "&": ("AQL004", "conditions are joined with AND"),
    "|": ("AQL004", "conditions are joined with OR"),
    ".": ("AQL004", "AQL has no table prefixes: name the column alone"),
    "::": ("AQL004", "AQL has no casts; LONG(), DOUBLE() and STR() convert"),
    ";": ("AQL055", "one text holds one query; leave the semicolon out"),
}


def unexpected(token: Token, expected: str, words: Iterable[str] = (), *, foreign: bool = True) -> AqlError:
    """The error for `token` where `expected` should stand; `words` are the keywords that could stand there.

    `foreign` is False where a word of another language would be a coincidence.
    """
    if token.kind is Kind.END:
        return error_at(token.at, "AQL001", f"the text ends where {expected} should follow")
    found = f"found {_shown(token)} where {expected} should stand"
    if token.kind is Kind.SIGN and token.text in _SIGNS:
        code, hint = _SIGNS[token.text]
        return error_at(token.at, code, found, hint)
    if foreign and token.kind is Kind.WORD and (hint := hint_for_word(token.value)):
        return error_at(token.at, "AQL004", f"{token.value} is not AQL", hint)
    hint = ""
    if token.kind is Kind.WORD and (near := nearest(token.value, words)):
        hint = f"did you mean {near}?"
    elif token.kind in (Kind.WORD, Kind.NAME, Kind.STRING) and "AS" in words:
        hint = "the name of a result column follows the word AS"
    return error_at(token.at, "AQL001", found, hint)


def hint_for_word(word: str) -> str:
    """How AQL says what `word` (upper case) says elsewhere, or nothing."""
    if word in _UNITS:
        return "times are milliseconds (1 hour is 3600000); the window of a search is LAST 1 HOURS"
    return FOREIGN.get(word, "")


def nearest(word: str, words: Iterable[str]) -> str:
    """The one of `words` that `word` is probably a misspelling of, or nothing."""
    import difflib  # a text that parses never needs it

    return next(iter(difflib.get_close_matches(word, list(words), n=1, cutoff=0.7)), "")


def _shown(token: Token) -> str:
    return token.text if len(token.text) <= _LONGEST_SHOWN else token.text[:_LONGEST_SHOWN] + "..."
