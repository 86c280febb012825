"""What is left of a search when it becomes the filter of a rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aql_queries import T1078_004, T1585_003

from dac.aql.parsing import parse, parse_condition
from dac.aql.rule_filter import ExceptionClause, RuleFilter, rule_filter
from dac.errors import AqlError

if TYPE_CHECKING:
    from dac.aql.nodes import Expression

QUERIES = Path(__file__).parent / "queries"
SELECTED = "SELECT {} FROM events WHERE {}"
IDS = {"Microsoft Azure Active Directory": 445, "Microsoft Office 365": 397, "Okta": 382}


def _filter(text: str, *exceptions: ExceptionClause) -> RuleFilter:
    source = parse(text) if text.upper().startswith("SELECT") else parse_condition(text)
    return rule_filter(source, exceptions=exceptions, log_source_type_id=IDS.get)


def _refused(text: str, *exceptions: ExceptionClause) -> AqlError:
    with pytest.raises(AqlError) as caught:
        _filter(text, *exceptions)
    return caught.value


def _when(text: str) -> Expression:
    return parse_condition(text)


def test_the_corrected_t1078_004_query_with_its_allowlist() -> None:
    found = _filter(
        (QUERIES / "t1078_004_corrected.aql").read_text("utf-8"),
        ExceptionClause("SourceIP", "DaC: SOC VPN egress", _when("Country IN ('KP', 'IR', 'RU', 'CN', 'BY')")),
        ExceptionClause("username", "DaC: alerting service accounts", _when("Client LIKE '%smtp%'"), ignore_case=True),
    )
    assert found.lines == (
        "devicetype = 445",
        "AND (",
        "  \"CountryOrRegion\" IN ('KP', 'IR', 'RU', 'CN', 'BY')",
        "  OR LOWER(\"ClientAppUsed\") MATCHES '.*(imap|pop|smtp|activesync|other clients).*'",
        "  OR \"RiskLevelDuringSignIn\" IN ('high', 'medium')",
        "  OR (",
        "    \"AuthenticationRequirement\" = 'singleFactorAuthentication'",
        "    AND \"ConditionalAccessStatus\" = 'notApplied'",
        "  )",
        ")",
        "AND DATEFORMAT(starttime, 'HH') >= '06'",
        "AND (",
        "  sourceip IS NULL",
        '  OR "CountryOrRegion" IS NULL',
        "  OR NOT (",
        "    \"CountryOrRegion\" IN ('KP', 'IR', 'RU', 'CN', 'BY')",
        "    AND REFERENCESETCONTAINS('DaC: SOC VPN egress', sourceip)",
        "  )",
        ")",
        "AND (",
        "  username IS NULL",
        '  OR "ClientAppUsed" IS NULL',
        "  OR NOT (",
        "    LOWER(\"ClientAppUsed\") LIKE '%smtp%'",
        "    AND REFERENCESETCONTAINS('DaC: alerting service accounts', LOWER(username))",
        "  )",
        ")",
    )
    assert found.one_line == " ".join(line.strip() for line in found.lines)
    assert found.dropped == (
        "ORDER BY starttime DESC",
        "LIMIT 1000",
        "LAST 24 HOURS",
        "starttime > NOW() - 24 * 3600000",
    )
    assert set(found.references.properties) == {
        "CountryOrRegion",
        "ClientAppUsed",
        "RiskLevelDuringSignIn",
        "AuthenticationRequirement",
        "ConditionalAccessStatus",
    }
    assert found.references.reference_sets == {"DaC: SOC VPN egress", "DaC: alerting service accounts"}
    assert found.references.log_source_type_ids == {445}
    assert found.references.log_source_type_names == frozenset()
    assert found.references.functions == {"DATEFORMAT", "LOWER", "REFERENCESETCONTAINS"}


def test_the_corrected_t1585_003_query() -> None:
    found = _filter((QUERIES / "t1585_003_corrected.aql").read_text("utf-8"))
    assert found.lines == (
        "(",
        "  devicetype = 397",
        "  AND \"Operation\" IN ('MessageSent', 'ChatCreated')",
        "  AND LOWER(username) MATCHES '.*(?:helpdesk|itsupport|servicedesk).*'",
        ")",
        "OR (",
        "  devicetype IN (397, 445)",
        "  AND \"Operation\" ILIKE 'Consent to application%'",
        "  AND \"AppName\" IMATCHES '.*(dropbox|mega|pcloud|sync\\.com|mediafire|box).*'",
        ")",
        "OR (",
        "  devicetype = 445",
        "  AND QIDNAME(qid) LIKE '%Sign-in%'",
        "  AND LOWER(\"UserType\") = 'guest'",
        "  AND \"RiskLevelDuringSignIn\" IN ('high', 'medium')",
        ")",
    )
    assert found.dropped == ("LAST 24 HOURS",)


def test_the_published_queries_lose_their_windows_and_keep_their_conditions() -> None:
    assert _filter(T1078_004).dropped == ("ORDER BY starttime DESC", "starttime > NOW() - 86400000")
    assert _filter(T1078_004).lines[0] == "LOGSOURCETYPEID(devicetype) = 452"
    assert "LOGSOURCETYPENAME(devicetype) LIKE '%Azure%'" in _filter(T1585_003).one_line
    assert _filter(T1585_003).dropped == ("LAST 7 DAYS",)


@pytest.mark.parametrize(
    ("text", "one_line"),
    [
        ("username = 'a'", "username = 'a'"),
        ("UserName == 'a' AND eventid <> 5", "username = 'a' AND \"eventid\" != 5"),
        ("lower(a) = 'x'", "LOWER(\"a\") = 'x'"),
        ("SELECT LOWER(username) AS u FROM events WHERE u = 'x'", "LOWER(username) = 'x'"),
        ("SELECT LOWER(a) AS u, UPPER(u) AS v FROM events WHERE v = 'x'", "UPPER(LOWER(\"a\")) = 'x'"),
        ("SELECT LOWER(AppName) AS AppName FROM events WHERE AppName = 'x'", "LOWER(\"AppName\") = 'x'"),
        ("SELECT eventcount + 1 AS n FROM events WHERE n * 2 > 4", "(eventcount + 1) * 2 > 4"),
        ("SELECT sourceip AS sourceip FROM events WHERE sourceip = '1.2.3.4'", "sourceip = '1.2.3.4'"),
        ("SELECT sourcebytes FROM flows WHERE SourceBytes > 5", "sourcebytes > 5"),
        ("SELECT sourcebytes FROM events WHERE SourceBytes > 5", '"SourceBytes" > 5'),
        ("a = 1 OR b = 2 AND c = 3", '"a" = 1 OR ("b" = 2 AND "c" = 3)'),
        ("a = 1 -- comment", '"a" = 1'),
        ("DATEFORMAT(starttime, 'HH') < '06'", "DATEFORMAT(starttime, 'HH') < '06'"),
        ("starttime > 1751360400000", "starttime > 1751360400000"),
        ("starttime > PARSEDATETIME('2026-07-01 09:00')", "starttime > PARSEDATETIME('2026-07-01 09:00')"),
        ("LOGSOURCETYPENAME(devicetype) = 'Okta'", "devicetype = 382"),
        ("'Okta' != LOGSOURCETYPENAME(DeviceType)", "devicetype != 382"),
        ("LOGSOURCETYPENAME(devicetype) NOT IN ('Okta')", "devicetype NOT IN (382)"),
        ("LOGSOURCETYPENAME(devicetype) LIKE '%Okta%'", "LOGSOURCETYPENAME(devicetype) LIKE '%Okta%'"),
        ("LOGSOURCETYPENAME(category) = 'x'", "LOGSOURCETYPENAME(category) = 'x'"),
        ("SELECT COUNTRY AS c, UTF8(payload) AS p FROM events WHERE c = 'x' LIMIT 5", "\"COUNTRY\" = 'x'"),
    ],
)
def test_a_condition_in_the_spelling_of_a_rule(text: str, one_line: str) -> None:
    assert _filter(text).one_line == one_line


@pytest.mark.parametrize(
    "window",
    [
        "starttime > NOW() - 86400000",
        "starttime >= now() - 24 * 60 * 60 * 1000",
        "NOW() - 86400000 < starttime",
        "devicetime > NOW() - 3600000",
        "endtime > (NOW() - 3600000)",
        "starttime BETWEEN NOW() - 3600000 AND NOW()",
        "starttime > PARSEDATETIME('1 hour ago')",
        "starttime <= NOW()",
        "starttime < PARSEDATETIME('now')",
    ],
)
def test_a_window_is_dropped_and_named(window: str) -> None:
    found = _filter(f"username = 'a' AND {window} AND qid = 5")
    assert found.one_line == "username = 'a' AND qid = 5"
    assert len(found.dropped) == 1


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("username = 'a' OR starttime > NOW() - 86400000", 31),
        ("username = 'a' AND starttime < NOW() - 86400000", 32),
        ("username = 'a' AND starttime > NOW() + 5", 32),
        ("username = 'a' AND NOT (starttime < NOW() - 5)", 37),
        ("username = 'a' AND NOW() - starttime < 5", 20),
        ("username = 'a' AND starttime BETWEEN NOW() - 10 AND NOW() - 5", 38),
        ("username = 'a' AND starttime NOT BETWEEN NOW() - 10 AND NOW()", 42),
        ("username = 'a' AND eventcount > NOW() - 5", 33),
        ("username = 'a' AND starttime > NOW() - eventcount", 32),
        ("username = 'a' AND starttime = PARSEDATETIME('1 hour ago')", 32),
    ],
)
def test_any_other_time_relative_to_now_is_refused(text: str, column: int) -> None:
    error = _refused(text)
    assert (error.code, error.line, error.column) == ("AQL071", 1, column)
    assert "DATEFORMAT(starttime, 'HH')" in error.hint


@pytest.mark.parametrize(
    ("text", "line", "column", "hint"),
    [
        ("SELECT username, COUNT(*) FROM events WHERE qid = 5", 1, 18, "count in a saved search"),
        ("SELECT username FROM events WHERE qid = 5\nGROUP BY username", 2, 10, "count in a saved search"),
        ("SELECT a FROM events WHERE qid = 5 HAVING SUM(eventcount) > 5", 1, 43, "count in a saved search"),
        ("COUNT(*) > 5", 1, 1, "count in a saved search"),
        ("qid = 5 AND LAST(username) = 'x'", 1, 13, "count in a saved search"),
        ("SELECT a FROM (SELECT b FROM events) WHERE a = 5", 1, 16, "one query"),
        ("SELECT a FROM GLOBALVIEW('x', 'DAILY') WHERE a = 5", 1, 15, "events or flows"),
        ("SELECT a FROM events INTO t1 WHERE a = 5", 1, 1, "leave INTO out"),
        ("SELECT a FROM events WHERE a = 5 SESSION BY starttime a", 1, 34, "count in a saved search"),
        ("SELECT a FROM events WHERE a = 5 TIMES OFFENSE_TIME(4)", 1, 34, "LAST"),
        ("sourceip IN (SELECT sourceip FROM flows)", 1, 14, "reference set"),
        ("TEXT SEARCH 'x' AND qid = 5", 1, 1, "UTF8(payload) ILIKE"),
        ("qid = 5 AND INOFFENSE(3)", 1, 13, "building block"),
        ("hasoffense = TRUE", 1, 1, "building block"),
        ("qid = 5 AND CreEventList = 5", 1, 13, "building block"),
        ("NOT (qid = 5 AND isLogOnly = FALSE)", 1, 18, "building block"),
        ("qid = 5 AND ARIELSERVERS4EPID(8) = 'x'", 1, 13, "leave it out"),
        ("SELECT a FROM events LAST 24 HOURS", 1, 1, "add a WHERE"),
        ("SELECT a FROM events WHERE starttime > NOW() - 5", 1, 1, "add a WHERE"),
        ("SELECT b AS a, a AS b FROM events WHERE a = 1", 1, 16, "another name"),
        ("SELECT LOWER(b) AS a, a + 1 AS c, c + 1 AS b FROM events WHERE a = 1", 1, 23, "another name"),
        ("SELECT LOWER(username) AS username FROM events WHERE username = 'x'", 1, 54, "another name"),
    ],
)
def test_what_a_rule_cannot_say_is_refused_with_the_way_out(text: str, line: int, column: int, hint: str) -> None:
    error = _refused(text)
    assert (error.code, error.line, error.column) == ("AQL071", line, column)
    assert hint in error.hint


def test_what_only_the_columns_of_a_search_use_does_not_bar_a_rule() -> None:
    found = _filter("SELECT hasoffense, NOW() AS t, RULENAME(creeventlist) FROM events WHERE qid = 5 LAST 1 DAYS")
    assert found.one_line == "qid = 5"


def test_an_error_in_an_alias_points_at_the_column() -> None:
    error = _refused("SELECT INOFFENSE(5) AS x FROM events WHERE x = TRUE")
    assert (error.code, error.column) == ("AQL071", 8)


def test_aliases_that_double_at_every_step_end_in_an_error() -> None:
    columns = ["a AS x0"] + [f"x{n} + x{n} AS x{n + 1}" for n in range(60)]
    error = _refused(SELECTED.format(", ".join(columns), "x60 = 1"))
    assert error.code == "AQL071"


def test_aliases_that_nest_too_deep_end_in_an_error() -> None:
    columns = ["a AS x0"] + [f"LOWER(x{n}) AS x{n + 1}" for n in range(300)]
    assert _refused(SELECTED.format(", ".join(columns), "x300 = 'x'")).code == "AQL071"


def test_a_long_list_is_no_tower_of_aliases() -> None:
    many = ", ".join(map(str, range(10_000)))
    assert _filter(SELECTED.format("qid AS q", f"q IN ({many})")).one_line == f"qid IN ({many})"


def test_an_unknown_log_source_type_is_named_with_its_place() -> None:
    error = _refused("qid = 5 AND LOGSOURCETYPENAME(devicetype) IN ('Okta', 'Acme')")
    assert (error.code, error.line, error.column) == ("AQL042", 1, 55)
    assert "'Acme'" in error.summary


def test_without_a_way_to_look_them_up_names_stay() -> None:
    found = rule_filter(parse_condition("LOGSOURCETYPENAME(devicetype) = 'Acme'"))
    assert found.one_line == "LOGSOURCETYPENAME(devicetype) = 'Acme'"
    assert found.references.log_source_type_names == {"Acme"}


@pytest.mark.parametrize(
    ("clause", "term"),
    [
        (
            ExceptionClause("sourceip", "VPN", None, ignore_case=False),
            "(sourceip IS NULL OR NOT REFERENCESETCONTAINS('VPN', sourceip))",
        ),
        (
            ExceptionClause("AppName", "It's ours", None, ignore_case=True),
            "(\"AppName\" IS NULL OR NOT REFERENCESETCONTAINS('It''s ours', LOWER(\"AppName\")))",
        ),
        (
            ExceptionClause("username", "S", _when("a = 1 OR b = 2"), ignore_case=False),
            (
                '( username IS NULL OR "a" IS NULL OR "b" IS NULL OR NOT ( ("a" = 1 OR "b" = 2) '
                "AND REFERENCESETCONTAINS('S', username) ) )"
            ),
        ),
        (
            ExceptionClause("username", "S", _when("LOGSOURCETYPENAME(devicetype) = 'Okta'"), ignore_case=False),
            "( username IS NULL OR NOT (devicetype = 382 AND REFERENCESETCONTAINS('S', username)) )",
        ),
    ],
)
def test_an_exception_never_hides_an_event_without_the_field(clause: ExceptionClause, term: str) -> None:
    found = _filter("qid = 5", clause)
    assert found.one_line == f"qid = 5 AND {term}"
    assert parse_condition(found.one_line) == parse_condition(f"qid = 5 AND {term}")


def test_an_exception_never_hides_an_event_that_lacks_what_its_when_reads() -> None:
    when = _when("country IN ('KP') AND agent IS NOT NULL AND qid = 7 AND sourceport > 1024")
    found = _filter("qid = 5", ExceptionClause("sourceip", "VPN", when))
    assert found.lines == (
        "qid = 5",
        "AND (",
        "  sourceip IS NULL",
        '  OR "country" IS NULL',
        "  OR NOT (",
        """    "country" IN ('KP')""",
        '    AND "agent" IS NOT NULL',
        "    AND qid = 7",
        "    AND sourceport > 1024",
        "    AND REFERENCESETCONTAINS('VPN', sourceip)",
        "  )",
        ")",
    )


def test_an_exception_to_an_or_applies_to_all_of_it() -> None:
    found = _filter("qid = 5 OR qid = 6", ExceptionClause("username", "S"))
    assert found.lines == (
        "(qid = 5 OR qid = 6)",
        "AND (username IS NULL OR NOT REFERENCESETCONTAINS('S', username))",
    )


def test_an_error_in_a_when_says_so() -> None:
    error = _refused("qid = 5", ExceptionClause("username", "S"), ExceptionClause("username", "S", _when("NOW() > 5")))
    assert error.detail == "in the `when` of exception 2"
    assert error.code == "AQL071"


@pytest.mark.parametrize("clause", [ExceptionClause('a"b', "S"), ExceptionClause("a", "S\\"), ExceptionClause("", "S")])
def test_a_name_that_aql_cannot_write_is_refused(clause: ExceptionClause) -> None:
    assert _refused("qid = 5", clause).code == "AQL071"
