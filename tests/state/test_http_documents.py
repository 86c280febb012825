"""States on a server that has bad days: nothing is lost, nothing is taken for what it is not, nothing is said twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from places import ServerPlace
from state_samples import HOLDER, small_document
from state_server import PASSWORD, StateServer

from dac.errors import StateError
from dac.state import journal
from dac.state.codec import decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dac.state.document import StateDocument

FIRST = replace(small_document(), serial=1)


def changed(document: StateDocument, context: str = "c2") -> StateDocument:
    return journal.next_serial(replace(document, context_digest=context))


SECOND = changed(FIRST)


@pytest.fixture
def server() -> Iterator[StateServer]:
    with StateServer() as server:
        yield server


@pytest.fixture
def place(server: StateServer, tmp_path: Path) -> ServerPlace:
    place = ServerPlace(tmp_path / "state", server)
    place.backend().write(FIRST)
    server.asked.clear()
    return place


def refusal(place: ServerPlace, act: str) -> StateError:
    backend = place.backend()
    with pytest.raises(StateError) as caught:
        backend.read("cloud", "prod") if act == "read" else backend.write(SECOND)
    return caught.value


@pytest.mark.parametrize("ail", ["lost before", "lost after", "500 before", "500 after", "503", "429", "truncated"])
def test_a_read_is_tried_again(place: ServerPlace, server: StateServer, ail: str) -> None:
    server.ails["read"] = [ail, ail]
    assert place.backend().read("cloud", "prod") == FIRST
    assert server.asked == ["read prod-cloud"] * 3
    assert place.slept == ([7.0, 7.0] if ail in ("503", "429") else [1.0, 2.0])


def test_a_read_that_never_succeeds_ends_with_what_was_asked_and_answered(
    place: ServerPlace, server: StateServer
) -> None:
    server.ails["read"] = ["lost before"] * 9
    error = refusal(place, "read")
    url = f"{server.url}/state/prod-cloud"
    assert error.summary == f"cannot read {url}"
    assert error.detail.startswith(f"GET {url}: ")
    assert len(server.asked) == 1 + place.retry_max


@pytest.mark.parametrize(
    ("ail", "detail", "hint"),
    [
        ("401", "answered HTTP 401", "username and password under [state]"),
        ("403", "answered HTTP 403", "the role Developer"),
        ("hidden", "404 Project Not Found", "project number"),
        ("page", "answered HTTP 200 with a web page instead of JSON", "log-in page"),
        ("redirect", "a redirect to https://login.example.com/", "Write the final address"),
    ],
)
def test_an_answer_that_is_no_state_is_not_taken_for_none(
    place: ServerPlace, server: StateServer, ail: str, detail: str, hint: str
) -> None:
    server.ails["read"] = [ail]
    error = refusal(place, "read")
    assert detail in error.detail
    assert hint in error.hint
    assert len(server.asked) == 1


def test_a_damaged_body_is_read_again_and_then_refused(place: ServerPlace, server: StateServer) -> None:
    server.ails["read"] = ["damaged"]
    assert place.backend().read("cloud", "prod") == FIRST
    server.ails["read"] = ["damaged"] * 9
    assert "do not match their Content-MD5" in refusal(place, "read").detail


def test_a_body_cut_without_a_sign_is_called_truncated(place: ServerPlace, server: StateServer) -> None:
    server.ails["read"] = ["cut"]
    error = refusal(place, "read")
    assert "is truncated" in error.summary
    assert "dac state push FILE --force --console prod" in error.hint


@pytest.mark.parametrize("ail", ["lost before", "lost after", "500 before", "500 after", "503"])
def test_a_write_whose_answer_is_lost_has_happened_once(place: ServerPlace, server: StateServer, ail: str) -> None:
    server.ails["write"] = [ail]
    backend = place.backend()
    with backend.lock("cloud", "prod", HOLDER, 0):
        assert backend.write(SECOND) == SECOND
        assert backend.write(changed(SECOND, "c3")).serial == 3
    assert [decode(data, where="", recovery="").serial for data in server.versions["prod-cloud"]] == [1, 2, 3]
    assert server.writes() == (3 if ail in ("lost before", "500 before", "503") else 2)


def test_a_write_whose_answer_is_lost_is_found_though_the_server_shows_it_late(
    place: ServerPlace, server: StateServer
) -> None:
    server.ails["write"] = ["lost after"]
    server.ails["read"] = ["", "", "stale"]  # of the state, of the list, and of the look after the write
    assert place.backend().write(SECOND) == SECOND
    assert [line.split()[0] for line in server.asked] == ["read", "read", "write", "read", "write", "read"]
    assert server.stored() == encode(SECOND)


def test_a_server_that_shows_an_older_state_than_it_confirmed_is_asked_again(
    place: ServerPlace, server: StateServer
) -> None:
    backend = place.backend()
    backend.write(SECOND)
    server.ails["read"] = ["stale", "stale"]
    assert backend.write(changed(SECOND, "c3")).serial == 3
    server.ails["read"] = ["stale"] * 9
    with pytest.raises(StateError, match="is older than what this run has written there") as caught:
        backend.write(changed(SECOND, "c4"))
    assert "It shows serial 2, after it has confirmed serial 3." in caught.value.detail


@pytest.mark.parametrize(
    ("ail", "hint"),
    [("401", "username"), ("403", "Maintainer"), ("413", "split the stack"), ("page", "log-in page"), ("503", "later")],
)
def test_a_state_that_cannot_be_written_is_saved_in_a_file(
    place: ServerPlace, server: StateServer, ail: str, hint: str
) -> None:
    server.ails["write"] = [ail] * 9
    error = refusal(place, "write")
    file = place.folder / "prod/cloud.rescue.json"
    assert error.summary == f"cannot write {server.url}/state/prod-cloud"
    assert hint in error.hint
    assert f"dac state push {file} --console prod" in error.hint
    assert decode(file.read_bytes(), where="", recovery="") == SECOND
    assert file.stat().st_mode & 0o777 == 0o600
    assert server.stored() == encode(FIRST)
    assert place.backend().stacks("prod") == ("cloud",)


def test_a_state_that_cannot_be_saved_either_is_said(place: ServerPlace, server: StateServer) -> None:
    place.folder.touch()
    server.ails["write"] = ["413"]
    assert "could not be saved here either: cannot write" in refusal(place, "write").detail


def test_a_write_under_a_lock_that_was_broken_is_refused_and_saved(place: ServerPlace, server: StateServer) -> None:
    backend = place.backend()

    def write_after_unlock() -> None:
        with backend.lock("cloud", "prod", HOLDER, 0):
            server.locks["prod-cloud"] = {"ID": "run-2", "Who": "bob@soc-2", "Created": ""}
            backend.write(SECOND)

    with pytest.raises(StateError, match="cannot write"):
        write_after_unlock()
    assert server.stored() == encode(FIRST)
    assert (place.folder / "prod/cloud.rescue.json").exists()
    assert server.locks["prod-cloud"]["ID"] == "run-2"


def test_a_write_of_another_run_under_a_broken_lock_is_seen_where_the_server_is_lenient(
    place: ServerPlace, server: StateServer
) -> None:
    server.lenient = True
    place.put(encode(changed(FIRST, "another run's")))
    with pytest.raises(StateError, match="was changed by another run"):
        place.backend().write(SECOND)


@pytest.mark.parametrize("ail", ["401", "403", "413", "500 before", "redirect"])
def test_what_a_server_echoes_of_the_password_is_not_shown(place: ServerPlace, server: StateServer, ail: str) -> None:
    server.ails["write"] = [ail] * 9
    server.ails["read"] = ["", *[ail] * 9]
    error = refusal(place, "write")
    shown = f"{error.summary} {error.detail} {error.hint} {error!r} {error.__cause__!r} {error.__context__!r}"
    assert PASSWORD not in shown
    assert "Z2l0bGFi" not in shown  # the beginning of user:password as the header has it


def test_a_console_has_a_list_of_its_stacks_that_two_runs_may_add_to_at_once(
    place: ServerPlace, server: StateServer
) -> None:
    one, other = place.backend(), place.backend()
    assert one.stacks("prod") == other.stacks("prod") == ("cloud",)
    for backend, stack in ((one, "network"), (other, "windows")):
        backend.write(replace(FIRST, stack=stack))
    assert place.backend().stacks("prod") == ("cloud", "network", "windows")
    server.ails["write"] = ["lost after", "500 before"]
    one.write(replace(FIRST, stack="linux"))
    assert place.backend().stacks("prod") == ("cloud", "linux", "network", "windows")


@pytest.mark.parametrize("data", [b"[]", b"{}", b"<html>", b'{"serial": 1, "lineage": "l", "stacks": {}}'])
def test_a_broken_list_of_stacks_says_what_to_do(place: ServerPlace, data: bytes) -> None:
    place.put(data, "prod/_stacks")
    with pytest.raises(StateError, match="_stacks") as caught:
        place.backend().stacks("prod")
    assert caught.value.hint


def test_a_server_that_nobody_answers_at_is_said(tmp_path: Path) -> None:
    with StateServer() as server:
        place = ServerPlace(tmp_path, server, retry_max=1)
    error = refusal(place, "read")
    assert "Connection refused" in error.detail
    assert "Check the address" in error.hint


def test_a_later_write_of_a_wave_costs_one_request_to_look_and_one_to_write(
    place: ServerPlace, server: StateServer
) -> None:
    backend = place.backend()
    with backend.lock("cloud", "prod", HOLDER, 0):
        backend.write(SECOND)
        backend.write(changed(SECOND, "c3"))
    acts = [line.removesuffix(" prod-cloud") for line in server.asked]
    assert acts[:3] == ["lock", "read", "read prod-_stacks"]
    assert acts[3:] == ["write", "read", "write", "unlock"]
