"""A console that passes for a real one, and whose rule wizard has other numbers, groups and parameters."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import rule_packages
from console_driver import Console

from dac.cli.app import run
from dac.emulator.callers import CAPABILITIES
from dac.emulator.content import exporting
from dac.emulator.server import Emulator
from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from xml.etree import ElementTree as ET

REAL = Settings(
    release_name="7.5.0",
    task_seconds=0,
    install_seconds=0,
    export_seconds=0,
    deploy_seconds=0,
    rules_visible_after=0,
)
DAC_TOML = """\
[project]
name = "lab"
id = "6f1c2a52-6f0e-4f6b-9d5e-0b6a3c1d2e4f"
timezone = "UTC"

[console.prod]
url = "{url}"
token = {{ env = "LAB_TOKEN" }}
"""
STACK = """\
[detection.door]
name = "Door"
severity = "low"
filter = "username IMATCHES '.*admin.*'"
offense = { index = "username" }
"""
CANARY = "dac: calibration canary"
FILE = "stacks/prod.calibration.json"
BY_HAND = "0d2f6a35-3d53-4b46-8f5b-6c1d0a3d5a01"


def aql_of_the_wizard(text: str) -> str:
    """An AQL filter as this console's wizard writes it: another number and group, other words, one parameter more."""
    both = f"{quote(text, safe='')}|{quote(json.dumps([text]), safe='')}"
    return (
        f'<test id="320" uid="0" name="{rule_packages.CLASSES}AQL_Test" group="Common Tests" groupId="17" '
        'requiredCapabilities="RULES.WRITE"><text>when {1} &lt;a href=\'javascript:editParameter("0", "1")\' '
        "class='dynamic'&gt;this&lt;/a&gt;</text>".replace("{1} ", "the filter is ")
        + '<parameter id="1"><initialText>filter</initialText><selectionLabel>Filter</selectionLabel>'
        f"<userSelection>{both}</userSelection><userSelectionTypes>aql</userSelectionTypes>"
        "<userSelectionId>7</userSelectionId></parameter>"
        '<parameter id="2"><userSelection>events</userSelection></parameter>'
        '<parameter id="3"><userSelection>v2</userSelection></parameter></test>'
    )


@dataclass(frozen=True)
class Terminal:
    """Types commands in a project whose only console is the one here; what they answer is captured."""

    root: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def dac(self, *words: str) -> tuple[int, str]:
        self.monkeypatch.setattr(sys, "argv", ["dac", *words, "--console", "prod"])
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        with pytest.raises(SystemExit) as end:
            run()
        said = self.capsys.readouterr()
        assert "Traceback" not in said.err
        return int(end.value.code or 0), said.out + said.err

    @property
    def saved(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.root / FILE).read_text(encoding="utf-8"))
        return content


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with Emulator(tmp_path / "console.db", settings=REAL) as emulator, Console(emulator.url) as client:
        client.install(rule_packages.package(rule_packages.row(BY_HAND, _rule("By hand"))))
        client.control("DELETE", "requests")
        yield client


