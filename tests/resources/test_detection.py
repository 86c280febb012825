from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from kind_forms import BLOCK_UUIDS, NAMES, VENDOR_UUIDS, compiled

from dac.errors import AqlError
from dac.model.diagnostic import Severity
from dac.model.resource import Reference
from dac.resources.detection import KIND
from dac.resources.names import OffenseType
from dac.resources.shipped_names import shipped_names
from dac.resources.validation import validate

if TYPE_CHECKING:
    from dac.model.deployed import Deployed

B0, B1, B2 = BLOCK_UUIDS.values()
ENTRA, AZURE = "Microsoft Entra ID", "Microsoft Azure Active Directory"
MINIMAL = {"name": "x", "severity": "high", "filter": "qid = 1", "response": {"log": True}}

RISKY = {
    "name": "Cloud Accounts: risky Entra ID sign-in",
    "type": "common",
    "scope": "global",
    "enabled": False,
    "status": "stable",
    "severity": "high",
    "confidence": 4,
    "relevance": "critical",
    "mitre": ["T1078.004", "T1110"],
    "notes": "Sign-in from a flagged\ncountry.\n\nSee the playbook.",
    "log_source_types": ["Microsoft Office 365", ENTRA],
    "building_blocks": {
        "any": ["building_block.b1", "cloud/building_block.b0"],
        "all": ["BB:HostDefinition: Servers"],
        "none": [B2],
    },
    "groups": ["Cloud", "Accounts", "Cloud"],
    "owner": "soc",
    "aql": """SELECT username AS who, "CountryOrRegion", COUNTRY AS c
        FROM events
        WHERE "countryorregion" IN ('KP', 'IR') AND who ILIKE '%x%' AND starttime > NOW() - 3600000
        ORDER BY who LAST 24 HOURS""".replace("COUNTRY", "destinationip"),
    "exception": [
        {"field": "sourceip", "not_in": "reference_set.vpn", "when": "who != 'root'", "reason": "VPN"},
        {"field": "username", "not_in": "cloud/reference_set.robots", "whole_detection": True},
    ],
    "false_positive": [
        {"text": "SOC abroad", "handled_by": "reference_set.vpn"},
        {"text": "robots", "accepted": "rare"},
        {"text": "tests"},
    ],
    "offense": {
        "index": "USERNAME",
        "annotation": "Look at the country",
        "event": {"category": "user login failure", "naming": "override"},
    },
    "response": {"email": ["soc@example.com", "a@example.com", "soc@example.com"], "log": True, "notify": True},
    "limiter": {"count": 2, "within": "24h", "by": "SourceIP"},
    "annotation": "Flagged country",
    "case": [{"name": "x", "events": ["events/x.json"], "expect": "match"}],
}


def findings(table: dict[str, Any], **given: Any) -> list[tuple[str, tuple[str | int, ...]]]:
    """Of validation, or else of compiling."""
    declared, found = validate(KIND, table)
    return [(item.code, item.path) for item in (compiled(KIND, table, **given).findings if declared else found)]


def test_every_declared_field_of_a_detection_is_deployed() -> None:
    found = compiled(KIND, RISKY)
    assert found.findings == ()
    assert found.deployed == {
        "name": "Cloud Accounts: risky Entra ID sign-in",
        "type": "COMMON",
        "scope": "GLOBAL",
        "enabled": False,
        "severity": 8,
        "credibility": 4,
        "relevance": 10,
        "notes": "Sign-in from a flagged\ncountry.\n\nSee the playbook.\n\nMITRE ATT&CK: T1078.004, T1110\n"
        "False positive: SOC abroad (handled by: reference_set.vpn)\n"
        "False positive: robots (accepted: rare)\nFalse positive: tests",
        "log_source_types": [AZURE, "Microsoft Office 365"],
        "building_blocks": {"any": [B0, B1], "all": [VENDOR_UUIDS[0]], "none": [B2]},
        "filter": "\"countryorregion\" IN ('KP', 'IR')\n"
        "AND username ILIKE '%x%'\n"
        "AND (\n"
        "  sourceip IS NULL\n"
        "  OR username IS NULL\n"
        "  OR NOT (username != 'root' AND REFERENCESETCONTAINS('DaC: VPN', sourceip))\n"
        ")\n"
        "AND (username IS NULL OR NOT REFERENCESETCONTAINS('DaC: robots', LOWER(username)))",
        "groups": ["Accounts", "Cloud"],
        "owner": "soc",
        "offense": {"index": "username", "annotation": "Look at the country"},
        "event": {
            "name": "Cloud Accounts: risky Entra ID sign-in",
            "category": "User Login Failure",
            "description": "Sign-in from a flagged country.",
            "naming": "override",
        },
        "email": ["a@example.com", "soc@example.com"],
        "log": True,
        "notify": True,
        "limiter": {"count": 2, "within": "24h", "by": "sourceip"},
        "annotation": "Flagged country",
    }


