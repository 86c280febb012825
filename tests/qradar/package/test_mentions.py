"""What a rule names, from its XML: whoever deletes a thing asks every rule of the console for it."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import quote

import pytest

from dac.qradar.aql_names import condition_reads, query_reads
from dac.qradar.package.mentions import mentions
from dac.qradar.package.rule_xml import decode

TESTS = "com.q1labs.semsources.cre.tests."
NOTHING = {"rules": set(), "properties": set(), "set_ids": set(), "offense_types": set(), "filters": []}


def parameter(number: int, value: str, method: str = "") -> str:
    offered = f'<userOptions method="{method}"/>' if method else ""
    return f'<parameter id="{number}">{offered}<userSelection>{value}</userSelection></parameter>'


def rule(tests: str = "", rest: str = "") -> bytes:
    return f"<rule><name>R</name><testDefinitions>{tests}</testDefinitions>{rest}</rule>".encode()


def a_test(name: str, *parameters: str) -> str:
    return f'<test name="{TESTS}{name}" id="1" uid="0">{"".join(parameters)}</test>'


RULES = "com.q1labs.core.ui.ruleWizard.getEventRules"
SETS = "com.q1labs.core.ui.ruleWizard.getReferenceSets"
FIELDS = "com.q1labs.core.ui.ruleWizard.getEventDatabaseFields"
FILTER = "REFERENCESETCONTAINS('DaC: VPN', sourceip)"


@pytest.mark.parametrize(
    ("xml", "named"),
    [
        (rule(), {}),
        (rule(a_test("Unheard_Of", parameter(1, "SYSTEM-1, 0c61-e3", RULES))), {"rules": {"SYSTEM-1", "0c61-e3"}}),
        (rule(a_test("Unheard_Of", parameter(1, "41, 7", SETS))), {"set_ids": {"41", "7"}}),
        (rule(a_test("Unheard_Of", parameter(1, "Logon Type", FIELDS))), {"properties": {"Logon Type"}}),
        (rule(a_test("Unheard_Of", parameter(1, "Country\ue000=\ue000KP"))), {"properties": {"Country"}}),
        (rule(a_test("AQL_Test", parameter(1, quote(FILTER, safe="")))), {"filters": [FILTER]}),
        (rule(a_test("Unheard_Of", parameter(1, "41"))), {}),
        (rule(rest='<actions offenseMapping="104"/>'), {"offense_types": {"104"}}),
        (rule(rest='<responses><newevent offenseMapping="-1"/></responses>'), {}),
        (rule(rest='<responses referenceSet="true"><referenceDataResponse id="9"/></responses>'), {"set_ids": {"9"}}),
        (rule(rest='<responses referenceMap="true"><referenceDataResponse id="9"/></responses>'), {}),
    ],
)
def test_a_rule_names_what_its_tests_actions_and_responses_select(xml: bytes, named: dict[str, object]) -> None:
    assert asdict(mentions(decode(xml))) == NOTHING | named


@pytest.mark.parametrize(
    ("text", "kind", "name", "reads"),
    [
        (FILTER, "reference_set", "DaC: VPN", True),
        (FILTER, "reference_set", "DaC: VP", False),
        (FILTER, "custom_property", "sourceip", False),
        ("\"country\" = 'KP'", "custom_property", "Country", True),
        ("country = 'KP'", "custom_property", "Country", True),
        ("CONCAT(\"Country\", 'x')", "custom_property", "Country", True),
        ("username = 'Country'", "custom_property", "Country", False),
        ('this is "Country" and no AQL (', "custom_property", "Country", True),
        ("this is Country and no AQL (", "custom_property", "Country", False),
    ],
)
def test_aql_that_others_wrote_is_read_and_where_it_cannot_be_the_quoted_name_counts(
    text: str, kind: str, name: str, *, reads: bool
) -> None:
    assert condition_reads(text, kind, name) is reads


def test_a_saved_search_reads_what_it_shows_groups_and_filters_by() -> None:
    text = 'SELECT "City", COUNT(*) FROM events WHERE "Country" = \'KP\' GROUP BY "City" LAST 1 HOURS'
    assert [query_reads(text, "custom_property", name) for name in ("City", "country", "Region")] == [True, True, False]
