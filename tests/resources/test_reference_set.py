from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_forms import NOON, compiled

from dac.resources.kind import without_newer_fields
from dac.resources.reference_set import KIND
from dac.resources.validation import validate

if TYPE_CHECKING:
    from dac.model.deployed import Deployed

VPN = {
    "name": "DaC: SOC VPN egress",
    "entry_type": "IP",
    "description": "Exits of the SOC's own VPN",
    "ownership": "authoritative",
    "expiry": "last_seen",
    "time_to_live": "30d",
    "entry": [
        {"value": "203.0.113.8"},
        {
            "value": "203.0.113.7",
            "reason": "Threat-intel research exit node",
            "owner": "soc-leads@example.com",
            "ticket": "CHG-1042",
            "expires": dt.date(2027, 3, 31),
        },
    ],
}


def ms(*moment: int) -> int:
    return int(dt.datetime(*moment, tzinfo=dt.UTC).timestamp() * 1000)  # type: ignore[misc]  # tzinfo is no positional


def with_entries(*entries: dict[str, Any], entry_type: str = "IP", **more: Any) -> dict[str, Any]:
    return {"name": "x", "entry_type": entry_type, "entry": list(entries)} | more


def findings(table: dict[str, Any]) -> list[tuple[str, tuple[str | int, ...]]]:
    """Of validation, or else of compiling."""
    declared, found = validate(KIND, table)
    return [(item.code, item.path) for item in (compiled(KIND, table).findings if declared else found)]


def test_every_declared_field_of_a_set_is_deployed() -> None:
    found = compiled(KIND, VPN)
    assert found.deployed == {
        "name": "DaC: SOC VPN egress",
        "entry_type": "IP",
        "description": "Exits of the SOC's own VPN",
        "authoritative": True,
        "expiry_type": "LAST_SEEN",
        "time_to_live": 2_592_000,
        "entries": {
            "203.0.113.7": "Threat-intel research exit node "
            "[owner=soc-leads@example.com; ticket=CHG-1042; expires=2027-03-31]",
            "203.0.113.8": "",
        },
    }
    assert list(found.deployed["entries"]) == ["203.0.113.7", "203.0.113.8"]
    assert found.references == ()
    assert found.findings == ()
    assert found.valid_until == ms(2027, 3, 31, 22)


def test_defaults_are_left_out() -> None:
    table = {"name": "x", "entry_type": "ALN", "ownership": "additive", "description": "", "entry": []}
    found = compiled(KIND, table)
    assert found.deployed == {"name": "x", "entry_type": "ALN", "entries": {}}
    assert found.valid_until is None


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        ("UTC", dt.date(2027, 3, 31), ms(2027, 4, 1)),
        ("Europe/Zurich", dt.date(2027, 3, 27), ms(2027, 3, 27, 23)),  # winter
        ("Europe/Zurich", dt.date(2027, 3, 28), ms(2027, 3, 28, 22)),  # the day that summer time begins: 23 hours
        ("Europe/Zurich", dt.date(2027, 10, 31), ms(2027, 10, 31, 23)),  # the day it ends: 25 hours
        ("America/New_York", dt.date(2027, 3, 31), ms(2027, 4, 1, 4)),
        ("Pacific/Auckland", dt.date(2027, 3, 31), ms(2027, 3, 31, 11)),
        ("Africa/Cairo", dt.date(2027, 4, 29), ms(2027, 4, 29, 22)),  # the midnight that ends it does not exist
    ],
)
def test_an_entry_is_good_to_the_end_of_its_day_where_the_project_is(zone: str, day: dt.date, end: int) -> None:
    table = with_entries({"value": "203.0.113.7", "expires": day})
    timezone = ZoneInfo(zone)
    before = compiled(KIND, table, timezone=timezone, clock=end - 1)
    after = compiled(KIND, table, timezone=timezone, clock=end)
    assert (list(before.deployed["entries"]), before.valid_until) == (["203.0.113.7"], end)
    assert (list(after.deployed["entries"]), after.valid_until) == ([], None)


