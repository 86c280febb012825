"""Under the lock everything is looked at again: what was approved is carried out, or nothing is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from run_bench import REF, at, desired, live, recorded

from dac.errors import PlanError
from dac.model.change import Action
from dac.model.plan import Refusal, StateRef
from dac.model.readers import Reader, Readers
from dac.model.reads import Absent, Found, Unreadable
from dac.model.resource import Desired, Recorded
from dac.planning.plan import plan
from dac.planning.situation import Options, Situation
from dac.resources.registry import kinds
from dac.run.apply.confirming import confirmed, refuse
from dac.run.plan.observation import Observation
from dac.run.plan.planning import Planned
from dac.run.records import Records
from dac.run.standing import Standing
from dac.state import journal
from dac.state.local import LocalBackend

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from dac.model.address import Address
    from dac.model.plan import Plan
    from dac.model.reads import Read
    from dac.model.resource import Wanted
    from dac.qradar.readers import Thing
    from dac.run.console import Console

LOCAL = "reference_set.a"
MINE, HERS, NEW = "203.0.113.7", "203.0.113.99", "203.0.113.8"


def form(*values: str, **more: Any) -> dict[str, Any]:
    return {"name": "a", "entry_type": "IP", "entries": dict.fromkeys(values, "why")} | more


@dataclass
class Looked:
    """A console that shows what it is told to show."""

    reads: dict[Address, Read]
    deep: list[bool] = field(default_factory=list)
    standing: Standing = field(default_factory=Standing)
    readers: Readers = field(default_factory=Readers)

    @property
    def reader_search(self) -> Looked:
        return self

    def find(self, things: Sequence[Thing]) -> dict[Thing, Readers]:
        return dict.fromkeys(things, self.readers)

    def remember_origins(self, _: Iterable[Desired]) -> None:
        pass

    def read(self, wanted: Sequence[Wanted], *, deep: bool) -> dict[Address, Read]:
        self.deep.append(deep)
        return {one.address: self.reads.get(one.address, Absent()) for one in wanted}


@dataclass
class Approval:
    """A plan that was approved, and the states it was made from."""

    planned: Planned
    records: Records

    def look_again(self, now: dict[Address, Read], begun: Iterable[str] = ()) -> Plan:
        return confirmed(self.planned, cast("Console", Looked(now)), frozenset(map(at, begun)))


def approved(
    folder: Path,
    *sides: Desired | Recorded,
    seen: dict[Address, Read],
    others: Iterable[Recorded] = (),
    options: Options | None = None,
) -> Approval:
    want = {side.address: side for side in sides if isinstance(side, Desired)}
    had = {side.address: side for side in sides if isinstance(side, Recorded)}
    documents = {}
    for stack in ("cloud", "other"):
        entries = [one for one in (*had.values(), *others) if one.address.stack == stack]
        document = journal.with_recorded(journal.new_document(stack, REF, lineage=stack), *entries)
        documents[stack] = LocalBackend(folder).write(journal.next_serial(document))
    records = Records(LocalBackend(folder), documents)
    situation = Situation(
        console=REF,
        stacks=("cloud",),
        kinds=kinds(),
        desired=want,
        recorded=had,
        reads={address: seen.get(address, Absent()) for address in (*want, *had)},
        readers=tuple(others),
        states={"cloud": StateRef("cloud", 1)},
    )
    chosen = options or Options()
    return Approval(Planned(plan(situation, chosen), Observation(situation, records, "c", ()), chosen), records)


def on_console(*values: str, entry_type: str = "IP", **more: Any) -> dict[Address, Read]:
    return {at(LOCAL): Found(live(LOCAL, deployed=form(*values, entry_type=entry_type), **more))}


@pytest.fixture
def update(tmp_path: Path) -> Approval:
    """An entry is to be added."""
    return approved(
        tmp_path,
        desired(LOCAL, deployed=form(MINE, NEW)),
        recorded(LOCAL, deployed=form(MINE)),
        seen=on_console(MINE),
    )


@pytest.fixture
def delete(tmp_path: Path) -> Approval:
    """The set is to go, the last thing of its stack."""
    allowed = Options(allow=frozenset({"empty-stack"}))
    return approved(tmp_path, recorded(LOCAL, deployed=form(MINE)), seen=on_console(MINE), options=allowed)


# --- what may be carried out


def test_when_nothing_changed_the_plan_of_now_is_carried_out(update: Approval) -> None:
    now = update.look_again(on_console(MINE))
    assert [(str(change.address), change.action) for change in now.pending] == [(f"cloud/{LOCAL}", Action.UPDATE)]


def test_what_is_not_ours_may_change_as_it_likes(update: Approval) -> None:
    now = update.look_again(on_console(MINE, HERS, fingerprint="later"))
    assert [change.live and change.live.fingerprint for change in now.pending] == ["later"]


def test_a_plan_made_from_bodies_is_confirmed_from_bodies(tmp_path: Path) -> None:
    made = approved(tmp_path, desired(LOCAL, deployed=form(MINE)), seen={}, options=Options(deep=True))
    console = Looked({})
    confirmed(made.planned, cast("Console", console))
    assert console.deep == [True]


# --- what is stale


@pytest.mark.parametrize(
    "now",
    [on_console(NEW), on_console(MINE, NEW), on_console(), {}],
    ids=["an-entry-went", "it-is-as-desired", "it-was-emptied", "it-was-deleted"],
)
def test_an_update_is_stale_when_our_part_of_the_console_changed(update: Approval, now: dict[Address, Read]) -> None:
    with pytest.raises(PlanError, match=rf"stale: .*cloud/{LOCAL} changed; nothing was written"):
        update.look_again(now)


def test_a_create_is_stale_when_it_is_there_by_now(tmp_path: Path) -> None:
    made = approved(tmp_path, desired(LOCAL, deployed=form(MINE)), seen={})
    with pytest.raises(PlanError, match="stale"):
        made.look_again(on_console(MINE))


def test_a_delete_is_stale_when_our_part_of_what_goes_changed(delete: Approval) -> None:
    with pytest.raises(PlanError, match="stale"):
        delete.look_again(on_console())


def test_a_delete_is_confirmed_when_nothing_changed(delete: Approval) -> None:
    assert [change.action for change in delete.look_again(on_console(MINE)).pending] == [Action.DELETE]


def test_a_delete_that_would_take_along_what_others_have_added_since_is_refused(delete: Approval) -> None:
    with pytest.raises(PlanError, match="foreign-parts") as refused:
        delete.look_again(on_console(MINE, HERS))
    assert "nothing was written" in refused.value.summary


def test_a_delete_is_refused_when_another_stack_has_begun_to_read_it(tmp_path: Path, delete: Approval) -> None:
    reader = recorded("other/detection.r", reading=("reference_set:a",))
    backend = LocalBackend(tmp_path)
    backend.write(journal.next_serial(journal.with_recorded(delete.records.documents["other"], reader)))
    with pytest.raises(PlanError, match="still-read") as refused:
        delete.look_again(on_console(MINE) | {reader.address: Found(live("other/detection.r"))})
    assert "other/detection.r" in refused.value.detail


@pytest.mark.parametrize(
    ("readers", "code"),
    [
        (Readers((Reader('saved search "Hers"'),)), "still-read"),
        (Readers(unknown=("rules: HTTP 403",)), "readers-unknown"),
    ],
)
def test_a_delete_is_refused_when_somebody_on_the_console_reads_it_by_now(
    delete: Approval, readers: Readers, code: str
) -> None:
    with pytest.raises(PlanError, match=code):
        confirmed(delete.planned, cast("Console", Looked(on_console(MINE), readers=readers)))


VALUES: list[tuple[dict[Address, Read], str]] = [
    (on_console(NEW), f'entry "{MINE}" of set "a" was there with the notes "why", and is no longer'),
    (on_console(MINE, NEW), f'entry "{NEW}" of set "a" was not there, and is now with the notes "why"'),
    (
        {at(LOCAL): Found(live(LOCAL, deployed=form(entries={MINE: ""})))},
        f'entry "{MINE}" of set "a" is there with other notes: they were "why", and are none',
    ),
    (on_console(MINE, entry_type="ALN"), 'entry_type was "IP", and is "ALN"'),
    ({}, "it was on the console and has gone"),
]


@pytest.mark.parametrize(("now", "line"), VALUES)
def test_what_is_stale_is_told_in_values_before_and_now(update: Approval, now: dict[Address, Read], line: str) -> None:
    with pytest.raises(PlanError, match="stale") as refused:
        update.look_again(now)
    assert f"cloud/{LOCAL}: {line}" in refused.value.detail.splitlines()


def test_an_entry_without_notes_that_has_gone_is_named_by_its_set_and_its_value(tmp_path: Path) -> None:
    bare = form(entries={MINE: ""})
    wish = desired(LOCAL, deployed=form(entries={MINE: "", NEW: ""}))
    made = approved(tmp_path, wish, recorded(LOCAL, deployed=bare), seen={at(LOCAL): Found(live(LOCAL, deployed=bare))})
    with pytest.raises(PlanError, match="stale") as refused:
        made.look_again(on_console())
    assert refused.value.detail == f'cloud/{LOCAL}: entry "{MINE}" of set "a" was there, and is no longer'


def test_what_another_apply_recorded_meanwhile_is_told_in_values(tmp_path: Path, update: Approval) -> None:
    later = recorded(LOCAL, deployed=form(MINE, NEW))
    document = journal.next_serial(journal.with_recorded(update.records.documents["cloud"], later))
    update.records.documents["cloud"] = LocalBackend(tmp_path).write(document)
    with pytest.raises(PlanError, match="stale") as refused:
        update.look_again(on_console(MINE, NEW))
    said = f'entry "{NEW}" of set "a" was not there, and is now with the notes "why"'
    assert said in refused.value.detail


def test_nothing_is_decided_about_what_cannot_be_read_any_more(update: Approval) -> None:
    with pytest.raises(PlanError, match="unreadable"):
        update.look_again({at(LOCAL): Unreadable("HTTP 500")})


def test_a_name_that_somebody_took_meanwhile_is_refused(tmp_path: Path) -> None:
    made = approved(tmp_path, desired(LOCAL, deployed=form(MINE)), seen={})
    with pytest.raises(PlanError, match="name-taken"):
        made.look_again(on_console(MINE, ours=False))


# --- a plan that goes on after its own cut


def test_what_its_own_run_had_in_hand_may_be_further_on(update: Approval) -> None:
    assert update.look_again(on_console(MINE, NEW), begun=[LOCAL]).waves != update.planned.plan.waves


def test_what_its_own_run_never_touched_may_not(update: Approval) -> None:
    with pytest.raises(PlanError, match="stale"):
        update.look_again(on_console(MINE, NEW), begun=["reference_set.b"])


# --- refusals


def test_a_refused_plan_names_its_codes_once_each(update: Approval) -> None:
    reasons = tuple(Refusal(code, "why") for code in ("protected", "mass-delete", "protected"))
    with pytest.raises(PlanError, match=r"\(mass-delete, protected\); nothing was written"):
        refuse(replace(update.planned.plan, refusals=reasons))


def test_a_plan_without_refusals_is_not_refused(update: Approval) -> None:
    refuse(update.planned.plan)
