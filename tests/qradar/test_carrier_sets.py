from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from carrier_bench import desired_set, marker, results, wants

from dac.errors import Unauthorized, Unreachable
from dac.model.address import Address
from dac.model.reads import Absent, Found, Unreadable
from dac.model.run import Result
from dac.qradar import sets

if TYPE_CHECKING:
    from collections.abc import Callable

    from carrier_bench import Bench

ADDRESS = Address("cloud", "reference_set", "vpn")
APPLIED, FAILED, SKIPPED = Result.APPLIED, Result.FAILED, Result.SKIPPED


def test_a_set_is_created_with_its_entries_and_found_as_ours(bench: Bench) -> None:
    one = desired_set("vpn", {"a": "why", "b": ""}, description="Exit nodes", expiry_type="LAST_SEEN", time_to_live=600)
    outcomes = bench.apply(one)
    assert results(outcomes) == [APPLIED]
    read = bench.read(ADDRESS, one.name)
    assert isinstance(read, Found)
    assert read.live.ours
    assert read.live.deployed == one.deployed
    assert sets.find_set(bench.client, one.name)["description"] == f"Exit nodes\n{marker(ADDRESS)}"


def test_what_was_applied_is_recorded_as_it_was_desired(bench: Bench) -> None:
    one = desired_set("vpn", {"a": "why"})
    recorded = bench.apply(one)[0].recorded
    assert (recorded.deployed, recorded.digest, recorded.name) == (one.deployed, one.digest, one.name)
    assert recorded.remote_id == str(sets.find_set(bench.client, one.name)["id"])


def test_a_second_apply_sends_nothing(bench: Bench) -> None:
    one = desired_set("vpn", {"a": "why"}, description="x")
    bench.apply(one)
    bench.forget()
    assert bench.apply(one) == []
    assert not any(line.startswith(("POST", "PATCH", "DELETE")) for line in bench.requests())


def test_a_lost_state_finds_the_set_by_its_marker(bench: Bench) -> None:
    one = desired_set("vpn", {"a": ""})
    bench.apply(one)
    bench.recorded.clear()
    read = bench.read(ADDRESS, "quite another name")
    assert isinstance(read, Found)
    assert read.live.ours


