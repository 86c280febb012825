"""What a uuid in a stack may and may not do, how a thing gets to another stack, and what "off by hand" outlives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyst import RULES, looking_at
from project import Project

if TYPE_CHECKING:
    from analyst import Analyst

ADMIN = "Lab: sign-in of an administrator"
ADMIN_FILE = "stacks/lab/admin.toml"
OTHER = "11111111-2222-4333-8444-555555555555"
HAND_MADE = """\
[detection.taken]
name = "{name}"
uuid = "{uuid}"
severity = "low"
filter = "username IS NULL"
[detection.taken.offense]
index = "username"
"""


def _rules(analyst: Analyst) -> dict[str, str]:
    return {row["identifier"]: row["name"] for row in analyst.get(RULES)}


def _settled(project: Project, *words: str) -> None:
    ran = project.dac("plan", "--detailed-exitcode", *words)
    assert ran.code == 0, ran.text


# --- a uuid that was edited


def test_another_uuid_is_refused_with_or_without_another_name_and_makes_no_second_rule(lab: Project) -> None:
    with looking_at(lab) as analyst:
        before = analyst.everything()
        uuid = analyst.rule(ADMIN)["identifier"]
        for name in (ADMIN, "Lab: admins"):
            lab.edit(ADMIN_FILE, "[detection.admin]", f'[detection.admin]\nuuid = "{OTHER}"')
            lab.write(ADMIN_FILE, lab.read(ADMIN_FILE).replace(f'"{ADMIN}"', f'"{name}"'))
            refused = lab.dac("apply", "--auto-approve")
            assert refused.code == 1
            assert "on detection.admin [uuid-changed]" in refused.text
            assert f"says uuid {OTHER}, and on the console it has {uuid}" in refused.text
            assert analyst.everything() == before
            lab.edit(ADMIN_FILE, f'uuid = "{OTHER}"\n', "")
        lab.apply()  # the first way out: without the key the rule is renamed in place
        assert _rules(analyst)[uuid] == "Lab: admins"
    _settled(lab)


def test_the_other_way_out_of_a_changed_uuid_is_a_second_table(lab: Project) -> None:
    with looking_at(lab) as analyst:
        before = _rules(analyst)
        second = lab.read(ADMIN_FILE).replace("detection.admin", "detection.second").replace(ADMIN, "Lab: admins")
        lab.write(ADMIN_FILE, second.replace("[detection.second]", f'[detection.second]\nuuid = "{OTHER}"'))
        lab.write("stacks/lab/removed.toml", '[removed]\n"detection.admin" = "kept for the old team"\n')
        lab.apply()
        assert _rules(analyst) == before | {OTHER: "Lab: admins"}
    _settled(lab)


# --- a uuid that is somebody else's


def test_a_stock_rule_is_neither_taken_over_nor_deleted(lab: Project) -> None:
    with looking_at(lab) as analyst:
        before = analyst.everything()
        for stock in [row for row in analyst.get(RULES) if row["origin"] != "USER"][:3]:
            for adopt in ("", "adopt = true\n"):
                text = HAND_MADE.format(name=stock["name"], uuid=stock["identifier"])
                lab.write("stacks/lab/taken.toml", text.replace("severity", f"{adopt}severity"))
                refused = lab.dac("apply", "--auto-approve")
                assert refused.code == 1
                assert f"it is {stock['origin']} content, which dac never takes over" in refused.text
                lab.remove("stacks/lab/taken.toml")
        _settled(lab)
        assert analyst.everything() == before


def test_a_rule_of_nobodys_is_not_taken_over_by_writing_down_its_uuid(lab: Project) -> None:
    """Another project plays the analyst whose rule it is."""
    with looking_at(lab) as analyst:
        theirs = Project(lab.root.parent / "theirs").on(analyst.url)
        theirs.write("dac.toml", theirs.read("dac.toml").replace('"lab"', '"theirs"').replace("6f1c2a52", "7f1c2a52"))
        theirs.write("stacks/lab/taken.toml", HAND_MADE.format(name="Theirs", uuid=OTHER))
        theirs.apply("--console", "local")
        lab.write("stacks/lab/taken.toml", HAND_MADE.format(name="Ours", uuid=OTHER))
        refused = lab.dac("plan")
        assert refused.code == 1
        assert 'a detection named "Theirs" is on the console and is not this project\'s' in refused.text
        assert "it carries the marker of dac project theirs" in refused.text
        assert "adopt = true" not in refused.text  # it can be taken over, but not by whoever follows a hint
        lab.edit("stacks/lab/taken.toml", "severity", "adopt = true\nseverity")
        lab.apply()
        assert _rules(analyst)[OTHER] == "Ours"
    _settled(lab)


# --- to another stack


def test_a_rule_and_a_set_move_to_another_stack_as_the_hints_say(lab: Project) -> None:
    moved = {"detection.admin": ADMIN_FILE, "reference_set.vpn": "stacks/lab/allowlist.toml"}
    with looking_at(lab) as analyst:
        before = _ids(analyst)
        lab.write("stacks/other/stack.toml", "[stack]\n")
        for path in moved.values():
            lab.write(path.replace("/lab/", "/other/"), lab.read(path))
            lab.remove(path)
        lab.edit("stacks/lab/foreign.toml", '"reference_set.vpn"', '"other/reference_set.vpn"')
        refused = lab.dac("plan")
        assert refused.code == 1
        for local, path in moved.items():
            assert f"is recorded as lab/{local}" in refused.text
            assert f"adopt = true in {local} takes it over in stack other" in refused.text
            assert f'"{local}" = "moved to stack other" under [removed] in stack lab' in refused.text
            head = f"[{local}]\n"
            there = path.replace("/lab/", "/other/")
            lab.write(there, lab.read(there).replace(head, f"{head}adopt = true\n", 1))
        lines = [f'"{local}" = "moved to stack other"\n' for local in moved]
        lab.write("stacks/lab/removed.toml", f"[removed]\n{''.join(lines)}")
        lab.apply()
        assert _ids(analyst) == before
    _settled(lab)
    assert sorted(lab.recorded("other")["resources"]) == sorted(moved)
    assert not moved.keys() & lab.recorded()["resources"].keys()


def test_a_renamed_folder_is_told_how_to_keep_everything(lab: Project) -> None:
    with looking_at(lab) as analyst:
        before = _ids(analyst)
        (lab.root / "stacks/lab").rename(lab.root / "stacks/lab2")
        refused = lab.dac("plan")
        assert refused.code == 1
        assert "give the folder its old name back" in refused.text
        assert "destroy lab" not in refused.text
        for file in (lab.root / "stacks/lab2").glob("*.toml"):
            lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
            kept = [f"{line}adopt = true\n" if _opens(line) else line for line in lines]
            file.write_text("".join(kept), encoding="utf-8")
        lab.write("stacks/lab/stack.toml", "[stack]\n")
        lab.apply()
        assert _ids(analyst) == before
        lab.remove("stacks/lab/stack.toml")
        (lab.root / "stacks/lab").rmdir()
        _settled(lab)
        lab.remove("stacks/lab2/admin.toml")
        lab.apply()
        assert ADMIN not in _rules(analyst).values()  # it is lab2's own now, to delete as well


def _opens(line: str) -> bool:
    kind, dot, name = line.strip().strip("[]").partition(".")
    kinds = ("custom_property", "reference_set", "building_block", "detection")
    return not line.startswith("[[") and bool(dot) and kind in kinds and "." not in name


def _ids(analyst: Analyst) -> dict[str, Any]:
    """Everything by its list, as ids: what is renamed or edited keeps its own."""
    return {path: sorted(row["id"] for row in rows) for path, rows in analyst.everything().items() if "ext" not in path}


# --- what "off by hand" outlives


def test_a_rule_that_was_switched_off_stays_off_when_the_switch_is_no_longer_ignored(lab: Project) -> None:
    lab.edit(ADMIN_FILE, 'severity = "low"', 'severity = "low"\nignore_changes = ["enabled"]')
    with looking_at(lab) as analyst:
        analyst.post(f"{RULES}/{analyst.rule(ADMIN)['id']}", {"enabled": False})
        lab.apply()
        lab.edit(ADMIN_FILE, '\nignore_changes = ["enabled"]', "")
        plan = lab.dac("plan", "--detailed-exitcode")
        assert plan.code == 2
        assert "Held: 1 difference on the console" in plan.stdout
        lab.apply()
        assert analyst.rule(ADMIN)["enabled"] is False


def test_a_rule_that_was_switched_off_stays_off_through_a_higher_min_status(lab: Project) -> None:
    lab.edit(ADMIN_FILE, 'severity = "low"', 'severity = "low"\nstatus = "test"')
    lab.apply()
    minimum = lab.read("dac.toml").replace('local.db"', 'local.db"\nmin_status = "stable"')
    with looking_at(lab) as analyst:
        analyst.post(f"{RULES}/{analyst.rule(ADMIN)['id']}", {"enabled": False})
        lab.apply()
        before = lab.read("dac.toml")
        lab.write("dac.toml", minimum)
        lab.apply()
        _settled(lab)
        assert lab.dac("drift").code == 0
        lab.write("dac.toml", before)
        ran = lab.apply()
        assert "Held: 1 difference on the console" in ran.stdout
        assert analyst.rule(ADMIN)["enabled"] is False
