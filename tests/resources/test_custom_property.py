from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from kind_forms import NAMES, compiled

from dac.model.diagnostic import Severity
from dac.resources.custom_property import KIND, for_readers
from dac.resources.shipped_names import shipped_names
from dac.resources.validation import validate

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.model.names import Names

ENTRA, AZURE = "Microsoft Entra ID", "Microsoft Azure Active Directory"
COUNTRY = '/"properties"/"location"/"countryOrRegion"'


def with_expression(**expression: Any) -> dict[str, Any]:
    return {"type": "string", "expression": [{"log_source_type": "Linux OS"} | expression]}


def findings(table: dict[str, Any], **given: Any) -> list[tuple[str, tuple[str | int, ...]]]:
    """Of validation, or else of compiling."""
    declared, found = validate(KIND, table)
    return [(item.code, item.path) for item in (compiled(KIND, table, **given).findings if declared else found)]


def test_every_declared_field_of_a_property_is_deployed() -> None:
    table = {
        "name": "LogonTime",
        "type": "time",
        "description": "When the user came",
        "use_for_rule_engine": True,
        "datetime_format": "yyyy-MM-dd HH:mm",
        "locale": "en_US",
        "expression": [
            {
                "log_source_type": "Linux OS",
                "log_source": "bastion",
                "qid": 5000475,
                "category": "User Login Failure",
                "regex": "at=(x)(\\S+)",
                "capture_group": 2,
                "enabled": False,
            },
            {"log_source_type": ENTRA, "json": COUNTRY},
        ],
    }
    found = compiled(KIND, table)
    assert found.deployed == {
        "name": "LogonTime",
        "property_type": "time",
        "description": "When the user came",
        "use_for_rule_engine": True,
        "datetime_format": "yyyy-MM-dd HH:mm",
        "locale": "en_US",
        "expressions": [
            {
                "kind": "regex",
                "log_source_type": "Linux OS",
                "log_source": "bastion",
                "qid": 5000475,
                "category": "User Login Failure",
                "regex": "at=(x)(\\S+)",
                "capture_group": 2,
                "enabled": False,
            },
            {"kind": "json", "log_source_type": AZURE, "expression": COUNTRY},
        ],
    }
    assert (found.references, found.findings, found.valid_until) == ((), (), None)


def test_defaults_are_left_out_and_the_name_is_the_tables() -> None:
    table = with_expression(regex="(a)", capture_group=1, enabled=True) | {"use_for_rule_engine": False}
    assert compiled(KIND, table).deployed == {
        "name": "x",
        "property_type": "string",
        "expressions": [{"kind": "regex", "log_source_type": "Linux OS", "regex": "(a)"}],
    }


def test_the_whole_match_is_capture_group_0() -> None:
    (row,) = compiled(KIND, with_expression(regex="a", capture_group=0)).deployed["expressions"]
    assert row["capture_group"] == 0


@pytest.mark.parametrize("names", [NAMES, shipped_names()], ids=["renamed console", "shipped"])
@pytest.mark.parametrize("spelled", [AZURE, ENTRA, ENTRA.upper()])
def test_a_renamed_log_source_type_is_deployed_under_one_name_everywhere(names: Names, spelled: str) -> None:
    (row,) = compiled(KIND, with_expression(log_source_type=spelled, json='/"a"'), names=names).deployed["expressions"]
    assert row["log_source_type"] == AZURE


@pytest.mark.parametrize(
    ("table", "found"),
    [
        (with_expression(), [("invalid-value", ("expression", 0))]),
        (with_expression(json='/"a"', regex="(a)"), [("invalid-value", ("expression", 0))]),
        (with_expression(json='/"a"', capture_group=1), [("invalid-value", ("expression", 0))]),
        (with_expression(json="a.b"), [("invalid-value", ("expression", 0, "json"))]),
        (with_expression(regex="(a)", capture_group=-1), [("invalid-value", ("expression", 0, "capture_group"))]),
        (with_expression(regex="a"), [("capture-group", ("expression", 0, "regex"))]),
        (with_expression(regex="(a)", capture_group=2), [("capture-group", ("expression", 0, "regex"))]),
        (with_expression(regex="(a"), [("regex", ("expression", 0, "regex"))]),
        (with_expression(regex="(a){99999999999}"), [("regex", ("expression", 0, "regex"))]),
        (with_expression(regex="(" * 5000 + ")" * 5000), [("regex", ("expression", 0, "regex"))]),
        (with_expression(regex="(?<user>[a-z&&[^x]]+)"), []),
        (with_expression(regex="(?<=x)(?<!y)(a)"), []),
        (
            with_expression(json='/"a"', log_source_type="Linux"),
            [("unknown-log-source-type", ("expression", 0, "log_source_type"))],
        ),
        ({"type": "time"}, [("invalid-value", ())]),
        ({"type": "time", "locale": "en_US"}, [("invalid-value", ())]),
        ({"type": "string", "datetime_format": "y", "locale": "en_US"}, [("invalid-value", ())]),
        ({"type": "text"}, [("invalid-value", ("type",))]),
        ({}, [("missing-key", ("type",))]),
    ],
)
def test_a_mistake_is_found_where_it_is(table: dict[str, Any], found: list[tuple[str, tuple[str | int, ...]]]) -> None:
    assert findings(table) == found


