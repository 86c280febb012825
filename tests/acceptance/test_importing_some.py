"""One thing or some of a console under an address, what is left alone, and the words for what cannot be done."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest
from analyst import looking_at
from consoles import DATABASE, put
from old_console import BUILD, Size, fill, install
from project import DAC_TOML, Project

if TYPE_CHECKING:
    from pathlib import Path

OTHER = '\n[console.other]\nurl = "emulator:state/emulator/other.db"\n'
UUID = "8d3c1b52-77ab-4f0a-9a44-0d7e35ab9c11"
RULE = (
    '<rule id="{number}" overrideid="{number}" owner="admin" scope="LOCAL" type="EVENT" roleDefinition="false" '
    'buildingBlock="false" enabled="true"><name>{name}</name>{rest}</rule>'
)
TESTS = (
    '<testDefinitions><test id="1" uid="0" name="com.q1labs.semsources.cre.tests.Future_Test" hue="blue"><text>t</text>'
    '<parameter id="1"><userSelection>x</userSelection></parameter></test></testDefinitions>'
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, stock: Path) -> Project:
    """A project with two consoles: an old one, and one on which everything has another number."""
    project = Project(tmp_path_factory.mktemp("two") / "project")
    project.write("dac.toml", DAC_TOML + OTHER)
    for name in ("local", "other"):
        put(stock, project.root / f"state/emulator/{name}.db")
    with looking_at(project) as analyst:
        fill(analyst.http, Size(rules=12, properties=9, sets=8, entries=480, odd=False), seed=11)
    with looking_at(project, "other") as analyst:
        for name in ("first", "second", "Block"):
            action = {"name": name, "interpreter": 1, "script": 1, "parameters": []}
            analyst.post("/api/analytics/custom_actions/actions", action)
            analyst.post("/api/reference_data_collections/sets", {"name": name, "entry_type": "IP"})
    return project


@pytest.fixture
def old(filled: Project, tmp_path: Path) -> Project:
    shutil.copytree(filled.root, tmp_path / "project")
    return Project(tmp_path / "project")


def taken(project: Project, *words: str) -> str:
    """What an import said, which has to work."""
    ran = project.dac("import", *words)
    assert ran.code == 0, ran.text
    return ran.stdout


def without_bound(project: Project, stack: str) -> None:
    """Put aside what only its own console understands, and whatever reads that."""
    folder = project.root / "stacks" / stack
    gone: set[str] = set()
    while True:
        found = [
            path
            for path in folder.rglob("*.toml")
            if "console_bound" in (text := path.read_text()) or any(f'"{address}"' in text for address in gone)
        ]
        if not found:
            return
        for path in found:
            gone.add(f"{path.parent.name.removesuffix('s')}.{path.stem}")
            path.unlink()


def test_what_was_taken_over_is_made_on_another_console_and_comes_back_the_same(old: Project, tmp_path: Path) -> None:
    taken(old, "--all", "--console", "local", "--stack", "old")
    without_bound(old, "old")
    stock = ("Application", "Logon Type", "Process*", "Asset*", "Critical*", "Terminated*")
    words = [word for glob in stock for word in ("--name", glob)]
    recorded = taken(old, *words, "--console", "other", "--stack", "old")
    assert "was declared already" in recorded
    assert "shows where the stack differs" in recorded
    applied = old.dac("apply", "old", "--console", "other", "--auto-approve")
    assert applied.code == 0, applied.text
    assert "No changes." in old.dac("plan", "--deep", "--console", "other").stdout
    again = Project(tmp_path / "again")
    again.write("dac.toml", DAC_TOML)
    put(old.root / "state/emulator/other.db", again.root / DATABASE)
    taken(again, "--all", "--console", "local", "--stack", "old")
    ours, theirs = (_texts(project.root / "stacks/old") for project in (old, again))
    own = {"first", "second", "Block"}  # what was on the other console before
    theirs["reference_sets.toml"] = "".join(
        block
        for block in re.split(r"(?m)^(?=\[reference_set\.)", theirs["reference_sets.toml"])
        if not any(f'name = "{name}"' in block for name in own)
    )
    assert {name: text.strip() for name, text in theirs.items()} == {name: text.strip() for name, text in ours.items()}


def _texts(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "stack.toml" and path.suffix != ".xml"
    }


def test_one_thing_goes_where_it_is_told_to_and_the_plan_has_nothing_to_do(old: Project) -> None:
    with looking_at(old) as analyst:
        number = str(analyst.reference_set("Critical Assets")["id"])
    said = taken(old, "reference_set.crown_jewels", number, "--console", "local", "--stack", "assets")
    assert "Took over 1 reference set into stack assets" in said
    assert old.read("stacks/assets/reference_sets.toml").startswith("[reference_set.crown_jewels]\n")
    assert "No changes." in old.dac("plan").stdout
    again = old.dac("import", "reference_set.other_name", number, "--console", "local", "--stack", "assets")
    assert again.code == 1
    assert "is managed already, as assets/reference_set.crown_jewels" in again.stderr


def test_a_file_that_is_there_gets_something_added_and_keeps_what_it_says(old: Project) -> None:
    mine = '# mine\n[reference_set.mine]\nname="Mine"   # layout of my own\nentry_type = "IP"\n'
    old.write("stacks/assets/reference_sets.toml", mine)
    taken(old, "--name", "Critical Assets", "--console", "local", "--stack", "assets", "--layout", "kind")
    text = old.read("stacks/assets/reference_sets.toml")
    assert text.startswith(mine + "\n[reference_set.critical_assets]\n")


def test_what_is_listed_as_unmanaged_is_what_an_import_takes(old: Project) -> None:
    words = ("--unmanaged", "--kind", "reference_set", "--json", "--console", "local")
    before = json.loads(old.dac("list", *words).stdout)["resources"]
    assert "Critical Assets" in {one["name"] for one in before}
    taken(old, "--kind", "reference_set", "--console", "local", "--stack", "sets")
    assert json.loads(old.dac("list", *words).stdout)["resources"] == []
    nothing = old.dac("list", *(word for word in words if word != "--json"))
    assert (nothing.stdout, nothing.stderr) == (
        "",
        'Everything there is managed: console "local" (emulator:state/emulator/local.db)\n',
    )
    every = old.dac("list", "--kind", "reference_set", "--console", "local").stdout
    assert "sets/reference_set.critical_assets" in every
    assert len(every.splitlines()) == len(before)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--console", "local", "--stack", "s"), "what is to be imported?"),
        (("--all", "--console", "local"), "which stack does it go into?"),
        (("detection.x", "--console", "local", "--stack", "s"), "an address needs the ID"),
        (("detection.x", "SYSTEM-1213", "--console", "local", "--stack", "s"), "QRadar brought it"),
        (
            ("detection.x", "4711", "--console", "local", "--stack", "s"),
            'no detection with the id, uuid or name "4711"',
        ),
        (("--kind", "detections", "--console", "local", "--stack", "s"), 'did you mean "detection"?'),
        (("vendor_rule.x", "SYSTEM-1104", "--console", "local", "--stack", "s"), "cannot be imported"),
        (("--all", "--console", "local", "--stack", "no/name"), '"no/name" is no stack name'),
    ],
)
def test_what_cannot_be_imported_is_said_and_nothing_is_written(
    old: Project, words: tuple[str, ...], said: str
) -> None:
    ran = old.dac("import", *words)
    assert ran.code == 1
    assert said in ran.text
    assert not (old.root / "stacks").exists()


def test_a_dry_run_writes_nothing(old: Project) -> None:
    assert "Would take over" in taken(old, "--all", "--console", "local", "--stack", "old", "--dry-run")
    assert not (old.root / "stacks" / "old").exists()
    assert not list((old.root / "state").rglob("old*.json"))


def row(number: int, name: str, notes: str = "n") -> str:
    """A rule by hand, whose test nobody knows."""
    rest = f"<notes>{notes}</notes>{TESTS}"
    xml = RULE.format(number=number, name=name, rest=rest)
    data = base64.b64encode(xml.encode()).decode()
    return (
        f"<custom_rule><origin>USER</origin><flags>0</flags><rule_type>0</rule_type><uuid>{UUID[:-2]}{number}</uuid>"
        f"<id>{number}</id><rule_data>{data}</rule_data></custom_rule>"
    )


def test_what_cannot_be_taken_is_named_and_the_rest_is_taken(old: Project) -> None:
    rules = [
        row(50, "Odd: plain"),
        row(51, "Odd: bomb"),
        row(52, "Odd: twin"),
        row(53, "Odd: twin"),
        row(54, "Odd: theirs", "why\n[dac other-team/x/detection.y]"),
        row(55, "Odd: same slug"),
        row(56, "Odd/same slug"),
    ]
    with looking_at(old) as analyst:
        content = f"<content><qradarversion>{BUILD}</qradarversion>{''.join(rules)}</content>"
        install(analyst.http, content.encode(), "2.0.0")
        bomb = analyst.rule("Odd: bomb")["id"]
        number = analyst.reference_set("Critical Assets")["id"]
        entry = {"collection_id": number, "value": "192.0.2.77", "notes": "over [expires=2020-01-01]"}
        analyst.patch("/api/reference_data_collections/set_entries", [entry])
    with sqlite3.connect(old.root / DATABASE) as database:
        (xml,) = database.execute("SELECT xml FROM rule_body WHERE rule_id = ?", (bomb,)).fetchone()
        text = xml.decode() if isinstance(xml, bytes) else xml
        body = '<!DOCTYPE rule [<!ENTITY a "boom">]>' + text[text.index("<rule") :].replace("Odd: bomb", "&a;")
        database.execute("UPDATE rule_body SET xml = ? WHERE rule_id = ?", (body, bomb))
    said = taken(old, "--name", "Odd*", "--name", "Critical*", "--console", "local", "--stack", "odd")
    assert "Warning: 2 resources could not be taken over:" in said
    assert "1 of its entries are left to others" in said
    assert "[dac other-team/x/detection.y] says that another project manages it" in said
    written = {path.stem for path in (old.root / "stacks/odd/detections").glob("*.toml")}
    assert {re.sub(r"_[0-9a-f]{6}$", "_*", name) for name in written} == {"odd_plain", "odd_twin_*", "odd_same_slug_*"}
    assert len(written) == 4
    assert "No changes." in old.dac("plan").stdout


@pytest.fixture
def same_rule(old: Project) -> Project:
    """One rule on both consoles, made by hand on each: the name is the same, the uuid is not; `local`'s is imported."""
    for console, number in (("local", 60), ("other", 61)):
        with looking_at(old, console) as analyst:
            content = f"<content><qradarversion>{BUILD}</qradarversion>{row(number, 'Same')}</content>"
            install(analyst.http, content.encode(), "3.0.0")
    taken(old, "detection.same", "Same", "--console", "local", "--stack", "both")
    return old


