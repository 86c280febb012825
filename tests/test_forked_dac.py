"""The forked commands of the acceptance tests are held against ones that are really started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from dac_on_path import dac_folder
from forked_dac import dac

ROOT = Path(__file__).parents[1]
ENV = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--version",), 0), (("validate", "--help"), 0), (("aply",), 1), (("plan", "--colour"), 1), (("show", "x.y"), 1)],
)
def test_a_forked_command_says_what_a_started_one_says(words: tuple[str, ...], code: int) -> None:
    command = [sys.executable, "-m", "dac", *words]
    started = subprocess.run(
        command, cwd=ROOT, env=ENV, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    forked = dac(words, folder=ROOT, env=ENV)
    assert started.returncode == code
    assert (forked.code, forked.stdout, forked.stderr) == (started.returncode, started.stdout, started.stderr)


def test_nothing_of_a_forked_command_is_left_for_the_next(tmp_path: Path) -> None:
    assert dac(["init"], folder=tmp_path, env=ENV).code == 0
    for _ in range(2):
        assert dac(["validate"], folder=tmp_path, env=ENV).code == 0
    (tmp_path / "dac.toml").write_text("[project]\nname = 5\n")
    assert dac(["validate"], folder=tmp_path, env=ENV).code == 1
    assert dac(["validate"], folder=ROOT, env=ENV).code == 0


def test_one_that_does_not_end_is_ended(tmp_path: Path) -> None:
    assert dac(["init"], folder=tmp_path, env=ENV).code == 0
    with pytest.raises(AssertionError, match="dac emulator serve --port 0 has not ended after"):
        dac(["emulator", "serve", "--port", "0"], folder=tmp_path, env=ENV, seconds=0.1)
    assert dac(["--version"], folder=tmp_path, env=ENV).code == 0


@pytest.mark.parametrize(
    ("line", "code"),
    [("dac --version", 0), ("dac aply", 1), ("echo 'SELECT username FROM events LAST 1 HOURS' | dac aql check", 0)],
)
def test_a_shell_finds_a_dac_that_reads_says_and_exits_as_the_one_beside_its_python(line: str, code: int) -> None:
    beside = Path(sys.executable).parent
    forked, started = [
        subprocess.run(
            ["bash", "-c", line],
            cwd=ROOT,
            env=ENV | {"PATH": f"{folder}:{ENV['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )
        for folder in (dac_folder(), beside)
    ]
    assert started.returncode == code
    assert (forked.returncode, forked.stdout, forked.stderr) == (code, started.stdout, started.stderr)
