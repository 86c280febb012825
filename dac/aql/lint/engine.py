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
    from dac.model.diagnostic import Severity

MOST_HITS = 20
"""Of one rule in one text. Nobody reads more, and it bounds the time that a hostile text can take."""


def lint(text: str, context: Context = BARE) -> Report:
    """What all rules say about `text`. Never raises; a text that does not parse has one finding."""
    subject = Subject(text, context)
    found = [
        _finding(rule, hit, context)
        for rule in rules().values()
        if _applies(rule, subject)
        for hit in islice(rule.check(subject), MOST_HITS)
    ]
    findings = sorted((f for f in found if f is not None), key=lambda f: (f.line, f.column, f.code))
    return Report(subject.refused is None, tuple(findings), subject.references)


def _applies(rule: Rule, subject: Subject) -> bool:
    if rule.always:
        return True
    if subject.refused is not None or subject.is_too_large:
        return False
    return subject.context.severities.get(rule.code, rule.severity) is not None


def _finding(rule: Rule, hit: Hit, context: Context) -> LintFinding | None:
    severity: Severity | None = hit.severity or rule.severity
    if not rule.always:
        severity = context.severities.get(rule.code, severity)
    if severity is None:
        return None
    hint = rule.hint if hit.hint is None else hit.hint
    return LintFinding(rule.code, severity, hit.at.line, hit.at.column, hit.message, hint)