def test_a_type_that_only_the_shipped_list_lacks_is_a_warning_with_a_near_name() -> None:
    table = with_expression(json='/"a"', log_source_type="Linux O")
    (known,) = compiled(KIND, table).findings
    (shipped,) = compiled(KIND, table, names=shipped_names()).findings
    assert (known.severity, known.hint) == (Severity.ERROR, 'did you mean "Linux OS"?')
    assert shipped.severity is Severity.WARNING
    assert "`dac console refresh` saves its list" in shipped.detail


def test_an_unsure_regex_is_a_warning_because_python_is_not_java() -> None:
    (found,) = compiled(KIND, with_expression(regex="(a")).findings
    assert found.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("written", "is_read", "deployed"),
    [
        ("auto", True, True),
        ("auto", False, None),
        (None, True, True),
        (True, False, True),
        (False, True, None),
    ],
)
def test_auto_means_that_a_rule_reads_it(written: object, *, is_read: bool, deployed: bool | None) -> None:
    table = with_expression(json='/"a"') | ({} if written is None else {"use_for_rule_engine": written})
    form = for_readers(compiled(KIND, table).deployed, table, is_read=is_read)
    assert form.get("use_for_rule_engine") is deployed


def test_auto_is_settled_anew_when_the_last_reader_goes() -> None:
    table = with_expression(json='/"a"')
    form = compiled(KIND, table).deployed
    assert for_readers(form | {"use_for_rule_engine": True}, table, is_read=False) == form


def expressions(*rows: tuple[str, str] | tuple[str, str, bool]) -> Deployed:
    """Rows of log source type, keypath, and whether they are on."""
    made: list[dict[str, Any]] = [{"kind": "json", "log_source_type": row[0], "expression": row[1]} for row in rows]
    for row, made_row in zip(rows, made, strict=True):
        if len(row) > 2 and not row[2]:
            made_row["enabled"] = False
    return {"name": "x", "property_type": "string", "expressions": made}


LIVE = expressions(("A", "1"), ("B", "2"), ("C", "3"))


@pytest.mark.parametrize(
    ("desired", "recorded", "owned"),
    [
        (None, None, LIVE),
        (expressions(("A", "9")), None, expressions(("A", "1"))),
        (expressions(("A", "9")), expressions(("B", "9")), expressions(("A", "1"), ("B", "2"))),
        (None, expressions(("B", "9")), expressions(("B", "2"))),
        (expressions(), None, expressions()),
    ],
)
def test_others_expressions_of_the_same_property_are_not_ours(
    desired: Deployed | None, recorded: Deployed | None, owned: Deployed
) -> None:
    assert KIND.owned(LIVE, desired, recorded) == owned


@pytest.mark.parametrize(
    ("limit", "value"), [("log_source", "bastion"), ("qid", 5), ("category", "Stored"), ("log_source_type", "B")]
)
def test_what_an_expression_is_limited_to_says_whose_it_is(limit: str, value: object) -> None:
    (row,) = expressions(("A", "1"))["expressions"]
    live = expressions() | {"expressions": [row, row | {limit: value}]}
    assert KIND.owned(live, expressions(("A", "9")), None) == expressions(("A", "1"))


def test_a_keypath_and_a_regex_are_two_ways_to_one_value() -> None:
    (row,) = expressions(("A", "1"))["expressions"]
    theirs = {"kind": "regex", "log_source_type": "A", "regex": "(x)"}
    live = expressions() | {"expressions": [row, theirs]}
    assert KIND.owned(live, expressions(("A", "9")), None) == expressions(("A", "1"))


ON, OFF = expressions(("A", "1")), expressions(("A", "1", False))


@pytest.mark.parametrize(
    ("desired", "current", "recorded", "held"),
    [
        (ON, OFF, ON, OFF),
        (ON, OFF, None, OFF),
        (ON, OFF, OFF, ON),  # the stack turns it on
        (ON, ON, ON, ON),
        (OFF, OFF, ON, OFF),
        (OFF, ON, ON, OFF),
        (expressions(("A", "2")), OFF, ON, expressions(("A", "2"))),  # another expression is another matter
        (expressions(("B", "1"), ("A", "1")), OFF, None, expressions(("A", "1", False), ("B", "1"))),
    ],
)
def test_an_expression_that_the_console_switched_off_stays_off(
    desired: Deployed, current: Deployed, recorded: Deployed | None, held: Deployed
) -> None:
    assert KIND.hold(desired, current, recorded) == held
