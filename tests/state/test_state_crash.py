"""A writer that is killed at any point leaves the old document or the new one, and the way free for the next."""

from __future__ import annotations

import itertools
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from state_samples import HOLDER

from dac.state.codec import decode
from dac.state.local import LocalBackend

WRITER = '''
"""Writes one document after the other; each serial has its own number in every resource."""
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from dac.state.journal import new_document, next_serial, with_recorded
from dac.state.local import LocalBackend
from state_samples import CONSOLE, HOLDER, RULE, SET, recorded

root, writes, kill_at = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
backend = LocalBackend(root)
events = 0

def kill_before_the_nth_change_of_a_file(event, args):
    global events
    if event in {"os.rename", "os.link", "os.remove", "tempfile.mkstemp", "open"}:
        events += 1
        if events == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

with backend.lock("cloud", "prod", HOLDER, 0):
    document = backend.read("cloud", "prod") or new_document("cloud", CONSOLE, lineage="l-1")
    print("writing", flush=True)
    if kill_at:
        sys.addaudithook(kill_before_the_nth_change_of_a_file)
    for _ in range(writes):
        serial = str(document.serial + 1)
        entries = (recorded(address, digest=serial, deployed={"fill": serial * 20_000}) for address in (RULE, SET))
        document = backend.write(next_serial(with_recorded(document, *entries)))
'''


def writer(root: Path, *, writes: int, kill_at: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path[:0] = [{str(Path(__file__).parent)!r}]\n{WRITER}",
            str(root),
            str(writes),
            str(kill_at),
        ],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )


def whole_serial(root: Path) -> int:
    """The serial of the stored document, which must be one that a writer wrote, as its backup must be."""
    backend = LocalBackend(root)
    with backend.lock("cloud", "prod", HOLDER, 0):
        document = backend.read("cloud", "prod")
        leftovers = list((root / "prod").glob(".*"))
    assert leftovers == []
    if document is None:
        return 0
    backup = root / "prod" / "cloud.json.backup"
    both = [document]
    if backup.exists():
        both.append(decode(backup.read_bytes(), where="backup", recovery=""))
        assert both[1].serial in {document.serial, document.serial - 1}
    for one in both:
        assert {entry.digest for entry in one.resources.values()} == {str(one.serial)}
    return document.serial


def test_killed_before_any_of_its_steps_a_write_has_happened_or_not(tmp_path: Path) -> None:
    with writer(tmp_path, writes=1) as first:
        assert first.wait() == 0
    serial = whole_serial(tmp_path)
    assert serial == 1
    seen = set()
    for kill_at in itertools.count(1):
        with writer(tmp_path, writes=1, kill_at=kill_at) as process:
            survived = process.wait() == 0
        after = whole_serial(tmp_path)
        assert after in {serial, serial + 1}
        seen.add(after - serial)
        serial = after
        if survived:
            break
    assert seen == {0, 1}
    assert kill_at > 6  # it was killed at several points before it got through


def test_killed_at_random_moments_a_writer_leaves_a_whole_document(tmp_path: Path) -> None:
    chance = random.Random(20)  # noqa: S311 - moments, not secrets
    serial = 0
    for _ in range(8):
        with writer(tmp_path, writes=100_000) as process:
            assert process.stdout
            assert process.stdout.readline() == "writing\n"
            time.sleep(chance.uniform(0, 0.03))  # the moment of the kill is the point
            process.send_signal(signal.SIGKILL)
        after = whole_serial(tmp_path)
        assert after >= serial
        serial = after
    assert serial > 0
