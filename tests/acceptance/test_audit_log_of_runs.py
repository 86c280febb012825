"""The audit log of real runs: what reaches the console stands in it, and nothing reaches a console without it."""

from __future__ import annotations

import getpass
import json
import re
import socket
from typing import TYPE_CHECKING, Any

from analyst import SETS, looking_at

if TYPE_CHECKING:
    from analyst import Analyst
    from project import Project

LOG = "state/audit.jsonl"
CONSOLE = ("--console", "local")


def _lines(project: Project, path: str = LOG) -> list[dict[str, Any]]:
    return [json.loads(line) for line in project.read(path).splitlines()]


def test_every_write_the_console_saw_stands_in_the_log_with_what_it_was_for(
    remote_lab: tuple[Project, Analyst],
) -> None:
    project, analyst = remote_lab
    assert project.dac("plan", *CONSOLE).code == 0
    assert not (project.root / LOG).exists()
    analyst.forget_requests()
    project.apply(*CONSOLE)
    lines = _lines(project)
    asked = [row for row in analyst.writes() if "extension_export_tasks" not in row and "validators" not in row]
    assert [f"/api{line['request'].partition(' ')[2]}" for line in lines] == [row.partition(" ")[2] for row in asked]
    assert {(line["who"], line["host"], line["console"], line["origin"], line["event"]) for line in lines} == {
        (getpass.getuser(), socket.gethostname(), "local", analyst.url, "request")
    }
    assert len({(line["run_id"], line["plan"]) for line in lines}) == 1
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]) for line in lines)
    assert {line["outcome"] for line in lines} == {"done"}
    for_address = {address for line in lines for address in line.get("addresses", ())}
    assert for_address == {f"lab/{local}" for local in project.recorded()["resources"]}
    (sent,) = [line for line in lines if line["request"] == "PATCH /reference_data_collections/set_entries"]
    assert (sent["addresses"], sent["channel"]) == (["lab/reference_set.vpn"], "rest")
    uploads = [line for line in lines if line["channel"] == "extension"]
    rules = ["lab/building_block.succeeded", "lab/detection.admin", "lab/detection.foreign"]
    assert {tuple(sorted(line["addresses"])) for line in uploads} == {tuple(rules)}


def test_a_log_that_cannot_be_written_stops_an_apply_before_its_first_write(
    remote_lab: tuple[Project, Analyst],
) -> None:
    project, analyst = remote_lab
    (project.root / LOG).mkdir(parents=True)
    analyst.forget_requests()
    ran = project.dac("apply", "--auto-approve", *CONSOLE)
    assert ran.code == 1
    assert "the audit log" in ran.stderr
    assert "[audit] path" in ran.stderr
    assert [row for row in analyst.writes() if "validators" not in row] == []
    assert not (project.root / "state/local/lab.json").exists()


def test_the_log_may_lie_elsewhere_or_be_switched_off(lab: Project) -> None:
    plain = lab.read("dac.toml")
    before = lab.read(LOG)
    lab.write("dac.toml", plain + '\n[audit]\npath = "logs/of/writes.jsonl"\n')
    lab.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "high"')
    lab.apply()
    assert {tuple(line.get("addresses", ())) for line in _lines(lab, "logs/of/writes.jsonl")} >= {
        ("lab/detection.admin",)
    }
    lab.write("dac.toml", plain + "\n[audit]\nenabled = false\n")
    lab.edit("stacks/lab/admin.toml", 'severity = "high"', 'severity = "low"')
    lab.apply()
    assert lab.read(LOG) == before


def test_a_released_brake_and_a_broken_lock_stand_in_the_log(lab: Project) -> None:
    count = len(_lines(lab))
    lab.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "high"')
    lab.apply("--allow", "mass-delete", "--re-enable", "detection.admin", "--accept-console")
    overrides = [line for line in _lines(lab)[count:] if line["event"] == "override"]
    assert [(line["override"], line.get("addresses")) for line in overrides] == [
        ("--accept-console", None),
        ("--allow mass-delete", None),
        ("--re-enable", ["lab/detection.admin"]),
    ]
    assert all(line["run_id"] and line["plan"] for line in overrides)
    with looking_at(lab) as analyst:
        number = analyst.post(f"{SETS}/sets", {"name": "dac lock", "entry_type": "ALN"})["id"]
    ran = lab.dac("unlock", f"unsigned-{number}", "--force")
    assert ran.code == 0, ran.text
    *_, deleted, unlocked = _lines(lab)
    assert deleted["request"] == f"DELETE /reference_data_collections/sets/{number}"
    assert unlocked["override"] == f"unlock unsigned-{number}"
