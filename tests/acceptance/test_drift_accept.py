"""`dac drift accept`: what an analyst changed on the console goes into the stack files, and nothing else does."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import pytest
from analyst import PROPERTIES, RULES, SETS, Analyst, looking_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from project import Project, Ran

ADMIN = "Lab: sign-in of an administrator"
VPN = "Lab: VPN egress"
ADMIN_FILE = "stacks/lab/admin.toml"
VPN_FILE = "stacks/lab/allowlist.toml"
FOREIGN_FILE = "stacks/lab/foreign.toml"


@pytest.fixture
def analyst(lab: Project) -> Iterator[Analyst]:
    with looking_at(lab) as analyst:
        yield analyst


def _accept(lab: Project, *words: str) -> Ran:
    return lab.dac("drift", "accept", *words, "--auto-approve")


def _by_wizard(lab: Project, file: str, before: str, after: str) -> None:
    """Change a rule's body on the console: a second project installs the same uuid with another body."""
    state, text = lab.read("state/local/lab.json"), lab.read(file)
    lab.edit(file, before, after)
    lab.apply()
    lab.write("state/local/lab.json", state)
    lab.write(file, text)


def _changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def _require_settled(lab: Project) -> None:
    """The next plan is empty, and so is the one that reads everything anew."""
    plan = lab.dac("plan", "--deep", "--detailed-exitcode")
    assert plan.code == 0, plan.text
    assert "No changes." in plan.stdout
    assert lab.dac("drift").code == 0


def _change_entries(analyst: Analyst) -> None:
    """Take one entry out, and give another a reason of its own."""
    entries = analyst.entries(VPN)
    number = analyst.reference_set(VPN)["id"]
    analyst.delete(f"{SETS}/set_entries/{entries['203.0.113.7']['id']}")
    row = {"collection_id": number, "value": "203.0.113.8", "notes": "Exit node Tehran, moved", "source": "curl"}
    analyst.post(f"{SETS}/set_entries", row)


def test_one_changed_field_is_one_changed_line(lab: Project) -> None:
    lab.edit(ADMIN_FILE, 'severity = "low"', 'severity   = "low"   # agreed with the SOC')
    _by_wizard(lab, ADMIN_FILE, 'severity   = "low"', "severity = 7")
    before = lab.read(ADMIN_FILE)
    assert lab.dac("drift").code == 2
    ran = _accept(lab, "detection.admin")
    assert ran.code == 0, ran.text
    assert _changed_lines(before, lab.read(ADMIN_FILE)) == [
        '-severity   = "low"   # agreed with the SOC',
        "+severity   = 7   # agreed with the SOC",
    ]
    assert "+severity   = 7   # agreed with the SOC\n" in ran.stdout
    _require_settled(lab)


def test_two_addresses_in_one_go_and_one_that_did_not_drift(lab: Project, analyst: Analyst) -> None:
    analyst.post(f"{RULES}/{analyst.rule(ADMIN)['id']}", {"enabled": False})
    _change_entries(analyst)
    admin, vpn = lab.read(ADMIN_FILE), lab.read(VPN_FILE)
    ran = _accept(lab, "detection.admin", "lab/reference_set.vpn", "building_block.succeeded")
    assert ran.code == 0, ran.text
    assert "lab/building_block.succeeded: nothing was changed on the console" in ran.stdout
    assert _changed_lines(admin, lab.read(ADMIN_FILE)) == ["+enabled = false"]
    kept, _, rows = vpn.partition("[[reference_set.vpn.entry]]\n")
    row = rows.partition("[[reference_set.vpn.entry]]\n")[2].replace("Tehran", "Tehran, moved")
    assert lab.read(VPN_FILE) == f"{kept}[[reference_set.vpn.entry]]\n{row}"
    _require_settled(lab)
    lab.apply()
    assert analyst.rule(ADMIN)["enabled"] is False


