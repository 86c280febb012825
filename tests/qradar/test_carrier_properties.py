from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from carrier_bench import desired_property, marker, results, wants

from dac.errors import Unauthorized
from dac.model.address import Address
from dac.model.change import Action, Change
from dac.model.reads import Absent, Found, Unreadable
from dac.model.run import Result
from dac.qradar import properties
from dac.resources.property_expressions import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from carrier_bench import Bench

    from dac.model.deployed import Deployed

ADDRESS = Address("cloud", "custom_property", "Country")
APPLIED, FAILED = Result.APPLIED, Result.FAILED
AZURE = "Microsoft Azure Active Directory"
JSON: Deployed = {"kind": "json", "log_source_type": AZURE, "expression": '/"location"/"country"'}
REGEX: Deployed = {"kind": "regex", "log_source_type": "Linux OS", "regex": "country=(..)"}


def identifier_of(bench: Bench) -> str:
    return bench.recorded[ADDRESS].remote_id


def add_foreign(bench: Bench, kind: str = "json", **more: Any) -> None:
    body = {"regex_property_identifier": identifier_of(bench), "log_source_type_id": 12, "expression": '/"theirs"'}
    path = properties.KINDS[kind]
    bench.client.post(path, json=body | more)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"description": "Where from", "use_for_rule_engine": True},
        {"property_type": "numeric"},
        {"property_type": "time", "datetime_format": "yyyy-MM-dd", "locale": "en-us"},
    ],
)
def test_a_property_is_created_and_found_as_ours(bench: Bench, more: dict[str, Any]) -> None:
    one = desired_property("Country", [JSON, REGEX], **more)
    assert results(bench.apply(one)) == [APPLIED]
    read = bench.read(ADDRESS, "Country")
    assert isinstance(read, Found)
    assert (read.live.deployed, read.live.ours) == (one.deployed, True)
    assert bench.recorded[ADDRESS].fingerprint == read.live.fingerprint != ""


@pytest.mark.parametrize(
    "expression",
    [
        JSON,
        JSON | {"qid": 67500001},
        JSON | {"category": "Suspicious Activity"},
        JSON | {"enabled": False},
        {"kind": "json", "expression": '/"any"'},
        REGEX,
        REGEX | {"capture_group": 0},
        REGEX | {"capture_group": 2, "regex": "(a)(b)"},
    ],
)
def test_every_expression_reads_back_as_it_was_written(bench: Bench, expression: Deployed) -> None:
    one = desired_property("Country", [expression])
    assert results(bench.apply(one)) == [APPLIED]
    assert bench.read(ADDRESS, "Country").live.deployed["expressions"] == [expression]
    bench.forget()
    assert bench.apply(one) == []


def test_a_console_that_renamed_the_type_deploys_to_the_same_form(make_bench: Callable[..., Bench]) -> None:
    from dac.qradar.names import read_names
    from dac.resources.shipped_names import shipped_aliases

    for name in (AZURE, "Microsoft Entra ID"):
        bench = make_bench(entra_id_name=name)
        names = read_names(bench.client, shipped_aliases())
        assert name in names.log_source_types.values()
        carrier = bench.carrier("custom_property", names=names)
        assert results(bench.apply(desired_property("Country", [JSON]), carrier=carrier)) == [APPLIED]
        assert bench.apply(desired_property("Country", [JSON]), carrier=carrier) == []


def test_an_expression_for_one_log_source_is_resolved_by_name_both_ways(bench: Bench) -> None:
    path = properties.LOG_SOURCES
    name = bench.client.list(path, fields="name")[0]["name"]
    one = desired_property("Country", [JSON | {"log_source": name}])
    assert results(bench.apply(one)) == [APPLIED]
    assert bench.read(ADDRESS, "Country").live.deployed["expressions"] == [JSON | {"log_source": name}]


