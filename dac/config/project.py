"""The project: dac.toml found upwards from a folder, like a Git repository, and turned into settings."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from dac.config.dac_toml import FILE_NAME, check_project_file
from dac.config.documents import read_document
from dac.config.findings import diagnose
from dac.config.settings import (
    AuditSettings,
    ConsoleSettings,
    HistorySettings,
    HttpStateSettings,
    LintSettings,
    NotifySettings,
    Project,
    StateSettings,
    TokenSource,
)
from dac.config.urls import EMULATOR
from dac.errors import ConfigError, DacError
from dac.model.diagnostic import Diagnostics
from dac.resources.durations import seconds
from dac.resources.validation import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dac.config.dac_toml import ConsoleTable, ProjectFile
    from dac.config.state_table import StateTable
    from dac.config.tables import TokenTable


def find_project_file(start: Path) -> Path:
    """Return the dac.toml of `start` or of the nearest folder above it; DacError when there is none."""
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        file = candidate / FILE_NAME
        if os.path.isfile(file):  # noqa: PTH113 - Path.is_file raises for a folder that may not be entered
            return file
    raise DacError(
        f"there is no {FILE_NAME} in {folder} or in any folder above it",
        hint="change into the project's folder, or start a project with `dac init`",
    )


def load_project(start: Path) -> Project:
    """Read the project that `start` lies in. ConfigError carries all that is wrong with its dac.toml."""
    file = find_project_file(start)
    found = Diagnostics()
    document = read_document(file, FILE_NAME, found)
    if document is None:
        raise ConfigError(found.sorted())
    content, findings = check_project_file(document.data)
    found.extend(diagnose(finding, document.position) for finding in findings)
    if content is None or found.has_errors:
        raise ConfigError(found.sorted())
    return _project(content, file.parent)


def default_console(
    project: Project, requested: str | None, env: Mapping[str, str], *, writes: bool
) -> ConsoleSettings:
    """Return the console a command works on; DacError says how to name one.

    `requested` is --console. DAC_CONSOLE counts for commands that only read. `local` is taken unasked only while
    dac.toml names nothing but `emulator:` consoles.
    """
    ambient = env.get("DAC_CONSOLE", "")
    harmless = all(console.emulator for console in project.consoles.values())
    name = requested or ("" if writes else ambient)
    if not name and harmless and "local" in project.consoles and ambient in ("", "local"):
        name = "local"
    if name in project.consoles:
        return project.consoles[name]
    if name:
        source = "--console" if requested else "DAC_CONSOLE"
        hint = did_you_mean(name, project.consoles, otherwise="add a [console.NAME] table with its url")
        raise DacError(f'{source} names "{name}", which is not a console of {FILE_NAME}', hint=hint)
    known = ", ".join(project.consoles) or "none yet: add [console.NAME] with its url"
    detail = f"Only one called local is taken unasked, and only while all consoles of {FILE_NAME} are emulators."
    if ambient:
        detail = "DAC_CONSOLE is not enough for a command that writes."
    raise DacError("no console is named", detail=detail, hint=f"add --console NAME; consoles in {FILE_NAME}: {known}")


def _project(model: ProjectFile, root: Path) -> Project:
    return Project(
        name=model.project.name,
        id=UUID(model.project.id),
        timezone=ZoneInfo(model.project.timezone),
        root=root,
        consoles={name: _console(name, console, root) for name, console in model.console.items()},
        state=StateSettings(model.state.backend, _absolute(root, model.state.path), _http(model.state, root)),
        history=_history(model, root),
        audit=_audit(model, root),
        lint=LintSettings(model.lint.severity, model.lint.longest_hours),
        notify=NotifySettings(_token_source(model.notify.webhook, root) if model.notify.webhook else None),
    )


def _history(model: ProjectFile, root: Path) -> HistorySettings:
    """By default it lies beside the states."""
    table = model.history
    path = _absolute(root, table.path or f"{model.state.path}/history")
    return HistorySettings(path, table.keep, table.keep_days)


def _audit(model: ProjectFile, root: Path) -> AuditSettings:
    path = _absolute(root, model.audit.path or f"{model.state.path}/audit.jsonl")
    return AuditSettings(path if model.audit.enabled else None)


def _console(name: str, console: ConsoleTable, root: Path) -> ConsoleSettings:
    emulated = console.url.removeprefix(EMULATOR) if console.url.startswith(EMULATOR) else ""
    return ConsoleSettings(
        name=name,
        url=console.url,
        token=_token_source(console.token, root) if console.token else None,
        emulator=_absolute(root, emulated) if emulated else None,
        ca_file=_absolute(root, console.ca_file) if console.ca_file else None,
        tls_verify=console.tls_verify,
        promote_from=console.promote_from or "",
        min_status=console.min_status,
        deploy=console.deploy,
        soak=seconds(console.soak) if console.soak else 0,
        rollout=console.rollout,
        delete_after=seconds(console.delete_after),
    )


def _http(state: StateTable, root: Path) -> HttpStateSettings | None:
    if state.address is None or state.lock_address is None:
        return None
    username = state.username
    return HttpStateSettings(
        address=state.address,
        lock_address=state.lock_address,
        unlock_address=state.unlock_address or state.lock_address,
        update_method=state.update_method,
        lock_method=state.lock_method,
        unlock_method=state.unlock_method,
        username=username if isinstance(username, str | None) else _token_source(username, root),
        password=_token_source(state.password, root) if state.password else None,
        ca_file=_absolute(root, state.ca_file) if state.ca_file else None,
        tls_verify=state.tls_verify,
        retry_max=state.retry_max,
        retry_wait_min=state.retry_wait_min,
    )


def _token_source(token: TokenTable, root: Path) -> TokenSource:
    words = shlex.split(token.command) if isinstance(token.command, str) else token.command or ()
    return TokenSource(token.env or "", _absolute(root, token.file) if token.file else None, tuple(words))


def _absolute(root: Path, text: str) -> Path:
    return root / os.path.expanduser(text)  # noqa: PTH111 - Path.expanduser raises for an unknown user
