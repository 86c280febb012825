"""The embedded console's database: where a project has it, how it hurries in tests, how one is put in place."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

DATABASE = "state/emulator/local.db"
HURRIED = Settings(task_seconds=0, install_seconds=0, export_seconds=0, deploy_seconds=0, rules_visible_after=0)


def put(source: Path, target: Path) -> None:
    """Copy a database to where a project looks for it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
