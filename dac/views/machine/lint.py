"""Findings of the linter for machines: JSON, SARIF 2.1.0, and GitHub's workflow commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dac import __version__
from dac.aql.lint.jsonl import as_json
from dac.aql.lint.registry import rules
from dac.model.diagnostic import Severity
from dac.views.human.quote import visible
from dac.views.machine.forms import dumped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.aql.lint.findings import LintFinding, Report

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def reports_json(reports: Mapping[str, Report]) -> str:
    """An object a text, with its name and what the JSONL form has."""
    return dumped([{"file": name} | as_json(report) for name, report in reports.items()])


def reports_sarif(reports: Mapping[str, Report]) -> str:
    """SARIF, as code scanning of GitHub and others reads it."""
    found = [(name, finding) for name, report in reports.items() for finding in report.findings]
    known = rules()
    codes = sorted({finding.code for _, finding in found})
    described = [{"id": code} | _described(known[code].title if code in known else code) for code in codes]
    driver = {"name": "dac", "version": __version__, "rules": described}
    results = [_result(name, finding) for name, finding in found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return dumped({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def reports_github(reports: Mapping[str, Report]) -> str:
    """One workflow command a finding: GitHub shows them beside the lines of a pull request."""
    return "".join(_command(name, finding) for name, report in reports.items() for finding in report.findings)


def _described(title: str) -> dict[str, Any]:
    return {"shortDescription": {"text": title}}


def _result(name: str, finding: LintFinding) -> dict[str, Any]:
    region = {"startLine": finding.line, "startColumn": finding.column}
    location = {"physicalLocation": {"artifactLocation": {"uri": quote(name)}, "region": region}}
    text = f"{finding.message}. {finding.hint}".rstrip(". ") if finding.hint else finding.message
    return {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [location],
    }


def _command(name: str, finding: LintFinding) -> str:
    where = f"file={_property(name)},line={finding.line},col={finding.column},title={_property(finding.code)}"
    text = "\n".join(visible(part) for part in (finding.message, finding.hint) if part)
    return f"::{_COMMANDS[finding.severity]} {where}::{_data(text)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