def test_a_form_is_valid_until_its_next_entry_expires() -> None:
    days = [dt.date(2026, 3, 30), dt.date(2026, 5, 1), dt.date(2026, 4, 1)]
    rows = [{"value": f"203.0.113.{n}", "expires": day} for n, day in enumerate(days)]
    found = compiled(KIND, with_entries(*rows, {"value": "203.0.113.9"}))
    assert list(found.deployed["entries"]) == ["203.0.113.1", "203.0.113.2", "203.0.113.9"]
    assert found.valid_until == ms(2026, 4, 1, 22)


def test_a_day_may_be_written_as_text_in_an_entries_file_only_as_a_day() -> None:
    assert findings(with_entries({"value": "203.0.113.7", "expires": "31.03.2027"})) == [
        ("invalid-value", ("entry", 0, "expires"))
    ]
    day = dt.datetime(2027, 3, 31, tzinfo=dt.UTC)
    assert findings(with_entries({"value": "203.0.113.7", "expires": day})) == [("wrong-type", ("entry", 0, "expires"))]
    written = compiled(KIND, with_entries({"value": "203.0.113.7", "expires": "2027-03-31"}))
    assert written == compiled(KIND, with_entries({"value": "203.0.113.7", "expires": dt.date(2027, 3, 31)}))


def test_the_last_day_there_is_never_ends() -> None:
    found = compiled(KIND, with_entries({"value": "203.0.113.7", "expires": dt.date.max}))
    assert found.deployed["entries"] == {"203.0.113.7": "[expires=9999-12-31]"}
    assert found.valid_until is None


@pytest.mark.parametrize(
    ("table", "found"),
    [
        (with_entries({"value": "203.0.113.0/24"}), [("entry-type", ("entry", 0, "value"))]),
        (
            with_entries({"value": "A"}, {"value": "b"}, {"value": "a"}, entry_type="ALNIC"),
            [("duplicate-entry", ("entry", 2, "value"))],
        ),
        (with_entries({"value": "7.0"}, {"value": 7}, entry_type="NUM"), [("duplicate-entry", ("entry", 1, "value"))]),
        (with_entries({"value": "1e999999999"}, entry_type="NUM"), [("entry-type", ("entry", 0, "value"))]),
        (with_entries(expiry="last_seen"), [("expiry-incomplete", ("expiry",))]),
        (with_entries(time_to_live="30d"), [("expiry-incomplete", ("expiry",))]),
        (with_entries(expiry="last_seen", time_to_live="a month"), [("invalid-value", ("time_to_live",))]),
        (with_entries({"value": "203.0.113.7", "owner": "a; b"}), [("invalid-value", ("entry", 0, "owner"))]),
        (with_entries({"value": "203.0.113.7", "ticket": "[1]"}), [("invalid-value", ("entry", 0, "ticket"))]),
        (with_entries({"value": "203.0.113.7", "reason": "a\0b"}), [("invalid-value", ("entry", 0, "reason"))]),
        (with_entries({"value": "203.0.113.7", "owner": "a[b"}), [("invalid-value", ("entry", 0, "owner"))]),
        (with_entries({"reason": "x"}), [("missing-key", ("entry", 0, "value"))]),
        (with_entries({"value": "203.0.113.7", "reasn": "x"}), [("unknown-key", ("entry", 0, "reasn"))]),
        (with_entries(entry_type="IPV4"), [("invalid-value", ("entry_type",))]),
        (with_entries(name=" x"), [("invalid-value", ("name",))]),
        (with_entries(name="x" * 256), [("invalid-value", ("name",))]),
        (with_entries(ownership="mine"), [("invalid-value", ("ownership",))]),
    ],
)
def test_a_mistake_is_found_where_it_is(table: dict[str, Any], found: list[tuple[str, tuple[str | int, ...]]]) -> None:
    assert findings(table) == found


def test_one_wrong_entry_does_not_hide_the_others() -> None:
    table = with_entries({"value": "x"}, {"value": "203.0.113.7"}, {"value": "y"})
    found = compiled(KIND, table)
    assert [item.path[1] for item in found.findings] == [0, 2]
    assert list(found.deployed["entries"]) == ["203.0.113.7"]


def form(entries: str = "", **more: Any) -> Deployed:
    return {"name": "x", "entry_type": "ALN", "entries": dict.fromkeys(sorted(entries), "")} | more


