"""`dac state`: records moved, forgotten, pulled, pushed and made anew, in files and on a server alike."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from state_server import StateServer
from test_states_on_a_server import kept_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from project import Project

EVERY = [
    "lab/building_block.succeeded",
    "lab/custom_property.LabCountry",
    "lab/detection.admin",
    "lab/detection.foreign",
    "lab/reference_set.vpn",
]


SERVERS: dict[Path, StateServer] = {}


BOTH = pytest.mark.parametrize("lab", ["local", "http"], indirect=True)
LOCAL = pytest.mark.parametrize("lab", ["local"], indirect=True)
HTTP = pytest.mark.parametrize("lab", ["http"], indirect=True)


@pytest.fixture
def lab(request: pytest.FixtureRequest, tmp_path: Path, applied_lab: Project) -> Iterator[Project]:
    """The small project, applied; its state in a file, or on a server."""
    shutil.copytree(applied_lab.root, tmp_path / "project")
    project = type(applied_lab)(tmp_path / "project")
    if request.param == "local":
        yield project
        return
    with StateServer() as server:
        server.versions["local-lab"].append((project.root / "state/local/lab.json").read_bytes())
        index = {"serial": 1, "lineage": "l", "stacks": ["lab"]}
        server.versions["local-_stacks"].append(json.dumps(index).encode())
        shutil.rmtree(project.root / "state/local")
        SERVERS[project.root] = server
        yield kept_on(server, project)


def damage(lab: Project, text: str) -> None:
    """Put something in the place of the state."""
    if lab.root in SERVERS:
        SERVERS[lab.root].versions["local-lab"].append(text.encode())
    else:
        lab.write("state/local/lab.json", text)


def listed(lab: Project) -> list[str]:
    ran = lab.dac("state", "list")
    assert ran.code == 0, ran.text
    return ran.stdout.split()


def refusal(lab: Project, *words: str) -> str:
    ran = lab.dac(*words)
    assert ran.code == 1, ran.text
    assert ran.stderr.startswith("Error: ")
    return " ".join(ran.stderr.split())


def changed_nothing(lab: Project) -> bool:
    return lab.dac("plan", "--detailed-exitcode").code == 0


@HTTP
def test_a_record_moves_to_another_address_and_the_state_before_is_kept(lab: Project) -> None:
    before = lab.dac("state", "pull").stdout
    dry = lab.dac("state", "mv", "detection.admin", "detection.root", "--dry-run")
    assert "Would move lab/detection.admin to lab/detection.root\n\nNothing was written." in dry.stdout
    assert listed(lab) == EVERY
    ran = lab.dac("state", "mv", "detection.admin", "detection.root")
    assert ran.code == 0, ran.text
    assert "Moved lab/detection.admin to lab/detection.root" in ran.stdout
    assert "lab/detection.root" in listed(lab)
    serial = json.loads(before)["serial"]
    assert f"has serial {serial + 1} now; the one before is kept in state/backup/local/lab.{serial}.json" in ran.stdout
    assert lab.read(f"state/backup/local/lab.{serial}.json") == before
    lab.edit("stacks/lab/admin.toml", "[detection.admin]", "[detection.root]")
    lab.edit("stacks/lab/admin.toml", "[detection.admin.offense]", "[detection.root.offense]")
    assert changed_nothing(lab)


@BOTH
def test_a_record_moves_to_another_stack_with_its_table(lab: Project) -> None:
    lab.write("stacks/other/stack.toml", "[stack]\n")
    lab.write("stacks/other/admin.toml", lab.read("stacks/lab/admin.toml"))
    lab.remove("stacks/lab/admin.toml")
    ran = lab.dac("state", "mv", "detection.admin", "--to-stack", "other")
    assert ran.code == 0, ran.text
    assert [address for address in listed(lab) if "admin" in address] == ["other/detection.admin"]
    assert changed_nothing(lab)


def test_a_move_that_cannot_be_is_refused(applied_lab: Project) -> None:
    for words, said in (
        (("detection.nix", "detection.x"), "nothing is recorded under that address"),
        (("detection.admin", "detection.foreign"), "lab/detection.foreign is recorded already"),
        (("detection.admin", "building_block.admin"), "cannot become a building_block"),
        (("detection.admin", "detection.1"), "is no name"),
        (("detection.admin", "admin"), "is not an address"),
        (("detection.admin", "detection.admin"), "is its address already"),
        (("detection.admin",), "where to?"),
        (("detection.admin", "--to-stack", "lap"), 'there is no stack "lap" did you mean "lab"?'),
        (("detection.admin", "lab/detection.x", "--to-stack", "other"), "--to-stack says other"),
    ):
        assert said in refusal(applied_lab, "state", "mv", *words)
    assert listed(applied_lab) == EVERY


@LOCAL
def test_what_is_forgotten_stays_on_the_console_and_is_adopted_again(lab: Project) -> None:
    assert "nothing is recorded" in refusal(lab, "state", "rm", "detection.admin", "detection.nix")
    assert "Would forget lab/detection.admin" in lab.dac("state", "rm", "detection.admin", "--dry-run").stdout
    assert listed(lab) == EVERY
    ran = lab.dac("state", "rm", "detection.admin", "reference_set.vpn")
    assert ran.code == 0, ran.text
    assert listed(lab) == [one for one in EVERY if one not in ("lab/detection.admin", "lab/reference_set.vpn")]
    assert "Plan: 2 to adopt, 0 to add" in lab.dac("plan").stdout
    lab.apply()
    assert listed(lab) == EVERY


@HTTP
def test_a_state_is_pulled_as_it_is_and_pushed_back_only_when_it_follows(lab: Project) -> None:
    pulled = lab.dac("state", "pull", "lab")
    lab.write("pulled.json", pulled.stdout)
    assert "Nothing to do" in lab.dac("state", "push", "pulled.json").stdout
    lab.dac("state", "rm", "detection.admin")
    assert "what is there is newer" in refusal(lab, "state", "push", "pulled.json")
    table = json.loads(pulled.stdout)
    for change, said in (
        ({"lineage": "other"}, "has lineage other"),
        ({"serial": table["serial"] + 1}, "and they differ"),
        ({"console": table["console"] | {"name": "prod"}}, "no --force makes it another console's"),
        ({"console": table["console"] | {"url": "https://old.example.com"}}, "when that was https://old.example.com"),
        ({"stack": "lap"}, 'there is no stack "lap"'),
    ):
        lab.write("other.json", json.dumps(table | change))
        assert said in refusal(lab, "state", "push", "other.json")
    assert "detection.admin" not in " ".join(listed(lab))
    dry = lab.dac("state", "push", "pulled.json", "--force", "--dry-run")
    assert "Nothing was written" in dry.stdout
    ran = lab.dac("state", "push", "pulled.json", "--force")
    assert ran.code == 0, ran.text
    assert f"serial {table['serial'] + 2} now" in ran.stdout  # a serial is never used twice
    assert listed(lab) == EVERY
    assert changed_nothing(lab)


def test_a_file_that_is_no_state_is_not_pushed(applied_lab: Project, tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    for text, said in (("{", "is truncated"), ("x", "is not JSON"), ("", "is empty")):
        file.write_text(text)
        assert f"broken.json {said}" in refusal(applied_lab, "state", "push", str(file), "--force")
    assert "cannot be read" in refusal(applied_lab, "state", "push", str(tmp_path / "nowhere.json"))


@BOTH
def test_a_broken_state_is_pulled_as_it_is_and_rebuilt_and_kept(lab: Project) -> None:
    broken = lab.dac("state", "pull").stdout[:-40]
    damage(lab, broken)
    assert lab.dac("state", "pull").stdout == broken
    for words in (("plan",), ("state", "list"), ("state", "rm", "detection.admin")):
        assert "is truncated" in refusal(lab, *words)
    ran = lab.dac("state", "rebuild", "--auto-approve")
    assert ran.code == 0, ran.text
    assert "The state of stack lab cannot be read. It will be kept in a file and replaced." in ran.stdout
    (kept,) = (lab.root / "state/backup/local").iterdir()
    assert kept.read_text() == broken
    assert listed(lab) == EVERY
    assert changed_nothing(lab)


@LOCAL
def test_a_lost_state_is_rebuilt_from_what_the_console_shows(lab: Project) -> None:
    everything = lab.dac("state", "pull").stdout
    lab.dac("state", "rm", *EVERY)
    lab.edit("stacks/lab/admin.toml", '"low"', '"high"')
    dry = lab.dac("state", "rebuild", "--dry-run")
    assert dry.code == 0, dry.text
    assert "5 resources on the console will be recorded; nothing there is changed:" in dry.stdout
    assert "  + lab/detection.admin  (differs from the stack: the next plan shows how)\n" in dry.stdout
    assert listed(lab) == []
    assert "nobody can be asked" in refusal(lab, "state", "rebuild")
    ran = lab.dac("state", "rebuild", "--auto-approve")
    assert ran.code == 0, ran.text
    assert listed(lab) == EVERY
    plan = lab.dac("plan").stdout
    assert "Plan: 0 to add, 1 to change, 0 to destroy." in plan
    assert "severity" in plan
    lab.edit("stacks/lab/admin.toml", '"high"', '"low"')
    assert changed_nothing(lab)
    lab.apply()
    ids = {key: (one["uuid"], one["remote_id"]) for key, one in json.loads(everything)["resources"].items()}
    again = json.loads(lab.dac("state", "pull").stdout)["resources"]
    assert {key: (one["uuid"], one["remote_id"]) for key, one in again.items()} == ids
    nothing = lab.dac("state", "rebuild", "--auto-approve")
    assert nothing.code == 0
    assert "There is nothing to record.\n\nNothing was written.\n\nConsole" in nothing.stdout