def test_before_api_22_only_the_record_says_that_a_set_is_ours(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(api_version="21.0")
    one = desired_set("vpn", {"a": ""})
    assert results(bench.apply(one)) == [APPLIED]
    assert bench.read(ADDRESS, one.name).live.ours
    bench.recorded.clear()
    read = bench.read(ADDRESS, one.name)
    assert isinstance(read, Found)
    assert not read.live.ours


@pytest.mark.parametrize(("version", "ours"), [("21.0", True), ("22.0", False)])
def test_a_set_that_a_cut_run_was_to_create_goes_by_its_name_where_no_set_has_a_marker(
    make_bench: Callable[..., Bench], version: str, *, ours: bool
) -> None:
    bench = make_bench(api_version=version)
    sets.create_set(bench.client, {"name": "DaC: vpn", "entry_type": "ALN"})
    wanted = bench.wanted(ADDRESS, "DaC: vpn")
    seen = [
        bench.carrier("reference_set").read([replace(wanted, created=created)])[ADDRESS].live.ours
        for created in (True, False)
    ]
    assert seen == [ours, False]


def entry_in_a_domain(bench: Bench, set_id: int, value: str, domain: int) -> None:
    with sqlite3.connect(bench.emulator._path) as database:
        database.execute(
            "INSERT OR IGNORE INTO domain (id, name, description, deleted) VALUES (?, ?, '', 0)", (domain, f"d{domain}")
        )
    bench.client.post(sets.ENTRIES, json={"collection_id": set_id, "value": value, "domain_id": domain})


@pytest.mark.parametrize("echo", ["null", "number"])
def test_entries_of_single_domains_are_counted_and_never_touched(make_bench: Callable[..., Bench], echo: str) -> None:
    """Not even where they have the value of one of ours."""
    bench = make_bench(shared_domain_echo=echo)
    bench.apply(desired_set("vpn", {"ours": "", "old": ""}, authoritative=True))
    set_id = int(bench.recorded[ADDRESS].remote_id)
    entry_in_a_domain(bench, set_id, "theirs", 5)
    entry_in_a_domain(bench, set_id, "old", 5)
    after = desired_set("vpn", {"ours": "", "new": ""}, authoritative=True)
    assert results(bench.apply(after)) == [APPLIED]
    live = bench.read(ADDRESS, after.name).live
    assert (live.deployed["entries"], live.foreign) == ({"ours": "", "new": ""}, 2)
    listed = [(row["value"], row["domain_id"] == 5) for row in sets.list_entries(bench.client, [set_id])]
    assert sorted(listed) == [("new", False), ("old", True), ("ours", False), ("theirs", True)]


def test_the_default_domain_is_everywhere_only_while_it_is_the_only_one(bench: Bench) -> None:
    bench.apply(desired_set("vpn", {"ours": ""}))
    set_id = int(bench.recorded[ADDRESS].remote_id)
    entry_in_a_domain(bench, set_id, "default", 0)
    live = bench.read(ADDRESS, "DaC: vpn").live
    assert (live.deployed["entries"], live.foreign) == ({"default": "", "ours": ""}, 0)
    entry_in_a_domain(bench, set_id, "theirs", 5)
    live = bench.read(ADDRESS, "DaC: vpn").live
    assert (live.deployed["entries"], live.foreign) == ({"ours": ""}, 2)


def test_a_set_without_entries_of_single_domains_has_no_foreign_parts(bench: Bench) -> None:
    bench.apply(desired_set("vpn", {"ours": ""}))
    assert bench.read(ADDRESS, "DaC: vpn").live.foreign == 0


def test_a_set_of_that_name_that_others_made_is_found_but_not_ours(bench: Bench) -> None:
    read = bench.read(ADDRESS, "Critical Assets")
    assert isinstance(read, Found)
    assert not read.live.ours
    assert read.live.deployed["entries"] == {"198.51.100.5": "", "198.51.100.6": ""}


def test_a_set_that_another_address_of_the_project_made_is_not_ours(bench: Bench) -> None:
    bench.apply(desired_set("other", {}))
    read = bench.read(ADDRESS, "DaC: other")
    assert isinstance(read, Found)
    assert not read.live.ours


def test_what_is_on_no_list_is_absent(bench: Bench) -> None:
    assert bench.read(ADDRESS, "DaC: nothing") == Absent()


def test_adopting_a_foreign_set_leaves_its_marker_and_others_entries(bench: Bench) -> None:
    critical = {"name": "Critical Assets", "entry_type": "IP", "entries": {"198.51.100.5": "", "203.0.113.7": "new"}}
    assert results(bench.apply(wants(ADDRESS, critical))) == [APPLIED]
    bench.recorded.clear()
    live = bench.read(ADDRESS, "Critical Assets").live
    assert live.ours
    assert live.deployed["entries"] == {"198.51.100.5": "", "198.51.100.6": "", "203.0.113.7": "new"}


def test_an_update_sends_only_what_differs(bench: Bench) -> None:
    bench.apply(desired_set("vpn", {"a": "1", "b": "2", "c": "3"}, description="x"))
    bench.forget()
    after = desired_set("vpn", {"a": "1", "b": "two", "d": "4"}, description="x")
    assert results(bench.apply(after)) == [APPLIED]
    writes = [line for line in bench.requests() if not line.startswith("GET")]
    assert writes == ["PATCH /reference_data_collections/set_entries"] * 2
    assert bench.read(ADDRESS, after.name).live.deployed == after.deployed


def test_expiry_can_be_given_and_taken_away(bench: Bench) -> None:
    for more in (
        {},
        {"expiry_type": "FIRST_SEEN", "time_to_live": 60},
        {"expiry_type": "LAST_SEEN", "time_to_live": 5},
        {},
    ):
        one = desired_set("vpn", {}, **more)
        bench.apply(one)
        assert bench.read(ADDRESS, one.name).live.deployed == one.deployed


def test_a_description_can_be_given_and_taken_away_and_the_marker_stays(bench: Bench) -> None:
    for text in ("first", "second\nline", ""):
        bench.apply(desired_set("vpn", {}, **({"description": text} if text else {})))
        bench.recorded.clear()
        live = bench.read(ADDRESS, "DaC: vpn").live
        assert (live.deployed.get("description", ""), live.ours) == (text, True)


@pytest.mark.parametrize(
    ("entry_type", "canonical"),
    [
        ("NUM", "7"),
        ("NUM", "7.5"),
        ("IP", "203.0.113.7"),
        ("PORT", "443"),
        ("ALNIC", "j.doe"),
        ("DATE", "1700000000000"),
        ("CIDR", "203.0.113.0/24"),
    ],
)
def test_every_type_reads_back_as_it_was_written_and_can_be_deleted_again(
    bench: Bench, entry_type: str, canonical: str
) -> None:
    full = desired_set("vpn", {canonical: "n"}, entry_type=entry_type)
    assert results(bench.apply(full)) == [APPLIED]
    assert bench.apply(full) == []
    empty = desired_set("vpn", {}, entry_type=entry_type)
    assert results(bench.apply(empty)) == [APPLIED]
    assert sets.list_entries(bench.client, [int(bench.recorded[ADDRESS].remote_id)]) == []


def test_entries_of_others_are_never_deleted_from_an_additive_set(bench: Bench) -> None:
    bench.apply(desired_set("vpn", {"ours": ""}))
    set_id = int(bench.recorded[ADDRESS].remote_id)
    sets.put_entry(bench.client, set_id, "theirs")
    bench.apply(desired_set("vpn", {}))
    assert [row["value"] for row in sets.list_entries(bench.client, [set_id])] == ["theirs"]


def test_entries_of_others_leave_an_authoritative_set(bench: Bench) -> None:
    bench.apply(desired_set("vpn", {"ours": ""}, authoritative=True))
    set_id = int(bench.recorded[ADDRESS].remote_id)
    sets.put_entry(bench.client, set_id, "theirs")
    assert results(bench.apply(desired_set("vpn", {"ours": ""}, authoritative=True))) == [APPLIED]
    assert [row["value"] for row in sets.list_entries(bench.client, [set_id])] == ["ours"]


def test_what_both_versions_hold_is_there_at_every_moment(bench: Bench) -> None:
    """Additions are done before deletions start, and the entry in both is in neither."""
    bench.apply(desired_set("vpn", {"old": "", "both": ""}))
    sent: list[list[dict[str, object]]] = []
    original = sets.start_bulk
    carrier = bench.carrier("reference_set")

    def spy(client: object, rows: list[dict[str, object]]) -> str:
        held = {row["value"] for row in sets.list_entries(bench.client, [int(bench.recorded[ADDRESS].remote_id)])}
        assert "both" in held
        sent.append(rows)
        return original(client, rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sets, "start_bulk", spy)
        bench.apply(desired_set("vpn", {"new": "", "both": ""}), carrier=carrier)
    assert [[(row["value"], row.get("delete_entry", False)) for row in rows] for rows in sent] == [
        [("new", False)],
        [("old", True)],
    ]


def test_the_number_of_requests_does_not_depend_on_the_number_of_sets(bench: Bench) -> None:
    many = [desired_set(f"s{number}", {f"v{number}": ""}) for number in range(30)]
    bench.apply(*many)
    bench.forget()
    bench.apply(many[0])
    few = bench.requests()
    bench.forget()
    bench.apply(*many)
    assert sorted(bench.requests()) == sorted(few)
    assert len([line for line in few if "reference_data" in line]) == 2


def test_entries_of_many_sets_share_their_tasks(bench: Bench) -> None:
    carrier = bench.carrier("reference_set", batch=10)
    bench.forget()
    outcomes = bench.apply(*[desired_set(f"s{n}", {"a": "", "b": "", "c": ""}) for n in range(5)], carrier=carrier)
    assert results(outcomes) == [APPLIED] * 5
    assert bench.requests().count("PATCH /reference_data_collections/set_entries") == 2


def test_a_bad_entry_fails_its_set_by_name_and_no_other(bench: Bench) -> None:
    good, bad = desired_set("good", {"1": ""}), desired_set("bad", {"not a number": "", "7": ""}, entry_type="NUM")
    outcomes = bench.apply(good, bad)
    assert results(outcomes) == [APPLIED, FAILED]
    assert 'entry "not a number"' in outcomes[1].message
    assert "code 20006" in outcomes[1].message


def test_nothing_is_deleted_from_a_set_whose_additions_failed(bench: Bench) -> None:
    bench.apply(desired_set("vpn", {"1": ""}, entry_type="NUM"))
    outcomes = bench.apply(desired_set("vpn", {"not a number": ""}, entry_type="NUM"))
    assert results(outcomes) == [FAILED]
    assert bench.read(ADDRESS, "DaC: vpn").live.deployed["entries"] == {"1": ""}


def test_a_set_that_was_made_but_not_filled_is_recorded_so_that_it_is_not_made_twice(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(api_version="21.0")  # no marker there: the record is all there is
    one = desired_set("vpn", {"a": "", "b": ""})
    bench.fault(method="PATCH", path="set_entries", action="status", code=500)
    outcome = bench.apply(one)[0]
    assert outcome.result is FAILED
    assert (outcome.recorded.deployed["entries"], outcome.recorded.digest) == ({}, "")
    bench.no_faults()
    assert results(bench.apply(one)) == [APPLIED]
    assert bench.read(ADDRESS, one.name).live.deployed == one.deployed


def test_an_entry_that_a_failed_apply_left_behind_is_still_known_as_ours(bench: Bench) -> None:
    bench.apply(desired_set("vpn", {"1": ""}, entry_type="NUM"))
    outcome = bench.apply(desired_set("vpn", {"1": "", "2": "", "bad": ""}, entry_type="NUM"))[0]
    assert outcome.result is FAILED
    assert outcome.recorded.deployed["entries"] == {"1": "", "2": ""}
    assert results(bench.apply(desired_set("vpn", {"1": ""}, entry_type="NUM"))) == [APPLIED]
    assert bench.read(ADDRESS, "DaC: vpn").live.deployed["entries"] == {"1": ""}


def test_a_difference_after_the_write_is_a_failure_that_names_the_field(bench: Bench) -> None:
    bench.apply(desired_set("vpn", {"a": ""}))
    outcome = bench.apply(desired_set("vpn", {"a": ""}, entry_type="ALNIC"))[0]  # QRadar ignores it and says 200
    assert outcome.result is FAILED
    assert "entry_type: sent 'ALNIC', got 'ALN'" in outcome.message


def test_deleting_waits_for_the_end_and_forgets_the_set(bench: Bench) -> None:
    many = [desired_set(f"s{number}", {"a": ""}) for number in range(12)]
    bench.apply(*many)
    assert results(bench.destroy(*many)) == [APPLIED] * 12
    assert bench.recorded == {}
    assert not [row for row in sets.list_sets(bench.client) if row["name"].startswith("DaC")]


def test_deleting_what_has_gone_is_a_success(bench: Bench) -> None:
    one = desired_set("vpn", {})
    bench.apply(one)
    carrier = bench.carrier("reference_set")
    read = carrier.read([bench.wanted(ADDRESS, one.name)])[ADDRESS]
    sets.delete_set(bench.client, int(read.live.remote_id), timeout=10)
    from dac.model.change import Action, Change

    change = Change(ADDRESS, Action.DELETE, "", recorded=bench.recorded[ADDRESS], live=read.live)
    assert results(carrier.delete([change])) == [APPLIED]


def test_what_others_made_is_counted_and_dacs_own_sets_are_not(bench: Bench) -> None:
    bench.apply(desired_set("vpn", {}))
    for name in sorted(sets.OWN_SETS):
        sets.create_set(bench.client, {"name": name, "entry_type": "ALN"})
    carrier = bench.carrier("reference_set")
    carrier.read([bench.wanted(ADDRESS, "DaC: vpn")])
    assert carrier.unmanaged() == {"reference_set": 4}


def test_a_list_that_is_refused_decides_nothing(bench: Bench) -> None:
    bench.fault(method="GET", path="set_entries", action="status", code=403, times=99)
    read = bench.read(ADDRESS, "Critical Assets")
    assert isinstance(read, Unreadable)
    assert "GET /reference_data_collections/set_entries" in read.reason


@pytest.mark.parametrize(
    ("fault", "kind"), [({"action": "status", "code": 401}, Unauthorized), ({"action": "drop"}, Unreachable)]
)
def test_a_console_that_is_gone_is_no_reading(bench: Bench, fault: dict[str, object], kind: type[Exception]) -> None:
    carrier = bench.carrier("reference_set")
    bench.fault(method="GET", times=99, **fault)
    with pytest.raises(kind):
        carrier.read([bench.wanted(ADDRESS, "x")])


def test_once_the_token_is_refused_the_rest_is_skipped(bench: Bench) -> None:
    bench.fault(method="POST", path="sets$", nth=2, times=99, action="status", code=401)
    outcomes = bench.apply(*[desired_set(f"s{number}", {}) for number in range(4)])
    assert results(outcomes) == [APPLIED, FAILED, SKIPPED, SKIPPED]
    assert "not attempted" in outcomes[3].message
