"""What `dac drift` found last time, so that a job that runs every five minutes says each thing once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dac.errors import DacError

if TYPE_CHECKING:
    from dac.run.scope import Scope

_LAST = "last"
_MAJOR = "1."


@dataclass(frozen=True, slots=True)
class Former:
    """An earlier report: when it was made (RFC 3339), and what it had seen."""

    timestamp: str
    keys: frozenset[str]


def means_last(since: str | None) -> bool:
    """Whether --since is the word for the report that dac itself remembers, and no file."""
    return since is not None and since.casefold() == _LAST


def place(since: str, scope: Scope, named: tuple[str, ...]) -> Path:
    """Return the file that --since means: one that was named, or what is remembered for a console and these stacks."""
    if not means_last(since):
        return Path(since)
    stacks = "".join(f"+{name}" for name in sorted(set(named)))
    return scope.project.state.path / "drift" / scope.console.name / f"{_LAST}{stacks}.json"


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