def test_log_sources_are_asked_for_only_when_an_expression_names_one(bench: Bench) -> None:
    bench.apply(desired_property("Country", [JSON]))
    assert not any("log_sources" in line for line in bench.requests())


def test_an_expression_for_a_log_source_that_is_not_there_fails_its_property_only(bench: Bench) -> None:
    bad = desired_property("Country", [JSON | {"log_source": "no such thing"}])
    outcomes = bench.apply(bad, desired_property("City", [JSON]))
    assert results(outcomes) == [FAILED, APPLIED]
    assert "no log source named 'no such thing'" in outcomes[0].message


def test_an_update_changes_in_place_adds_before_it_deletes_and_sends_nothing_else(bench: Bench) -> None:
    gone = {"kind": "json", "log_source_type": "Okta", "expression": '/"gone"'}
    bench.apply(desired_property("Country", [JSON, REGEX, gone]))
    new = {"kind": "json", "log_source_type": "Microsoft Office 365", "expression": '/"new"'}
    changed = JSON | {"expression": '/"location"/"countryOrRegion"'}
    bench.forget()
    assert results(bench.apply(desired_property("Country", [changed, new, REGEX]))) == [APPLIED]
    writes = [line.rpartition("custom_properties/")[2] for line in bench.requests() if not line.startswith("GET")]
    kinds = [line.partition("/")[0] for line in writes]
    assert kinds == ["property_json_expressions"] * 3
    requests = [line.split()[0] for line in bench.requests() if not line.startswith("GET")]
    assert requests == ["POST", "POST", "DELETE"]


def test_fields_of_the_property_can_be_given_and_taken_away(bench: Bench) -> None:
    for more in ({"description": "a", "use_for_rule_engine": True}, {"description": "b"}, {}):
        one = desired_property("Country", [JSON], **more)
        bench.apply(one)
        assert bench.read(ADDRESS, "Country").live.deployed == one.deployed


def test_a_lost_state_finds_the_property_by_its_marker(bench: Bench) -> None:
    bench.apply(desired_property("Country", [JSON]))
    bench.recorded.clear()
    read = bench.read(ADDRESS, "quite another name")
    assert isinstance(read, Found)
    assert read.live.ours


def test_adopting_a_property_leaves_its_own_expressions_and_writes_the_marker(bench: Bench) -> None:
    application = next(row for row in properties.list_properties(bench.client) if row["name"] == "Application")
    read = bench.read(ADDRESS, "Application")
    assert isinstance(read, Found)
    assert not read.live.ours
    theirs = read.live.deployed["expressions"]
    assert results(bench.apply(wants(ADDRESS, read.live.deployed | {"expressions": [JSON]}))) == [APPLIED]
    bench.recorded.clear()
    live = bench.read(ADDRESS, "Application").live
    assert live.ours
    assert live.remote_id == application["identifier"]
    assert live.deployed["expressions"] == sorted([*theirs, JSON], key=canonical)


def test_expressions_of_others_are_neither_changed_nor_deleted(bench: Bench) -> None:
    bench.apply(desired_property("Country", [JSON]))
    add_foreign(bench)
    assert bench.apply(desired_property("Country", [JSON])) == []
    assert results(bench.apply(desired_property("Country", [REGEX]))) == [APPLIED]
    left = bench.read(ADDRESS, "Country").live.deployed["expressions"]
    assert [one.get("expression") for one in left if one["kind"] == "json"] == ['/"theirs"']


def test_the_number_of_requests_does_not_depend_on_the_number_of_properties(bench: Bench) -> None:
    many = [desired_property(f"P{number}", [JSON, REGEX]) for number in range(25)]
    bench.apply(*many)
    for few in (many[:1], many):
        carrier = bench.carrier("custom_property")
        bench.forget()
        carrier.read([bench.wanted(one.address, one.name) for one in few])
        assert len(bench.requests()) == 10


