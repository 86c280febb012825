"""Rules that a console does not take, in the ways that documented statuses leave open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from console_driver import EXTENSIONS, Console, code
from rule_packages import matches, package, row, rule_xml

from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    Start = Callable[[Settings | None], Console]

ROWS = (
    row("first", rule_xml("First")),
    row("bad", rule_xml("Bad one"), number=2),
    row("reader", rule_xml("Reader", matches("bad")), number=3),
    row("last", rule_xml("Last"), number=4),
)


def there(console: Console) -> set[str]:
    console.advance()
    return {rule["identifier"] for rule in console.read("/analytics/rules")} & {"first", "bad", "reader", "last"}


@pytest.mark.parametrize(
    ("takes", "left"), [("readers", {"first", "last"}), ("following", {"first"}), ("package", set())]
)
def test_what_a_refused_rule_takes_along(started: Start, takes: str, left: set[str]) -> None:
    console = started(Settings(refused_rules="Bad o.e", refusal_takes=takes))  # type: ignore[arg-type]  # one of three
    extension = console.install(package(*ROWS))
    assert extension["status"] == "INSTALLED_WITH_ERROR"
    assert "custom_rule bad: the import of this rule failed" in extension["content_operation_error"]
    assert there(console) == left


def test_an_error_may_name_no_rule_and_the_status_may_be_a_failure(started: Start) -> None:
    settings = Settings(refused_rules="Bad", refusal_names_rules=False, refusal_status="INSTALL_FAILED")
    extension = started(settings).install(package(*ROWS))
    assert extension["status"] == "INSTALL_FAILED"
    assert "bad" not in extension["content_operation_error"]


def test_the_task_may_end_in_an_exception_with_rules_installed_all_the_same(started: Start) -> None:
    console = started(Settings(refused_rules="Bad", refusal_task="EXCEPTION"))
    number = console.upload(package(*ROWS)).json()["id"]
    assert console.finished(console.act(number, "INSTALL"))["status"] == "EXCEPTION"
    assert there(console) == {"first", "last"}


def test_a_preview_may_refuse_and_leaves_nothing_behind(started: Start) -> None:
    console = started(Settings(refused_rules="Bad", refusal_at="preview"))
    number = console.upload(package(*ROWS)).json()["id"]
    ended = console.finished(console.act(number, "PREVIEW"))
    assert (ended["status"], "custom_rule bad" in ended["message"]) == ("EXCEPTION", True)
    assert there(console) == set()


def test_an_upload_may_refuse_and_keeps_nothing(started: Start) -> None:
    console = started(Settings(refused_rules="Bad", refusal_at="upload"))
    assert code(console.upload(package(*ROWS))) == (422, 22607)
    assert console.read(f"{EXTENSIONS}/extensions") == []
    assert console.upload(package(ROWS[0])).status_code == 201


def test_an_install_may_wait_for_a_deploy(started: Start) -> None:
    deploy = "/staged_config/deploy_status"
    console = started(Settings(deploy_after_install=True))
    console.install(package(ROWS[0]))
    console.made(deploy, {"type": "INCREMENTAL"}, status=200)
    console.advance()
    assert code(console.post(deploy, {"type": "INCREMENTAL"})) == (409, 1002)


def test_a_deploy_ends_on_each_host_in_its_own_way(started: Start) -> None:
    deploy = "/staged_config/deploy_status"
    console = started(Settings(deploy_hosts="10.0.0.1=SUCCESS, 10.0.0.2=TIMED_OUT", deploy_seconds=10))
    console.freeze()
    console.made(deploy, {"type": "FULL"}, status=200)
    assert [host["host_status"] for host in console.read(deploy)["hosts"]] == ["INITIATING", "INITIATING"]
    console.advance()
    done = console.read(deploy)
    assert done["status"] == "COMPLETE"
    assert [(host["ip"], host["host_status"]) for host in done["hosts"]] == [
        ("10.0.0.1", "SUCCESS"), ("10.0.0.2", "TIMED_OUT"),
    ]  # fmt: skip
