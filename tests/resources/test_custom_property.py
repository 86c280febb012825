from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kind_forms import EXPRESSION_KINDS, NAMES, compiled, expression_tables

from dac.model.diagnostic import Severity
from dac.resources.custom_property import KIND, for_readers
from dac.resources.shipped_names import shipped_names
from dac.resources.validation import validate

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.resources.names import Names

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


# --- the nine kinds


def deployed_as(**expression: Any) -> dict[str, Any]:
    (row,) = compiled(KIND, with_expression(**expression)).deployed["expressions"]
    return {key: value for key, value in row.items() if key != "log_source_type"}


@pytest.mark.parametrize(
    ("declared", "deployed"),
    [
        ({"leef": "usrName"}, {"kind": "leef", "expression": "usrName"}),
        ({"cef": "suser"}, {"kind": "cef", "expression": "suser"}),
        ({"xml": "/Event/User"}, {"kind": "xml", "expression": "/Event/User"}),
        (
            {"name_value_pair": "user", "delimiter_pair": " ", "delimiter_name_value": "="},
            {"kind": "nvp", "expression": "user", "delimiter_pair": " ", "delimiter_name_value": "="},
        ),
        ({"generic_list": "$3", "delimiter": "|"}, {"kind": "genericlist", "expression": "$3", "delimiter": "|"}),
        ({"aql": "\nLOWER(username)\n"}, {"kind": "aql", "expression": "LOWER(username)"}),
        ({"regex": "(a)(b)", "format_string": "$2"}, {"kind": "regex", "regex": "(a)(b)", "format_string": "$2"}),
        (
            {"calculated": {"first_operand": "countryORregion", "operator": "divide", "second_operand": 8.0}},
            {
                "kind": "calculated",
                "first_operand": "CountryOrRegion",
                "operator": "DIVIDE",
                "second_operand": 8,
            },
        ),
        (
            {"calculated": {"first_operand": 0.5, "second_operand": "sourceport"}},
            {"kind": "calculated", "first_operand": 0.5, "second_operand": "sourceport"},
        ),
        ({"leef": "a", "payload": "\n a=1\r\nb=2\n"}, {"kind": "leef", "expression": "a", "payload": "a=1\nb=2"}),
    ],
)
def test_each_kind_is_deployed_in_the_words_of_the_api(declared: dict[str, Any], deployed: dict[str, Any]) -> None:
    assert deployed_as(**declared) == deployed


SUM = {"first_operand": 1, "second_operand": 2}


@pytest.mark.parametrize(
    ("expression", "code", "path"),
    [
        ({"aql": "SELECT username FROM events"}, "AQL073", ("aql",)),
        ({"aql": "username WHERE qid = 1"}, "AQL073", ("aql",)),
        ({"aql": "LOWER(username"}, "AQL001", ("aql",)),
        ({"aql": 'LOWER("x")'}, "property-reads-itself", ("aql",)),
        ({"calculated": SUM | {"first_operand": "x"}}, "property-reads-itself", ("calculated",)),
        ({"calculated": SUM | {"operator": "divide", "second_operand": 0}}, "invalid-value", ("calculated",)),
        ({"calculated": SUM | {"first_operand": 2**53 + 1}}, "invalid-value", ("calculated", "first_operand")),
        ({"calculated": SUM | {"first_operand": 10**400}}, "invalid-value", ("calculated", "first_operand")),
        ({"calculated": SUM | {"first_operand": float("nan")}}, "invalid-value", ("calculated", "first_operand")),
        ({"calculated": SUM | {"operator": "ADD"}}, "invalid-value", ("calculated", "operator")),
        ({"calculated": {"first_operand": 1}}, "missing-key", ("calculated", "second_operand")),
        ({"leef": "a", "delimiter": ","}, "invalid-value", ()),
        ({"leef": "a", "cef": "a"}, "invalid-value", ()),
        ({"regex": "(a)", "format_string": "$1", "capture_group": 1}, "invalid-value", ()),
        ({"name_value": "a"}, "unknown-key", ("name_value",)),
        ({"leef": "a", "qid": 0}, "invalid-value", ("qid",)),
        ({"leef": "a", "category": "no such"}, "unknown-category", ("category",)),
    ],
)
def test_a_mistake_in_an_expression_is_found_where_it_is(
    expression: dict[str, Any], code: str, path: tuple[str, ...]
) -> None:
    (found,) = findings(with_expression(**expression))
    assert found == (code, ("expression", 0, *path))


def test_what_is_wrong_with_the_kind_is_said_with_the_kinds_there_are() -> None:
    _, (nothing,) = validate(KIND, with_expression())
    _, (misplaced,) = validate(KIND, with_expression(leef="a", delimiter=","))
    kinds = "json, regex, leef, cef, name_value_pair, generic_list, xml, aql, calculated"
    assert nothing.summary == f"expression[0]: an expression has exactly one of {kinds}; none is given"
    assert misplaced.summary == "expression[0]: delimiter goes with generic_list, this is leef"


def test_an_expression_for_every_event_is_a_warning_unless_it_is_computed() -> None:
    table = {"type": "string", "expression": [{"leef": "a"}, {"aql": "username"}, {"calculated": SUM}]}
    (found,) = compiled(KIND, table).findings
    assert (found.code, found.path, found.severity) == ("expression-for-all", ("expression", 0), Severity.WARNING)
    assert all("log_source_type" not in row for row in compiled(KIND, table).deployed["expressions"])


