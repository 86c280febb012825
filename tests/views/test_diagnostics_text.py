"""Diagnostics and errors: where, what, why, what to do; never a traceback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sample_plans import at

from dac.errors import AqlError, ConfigError, DacError, Forbidden, Interrupted, Unreachable
from dac.model.diagnostic import Diagnostic, Severity
from dac.model.position import SourcePosition
from dac.views.human.diagnostics import count_line, diagnostics_text, valid_text
from dac.views.human.failure import error_text
from dac.views.machine.diagnostics import diagnostics_json

if TYPE_CHECKING:
    from collections.abc import Callable

    Golden = Callable[[str, str], None]

UNKNOWN = Diagnostic(
    Severity.ERROR,
    "unknown-field",
    'There is no field "severty" in a detection',
    "A detection has these fields:\nname, severity, aql",
    'Did you mean "severity"?',
    SourcePosition("stacks/cloud/detections.toml", 12),
    at("detection.risky_sign_in"),
)
WARNING = Diagnostic(
    Severity.WARNING, "no-case", "No case covers this detection", position=SourcePosition("stacks/cloud/a.toml", 3)
)
NOWHERE = Diagnostic(Severity.ERROR, "cycle", "detection.a reads itself", address=at("detection.a"))


def test_findings_are_sorted_by_place_and_counted_at_the_end(golden: Golden) -> None:
    golden("views/diagnostics.txt", diagnostics_text([UNKNOWN, WARNING, NOWHERE, UNKNOWN]))


def test_a_finding_starts_with_its_place_its_code_and_what_is_wrong() -> None:
    first = diagnostics_text([UNKNOWN]).splitlines()[0]
    assert first == (
        'stacks/cloud/detections.toml:12: error[unknown-field]: There is no field "severty" in a detection'
    )


def test_no_findings_are_no_text() -> None:
    assert diagnostics_text([]) == ""
    assert count_line([]) == ""


def test_a_valid_configuration_is_a_success_with_its_counts() -> None:
    counts = {"detection": 12, "building_block": 1, "reference_set": 0, "custom_property": 3}
    assert valid_text(2, counts) == (
        "Success! The configuration is valid.\n\n2 stacks, 12 detections, 1 building block, 3 custom properties.\n"
    )


def test_json_has_the_shape_of_terraform_validate() -> None:
    document = json.loads(diagnostics_json([WARNING, UNKNOWN]))
    assert (document["valid"], document["error_count"], document["warning_count"]) == (False, 1, 1)
    assert document["format_version"] == "1.0"
    assert document["diagnostics"][1] == {
        "severity": "error",
        "code": "unknown-field",
        "summary": 'There is no field "severty" in a detection',
        "detail": "A detection has these fields:\nname, severity, aql",
        "hint": 'Did you mean "severity"?',
        "address": "cloud/detection.risky_sign_in",
        "range": {"filename": "stacks/cloud/detections.toml", "start": {"line": 12}, "end": {"line": 12}},
    }


def test_warnings_alone_leave_a_configuration_valid() -> None:
    assert json.loads(diagnostics_json([WARNING]))["valid"] is True


FORBIDDEN = Forbidden(
    "The console refused to list rules",
    detail="The token's role lacks a capability.",
    hint="Give the authorized service the role Security Administrator.",
    request="GET /api/analytics/rules",
    status=403,
    code=26,
)


def test_an_error_of_the_console_says_what_was_asked_and_what_came_back(golden: Golden) -> None:
    golden("views/error_forbidden.txt", error_text(FORBIDDEN))


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (DacError("No dac.toml here\x1b[2J"), "Error: No dac.toml here\\x1b[2J\n"),
        (DacError("No dac.toml here", hint="Run dac init."), "Error: No dac.toml here\n\nRun dac init.\n"),
        (
            AqlError("aql-unexpected", "A ) is missing", line=3, column=7),
            "Error: A ) is missing\n\n  at line 3, column 7 of the AQL [aql-unexpected]\n",
        ),
        (
            Unreachable("No answer", request="GET /api/help/versions"),
            "Error: No answer\n\n  Request: GET /api/help/versions\n",
        ),
        (Interrupted("Stopped after wave 2"), "Interrupted: Stopped after wave 2\n"),
    ],
)
def test_an_error_is_a_few_lines(error: DacError, text: str) -> None:
    assert error_text(error) == text


def test_an_error_of_the_configuration_is_its_findings() -> None:
    assert error_text(ConfigError([UNKNOWN])) == diagnostics_text([UNKNOWN])