@pytest.mark.parametrize(
    ("desired", "recorded", "owned"),
    [
        (None, None, "abcd"),
        (form("ax"), None, "a"),
        (form("ax"), form("by"), "ab"),
        (None, form("by"), "b"),
        (form(authoritative=True), None, "abcd"),
        (form("a", authoritative=True), form("b"), "abcd"),
        (form("a"), form("b", authoritative=True), "ab"),
    ],
)
def test_of_an_additive_set_only_what_dac_wants_or_made_is_its_own(
    desired: Deployed | None, recorded: Deployed | None, owned: str
) -> None:
    assert KIND.owned(form("abcd"), desired, recorded)["entries"] == dict.fromkeys(owned, "")


@pytest.mark.parametrize(
    ("desired", "recorded", "known"),
    [(True, None, True), (False, None, False), (True, False, False), (False, True, True), (None, True, True)],
)
def test_whether_a_set_is_authoritative_is_what_the_record_says(
    desired: bool | None, recorded: bool | None, known: bool
) -> None:
    sides = [
        None if flag is None else form(**({"authoritative": True} if flag else {})) for flag in (desired, recorded)
    ]
    assert KIND.owned(form("a"), sides[0], sides[1]).get("authoritative", False) is known


keys = st.frozensets(st.sampled_from("abcdef")).map("".join)


@given(keys, st.none() | keys, st.none() | keys)
def test_an_additive_set_never_claims_what_nobody_named(live: str, desired: str | None, recorded: str | None) -> None:
    sides = [None if side is None else form(side) for side in (desired, recorded)]
    owned = set(KIND.owned(form(live), sides[0], sides[1])["entries"])
    named = set((desired or "") + (recorded or ""))
    assert owned == (set(live) & named if (desired, recorded) != (None, None) else set(live))


def test_a_set_has_no_switch_to_hold() -> None:
    assert KIND.hold(form("a"), form(), form("b")) == form("a")


def test_the_clock_of_the_samples_is_noon() -> None:
    assert ms(2026, 3, 31, 12) == NOON


@pytest.mark.parametrize(("version", "codes"), [((20, 0), ["entry-type-too-new"]), ((22, 0), []), (None, [])])
def test_networks_need_a_console_that_knows_them(version: tuple[int, int] | None, codes: list[str]) -> None:
    table = with_entries({"value": "10.0.0.0/8"}, entry_type="CIDR")
    assert [finding.code for finding in compiled(KIND, table, api_version=version).findings] == codes


@pytest.mark.parametrize(("version", "kept"), [((20, 0), False), ((21, 0), False), ((22, 0), True), (None, True)])
def test_a_description_is_left_out_where_sets_have_none(version: tuple[int, int] | None, kept: bool) -> None:
    form = compiled(KIND, VPN).deployed
    assert ("description" in without_newer_fields(KIND, form, version)) is kept
    assert without_newer_fields(KIND, form, version)["entries"] == form["entries"]


@given(
    notes=st.dictionaries(
        st.sampled_from(["a", "b", "c"]), st.text(st.characters(exclude_characters="\0", codec="utf-8"))
    )
)
def test_notes_of_others_are_taken_in_and_written_again_to_the_letter(notes: dict[str, str]) -> None:
    form: Deployed = {"name": "x", "entry_type": "ALN", "entries": dict(sorted(notes.items()))}
    assert compiled(KIND, KIND.lift(form)).deployed == form


def test_why_an_entry_is_there_comes_back_from_its_notes() -> None:
    entry = {"value": "a", "reason": "exit node", "owner": "soc", "ticket": "CHG-1", "expires": dt.date(2027, 3, 31)}
    form = compiled(KIND, {"name": "x", "entry_type": "ALN", "entry": [entry]}).deployed
    assert form["entries"] == {"a": "exit node [owner=soc; ticket=CHG-1; expires=2027-03-31]"}
    assert KIND.lift(form)["entry"] == [entry]


@pytest.mark.parametrize(("length", "codes"), [(1024, []), (1025, ["notes-too-long"])])
def test_notes_that_a_console_may_refuse_are_a_warning(length: int, codes: list[str]) -> None:
    table = {"name": "x", "entry_type": "ALN", "entry": [{"value": "a", "reason": "x" * length}]}
    found = compiled(KIND, table).findings
    assert [(item.code, item.severity.value) for item in found] == [(code, "warning") for code in codes]