def test_a_format_string_needs_a_console_of_api_26() -> None:
    table = with_expression(regex="(a)", format_string="$1")
    codes = {version: findings(table, api_version=version) for version in (None, (24, 0), (26, 0))}
    assert codes == {None: [], (24, 0): [("format-string-too-new", ("expression", 0, "format_string"))], (26, 0): []}


def test_what_a_property_is_made_of_are_references_in_their_declared_spelling() -> None:
    table = {
        "type": "string",
        "expression": [
            {"aql": "CONCAT(username, COUNTRYORREGION)"},
            {"aql": "IF REFERENCESETCONTAINS('DaC: VPN', sourceip) THEN 'in' ELSE 'out'"},
            {"calculated": {"first_operand": "sourceport", "second_operand": "Stock property"}},
        ],
    }
    found = compiled(KIND, table, names=replace(NAMES, properties=frozenset({"Stock property"})))
    assert found.findings == ()
    assert [str(one) for one in found.references] == [
        "custom_property:CountryOrRegion",
        "custom_property:Stock property",
        "reference_set:DaC: VPN",
    ]


HOSTILE = "(a+)+$"


@pytest.mark.parametrize(
    ("expression", "type_", "codes"),
    [
        ({"json": '/"a"', "payload": '<13> {"a": "x"}'}, "string", []),
        ({"json": '/"a"', "payload": '{"b": 1}'}, "string", ["sample-without-value"]),
        ({"json": '/"a"', "payload": '{"a": "x"}'}, "numeric", ["sample-of-other-type"]),
        ({"json": '/"a"', "payload": '{"a": 7.5}'}, "numeric", []),
        ({"json": '/"a"', "payload": '{"a": "10.0.0.1"}'}, "ip", []),
        ({"json": '/"a"', "payload": '{"a": "::1"}'}, "ip", []),
        ({"json": '/"a"', "payload": '{"a": "10.0.0"}'}, "ip", ["sample-of-other-type"]),
        ({"json": '/"a"', "payload": '{"a": 65536}'}, "port", ["sample-of-other-type"]),
        ({"regex": "user=(\\w+)", "payload": "user=bob"}, "string", []),
        ({"regex": "user=(\\w+)", "payload": "usr=bob"}, "string", ["sample-without-value"]),
        ({"regex": "user=(\\w*)", "payload": "user="}, "string", ["sample-without-value"]),
        ({"regex": "a(?<n>\\d)", "payload": "a1"}, "numeric", []),
        ({"regex": "a", "capture_group": 0, "payload": "a1"}, "numeric", ["sample-of-other-type"]),
        ({"regex": "(a)(b)", "format_string": "$2", "payload": "ab"}, "string", []),
        ({"regex": f"({HOSTILE})", "payload": "a" * 64 + "!"}, "string", []),  # it would never end
        ({"regex": "([a-z&&[^b]])", "payload": "1"}, "string", []),  # Java's alone
        ({"leef": "usrName", "payload": "usrName=bob"}, "string", []),
        ({"leef": "usrName", "payload": "user=bob"}, "string", ["sample-without-value"]),
        ({"cef": "$id$", "payload": "CEF:0|x"}, "string", []),
        ({"name_value_pair": "u", "delimiter_name_value": ":", "payload": "u:1"}, "string", []),
        ({"name_value_pair": "u", "delimiter_name_value": ":", "payload": "u=1"}, "string", ["sample-without-value"]),
        ({"xml": "/a", "payload": "<b/>"}, "string", []),  # only QRadar can tell
        ({"json": '/"a"', "payload": "  "}, "string", []),
    ],
)
def test_an_expression_is_tried_on_its_own_sample(expression: dict[str, Any], type_: str, codes: list[str]) -> None:
    found = compiled(KIND, with_expression(**expression) | {"type": type_}).findings
    assert [item.code for item in found] == codes
    assert {item.severity for item in found} <= {Severity.WARNING}


def test_a_slow_expression_stays_off_when_only_its_sample_changes() -> None:
    row = {"kind": "regex", "log_source_type": "A", "regex": "(x)"}
    current = expressions() | {"expressions": [row | {"enabled": False}]}
    desired = expressions() | {"expressions": [row | {"payload": "x"}]}
    held = KIND.hold(desired, current, expressions() | {"expressions": [row]})
    assert held["expressions"] == [row | {"payload": "x", "enabled": False}]


def test_rows_without_a_body_are_left_to_whoever_made_them() -> None:
    rows = [{"kind": "leef", "expression": ""}, {"kind": "calculated"}, {"kind": "cef", "expression": "suser"}]
    assert KIND.lift(expressions() | {"expressions": rows})["expression"] == [{"cef": "suser"}]


@pytest.mark.parametrize("kind", EXPRESSION_KINDS)
@settings(max_examples=30)
@given(data=st.data())
def test_an_expression_of_each_kind_comes_back_from_its_deployed_form(kind: str, data: st.DataObject) -> None:
    first = compiled(KIND, {"type": "string", "expression": [data.draw(expression_tables(kind))]}).deployed
    assert first["expressions"][0]["kind"] == kind
    lifted = KIND.lift(first)
    assert compiled(KIND, lifted).deployed == first
    assert KIND.lift(compiled(KIND, lifted).deployed) == lifted
