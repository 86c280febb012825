"""What is said of two conditions: whether they are one, and what a reader is told of the difference."""

from __future__ import annotations

import itertools
import operator
import time
from typing import TYPE_CHECKING, Any

import pytest
from aql_trees import conditions
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dac.aql.meaning import Said, equivalent, explain, explain_window
from dac.aql.nodes import (
    And,
    Between,
    Boolean,
    Call,
    Comparison,
    Expression,
    Field,
    In,
    IsNull,
    Not,
    Number,
    Or,
    String,
)
from dac.aql.parsing import parse_condition
from dac.aql.printing import condition_lines, to_aql
from dac.aql.walking import children
from dac.errors import AqlError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.aql.nodes import Node

COUNTRIES = "\"CountryOrRegion\" IN ('KP', 'IR', 'BY')"
FEWER = "\"CountryOrRegion\" IN ('KP', 'IR')"
CONTAINS = "REFERENCESETCONTAINS('VPN', sourceip)"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 1 AND b = 2", "a=1\n  and\tb=2"),
        ("a = 1 AND b = 2", "((a = 1)) AND (b = 2)"),
        ("a = 1 AND (b = 2 AND c = 3)", "a = 1 AND b = 2 AND c = 3"),
        ("a = 1 AND b != 2", "a == 1 AND b <> 2"),
        ("LOWER(a) LIKE 'x'", "lower(A) like 'x'"),
        ('"username" = 1', "username = 1"),
        ("a = 1 OR b = 2 AND c = 3", "a = 1 OR (b = 2 AND c = 3)"),
        ("not a = 1", "NOT (a = 1)"),
        ("no AQL at all (", "no AQL at all ("),
    ],
)
def test_layout_case_and_needless_parentheses_make_no_difference(before: str, after: str) -> None:
    assert equivalent(before, after)
    assert equivalent(after, before)
    assert explain(before, after) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 1 AND b = 2 OR c = 3", "a = 1 AND (b = 2 OR c = 3)"),
        ("a = 'x'", "a = 'X'"),
        ("a = 'x  y'", "a = 'x y'"),
        ("a = 1", "a = '1'"),
        ("a = 1", "a = 1.0"),
        ("a IN (1, 2)", "a IN (2, 1)"),
        ("a = 1 AND b = 2", "b = 2 AND a = 1"),
        ("a LIKE 'x'", "a ILIKE 'x'"),
        ("a NOT IN (1)", "NOT (a IN (1))"),
        ("a = 1", "a = 1 -- but why"),
        ("a = 1 /* b */", "a = 1 /* c */"),
        ("Bluecoat-cs-host = 1", "Bluecoat - cs - host = 1"),
        ("no AQL (", "no  AQL ("),
        ("a = 1", "a = 1 AND"),
        ("", "a = 1"),
    ],
)
def test_what_may_mean_something_else_is_not_called_equal(before: str, after: str) -> None:
    assert not equivalent(before, after)
    assert not equivalent(after, before)
    assert explain(before, after) != ()