def test_it_names_all_it_reads_by_the_names_the_console_has() -> None:
    assert compiled(KIND, RISKY).references == (
        Reference("building_block", B0),
        Reference("building_block", B1),
        Reference("building_block", B2),
        Reference("building_block", VENDOR_UUIDS[0]),
        Reference("custom_property", "CountryOrRegion"),
        Reference("reference_set", "DaC: VPN"),
        Reference("reference_set", "DaC: robots"),
    )


def test_defaults_are_left_out() -> None:
    assert compiled(KIND, MINIMAL).deployed == {
        "name": "x",
        "type": "EVENT",
        "enabled": True,
        "severity": 8,
        "credibility": 5,
        "relevance": 5,
        "filter": "qid = 1",
        "log": True,
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [("case", RISKY["case"]), ("status", "test"), ("aql", "SELECT * FROM events WHERE qid = 1 LAST 7 DAYS")],
)
def test_what_lives_in_git_alone_changes_nothing_on_the_console(key: str, value: object) -> None:
    table = {name: given for name, given in MINIMAL.items() if key != "aql" or name != "filter"}
    assert compiled(KIND, table | {key: value}).deployed == compiled(KIND, MINIMAL).deployed


@pytest.mark.parametrize(
    ("status", "min_status", "enabled"),
    [
        ("experimental", "experimental", True),
        ("test", "stable", False),
        ("stable", "stable", True),
        ("deprecated", "experimental", False),
    ],
)
def test_a_status_too_early_for_the_console_or_past_its_time_is_off(
    status: str, min_status: str, *, enabled: bool
) -> None:
    found = compiled(KIND, MINIMAL | {"status": status}, min_status=min_status)
    assert found.deployed["enabled"] is enabled


@pytest.mark.parametrize(
    ("event", "deployed"),
    [
        (False, None),
        (True, {"name": "x", "category": "Suspicious Activity", "description": "Why."}),
        ({"description": ""}, {"name": "x", "category": "Suspicious Activity"}),
        ({"name": "y", "naming": "none"}, {"name": "y", "naming": "none"}),
        ({"description": "What"}, {"description": "What", "name": "x"}),
    ],
)
def test_the_event_that_names_the_offense(event: object, deployed: Deployed | None) -> None:
    table = MINIMAL | {"notes": " Why. \n\nMore.", "offense": {"index": "username", "event": event}}
    form = compiled(KIND, table).deployed
    defaults = {"category": "Suspicious Activity", "description": "Why."}
    assert form["offense"] == {"index": "username"}
    if deployed is None or event == {"description": ""}:
        assert form.get("event") == deployed
    else:
        assert form["event"] == defaults | deployed


def test_an_event_without_description_comes_back_without_one() -> None:
    table = MINIMAL | {"notes": "Why.", "offense": {"index": "username", "event": {"description": ""}}}
    form = compiled(KIND, table).deployed
    assert compiled(KIND, KIND.lift(form)).deployed == form
    assert KIND.lift(form)["offense"]["event"]["description"] == ""
    assert "description" not in KIND.lift(compiled(KIND, table | {"notes": ""}).deployed)["offense"]["event"]


