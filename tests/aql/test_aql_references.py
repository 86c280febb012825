"""What a query needs from a console."""

from __future__ import annotations

from aql_queries import T1078_004, T1585_003

from dac.aql.parsing import parse, parse_condition
from dac.aql.references import references


def test_the_published_t1078_004_query_needs_six_properties_and_one_is_not_in_its_description() -> None:
    found = references(parse(T1078_004))
    assert dict(found.properties) == {
        "Application": (6, 3),
        "CountryOrRegion": (7, 3),
        "ClientAppUsed": (8, 3),
        "RiskLevelDuringSignIn": (9, 3),
        "AuthenticationRequirement": (10, 3),
        "ConditionalAccessStatus": (11, 3),
    }
    assert found.functions == {"DATEFORMAT", "LOGSOURCENAME", "LOWER", "LOGSOURCETYPEID", "NOW"}
    assert found.database == "events"
    assert found.reference_sets == frozenset()


def test_the_published_t1585_003_query_needs_four_properties_and_no_log_source_type_by_name() -> None:
    found = references(parse(T1585_003))
    assert list(found.properties) == ["AppName", "AppDisplayName", "UserType", "RiskLevelDuringSignIn"]
    assert found.log_source_type_names == frozenset()


def test_every_kind_of_reference_is_found() -> None:
    found = references(
        parse(
            "SELECT REFERENCETABLE('Users', 'Dept', username) FROM events WHERE "
            "REFERENCESETCONTAINS('DaC: VPN', sourceip) AND referencemap('Owners', sourceip) = 'x' "
            "AND REFERENCEMAPSETCONTAINS('Hosts', username, sourceip) "
            "AND (LOGSOURCETYPENAME(devicetype) = 'Okta' OR 'Linux OS' = LogSourceTypeName(devicetype)) "
            "AND LOGSOURCETYPENAME(devicetype) NOT IN ('A', 'B') AND devicetype IN (445, '397') AND devicetype != 12 "
            "AND qid = 5 AND qid IN (6, 7) AND RULENAME(creeventlist) = 'My rule' LAST 1 HOURS"
        )
    )
    assert found.reference_sets == {"DaC: VPN"}
    assert found.reference_maps == {"Owners", "Hosts"}
    assert found.reference_tables == {"Users"}
    assert found.log_source_type_names == {"Okta", "Linux OS", "A", "B"}
    assert found.log_source_type_ids == {445, 397, 12}
    assert found.qids == {5, 6, 7}
    assert found.rule_names == {"My rule"}
    assert not found.properties
    assert found.positions["reference_sets", "DaC: VPN"] == (1, 68)


def test_a_saved_search_is_a_reference() -> None:
    found = references(parse("SELECT x FROM GLOBALVIEW('Top talkers', 'HOURLY') LAST 1 DAYS"))
    assert found.saved_searches == {"Top talkers"}


def test_names_compared_with_like_are_no_references() -> None:
    found = references(parse_condition("LOGSOURCETYPENAME(devicetype) LIKE '%Azure%'"))
    assert found.log_source_type_names == frozenset()


def test_a_property_is_spelled_as_where_it_first_stands_and_counted_once() -> None:
    found = references(parse_condition('"EventID" = 1 OR eventid = 2 OR EVENTID = 3'))
    assert dict(found.properties) == {"EventID": (1, 1)}


def test_aliases_are_no_properties_but_a_field_under_its_own_name_is() -> None:
    found = references(
        parse(
            'SELECT LOWER("AppName") AS "AppName", COUNT(*) AS n FROM events '
            'WHERE "AppName" = \'x\' GROUP BY "AppName" HAVING n > 5 ORDER BY n'
        )
    )
    assert list(found.properties) == ["AppName"]


def test_aliases_of_a_bare_condition_can_be_given() -> None:
    found = references(parse_condition("app = 'x' AND Owner = 'y'"), aliases=["App"])
    assert list(found.properties) == ["Owner"]


def test_fields_are_those_of_the_database() -> None:
    assert list(references(parse("SELECT sourcebytes FROM events")).properties) == ["sourcebytes"]
    found = references(parse("SELECT sourcebytes, username FROM FLOWS"))
    assert list(found.properties) == ["username"]
    assert found.database == "flows"
    assert list(references(parse_condition("sourcebytes > 5"), database="flows").properties) == []


def test_a_subquery_has_aliases_and_a_database_of_its_own() -> None:
    found = references(
        parse(
            "SELECT who FROM events WHERE username IN (SELECT Owner AS who FROM flows WHERE sourcebytes > 5 "
            "AND who = 'x')"
        )
    )
    assert dict(found.properties) == {"who": (1, 8), "Owner": (1, 50)}


def test_a_query_over_a_query_reads_its_columns() -> None:
    found = references(parse("SELECT who, Extra FROM (SELECT Owner AS who FROM flows) WHERE who = 'x'"))
    assert sorted(found.properties) == ["Extra", "Owner"]
    assert found.database == "flows"


def test_the_session_id_is_no_property() -> None:
    assert not references(parse("SELECT sessionId FROM events SESSION BY starttime username")).properties
