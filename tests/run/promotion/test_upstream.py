"""What the states of a console say of a promotion, without asking any console."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from run_bench import NOW, at

from dac.config.settings import ConsoleSettings
from dac.model.plan import ConsoleRef
from dac.model.promotion import Verdict
from dac.model.resource import Recorded
from dac.model.run import Intent
from dac.run.promotion.upstream import Upstream, read_upstream, state_gates
from dac.run.scope import Request, choose
from dac.state import journal
from dac.state.document import LastApply, StateDocument

if TYPE_CHECKING:
    from pathlib import Path

    from dac.model.promotion import Gate

DAC_TOML = """\
[project]
name = "lab"
id = "6f1c2a52-6f0e-4f6b-9d5e-0b6a3c1d2e4f"
[console.dev]
url = "emulator:dev.db"
[console.prod]
url = "emulator:prod.db"
promote_from = "dev"
min_status = "stable"
"""
DETECTION = """
[detection.NAME]
name = "Lab: NAME"
status = "STATUS"
severity = "high"
filter = "qid = 1"
response.log = true
"""
DAY = 86_400
UTC, ZURICH = ZoneInfo("UTC"), ZoneInfo("Europe/Zurich")
DONE = LastApply("run", NOW, complete=True)


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    """A stack of two detections, and one that is on its way out; no state yet."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "dac.toml").write_text(DAC_TOML)
    (folder / "stacks/cloud").mkdir(parents=True)
    statuses = {"a": "stable", "b": "stable", "old": "deprecated"}
    text = "".join(DETECTION.replace("NAME", name).replace("STATUS", status) for name, status in statuses.items())
    (folder / "stacks/cloud/stack.toml").write_text(text)
    return read_upstream(choose(Request(folder, console="dev"), writes=False))


def document(up: Upstream, *names: str, **more: Any) -> StateDocument:
    """A state in which the named detections are as they are declared."""
    empty = journal.new_document("cloud", ConsoleRef("dev", "emulator:dev.db"), lineage="l")
    records = [
        Recorded(address, "u", address.name, "7", {}, one.digest)
        for address, one in up.declared.items()
        if address.name in names
    ]
    return replace(journal.with_recorded(empty, *records), **({"serial": 1, "last_apply": DONE} | more))


def gates(up: Upstream, known: StateDocument, *, clock: int = NOW, **target: Any) -> dict[str, Gate]:
    up = replace(up, documents={"cloud": known})
    prod = ConsoleSettings("prod", "emulator:prod.db", **target)
    return {gate.code: gate for gate in state_gates(up, prod, (), clock, ZURICH)}


def test_what_was_applied_as_it_is_declared_is_open(declared: Upstream) -> None:
    assert {gate.verdict for gate in gates(declared, document(declared, "a", "b")).values()} == {Verdict.PASSED}


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ({"last_apply": None}, "no apply of stack cloud has come to its end"),
        (
            {"last_apply": replace(DONE, complete=False)},
            "the last apply of stack cloud did not complete (2026-01-02T03:04:05Z)",
        ),
        (
            {"last_apply": replace(DONE, targeted=True)},
            "the last apply of stack cloud was of some addresses only, with --target",
        ),
        (
            {"intents": (Intent("run", 1, "x", NOW, {"detection.a": ""}),)},
            "an apply of stack cloud was cut off: of 1 resources nobody knows what came",
        ),
    ],
)
def test_what_was_not_applied_to_its_end_is_named(declared: Upstream, more: dict[str, Any], note: str) -> None:
    gate = gates(declared, document(declared, "a", "b", **more))["source-applied"]
    assert (gate.verdict, gate.notes) == (Verdict.REFUSED, (note,))


def test_what_is_not_there_or_there_no_more_is_not_what_was_tried(declared: Upstream) -> None:
    known = document(declared, "a")
    stray = Recorded(at("detection.gone"), "u", "gone", "7", {}, "d")
    gate = gates(declared, journal.with_recorded(known, stray))["content"]
    assert gate.notes == (
        "cloud/detection.b is not applied on dev",
        "cloud/detection.gone is on dev and not in Git any more",
    )


