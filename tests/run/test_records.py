"""The states of all stacks on one console: whose they are, and how they advance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from run_bench import REF, at, recorded

from dac.errors import StateError
from dac.model.plan import ConsoleRef
from dac.model.run import Intent
from dac.run.records import Records, bound
from dac.state import journal
from dac.state.local import LocalBackend

if TYPE_CHECKING:
    from pathlib import Path

    from dac.state.document import StateDocument

SET = "reference_set.a"
MOVED = ConsoleRef("prod", "https://new.example.com")


def document(stack: str = "cloud", console: ConsoleRef = REF, *, serial: int = 3) -> StateDocument:
    empty = journal.new_document(stack, console, lineage=f"lineage of {stack}")
    entry = recorded(f"{stack}/{SET}", remote_id="7", fingerprint="f")
    return replace(journal.with_recorded(empty, entry), serial=serial)


def records(folder: Path, *documents: StateDocument) -> Records:
    return Records(LocalBackend(folder), {one.stack: one for one in documents})


# --- whose they are


def test_states_of_the_console_that_answers_are_taken_as_they_are(tmp_path: Path) -> None:
    known = records(tmp_path, document(), document("other"))
    assert bound(known, REF, "id-of-prod", accept=False).documents == known.documents


@pytest.mark.parametrize(
    ("ref", "identity", "says"),
    [
        (MOVED, "id-of-prod", "its URL was https://qradar.example.com and is https://new.example.com"),
        (REF, "id-of-clone", "the id that dac left on it was id-of-prod and is id-of-clone"),
        (REF, "", "is none: it was reset, or restored from before the first apply"),
    ],
    ids=["moved", "cloned", "reset"],
)
def test_states_of_another_console_are_refused_and_it_says_what_differs(
    tmp_path: Path, ref: ConsoleRef, identity: str, says: str
) -> None:
    with pytest.raises(StateError, match="was made on another console than prod is now") as refused:
        bound(records(tmp_path, document()), ref, identity, accept=False)
    assert says in refused.value.detail
    assert "--accept-console" in refused.value.hint


def test_accepting_the_console_rebinds_the_states_and_drops_what_only_the_old_one_knew(tmp_path: Path) -> None:
    known = bound(records(tmp_path, document()), MOVED, "id-of-clone", accept=True)
    assert known.documents["cloud"].console == replace(MOVED, identity="id-of-clone")
    entry = known.recorded[at(SET)]
    assert (entry.remote_id, entry.fingerprint) == ("", "")
    assert entry.deployed == {"name": "a"}


def test_accepting_the_console_it_is_bound_to_already_drops_nothing(tmp_path: Path) -> None:
    known = bound(records(tmp_path, document()), REF, "id-of-prod", accept=True)
    assert known.recorded[at(SET)].remote_id == "7"


def test_a_state_from_before_the_console_had_an_id_is_taken(tmp_path: Path) -> None:
    unbound = document(console=replace(REF, identity=""))
    assert bound(records(tmp_path, unbound), REF, "id-of-prod", accept=False).documents["cloud"] == unbound


def test_a_state_that_was_never_written_belongs_to_no_console_yet(tmp_path: Path) -> None:
    new = document(serial=0)
    assert bound(records(tmp_path, new), MOVED, "anything", accept=False).documents["cloud"] == new


def test_binding_writes_nothing(tmp_path: Path) -> None:
    bound(records(tmp_path, document()), MOVED, "id-of-clone", accept=True)
    assert list(tmp_path.iterdir()) == []


# --- how they advance


def test_a_step_is_stored_for_the_stacks_it_is_taken_in(tmp_path: Path) -> None:
    known = records(tmp_path, document(serial=0), document("other", serial=0))
    known.advance(lambda one: replace(one, context_digest="c"), ["cloud"])
    stored = known.backend.read("cloud", "prod")
    assert stored is not None
    assert (stored.serial, stored.context_digest) == (1, "c")
    assert known.backend.read("other", "prod") is None


def test_a_step_that_changes_nothing_is_not_stored(tmp_path: Path) -> None:
    known = records(tmp_path, document(serial=0))
    known.advance(lambda one: one, ["cloud"])
    assert known.backend.stacks("prod") == ()
    assert known.refs["cloud"].serial == 0


def test_a_stack_is_fresh_when_its_record_was_made_under_this_very_context(tmp_path: Path) -> None:
    known = records(tmp_path, replace(document(), context_digest="c"), document("other"))
    assert known.fresh("c") == {"cloud"}
    assert known.fresh("d") == frozenset()


def test_what_an_open_intent_names_is_pending_with_its_stack(tmp_path: Path) -> None:
    intent = Intent("run-1", 1, "step", 0, {f"cloud/{SET}": ""})
    known = records(tmp_path, journal.with_intent(document(), intent, context="c"), document("other"))
    assert known.pending == {at(SET)}
    assert sorted(map(str, known.recorded)) == [f"cloud/{SET}", f"other/{SET}"]


def test_of_a_stack_whose_lock_is_not_held_the_present_record_counts(tmp_path: Path) -> None:
    known = records(tmp_path, document(serial=0), document("other", serial=0))
    newer = journal.with_recorded(known.documents["other"], recorded("other/reference_set.new"))
    known.backend.write(journal.next_serial(newer))
    assert at("other/reference_set.new") not in known.recorded
    assert at("other/reference_set.new") in known.as_of_now(["cloud"])
