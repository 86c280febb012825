"""When rules may be written to a console."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dac.config.calibrations import calibration_text, load_calibration
from dac.config.console_files import calibration_path
from dac.config.loading import load_project
from dac.errors import ConfigError
from dac.model.calibration import Calibration, ParameterForm, TestForm
from dac.model.capabilities import Capabilities
from dac.qradar.versions import capabilities
from dac.run.standing import standing_of

if TYPE_CHECKING:
    from pathlib import Path

    from dac.config.settings import Project
    from dac.run.standing import Standing

URL, IDENTITY, BUILD = "https://qradar.example.com", "8f2c", "2021.6.12.20250509154206"
REAL = Capabilities((26, 0), BUILD, "7.5.0")
FORM = TestForm(
    "EVENT", "320", "Common", "1", None, "the filter {1}",
    (ParameterForm("1", types="aql"), ParameterForm("2", fixed="")), (("1",), ("1", "2")), 3,
)  # fmt: skip
TRIED = Calibration("prod", URL, IDENTITY, "26.0", BUILD, 12, canary=True, tests={"AQL_Test": (FORM,)})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "dac.toml").write_text(
        f"""\
[project]
name = "lab"
id = "6f1c2a52-6f0e-4f6b-9d5e-0b6a3c1d2e4f"
[console.prod]
url = "{URL}"
token = {{ env = "TOKEN" }}
[console.local]
url = "emulator:local.db"
"""
    )
    return load_project(tmp_path)


def standing(
    project: Project, saved: Calibration | None, about: Capabilities = REAL, identity: str = IDENTITY
) -> Standing:
    if saved is not None:
        calibration_path(project, saved.console).write_text(calibration_text(saved), encoding="utf-8")
    return standing_of(project, project.consoles["prod"], about, lambda: identity)


@pytest.mark.parametrize(
    ("saved", "identity", "closed"),
    [
        (TRIED, IDENTITY, ""),
        (None, IDENTITY, "it was never calibrated"),
        (replace(TRIED, canary=False), IDENTITY, "its calibration was only read"),
        (replace(TRIED, identity="another"), IDENTITY, "its calibration is of another console"),
        (TRIED, "", "its calibration is of another console, or of this one before it was rebuilt"),
        (replace(TRIED, url="https://old.example.com"), IDENTITY, ""),  # it has moved, and is the same
        (replace(TRIED, identity="", url="https://old.example.com"), IDENTITY, "its calibration is of another console"),
        (replace(TRIED, identity=""), IDENTITY, ""),
    ],
)
def test_a_real_console_is_open_after_a_calibration_of_its_own(
    project: Project, saved: Calibration | None, identity: str, closed: str
) -> None:
    found = standing(project, saved, identity=identity)
    assert found.closed[: len(closed) or None] == closed
    assert found.known == (saved if not found.closed or "only read" in found.closed else None)
    assert found.warnings == ()


def test_another_build_is_told_and_stops_nothing(project: Project) -> None:
    found = standing(project, TRIED, replace(REAL, build="2021.6.14.1"))
    assert (found.closed, [item.code for item in found.warnings]) == ("", ["old-calibration"])


def test_an_emulator_is_always_open(project: Project) -> None:
    over_tcp = capabilities((26, 0), {"release_name": "dac emulator", "build_version": BUILD})
    assert standing(project, None, over_tcp).closed == ""
    assert standing(project, replace(TRIED, identity="another"), over_tcp).known is None
    assert standing_of(project, project.consoles["local"], REAL, lambda: "").closed == ""


@pytest.mark.parametrize("release", ["", "7.5.0", "QRadar emulator", "dac emulator 2", None])
def test_nothing_else_passes_for_an_emulator(release: str | None) -> None:
    assert not capabilities((26, 0), {"release_name": release, "build_version": "dac emulator"}).emulator


def test_the_file_says_what_was_found_and_comes_back_equal(project: Project) -> None:
    standing(project, TRIED)
    assert load_calibration(project, "prod") == TRIED
    assert load_calibration(project, "local") is None


def test_a_damaged_file_names_its_line(project: Project) -> None:
    text = calibration_text(TRIED).replace('"seen": 3', '"seen": 0')
    calibration_path(project, "prod").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_calibration(project, "prod")
    (found,) = caught.value.diagnostics
    line = next(number for number, row in enumerate(text.splitlines(), 1) if '"seen"' in row)
    assert (found.code, str(found.position)) == ("bad-calibration", f"stacks/prod.calibration.json:{line}")
    assert json.loads(text)["tests"]["AQL_Test"][0]["seen"] == 0
