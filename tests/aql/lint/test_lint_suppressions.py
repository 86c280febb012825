"""Findings that are accepted: with a reason, and only while they are there."""

from __future__ import annotations

import pytest
from lint_surroundings import codes

from dac.aql.lint.engine import lint
from dac.aql.lint.suppressions import Suppression, apply_suppressions, unused_finding

REPORT = lint("SELECT username FROM events WHERE username MATCHES 'admin' LIMIT 5 LAST 1 HOUR")
ACCEPTED = Suppression("AQL020", "user names here are exactly that")


def test_what_is_accepted_is_gone_and_nothing_else() -> None:
    assert codes(REPORT) == {"AQL014", "AQL020"}
    kept, unused = apply_suppressions(REPORT, [ACCEPTED])
    assert {finding.code for finding in kept} == {"AQL014"}
    assert unused == ()


def test_a_suppression_that_hits_nothing_is_handed_back() -> None:
    idle = Suppression("AQL030", "the payload is text")
    kept, unused = apply_suppressions(REPORT, [idle, ACCEPTED])
    assert {finding.code for finding in kept} == {"AQL014"}
    assert unused == (idle,)


def test_an_unused_suppression_is_a_finding_of_its_own() -> None:
    finding = unused_finding(Suppression("AQL030", "the payload is text"))
    assert (finding.code, str(finding.severity), finding.line) == ("AQL090", "warning", 1)
    assert finding.message == "the suppression of AQL030 hits nothing: the payload is text"


def test_a_text_that_does_not_parse_says_nothing_about_suppressions() -> None:
    broken = lint("SELECT a FROM")
    kept, unused = apply_suppressions(broken, [ACCEPTED])
    assert (kept, unused) == (broken.findings, ())


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        ("AQL020", "", "needs a reason"),
        ("AQL020", " \n", "needs a reason"),
        ("AQL999", "why not", "no rule has the code 'AQL999'"),
        ("AQL001", "it is fine", "cannot be read"),
    ],
)
def test_no_suppression_without_a_reason_or_a_rule(code: str, reason: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Suppression(code, reason)


def test_comments_can_be_accepted() -> None:
    report = lint("SELECT username FROM events LIMIT 5 LAST 1 HOURS -- hunting")
    assert apply_suppressions(report, [Suppression("AQL055", "our console takes them")]) == ((), ())
