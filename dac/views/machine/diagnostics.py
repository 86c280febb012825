"""Diagnostics as JSON, in the shape of `terraform validate -json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.errors import AqlError, ConfigError, ConsoleError
from dac.model.diagnostic import Diagnostic, Diagnostics, Severity
from dac.views.machine.forms import dumped, heading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.errors import DacError


def diagnostics_json(diagnostics: Iterable[Diagnostic]) -> str:
    """All of them by file and line; `valid` as long as none is an error."""
    return _document([(_form(item), item.severity) for item in Diagnostics(list(diagnostics)).sorted()])


def error_json(error: DacError) -> str:
    """An error that ended a command, as the same document."""
    if isinstance(error, ConfigError) and error.diagnostics:
        return diagnostics_json(error.diagnostics)
    code = error.code if isinstance(error, AqlError) else ""
    form = _form(Diagnostic(Severity.ERROR, code, error.summary, error.detail, error.hint))
    if isinstance(error, ConsoleError):
        form |= {"request": error.request, "status": error.status, "console_code": error.code}
    return _document([(form, Severity.ERROR)])


def warnings_forms(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """What stops nothing, beside something else: in the order given."""
    return [_form(item) for item in diagnostics]


def _document(found: list[tuple[dict[str, Any], Severity]]) -> str:
    severities = [severity for _, severity in found]
    return dumped(
        {
            **heading(),
            "valid": Severity.ERROR not in severities,
            "error_count": severities.count(Severity.ERROR),
            "warning_count": severities.count(Severity.WARNING),
            "diagnostics": [form for form, _ in found],
        },
    )


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
