"""What dac.toml says, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from uuid import UUID
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class TokenSource:
    """Where a token or a password is read from when it is needed. Exactly one of the three is set.

    env: a variable's name. file: absolute. command: program and arguments, run in the project's folder.
    """

    env: str = ""
    file: Path | None = None
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """One [console.NAME]. `emulator` is the absolute path of the database when `url` is `emulator:PATH`.

    `token` is None for `emulator:` consoles only. `promote_from` is '' when nothing is promoted to this console.
    `deploy` is a DeployMode. `soak` and `delete_after` are in seconds: how long something has to be on `promote_from`
    before it comes here, and how long a deprecated detection stays here after it was switched off.
    """

    name: str
    url: str
    token: TokenSource | None = None
    emulator: Path | None = None
    ca_file: Path | None = None
    tls_verify: bool = True
    promote_from: str = ""
    min_status: str = "experimental"
    deploy: str = "never"
    soak: int = 0
    rollout: str = "active"
    delete_after: int = 14 * 86_400


@dataclass(frozen=True, slots=True)
class HttpStateSettings:
    """A state server. The addresses are templates with {stack} and {console}; waits are in seconds.

    `username` may be written out; the password never is. Both None: the server wants none.
    """

    address: str
    lock_address: str
    unlock_address: str
    update_method: str = "POST"
    lock_method: str = "LOCK"
    unlock_method: str = "UNLOCK"
    username: str | TokenSource | None = None
    password: TokenSource | None = None
    ca_file: Path | None = None
    tls_verify: bool = True
    retry_max: int = 4
    retry_wait_min: int = 1


@dataclass(frozen=True, slots=True)
class StateSettings:
    """[state]. `path` is absolute; the local back end keeps `<path>/<console>/<stack>.json` there.

    `http` is set when the states are on a server; then `path` holds locks, backups and rescue files only.
    """

    backend: str
    path: Path
    http: HttpStateSettings | None = None


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """[history]. `path` is absolute. Of each console the last `keep` applies stay, and those of `keep_days` days."""

    path: Path
    keep: int = 50
    keep_days: int = 0


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """[audit]. `path` is absolute, None when no audit log is kept."""

    path: Path | None


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """[notify]. `webhook` is where the URL is read from, None when nobody is told."""

    webhook: TokenSource | None = None


@dataclass(frozen=True, slots=True)
class LintSettings:
    """[lint]. `severity` maps a rule's code to error, warning, info or off; `longest_hours` bounds a window."""

    severity: Mapping[str, str] = field(default_factory=dict)
    longest_hours: int = 24


@dataclass(frozen=True, slots=True)
class Project:
    """dac.toml as a whole. `root` is the folder it stands in, absolute."""

    name: str
    id: UUID
    timezone: ZoneInfo
    root: Path
    consoles: Mapping[str, ConsoleSettings]
    state: StateSettings
    history: HistorySettings
    audit: AuditSettings
    lint: LintSettings = LintSettings()
    notify: NotifySettings = NotifySettings()

    @property
    def stacks_folder(self) -> Path:
        return self.root / "stacks"

    def display(self, path: Path) -> str:
        """Return `path` as it should be printed: relative to the project where it lies within."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()
