"""A project of N detections of about 2 kB each, and the same N objects for Terraform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from pathlib import Path

_CLAUSES = " OR ".join(f"username = 'service.account.{number:03d}@example.com'" for number in range(30))
_DETECTION = """\
[detection.d{number:05d}]
name = "Detection {number:05d}"
severity = {severity}
log_source_types = ["Microsoft Windows Security Event Log"]
mitre = ["T1078"]
groups = ["Benchmark"]
notes = "Number {number}"
aql = '''
SELECT username, sourceip FROM events
WHERE qid = {qid} AND ({clauses})
LAST 24 HOURS
'''
[detection.d{number:05d}.offense]
index = "username"

"""


def write_project(root: Path, count: int, url: str) -> None:
    """Write dac.toml and one stack of `count` detections; the token is in the variable DAC_BENCHMARK_TOKEN."""
    stack = root / "stacks" / "big"
    stack.mkdir(parents=True)
    (root / "dac.toml").write_text(
        f'[project]\nname = "benchmark"\nid = "{UUID(int=5)}"\n\n[console.bench]\nurl = "{url}"\n'
        'token = { env = "DAC_BENCHMARK_TOKEN" }\n'
    )
    for first in range(0, count, 100):
        numbers = range(first, min(first + 100, count))
        (stack / f"d{first:05d}.toml").write_text("".join(map(_detection, numbers)))


def write_terraform(root: Path, count: int) -> None:
    """Write `count` terraform_data resources that hold the same text."""
    root.mkdir(parents=True)
    resources = {f"d{number:05d}": {"input": _detection(number)} for number in range(count)}
    (root / "main.tf.json").write_text(json.dumps({"resource": {"terraform_data": resources}}))


def _detection(number: int) -> str:
    return _DETECTION.format(number=number, severity=number % 11, qid=1_000_000 + number, clauses=_CLAUSES)
