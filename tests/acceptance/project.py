"""A project in a folder of its own, worked on as a user does: files, and `dac` as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forked_dac import Ran, dac

__all__ = ["Project", "Ran", "readme_command"]

ROOT = Path(__file__).parents[2]
SECONDS = 60

DAC_TOML = """\
[project]
name = "lab"
id = "6f1c2a52-6f0e-4f6b-9d5e-0b6a3c1d2e4f"
timezone = "UTC"

[console.local]
url = "emulator:state/emulator/local.db"

[state]
backend = "local"
"""
REMOTE = """\
url = "{url}"
token = {{ env = "LAB_TOKEN" }}"""
STACK = {
    "stack.toml": """\
[stack]
description = "Sign-ins from where nobody of ours is"

[variable.countries]
type = "list(string)"
default = ["KP", "IR"]
""",
    "allowlist.toml": """\
[reference_set.vpn]
name = "Lab: VPN egress"
entry_type = "IP"
description = "Exit addresses of our own"

[[reference_set.vpn.entry]]
value = "203.0.113.7"
reason = "Exit node Minsk"

[[reference_set.vpn.entry]]
value = "203.0.113.8"
reason = "Exit node Tehran"
""",
    "properties.toml": """\
[custom_property.LabCountry]
type = "string"
description = "Country of a sign-in"

[[custom_property.LabCountry.expression]]
log_source_type = "Microsoft Azure Active Directory"
json = '/"properties"/"location"/"countryOrRegion"'
""",
    "building_block.toml": """\
[building_block.succeeded]
name = "BB: Lab sign-in succeeded"
log_source_types = ["Microsoft Azure Active Directory"]
filter = "QIDNAME(qid) ILIKE '%success%'"
""",
    "foreign.toml": """\
[detection.foreign]
name = "Lab: sign-in from a flagged country"
severity = "high"
groups = ["Lab"]
log_source_types = ["Microsoft Azure Active Directory"]
building_blocks.all = ["building_block.succeeded"]
aql = '''
SELECT username, sourceip, "LabCountry"
FROM events
WHERE "LabCountry" IN (${var.countries})
LAST 24 HOURS
'''

[[detection.foreign.exception]]
field = "sourceip"
not_in = "reference_set.vpn"
whole_detection = true

[detection.foreign.offense]
index = "username"
""",
    "admin.toml": """\
[detection.admin]
name = "Lab: sign-in of an administrator"
severity = "low"
log_source_types = ["Microsoft Azure Active Directory"]
filter = "username IMATCHES '.*admin.*'"

[detection.admin.offense]
index = "username"
""",
}


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with a dac.toml. No setting of the developer's shell reaches its commands."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)

    @classmethod
    def lab(cls, root: Path) -> Project:
        """The small project that most tests start from: one resource of each kind, and a second detection."""
        project = cls(root)
        project.write("dac.toml", DAC_TOML)
        for name, text in STACK.items():
            project.write(f"stacks/lab/{name}", text)
        return project

    def on(self, url: str) -> Project:
        """The same folder, its only console at a URL, with the token that `dac emulator serve` takes."""
        self.write("dac.toml", DAC_TOML.replace('url = "emulator:state/emulator/local.db"', REMOTE.format(url=url)))
        return Project(self.root, {"LAB_TOKEN": "emulator"} | self.env)

    def dac(self, *words: str) -> Ran:
        """Run `dac WORDS` in the project's folder; whatever happens, nobody is shown a traceback."""
        ran = dac(words, folder=self.root, env=self.environment, seconds=SECONDS)
        assert "Traceback" not in ran.text, ran.text
        return ran

    def apply(self, *words: str) -> Ran:
        """`dac apply --auto-approve WORDS`, which has to succeed."""
        ran = self.dac("apply", "--auto-approve", *words)
        assert ran.code == 0, ran.text
        return ran

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start `dac WORDS` and leave it running."""
        return subprocess.Popen(
            [sys.executable, "-m", "dac", *words],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {"TZ": "UTC"} | self.env

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def edit(self, path: str, before: str, after: str) -> None:
        """Replace a text that is in a file exactly once."""
        text = self.read(path)
        assert text.count(before) == 1, f"{before!r} is {text.count(before)} times in {path}"
        self.write(path, text.replace(before, after))

    def remove(self, path: str) -> None:
        (self.root / path).unlink()

    def recorded(self, stack: str = "lab", console: str = "local") -> dict[str, Any]:
        """The state of a stack on a console."""
        document: dict[str, Any] = json.loads(self.read(f"state/{console}/{stack}.json"))
        return document


def readme_command(heading: str, program: str) -> list[str]:
    """The words after `program` in the first fenced block below a heading of the README."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2]
    block = section.split("```")[1].partition("\n")[2].strip()
    assert "\n" not in block, f"the README promises one line under {heading!r}"
    assert block.count(program) == 1, block
    return block.partition(program)[2].split()
