"""A plan as a file: the same plan comes out of it, or a refusal that says what is wrong with the file."""

from __future__ import annotations

import json
import stat
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from run_bench import REF, at, desired, live, recorded

import dac
from dac.errors import PlanError
from dac.model.deployed import digest
from dac.model.plan import StateRef
from dac.model.readers import Reader, Readers
from dac.model.reads import Absent, Found, Unreadable
from dac.model.run import Intent
from dac.planning.plan import plan
from dac.planning.situation import Options, Situation
from dac.resources.registry import kinds
from dac.run.apply.plan_runs import begun, name_of, require_applicable
from dac.run.plan.observation import Observation
from dac.run.plan.planning import Planned, Saved
from dac.run.plan.saved_plans import load_plan, save_plan
from dac.run.records import Records
from dac.state import journal
from dac.state.document import ClosedWave, LastApply
from dac.state.local import LocalBackend

if TYPE_CHECKING:
    from pathlib import Path

    from dac.run.console import Console
    from dac.state.document import StateDocument

SET: dict[str, Any] = {"name": "a", "entry_type": "IP", "entries": {"203.0.113.7": "exit node é"}}


def planned(folder: Path) -> Planned:
    """A plan with something in every field of what it was computed from."""
    want = desired("reference_set.a", deployed=SET, previous=(at("reference_set.was"),), valid_until=1_800_000_000_000)
    rule = desired("detection.d", reading=("reference_set:a",), ignore_changes=("notes",), protect=True, dormant="test")
    gone = recorded("reference_set.gone", deployed=SET)
    situation = Situation(
        console=REF,
        stacks=("cloud",),
        kinds=kinds(),
        desired={want.address: want, rule.address: rule},
        recorded={gone.address: gone},
        reads={
            want.address: Absent(),
            rule.address: Unreadable("HTTP 500"),
            gone.address: Found(live("reference_set.gone", deployed=SET, fingerprint="f")),
        },
        pending=frozenset({want.address}),
        removed={at("detection.left"): "it belongs to others now"},
        readers=(recorded("other/detection.r", reading=("reference_set:gone",)),),
        states={"cloud": StateRef("lineage", 4)},
        names_digest="n",
        project="project",
        on_console={gone.address: Readers((Reader('rule "R"', "rule", "7"),), ("rules: HTTP 403",))},
        clock=1_767_323_045_000,
        unmanaged={"detection": 3},
    )
    options = Options(
        targets=frozenset({want.address, gone.address}),
        re_enable=frozenset({rule.address}),
        allow=frozenset({"protected"}),
    )
    records = Records(LocalBackend(folder), {})
    return Planned(plan(situation, options), Observation(situation, records, "context", ()), options)


def saved(tmp_path: Path) -> Path:
    path = tmp_path / "my.dacplan"
    save_plan(planned(tmp_path), path)
    return path


# --- the round trip


def test_what_is_read_back_is_what_was_saved(tmp_path: Path) -> None:
    made = planned(tmp_path)
    path = tmp_path / "my.dacplan"
    seal = save_plan(made, path)
    found = load_plan(path)
    assert found.plan == made.plan
    assert found.situation == made.observation.situation
    assert (found.options, found.context, found.digest) == (made.options, "context", seal)


def test_a_saved_plan_is_for_its_owner_alone_also_over_an_older_file(tmp_path: Path) -> None:
    assert stat.S_IMODE(saved(tmp_path).stat().st_mode) == 0o600


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    first = saved(tmp_path).read_bytes()
    assert saved(tmp_path).read_bytes() == first


# --- what is refused


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"my\.dacplan cannot be read: No such file") as refused:
        load_plan(tmp_path / "my.dacplan")
    assert refused.value.hint == "dac plan --out FILE writes one"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is not JSON"),
        (b"PK\x03\x04\xff", "it is not JSON"),
        (b'{"situation": ', "it is not JSON"),
        (b"[]", "is not a saved plan$"),
        (b'{"format_version": "1.0"}', "is not a saved plan$"),
    ],
    ids=["empty", "binary", "cut", "list", "other-json"],
)
def test_a_file_that_is_no_plan_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "my.dacplan"
    path.write_bytes(content)
    with pytest.raises(PlanError, match=says):
        load_plan(path)


