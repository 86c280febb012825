"""Diagnostics as JSON, in the shape of `terraform validate -json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.model.diagnostic import Diagnostic, Diagnostics, Severity
from dac.views.machine.forms import dumped, heading

if TYPE_CHECKING:
    from collections.abc import Iterable


def diagnostics_json(diagnostics: Iterable[Diagnostic]) -> str:
    """All of them by file and line; `valid` as long as none is an error."""
    found = Diagnostics(list(diagnostics)).sorted()
    severities = [item.severity for item in found]
    return dumped(
        {
            **heading(),
            "valid": Severity.ERROR not in severities,
            "error_count": severities.count(Severity.ERROR),
            "warning_count": severities.count(Severity.WARNING),
            "diagnostics": [_form(item) for item in found],
        },
    )


def warnings_forms(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """What stops nothing, beside something else: in the order given."""
    return [_form(item) for item in diagnostics]


def _form(item: Diagnostic) -> dict[str, Any]:
    form: dict[str, Any] = {
        "severity": item.severity,
        "code": item.code,
        "summary": item.summary,
        "detail": item.detail,
        "hint": item.hint,
        "address": str(item.address) if item.address else None,
    }
    if item.position is not None:
        line = {"line": item.position.line}
        form["range"] = {"filename": item.position.path, "start": line, "end": line}
    return form
