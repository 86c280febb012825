"""What every place that keeps states promises, held for each: files, GitLab, a server of Terraform's protocol."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from places import LocalPlace, ServerPlace
from state_samples import HOLDER, RULE, SET, recorded, small_document
from state_server import StateServer

from dac.errors import LockHeld, StateError
from dac.model.plan import ConsoleRef
from dac.state import journal
from dac.state.codec import encode
from dac.state.document import StateDocument

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from places import Place

    from dac.state.backend import StateBackend


@pytest.fixture(params=["local", "gitlab", "terraform"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "local":
        yield LocalPlace(tmp_path / "state")
        return
    with StateServer(gitlab=request.param == "gitlab") as server:
        yield ServerPlace(tmp_path / "state", server)


@pytest.fixture
def backend(place: Place) -> StateBackend:
    return place.backend()


def first() -> StateDocument:
    return replace(small_document(), serial=1)


def changed(document: StateDocument, context: str = "c2") -> StateDocument:
    return journal.next_serial(replace(document, context_digest=context))


def test_what_was_never_written_is_none(backend: StateBackend, place: Place) -> None:
    assert backend.read("cloud", "prod") is None
    assert backend.fetch("cloud", "prod") is None
    assert backend.stacks("prod") == ()
    assert not place.folder.exists()


def test_what_is_written_is_read_by_every_run(backend: StateBackend, place: Place) -> None:
    assert backend.write(first()) == first()
    assert place.backend().read("cloud", "prod") == first()
    assert backend.fetch("cloud", "prod") == encode(first())


def test_every_stack_and_console_has_its_own_state(backend: StateBackend, place: Place) -> None:
    for stack, console in (("cloud", "prod"), ("cloud", "dev"), ("network", "dev")):
        backend.write(StateDocument(stack, ConsoleRef(console, "https://q"), "l-1", serial=1))
    assert [place.backend().stacks(console) for console in ("dev", "prod", "test")] == [
        ("cloud", "network"),
        ("cloud",),
        (),
    ]
    assert len({backend.where("cloud", "prod"), backend.where("cloud", "dev"), backend.where("network", "dev")}) == 3


def test_a_state_grows_by_one_serial_a_write(backend: StateBackend) -> None:
    console = ConsoleRef("prod", "https://q", "id-1")
    document = journal.new_document("cloud", console, lineage="l-1")
    with backend.lock("cloud", "prod", HOLDER, 0):
        assert backend.write(journal.next_serial(document)).serial == 1
        later = journal.next_serial(journal.with_recorded(replace(document, serial=1), recorded(RULE), recorded(SET)))
        assert backend.write(later).serial == 2
    assert backend.read("cloud", "prod") == later


def test_writing_the_same_content_writes_nothing(backend: StateBackend, place: Place) -> None:
    backend.write(first())
    before = place.raw()
    assert backend.write(journal.next_serial(first())) == first()
    assert backend.write(first()) == first()
    assert place.raw() == before


@pytest.mark.parametrize(
    ("writes", "detail"),
    [
        (changed(changed(first())), "It holds serial 1, and this run started from serial 2."),
        (replace(changed(first()), serial=1), "It holds serial 1, and this run started from serial 0."),
        (replace(changed(first()), lineage="other"), "It holds another lineage (0b8f6f0e-"),
    ],
)
def test_a_write_that_does_not_follow_is_refused(
    backend: StateBackend, place: Place, writes: StateDocument, detail: str
) -> None:
    backend.write(first())
    with pytest.raises(StateError, match="was changed by another run") as caught:
        place.backend().write(writes)
    assert caught.value.summary.startswith(backend.where("cloud", "prod"))
    assert detail in caught.value.detail
    assert "dac plan" in caught.value.hint
    assert backend.read("cloud", "prod") == first()


def test_whoever_repairs_may_write_whatever_is_there(backend: StateBackend, place: Place) -> None:
    backend.write(first())
    repaired = replace(first(), lineage="other", serial=9)
    place.backend().overwrite(repaired)
    assert place.backend().read("cloud", "prod") == repaired


def test_the_state_of_another_console_or_stack_is_refused(backend: StateBackend, place: Place) -> None:
    place.put(encode(first()), "dev/cloud")
    place.put(encode(first()), "prod/network")
    for stack, console in (("cloud", "dev"), ("network", "prod")):
        with pytest.raises(StateError) as caught:
            backend.read(stack, console)
        assert caught.value.summary == (
            f"{backend.where(stack, console)} is the state of stack cloud on console prod, "
            f"not of stack {stack} on console {console}"
        )


NEWER = json.dumps({"version": 99, "dac_version": "9.0", "serial": 1, "lineage": "l"}).encode()


@pytest.mark.parametrize(
    ("data", "summary", "hint"),
    [
        (encode(first())[:200], "is truncated: it ends after 200 bytes, in the middle", "dac state"),
        (b"\x00\x01", "is not JSON: ", "dac state"),
        (b"{'serial': 1}", "is not JSON: Expecting property name", "dac state"),
        (b'{"version": 1, "serial": 3}', "is not a state document: stack is missing", "dac state"),
        (NEWER, "was written by a newer dac", "Install dac 9.0 or later"),
        (b" \n", "is empty", "dac state"),
    ],
)
def test_what_is_no_state_is_called_what_it_is(place: Place, data: bytes, summary: str, hint: str) -> None:
    place.put(data)
    backend = place.backend()
    with backend.lock("cloud", "prod", HOLDER, 0):  # a lock can be had, and is not what is blamed
        with pytest.raises(StateError) as caught:
            backend.read("cloud", "prod")
        with pytest.raises(StateError):
            backend.write(first())
    assert caught.value.summary.startswith(f"{backend.where('cloud', 'prod')} {summary}")
    assert not isinstance(caught.value, LockHeld)
    assert hint in caught.value.hint
    assert place.raw() == data
    assert backend.fetch("cloud", "prod") == data


def test_one_run_at_a_time_holds_a_state(backend: StateBackend, place: Place) -> None:
    with backend.lock("cloud", "prod", HOLDER, 0):
        with (
            pytest.raises(LockHeld) as caught,
            place.backend().lock("cloud", "prod", replace(HOLDER, run_id="run-2"), 0),
        ):
            pytest.fail("held twice")
        with place.backend().lock("network", "prod", HOLDER, 0), place.backend().lock("cloud", "dev", HOLDER, 0):
            pass  # other states are free
    assert caught.value.summary == "the state of stack cloud on console prod is locked by alice on soc-7"
    assert "`dac apply`, process 4711, run run-1, since 2026-01-02 03:04:05 UTC." in caught.value.detail
    assert "--lock-timeout" in caught.value.hint


def test_a_released_lock_is_free_for_everybody(backend: StateBackend, place: Place) -> None:
    with pytest.raises(ZeroDivisionError), backend.lock("cloud", "prod", HOLDER, 0):
        raise ZeroDivisionError
    for run in ("run-2", "run-3"):
        with place.backend().lock("cloud", "prod", replace(HOLDER, run_id=run), 0):
            pass
    assert place.backend().read_holder("cloud", "prod", HOLDER) is None


def test_a_document_is_written_under_its_lock_and_between_locks(backend: StateBackend) -> None:
    document = first()
    backend.write(document)
    for number in range(2):
        with backend.lock("cloud", "prod", replace(HOLDER, run_id=f"run-{number}"), 0):
            document = backend.write(changed(document, f"c-{number}"))
    assert backend.read("cloud", "prod") == document


def test_a_name_that_is_no_plain_file_name_is_refused(backend: StateBackend) -> None:
    names = ("", ".", "..", "../etc", "a/b", "a.lock", "-rf", "a b", "a\0", "a\n")
    wrong = [(name, "prod", "stack") for name in names] + [("cloud", name, "console") for name in names]
    for stack, console, what in wrong:
        with pytest.raises(StateError, match=f"cannot be the name of a {what}"):
            backend.read(stack, console)
        with pytest.raises(StateError):
            backend.write(StateDocument(stack, ConsoleRef(console, ""), "l", serial=1))
        with pytest.raises(StateError), backend.lock(stack, console, HOLDER, 0):
            pass
