"""What a run leaves in the audit log: every write request to the console, and every brake that somebody released."""

from __future__ import annotations

import getpass
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dac.planning.guard import NOT_CALIBRATED
from dac.state.audit_log import AuditLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dac.config.settings import ConsoleSettings, Project
    from dac.model.address import Address
    from dac.planning.situation import Options
    from dac.qradar.trail import Write


@dataclass(slots=True)
class Audit:
    """The audit log of one run on one console. `now` gives epoch ms; without a `log` nothing is kept.

    `run_id` and `plan` (a digest) are '' until `begin`: what is written before belongs to no apply.
    """

    log: AuditLog | None
    console: str
    origin: str
    now: Callable[[], int]
    run_id: str = ""
    plan: str = ""

    def begin(self, run_id: str, plan: str) -> None:
        """From here on everything is of this run. StateError when the log cannot be written."""
        self.run_id, self.plan = run_id, plan
        self.require()

    def require(self) -> None:
        """StateError when the log cannot be written: to be asked before anything is sent to the console."""
        if self.log is not None:
            self.log.require()

    def written(self, write: Write) -> None:
        """Note one write request."""
        told = {"outcome": write.fate.value, "status": write.status, "error": write.error}
        self._append(
            "request",
            write.addresses,
            channel=write.channel.value,
            request=f"{write.method} {write.path}",
            **{key: value for key, value in told.items() if value},
        )

    def override(self, flag: str, value: str = "", addresses: Iterable[Address] = ()) -> None:
        """Note that somebody released a brake: `flag` as on the command line, such as `--allow` or `unlock`."""
        self._append("override", addresses, override=f"{flag} {value}".strip())

    def overridden(self, options: Options) -> None:
        """Note the brakes that the command line of a plan released."""
        for code in sorted(options.allow):
            self.override(*(("--assume-catalogue",) if code == NOT_CALIBRATED else ("--allow", code)))
        if options.re_enable:
            self.override("--re-enable", addresses=sorted(options.re_enable))

    def _append(self, event: str, addresses: Iterable[Address], **more: object) -> None:
        if self.log is None:
            return
        line: dict[str, Any] = {
            "time": _iso(self.now()),
            "event": event,
            "who": who(),
            "host": socket.gethostname(),
            "run_id": self.run_id,
            "plan": self.plan,
            "console": self.console,
            "origin": self.origin,
            "addresses": [str(address) for address in addresses],
        }
        self.log.append({key: value for key, value in line.items() if value} | more)


def audit_of(project: Project, settings: ConsoleSettings, now: Callable[[], int]) -> Audit:
    """Return the audit log that dac.toml asks for, for one console."""
    path = project.audit.path
    return Audit(AuditLog(path) if path is not None else None, settings.name, origin_of(settings.url), now)


def origin_of(url: str) -> str:
    """Return scheme, host and port of a console's URL, whatever else stands in it; an `emulator:` one as it is."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else url


def who() -> str:
    """Return who runs this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


def _iso(now: int) -> str:
    return datetime.fromtimestamp(now / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
