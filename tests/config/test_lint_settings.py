"""[lint] in dac.toml: severities by the linter's codes, and how long a search may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from project_files import DAC_TOML, project_problems, write

from dac.config.loading import load_project

if TYPE_CHECKING:
    from pathlib import Path

LINT = len(DAC_TOML.splitlines()) + 1
"""The line of a [lint] that is put at the end."""


def problems(folder: Path, text: str) -> list[str]:
    return project_problems(folder, f"{DAC_TOML}{text}")


def test_severities_are_kept_by_code_and_a_window_is_24_hours_unless_said(tmp_path: Path) -> None:
    write(tmp_path, {"dac.toml": f'{DAC_TOML}[lint]\nseverity = {{ AQL045 = "off", AQL020 = "error" }}\n'})
    lint = load_project(tmp_path).lint
    assert lint.severity == {"AQL045": "off", "AQL020": "error"}
    assert lint.longest_hours == 24


def test_an_unknown_code_is_an_error_at_its_line_that_names_the_nearest(tmp_path: Path) -> None:
    text = '[lint.severity]\nAQL020 = "off"\nAQL02O = "off"\n'
    assert problems(tmp_path, text) == [f"dac.toml:{LINT + 2}: the linter has no rule AQL02O"]


def test_every_unknown_code_is_reported_also_within_one_line(tmp_path: Path) -> None:
    text = '[lint]\nseverity = { X1 = "off", AQL020 = "off", X2 = "off" }\n'
    assert problems(tmp_path, text) == [
        f"dac.toml:{LINT + 1}: the linter has no rule X1",
        f"dac.toml:{LINT + 1}: the linter has no rule X2",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[lint]\nseverity = { AQL020 = "none" }\n', 1),
        ("[lint]\nlongest_hours = 0\n", 1),
        ('[lint]\nlongest_hours = "24h"\n', 1),
        ("[lint]\nlongest = 24\n", 1),
    ],
    ids=["no-severity", "zero", "text", "unknown-key"],
)
def test_a_value_that_is_none_is_one_error_at_its_line(tmp_path: Path, text: str, line: int) -> None:
    (problem,) = problems(tmp_path, text)
    assert problem.startswith(f"dac.toml:{LINT + line}: ")
