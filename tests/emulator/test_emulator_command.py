"""`dac emulator serve` and `endpoints`: what a user types, and what becomes of it."""

from __future__ import annotations

import os
import re
import signal
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from console_driver import SETS, Console, code
from forked_dac import Ran, dac
from test_foreign_clients import DAC_TOML, serve

from dac.emulator.contract import facts
from dac.emulator.served import served
from dac.emulator.settings import Settings
from dac.emulator.switches import kept_settings, switched
from dac.errors import DacError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dac.toml").write_text(DAC_TOML)
    return tmp_path


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], Console]]:
    process = serve(folder, *words)
    assert process.stdout is not None
    try:
        with Console(process.stdout.readline().split(" on ")[1].strip()) as console:
            yield process, console
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def ran(folder: Path, *words: str) -> Ran:
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return dac(["emulator", *words], folder=folder, env=env)


def test_a_console_of_another_age_is_served_and_stays_so(folder: Path) -> None:
    with serving(folder, "--api-version", "22") as (_, console):
        assert console.read("/help/versions")[-1]["version"] == "22.0"
        assert console.read("/system/about")["build_version"].startswith("2021.6.8.")
    with serving(folder) as (_, console):
        assert console.read("/help/versions")[-1]["version"] == "22.0"


def test_a_token_with_less_rights_and_a_slow_console(folder: Path) -> None:
    with serving(folder, "--capabilities", "rules, qids", "--latency", "30") as (_, console):
        response = console.post(SETS, {"name": "x", "entry_type": "ALN"})
        assert code(response) == (403, 26)
        assert response.elapsed.total_seconds() >= 0.03


def test_a_switch_is_kept(folder: Path) -> None:
    with serving(folder, "--set", "import_owner=installer", "--set", "task_seconds=1.5"):
        pass
    kept = kept_settings(folder / "console.db")
    assert (kept.import_owner, kept.task_seconds) == ("installer", 1.5)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(folder: Path, number: signal.Signals) -> None:
    with serving(folder) as (process, console):
        console.made(SETS, {"name": "kept", "entry_type": "ALN"})
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
    with serving(folder) as (_, console):
        assert [row["name"] for row in console.read(SETS, 'name="kept"')] == ["kept"]


def test_a_killed_one_has_kept_what_it_answered(folder: Path) -> None:
    with serving(folder) as (process, console):
        for n in range(20):
            console.made(SETS, {"name": f"kept {n}", "entry_type": "ALN"})
        process.kill()
        process.wait()
    with serving(folder) as (_, console):
        assert len(console.read(SETS, 'name like "kept %"')) == 20


def test_two_of_them_serve_one_console(folder: Path) -> None:
    with serving(folder) as (_, one), serving(folder, "--tls") as (_, other):
        made = one.made(SETS, {"name": "x", "entry_type": "ALN"})
        assert other.read(f"{SETS}/{made['id']}") == made


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--api-version", "9.0"), "there is no API version"),
        (("--capabilities", "EVERYTHING"), "there is no capability EVERYTHING"),
        (("--set", "colour=red"), "the emulator has no setting colour"),
        (("--set", "import_owner=nobody"), "import_owner cannot be 'nobody'"),
        (("--set", "import_owner"), "a name and a value are wanted"),
        (("--set", "task_seconds=soon"), "task_seconds cannot be 'soon'"),
        (("--certificate", "a.pem"), "--certificate and --key go together"),
        (("--certificate", "a.pem", "--key", "b.pem"), "there is no file a.pem"),
    ],
)
def test_what_cannot_be_served_is_said_in_words(folder: Path, words: tuple[str, ...], said: str) -> None:
    ended = ran(folder, "serve", "--port", "0", *words)
    assert ended.code == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_of_another_format_is_not_touched(folder: Path) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(folder / "console.db")) as db, db:
        db.execute("PRAGMA user_version = 1")
        db.execute("CREATE TABLE rule (id INTEGER)")
    ended = ran(folder, "serve", "--port", "0")
    assert ended.code == 1
    assert "dac emulator reset" in ended.stderr
    assert ran(folder, "reset").code == 0
    with serving(folder) as (_, console):
        assert console.read(SETS)


def test_a_console_from_the_environment_is_not_made_new(folder: Path) -> None:
    text = (folder / "dac.toml").read_text(encoding="utf-8")
    (folder / "dac.toml").write_text(f'{text}\n[console.other]\nurl = "emulator:other.db"\n', encoding="utf-8")
    (folder / "other.db").write_bytes(b"dear")
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ended = dac(["emulator", "reset"], folder=folder, env=env | {"DAC_CONSOLE": "other"})
    assert ended.code == 1
    assert "DAC_CONSOLE is not enough for a command that writes" in ended.stderr
    assert (folder / "other.db").read_bytes() == b"dear"


def test_endpoints_lists_every_endpoint(folder: Path) -> None:
    lines = ran(folder, "endpoints").stdout.splitlines()
    assert len(lines) == len(served())
    assert any(re.fullmatch(r"GET +/analytics/rules", line) for line in lines)
    assert any(line.startswith("POST   /reference_data/sets ") and "deprecated since 18" in line for line in lines)
    assert any("/reference_data_collections/sets" in line and "since 16" in line for line in lines)


def test_the_readme_names_what_is_not_served_and_counts_what_is() -> None:
    section = README.read_text("utf-8").partition("\n## The emulator\n")[2].partition("\n## ")[0]
    missing = set(facts()) - {f"{row.method} {row.path}" for row in served()}
    starts = tuple(found.rstrip("…") for found in re.findall(r"`(/[^`]+)`", section))
    assert [key for key in missing if not key.partition(" ")[2].startswith(starts)] == []
    assert [row.path for row in served() if row.path.startswith(starts)] == []
    assert f"answers {len(served())} endpoints" in section
    assert f"not answered are {len(missing)}:" in section


def test_a_setting_is_read_as_what_it_is() -> None:
    changed = switched(Settings(), {"ranged_status": "206", "interrupted_tasks": "true", "max_patch_rows": "5"})
    assert (changed.ranged_status, changed.interrupted_tasks, changed.max_patch_rows) == (206, True, 5)
    for name, text in (("interrupted_tasks", "yes"), ("ranged_status", "200.0"), ("max_patch_rows", "many")):
        with pytest.raises(DacError, match=f"{name} cannot be"):
            switched(Settings(), {name: text})