@pytest.fixture
def prod(
    console: Console, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    root = tmp_path / "project"
    (root / "stacks/lab").mkdir(parents=True)
    (root / "dac.toml").write_text(DAC_TOML.format(url=console.url))
    (root / "stacks/lab/door.toml").write_text(STACK)
    monkeypatch.chdir(root)
    monkeypatch.setenv("LAB_TOKEN", "emulator")
    return Terminal(root, capsys, monkeypatch)


def _rule(name: str) -> str:
    return rule_packages.rule_xml(name, aql_of_the_wizard("username IS NOT NULL"))


def writes(console: Console) -> list[str]:
    """What could have changed something: exports and checks of AQL are POSTs that change nothing."""
    sent = [row["path"] for row in console.control("GET", "requests") if row["method"] != "GET"]
    return [path for path in sent if not any(word in path for word in ("extension_export_tasks", "/ariel/"))]


def rule_names(console: Console) -> set[str]:
    return {row["name"] for row in console.read("/analytics/rules")}


def exported(console: Console, name: str) -> ET.Element:
    rule = next(row for row in console.read("/analytics/rules") if row["name"] == name)
    _, root = rule_packages.unpack(console.export(rule["id"]))
    return rule_packages.bodies(root)[rule["identifier"]]


def test_no_rule_is_written_to_a_real_console_before_it_is_calibrated(prod: Terminal, console: Console) -> None:
    code, said = prod.dac("apply", "--auto-approve")
    assert code == 1
    assert "1 rule would be written to console prod, and it was never calibrated" in said
    assert "dac console calibrate --console prod" in said
    assert prod.dac("plan")[0] == 1
    assert writes(console) == []

    code, said = prod.dac("apply", "--auto-approve", "--assume-catalogue")
    assert code == 0, said
    assert [test.get("id") for test in exported(console, "Door").iter("test")] == ["318"]
    lines = (prod.root / "state/audit.jsonl").read_text().splitlines()
    assert "--assume-catalogue" in [json.loads(line).get("override") for line in lines]
    assert prod.dac("plan", "--detailed-exitcode")[0] == 0  # what writes no rule needs no calibration


def test_a_calibrated_console_gets_rules_as_its_own_wizard_writes_them(prod: Terminal, console: Console) -> None:
    code, said = prod.dac("console", "calibrate")
    assert code == 0, said
    assert "AQL_Test (EVENT): its number is 320, not 318" in said
    assert "its parameters are 1, 2, 3, not 1, 2" in said
    assert CANARY not in rule_names(console)
    assert prod.saved["canary"] is True
    text = (prod.root / FILE).read_bytes()
    assert "Nothing new" in prod.dac("console", "calibrate")[1]
    assert (prod.root / FILE).read_bytes() == text

    code, said = prod.dac("apply", "--auto-approve")
    assert code == 0, said
    (test,) = exported(console, "Door").iter("test")
    about = {name: test.get(name) for name in ("id", "group", "groupId", "requiredCapabilities")}
    assert about == {"id": "320", "group": "Common Tests", "groupId": "17", "requiredCapabilities": "RULES.WRITE"}
    assert [(p.get("id"), p.findtext("userSelectionTypes")) for p in test.iter("parameter")] == [
        ("1", "aql"),
        ("2", None),
        ("3", None),
    ]
    assert (test.findtext("text") or "").startswith("when the filter is <a href=")
    assert [p.findtext("userSelection") for p in test.iter("parameter")][1:] == ["events", "v2"]
    assert prod.dac("plan", "--deep", "--detailed-exitcode")[0] == 0


def test_reading_alone_writes_nothing_and_keeps_the_console_closed(prod: Terminal, console: Console) -> None:
    code, said = prod.dac("console", "calibrate", "--read-only")
    assert (code, writes(console)) == (0, [])
    assert "Rules are not written to this console" in said
    assert "its calibration was only read" in prod.dac("plan")[1]
    assert prod.dac("console", "calibrate")[0] == 0
    assert prod.dac("console", "calibrate", "--read-only")[0] == 0
    assert prod.saved["canary"] is True  # nothing has changed since it was proven


def test_a_canary_that_comes_back_changed_says_where_and_closes_the_console(
    prod: Terminal, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert prod.dac("console", "calibrate")[0] == 0
    monkeypatch.setattr(exporting, "_rule_data", lambda _settings, xml: xml.replace("%2B", "%20"))
    code, said = prod.dac("console", "calibrate")
    assert code == 1
    assert "filter: sent" in said
    assert prod.saved["canary"] is False
    assert CANARY not in rule_names(console)
    assert prod.dac("plan")[0] == 1


def test_what_a_killed_calibration_left_is_removed_by_the_next(prod: Terminal, console: Console) -> None:
    console.control("POST", "faults", [{"action": "delay", "path": "extension_export$", "nth": 2, "seconds": 3}])
    words = [sys.executable, "-m", "dac", "console", "calibrate", "--console", "prod"]
    with subprocess.Popen(words, cwd=prod.root, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while CANARY not in rule_names(console):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()
    assert CANARY in rule_names(console)
    console.control("DELETE", "faults")
    code, said = prod.dac("console", "calibrate")
    assert code == 0, said
    assert "an earlier calibration had left was removed" in said
    assert CANARY not in rule_names(console)


def test_a_token_that_cannot_export_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = frozenset(CAPABILITIES - {"ADMIN"})
    with Emulator(tmp_path / "console.db", settings=REAL, capabilities=few) as emulator:
        (tmp_path / "dac.toml").write_text(DAC_TOML.format(url=emulator.url))
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("LAB_TOKEN", "emulator")
        code, said = Terminal(tmp_path, capsys, monkeypatch).dac("console", "calibrate")
    assert code == 1
    assert "needs a token with System Administrator" in said
    assert not (tmp_path / FILE).exists()