@pytest.mark.parametrize(
    ("part", "value"),
    [("options", {}), ("context", "other"), ("situation", {}), ("digest", ""), ("dac_version", "9.9.9")],
)
def test_a_file_that_was_edited_is_refused_whatever_was_edited(tmp_path: Path, part: str, value: object) -> None:
    path = saved(tmp_path)
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {part: value}))
    with pytest.raises(PlanError, match="was changed after it was written: its digest does not match"):
        load_plan(path)


@pytest.mark.parametrize("part", ["options", "context", "format_version", "dac_version"])
def test_a_file_that_lacks_a_part_is_refused(tmp_path: Path, part: str) -> None:
    path = saved(tmp_path)
    content = json.loads(path.read_text())
    del content[part]
    path.write_text(json.dumps(content))
    with pytest.raises(PlanError, match="its digest does not match"):
        load_plan(path)


@pytest.mark.parametrize(("part", "value"), [("dac_version", "9.9.9"), ("format_version", 99)])
def test_a_plan_of_another_dac_is_refused_and_both_versions_are_named(tmp_path: Path, part: str, value: object) -> None:
    path = saved(tmp_path)
    content = {key: inner for key, inner in json.loads(path.read_text()).items() if key != "digest"} | {part: value}
    path.write_text(json.dumps(content | {"digest": digest(content)}))
    with pytest.raises(PlanError, match=f"and this is dac {dac.__version__}") as refused:
        load_plan(path)
    assert str(content["dac_version"]) in refused.value.summary


# --- its own runs


def document() -> StateDocument:
    return replace(journal.new_document("cloud", REF, lineage="lineage"), serial=5)


def touched(folder: Path, plan_of_file: Saved, known: StateDocument) -> list[str]:
    return sorted(map(str, begun(plan_of_file, Records(LocalBackend(folder), {"cloud": known}))))


def test_after_a_cut_its_own_runs_say_what_they_had_in_hand(tmp_path: Path) -> None:
    found = load_plan(saved(tmp_path))
    mine, hers = f"{name_of(found)}.1", "some-other-run"
    known = journal.with_intent(document(), Intent(mine, 2, "step", 0, {"cloud/detection.d": ""}), context="c")
    known = replace(known, outcomes=(ClosedWave(mine, 1, "step", {"reference_set.a": "applied"}),))  # type: ignore[dict-item]  # as JSON holds it
    known = replace(known, outcomes=(*known.outcomes, ClosedWave(hers, 1, "step", {"reference_set.hers": "applied"})))  # type: ignore[dict-item]  # likewise
    assert touched(tmp_path, found, known) == ["cloud/detection.d", "cloud/reference_set.a"]


def test_a_plan_that_completed_is_spent(tmp_path: Path) -> None:
    found = load_plan(saved(tmp_path))
    known = replace(document(), last_apply=LastApply(f"{name_of(found)}.1", 0, complete=True))
    with pytest.raises(PlanError, match="this plan has been applied already"):
        touched(tmp_path, found, known)


@pytest.mark.parametrize("now", [1_799_999_999_999, 1_800_000_000_000])
def test_an_entry_that_has_expired_since_is_not_applied_any_more(tmp_path: Path, now: int) -> None:
    found = load_plan(saved(tmp_path))
    project = SimpleNamespace(id="project", name="lab", history=SimpleNamespace(path=tmp_path))
    settings = SimpleNamespace(name="prod")
    console = SimpleNamespace(project=project, settings=settings, identity=REF.identity, now=lambda: now)
    says = pytest.raises(PlanError, match=r"a date in cloud/reference_set\.a has passed")
    with says if now == 1_800_000_000_000 else nullcontext():
        require_applicable(found, Records(LocalBackend(tmp_path), {"cloud": document()}), cast("Console", console))


def test_a_plan_that_did_not_complete_or_another_one_that_did_leaves_it_good(tmp_path: Path) -> None:
    found = load_plan(saved(tmp_path))
    for last in (LastApply(f"{name_of(found)}.1", 0, complete=False), LastApply("another", 0, complete=True)):
        assert touched(tmp_path, found, replace(document(), last_apply=last)) == []