@pytest.mark.parametrize(
    ("index", "spelled", "reads"),
    [
        ("SourceIP", "sourceip", None),
        ("AppName", "AppName", "AppName"),
        ("countryorregion", "CountryOrRegion", "CountryOrRegion"),  # declared here, no offense type yet
    ],
)
def test_an_offense_is_indexed_by_a_field_or_a_property(index: str, spelled: str, reads: str | None) -> None:
    found = compiled(KIND, MINIMAL | {"offense": {"index": index}})
    assert found.findings == ()
    assert found.deployed["offense"]["index"] == spelled
    assert found.references == ((Reference("custom_property", reads),) if reads else ())


def test_a_declared_property_keeps_its_spelling_once_it_is_an_offense_type() -> None:
    country = OffenseType(1002, "CountryOrRegion (custom)", "CountryOrRegion", custom=True)
    names = replace(NAMES, offense_types=(*NAMES.offense_types, country))
    found = compiled(KIND, MINIMAL | {"offense": {"index": "countryorregion"}}, names=names)
    assert (found.deployed["offense"]["index"], found.findings) == ("CountryOrRegion", ())


EXCEPTION = {"field": "sourceip", "not_in": "reference_set.vpn", "whole_detection": True}
SCOPED = {"field": "sourceip", "not_in": "reference_set.vpn"}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"log_source_types": ["Linux OS", "Linux"]}, [("unknown-log-source-type", ("log_source_types", 1))]),
        ({"building_blocks": {"any": ["BB: nobody's"]}}, [("unknown-rule", ("building_blocks", "any", 0))]),
        ({"offense": {"index": "user"}}, [("unknown-offense-type", ("offense", "index"))]),
        ({"limiter": {"by": "user"}}, [("unknown-offense-type", ("limiter", "by"))]),
        ({"limiter": {"within": "7d"}}, [("invalid-value", ("limiter", "within"))]),
        (
            {"offense": {"index": "username", "event": {"category": "Nothing"}}},
            [("unknown-category", ("offense", "event", "category"))],
        ),
        ({"filter": "qid ="}, [("AQL001", ("filter",))]),
        ({"filter": "LOGSOURCETYPENAME(devicetype) = 'Linux'"}, [("AQL042", ("filter",))]),
        ({"filter": "qid IN (SELECT qid FROM events)"}, [("AQL071", ("filter",))]),
        ({"exception": [EXCEPTION, SCOPED | {"when": "qid ="}]}, [("AQL001", ("exception", 1, "when"))]),
        ({"exception": [EXCEPTION, SCOPED | {"when": "COUNT(qid) > 1"}]}, [("AQL071", ("exception", 1, "when"))]),
        (
            {
                "exception": [
                    SCOPED | {"when": "LOGSOURCETYPENAME(devicetype) = 'x'"},
                    SCOPED | {"when": "COUNT(*) > 1"},
                ]
            },
            [("AQL042", ("exception", 0, "when")), ("AQL071", ("exception", 1, "when"))],
        ),
        ({"filter": "COUNT(qid) > 1", "exception": [SCOPED | {"when": "COUNT(qid) > 1"}]}, [("AQL071", ("filter",))]),
        ({"exception": [SCOPED]}, [("invalid-value", ("exception", 0))]),
        ({"exception": [EXCEPTION | {"when": "qid = 1"}]}, [("invalid-value", ("exception", 0))]),
        ({"false_positive": [{"text": "a\nb"}]}, [("invalid-value", ("false_positive", 0, "text"))]),
        (
            {"false_positive": [{"text": "a", "accepted": "b", "handled_by": "c"}]},
            [("invalid-value", ("false_positive", 0))],
        ),
        ({"aql": "SELECT * FROM events"}, [("invalid-value", ())]),
        ({"filter": ""}, [("invalid-value", ("filter",))]),
        ({"mitre": ["T1078", "T10"]}, [("invalid-value", ("mitre", 1))]),
        ({"mitre": ["T1078\n"]}, [("invalid-value", ("mitre", 0))]),
        ({"severity": 11}, [("invalid-value", ("severity",))]),
        ({"name": "a\nb"}, [("invalid-value", ("name",))]),
        ({"annotation": "a\nb"}, [("invalid-value", ("annotation",))]),
        ({"status": "stabel"}, [("invalid-value", ("status",))]),
        ({"building_blocks": {"some": []}}, [("unknown-key", ("building_blocks", "some"))]),
    ],
)
def test_a_mistake_is_found_where_it_is(change: dict[str, Any], found: list[tuple[str, tuple[str | int, ...]]]) -> None:
    assert findings(MINIMAL | change) == found


