"""Drift, state, version and banner: the smaller texts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sample_plans import (
    BUILDING_BLOCK,
    DETECTION,
    REFERENCE_SET,
    UUIDS,
    at,
    extension,
    no_op,
    plan,
    recorded,
    report,
    rest,
    switched_off,
    update,
)

from dac.model.change import MISSING, Disposition, Drift
from dac.model.plan import Refusal
from dac.model.resource import Recorded, Reference
from dac.views.human.banner import emulator_text, version_text
from dac.views.human.drift_report import drift_text
from dac.views.human.state import recorded_text, state_list_text
from dac.views.machine.drift import drift_json
from dac.views.machine.state import state_json
from dac.views.machine.version import version_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.model.plan import Plan

    Golden = Callable[[str, str], None]


def drifted() -> Plan:
    softened = update("detection.risky_sign_in", DETECTION | {"severity": 3}, extension("severity", 3, 8))
    recorded_form = recorded(softened.address, DETECTION)
    drift = (
        Drift(softened.address, (extension("severity", 8, 3),), Disposition.REVERTED),
        switched_off(),
        Drift(
            at("reference_set.soc_vpn_egress"),
            (rest('entries["203.0.113.7"]', "x", MISSING),),
            Disposition.REVERTED,
        ),
    )
    return plan(
        no_op("reference_set.soc_vpn_egress", REFERENCE_SET), replace(softened, recorded=recorded_form), drift=drift
    )


def test_a_drift_report_shows_drift_and_nothing_that_is_planned(golden: Golden) -> None:
    golden("views/drift.txt", drift_text(report(drifted())))


def test_no_drift_is_said_in_one_sentence() -> None:
    assert "No drift. The console still is as dac left it." in drift_text(report(plan())).splitlines()


def test_what_could_not_be_read_is_not_called_free_of_drift() -> None:
    text = drift_text(
        report(plan(refusals=(Refusal("unreadable", "detection.x could not be read", at("detection.x")),)))
    )
    assert "No drift" not in text
    assert "detection.x could not be read" in text


def test_a_drift_report_as_json_goes_from_recorded_to_live() -> None:
    document = json.loads(drift_json(report(drifted())))
    assert document["drifted"] is True
    severity = document["resource_drift"][0]
    assert severity["disposition"] == "will be reverted"
    assert (severity["change"]["before"]["severity"], severity["change"]["after"]["severity"]) == (8, 3)
    entries = document["resource_drift"][2]["change"]
    assert sorted(entries["after"]["entries"]) == ["198.51.100.24", "203.0.113.8"]
    assert document["held"][0]["command"] == "dac apply --re-enable cloud/detection.risky_sign_in --console prod"


def resources() -> list[Recorded]:
    address = at("detection.risky_sign_in")
    rule = Recorded(
        address,
        UUIDS[address.name],
        DETECTION["name"],
        "100353",
        DETECTION,
        "digest",
        references=(Reference("building_block", UUIDS["legacy_auth"]), Reference("custom_property", "CountryOrRegion")),
    )
    return [rule, recorded(at("building_block.legacy_auth"), BUILDING_BLOCK, "100352")]


def test_state_list_is_addresses_and_nothing_else() -> None:
    assert state_list_text(resources()) == "cloud/building_block.legacy_auth\ncloud/detection.risky_sign_in\n"
    assert state_list_text([]) == ""


def test_recorded_resources_are_shown_in_full(golden: Golden) -> None:
    golden("views/state_show.txt", recorded_text(resources()))


def test_what_keeps_a_resource_from_being_deleted_is_shown_of_it() -> None:
    kept = replace(resources()[1], protect=True)
    assert re.search(r"(?m)^    protect += true$", recorded_text([kept]))
    assert json.loads(state_json([kept]))["values"]["root_module"]["resources"][0]["protect"] is True
    assert "protect" not in recorded_text(resources())


def test_an_empty_state_says_so() -> None:
    assert recorded_text([]) == "The state is empty. No resources are recorded.\n"


def test_state_as_json_lists_resources_where_terraform_does() -> None:
    listed = json.loads(state_json(resources()))["values"]["root_module"]["resources"]
    assert [item["address"] for item in listed] == ["cloud/building_block.legacy_auth", "cloud/detection.risky_sign_in"]
    assert listed[1]["values"] == DETECTION
    assert listed[1]["id"] == "100353"


def test_the_version_names_what_it_runs_on() -> None:
    assert version_text("0.1.0", python="3.11.7", platform="linux") == "dac v0.1.0\non linux, Python 3.11.7\n"
    assert json.loads(version_json(python="3.11.7", platform="linux"))["platform"] == "linux"


def test_the_emulator_says_where_its_token_is_and_not_what_it_is(golden: Golden) -> None:
    text = emulator_text(
        "http://127.0.0.1:8443", database="state/emulator/local.db", token="in $DAC_EMULATOR_TOKEN", release="26.0"
    )
    golden("views/emulator.txt", text)
