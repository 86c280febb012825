"""Custom properties of every kind from a stack to a console, shared with others, and changed in type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyst import PROPERTIES, Analyst

if TYPE_CHECKING:
    from project import Project

KINDS = r"""
[custom_property.LabBytes]
type = "numeric"
[[custom_property.LabBytes.expression]]
log_source_type = "Linux OS"
regex = 'bytes=(\d+)'
payload = "user=kim bytes=52428800"
[[custom_property.LabBytes.expression]]
log_source_type = "Linux OS"
category = "Suspicious Activity"
leef = "bytes"
[[custom_property.LabBytes.expression]]
log_source_type = "Linux OS"
cef = "out"
[[custom_property.LabBytes.expression]]
log_source_type = "Linux OS"
name_value_pair = "bytes"
delimiter_pair = " "
delimiter_name_value = "="
[[custom_property.LabBytes.expression]]
log_source_type = "Linux OS"
generic_list = "$3"
delimiter = "\t"
enabled = false
[[custom_property.LabBytes.expression]]
log_source_type = "Linux OS"
xml = "/Event/Bytes"

[custom_property.LabMegabytes]
type = "numeric"
[[custom_property.LabMegabytes.expression]]
calculated = { first_operand = "LabBytes", operator = "divide", second_operand = 1048576 }

[custom_property.LabWhere]
type = "string"
[[custom_property.LabWhere.expression]]
aql = '''
IF REFERENCESETCONTAINS('Lab: VPN egress', sourceip) THEN 'vpn'
ELSE "LabCountry" '''
"""


def test_every_kind_is_applied_shared_with_others_and_read_by_what_is_made_of_it(
    remote_lab: tuple[Project, Analyst],
) -> None:
    lab, analyst = remote_lab
    lab.write("stacks/lab/kinds.toml", KINDS)
    applied = lab.apply("--console", "local")
    assert "Apply complete! Resources: 8 added, 0 changed, 0 destroyed." in applied.stdout
    assert lab.dac("plan", "--detailed-exitcode", "--console", "local").code == 0

    (number,) = [row for row in analyst.get(f"{PROPERTIES}/regex_properties") if row["name"] == "LabBytes"]
    theirs = {"regex_property_identifier": number["identifier"], "log_source_type_id": 12, "expression": '/"theirs"'}
    analyst.post(f"{PROPERTIES}/property_json_expressions", theirs)
    assert lab.dac("plan", "--detailed-exitcode", "--console", "local").code == 0

    lab.edit(
        "stacks/lab/kinds.toml",
        '[custom_property.LabBytes]\ntype = "numeric"',
        '[custom_property.LabBytes]\ntype = "string"',
    )
    refused = lab.dac("plan", "--console", "local")
    assert refused.code == 1
    assert "would change its property_type from numeric to string while this counts on it" in refused.text
    assert "CALCULATED_EXPRESSION" in refused.text
    attempted = lab.dac("apply", "--auto-approve", "--allow", "change-read", "--console", "local")
    assert (attempted.code, "prevent a change of property_type" in attempted.text) == (1, True)


def test_a_stack_that_loses_its_properties_takes_them_down_readers_first(remote_lab: tuple[Project, Analyst]) -> None:
    lab, analyst = remote_lab
    lab.write("stacks/lab/kinds.toml", KINDS)
    lab.apply("--console", "local")
    lab.remove("stacks/lab/kinds.toml")
    ran = lab.apply("--console", "local", "--allow", "mass-delete")
    assert "Resources: 0 added, 0 changed, 3 destroyed." in ran.stdout
    assert analyst.get(f"{PROPERTIES}/property_calculated_expressions") == []
    assert not [row for row in analyst.get(f"{PROPERTIES}/regex_properties") if row["name"].startswith("LabM")]
