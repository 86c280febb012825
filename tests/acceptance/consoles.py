"""The embedded console's database: where a project has it, how it hurries in tests, how one is put in place."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

DATABASE = "state/emulator/local.db"
HURRIED = Settings(task_seconds=0, install_seconds=0, export_seconds=0, deploy_seconds=0, rules_visible_after=0)


def add_reader(database: Path) -> str:
    """Let in a token that may read lists and nothing else, as none that is served by default is; return it."""
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("INSERT INTO user_role VALUES (77, 'Reader', '[]')")
        db.execute(
            "INSERT INTO authorized_service "
            "(label, token, created_by, user_role_id, security_profile_id, creation_date) VALUES "
            "('cron', 'only-reads', 'admin', 77, 1, 0)"
        )
    return "only-reads"


def put(source: Path, target: Path) -> None:
    """Copy a database to where a project looks for it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