@given(conditions)
def test_a_condition_is_equal_to_itself_in_any_layout(tree: Expression) -> None:
    try:
        text = to_aql(tree)
        assume(parse_condition(text) == tree)
    except (ValueError, AqlError):
        assume(False)
    assert equivalent(text, "\n".join(condition_lines(tree)))
    assert equivalent(text, f"  ( {text}\t)\r\n")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("a = 1", "a = 1 AND b = 2", [("condition added: b = 2", True)]),
        ("a = 1 AND b = 2", "a = 1", [("condition removed: b = 2", False)]),
        ("a = 1", "a = 1 OR b = 2", [("alternative added: b = 2", False)]),
        ("a = 1 OR b = 2 OR c = 3", "a = 1 OR c = 3", [("alternative removed: b = 2", True)]),
        ("a = 1 AND b = 2", "(a = 1 AND b = 2) OR c = 3", [("alternative added: c = 3", False)]),
        ("a = 1 AND (b = 2 OR c = 3)", "a = 1 AND b = 2", [("alternative removed: c = 3", True)]),
        (
            "a = 1 OR (b = 2 AND c = 3)",
            "a = 1 OR (b = 2 AND c = 3 AND d = 4)",
            [("in one alternative, condition added: d = 4", True)],
        ),
        (COUNTRIES, FEWER, [("list of \"CountryOrRegion\" no longer holds 'BY'", True)]),
        (FEWER, COUNTRIES, [("list of \"CountryOrRegion\" now also holds 'BY'", False)]),
        ("a = 1", "a IN (1, 2)", [("list of a now also holds 2", False)]),
        ("a = 1 OR a = 2", "a = 2 OR a = 1 OR a = 3", [("list of a now also holds 3", False)]),
        ("a != 1", "a != 1 AND a <> 2", [("list of excluded a now also holds 2", True)]),
        ("a NOT IN (1, 2)", "a NOT IN (1)", [("list of excluded a no longer holds 2", False)]),
        ("a IN (1, 2)", "a NOT IN (1, 2)", [("a IN (1, 2) became a NOT IN (1, 2)", None)]),
        ("a = 1", "a = 2", [("a = 1 became a = 2", None)]),
        ("a != 1", "a != 2", [("a != 1 became a != 2", None)]),
        ("severity > 5", "severity > 7", [("severity > 5 became severity > 7", True)]),
        ("severity > 5", "5 <= severity", [("severity > 5 became severity >= 5", False)]),
        ("a < 5", "a < -1.5", [("a < 5 became a < -1.5", True)]),
        ("NOT (a < 5)", "NOT (a < 7)", [("a >= 5 became a >= 7", True)]),
        ("a > 0xFF", "a > 254", [("a > 0xFF became a > 254", False)]),
        ("a > 'x'", "a > 'y'", [("a > 'x' became a > 'y'", None)]),
        ("a > 5", "a < 5", [("a > 5 became a < 5", None)]),
        ("a BETWEEN 1 AND 5", "a BETWEEN 2 AND 5", [("a BETWEEN 1 AND 5 became a BETWEEN 2 AND 5", True)]),
        ("NOT a BETWEEN 1 AND 5", "a NOT BETWEEN 2 AND 5",
         [("a NOT BETWEEN 1 AND 5 became a NOT BETWEEN 2 AND 5", False)]),
        ("a BETWEEN 1 AND 5", "a BETWEEN 2 AND 6", [("a BETWEEN 1 AND 5 became a BETWEEN 2 AND 6", None)]),
        ("a LIKE '%x%'", "a LIKE '%y%'", [("a LIKE '%x%' became a LIKE '%y%'", None)]),
        ("a LIKE '%x%'", "a ILIKE '%x%'", [("a LIKE '%x%' became a ILIKE '%x%'", False)]),
        ("a NOT IMATCHES 'x'", "a NOT MATCHES 'x'", [("a NOT IMATCHES 'x' became a NOT MATCHES 'x'", False)]),
        ("a IMATCHES '.*(imap|pop).*'", "a IMATCHES '.*(imap).*'", [("pattern of a no longer holds 'pop'", True)]),
        ("a MATCHES 'x|y'", "a MATCHES 'y|x|z'", [("pattern of a now also holds 'z'", False)]),
        ("devicetype IN (445, 4001)", "devicetype = 4001",
         [("list of log source types no longer holds 445 (Microsoft Azure Active Directory)", True)]),
        ("a = 1", "a = 1 AND NOT (b = 2 AND c = 3)", [("exclusion added: b = 2 AND c = 3", True)]),
        ("NOT (a = 1 AND b = 2)", "NOT (a = 1)", [("in an exclusion, condition removed: b = 2", True)]),
        ("a = 1 AND NOT (b = 2 OR c = 3)", "a = 1 AND NOT (b = 2)",
         [("in an exclusion, alternative removed: c = 3", False)]),
        ("FALSE", "a = 1 OR b = 2", [("FALSE became a = 1 OR b = 2", False)]),
        ("a = 1", "false", [("a = 1 became FALSE", True)]),
        ("a = 1", "true", [("a = 1 became TRUE", False)]),
        ("NOT (NOT (a = 1 AND b = 2))", "a = 1", [("condition removed: b = 2", False)]),
    ],
)  # fmt: skip
def test_a_difference_is_told_with_its_direction(before: str, after: str, said: list[tuple[str, bool | None]]) -> None:
    assert explain(before, after) == tuple(Said(*one) for one in said)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("a = 1", f"a = 1 AND NOT {CONTAINS}", [("exception added: sourceip in 'VPN'", True)]),
        (f"a = 1 AND (sourceip IS NULL OR NOT {CONTAINS})", "a = 1", [("exception removed: sourceip in 'VPN'", False)]),
        (
            "a = 1",
            f"a = 1 AND (sourceip IS NULL OR b IS NULL OR NOT (b = 2 AND {CONTAINS}))",
            [("exception added: sourceip in 'VPN' where b = 2", True)],
        ),
        (
            f"a = 1 AND (sourceip IS NULL OR b IS NULL OR NOT (b = 2 AND {CONTAINS}))",
            f"a = 1 AND (sourceip IS NULL OR NOT {CONTAINS})",
            [("in the exception for sourceip in 'VPN', condition removed: b = 2", True)],
        ),
        (
            f"a = 1 AND (sourceip IS NULL OR NOT ({COUNTRIES} AND {CONTAINS}))",
            f"a = 1 AND (sourceip IS NULL OR NOT ({FEWER} AND {CONTAINS}))",
            [("in the exception for sourceip in 'VPN', list of \"CountryOrRegion\" no longer holds 'BY'", False)],
        ),
        (
            f"a = 1 AND (sourceip IS NULL OR NOT {CONTAINS})",
            f"a = 1 AND NOT {CONTAINS}",
            [("by the exception for sourceip in 'VPN', events with sourceip IS NULL are let pass now", True)],
        ),
        (
            f"a = 1 AND (b IS NULL OR NOT (b = 2 AND {CONTAINS}))",
            f"a = 1 AND (c IS NULL OR NOT ((b = 2 OR c = 3) AND {CONTAINS}))",
            [
                ("in the exception for sourceip in 'VPN', alternative added: c = 3", True),
                ("by the exception for sourceip in 'VPN', events with b IS NULL are let pass now", True),
                ("by the exception for sourceip in 'VPN', events with c IS NULL are not let pass any more", False),
            ],
        ),
        (
            f"a = 1 AND NOT {CONTAINS}",
            "a = 1 AND NOT REFERENCESETCONTAINS('Scanners', sourceip)",
            [("exception added: sourceip in 'Scanners'", True), ("exception removed: sourceip in 'VPN'", False)],
        ),
        (f"a = 1 AND {CONTAINS}", "a = 1", [(f"condition removed: {CONTAINS}", False)]),
        (f"a = 1 AND {CONTAINS} = FALSE", "a = 1", [("exception removed: sourceip in 'VPN'", False)]),
    ],
)
def test_exceptions_are_told_as_exceptions(before: str, after: str, said: list[tuple[str, bool | None]]) -> None:
    assert explain(before, after) == tuple(Said(*one) for one in said)