@pytest.mark.parametrize(("elapsed", "is_open"), [(0, False), (3 * DAY - 1, False), (3 * DAY, True), (-5, False)])
def test_a_soak_ends_to_the_second(declared: Upstream, elapsed: int, *, is_open: bool) -> None:
    gate = gates(declared, document(declared, "a", "b"), clock=NOW + elapsed * 1000, soak=3 * DAY)["soak"]
    assert gate.is_open is is_open
    assert is_open or gate.notes[0].endswith("it is ready at 2026-01-05T03:04:05Z (2026-01-05 04:05 Europe/Zurich)")


def test_where_the_clocks_show_utc_the_end_of_a_soak_is_said_once(declared: Upstream) -> None:
    prod = ConsoleSettings("prod", "emulator:prod.db", soak=DAY)
    source = replace(declared, documents={"cloud": document(declared, "a", "b")})
    (soak,) = [gate for gate in state_gates(source, prod, (), NOW, UTC) if gate.code == "soak"]
    assert soak.notes[0].endswith("it is ready at 2026-01-03T03:04:05Z")


@pytest.mark.parametrize(("promote_from", "way"), [(None, "dac apply --console dev"), ("lab", "dac promote --to dev")])
def test_a_console_that_is_promoted_to_itself_is_reached_by_promoting(
    declared: Upstream, promote_from: str | None, way: str
) -> None:
    source = replace(declared, console=replace(declared.console, promote_from=promote_from), documents={})
    found = {gate.code: gate for gate in state_gates(source, ConsoleSettings("prod", "emulator:x.db"), (), NOW, UTC)}
    assert found["source-applied"].hint == way
    assert found["content"].hint.startswith(f"{way}, try it there")


def chain(source: Upstream, *earlier: Upstream) -> Gate:
    first = state_gates(source, ConsoleSettings("prod", "emulator:prod.db"), earlier, NOW, UTC)
    return next(gate for gate in first if gate.code == "chain")


def test_what_is_otherwise_on_a_console_before_the_source_skipped_it(declared: Upstream) -> None:
    first = replace(declared, console=ConsoleSettings("first", "emulator:first.db"))
    same = replace(first, documents={"cloud": document(first, "a", "b")})
    source = replace(declared, documents={"cloud": document(declared, "a", "b")})
    assert chain(source, same).verdict is Verdict.PASSED
    older = journal.with_recorded(
        document(first, "a", "b"), Recorded(at("detection.b"), "u", "b", "7", {}, "of an earlier text")
    )
    refused = chain(source, same, replace(first, documents={"cloud": older}))
    assert (refused.verdict, refused.notes) == (
        Verdict.REFUSED,
        ("first: cloud/detection.b is not what was applied on first",),
    )
    unreadable = chain(source, replace(first, problem="it is truncated"))
    assert (unreadable.verdict, unreadable.notes) == (Verdict.UNKNOWN, ("first: it is truncated",))


def test_states_that_cannot_be_read_are_no_empty_states(declared: Upstream) -> None:
    prod = ConsoleSettings("prod", "emulator:prod.db")
    found = state_gates(replace(declared, problem="it is truncated"), prod, (), NOW, UTC)
    assert {(gate.verdict, gate.notes) for gate in found} == {(Verdict.UNKNOWN, ("it is truncated",))}


def test_a_secret_that_the_states_want_and_nobody_gave_is_no_empty_state(tmp_path: Path) -> None:
    server = 'backend = "http"\naddress = "https://states.example.com/{console}-{stack}"\nlock_address = "https://\
states.example.com/{console}-{stack}/lock"\nusername = "ci"\npassword = { env = "STATE_PASSWORD" }\n'
    (tmp_path / "dac.toml").write_text(f"{DAC_TOML}[state]\n{server}")
    (tmp_path / "stacks/cloud").mkdir(parents=True)
    (tmp_path / "stacks/cloud/stack.toml").write_text("")
    up = read_upstream(choose(Request(tmp_path, console="dev"), writes=False))
    first, *others = state_gates(up, ConsoleSettings("prod", "emulator:prod.db"), (), NOW, UTC)
    assert (first.verdict, first.hint.split(",")[0]) == (Verdict.UNKNOWN, "set STATE_PASSWORD")
    assert {(gate.verdict, gate.notes) for gate in others} == {(Verdict.UNKNOWN, first.notes)}
