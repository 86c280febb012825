"""Many queries in one process: one JSON object a line in, one a line out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dac.aql.lint.engine import lint
from dac.aql.lint.rule import BARE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dac.aql.lint.context import Context
    from dac.aql.lint.findings import Report
    from dac.aql.references import References


def results(lines: Iterable[str], context: Context = BARE) -> Iterator[str]:
    """One result for each line that is not blank, in order, without a line break at its end.

    In: `{"aql": "SELECT .."}`. Out: `{"syntax_ok": bool, "diagnostics": [{"code", "severity", "line", "column",
    "message"}], "references": {..}}`. A line that is no such object has a result too, with code "JSONL".
    """
    for line in lines:
        if line.strip():
            yield json.dumps(_result(line, context))


def _result(line: str, context: Context) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        return _refused(f"this line is no JSON: {error}"[:200])
    text = given.get("aql") if isinstance(given, dict) else None
    if not isinstance(text, str):
        return _refused('this line is no object with a text under "aql"')
    return as_json(lint(text, context))


def as_json(report: Report) -> dict[str, Any]:
    """A report as JSON can hold it."""
    return {
        "syntax_ok": report.syntax_ok,
        "diagnostics": [
            {
                "code": finding.code,
                "severity": str(finding.severity),
                "line": finding.line,
                "column": finding.column,
                "message": finding.message,
            }
            for finding in report.findings
        ],
        "references": {} if report.references is None else _references(report.references),
    }


def _references(found: References) -> dict[str, Any]:
    return {
        "database": found.database,
        "properties": sorted(found.properties),
        "reference_sets": sorted(found.reference_sets),
        "reference_maps": sorted(found.reference_maps),
        "reference_tables": sorted(found.reference_tables),
        "log_source_type_names": sorted(found.log_source_type_names),
        "log_source_type_ids": sorted(found.log_source_type_ids),
        "qids": sorted(found.qids),
        "rule_names": sorted(found.rule_names),
        "functions": sorted(found.functions),
        "saved_searches": sorted(found.saved_searches),
    }


def _refused(message: str) -> dict[str, Any]:
    diagnostic = {"code": "JSONL", "severity": "error", "line": 1, "column": 1, "message": message}
    return {"syntax_ok": False, "diagnostics": [diagnostic], "references": {}}
