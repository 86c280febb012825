"""Java regular expressions: what is read, what is refused, and what is seen in them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dac.aql.lint.like import matches_like
from dac.aql.lint.regex.backtracking import explodes
from dac.aql.lint.regex.ends import ends, has_words, literal_branches, matches_everything
from dac.aql.lint.regex.reading import read_regex
from dac.aql.lint.regex.source import Faulty
from dac.aql.lint.regex.tree import Regex
from dac.aql.lint.regex.trying import only_a_part


def _read(pattern: str) -> Regex:
    regex = read_regex(pattern)
    assert isinstance(regex, Regex), regex
    return regex


@pytest.mark.parametrize(
    "pattern",
    [
        "", "a", "a|", "()", "a|b|c", "[]a]", "[^]a]", "[a-]", "[-a]", "[a-z&&[^aeiou]]", "[[a-f][0-9]]", r"[\w.-]",
        r"\Q[(*\E", r"\Qunclosed", r"\Qab\E+", "a*+b?+c++d{2}+", "a*?b+?c??", "a{2}", "a{2,}", "a{2,5}?", "(?i)a",
        "a(?i)b", "(?i:a)b", "(?s-i)a", "(?<year>[0-9]{4})", r"(a)\1", r"(?<n>a)\k<n>", "(?=a)(?!b)(?<=c)(?<!d)",
        "(?>a+)b", r"\p{L}\P{Lu}\pL", r"\x41\x{1F600}\u0041\t\n", r"\A\bx\B\z\Z\G", r"\R\h\H\v\V\X", "]", "}", "a}",
        r"\(\)\[\]\{\}\.\*\+\?\^\$\|\\", r"\-\@\_\/\ ", "^*", "(?:)+",
    ],
)  # fmt: skip
def test_what_java_takes_is_read(pattern: str) -> None:
    assert _read(pattern).doubts == ()


@pytest.mark.parametrize(
    ("pattern", "offset"),
    [
        ("(a", 0), ("a)", 1), ("((a)", 0), ("[a", 0), ("[^[]", 2), ("*a", 0), ("+", 0), ("?", 0), ("a|*b", 2),
        ("(*)", 1), ("a**", 2), ("a+*", 2), ("a*?*", 3), ("{a", 0), ("a{x}", 1), ("a{,3}", 1), ("a{2", 1),
        ("a{3,2}", 1), ("a\\", 1),
        ("[z-a]", 0), ("(?P<n>a)", 0), ("(?#x)", 0), ("(?'n'a)", 0), ("(?<1>a)", 0), ("(?<n", 0), ("(?i", 0), ("(?", 0),
        (r"\p{L", 0), (r"\p", 0), ("(?i)*a", 4),
    ],
)  # fmt: skip
def test_what_java_refuses_is_refused_where_it_goes_wrong(pattern: str, offset: int) -> None:
    fault = read_regex(pattern)
    assert isinstance(fault, Faulty)
    assert (fault.offset, bool(fault.reason)) == (offset, True)


@pytest.mark.parametrize("pattern", [r"C:\Users", r"\i", r"\y", r"\E", r"[[:alpha:]]", r"\xZZ", r"\u12"])
def test_what_java_may_refuse_is_doubted_and_not_refused(pattern: str) -> None:
    assert _read(pattern).doubts


@pytest.mark.parametrize("pattern", ["(?x) a # b", "a{2}{3}", "{2}a", "(" * 60 + ")" * 60, "a" * 30_000, r"[a-\d]"])
def test_what_dac_does_not_know_well_enough_is_not_judged(pattern: str) -> None:
    assert read_regex(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("imap", [("closed", "closed")]),
        ("(?i)(imap|smtp)", [("closed", "closed")] * 2),
        (".*imap.*", [("open", "open")]),
        ("(?i).*(imap|smtp).*", [("open", "open")]),
        ("^imap$", [("anchored", "anchored")]),
        (r"\Aimap", [("anchored", "closed")]),
        (".*a|b.*", [("open", "closed"), ("closed", "open")]),
        (r"(.*\.)?imap", [("open", "closed")]),
        (r"[^@]+@example\.com", [("open", "closed")]),
        ("(?=x)imap.+", [("closed", "open")]),
        (r"\bimap\b", [("closed", "closed")]),
    ],
)
def test_the_ends_of_a_pattern(pattern: str, expected: list[tuple[str, str]]) -> None:
    assert ends(_read(pattern)) == expected


def test_patterns_of_classes_alone_have_no_words() -> None:
    assert not has_words(_read(r"[A-Z]{2}\d+-\w+"))
    assert has_words(_read(r"\d+(x|\d)"))
    assert not has_words(_read(r"(?=imap)\d+"))


def test_plain_alternatives_are_known_as_texts() -> None:
    assert literal_branches(_read(r"(?i)(imap|pop3|exchange.?web|\Qa.b\E)")) == ("imap", "pop3", "a.b")


@pytest.mark.parametrize("pattern", [".*", "(?s).*", "^.*$", ".*.*", "(.*)", "a|.*", r"[\s\S]*", "(?i).*"])
def test_patterns_that_take_everything(pattern: str) -> None:
    assert matches_everything(_read(pattern))


@pytest.mark.parametrize("pattern", [".+", ".*a.*", ".", "[a-z]*", "", "^$"])
def test_patterns_that_do_not(pattern: str) -> None:
    assert not matches_everything(_read(pattern))


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+", "(a*)*b", "(.*,)*x", r"(\w|\d)+x", "([a-z]+)*", "(a+){20}", "x(y(a+b?)+)*", r"(\s*\w*)*", "(a|a)*"],
)
def test_patterns_that_explode(pattern: str) -> None:
    assert explodes(_read(pattern))


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+b)+",
        r"([^,]+,)*",
        r"(\w+\.)+com",
        "(.|\\n)*",
        "(?>a+)+",
        "(a+)++",
        "(foo|far)+",
        r"(\d{1,3}\.){3}\d+",
        ".*.*",
    ],
)
def test_patterns_that_do_not_explode(pattern: str) -> None:
    assert not explodes(_read(pattern))


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("(?i)(imap|pop3)", "IMAP4", True),
        ("(?i)(imap|pop3)", "POP3", False),
        ("imap", "IMAP4", False),
        ("authenticated.?smtp", "authenticated smtp", False),
        ("a{2,3}b?", "xaay", True),
        ("^imap", "x imap", False),
        ("(?!x)imap", "imap4", False),
        (r"\bimap", "imap4", False),
        ("(a*)*", "b", True),
    ],
)
def test_whether_a_pattern_is_found_within_a_value_and_is_not_all_of_it(
    pattern: str, value: str, *, expected: bool
) -> None:
    assert only_a_part(_read(pattern), value) is expected


_ATOMS = st.sampled_from(["a", "b", "[ab]", ".", "x"])
_PATTERNS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("({}|{})".format, inner, inner),
        st.builds("(?:{}){}".format, inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}"])),
    ),
    max_leaves=6,
)


@given(_PATTERNS, st.text("abx", max_size=6))
def test_trying_a_pattern_says_what_python_says(pattern: str, value: str) -> None:
    expected = re.search(pattern, value) is not None and re.fullmatch(pattern, value) is None
    if value and not (re.fullmatch(pattern, "") and value):  # an empty match at the very end is no part of the value
        assert only_a_part(_read(pattern), value) is expected


@given(st.text(max_size=60) | st.text(r"()[]{}|*+?\.^$-&:=!<>PQEpkix,0129a", max_size=40))
def test_any_text_at_all_is_read_refused_or_left_alone(pattern: str) -> None:
    assert isinstance(read_regex(pattern), (Regex, Faulty, type(None)))


@given(_PATTERNS)
def test_what_python_compiles_of_the_common_grammar_is_read(pattern: str) -> None:
    assert isinstance(read_regex(pattern), Regex)


@given(st.text("ab%_", max_size=8), st.text("ab_%", max_size=8))
def test_like_is_what_a_regular_expression_says(pattern: str, text: str) -> None:
    as_regex = "".join({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in pattern)
    assert matches_like(pattern, text) == (re.fullmatch(as_regex, text, re.DOTALL) is not None)


def test_like_can_ignore_case() -> None:
    assert matches_like("%AZURE%", "Microsoft Azure Platform", ignore_case=True)
    assert not matches_like("%AZURE%", "Microsoft Azure Platform")