def test_what_lowers_security_comes_first_then_what_cannot_be_judged() -> None:
    said = explain("a = 1 AND b IN (1, 2) AND c LIKE 'x'", "b = 1 AND c LIKE 'y' AND d = 4")
    assert said == (
        Said("list of b no longer holds 2", True),
        Said("condition added: d = 4", True),
        Said("c LIKE 'x' became c LIKE 'y'", None),
        Said("condition removed: a = 1", False),
    )


def test_of_many_values_and_terms_five_are_named() -> None:
    numbers = ", ".join(map(str, range(12)))
    assert explain("a IN (99, 98)", f"a IN (99, {numbers})") == (
        Said("list of a no longer holds 98", True),
        Said("list of a now also holds 0, 1, 2, 3, 4 and 7 more", False),
    )
    many = " OR ".join(f"a LIKE '%{n}'" for n in range(9))
    assert explain(many, "a LIKE '%0'") == (
        Said(
            "8 alternatives removed: a LIKE '%1'; a LIKE '%2'; a LIKE '%3'; a LIKE '%4'; a LIKE '%5' and 3 more", True
        ),
    )


def test_a_long_term_is_cut_short() -> None:
    (said,) = explain("a = 1", f"a = 1 AND b = '{'x' * 500}'")
    assert said.text.endswith("xxx …")
    assert len(said.text) < 130


