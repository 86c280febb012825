"""No text ends in a traceback, and none takes long, in any surroundings."""

from __future__ import annotations

import pytest
from aql_trees import conditions, near_aql, queries
from hypothesis import given
from hypothesis import strategies as st

from dac.aql.lint.context import Case, Context, Target
from dac.aql.lint.engine import lint
from dac.aql.printing import to_aql

STACK = {
    "properties": {"AppName": frozenset(("Okta",)), "UserType": frozenset[str]()},
    "disabled_properties": frozenset(("AppName",)),
    "only_reader": True,
    "reference_sets": {"Admins": "ALNIC"},
    "log_source_types": ("Okta", "nobody knows this one"),
    "notes": "Microsoft Office 365",
    "cases": (Case("a", "out-of-scope"), Case("b", "match", log_source_types=("Linux OS",))),
}
contexts = st.sampled_from(
    [Context(), *(Context(target=target, **STACK) for target in Target), Context(target=Target.RULE, database="flows")]
)

_FRAGMENTS = """
SELECT FROM events flows WHERE GROUP BY HAVING ORDER LIMIT 5 LAST 1 HOURS DAYS START STOP '2026-07-01 09:00' AND OR NOT
IN ( ) ( ) , = != > < IS NULL BETWEEN LIKE ILIKE MATCHES IMATCHES '%x%' '.*(a|b)+.*' '(?i)(imap' '10.0.0.0/8' 'Okta'
username sourceip payload devicetype qid starttime eventdirection "ConditionalAccessStatus" "AppName" AS n n 445 452
LOWER( UTF8( COUNT(*) NOW() QIDNAME( INCIDR( LOGSOURCETYPENAME( REFERENCESETCONTAINS( TEXT SEARCH CASE WHEN THEN ELSE
END - 86400000 * PARSEDATETIME('1_hour_ago') DATEFORMAT( TRUE 'R2L'
"""
words = st.lists(st.sampled_from(_FRAGMENTS.split()), max_size=40).map(" ".join)


@given(queries, contexts)
def test_every_query_is_judged(query: object, context: Context) -> None:
    report = lint(to_aql(query), context)  # type: ignore[arg-type]
    assert report.syntax_ok == (not context.is_condition)


@given(conditions, contexts)
def test_every_condition_is_judged(condition: object, context: Context) -> None:
    text = to_aql(condition)  # type: ignore[arg-type]
    assert lint(text if context.is_condition else _where(text), context).syntax_ok


@given(near_aql | words | st.text() | st.binary().map(lambda raw: raw.decode("latin-1")), contexts)
def test_anything_else_ends_in_a_report(text: str, context: Context) -> None:
    report = lint(text, context)
    assert report.syntax_ok or len(report.findings) == 1


@given(words, contexts)
def test_a_text_is_always_judged_alike(text: str, context: Context) -> None:
    assert lint(text, context) == lint(text, context)


def _where(condition: str) -> str:
    return "SELECT a FROM events WHERE $".replace("$", condition)


def _columns(columns: str, condition: str) -> str:
    return "SELECT $ FROM events WHERE ".replace("$", columns) + condition


MANY = range(1500)
LARGE = [
    _where(" AND ".join(f"f{n} = {n}" for n in MANY)),
    _where(" OR ".join(f"\"ClientAppUsed\" MATCHES '({n}|b|c)(x|y){{2}}.?imap'" for n in MANY)),
    _where(" OR ".join(f"LOGSOURCETYPENAME(devicetype) LIKE '%{n}%a%b%c%'" for n in MANY)),
    _where(" AND ".join("NOT (a = 1 OR TEXT SEARCH 'x')" for _ in MANY)),
    _where("b MATCHES '" + "(a+|b+)+" * 2000 + "'"),
    _where(" OR ".join(f"b MATCHES '{'(a|b.c[^d]+)*' * 1400}{n}'" for n in range(60))),
    _where("b LIKE '" + "%a" * 50_000 + "'"),
    _where("b = '" + "x" * 1_000_000 + "'"),
    _where("(" * 90 + "a = 1" + ")" * 90),
    _columns(", ".join(f"a{n} AS a{n + 1}" for n in MANY), "a5 = 1 OR a1000 = 2"),
    _columns(", ".join(f"destinatoinip{n}" for n in MANY), "a = 1"),
    _columns(", ".join(f"REFERENCESETCONTAIN{n}(a)" for n in MANY), "a = 1"),
    _columns(" ".join(["CASE", *("WHEN a = 'x' THEN 1" for _ in MANY), "END"]), "a = 'x' OR b = 'y'"),
]


@pytest.mark.parametrize("text", LARGE, ids=lambda text: text[:50])
def test_large_texts_end_in_a_report(text: str) -> None:
    """Each of these took seconds to hours before there were limits."""
    assert lint(text, Context(target=Target.DETECTION, **STACK)).syntax_ok
