"""Reports in files: whole or not at all, and for their owner alone, since they hold what is in allowlists."""

from __future__ import annotations

import os
from pathlib import Path

from dac.errors import DacError, StateError
from dac.state.durable import replace_file


def write_report(path: Path, text: str) -> None:
    """Write a report (0600). DacError when that is not possible; a folder that is missing may be a slip: none is made.

    What is no file, such as a pipe or /dev/stdout, is written to and left what it is.
    """
    place = Path(os.path.realpath(path))
    try:
        if place.exists() and not place.is_file():
            place.write_text(text, encoding="utf-8")
            return
        replace_file(place, text.encode())
    except (OSError, StateError) as error:
        why = error.strerror if isinstance(error, OSError) else error.summary
        raise DacError(f"the report cannot be written to {path}: {why}", hint="choose another place") from None