def test_where_too_much_changed_one_sentence_says_so() -> None:
    left = " AND ".join(f"f{n} LIKE 'a'" for n in range(20))
    assert explain(left, left.replace("'a'", "'b'")) == (Said("20 things differ, too many to tell one by one", None),)
    bounds = " AND ".join(f"f{n} > 1" for n in range(20))
    assert explain(bounds, bounds.replace("1", "2"))[0].lowers in (True, None)
    rewritten = (Said("nothing of the old condition is left in the new one", None),)
    assert explain("a = 1 AND b = 2", "c = 3 OR d = 4") == rewritten


def test_another_order_or_spelling_is_not_told_as_a_change_of_meaning() -> None:
    for before, after in (
        ("a IN (1, 2)", "a IN (2, 1)"),
        ("a = 1 AND b = 2", "b = 2 AND a = 1"),
        ("a = 1", "a = 1 --"),
    ):
        assert explain(before, after) == (
            Said("it is written differently; dac sees no difference in what it matches", None),
        )


def test_nothing_is_said_of_a_text_that_is_not_aql() -> None:
    (said,) = explain("a = 1", "a = 1 AND (")
    assert (said.lowers, "not AQL" in said.text) == (None, True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (".*(?!a|b).*", ".*(?!a|b|c).*"),  # a negative look-ahead: more words let less pass
        ("(a|b)*", "(a|b|c)*"),
        ("x[a|b]", "x[a|b|c]"),
        ("(a|b)(c)", "(a|b|d)(c)"),
        ("(a|b).*", "(a|b|c).+"),
        (r"(a|\Qb|c\E)", r"(a|\Qb|c|d\E)"),
        (r"(a\|b)", r"(a\|b|c)"),
        ("(a)", "(b)"),
    ],
)
def test_of_a_pattern_that_is_more_than_words_nothing_is_claimed(before: str, after: str) -> None:
    assert [said.lowers for said in explain(f"m MATCHES '{before}'", f"m MATCHES '{after}'")] == [None]


# What is claimed holds for every event there is: three fields, each missing or one of a few numbers.

_fields = st.sampled_from("abc").map(Field)
_numbers = st.integers(0, 3).map(lambda number: Number(str(number)))
_lists = st.lists(_numbers, min_size=1, max_size=3).map(tuple)
_tests = st.one_of(
    st.builds(Comparison, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), _fields, _numbers),
    st.builds(Comparison, st.sampled_from(["=", "<", ">="]), _numbers, _fields),
    st.builds(In, _fields, _lists, st.booleans()),
    st.builds(Between, _fields, _numbers, _numbers, st.booleans()),
    st.builds(IsNull, _fields, st.booleans()),
    st.booleans().map(Boolean),
    st.builds(lambda field: Call("REFERENCESETCONTAINS", (String("S"), field)), _fields),
)


def _grown(terms: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(terms, min_size=2, max_size=4).map(tuple)
    return st.builds(And, several) | st.builds(Or, several) | st.builds(Not, terms)


_trees = st.recursive(_tests, _grown, max_leaves=7)
_EVENTS = [dict(zip("abc", values, strict=True)) for values in itertools.product([None, 0, 1, 2, 3], repeat=3)]


def _holds(node: Node, event: Mapping[str, int | None]) -> Any:
    """True, false, or None for unknown, as SQL has it; of a value the value."""
    if isinstance(node, (Number, String, Boolean)):
        return int(node.text) if isinstance(node, Number) else node.value
    if isinstance(node, Field):
        return event[node.key]
    parts = [_holds(part, event) for part in children(node)]
    if isinstance(node, And):
        return False if False in parts else None if None in parts else True
    if isinstance(node, Or):
        return True if True in parts else None if None in parts else False
    if isinstance(node, IsNull):
        return (parts[0] is None) is not node.negated
    return None if None in parts else _tested(node, parts)


def _tested(node: Node, parts: list[Any]) -> bool:
    first, *others = parts
    match node:
        case Not():
            return not first
        case Comparison(operator=sign):
            signs = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt}
            return bool((signs | {">=": operator.ge})[sign](first, others[0]))
        case In(negated=negated):
            return (first in others) is not negated
        case Between(negated=negated):
            return bool(others[0] <= first <= others[1]) is not negated
    return others[0] in (1, 3)


def _found(tree: Expression) -> set[int]:
    return {number for number, event in enumerate(_EVENTS) if _holds(tree, event) is True}


@st.composite
def _edited(draw: st.DrawFn) -> tuple[Expression, Expression]:
    """A condition, and the same with a few terms exchanged, dropped or added anywhere in it."""
    before = draw(_trees)
    return before, draw(_edits_of(before))