@pytest.mark.parametrize(
    "missing", [("name",), ("severity",), ("filter",), ("response",)], ids=lambda keys: str(keys[0])
)
def test_a_detection_is_complete_or_not_one(missing: tuple[str, ...]) -> None:
    table = {key: value for key, value in MINIMAL.items() if key not in missing}
    ((code, path),) = findings(table)
    assert (code, path) in {("missing-key", missing), ("invalid-value", ())}


def test_a_finding_in_a_query_says_in_which_of_its_lines() -> None:
    table = MINIMAL | {"exception": [SCOPED | {"when": "qid = 1\n  OR COUNT(qid) > 1"}]}
    (found,) = compiled(KIND, table).findings
    assert (found.path, found.line_offset, found.detail) == (("exception", 0, "when"), 1, "")


def test_exceptions_that_fail_only_together_are_a_finding_of_the_query(monkeypatch: pytest.MonkeyPatch) -> None:
    """No filter without a finding: a rule deployed without its exceptions would flood."""

    def too_large(_source: object, *, exceptions: tuple[object, ...] = (), **_: object) -> None:
        if len(exceptions) > 1:
            raise AqlError("AQL071", "too large")

    monkeypatch.setattr("dac.aql.rule_filter.rule_filter", too_large)
    assert findings(MINIMAL | {"exception": [EXCEPTION, EXCEPTION]}) == [("AQL071", ("filter",))]


def test_two_log_source_types_of_one_name_are_a_finding_and_no_traceback() -> None:
    names = replace(NAMES, log_source_types={1: "Homemade", 2: "homemade"})
    table = MINIMAL | {
        "log_source_types": ["HOMEMADE"],
        "filter": "LOGSOURCETYPENAME(devicetype) = 'HOMEMADE'",
    }
    assert findings(table, names=names) == [
        ("ambiguous-name", ("log_source_types", 0)),
        ("ambiguous-name", ("filter",)),
    ]


def test_two_rules_of_one_name_are_a_finding_that_names_their_uuids() -> None:
    names = replace(NAMES, rules={"u1": "BB: twin", "u2": "BB: twin"})
    (found,) = compiled(KIND, MINIMAL | {"building_blocks": {"all": ["BB: twin"]}}, names=names).findings
    assert (found.code, found.path) == ("ambiguous-name", ("building_blocks", "all", 0))
    assert "u1, u2" in found.hint


def test_an_offense_type_of_a_name_that_a_declared_property_has_too_is_a_finding() -> None:
    twin = OffenseType(1003, "username", "username", custom=True)
    names = replace(NAMES, offense_types=(*NAMES.offense_types, twin))
    table = MINIMAL | {"offense": {"index": "username"}}
    found = findings(table, names=names, properties={"username": "username"})
    assert found == [("ambiguous-name", ("offense", "index"))]


def test_without_a_console_an_unknown_name_is_a_warning() -> None:
    table = MINIMAL | {
        "log_source_types": ["Homemade DSM"],
        "filter": "LOGSOURCETYPENAME(devicetype) = 'Homemade DSM'",
        "building_blocks": {"any": ["BB: ours"]},
        "offense": {"index": "Homemade", "event": {"category": "Homemade"}},
    }
    found = compiled(KIND, table, names=shipped_names()).findings
    assert {item.code for item in found} == {
        "unknown-log-source-type",
        "unknown-offense-type",
        "unknown-category",
        "AQL042",
    }
    assert {item.severity for item in found} == {Severity.WARNING}


def test_an_exception_for_a_set_that_nobody_declares_is_not_compiled() -> None:
    """The check for dangling references says so; what is deployed must not silence anything meanwhile."""
    found = compiled(KIND, MINIMAL | {"exception": [EXCEPTION | {"not_in": "reference_set.nobody"}]})
    assert (found.deployed["filter"], found.findings) == ("qid = 1", ())


