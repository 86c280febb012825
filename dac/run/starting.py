"""The use case `init`: a project that `dac plan` works in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import uuid4

from dac.config.project import find_project_file
from dac.errors import DacError

if TYPE_CHECKING:
    from pathlib import Path

_DAC_TOML = """\
[project]
name = "{name}"
id = "{id}"    # seeds every uuid: never change it
timezone = "UTC"

[console.local]
url = "emulator:state/emulator/local.db"

# [console.prod]
# url = "https://qradar.example.com"
# token = {{ env = "QRADAR_PROD_TOKEN" }}
# ca_file = "certs/prod-ca.pem"

[state]
backend = "local"
"""

_STACK = '''\
[stack]
description = "A first stack"

[detection.first]
name = "Example: many failed sign-ins of an administrator"
severity = "low"
status = "experimental"
log_source_types = ["Microsoft Windows Security Event Log"]
filter = """
username IMATCHES '.*admin.*'
AND QIDNAME(qid) ILIKE '%fail%'
"""
notes = "Change me: what it means, and what to do about it."

[detection.first.offense]
index = "username"
'''

_IGNORE = "/state/*\n*.dacplan\n*.snapshot\n"


def init(folder: Path) -> tuple[Path, ...]:
    """Write dac.toml, a first stack and what Git should ignore; return what was written, nothing is overwritten.

    DacError when the folder already lies in a project.
    """
    try:
        existing = find_project_file(folder)
    except DacError:
        existing = None
    if existing is not None:
        raise DacError(f"{existing} is there already", hint="this folder is in a project; `dac plan` works here")
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", folder.resolve().name).strip("-") or "soc"
    name = name if name[0].isalpha() else f"soc-{name}"
    files = {
        folder / "dac.toml": _DAC_TOML.format(name=name, id=uuid4()),
        folder / "stacks" / "first" / "stack.toml": _STACK,
        folder / ".gitignore": _IGNORE,
    }
    return tuple(path for path, text in files.items() if _written(path, text))


def _written(path: Path, text: str) -> bool:
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True
