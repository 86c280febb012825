"""A plan as a comment: what lowers security first, no values of allowlists, nothing breaks out, within its size."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_plans import (
    BUILDING_BLOCK,
    DETECTION,
    REFERENCE_SET,
    at,
    create,
    delete,
    extension,
    plan,
    protected,
    rest,
    switched_off,
    update,
)

from dac.model.change import MISSING
from dac.model.plan import Extent, LeftBehind
from dac.views.markdown.escaping import fenced, html, inline
from dac.views.markdown.plan import plan_markdown
from dac.views.security import lowered

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.model.change import Change, Edit

    Golden = Callable[[str, str], None]

SETS = update(
    "reference_set.vpn",
    REFERENCE_SET,
    rest('entries["192.0.2.99"]', MISSING, "a guest"),
    rest('entries["203.0.113.7"]', "Threat-intel research exit node", MISSING),
)


def test_the_whole_comment(golden: Golden) -> None:
    made = plan(
        create("building_block.legacy_auth", BUILDING_BLOCK),
        SETS,
        update("detection.risky_sign_in", DETECTION, extension("severity", 8, 5), extension("notes", "a", "b ``` c")),
        delete("detection.old", DETECTION, reason="detection.old is not in the stack any more"),
        drift=(switched_off(),),
        refusals=(protected("detection.old"),),
        unmanaged={"detection": 2},
    )
    golden("views/plan.md", plan_markdown(made))


def test_what_an_unfinished_run_has_in_hand_is_told_first() -> None:
    left = (
        LeftBehind(at("detection.risky_sign_in"), "run-1", Extent.UNTOUCHED),
        LeftBehind(at("reference_set.vpn"), "run-1", Extent.PARTLY),
    )
    text = plan_markdown(plan(SETS, left=left))
    note, _, rest = text.partition("**Plan: ")
    assert rest
    assert note == (
        "### dac plan for console prod\n\n"
        "**Note: Left by an interrupted run.** Run run-1 was cut off or failed while it had these in hand. "
        "dac has looked at the console instead:\n\n"
        "- detection.risky\\_sign\\_in: as it was before\n- reference\\_set.vpn: partly done\n\n"
    )


def test_no_changes_is_one_line() -> None:
    assert plan_markdown(plan()) == (
        "### dac plan for console prod\n\n**No changes.** The console matches the configuration.\n"
    )


def test_entries_are_counted_and_shown_only_on_request() -> None:
    made = plan(SETS, create("reference_set.more", REFERENCE_SET), delete("reference_set.gone", REFERENCE_SET))
    hidden = plan_markdown(made)
    assert not re.search(r"192\.0\.2\.99|203\.0\.113|198\.51\.100|a guest|Zurich|CHG-", hidden)
    assert "~ entries = (1 added, 1 removed, 0 with other notes; not shown)" in hidden
    assert re.search(r"\+ entries += \(3 entries, not shown\)\n", hidden)
    assert re.search(r"- entries += \(3 entries\) -> null\n", hidden)
    shown = plan_markdown(made, show_values=True)
    assert "192.0.2.99" in shown
    assert "Zurich" in shown


_IN_SETS = {"any_of": ["sourceip"], "in_any": ["Scanners"]}
_LEFT_OUT = _IN_SETS | {"negate": True}
_ROOT = {"property": "username", "is": "root"}
_ASKS = "what it asks of building blocks is more: it fires on less"
LOWERING = [
    (extension("reference_set_tests", MISSING, [_IN_SETS]), "it has a test more: it fires on less"),
    (extension("property_tests", [_ROOT], [_ROOT, _ROOT]), "it has a test more: it fires on less"),
    (extension("reference_set_tests", MISSING, [_LEFT_OUT]), "what one of its tests leaves out is new or another"),
    (
        extension("reference_set_tests", [_LEFT_OUT], [_LEFT_OUT | {"in_any": ["Scanners", "Guests"]}]),
        "what one of its tests leaves out is new or another",
    ),
    (extension("severity", 8, 5), "severity 8 -> 5"),
    (rest("enabled", True, False), "it is switched off"),
    (extension("offense", {"index": "username"}, MISSING), "offense is taken away"),
    (extension("email", ["soc@example.com"], MISSING), "email is taken away"),
    (extension("custom_action", {"name": "block"}, MISSING), "custom_action is taken away"),
    (extension("event.index", "username", MISSING), "its event makes no offense any more"),
    (extension("drop", MISSING, True), "its events are dropped: nothing after it sees them"),
    (extension("threshold", MISSING, {"count": 5}), "it waits for more events before it answers"),
    (extension("threshold.count", 5, 50), "it waits for more events before it answers"),
    (extension("limiter", MISSING, {"count": 1}), "it answers less often"),
    (extension("log_source_types", ["A", "B"], ["A"]), "it looks at fewer log source types"),
    (extension("log_source_types", MISSING, ["A"]), "it looks at fewer log source types"),
    (rest("use_for_rule_engine", True, MISSING), "rules see the property no longer"),
    (extension("threshold.within", "1h", "5m"), "it waits for more events before it answers"),
    (extension("threshold.by", ["username"], ["username", "sourceip"]), "it waits for more events before it answers"),
    (extension("limiter.count", 5, 1), "it answers less often"),
    (extension("limiter.within", "30m", "1h"), "it answers less often"),
    (extension("categories", ["A", "B"], ["A"]), "it looks at fewer categories"),
    (extension("filter", MISSING, "username = 'x'"), "it has a filter now: it fires on less"),
    (
        extension("building_blocks", MISSING, {"all": ["a"]}),
        _ASKS,
    ),
    (extension("building_blocks.any", ["a", "b"], ["a"]), _ASKS),
    (extension("building_blocks.none", ["a"], ["a", "b"]), _ASKS),
    (
        extension("filter", "a = 1 AND b = 2", "c = 3 AND d = 4"),
        "nothing of the old condition is left in the new one; whether it matches less, dac cannot tell",
    ),
]
RAISING = [
    extension("severity", 5, 8),
    rest("enabled", False, True),
    extension("offense", MISSING, {"index": "username"}),
    extension("limiter", {"count": 1}, MISSING),
    extension("threshold.count", 50, 5),
    extension("threshold", {"count": 5}, MISSING),
    extension("drop", True, MISSING),
    extension("log_source_types", ["A"], ["A", "B"]),
    extension("log_source_types", ["A"], MISSING),
    extension("threshold.within", "5m", "1h"),
    extension("threshold.by", ["username", "sourceip"], ["username"]),
    extension("limiter.within", "1h", "30m"),
    extension("building_blocks", {"all": ["a"]}, MISSING),
    extension("building_blocks.any", ["a"], ["a", "b"]),
    extension("filter", "username = 'x'", MISSING),
    extension("offense.index", "username", "sourceip"),
    extension("notes", "a", "b"),
    extension("property_tests", [_ROOT, _ROOT], [_ROOT]),
    extension("reference_set_tests", [_LEFT_OUT], MISSING),
]


@pytest.mark.parametrize(("edit", "said"), LOWERING, ids=[f"{edit.path} {said}" for edit, said in LOWERING])
def test_what_lowers_security_is_said(edit: Edit, said: str) -> None:
    assert lowered(update("detection.x", DETECTION, edit)) == (said,)


@pytest.mark.parametrize("edit", RAISING, ids=[f"{edit.path} {edit.before}" for edit in RAISING])
def test_what_does_not_is_not(edit: Edit) -> None:
    assert lowered(update("detection.x", DETECTION, edit)) == ()


def test_what_lowers_security_comes_first() -> None:
    first = update("detection.z", DETECTION, extension("severity", 8, 5))
    made = plan(
        create("building_block.a", BUILDING_BLOCK), update("detection.b", DETECTION, extension("severity", 5, 8)), first
    )
    text = plan_markdown(made)
    assert text.index("detection.z will") < text.index("building_block.a will") < text.index("detection.b will")
    assert lowered(delete("detection.x", DETECTION)) == ("the detection is deleted",)
    assert lowered(delete("building_block.x", BUILDING_BLOCK)) == ()


def _many(number: int) -> list[Change]:
    return [create(f"detection.d{at}", DETECTION) for at in range(number)]


@pytest.mark.parametrize("most", [1000, 5000, 60_000])
def test_a_comment_is_never_longer_than_allowed_and_says_what_it_leaves_out(most: int) -> None:
    text = plan_markdown(plan(*_many(200)), most=most)
    assert len(text) <= most
    assert text.count("<details>") == text.count("</details>")
    assert re.search(r"\*\d+ more folds do not fit into a comment", text)


def test_a_plan_that_fits_is_whole() -> None:
    assert plan_markdown(plan(*_many(3))).count("<details>") == 3


_hostile = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    [
        "</details>",
        "```\n</details>",
        "@all",
        "#1 !2",
        "[x](javascript:1)",
        "<script>",
        "````",
        "~~~",
        "| a |",
        "\u202e",
    ]
)


@given(text=_hostile)
def test_no_text_leaves_a_line_of_prose(text: str) -> None:
    shown = inline(text)
    assert "\n" not in shown
    assert "<" not in shown
    assert not re.search(r"@\w", shown)
    assert not re.search(r"(?<!\\)[`*_\[\]#!|~]", shown)


@given(text=_hostile)
def test_no_text_leaves_a_summary(text: str) -> None:
    shown = html(text)
    assert "<" not in shown
    assert not re.search(r"[\n\r]|[@#!]\w", shown)


@given(lines=st.lists(_hostile, max_size=4))
def test_no_text_leaves_a_fence(lines: list[str]) -> None:
    opening, *body, closing = fenced(lines)
    assert closing == opening
    assert all(len(run) < len(closing) for line in body for run in re.findall("`+", line))
    assert all("\n" not in line and "\r" not in line for line in body)


@given(name=_hostile.filter(bool), notes=_hostile)
def test_no_name_or_note_closes_a_fold(name: str, notes: str) -> None:
    form: dict[str, Any] = DETECTION | {"name": name, "notes": notes}
    text = plan_markdown(plan(create("detection.x", form), delete("detection.y", form)), show_values=True)
    outside = re.sub(r"(?ms)^(`{3,})[^\n]*\n.*?^\1$", "", text)
    assert outside.count("<details>") == outside.count("</details>") == 2
    assert "@all" not in outside
