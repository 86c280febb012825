from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dac.errors import NotFound
from dac.qradar import sets
from dac.qradar.dependents import blocking_dependents

if TYPE_CHECKING:
    from carrier_bench import Bench


def id_of(bench: Bench, path: str, name: str) -> str:
    return next(str(row["id"]) for row in bench.client.list(path) if row["name"] == name)


def test_the_rules_that_read_a_set_are_named(bench: Bench) -> None:
    number = id_of(bench, sets.SETS, "Critical Assets")
    assert blocking_dependents(bench.client, "reference_set", number) == [
        'CRE_RULE "Malware Detected on Critical Asset"',
    ]


def test_the_rules_that_use_a_building_block_are_named(bench: Bench) -> None:
    number = id_of(bench, "/analytics/building_blocks", "BB:HostDefinition: Mail Servers")
    assert blocking_dependents(bench.client, "building_block", number) == [
        'CRE_RULE "Communication with Mail Server from Workstation"',
    ]


def test_what_nothing_reads_has_no_dependents(bench: Bench) -> None:
    number = id_of(bench, "/analytics/rules", "Login by Terminated Employee")
    assert blocking_dependents(bench.client, "detection", number) == []
    assert blocking_dependents(bench.client, "custom_property", "0c6143ed-82b6-51e3-babd-bb7badc3adfd") == []


def test_what_is_not_there_is_not_found(bench: Bench) -> None:
    with pytest.raises(NotFound):
        blocking_dependents(bench.client, "reference_set", "999999")