@pytest.mark.parametrize(
    ("exception", "clause"),
    [
        (EXCEPTION, "(sourceip IS NULL OR NOT REFERENCESETCONTAINS('DaC: VPN', sourceip))"),
        (
            EXCEPTION | {"field": "CountryOrRegion", "not_in": "reference_set.robots"},
            '("CountryOrRegion" IS NULL OR NOT REFERENCESETCONTAINS(\'DaC: robots\', LOWER("CountryOrRegion")))',
        ),
        (
            SCOPED | {"when": "qid = 1 OR qid = 2"},
            "(sourceip IS NULL OR NOT ((qid = 1 OR qid = 2) AND REFERENCESETCONTAINS('DaC: VPN', sourceip)))",
        ),
    ],
)
def test_an_exception_never_silences_an_event_without_the_field(exception: dict[str, Any], clause: str) -> None:
    form = compiled(KIND, MINIMAL | {"exception": [exception]}).deployed
    one_line = " ".join(form["filter"].split()).replace("( ", "(").replace(" )", ")")
    assert one_line == f"qid = 1 AND {clause}"


def rule(**more: Any) -> Deployed:
    return {"name": "x", "type": "EVENT", "enabled": True} | more


@pytest.mark.parametrize(
    ("live", "desired", "recorded", "owned"),
    [
        (rule(owner="a"), rule(), rule(), rule()),
        (rule(owner="a"), rule(owner="b"), rule(), rule(owner="a")),
        (rule(owner="a"), rule(), rule(owner="b"), rule(owner="a")),
        (rule(owner="a"), None, None, rule(owner="a")),
        (rule(groups=["g", "h"]), rule(), rule(), rule()),
        (rule(groups=["g", "h"]), rule(groups=["g"]), None, rule(groups=["g"])),
        (rule(groups=["g", "h"]), rule(groups=["h", "i"]), rule(groups=["g"]), rule(groups=["h"])),
        (rule(groups=["g", "h"]), None, rule(groups=["g"]), rule(groups=["g"])),
        (rule(groups=["g"]), rule(), rule(groups=["g"]), rule()),  # no way to take a rule out of a group
        (rule(severity=3, other=["<x/>"]), rule(), rule(), rule(severity=3, other=["<x/>"])),
    ],
)
def test_a_rule_is_dacs_own_but_for_an_owner_and_groups_that_others_chose(
    live: Deployed, desired: Deployed | None, recorded: Deployed | None, owned: Deployed
) -> None:
    assert KIND.owned(live, desired, recorded) == owned


@pytest.mark.parametrize(
    ("desired", "live", "recorded", "held"),
    [
        (True, False, True, False),
        (True, False, None, False),
        (True, False, False, True),
        (True, True, True, True),
        (False, False, True, False),
        (False, True, True, False),
        (False, True, None, False),
    ],
)
def test_a_rule_that_was_switched_off_by_hand_stays_off(
    *, desired: bool, live: bool, recorded: bool | None, held: bool
) -> None:
    record = None if recorded is None else rule(enabled=recorded)
    assert KIND.hold(rule(enabled=desired), rule(enabled=live), record) == rule(enabled=held)


TESTS: dict[str, Any] = {"class": "EventCategory_Test", "parameters": {"1": {"categories": ["User Login Failure"]}}}
WIZARD: dict[str, Any] = {"name": "x", "severity": 5, "response": {"log": True}}


