"""Findings of the linter for people: one clickable line each, and what to write instead below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.diagnostic import Severity
from dac.views.human.palette import PLAIN
from dac.views.human.quote import visible
from dac.views.human.words import tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dac.aql.lint.findings import LintFinding, Report
    from dac.views.human.palette import Palette

_ROLES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "faint"}


def reports_text(reports: Mapping[str, Report], *, palette: Palette = PLAIN) -> str:
    """All findings of all texts, by the name of the text (a file, or `-`), then how many there are."""
    lines = [line for name, report in reports.items() for f in report.findings for line in _lines(name, f, palette)]
    found = [finding.severity for report in reports.values() for finding in report.findings]
    counts = tally({str(severity): found.count(severity) for severity in Severity}) or "nothing to say"
    return "\n".join([*lines, f"{tally({'text': len(reports)})}: {counts}."]) + "\n"


def _lines(name: str, finding: LintFinding, palette: Palette) -> Iterator[str]:
    label = palette.paint(_ROLES[finding.severity], f"{finding.severity}[{finding.code}]")
    yield f"{visible(name)}:{finding.line}:{finding.column}: {label}: {visible(finding.message)}"
    if finding.hint:
        yield f"  hint: {visible(finding.hint)}"
    yield ""
