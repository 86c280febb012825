from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from scripted_console import Scripted, error

from dac.errors import BadContent, Conflict, Interrupted, TaskFailed
from dac.qradar.extensions import EXTENSIONS, ROOT, Hub, install, next_version, preview, upload, wait_for_installs

if TYPE_CHECKING:
    from dac.qradar.client import Client
    from dac.qradar.package.manifest import Version

HUB = Hub("dac:5f8b", "dac acme")
DONE = httpx.Response(200, json={"id": 7, "status": "COMPLETED"})
STARTED = httpx.Response(202, json={"status_id": 7, "message": "", "status_location": "https://elsewhere.example"})


def _client(console: Scripted) -> Client:
    client = console.client()
    client.connect()
    return client


def _listed(*versions: str, **more: Any) -> httpx.Response:
    rows = [{"id": at, "name": "dac acme", "version": text} | more for at, text in enumerate(versions, 1)]
    return httpx.Response(200, json=rows)


def _package(version: Version) -> bytes:
    return f"package {version}".encode()


def test_the_first_version_is_one(console: Scripted) -> None:
    console.answers[f"GET {EXTENSIONS}"] = _listed("9.0.0", "2.1", name="IBM Pack")
    assert str(next_version(_client(console), HUB)) == "1.0.0"


def test_the_next_version_is_one_more_than_the_highest_of_ours(console: Scripted) -> None:
    console.answers[f"GET {EXTENSIONS}"] = _listed("1.0.9", "1.0.10", "not a version")
    assert str(next_version(_client(console), HUB)) == "1.0.11"


def test_where_the_console_shows_hub_ids_the_name_does_not_count(console: Scripted) -> None:
    console.answers[f"GET {EXTENSIONS}"] = _listed("1.0.9", hub_id="somebody else")
    assert str(next_version(_client(console), HUB)) == "1.0.0"


def test_an_upload_is_the_raw_zip(console: Scripted) -> None:
    console.answers[f"GET {EXTENSIONS}"] = _listed("1.0.3")
    console.answers[f"POST {EXTENSIONS}"] = httpx.Response(201, json={"id": 12, "status": "UPLOADED"})
    assert upload(_client(console), HUB, _package) == 12
    sent = console.requests[-1]
    assert sent.content == b"package 1.0.4"
    assert sent.headers["Content-Type"] == "application/zip"


def test_a_version_somebody_took_meanwhile_is_raised_once(console: Scripted) -> None:
    console.answers[f"GET {EXTENSIONS}"] = [_listed("1.0.3"), _listed("1.0.6")]
    made = httpx.Response(201, json={"id": 12})
    console.answers[f"POST {EXTENSIONS}"] = [error(409, 22613, "same version"), made]
    assert upload(_client(console), HUB, _package) == 12
    assert console.requests[-1].content == b"package 1.0.7"


def test_a_version_that_stays_taken_is_a_conflict(console: Scripted) -> None:
    console.answers[f"GET {EXTENSIONS}"] = _listed("1.0.3")
    console.answers[f"POST {EXTENSIONS}"] = error(409, 22613, "same version")
    with pytest.raises(Conflict):
        upload(_client(console), HUB, _package)
    assert [line for line in console.lines if line.startswith("POST")] == [f"POST {EXTENSIONS}"] * 2


def test_a_preview_says_what_would_happen_to_each_item(console: Scripted) -> None:
    item = {"name": "5f8b", "content_type_id": 3, "content_type_name": "custom_rule", "action": "ADD"}
    console.answers[f"POST {EXTENSIONS}/12"] = STARTED
    console.answers[f"GET {ROOT}/extensions_task_status/7"] = DONE
    console.answers[f"GET {ROOT}/extensions_task_status/7/results"] = httpx.Response(200, json={"content": [item]})
    (found,) = preview(_client(console), 12)
    assert (found.name, found.content_type_id, found.content_type, found.action) == ("5f8b", 3, "custom_rule", "ADD")
    query = dict(next(r for r in console.requests if r.method == "POST").url.params)
    assert query == {"action_type": "PREVIEW", "overwrite": "true"}