def test_of_what_is_declared_as_it_was_applied_only_the_kinds_it_has_are_listed(bench: Bench) -> None:
    one = desired_property("Country", [JSON])
    bench.apply(one)
    settled = replace(bench.wanted(ADDRESS, "Country"), settled=True)
    for wanted, deep, lists in ([settled], False, 2), ([], False, 1), ([settled], True, 10):
        carrier = bench.carrier("custom_property")
        bench.forget()
        reads = carrier.read(wanted, deep=deep)
        assert len(bench.requests()) == lists
        assert [read.live.deployed for read in reads.values()] == [one.deployed for _ in wanted]


def test_a_name_that_is_taken_fails_with_qradars_words(bench: Bench) -> None:
    carrier = bench.carrier("custom_property")
    one = wants(ADDRESS, desired_property("Application", [JSON]).deployed)
    outcomes = carrier.write([Change(ADDRESS, Action.CREATE, "", desired=one)])
    assert results(outcomes) == [FAILED]
    assert "code 1005" in outcomes[0].message
    assert outcomes[0].recorded is None


def test_a_cut_create_is_recorded_without_a_digest_and_completed_later(bench: Bench) -> None:
    bench.fault(method="POST", path="property_expressions", action="status", code=500)
    outcome = bench.apply(desired_property("Country", [JSON, REGEX]))[0]
    assert (outcome.result, outcome.recorded.digest) == (FAILED, "")
    assert outcome.recorded.deployed["expressions"] == [JSON]
    assert results(bench.apply(desired_property("Country", [JSON, REGEX]))) == [APPLIED]
    assert len(bench.read(ADDRESS, "Country").live.deployed["expressions"]) == 2


@pytest.mark.parametrize("habit", ["orphan", "cascade", "block"])
def test_deleting_takes_the_expressions_first(make_bench: Callable[..., Bench], habit: str) -> None:
    bench = make_bench(property_delete_expressions=habit)
    one = desired_property("Country", [JSON, REGEX])
    bench.apply(one)
    identifier = identifier_of(bench)
    assert results(bench.destroy(one)) == [APPLIED]
    assert bench.read(ADDRESS, "Country") == Absent()
    rows = [row for kind in properties.KINDS for row in properties.list_expressions(bench.client, kind)]
    assert not [row for row in rows if row["regex_property_identifier"] == identifier]


@pytest.mark.parametrize("kind", ["json", "leef"])
def test_a_property_with_expressions_of_others_stays_whole(bench: Bench, kind: str) -> None:
    one = desired_property("Country", [REGEX])
    bench.apply(one)
    add_foreign(bench, kind)
    outcomes = bench.destroy(one)
    assert results(outcomes) == [FAILED]
    assert "1 expression(s) that dac did not make" in outcomes[0].message
    assert REGEX in bench.read(ADDRESS, "Country").live.deployed["expressions"]


def test_properties_that_qradar_found_itself_are_not_counted_as_others(bench: Bench) -> None:
    carrier = bench.carrier("custom_property")
    carrier.read([])
    listed = properties.list_properties(bench.client)
    assert any(row["auto_discovered"] for row in listed)
    assert carrier.unmanaged() == {"custom_property": sum(not row["auto_discovered"] for row in listed)}


def test_a_list_that_is_refused_decides_nothing_and_a_refused_token_is_raised(bench: Bench) -> None:
    bench.fault(method="GET", path="property_expressions", action="status", code=403, times=99)
    assert isinstance(bench.read(ADDRESS, "Application"), Unreadable)
    bench.no_faults()
    carrier = bench.carrier("custom_property")
    bench.fault(method="GET", action="status", code=401, times=99)
    with pytest.raises(Unauthorized):
        carrier.read([bench.wanted(ADDRESS, "Application")])


def test_the_marker_stands_below_the_description(bench: Bench) -> None:
    bench.apply(desired_property("Country", [JSON], description="Where from"))
    row = next(row for row in properties.list_properties(bench.client) if row["name"] == "Country")
    assert row["description"] == f"Where from\n{marker(ADDRESS)}"