def test_the_uuid_of_a_second_console_is_written_beside_that_of_the_first(same_rule: Project) -> None:
    file = "stacks/both/detections/same.toml"
    before = "# ours\n" + same_rule.read(file)
    same_rule.write(file, before)
    assert "would go into stacks/both/detections/same.toml" in taken(
        same_rule, "--name", "Same", "--console", "other", "--stack", "both", "--dry-run"
    )
    assert same_rule.read(file) == before
    said = taken(same_rule, "--name", "Same", "--console", "other", "--stack", "both")
    assert "and its uuid on this console went into stacks/both/detections/same.toml" in said
    new = set(same_rule.read(file).splitlines()) - set(before.splitlines())
    assert new == {f'console.other.uuid = "{UUID[:-2]}61"'}
    for console in ("local", "other"):
        assert same_rule.dac("plan", "both", "--console", console, "--detailed-exitcode").code == 0
    assert taken(same_rule, "--name", "Same", "--console", "other", "--stack", "both").count("went into") == 0


def test_a_uuid_for_each_console_gets_one_more(same_rule: Project) -> None:
    file = "stacks/both/detections/same.toml"
    text = same_rule.read(file).replace(f'uuid = "{UUID[:-2]}60"', f'uuid.console.local = "{UUID[:-2]}60"')
    same_rule.write(file, text)
    taken(same_rule, "--all", "--console", "other", "--stack", "both")
    assert f'uuid.console.local = "{UUID[:-2]}60"\nuuid.console.other = "{UUID[:-2]}61"\n' in same_rule.read(file)
