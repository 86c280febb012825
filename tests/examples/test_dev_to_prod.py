"""examples/dev-to-prod/run.sh, as somebody runs it who has just cloned the repository."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from shells import EXAMPLES, dac_environment

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = EXAMPLES / "dev-to-prod"
STORY = (
    'dev:\nlog source type "Acme door controller" is number 4000\nlog source type "Acme VPN gateway" is number 4001\n',
    'prod:\nlog source type "Acme VPN gateway" is number 4000\n',
    "prod speaks an API version that dac knows [target-api]: API 22.0",
    "~ filter = ''' # variable suspicious_countries",
    "Apply complete! Resources: 5 added, 0 changed, 0 destroyed.",
    '-severity = "medium"\n+severity = "high"\n',
    "Plan: 0 to add, 1 to change, 0 to destroy.",
    "Drift: 2 differences (1 would be reverted, 1 held): 1 disabled, 1 entries added.",
    '+value = "198.51.100.23"\n',
    "enabled = false -> true (rest)",
    "No changes. The console matches the configuration.",
    "No changes. The console matches the configuration.",
    "=== Done\n",
)


def test_the_script_tells_its_story_and_leaves_nothing_behind(tmp_path: Path) -> None:
    before = sorted(EXAMPLE.rglob("*"))
    environment = dac_environment() | {"TMPDIR": str(tmp_path)}
    ran = subprocess.run(
        [EXAMPLE / "run.sh"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr
    rest = ran.stdout
    for words in STORY:
        assert words in rest, f"{words!r} does not come when it should, see:\n{rest[-3000:]}"
        rest = rest.partition(words)[2]
    assert list(tmp_path.iterdir()) == []
    assert sorted(EXAMPLE.rglob("*")) == before
