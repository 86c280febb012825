"""Snapshots of a console as files: what a plan reads of it, and the states of its stacks, at one moment."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from dac import __version__
from dac.errors import DacError
from dac.model.deployed import digest
from dac.model.plan import ConsoleRef
from dac.qradar.properties import PROPERTIES
from dac.qradar.qids import PATH as QIDS
from dac.qradar.sets import ENTRIES, SETS
from dac.qradar.snapshot.codec import from_json, to_json
from dac.run.reports import require_own
from dac.state.codec import decode, encode
from dac.state.durable import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dac.qradar.snapshot.seen import Seen
    from dac.state.document import StateDocument

FORMAT = 1
_WHAT = "dac snapshot"
_COUNTED = {SETS: "reference set", ENTRIES: "entry", PROPERTIES: "custom property", QIDS: "QID record"}
_WRITTEN_BY = "`dac console snapshot --out FILE` writes one"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A console of a project, named by its id, as it was at `made` (epoch ms). `states` are by stack."""

    made: int
    project: str
    console: ConsoleRef
    seen: Seen
    states: Mapping[str, StateDocument]

    @property
    def contents(self) -> dict[str, int]:
        """How much is in it, by what it is."""
        listed = {noun: len(self.seen.lists[path].rows) for path, noun in _COUNTED.items() if path in self.seen.lists}
        return {"rule": len(self.seen.rules), **listed, "state": len(self.states)}


def save_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot to a file of mode 0600. DacError when that cannot be done, or would be over somebody's file."""
    content = {
        "what": _WHAT,
        "format_version": FORMAT,
        "dac_version": __version__,
        "made": snapshot.made,
        "project": snapshot.project,
        "console": asdict(snapshot.console),
        "states": {stack: json.loads(encode(document)) for stack, document in sorted(snapshot.states.items())},
        "seen": to_json(snapshot.seen),
    }
    text = json.dumps(content | {"digest": digest(content)}, indent=1, sort_keys=True) + "\n"
    try:
        require_own(path, path)
        replace_file(path, text.encode())
    except OSError as error:
        raise DacError(
            f"the snapshot cannot be written to {path}: {error.strerror}", hint="choose another --out"
        ) from error


def load_snapshot(path: Path) -> Snapshot:
    """Read a snapshot; DacError says in what way the file is none, or none that this dac can read."""
    content = _content(path)
    version, writer = content.get("format_version"), content.get("dac_version")
    if version != FORMAT:
        raise DacError(
            f"{path} is a snapshot of format {version}, written by dac {writer}; this is dac {__version__}",
            hint="make a new one with this version",
        )
    seal = content.pop("digest", "")
    try:
        if digest(content) != seal:
            raise DacError(f"{path} was changed after it was written: its digest does not match", hint=_WRITTEN_BY)
        return _snapshot(content, path)
    except (KeyError, TypeError, ValueError) as error:
        raise DacError(f"{path} is a snapshot that cannot be read: {error!r}", hint=_WRITTEN_BY) from error


def _content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise DacError(f"{path} cannot be read: {error.strerror}", hint=_WRITTEN_BY) from error
    except (ValueError, RecursionError) as error:
        raise DacError(f"{path} is no snapshot: it is not JSON, or not all of it", hint=_WRITTEN_BY) from error
    if not isinstance(content, dict) or content.get("what") != _WHAT:
        raise DacError(f"{path} is no snapshot of a console", hint=_WRITTEN_BY)
    return content


def _snapshot(content: Mapping[str, Any], path: Path) -> Snapshot:
    states = {
        stack: decode(json.dumps(document).encode(), where=f"the state of {stack} in {path}", recovery=_WRITTEN_BY)
        for stack, document in content["states"].items()
    }
    console = ConsoleRef(**content["console"])
    return Snapshot(int(content["made"]), str(content["project"]), console, from_json(content["seen"]), states)
