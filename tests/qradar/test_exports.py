from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest
from scripted_console import Scripted, error

from dac.errors import BadContent, TaskFailed
from dac.qradar.exports import export_rules
from dac.qradar.package.archive import write_archive
from dac.qradar.package.content import RuleRow, write_content

if TYPE_CHECKING:
    from dac.qradar.client import Client

ROOT = "/config/extension_management"
TASKS = f"{ROOT}/extension_export_tasks"
BODY = b'<rule type="EVENT"><name>x</name><testDefinitions/></rule>'


def _archive(*rules: RuleRow) -> httpx.Response:
    content = write_content("2021.6.12", rules, [], now=0)
    return httpx.Response(200, content=write_archive({"custom_rule.xml": content}))


@pytest.fixture
def client(console: Scripted) -> Client:
    console.answers[f"POST {TASKS}"] = httpx.Response(201, json={"task_id": 5})
    console.answers[f"GET {ROOT}/extensions_task_status/5"] = httpx.Response(200, json={"status": "COMPLETED"})
    console.answers[f"GET {TASKS}/5/extension_export"] = _archive(RuleRow("a", "1", BODY), RuleRow("b", "2", b"<no/>"))
    client = console.client()
    client.connect()
    return client


def test_numbers_go_as_strings_and_links_are_asked_for(console: Scripted, client: Client) -> None:
    found = export_rules(client, ["2", "1", "2"])
    assert sorted(found) == ["a", "b"]
    (content,) = json.loads(console.requests[2].content)["export_contents"]
    assert content["content_item_ids"] == ["1", "2"]
    assert content["related_content"] == [{"content_type": "FGROUP_LINKS"}]
    assert console.requests[-1].headers["Accept"] == "application/zip"


def test_a_broken_rule_spoils_only_itself(client: Client) -> None:
    found = export_rules(client, ["1", "2"])
    assert found["a"].body.name == "x"
    with pytest.raises(BadContent, match=r"Rule b \(id 2\)"):
        _ = found["b"].body


def test_the_other_path_of_a_task_is_tried(console: Scripted, client: Client) -> None:
    console.answers[f"GET {ROOT}/extensions_task_status/5"] = error(404, 22604, "no such task")
    console.answers[f"GET {TASKS}/5"] = httpx.Response(200, json={"status": "COMPLETED"})
    assert export_rules(client, ["1"])


def test_thousands_of_rules_take_a_few_exports_and_each_uuid_comes_once(console: Scripted, client: Client) -> None:
    found = export_rules(client, [str(number) for number in range(2_500)])
    assert console.lines.count(f"POST {TASKS}") == 3
    assert sorted(found) == ["a", "b"]


def test_nothing_asked_is_nothing_sent(console: Scripted, client: Client) -> None:
    assert export_rules(client, []) == {}
    assert f"POST {TASKS}" not in console.lines


def test_a_failed_task_is_told(console: Scripted, client: Client) -> None:
    failed = httpx.Response(200, json={"status": "EXCEPTION", "message": "no disk"})
    console.answers[f"GET {ROOT}/extensions_task_status/5"] = failed
    with pytest.raises(TaskFailed, match="no disk"):
        export_rules(client, ["1"])


@pytest.mark.parametrize("answer", [b"", b"PK\x03\x04", b"<html>login</html>"])
def test_what_is_no_export_is_bad_content(console: Scripted, client: Client, answer: bytes) -> None:
    console.answers[f"GET {TASKS}/5/extension_export"] = httpx.Response(200, content=answer)
    with pytest.raises(BadContent):
        export_rules(client, ["1"])