def test_a_dry_run_shows_it_and_writes_nothing(lab: Project, analyst: Analyst) -> None:
    _change_entries(analyst)
    before, state = lab.read(VPN_FILE), lab.read("state/local/lab.json")
    ran = lab.dac("drift", "accept", "reference_set.vpn", "--dry-run")
    assert ran.code == 0, ran.text
    assert '-reason = "Exit node Tehran"\n+reason = "Exit node Tehran, moved"\n' in ran.stdout
    assert "Dry run: nothing was written." in ran.stdout
    assert (lab.read(VPN_FILE), lab.read("state/local/lab.json")) == (before, state)


def test_nothing_is_written_unasked(lab: Project, analyst: Analyst) -> None:
    _change_entries(analyst)
    before = lab.read(VPN_FILE)
    ran = lab.dac("drift", "accept", "reference_set.vpn")
    assert ran.code == 1
    assert "nobody can be asked here" in ran.stderr
    assert ran.stderr.rstrip().endswith("add --auto-approve")  # no plan can be saved of it
    assert lab.read(VPN_FILE) == before


def test_a_property_and_its_expression(lab: Project, analyst: Analyst) -> None:
    file = "stacks/lab/properties.toml"
    before = lab.read(file)
    (expression,) = analyst.get(f"{PROPERTIES}/property_json_expressions")[-1:]
    body = {"expression": '/"properties"/"location"/"country"'}
    analyst.post(f"{PROPERTIES}/property_json_expressions/{expression['id']}", body)
    ran = _accept(lab, "custom_property.LabCountry")
    assert ran.code == 0, ran.text
    assert _changed_lines(before, lab.read(file)) == [
        """-json = '/"properties"/"location"/"countryOrRegion"'""",
        """+json = '/"properties"/"location"/"country"'""",
    ]
    _require_settled(lab)


def test_what_follows_from_a_field_is_written_out_where_the_console_kept_it(lab: Project) -> None:
    """The event of a detection is described by its notes; somebody changed the notes of the rule alone."""
    lab.edit(ADMIN_FILE, 'severity = "low"', "severity = \"low\"\nnotes = '''\nCall the owner.\nThen the SOC.\n'''")
    lab.apply()
    index = 'index = "username"'
    event = f'{index}\nevent.description = "Call the owner.\\nThen the SOC."'
    file = lab.read(ADMIN_FILE)
    lab.edit(ADMIN_FILE, index, event)
    _by_wizard(lab, ADMIN_FILE, "Then the SOC.\n'''", "Then the CERT.\n'''")
    lab.write(ADMIN_FILE, file)
    ran = _accept(lab, "detection.admin")
    assert ran.code == 0, ran.text
    lines = _changed_lines(file, lab.read(ADMIN_FILE))
    assert lines[:2] == ["-Then the SOC.", "+Then the CERT."]
    assert lines[2:] == ["+event.description = '''", "+Call the owner.", "+Then the SOC.'''"]
    _require_settled(lab)


def test_a_value_of_one_console_is_changed_where_it_stands(lab: Project) -> None:
    lab.write(ADMIN_FILE, lab.read(ADMIN_FILE) + "\n[detection.admin.console.local]\nseverity = 4  # here only\n")
    lab.apply()
    _by_wizard(lab, ADMIN_FILE, "severity = 4", "severity = 9")
    before = lab.read(ADMIN_FILE)
    ran = _accept(lab, "detection.admin")
    assert ran.code == 0, ran.text
    assert _changed_lines(before, lab.read(ADMIN_FILE)) == [
        "-severity = 4  # here only",
        "+severity = 9  # here only",
    ]
    _require_settled(lab)


def test_what_the_stack_alone_has_changed_stays_and_is_planned(lab: Project, analyst: Analyst) -> None:
    _change_entries(analyst)
    lab.edit(VPN_FILE, 'description = "Exit addresses of our own"', 'description = "Ours"')
    ran = _accept(lab, "reference_set.vpn")
    assert ran.code == 0, ran.text
    assert 'description = "Ours"' in lab.read(VPN_FILE)
    plan = lab.dac("plan", "--detailed-exitcode")
    assert plan.code == 2
    assert '~ description = "Exit addresses of our own" -> "Ours" (rest)' in plan.stdout
    assert "203.0.113" not in plan.stdout
    lab.apply()
    _require_settled(lab)


