"""A rule's tests as fields of the deployed form and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.qradar.package import wizard_rows
from dac.resources import wizard_tests
from dac.resources.rule_tests import bare, canonical, ordered

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.qradar.package.rule_body import RuleBody, Test
    from dac.resources.names import Names
    from dac.resources.rule_tests import Row


def read_tests(body: RuleBody, names: Names) -> Deployed:
    """Return the fields that the tests feed, and the tests that no field stands for."""
    return canonical((wizard_rows.written(test, body.type, names) for test in body.tests), body.type)


def write_tests(deployed: Deployed, names: Names, base: RuleBody | None) -> tuple[Test, ...]:
    """Return the tests of a deployed form, numbered from 0.

    A test that `base` has, the rule as it is on the console, stays as it is there; another takes from the test of its
    class in `base`, where there is one, what the deployed form does not hold: its number and group in the wizard.
    """
    alike = base.tests if base is not None and base.type == deployed["type"] else ()
    present = [(bare(wizard_rows.written(test, deployed["type"], names)), test) for test in alike]
    tests = [_test(row, deployed["type"], names, present) for row in ordered(deployed)]
    return tuple(wizard_rows.at(str(position), test) for position, test in enumerate(tests))


def _test(row: Row, rule_type: str, names: Names, present: list[tuple[Row, Test]]) -> Test:
    plain = bare(row)
    for at, (known, test) in enumerate(present):
        if known == plain:
            del present[at]
            return test
    built = wizard_rows.read(row, rule_type, names)
    like = next((test for _, test in present if test.name == built.name), None)
    if like is None or "xml" in row:
        return built
    entry = wizard_tests.entry(row["class"])
    number = built.id if entry and "variant" in entry.row else like.id
    return replace(built, id=number, group=like.group, group_id=like.group_id, capabilities=like.capabilities)
