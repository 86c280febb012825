"""Every rule says what it says: its examples are found, its counter-examples are not, and it is documented."""

from __future__ import annotations

import pytest

from dac.aql.lint.documentation import describe, overview
from dac.aql.lint.engine import lint
from dac.aql.lint.registry import rules
from dac.aql.lint.rule import Example, Rule

BAD = [(rule, example) for rule in rules().values() for example in rule.bad]
GOOD = [(rule, example) for rule in rules().values() for example in rule.good]


def _name(value: object) -> str:
    return value.code if isinstance(value, Rule) else value.text[:60] if isinstance(value, Example) else ""


@pytest.mark.parametrize(("rule", "example"), BAD, ids=_name)
def test_a_rule_finds_what_it_says_it_finds(rule: Rule, example: Example) -> None:
    assert rule.code in {finding.code for finding in lint(example.text, example.context).findings}


@pytest.mark.parametrize(("rule", "example"), GOOD, ids=_name)
def test_a_rule_leaves_alone_what_it_says_it_does(rule: Rule, example: Example) -> None:
    report = lint(example.text, example.context)
    assert report.syntax_ok
    assert rule.code not in {finding.code for finding in report.findings}


@pytest.mark.parametrize("rule", rules().values(), ids=_name)
def test_a_rule_has_examples_of_both_kinds_and_says_how_it_is_known(rule: Rule) -> None:
    assert rule.bad
    assert rule.good
    assert rule.title
    assert rule.evidence


@pytest.mark.parametrize("rule", rules().values(), ids=_name)
def test_a_finding_says_where_and_what(rule: Rule) -> None:
    for example in rule.bad:
        for finding in lint(example.text, example.context).findings:
            assert finding.message
            assert finding.line >= 1
            assert finding.column >= 1
            assert finding.line <= example.text.count("\n") + 1


def test_the_codes_are_all_there() -> None:
    # fmt: off
    assert [int(code.removeprefix("AQL")) for code in rules()] == [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23, 24, 25, 26, 30, 31, 32, 33, 34, 35, 36,
        37, 38, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 60, 61, 62, 63, 64, 70, 71, 72, 80,
    ]
    # fmt: on


def test_the_overview_has_one_line_a_rule() -> None:
    lines = overview().splitlines()
    assert len(lines) == len(rules()) + 1
    assert lines[5] == "AQL005  error    no such function"


def test_a_rule_is_described_with_its_examples_and_their_surroundings() -> None:
    text = describe("aql008")
    assert text.startswith("AQL008  a custom property that nothing declares\nSeverity: error\nInstead: declare it")
    assert '\nFound in:\n  SELECT "Application" FROM events LAST 1 HOURS\n    (as a detection; declared' in text
    assert "\nNot in:\n" in text


def test_a_code_that_no_rule_has_is_not_described() -> None:
    with pytest.raises(KeyError):
        describe("AQL999")
