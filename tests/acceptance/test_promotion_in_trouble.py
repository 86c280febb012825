"""`dac promote` when something is wrong beside the gates: a console that goes down, files that are broken, reports."""

from __future__ import annotations

import functools
import json
import socket
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from project import Project
from promotions import ADMIN, UNASKED, Pair

from dac.model.promotion import Promotion, Verdict
from dac.run.console import open_console
from dac.run.plan.observation import Looking
from dac.run.promotion import promoting, source_drift, target_gates
from dac.run.scope import Request
from dac.views.human.promotion import promotion_text

if TYPE_CHECKING:
    from analyst import Analyst

NOW = 1_900_000_000_000
OF_THE_TARGET = ("target-connection", "target-api", "target-token", *UNASKED)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits between the tries of a read."""
    at_once = functools.partial(open_console, sleep=lambda _: None)
    monkeypatch.setattr(target_gates, "open_console", at_once)
    monkeypatch.setattr(source_drift, "open_console", at_once)


def ask(pair: Pair) -> Promotion:
    request = Request(pair.project.root, console="prod", env=pair.project.env)
    promoted = promoting.promote(request, (), Looking(), lambda: NOW)
    assert (promoted.planned is not None) is promoted.promotion.is_open
    return promoted.promotion


def down_from(analyst: Analyst, nth: int) -> None:
    """Let every connection break from the nth request on."""
    analyst.delete("/emulator/faults")
    analyst.post("/emulator/faults", {"action": "drop", "nth": nth, "times": 1_000_000})


@pytest.mark.usefixtures("hurried")
def test_a_target_that_does_not_answer(pair: Pair) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, and nobody listens
        pair.project.edit("dac.toml", pair.prod.url, f"http://127.0.0.1:{unused.getsockname()[1]}")
        verdicts = {gate.code: gate.verdict for gate in ask(pair).gates if not gate.is_open}
    assert verdicts.pop("target-connection") is Verdict.REFUSED
    assert verdicts == dict.fromkeys(OF_THE_TARGET[1:], Verdict.UNKNOWN)


@pytest.mark.usefixtures("hurried")
def test_at_whatever_request_the_target_goes_down_the_other_gates_are_shown_and_it_is_not_promoted(pair: Pair) -> None:
    assert ask(pair).is_open
    last = len(pair.prod.requests())
    for nth in sorted({1, 2, 3, last // 4, last // 2, 3 * last // 4, last}):
        down_from(pair.prod, nth)
        promotion = ask(pair)
        verdicts = {gate.code: gate.verdict for gate in promotion.gates}
        assert {v for code, v in verdicts.items() if code not in OF_THE_TARGET} == {Verdict.PASSED}, nth
        closed = [gate for gate in promotion.gates if not gate.is_open]
        assert closed, nth
        assert {gate.verdict for gate in closed} <= {Verdict.UNKNOWN, Verdict.REFUSED}
        assert (verdicts["target-connection"] is Verdict.REFUSED) is (nth <= 2)
        text = promotion_text(promotion)
        assert f"No answer from {pair.prod.url}" in text
        assert "Error: not promoted: " in text
        assert pair.writes() == []


@pytest.mark.usefixtures("hurried")
def test_a_source_that_goes_down_closes_its_own_gate_only(pair: Pair) -> None:
    down_from(pair.dev, 5)
    try:
        closed = [gate for gate in ask(pair).gates if not gate.is_open]
    finally:
        pair.dev.delete("/emulator/faults")
    assert [(gate.code, gate.verdict) for gate in closed] == [("source-drift", Verdict.UNKNOWN)]
    assert closed[0].notes[0].startswith(f"No answer from {pair.dev.url}")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('status = "test"', 'status = "stabel"', f'{ADMIN}:4: status is "stabel"'),
        ("[detection.admin]\n", "[detection.admin\n", f"{ADMIN}:1: this is not valid TOML"),
    ],
)
def test_broken_files_close_their_gate_and_what_needs_them_says_so(
    pair: Pair, before: str, after: str, said: str
) -> None:
    pair.project.edit(ADMIN, before, after)
    closed = pair.closed()
    assert closed["validate"]["verdict"] == "refused"
    assert closed["validate"]["notes"][0].startswith(said)
    for code in ("source-drift", "target-names"):
        assert (closed[code]["verdict"], closed[code]["notes"]) == (
            "could not be checked",
            ["the files are not valid, see validate"],
        )


def test_a_secret_that_is_missing_closes_a_gate_and_says_what_to_set(pair: Pair) -> None:
    pair.project.write("dac.toml", pair.project.read("dac.toml").replace('"LAB_TOKEN"', '"DEV_TOKEN"', 1))
    ran = pair.promote()
    assert ran.code == 1
    assert "unknown  nobody has changed dev by hand [source-drift]" in ran.stdout
    assert "-> set DEV_TOKEN, or change token under [console.dev] in dac.toml" in ran.stdout
    assert "Error: not promoted: 1 gate could not be checked." in ran.stdout


def test_a_source_whose_rules_the_token_cannot_read_is_not_taken_for_one_without_drift(
    pair: Pair, applied_on_dev: Pair
) -> None:
    with closing(sqlite3.connect(applied_on_dev.project.root.parent / "state/emulator/dev.db")) as db, db:
        db.execute("INSERT OR REPLACE INTO user_role VALUES (77, 'Reader', '[]')")
        db.execute(
            "INSERT OR REPLACE INTO authorized_service "
            "(label, token, created_by, user_role_id, security_profile_id, creation_date) VALUES "
            "('promote', 'only-reads', 'admin', 77, 1, 0)"
        )
    pair.project.write("dac.toml", pair.project.read("dac.toml").replace('"LAB_TOKEN"', '"DEV_TOKEN"', 1))
    weak = Pair(Project(pair.project.root, pair.project.env | {"DEV_TOKEN": "only-reads"}), pair.dev, pair.prod)
    (gate,) = weak.closed("--deep").values()
    assert (gate["code"], gate["verdict"]) == ("source-drift", "could not be checked")
    assert "could not be read" in gate["notes"][0]


def test_a_soak_may_be_none_at_all(pair: Pair) -> None:
    pair.append("dac.toml", 'soak = "0d"\n')
    assert pair.closed() == {}


def test_a_pipeline_gets_markdown_for_people_and_json_for_itself_in_one_run(pair: Pair) -> None:
    pair.append("dac.toml", 'soak = "3d"\n')
    words = ("--format", "markdown", "--json-out", "promotion.json")
    refused = pair.promote(*words)
    assert refused.code == 1
    assert "**Not promoted: 1 gate refused.**" in refused.stdout
    assert "- **refused** `soak`" in refused.stdout
    assert json.loads(pair.project.read("promotion.json"))["promotable"] is False
    lifted = pair.promote(*words, "--allow", "soak", "--out", "prod.dacplan")
    assert lifted.code == 0, lifted.text
    assert "**Plan: 5 to add, 0 to change, 0 to destroy.**" in lifted.stdout
    assert "203.0.113.7" not in lifted.stdout
    report = pair.project.root / "promotion.json"
    assert json.loads(report.read_text())["plan"]["applyable"] is True
    assert report.stat().st_mode & 0o777 == 0o600
    assert (pair.project.root / "prod.dacplan").exists()
