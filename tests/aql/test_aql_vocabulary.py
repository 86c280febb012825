"""What a console's own lists mean, and what they differ in from those that dac ships."""

from __future__ import annotations

from dataclasses import replace

import pytest
from console_vocabularies import console, listed

from dac.aql.catalogue import OffenseIndex, functions
from dac.aql.catalogue.console import kind_of_type
from dac.aql.catalogue.differences import differences
from dac.aql.catalogue.vocabulary import SHIPPED
from dac.aql.lint.context import Context, Target
from dac.aql.lint.engine import lint
from dac.aql.parsing import parse
from dac.aql.references import references

SELECT = "SELECT {} AS a FROM events LIMIT 1 LAST 1 HOURS"
WHERE = "SELECT username FROM events WHERE {} LIMIT 1 LAST 1 HOURS"


def said(text: str, **lists: object) -> list[tuple[str, str]]:
    context = Context(vocabulary=console("prod", **lists))  # type: ignore[arg-type]  # the names of `console`
    return [(finding.code, finding.message) for finding in lint(text, context).findings if finding.severity != "info"]


def test_a_console_decides_how_many_arguments_a_function_takes() -> None:
    own = console(functions=(listed("STRLEN", "String", "Integer", required=1),)).functions["STRLEN"]
    assert (own.least, own.most) == (1, 2)
    assert own.arguments == functions()["STRLEN"].arguments


def test_a_name_that_stands_twice_takes_what_either_row_takes() -> None:
    own = console(functions=(listed("F", "String"), listed("f", "String", "String", "Host"))).functions["F"]
    assert (own.least, own.most) == (1, 3)


def test_what_belongs_to_the_grammar_is_there_whatever_a_console_lists() -> None:
    own = console(functions=()).functions
    assert {"COUNT", "LAST", "OFFENSE_TIME"} <= own.keys()
    assert "STRLEN" not in own


@pytest.mark.parametrize(
    ("written", "kind"),
    [("ByteArray", "bytes"), ("HostV4V6", "host"), ("Long", "long"), ("STRUCT", "list"), ("Whatever", "any")],
)
def test_the_words_of_a_console_for_types_are_understood(written: str, kind: str) -> None:
    assert kind_of_type(written) == kind


def test_a_type_that_dac_knows_better_stays_and_one_that_differs_is_the_consoles() -> None:
    own = console(fields={"starttime": "Long", "magnitude": "String"}).fields("events")
    assert (own["starttime"].type, own["magnitude"].type) == ("time", "string")


@pytest.mark.parametrize(
    ("lists", "title", "sentence"),
    [
        ({"functions": ("NEWFUNCTION",)}, "functions", "new: NEWFUNCTION"),
        ({}, "functions", "missing: STRLEN"),
        (
            {"functions": (listed("STRLEN", "String", "String"),)},
            "functions",
            "STRLEN takes 2 arguments, not 1 argument",
        ),
        ({"words": frozenset({"SELECT", "UNION"})}, "keywords", "new: UNION"),
        ({"fields": {"cloudregion": "String"}}, "fields of events", "new: cloudregion"),
        ({"fields": {"magnitude": "String"}}, "fields of events", "magnitude is of the type string, not number"),
        ({}, "fields of flows", "missing: the whole database"),
        ({"types": {4001: "Acme Door"}}, "log source types", "new: Acme Door (4001)"),
        ({}, "log source types", "missing: Linux OS (11)"),
        ({}, "log source types", "445 is called Microsoft Entra ID, not Microsoft Azure Active Directory"),
        (
            {"types": {382: "Okta Two"}},
            "log source types",
            "382 is called Okta Two, not Okta, a name that dac does not know",
        ),
    ],
)
def test_each_difference_to_the_shipped_lists_has_a_sentence(
    lists: dict[str, object], title: str, sentence: str
) -> None:
    assert sentence in differences(SHIPPED, console(**lists))[title]  # type: ignore[arg-type]  # as above


def test_custom_properties_differ_between_two_looks_and_never_from_what_is_shipped() -> None:
    before, after = console(), console(properties={"Badge": "STRING"})
    assert differences(before, after) == {"custom properties": ("new: Badge",)}
    assert "custom properties" not in differences(SHIPPED, after)
    assert differences(after, after) == {}


