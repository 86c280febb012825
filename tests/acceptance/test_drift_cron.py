"""`dac drift` as a job that runs every five minutes: kinds, exit codes, what is new, and who is told."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from analyst import PROPERTIES, RULES, SETS, looking_at
from consoles import DATABASE
from project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyst import Analyst

FOREIGN = "Lab: sign-in from a flagged country"
ADMIN = "Lab: sign-in of an administrator"
VPN = "Lab: VPN egress"
SECRET = "T000-do-not-show"


@pytest.fixture
def analyst(lab: Project) -> Iterator[Analyst]:
    with looking_at(lab) as analyst:
        yield analyst


@pytest.fixture
def chat() -> Iterator[tuple[str, list[dict[str, Any]], list[int]]]:
    """A webhook, what it was told, and the status it answers with."""
    told: list[dict[str, Any]] = []
    status = [200]

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{SECRET}", told, status
        server.shutdown()


def switch(analyst: Analyst, name: str, *, on: bool) -> None:
    analyst.post(f"{RULES}/{analyst.rule(name)['id']}", {"enabled": on})


def kinds(project: Project, *words: str) -> dict[str, list[str]]:
    ran = project.dac("drift", "--format", "json", *words)
    assert ran.code == 2, ran.text
    return {item["address"]: item["kinds"] for item in ran.json["resource_drift"]}


def test_everything_that_people_do_has_its_kind(lab: Project, analyst: Analyst) -> None:
    switch(analyst, FOREIGN, on=False)
    gone = analyst.rule(ADMIN)
    analyst.delete(f"{RULES}/{gone['id']}")
    analyst.wait_gone(RULES, gone["id"])
    analyst.delete(f"{SETS}/set_entries/{analyst.entries(VPN)['203.0.113.8']['id']}")
    path = f"{PROPERTIES}/property_json_expressions"
    mine = next(row for row in analyst.get(path) if row["regex_property_identifier"] == _identifier(analyst))
    analyst.post(f"{path}/{mine['id']}", {"enabled": False})
    assert kinds(lab) == {
        "lab/detection.foreign": ["disabled"],
        "lab/detection.admin": ["missing"],
        "lab/reference_set.vpn": ["entries-removed"],
        "lab/custom_property.LabCountry": ["disabled-by-system"],
    }


def _identifier(analyst: Analyst) -> str:
    return str(analyst.property("LabCountry")["identifier"])


def test_an_allowlist_that_got_longer_is_named_first(lab: Project, analyst: Analyst) -> None:
    lab.edit("stacks/lab/allowlist.toml", 'entry_type = "IP"\n', 'entry_type = "IP"\nownership = "authoritative"\n')
    lab.apply()
    number = analyst.reference_set(VPN)["id"]
    analyst.post(f"{SETS}/set_entries", {"collection_id": number, "value": "192.0.2.1", "source": "curl"})
    found = lab.dac("drift", "--format", "markdown")
    assert found.code == 2
    assert "**Lowers security (1):**" in found.stdout
    assert "192.0.2.1" not in found.stdout
    assert "192.0.2.1" in lab.dac("drift", "--format", "markdown", "--show-values").stdout


def test_a_job_says_each_thing_once(lab: Project, analyst: Analyst) -> None:
    quiet = lab.dac("drift", "--since", "last")
    assert (quiet.code, quiet.text) == (0, "")
    switch(analyst, FOREIGN, on=False)
    first = lab.dac("drift", "--since", "last")
    assert first.code == 2
    assert "detection.foreign: it is switched off" in first.stdout
    again = lab.dac("drift", "--since", "last")
    assert (again.code, again.text) == (2, "")
    switch(analyst, ADMIN, on=False)
    more = lab.dac("drift", "--since", "last")
    assert "detection.admin: it is switched off" in more.stdout
    assert "detection.foreign" not in more.stdout
    assert "Not shown: 1 difference" in more.stdout
    quiet_json = lab.dac("drift", "--since", "LAST", "--json")
    assert (quiet_json.json["drifted"], quiet_json.json["resource_drift"]) == (True, [])
    switch(analyst, FOREIGN, on=True)
    less = lab.dac("drift", "--since", "last")
    assert less.code == 2
    assert "Resolved since the report of " in less.stdout
    assert "  lab/detection.foreign: disabled\n" in less.stdout
    assert lab.dac("drift", "--since", "last").text == ""
    assert lab.dac("drift", "lab", "--since", "last").stdout != ""  # another selection has another memory


def test_two_at_once_do_not_hinder_each_other(lab: Project, analyst: Analyst) -> None:
    switch(analyst, FOREIGN, on=False)
    running = [lab.start("drift", "--since", "last", "--report", "report.json") for _ in range(2)]
    for process in running:
        _, complaints = process.communicate(timeout=60)
        assert (process.returncode, complaints) == (2, "")
    assert json.loads(lab.read("report.json"))["drifted"] is True
    assert lab.dac("drift", "--since", "last").text == ""
    assert not list(lab.root.rglob(".*.tmp"))


def test_a_report_is_kept_in_a_file_whatever_is_printed(lab: Project, analyst: Analyst) -> None:
    switch(analyst, FOREIGN, on=False)
    words = ("drift", "--since", "report.json", "--report", "report.json")
    assert lab.dac(*words).code == 2
    assert json.loads(lab.read("report.json"))["resource_drift"][0]["new"] is True
    assert lab.dac(*words).text == ""
    report = json.loads(lab.read("report.json"))
    assert (report["drifted"], report["news"], report["resource_drift"][0]["new"]) == (True, False, False)
    lab.write("report.json", "{}")
    broken = lab.dac(*words)
    assert broken.code == 1
    assert "report.json is no report of `dac drift`" in broken.stderr


def test_it_takes_few_requests_and_a_token_that_cannot_export_is_never_told_that_nothing_drifted(
    remote_lab: tuple[Project, Analyst],
) -> None:
    project, analyst = remote_lab
    project.apply("--console", "local")
    analyst.forget_requests()
    strong = project.dac("drift", "--console", "local", "--since", "last")
    assert (strong.code, strong.text) == (0, "")
    assert analyst.writes() == []
    assert 0 < len(analyst.requests()) <= 20
    with closing(sqlite3.connect(project.root / DATABASE)) as db, db:
        db.execute("INSERT INTO user_role VALUES (77, 'Reader', '[]')")
        db.execute(
            "INSERT INTO authorized_service "
            "(label, token, created_by, user_role_id, security_profile_id, creation_date) VALUES "
            "('cron', 'only-reads', 'admin', 77, 1, 0)"
        )
    reader = Project(project.root, {"LAB_TOKEN": "only-reads"})
    weak = reader.dac("drift", "--console", "local")
    assert weak.code == 1, weak.text
    assert "No drift" not in weak.stdout
    assert "Not read: 3 resources" in weak.stdout
    assert "the body of detection.admin was not read: " in weak.stdout
    assert "needs a token with System Administrator" in weak.stdout
    switch(analyst, ADMIN, on=False)
    both = reader.dac("drift", "--console", "local", "--format", "json")
    assert both.code == 1
    assert [item["new"] for item in both.json["not_read"]] == [True] * 3
    assert [(item["address"], item["kinds"]) for item in both.json["resource_drift"]] == [
        ("lab/detection.admin", ["disabled"])
    ]
    assert both.json["drifted"] is True
    assert "detection.admin: it is switched off" in reader.dac("drift", "--console", "local").stdout


def test_a_webhook_is_told_what_is_new(
    lab: Project, analyst: Analyst, chat: tuple[str, list[dict[str, Any]], list[int]]
) -> None:
    url, told, status = chat
    lab.write("dac.toml", lab.read("dac.toml") + '\n[notify]\nwebhook = { env = "LAB_CHAT" }\n')
    project = Project(lab.root, {"LAB_CHAT": url})
    assert project.dac("drift", "--since", "last").code == 0
    assert told == []
    switch(analyst, FOREIGN, on=False)
    status[0] = 400
    failed = project.dac("drift", "--since", "last")
    assert failed.code == 2
    assert "warning[webhook]: the webhook was not told of this: it answered 400" in failed.stderr
    assert SECRET not in failed.text
    status[0] = 200
    project.dac("drift", "--since", "last")
    project.dac("drift", "--since", "last")
    assert [notice["drift"][0]["address"] for notice in told] == ["lab/detection.foreign"] * 2
    switch(analyst, FOREIGN, on=True)
    status[0] = 400
    assert project.dac("drift", "--since", "last").code == 0
    status[0] = 200
    over = project.dac("drift", "--since", "last", "--format", "markdown")
    assert (over.code, "**Resolved since the report of " in over.stdout) == (0, True)
    assert [notice["status"] for notice in told[2:]] == ["resolved"] * 2
    assert "• resolved: lab/detection.foreign (disabled)" in told[3]["text"]
    assert told[2]["id"] == told[3]["id"] != told[1]["id"]
    assert "detection.foreign: disabled (held) - lowers security: it is switched off" in told[1]["text"]


def test_a_first_run_that_could_not_tell_says_it_all_again(
    lab: Project, analyst: Analyst, chat: tuple[str, list[dict[str, Any]], list[int]]
) -> None:
    url, told, status = chat
    lab.write("dac.toml", lab.read("dac.toml") + '\n[notify]\nwebhook = { env = "LAB_CHAT" }\n')
    project = Project(lab.root, {"LAB_CHAT": url})
    switch(analyst, FOREIGN, on=False)
    status[0] = 400
    assert project.dac("drift", "--since", "last").code == 2
    status[0] = 200
    again = project.dac("drift", "--since", "LAST")
    assert (again.code, "detection.foreign: it is switched off" in again.stdout) == (2, True)
    assert project.dac("drift", "--since", "last").text == ""
    assert [(notice["status"], notice["drift"][0]["new"]) for notice in told] == [("drift", True)] * 2


def test_a_console_that_cannot_be_asked_is_told_once_until_it_answers_again(
    remote_lab: tuple[Project, Analyst], chat: tuple[str, list[dict[str, Any]], list[int]]
) -> None:
    project, analyst = remote_lab
    project.apply("--console", "local")
    url, told, _ = chat
    project.write("dac.toml", project.read("dac.toml") + '\n[notify]\nwebhook = { env = "LAB_CHAT" }\n')
    cron = Project(project.root, project.env | {"LAB_CHAT": url})
    switch(analyst, ADMIN, on=False)
    words = ("drift", "--console", "local", "--since", "last")
    assert cron.dac(*words).code == 2
    analyst.post("/emulator/faults", {"action": "status", "path": "help/versions", "code": 501, "times": 99})
    down = [cron.dac(*words), cron.dac(*words)]
    assert [(ran.code, ran.stdout) for ran in down] == [(1, "")] * 2
    assert "HTTP 501" in down[1].stderr  # what is printed is an error every time
    assert cron.dac("drift", "--console", "local").code == 1
    assert [notice["status"] for notice in told] == ["drift", "error", "error"]  # without --since it is told again
    assert "could not be looked at" in told[1]["text"]
    assert "HTTP 501" in told[1]["error"]["summary"]
    analyst.delete("/emulator/faults")
    again = cron.dac(*words)
    assert (again.code, again.text) == (2, "")
    assert len(told) == 3
    cron.write("stacks/lab/broken.toml", "[detection")
    assert cron.dac(*words).code == 2  # drift is of the record: no file stands in its way
    state = cron.read("state/local/lab.json")
    cron.write("state/local/lab.json", "{")
    assert cron.dac(*words).code == 1
    cron.write("state/local/lab.json", state)
    assert cron.dac("drift", "labb", "--console", "local").code == 1  # mistyped: nothing to tell a chat of
    assert [notice["status"] for notice in told[3:]] == ["error"]


@pytest.mark.parametrize(
    ("env", "complaint"),
    [
        ({}, "the environment variable LAB_CHAT is not set"),
        ({"LAB_CHAT": f"ftp://{SECRET}"}, "it is no https:// URL"),
        (
            {"LAB_CHAT": f"https://hooks.example.com/{SECRET}", "DAC_TOKEN_ORIGINS": "https://qradar.example.com"},
            "DAC_TOKEN_ORIGINS does not list where its URL leads",
        ),
    ],
)
def test_a_webhook_that_cannot_be_told_changes_nothing_else(
    lab: Project, analyst: Analyst, env: dict[str, str], complaint: str
) -> None:
    lab.write("dac.toml", lab.read("dac.toml") + '\n[notify]\nwebhook = { env = "LAB_CHAT" }\n')
    switch(analyst, FOREIGN, on=False)
    ran = Project(lab.root, env).dac("drift")
    assert ran.code == 2
    assert ran.stderr.count(complaint) == 1
    assert SECRET not in ran.text
    assert "hooks.example.com" not in ran.text


def test_a_webhook_without_its_url_is_told_while_there_is_nothing_else_to_tell(lab: Project) -> None:
    lab.write("dac.toml", lab.read("dac.toml") + '\n[notify]\nwebhook = { env = "LAB_CHAT" }\n')
    quiet = lab.dac("drift", "--since", "last")
    assert (quiet.code, quiet.stdout) == (0, "")
    assert "warning[webhook]" in quiet.stderr
    assert "LAB_CHAT is not set" in quiet.stderr


def test_a_report_goes_into_a_folder_that_is_there(lab: Project) -> None:
    ran = lab.dac("drift", "--report", "reports/drift.json")
    assert (ran.code, (lab.root / "reports").exists()) == (1, False)
    assert "the report cannot be written to reports/drift.json: No such file or directory" in ran.stderr


def test_a_webhook_written_out_is_refused_and_not_repeated(lab: Project) -> None:
    lab.write("dac.toml", lab.read("dac.toml") + f'\n[notify]\nwebhook = "https://hooks.example.com/{SECRET}"\n')
    ran = lab.dac("drift")
    assert ran.code == 1
    assert "error[literal-token]: the URL of the webhook is written into dac.toml" in ran.stderr
    assert SECRET not in ran.text


def test_what_people_made_is_drift_until_it_is_known(lab: Project, analyst: Analyst) -> None:
    analyst.post(f"{SETS}/sets", {"name": "Somebody's list", "entry_type": "IP"})
    first = lab.dac("drift", "--unmanaged", "--since", "last")
    assert first.code == 2, first.text
    assert 'reference_set "Somebody\'s list" (id ' in first.stdout
    assert " unmanaged." in first.stdout
    again = lab.dac("drift", "--unmanaged", "--since", "last")
    assert (again.code, again.text) == (0, "")
    assert lab.dac("drift").code == 0


def test_a_stock_rule_that_somebody_edited_is_overridden(lab: Project, analyst: Analyst) -> None:
    stock = next(row for row in analyst.get(RULES) if row["origin"] == "SYSTEM" and row["enabled"])
    lab.write(
        "stacks/lab/stock.toml",
        f'[vendor_rule.stock]\nidentifier = "{stock["identifier"]}"\nenabled = true\nreason = "it stays on"\n',
    )
    lab.apply()
    analyst.post(f"{RULES}/{stock['id']}", {"owner": "admin", "enabled": True})
    switched = [row for row in analyst.get(RULES) if row["linked_rule_identifier"] == stock["identifier"]]
    if not switched:  # this emulator makes an edit of its own only of a change
        analyst.post(f"{RULES}/{stock['id']}", {"enabled": False})
    assert "overridden" in kinds(lab)["lab/vendor_rule.stock"]
