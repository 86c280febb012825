"""All rules over one text."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from dac.aql.lint.findings import LintFinding, Report
from dac.aql.lint.registry import rules
from dac.aql.lint.rule import BARE
from dac.aql.lint.subject import Subject

if TYPE_CHECKING:
    from dac.aql.lint.context import Context
    from dac.aql.lint.rule import Hit, Rule

MOST_HITS = 20
"""Of one rule in one text. Nobody reads more, and it bounds the time that a hostile text can take."""


def lint(text: str, context: Context = BARE, *, with_references: bool = True) -> Report:
    """What all rules say about `text`, and what that refers to. Never raises; one finding where it does not parse."""
    subject = Subject(text, context)
    found = [
        _finding(rule, hit, subject)
        for rule in rules().values()
        if _applies(rule, subject)
        for hit in islice(rule.check(subject), MOST_HITS)
    ]
    findings = sorted(found, key=lambda finding: (finding.line, finding.column, finding.code))
    return Report(subject.refused is None, tuple(findings), subject.references if with_references else None)


def _applies(rule: Rule, subject: Subject) -> bool:
    if subject.refused is not None:
        return rule.always
    if subject.is_too_large and not rule.always:
        return False
    return subject.context.severities.get(rule.code, rule.severity) is not None


def _finding(rule: Rule, hit: Hit, subject: Subject) -> LintFinding:
    severity = hit.severity or rule.severity
    if subject.refused is None:  # that a text cannot be read is an error, whatever a project says
        severity = subject.context.severities.get(rule.code) or severity
    hint = rule.hint if hit.hint is None else hit.hint
    return LintFinding(rule.code, severity, hit.at.line, hit.at.column, hit.message, hint)
