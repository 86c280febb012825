"""A project on disk, written from a dict of files, and its diagnostics as lines."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from dac.config.loading import Stacks, load_project, load_stacks
from dac.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dac.config.declared import DeclaredResource
    from dac.model.diagnostic import Diagnostic

DAC_TOML = """\
[project]
name = "acme-soc"
id = "0b8f6f0e-5f0c-4d3c-9f43-0a4e2e9b3c11"
timezone = "Europe/Zurich"

[console.local]
url = "emulator:state/emulator/local.db"

[console.dev]
url = "https://dev.example.com"
token = { env = "DEV_TOKEN" }

[console.prod]
url = "https://qradar.example.com"
token = { env = "PROD_TOKEN" }
promote_from = "dev"
"""


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in {"dac.toml": DAC_TOML, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")


def load(root: Path, console: str = "dev", **variables: str) -> Stacks:
    project = load_project(root)
    return load_stacks(project, project.consoles[console], variables=variables)


def only_resource(stacks: Stacks) -> DeclaredResource:
    (resource,) = (resource for stack in stacks.stacks.values() for resource in stack.resources)
    return resource


def lines(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """`path:LINE: summary` of each."""
    return [f"{item.position}: {item.summary}" for item in diagnostics]


def problems(root: Path, files: Mapping[str, str], console: str = "dev", **variables: str) -> list[str]:
    write(root, files)
    return lines(load(root, console, **variables).diagnostics)


def project_problems(root: Path, text: str) -> list[str]:
    """What is wrong with a dac.toml; nothing when it can be used."""
    write(root, {"dac.toml": text})
    try:
        load_project(root)
    except ConfigError as error:
        return lines(error.diagnostics)
    return []
