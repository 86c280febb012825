"""Tests in the form of a console that was calibrated: written its way, and read as if it were any other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from dac.errors import BadContent
from dac.qradar.package import wizard_rows
from dac.qradar.package.learning import learn
from dac.qradar.package.rule_body import Parameter, RuleBody
from dac.resources.departures import departures
from dac.resources.names import Names
from dac.resources.rule_tests import row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.qradar.package.rule_body import Test
    from dac.resources.rule_tests import Row

NAMES = Names({12: "Windows"}, (), {})
AQL = row_of("AQL_Test", {"aql": "username = 'a|b+c % é\"'\nAND 1 = 1"}, "events")
COUNTED = {
    "300": row_of("functions.MatchCount", "", "5", {"properties": ["username"]}, "", "10", "m"),
    "301": row_of("functions.MatchCount", "", "5", {"properties": ["username"]}, {"properties": ["qid"]}, "10", "m"),
    "303": row_of("functions.MatchCount", {"rules": ["aa"]}, "5", {"properties": ["username"]}, "", "1", "h"),
}
MARKED = "by dac\n[dac lab/lab/detection.door]"


def of_console(row: Row, rule_type: str = "EVENT", **attributes: Any) -> Test:
    """A test as dac ships it, with some attributes as a console has them."""
    return replace(wizard_rows.read(row, rule_type, NAMES), **attributes)


def names_after(*tests: Test, rule_type: str = "EVENT", notes: str | None = None) -> Names:
    """The names of a console on whose rules these tests are."""
    body = RuleBody({"type": rule_type}, "By hand", notes, tests)
    return replace(NAMES, tests=learn([body]))


def other_types(test: Test) -> Test:
    first, *rest = test.parameters
    return replace(test, parameters=(replace(first, user_selection_types="aql", user_selection_id="9"), *rest))


def one_more(test: Test) -> Test:
    return replace(test, parameters=(*test.parameters, Parameter("3", user_selection="v2")))


def one_less(test: Test) -> Test:
    return replace(test, parameters=test.parameters[:1])


def without_words(test: Test) -> Test:
    return replace(test, text=None, group=None, group_id=None, capabilities=None)


LAYOUTS = [other_types, one_more, one_less, without_words]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_another_layout_is_written_as_the_console_has_it_and_read_as_the_same_row(
    layout: Callable[[Test], Test],
) -> None:
    wizard = layout(of_console(row_of("AQL_Test", {"aql": "qid = 1"}, "events"), id="320"))
    names = names_after(wizard)
    written = wizard_rows.read(AQL, "EVENT", names)
    assert (written.id, written.group, written.capabilities) == ("320", wizard.group, wizard.capabilities)
    shape = [(p.id, p.user_selection_types, p.user_selection_id, p.name) for p in written.parameters]
    assert shape == [(p.id, p.user_selection_types, p.user_selection_id, p.name) for p in wizard.parameters]
    assert wizard_rows.written(written, "EVENT", names) == AQL
    assert wizard_rows.written(layout(of_console(AQL, id="320")), "EVENT", names) == AQL


def test_of_the_numbers_of_one_class_the_one_for_these_parameters_is_taken() -> None:
    names = names_after(*(of_console(row, id=f"9{number}") for number, row in COUNTED.items()))
    for number, row in COUNTED.items():
        written = wizard_rows.read(row, "EVENT", names)
        assert written.id == f"9{number}"
        assert wizard_rows.written(written, "EVENT", names) == row


def test_a_number_that_was_not_seen_is_the_one_dac_ships() -> None:
    names = names_after(of_console(COUNTED["300"], id="900"))
    assert wizard_rows.read(COUNTED["300"], "EVENT", names).id == "900"
    assert wizard_rows.read(COUNTED["301"], "EVENT", names).id == "301"


def test_a_type_of_rule_that_was_not_seen_takes_the_number_and_keeps_its_own_words() -> None:
    names = names_after(of_console(AQL, id="320", group="Common Tests"))
    written = wizard_rows.read(row_of("AQL_Test", {"aql": "1 = 1"}, "flows"), "FLOW", names)
    assert (written.id, written.group) == ("320", "Common Tests")
    assert "when the flow matches" in (written.text or "")


def test_the_text_shows_the_values_of_the_new_test_with_its_braces() -> None:
    names = names_after(of_console(AQL, text="""the filter <a href='javascript:editParameter("4", "1")'>x</a> fits"""))
    text = wizard_rows.read(row_of("AQL_Test", {"aql": "username = '{2}<'"}, "events"), "EVENT", names).text
    assert text is not None
    assert text.startswith("the filter <a href=")
    assert "username = '{2}&lt;'</a> fits" in text


def test_a_parameter_nobody_knows_is_not_made_up() -> None:
    several = [one_more(of_console(AQL)), replace(one_more(of_console(AQL)), id="318")]
    last = several[1].parameters[-1]
    several[1] = replace(several[1], parameters=(*several[1].parameters[:-1], replace(last, user_selection="v3")))
    with pytest.raises(BadContent, match="has a parameter 3, and dac does not know what it is for"):
        wizard_rows.read(AQL, "EVENT", names_after(*several))


def test_a_value_the_console_has_no_place_for_is_not_dropped() -> None:
    short = of_console(COUNTED["300"])
    names = names_after(replace(short, parameters=short.parameters[:3] + short.parameters[4:]))
    assert wizard_rows.read(COUNTED["300"], "EVENT", names).parameter("4") is None
    assert wizard_rows.written(wizard_rows.read(COUNTED["300"], "EVENT", names), "EVENT", names) == COUNTED["300"]
    with pytest.raises(BadContent, match="has no parameter 4"):
        wizard_rows.read(COUNTED["301"] | {"class": "functions.MatchCount"}, "EVENT", _only_form(names))


def _only_form(names: Names) -> Names:
    """As if every way to fill this class had been seen under its one number."""
    forms = tuple(
        replace(form, filled=(*form.filled, ("2", "3", "4", "5", "6"))) for form in names.tests["functions.MatchCount"]
    )
    return replace(names, tests={"functions.MatchCount": forms})


def test_what_dac_wrote_itself_teaches_only_where_nothing_else_does() -> None:
    wizard, ours = of_console(AQL, id="320"), of_console(AQL, id="318")
    bodies = [
        RuleBody({"type": "EVENT"}, name, notes, (test,))
        for name, notes, test in (("a", MARKED, ours), ("b", "", wizard))
    ]
    assert [form.id for form in learn(bodies)["AQL_Test"]] == ["320"]
    assert [form.id for form in learn(bodies[:1])["AQL_Test"]] == ["318"]


def test_the_most_frequent_layout_of_a_number_wins_whatever_the_order() -> None:
    tests = [of_console(AQL, group="rare"), of_console(AQL, group="usual"), of_console(AQL, group="usual")]
    forms = [learn([RuleBody({"type": "EVENT"}, "a", None, tuple(order))]) for order in (tests, tests[::-1])]
    assert forms[0] == forms[1]
    assert [(form.group, form.seen) for form in forms[0]["AQL_Test"]] == [("usual", 3)]


def test_a_console_as_dac_ships_it_has_no_differences() -> None:
    found = departures(names_after(of_console(AQL), *map(of_console, COUNTED.values())).tests)
    assert found.lines == found.unknown == ()
    assert "DeviceTypeID_Test" in found.unseen
    assert "AQL_Test" not in found.unseen
