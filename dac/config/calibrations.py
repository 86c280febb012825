"""`stacks/CONSOLE.calibration.json`: how a console's rule wizard writes tests, committed beside the stacks."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as ModelField

from dac.config.console_files import ConsoleFile, calibration_path
from dac.model.calibration import Calibration, ParameterForm, TestForm

if TYPE_CHECKING:
    from dac.config.settings import Project

VERSION = 1

_FILE = ConsoleFile("calibration", "calibrate", VERSION)

_Name = Annotated[str, ModelField(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Parameter(_Strict):
    id: _Name
    name: str | None = None
    initial_text: str | None = None
    selection_label: str | None = None
    options: str | None = None
    types: str | None = None
    selection_id: str | None = None
    fixed: str | None = None


class _Form(_Strict):
    rule_type: _Name
    id: _Name
    group: str | None = None
    group_id: str | None = None
    capabilities: str | None = None
    text: str | None = None
    parameters: list[_Parameter]
    filled: list[list[str]]
    seen: Annotated[int, ModelField(ge=1)]


class _File(_Strict):
    version: Literal[1]
    console: _Name
    url: str
    identity: str
    api_version: str
    build: str
    rules: Annotated[int, ModelField(ge=0)]
    canary: bool
    tests: dict[_Name, list[_Form]]


def load_calibration(project: Project, console: str) -> Calibration | None:
    """Read the calibration of a console; None where there is none. ConfigError for a file that is damaged."""
    file = calibration_path(project, console)
    if not file.is_file():
        return None
    content = _FILE.read(file, project.display(file), _File, console=console)
    rest = content.model_dump(exclude={"version", "tests"})
    return Calibration(**rest, tests={name: tuple(map(_form, forms)) for name, forms in content.tests.items()})


def calibration_text(calibration: Calibration) -> str:
    """The file: the same for the same findings; what a console does not write is left out."""
    content = {"version": VERSION} | asdict(calibration)
    content["tests"] = {name: [_row(form) for form in forms] for name, forms in sorted(calibration.tests.items())}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _row(form: TestForm) -> dict[str, Any]:
    row = {key: value for key, value in asdict(form).items() if value is not None}
    parameters = [{key: value for key, value in asdict(p).items() if value is not None} for p in form.parameters]
    return row | {"parameters": parameters}


def _form(row: _Form) -> TestForm:
    parts = row.model_dump(exclude={"parameters", "filled"})
    parameters = tuple(ParameterForm(**parameter.model_dump()) for parameter in row.parameters)
    return TestForm(**parts, parameters=parameters, filled=tuple(map(tuple, row.filled)))
