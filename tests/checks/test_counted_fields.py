"""What thresholds and tests of the rule wizard read, against the fields and properties there are."""

from __future__ import annotations

from dataclasses import replace

from views_of_projects import item, lines, names, view

from dac.checks import counted_fields

_TEST = {"class": "ReferenceSetTest", "parameters": {"1": "any", "2": {"properties": ["sorceip", "sourceip", "#x"]}}}
_RULE = item(
    "a/detection.x",
    threshold={"count": 5, "by": ["sourceipp", "Stock", "Own"], "different": ["username", "zzzzzzzz"]},
    rule_test=[_TEST, {"class": "X", "parameters": 7}],
)
_OWN = item("a/custom_property.Own")
_UNKNOWN = "is no custom property of the project or the console, and no field that dac knows"


def test_what_nothing_is_called_is_a_warning_at_its_place() -> None:
    assert lines(counted_fields.check, view(_RULE, _OWN, console=names(properties=("Stock",)))) == [
        f'a/detection.x threshold.by.0: "sourceipp" {_UNKNOWN}',
        f'a/detection.x threshold.different.1: "zzzzzzzz" {_UNKNOWN}',
        f'a/detection.x rule_test.0.parameters.2.properties.0: "sorceip" {_UNKNOWN}',
    ]


def test_without_a_console_only_what_looks_misspelt_is_told() -> None:
    seen = view(_RULE, _OWN, console=names(complete=False))
    hints = [found.hint for _, found in counted_fields.check(seen)]
    assert hints == ['did you mean "sourceip"?', 'did you mean "sourceip"?']


def test_what_was_checked_and_applied_before_is_not_checked_again() -> None:
    assert counted_fields.check(view(replace(_RULE, anew=False), _OWN)) == []


def test_tests_that_read_as_their_sentence_are_looked_at_too_and_the_wizards_own_spelling_is_one() -> None:
    rule = item(
        "a/detection.x",
        property_test=[{"property": "usernam", "is": "x"}, {"property": "hasIdentity", "is": "true"}],
        reference_set_test=[{"any_of": ["identityMAC", "sorceip", "clientAp"], "in_any": ["x"]}],
    )
    seen = view(rule, item("a/custom_property.clientApp"))
    assert [(finding.path, finding.hint) for _, finding in counted_fields.check(seen)] == [
        (("property_test", 0, "property"), 'did you mean "username"?'),
        (("reference_set_test", 0, "any_of", 1), 'did you mean "sourceip"?'),
        (("reference_set_test", 0, "any_of", 2), 'did you mean "clientApp"?'),
    ]
