"""The nine kinds of expression over real HTTP: written, read back, changed one field at a time, and told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from carrier_bench import desired_property, results, wants

from dac.model.address import Address
from dac.model.reads import Absent
from dac.model.run import Result
from dac.qradar import properties
from dac.qradar.carriers.expressions import body, deployed, update_body
from dac.resources.shipped_names import shipped_names

if TYPE_CHECKING:
    from carrier_bench import Bench

    from dac.model.deployed import Deployed

ADDRESS = Address("cloud", "custom_property", "Made")
APPLIED, FAILED = Result.APPLIED, Result.FAILED
LINUX = {"log_source_type": "Linux OS"}
CALCULATED: Deployed = {"kind": "calculated", "first_operand": "Application", "second_operand": 8}

FORMS: dict[str, Deployed] = {
    "json": {"kind": "json", **LINUX, "expression": '/"a"'},
    "regex": {"kind": "regex", **LINUX, "regex": "user=(a)(b)"},
    "leef": {"kind": "leef", **LINUX, "expression": "usrName"},
    "cef": {"kind": "cef", **LINUX, "expression": "suser"},
    "nvp": {"kind": "nvp", **LINUX, "expression": "user", "delimiter_pair": " ", "delimiter_name_value": "="},
    "genericlist": {"kind": "genericlist", **LINUX, "expression": "$3", "delimiter": "|"},
    "xml": {"kind": "xml", **LINUX, "expression": "/Event/User"},
    "aql": {"kind": "aql", "expression": "LOWER(username)"},
    "calculated": CALCULATED,
}
EDITS: dict[str, list[Deployed]] = {
    "json": [{"expression": '/"b"'}],
    "regex": [{"regex": "u=(a)(b)"}, {"capture_group": 2}, {"format_string": "$1-$2"}],
    "leef": [{"expression": "usr"}],
    "cef": [{"expression": "duser"}],
    "nvp": [{"expression": "usr"}, {"delimiter_pair": ";"}, {"delimiter_name_value": ":"}],
    "genericlist": [{"expression": "$4"}, {"delimiter": "\t"}],
    "xml": [{"expression": "/Event/Name"}],
    "aql": [{"expression": 'CONCAT(username, "Application")'}],
    "calculated": [{"first_operand": 2.5}, {"second_operand": "sourceport"}, {"operator": "DIVIDE"}],
}
FOR_ALL: list[Deployed] = [{"enabled": False}, {"payload": 'user=ab "x"\nsecond line'}]


def test_there_is_an_example_of_each_kind() -> None:
    assert set(FORMS) == set(EDITS) == set(properties.KINDS)


def _live(bench: Bench) -> list[Deployed]:
    rows: list[Deployed] = bench.read(ADDRESS, "Made").live.deployed["expressions"]
    return rows


def _rounds() -> list[list[Deployed]]:
    """Each edit alone, of all kinds at the same time, and back again."""
    rounds: list[list[Deployed]] = []
    for at in range(max(map(len, EDITS.values())) + len(FOR_ALL)):
        edits = {kind: [*EDITS[kind], *FOR_ALL][at : at + 1] for kind in FORMS}
        rounds.append([form | edit for kind, form in FORMS.items() for edit in edits[kind]])
    return rounds


def test_expressions_are_as_they_were_written_and_each_field_alone_is_one_request(bench: Bench) -> None:
    standing = desired_property("Made", list(FORMS.values()))
    assert results(bench.apply(standing)) == [APPLIED]
    assert bench.apply(standing) == []
    for edited in _rounds():
        left = [form for kind, form in FORMS.items() if kind not in [one["kind"] for one in edited]]
        for one in (desired_property("Made", [*edited, *left]), standing):  # there, and back again
            bench.forget()
            assert results(bench.apply(one)) == [APPLIED]
            posts = [line.rpartition("_properties/")[2] for line in bench.requests() if not line.startswith("GET")]
            collections = [properties.KINDS[form["kind"]].rpartition("/")[2] for form in edited]
            assert sorted(posts) == sorted(f"{collection}/1" for collection in collections)
    assert bench.read(ADDRESS, "Made").live.deployed == standing.deployed


@pytest.mark.parametrize("kind", FORMS)
def test_an_update_names_only_the_field_that_differs(kind: str) -> None:
    for edit in EDITS[kind] + FOR_ALL:
        assert len(update_body(FORMS[kind], FORMS[kind] | edit)) == 1
        assert len(update_body(FORMS[kind] | edit, FORMS[kind])) == 1 + ("format_string" in edit)


def test_whose_events_an_expression_is_for_reads_back(bench: Bench) -> None:
    limits = ({}, LINUX | {"qid": 67500001}, LINUX | {"category": "Suspicious Activity"})
    forms = [
        {key: form[key] for key in form.keys() - {"log_source_type"}} | limit
        for form in FORMS.values()
        for limit in limits
    ]
    one = desired_property("Made", forms)
    assert results(bench.apply(one)) == [APPLIED]
    assert bench.read(ADDRESS, "Made").live.deployed == one.deployed
    assert bench.apply(one) == []


def test_expressions_of_others_are_neither_changed_nor_deleted_whatever_their_kind(bench: Bench) -> None:
    ours = desired_property("Made", [FORMS["regex"] | {"qid": 67500001}])
    bench.apply(ours)
    names = bench.carrier("custom_property")._names
    for kind, form in FORMS.items():
        properties.create_expression(bench.client, kind, body(form, bench.recorded[ADDRESS].remote_id, names, {}))
    assert bench.apply(ours) == []
    outcome = bench.destroy(ours)[0]
    assert (outcome.result, "9 expression(s) that dac did not make" in outcome.message) == (FAILED, True)
    assert len(_live(bench)) == 1 + len(FORMS)


def test_a_property_goes_with_all_its_own_expressions_but_not_while_another_is_made_of_it(bench: Bench) -> None:
    made = desired_property("Made", list(FORMS.values()))
    reader = desired_property("Reader", [CALCULATED | {"first_operand": "Made"}])
    other = desired_property("Other", [{"kind": "aql", "expression": 'LOWER("Made")'}])
    assert results(bench.apply(made, reader, other)) == [APPLIED] * 3
    outcome = bench.destroy(made)[0]
    assert outcome.result is FAILED
    assert "CALCULATED_EXPRESSION" in outcome.message
    assert "AQL_EXPRESSION" in outcome.message
    assert len(_live(bench)) == len(FORMS)
    assert results(bench.destroy(reader, other)) == [APPLIED] * 2
    assert results(bench.destroy(made)) == [APPLIED]
    assert bench.read(ADDRESS, "Made") == Absent()


def test_what_the_console_refuses_fails_with_its_words(bench: Bench) -> None:
    refused = {
        "A": (CALCULATED | {"first_operand": "no such property"}, "no such property"),
        "B": ({"kind": "aql", "expression": "LOWER("}, "code 1005"),
        "C": ({"kind": "aql", "expression": 'LOWER("no such property")'}, "no such property"),
        "D": ({"kind": "json", "expression": "$.a"}, "code 1005"),
        "E": (FORMS["xml"] | {"log_source_type": "no such type"}, "no such type"),
    }
    outcomes = bench.apply(*(desired_property(name, [form]) for name, (form, _) in refused.items()))
    assert results(outcomes) == [FAILED] * len(refused)
    said = {name: text for name, (_, text) in refused.items()}
    assert [one.address.name for one in outcomes if said[one.address.name] not in one.message] == []


def test_a_type_changes_in_place_unless_something_counts_on_it(bench: Bench) -> None:
    bench.apply(desired_property("Made", [FORMS["regex"]]))
    numeric = wants(ADDRESS, desired_property("Made", [FORMS["regex"]], property_type="numeric").deployed)
    assert results(bench.apply(numeric)) == [APPLIED]
    bench.apply(desired_property("Reader", [CALCULATED | {"first_operand": "Made"}]))
    outcome = bench.apply(desired_property("Made", [FORMS["regex"]]))[0]
    assert (outcome.result, "prevent a change of property_type" in outcome.message) == (FAILED, True)


ROW: dict[str, Any] = {"id": 7, "log_source_type_id": -1, "log_source_id": -1, "qid": -1, "low_level_category_id": -1}


@pytest.mark.parametrize(
    ("kind", "row", "form"),
    [
        ("aql", {"log_source_type_id": -2147483639, "qid": 0, "expression": " LOWER(username)\n"}, FORMS["aql"]),
        ("leef", {"expression": None}, {"kind": "leef", "expression": ""}),
        ("nvp", {"expression": "a", "delimiter_pair": "", "payload": ""}, {"kind": "nvp", "expression": "a"}),
        (
            "json",
            {"expression": '/"a"', "payload": "a\r\nb\r\n"},
            {"kind": "json", "expression": '/"a"', "payload": "a\nb"},
        ),
        (
            "calculated",
            {
                "first_operand": {"type": "PROPERTY", "property_name": "Application", "numeric_value": 0.0},
                "second_operand": {"type": "STATIC", "property_name": None, "numeric_value": 8.0},
                "operator": None,
            },
            CALCULATED,
        ),
        ("calculated", {"first_operand": None, "second_operand": "x"}, {"kind": "calculated"}),
    ],
)
def test_an_odd_row_of_a_console_is_read_for_what_it_says(kind: str, row: dict[str, Any], form: Deployed) -> None:
    assert deployed(ROW | row, kind, shipped_names(), {}) == form


def test_going_over_to_a_format_string_leaves_the_idle_group_alone() -> None:
    grouped = FORMS["regex"] | {"capture_group": 2}
    formatted = FORMS["regex"] | {"format_string": "$1"}
    assert update_body(grouped, formatted) == {"format_string": "$1"}
    assert update_body(formatted, grouped) == {"format_string": "", "capture_group": 2}