def test_a_preview_without_items_is_bad_content(console: Scripted) -> None:
    console.answers[f"POST {EXTENSIONS}/12"] = STARTED
    console.answers[f"GET {ROOT}/extensions_task_status/7"] = DONE
    console.answers[f"GET {ROOT}/extensions_task_status/7/results"] = httpx.Response(200, json={"id": 7})
    with pytest.raises(BadContent):
        preview(_client(console), 12)


@pytest.mark.parametrize("code", [22611, 22618])
def test_another_install_is_waited_for(console: Scripted, code: int) -> None:
    busy = error(409, code, "busy")
    console.answers[f"POST {EXTENSIONS}/12"] = [busy, busy, STARTED]
    console.answers[f"GET {ROOT}/extensions_task_status/7"] = DONE
    console.answers[f"GET {EXTENSIONS}/12"] = httpx.Response(200, json={"status": "INSTALLED"})
    install(_client(console), 12)
    assert console.slept == [0.5, 1.0]


def test_another_install_is_not_waited_for_for_ever(console: Scripted) -> None:
    console.answers[f"POST {EXTENSIONS}/12"] = error(409, 22618, "busy")
    with pytest.raises(Conflict):
        install(_client(console), 12)
    assert 600 <= console.now < 620


def test_the_install_of_an_earlier_run_is_waited_for(console: Scripted) -> None:
    installing, done = (
        httpx.Response(200, json=[{"id": 1, "status": status}]) for status in ("INSTALLING", "INSTALLED")
    )
    console.answers[f"GET {EXTENSIONS}"] = [installing, installing, done]
    wait_for_installs(_client(console))
    assert console.slept == [0.5, 1.0]


def test_waiting_for_the_install_of_an_earlier_run_ends_when_the_user_asks_to_stop(console: Scripted) -> None:
    console.answers[f"GET {EXTENSIONS}"] = httpx.Response(200, json=[{"id": 1, "status": "INSTALLING"}])
    with pytest.raises(Interrupted, match="the console still installs what an earlier run has sent"):
        wait_for_installs(_client(console), stopping=lambda: len(console.slept) == 2)
    assert console.slept == [0.5, 1.0]


def test_what_is_installed_already_is_looked_up(console: Scripted) -> None:
    console.answers[f"POST {EXTENSIONS}/12"] = error(409, 22612, "installed")
    console.answers[f"GET {EXTENSIONS}/12"] = httpx.Response(200, json={"status": "INSTALLED"})
    install(_client(console), 12)


@pytest.mark.parametrize("status", ["INSTALLED_WITH_ERROR", "INSTALL_FAILED"])
def test_a_completed_task_is_not_yet_a_success(console: Scripted, status: str) -> None:
    console.answers[f"POST {EXTENSIONS}/12"] = STARTED
    console.answers[f"GET {ROOT}/extensions_task_status/7"] = DONE
    row = {"status": status, "content_operation_error": "custom_rule 5f8b: no such log source type"}
    console.answers[f"GET {EXTENSIONS}/12"] = httpx.Response(200, json=row)
    with pytest.raises(TaskFailed, match="no such log source type") as caught:
        install(_client(console), 12)
    assert caught.value.status_name == status


def test_a_lost_answer_to_an_install_that_never_began_is_not_taken_for_success(console: Scripted) -> None:
    console.answers[f"POST {EXTENSIONS}/12"] = httpx.ReadError("cut")
    console.answers[f"GET {EXTENSIONS}/12"] = httpx.Response(200, json={"status": "UPLOADED"})
    with pytest.raises(Exception, match="no answer came back"):
        install(_client(console), 12)


def test_a_lost_answer_to_an_install_that_runs_is_waited_for(console: Scripted) -> None:
    states = ["INSTALLING", "INSTALLING", "INSTALLED"]
    console.answers[f"POST {EXTENSIONS}/12"] = httpx.ReadError("cut")
    console.answers[f"GET {EXTENSIONS}/12"] = [httpx.Response(200, json={"status": state}) for state in states]
    install(_client(console), 12)


def test_an_extension_is_never_deleted(console: Scripted) -> None:
    test_another_install_is_waited_for(console, 22611)
    assert not any(line.startswith("DELETE") for line in console.lines)
    assert json.dumps(console.lines).count("uninstall") == 0