def test_a_list_that_nobody_had_saved_is_counted_and_after_that_its_differences_are_named() -> None:
    badge = OffenseIndex(70, "Badge", custom=True)
    older, before = console(), console(categories={1: "Old", 2: "Gone"}, offense_types=())
    after = console(categories={1: "New", 3: "Came"}, offense_types=(badge,))
    first = {"low level categories": ("read for the first time: 2",), "offense types": ("read for the first time: 1",)}
    assert differences(older, after) == first
    assert differences(before, after) == {
        "low level categories": ("new: Came (3)", "missing: Gone (2)", "1 is called New, not Old"),
        "offense types": ("new: Badge (70)",),
    }
    assert differences(after, older) == {}
    assert not first.keys() & differences(SHIPPED, after).keys()


# --- the linter with a console's lists


def test_a_database_whose_fields_are_not_listed_may_have_any() -> None:
    own = replace(console(), columns={"events": {"username": "String"}, "simevents": {}})
    assert differences(console(), own)["fields of simevents"] == ("new: the database; its fields are not listed",)
    context = Context(vocabulary=own, properties={})
    found = {one.code for one in lint("SELECT anything FROM simevents LIMIT 1 LAST 1 HOURS", context).findings}
    assert "AQL008" not in found
    assert "AQL008" in {one.code for one in lint(SELECT.format("anything"), context).findings}


def test_a_field_of_a_newer_console_is_no_custom_property() -> None:
    query = parse("SELECT cloudregion, Badge FROM events LAST 1 HOURS")
    assert set(references(query, vocabulary=console(fields={"cloudregion": "String"})).properties) == {"Badge"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (SELECT.format("STRLEN(username)"), ("AQL005", "console prod has no function STRLEN")),
        (SELECT.format("TWO(username)"), ("AQL006", "TWO takes 2 arguments on console prod, not 1")),
        (WHERE.format("devicetype = 11"), ("AQL043", "console prod has no log source type 11")),
        (
            WHERE.format("LOGSOURCETYPENAME(devicetype) LIKE '%Azure Active%'"),
            (
                "AQL042",
                (
                    "'%Azure Active%' means Microsoft Azure Active Directory, and finds none of it on console prod, "
                    "which calls it Microsoft Entra ID"
                ),
            ),
        ),
        (
            WHERE.format("LOGSOURCETYPENAME(devicetype) LIKE '%Linux%'"),
            ("AQL042", "console prod has no log source type with a name like '%Linux%'"),
        ),
        (
            WHERE.format("LOGSOURCETYPENAME(devicetype) = 'Microsoft Azure Active Directory'"),
            ("AQL042", "console prod calls Microsoft Azure Active Directory Microsoft Entra ID"),
        ),
        (
            WHERE.format("LOGSOURCETYPENAME(devicetype) = 'Linux OS'"),
            ("AQL042", "console prod has no log source type Linux OS"),
        ),
    ],
)
def test_what_the_console_lacks_is_found_and_named(text: str, found: tuple[str, str]) -> None:
    lists = {"functions": (listed("TWO", "String", "String"), listed("LOGSOURCETYPENAME", "Integer"))}
    assert found in said(text, **lists)


@pytest.mark.parametrize(
    "text",
    [
        SELECT.format("NEWFUNCTION(username)"),
        SELECT.format("COUNT(username)"),
        SELECT.format("APP::DECODE(username)"),
        WHERE.format("devicetype = 445"),
        SELECT.format("cloudregion"),
    ],
)
def test_what_the_console_has_is_right_there(text: str) -> None:
    assert said(text, functions=("NEWFUNCTION",), fields={"cloudregion": "String"}) == []


def test_the_name_that_the_console_uses_is_no_name_that_differs() -> None:
    text = WHERE.format("LOGSOURCETYPENAME(devicetype) = 'Microsoft Entra ID'")
    assert [code for code, _ in said(text, functions=(listed("LOGSOURCETYPENAME", "Integer"),))] == ["AQL040"]


def test_a_property_that_neither_the_console_has_nor_anybody_declares_is_an_error() -> None:
    context = Context(target=Target.QUERY, vocabulary=console(), properties={"Badge": frozenset()})
    found = lint('SELECT "badge", "Bagde" FROM events LIMIT 1 LAST 1 HOURS', context).findings
    (finding,) = found
    assert (finding.code, finding.column) == ("AQL008", 17)
    assert finding.message == 'console prod has no field or custom property "Bagde", and nothing declares one'
    assert finding.hint == 'did you mean "Badge"?'