def test_everything_that_cannot_be_written_is_said_at_once_and_nothing_is_written(
    lab: Project, analyst: Analyst
) -> None:
    """A variable, a file of entries, a query whose rule was edited; and one that could have been written."""
    lab.edit(VPN_FILE, 'description = "Exit addresses of our own"', 'description = "${var.whose}"')
    lab.edit("stacks/lab/stack.toml", "[variable.countries]", '[variable.whose]\ntype = "string"\ndefault = "Our exits"'
             "\n\n[variable.countries]")  # fmt: skip
    row = '[[reference_set.vpn.entry]]\nvalue = "203.0.113.7"\nreason = "Exit node Minsk"\n'
    lab.edit(VPN_FILE, row, "")
    lab.edit(VPN_FILE, 'entry_type = "IP"', 'entry_type = "IP"\nentries_file = "vpn.csv"')
    lab.write("stacks/lab/vpn.csv", "value,reason\n203.0.113.7,Exit node Minsk\n")
    lab.apply()
    _by_wizard(lab, FOREIGN_FILE, "IN (${var.countries})", "IN ('KP')")
    _change_entries(analyst)
    number = analyst.reference_set(VPN)["id"]
    analyst.post(f"{SETS}/sets/{number}", {"description": "Not ours"})
    analyst.post(f"{RULES}/{analyst.rule(ADMIN)['id']}", {"enabled": False})
    paths = (VPN_FILE, FOREIGN_FILE, ADMIN_FILE, "stacks/lab/vpn.csv", "state/local/lab.json")
    before = [lab.read(path) for path in paths]
    ran = _accept(lab, "reference_set.vpn", "detection.foreign", "detection.admin")
    assert ran.code == 1, ran.text
    for part in (
        "stacks/lab/allowlist.toml:5",
        "description comes from variable whose (stacks/lab/stack.toml:4)",
        "stacks/lab/vpn.csv:2",
        "take this line out",
        "stacks/lab/foreign.toml:8",
        "the rule's filter was edited by hand",
        "'KP'",
    ):
        assert part in ran.stderr, ran.stderr
    assert [lab.read(path) for path in paths] == before


def test_what_was_deleted_has_nothing_to_accept(lab: Project, analyst: Analyst) -> None:
    gone = analyst.rule(ADMIN)["id"]
    analyst.delete(f"{RULES}/{gone}")
    analyst.wait_gone(RULES, gone)
    ran = _accept(lab, "detection.admin")
    assert ran.code == 1
    assert "detection.admin was deleted on the console" in ran.stderr
    assert "take its table out of the file" in ran.stderr


def test_an_unknown_address_is_answered_with_a_near_one(lab: Project) -> None:
    ran = _accept(lab, "detection.admn")
    assert ran.code == 1
    assert "detection.admn: no stack declares that" in ran.stderr
    assert 'did you mean "detection.admin"?' in ran.stderr


def test_what_the_rollout_of_a_console_decides_no_file_can_take(lab: Project, analyst: Analyst) -> None:
    lab.edit("dac.toml", 'local.db"', 'local.db"\nrollout = "disabled"')
    lab.apply()
    analyst.post(f"{RULES}/{analyst.rule(ADMIN)['id']}", {"enabled": True})
    assert "1 re-enabled." in lab.dac("drift").stdout
    before = lab.read(ADMIN_FILE)
    refused = _accept(lab, "detection.admin")
    assert refused.code == 1
    assert f"{ADMIN_FILE}:1: error[accept-remains]" in refused.stderr
    assert 'hint: [console.local] rollout = "disabled" decides that' in refused.stderr
    assert lab.read(ADMIN_FILE) == before
