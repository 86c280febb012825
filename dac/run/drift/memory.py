"""What `dac drift` found last time, so that a job that runs every five minutes says each thing once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dac.errors import DacError
from dac.run.reports import write_report
from dac.state.durable import file_errors

if TYPE_CHECKING:
    from dac.config.settings import Project

FAILURE = "error"
"""The first word of what is remembered of a run that could not look."""

_LAST = "last"
_MAJOR = "1."


@dataclass(frozen=True, slots=True)
class Former:
    """An earlier report: when it was made (RFC 3339), and what it had seen."""

    timestamp: str
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Memory:
    """What --since means. path: where this run is remembered; None unless the last one is asked about."""

    compared: bool = False
    former: Former | None = None
    path: Path | None = None

    @property
    def keys(self) -> frozenset[str]:
        """What was known before this run."""
        return self.former.keys if self.former else frozenset()

    @property
    def answers(self) -> frozenset[str]:
        """The same less failures to look: those are over when there is an answer, whoever is told of it."""
        return frozenset(key for key in self.keys if not key.startswith(f"{FAILURE} "))


def recall(since: str | None, project: Project, console: str, named: tuple[str, ...]) -> Memory:
    """Read the report that --since means: a file, or by the word `last` what is remembered for these stacks."""
    if since is None:
        return Memory()
    if since.casefold() != _LAST:
        return Memory(compared=True, former=read_former(Path(since), console))
    stacks = "".join(f"+{name}" for name in sorted(set(named)))
    path = project.state.path / "drift" / console / f"{_LAST}{stacks}.json"
    return Memory(compared=True, former=read_former(path, console), path=path)


def remember(path: Path, text: str) -> None:
    """Write what the next run is to be compared with, in a folder that is dac's own."""
    with file_errors("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_report(path, text)


def read_former(path: Path, console: str) -> Former | None:
    """Read a report; None when there is none yet, as in a job's first run. DacError when the file is no such report."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise DacError(f"--since: {path} cannot be read: {why}", hint=_HINT) from None
    try:
        report = json.loads(text)
        version, name = report["format_version"], report["console"]["name"]
        former = Former(str(report["timestamp"]), frozenset(map(str, report["keys"])))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DacError(f"--since: {path} is no report of `dac drift`", hint=_HINT) from None
    if not str(version).startswith(_MAJOR):
        raise DacError(f"--since: {path} has format {version}, which this dac does not know", hint=_HINT)
    if name != console:
        raise DacError(f"--since: {path} is a report of console {name}, not of {console}", hint=_HINT)
    return former


_HINT = "name a file that `dac drift --report FILE` wrote for this console, or the word last; or delete the file"