def test_a_wizards_test_that_a_field_can_say_is_that_field() -> None:
    by_test = compiled(KIND, WIZARD | {"rule_test": [TESTS]}).deployed
    by_field = compiled(KIND, WIZARD | {"categories": ["user login failure"]}).deployed
    assert by_test == by_field
    assert "other_tests" not in by_field


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rule_test": [TESTS], "filter": "qid = 1"}, "exactly one of aql"),
        ({"rule_test": [TESTS], "rule_xml": "<rule/>"}, "take response, rule_test out"),
        ({}, "exactly one of aql"),
        ({"rule_test": [TESTS | {"parameters": {"1": {"colours": ["red"]}}}]}, "a parameter is a text"),
        ({"rule_test": [TESTS | {"parameters": {"1": 5}}]}, "a parameter is a text"),
        ({"rule_test": [TESTS | {"layout": "<test"}]}, "no well-formed XML"),
        ({"rule_test": [TESTS | {"xml": "<test/>"}]}, "has nothing else but its class"),
        ({"filter": "qid = 1", "threshold": {"count": 0, "within": "5m"}, "scope": "local"}, "of at least 1"),
        ({"filter": "qid = 1", "threshold": {"count": 1, "within": "5s"}, "scope": "local"}, "minutes, hours or days"),
        ({"filter": "qid = 1", "threshold": {"count": 1, "within": "5m"}}, "a threshold needs scope"),
        ({"filter": "qid = 1", "offense": {"index": "username"}, "response": {"event": {}}}, "dispatches one event"),
        ({"rule_test": [TESTS], "exception": [{"field": "a", "not_in": "b", "whole_detection": True}]}, "an exception"),
        ({"filter": "qid = 1", "adjust": {"severity": "11"}}, "does not match"),
    ],
)
def test_what_contradicts_itself_is_refused(change: dict[str, Any], said: str) -> None:
    declared, findings = validate(KIND, WIZARD | change)
    assert declared is None
    assert any(said in found.summary for found in findings), findings


def test_a_rule_of_offenses_has_no_filter() -> None:
    found = compiled(KIND, WIZARD | {"type": "offense", "filter": "qid = 1"}).findings
    assert [(one.code, one.path) for one in found] == [("no-filter", ("type",))]


def test_a_parameter_that_a_test_does_not_have_is_a_finding() -> None:
    test = TESTS | {"parameters": {"2": "x"}}
    (found,) = compiled(KIND, WIZARD | {"rule_test": [test]}).findings
    assert (found.code, found.path) == ("unknown-parameter", ("rule_test", 0, "parameters"))


# --- rollout


OFFENSE = {"name": "x", "severity": "high", "filter": "qid = 1", "offense": {"index": "username"}}


def test_a_console_that_takes_detections_switched_off_changes_nothing_else() -> None:
    active, off = compiled(KIND, OFFENSE).deployed, compiled(KIND, OFFENSE, rollout="disabled").deployed
    assert off == active | {"enabled": False}


@pytest.mark.parametrize("event", [True, False])
def test_a_console_that_watches_gets_the_event_without_the_offense(*, event: bool) -> None:
    table = OFFENSE | {"offense": {"index": "username", "event": event}}
    watched = compiled(KIND, table, rollout="monitor").deployed
    active = compiled(KIND, table).deployed
    assert watched["event"] == {"name": "x", "category": "Suspicious Activity", "offense": False}
    same = active.keys() - {"offense", "event"}
    assert {key: watched[key] for key in same} == {key: active[key] for key in same}
    assert watched.keys() == same | {"event"}


@pytest.mark.parametrize("own", ["active", "monitor", "disabled"])
def test_what_a_detection_says_of_its_rollout_wins_over_the_console(own: str) -> None:
    for console in ("active", "monitor", "disabled"):
        form = compiled(KIND, OFFENSE | {"rollout": own}, rollout=console).deployed
        assert form == compiled(KIND, OFFENSE, rollout=own).deployed


def test_an_event_with_an_offense_of_its_own_loses_that_too() -> None:
    table = MINIMAL | {"response": {"event": {"index": "username"}}}
    assert "index" in compiled(KIND, table).deployed["event"]
    assert "index" not in compiled(KIND, table, rollout="monitor").deployed["event"]


def test_what_makes_no_offense_is_watched_as_it_is() -> None:
    assert compiled(KIND, MINIMAL, rollout="monitor").deployed == compiled(KIND, MINIMAL).deployed


@pytest.mark.parametrize("rollout", ["active", "monitor", "disabled"])
@pytest.mark.parametrize(
    ("more", "settings"),
    [
        ({"enabled": False}, {}),
        ({"status": "deprecated"}, {}),
        ({"status": "test"}, {"min_status": "stable"}),
        ({"status": "deprecated", "enabled": True}, {"min_status": "stable"}),
    ],
)
def test_no_rollout_switches_on_what_is_to_be_off(more: dict[str, Any], settings: dict[str, str], rollout: str) -> None:
    form = compiled(KIND, OFFENSE | more, rollout=rollout, **settings).deployed
    assert form["enabled"] is False
    assert ("offense" in form) is (rollout != "monitor")
