from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from dac.errors import BadContent
from dac.qradar.names import read_names
from dac.resources.shipped_names import shipped_aliases, shipped_names

if TYPE_CHECKING:
    from carrier_bench import Bench
    from scripted_console import Scripted

TYPES = "GET /config/event_sources/log_source_management/log_source_types"


def test_three_requests_read_all_tables(bench: Bench) -> None:
    bench.forget()
    names = read_names(bench.client, shipped_aliases())
    assert len(bench.requests()) == 3
    assert names.complete
    assert names.log_source_type_id("Microsoft Azure Active Directory") == 445
    assert names.log_source_type_name(445) == "Microsoft Azure Active Directory"
    assert names.category_id("Single Event Rule Match") == 12002


def test_stock_offense_types_have_the_spellings_that_dac_ships(bench: Bench) -> None:
    names = read_names(bench.client)
    for shipped in shipped_names().offense_types:
        assert names.offense_index(shipped.id) == shipped.index


def test_booleans_may_arrive_as_text(console: Scripted) -> None:
    console.answers[TYPES] = httpx.Response(200, json=[])
    console.answers["GET /data_classification/low_level_categories"] = httpx.Response(200, json=[])
    console.answers["GET /siem/offense_types"] = httpx.Response(
        200,
        json=[
            {"id": 0, "name": "Source IP", "property_name": "sourceIP", "custom": "false"},
            {"id": 1001, "name": "Country (custom)", "property_name": "Country", "custom": "true"},
        ],
    )
    names = read_names(console.client())
    assert (names.offense_index(0), names.offense_index(1001)) == ("sourceip", "Country")


def test_a_row_without_a_name_is_bad_content(console: Scripted) -> None:
    console.answers[TYPES] = httpx.Response(200, json=[{"id": 1}])
    console.answers["GET /data_classification/low_level_categories"] = httpx.Response(200, json=[])
    console.answers["GET /siem/offense_types"] = httpx.Response(200, json=[])
    with pytest.raises(BadContent, match="row without id and name"):
        read_names(console.client())