@st.composite
def _edits_of(draw: st.DrawFn, node: Expression) -> Expression:
    if draw(st.integers(0, 7)) == 0:
        return draw(_trees)
    if isinstance(node, Not):
        return Not(draw(_edits_of(node.operand)))
    if not isinstance(node, (And, Or)):
        return draw(st.just(node) | _tests) if draw(st.booleans()) else node
    terms = [draw(_edits_of(operand)) for operand in node.operands if draw(st.integers(0, 5))]
    terms += draw(st.lists(_tests, max_size=1))
    return type(node)(tuple(terms)) if len(terms) > 1 else terms[0] if terms else node


@settings(max_examples=250)
@given(_edited())
def test_what_is_said_to_match_fewer_or_more_events_does(pair: tuple[Expression, Expression]) -> None:
    before, after = pair
    said = explain(to_aql(before), to_aql(after))
    directions = {one.lowers for one in said}
    old, new = _found(before), _found(after)
    if directions == {True}:
        assert new <= old
    elif directions == {False}:
        assert old <= new
    elif not said or "no difference" in said[0].text:
        assert old == new


@given(conditions, conditions)
def test_any_two_conditions_can_be_compared(before: Expression, after: Expression) -> None:
    try:
        old, new = to_aql(before), to_aql(after)
    except ValueError:
        assume(False)
    said = explain(old, new)
    assert said == explain(old, new)
    assert (said == ()) is equivalent(old, new)
    assert len(said) <= 12
    assert all(one.text and "\n" not in one.text for one in said)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"a IN ({', '.join(map(str, range(20_000)))})", f"a IN ({', '.join(map(str, range(10_000, 30_000)))})"),
        (" OR ".join(f"(a LIKE '{n}' AND b = {n})" for n in range(2_000)),
         " OR ".join(f"(a LIKE 'x{n}' AND b = {n})" for n in range(2_000))),
        ("(" * 12 + "a = 1" + " AND b = 2) OR c = 3" * 12, "(" * 12 + "a = 2" + " AND b = 2) OR c = 3" * 12),
        (f"a MATCHES '({'|'.join(map(str, range(5_000)))})'", f"a MATCHES '({'|'.join(map(str, range(5_001)))})'"),
        (f"a MATCHES '{'(' * 5_000}'", f"a MATCHES '{'a|' * 5_000}('"),
    ],
)  # fmt: skip
def test_large_conditions_are_compared_in_seconds(before: str, after: str) -> None:
    began = time.monotonic()
    assert explain(before, after)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("LAST 24 HOURS", "LAST 7 DAYS", [("window changed: LAST 24 HOURS became LAST 7 DAYS", False)]),
        ("LAST 7 DAYS", "LAST 90 MINUTES", [("window changed: LAST 7 DAYS became LAST 90 MINUTES", True)]),
        ("LAST 1 DAYS", "LAST 24 HOURS", []),
        ("", "LAST 1 DAYS", [("window added: LAST 1 DAYS", None)]),
        ("LAST 1 DAYS", "", [("window removed: LAST 1 DAYS; the console's default applies", None)]),
        ("LAST 1 DAYS", "START 1 STOP 2", [("window changed: LAST 1 DAYS became START 1 STOP 2", None)]),
    ],
)
def test_a_changed_window_is_told(before: str, after: str, said: list[tuple[str, bool | None]]) -> None:
    query = "SELECT a FROM events WHERE a = 1 "
    assert explain_window(query + before, query + after) == tuple(Said(*one) for one in said)


def test_a_window_in_where_counts_and_the_rest_of_the_query_does_not() -> None:
    old = "SELECT a FROM events WHERE a = 1 AND starttime > NOW() - 5000"
    assert explain_window(old, old.replace("a = 1", "b = 2")) == ()
    assert explain_window(old, old.replace("5000", "9000"))[0].text == (
        "window changed: starttime > NOW() - 5000 became starttime > NOW() - 9000"
    )
    assert explain_window(old, "SELECT a FROM events") == (Said("window removed: starttime > NOW() - 5000", False),)
    (said,) = explain_window(old, "SELECT a FROM")
    assert (said.lowers, "not AQL" in said.text) == (None, True)
