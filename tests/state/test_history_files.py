from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from dac.errors import StateError
from dac.model.address import Address
from dac.model.change import MISSING, Action, Channel, Edit
from dac.model.history import Ending, PastApply, PastChange
from dac.model.plan import ConsoleRef
from dac.model.resource import Reference
from dac.model.run import Result
from dac.state.history import History

if TYPE_CHECKING:
    from pathlib import Path

HOUR = 3_600
NOW = 1_767_323_045_000
CHANGE = PastChange(
    address=Address("cloud", "detection", "risky"),
    action=Action.UPDATE,
    reason="the stack changed",
    uuid="268c1c1c",
    name="Risky \ud800 sign-in",
    remote_id="100003",
    before={"name": "Risky", "enabled": True},
    edits=(
        Edit("severity", 5, MISSING, Channel.EXTENSION),
        Edit("owner", None, "ana", Channel.REST, "because"),
    ),
    others=("192.0.2.1",),
    references=(Reference("reference_set", "VPN"),),
    protect=True,
    ignore_changes=("notes",),
    previous=(Address("cloud", "detection", "old"),),
    xml="<rule>\udcff</rule>",
    no_xml="why",
    result=Result.FAILED,
    message="no",
    left="",
)
APPLY = PastApply(
    run_id="plan-ab.1",
    console=ConsoleRef("prod", "https://qradar.example.com", "id"),
    stacks=("cloud", "mail"),
    began=NOW,
    who="ana",
    host="soc-7",
    command="dac apply",
    plan="abc",
    changes=(CHANGE,),
    rollback="run-0",
    ended=NOW + 1,
    ending=Ending.INCOMPLETE,
    reason="r",
)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history", "prod")


def _file(tmp_path: Path, run_id: str = APPLY.run_id) -> Path:
    return tmp_path / "history" / "prod" / f"{run_id}.json"


def test_what_was_written_is_read(history: History, tmp_path: Path) -> None:
    history.write(APPLY)
    assert history.read("plan-ab.1") == APPLY
    assert stat.S_IMODE(_file(tmp_path).stat().st_mode) == 0o600
    bare = replace(
        APPLY, run_id="b", changes=(PastChange(CHANGE.address, Action.CREATE, "", "n", after={"name": "n"}),), ended=0
    )
    history.write(bare)
    assert history.read("b") == bare


def test_the_same_apply_written_again_takes_the_place_of_the_first(history: History) -> None:
    history.write(replace(APPLY, ending=Ending.UNFINISHED))
    history.write(APPLY)
    assert history.every() == ((APPLY,), ())


def test_the_beginning_of_an_id_will_do_where_it_is_unambiguous(history: History) -> None:
    for run_id in ("aa", "aab", "abc"):
        history.write(replace(APPLY, run_id=run_id))
    assert history.read("ab").run_id == "abc"
    assert history.read("aa").run_id == "aa"
    for wrong, words in (("a", "3 applies begin so"), ("x", "no apply of that id"), ("../prod/aa", "no apply")):
        with pytest.raises(StateError, match=words):
            history.read(wrong)


def test_a_broken_file_hides_no_other(history: History, tmp_path: Path) -> None:
    history.write(APPLY)
    _file(tmp_path, "cut").write_text('{"version": 1,')
    table = json.loads(_file(tmp_path).read_text())
    _file(tmp_path, "copied").write_text(json.dumps(table))
    _file(tmp_path, "newer").write_text(json.dumps(table | {"version": 2}))
    found, problems = history.every()
    assert [past.run_id for past in found] == ["plan-ab.1"]
    assert [problem.rpartition(": ")[2] for problem in problems] == [
        "it is of apply plan-ab.1",
        "it is not JSON",
        "it has format version 2, and this dac reads 1",
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["began"], "now"),
        (["ending"], "done"),
        (["stacks"], [1]),
        (["changes", 0, "address"], "nowhere"),
        (["changes", 0, "action"], "explode"),
        (["changes", 0, "before"], []),
        (["changes", 0, "edits", 0, "channel"], "mail"),
        (["changes", 0, "edits"], [1]),
        (["changes", 0, "references"], [["one"]]),
        (["changes", 0, "result"], "fine"),
    ],
)
def test_a_wrong_value_is_named(history: History, tmp_path: Path, path: list[Any], value: Any) -> None:
    history.write(APPLY)
    table = json.loads(_file(tmp_path).read_text())
    place = table
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    _file(tmp_path).write_text(json.dumps(table))
    with pytest.raises(StateError, match="is no record of an apply") as refused:
        history.read(APPLY.run_id)
    assert str(next(key for key in reversed(path) if isinstance(key, str))) in refused.value.summary


def _kept(tmp_path: Path) -> list[str]:
    return sorted(path.stem for path in (tmp_path / "history/prod").iterdir())


def test_the_oldest_go_but_none_that_is_young(history: History, tmp_path: Path) -> None:
    for number in range(6):
        history.write(replace(APPLY, run_id=f"r{number}"))
        written = NOW / 1000 - number * 24 * HOUR
        os.utime(_file(tmp_path, f"r{number}"), (written, written))
    history.prune(keep=2, keep_days=4, now=NOW)
    assert _kept(tmp_path) == ["r0", "r1", "r2", "r3"]
    history.prune(keep=2, keep_days=0, now=NOW)
    assert _kept(tmp_path) == ["r0", "r1"]
    history.prune(keep=50, keep_days=0, now=NOW)
    assert _kept(tmp_path) == ["r0", "r1"]


def test_a_history_that_was_never_written_is_empty(history: History) -> None:
    assert history.every() == ((), ())
    history.prune(keep=1, keep_days=0, now=NOW)


def test_a_history_that_cannot_be_written_says_so(history: History, tmp_path: Path) -> None:
    (tmp_path / "history").write_text("in the way")
    with pytest.raises(StateError, match="cannot write"):
        history.write(APPLY)
