"""Reports in files: whole or not at all, and for their owner alone, since they hold what is in allowlists."""

from __future__ import annotations

import json
import os
from pathlib import Path

from dac.errors import DacError, StateError
from dac.state.durable import replace_file

_WRITER = "dac_version"  # in all JSON that dac writes


def write_report(path: Path, text: str) -> None:
    """Write a report (0600). DacError when that is not possible; a folder that is missing may be a slip: none is made.

    What is no file, such as a pipe or /dev/stdout, is written to and left what it is; a file that dac did not write is
    not written over.
    """
    place = Path(os.path.realpath(path))
    try:
        if place.exists() and not place.is_file():
            place.write_text(text, encoding="utf-8")
            return
        require_own(place, path)
        replace_file(place, text.encode())
    except (OSError, StateError) as error:
        why = error.strerror if isinstance(error, OSError) else error.summary
        raise DacError(f"the report cannot be written to {path}: {why}", hint="choose another place") from None


def require_own(place: Path, named: Path) -> None:
    """DacError when there is a file that dac did not write, for somebody would miss it. An empty one may be filled."""
    if not place.is_file():
        return
    data = place.read_bytes()
    try:
        content = json.loads(data) if data.strip() else {_WRITER: ""}
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or _WRITER not in content:
        raise DacError(
            f"{named} is there, and dac did not write it", detail="It was not overwritten.", hint="choose another place"
        )
