from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from dac.qradar.carriers.expression_changes import expression_changes
from dac.qradar.carriers.expressions import SeenExpression
from dac.resources.property_expressions import scope

if TYPE_CHECKING:
    from dac.model.deployed import Deployed

expressions = st.lists(
    st.builds(
        lambda source, text: {"kind": "json", "log_source_type": source, "expression": text},
        st.sampled_from(["Okta", "Linux OS"]),
        st.sampled_from(["/a", "/b", "/c"]),
    ),
    max_size=6,
)


def seen(rows: list[Deployed]) -> list[SeenExpression]:
    return [SeenExpression(number, "json", "p", row) for number, row in enumerate(rows)]


@given(desired=expressions, live=expressions)
def test_carrying_out_the_changes_makes_live_what_is_desired(desired: list[Deployed], live: list[Deployed]) -> None:
    changes = expression_changes(desired, seen(live))
    after = dict(enumerate(live))
    for one, form in changes.update:
        after[one.id] = form
    for one in changes.delete:
        del after[one.id]
    assert sorted(map(str, [*after.values(), *changes.create])) == sorted(map(str, desired))


@given(live=expressions)
def test_equal_lists_change_nothing_in_any_order(live: list[Deployed]) -> None:
    changes = expression_changes(list(reversed(live)), seen(live))
    assert (changes.create, changes.update, changes.delete) == ([], [], [])


@given(desired=expressions, live=expressions)
def test_an_update_in_place_never_moves_an_expression_to_another_scope(
    desired: list[Deployed], live: list[Deployed]
) -> None:
    assert all(scope(one.deployed) == scope(form) for one, form in expression_changes(desired, seen(live)).update)
