"""What the examples' scripts run in: a shell that finds dac, and nothing of the developer's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dac_on_path import dac_folder

EXAMPLES = Path(__file__).parents[2] / "examples"


def dac_environment() -> dict[str, str]:
    """The environment of a shell where this Python's `dac` comes first."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "PYTHONPATH") if name in os.environ}
    path = os.pathsep.join([str(dac_folder()), str(Path(sys.executable).parent), os.environ["PATH"]])
    return kept | {"PATH": path, "TZ": "UTC", "GIT_CONFIG_GLOBAL": os.devnull}
