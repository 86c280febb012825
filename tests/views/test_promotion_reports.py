"""A promotion as text, as JSON, and as Markdown."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sample_plans import at, extension, plan, rest

from dac.model.change import MISSING, Channel, Edit
from dac.model.diagnostic import Diagnostic, Severity
from dac.model.plan import ConsoleRef
from dac.model.promotion import Divergence, Gate, Promotion, Verdict, passed, unknown
from dac.views.human.promotion import promotion_text
from dac.views.machine.plan import plan_json
from dac.views.machine.promotion import promotion_json
from dac.views.markdown.promotion import promotion_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    Golden = Callable[[str, str], None]

OPEN = (
    passed("source-applied"),
    passed("target-api", "API 26.0"),
    Gate("soak", Verdict.LIFTED, ("stack cloud was applied 2h ago, and soak is 3d",), "wait"),
)
CLOSED = (
    Gate(
        "content", Verdict.REFUSED, tuple(f"cloud/detection.d{n} is not applied on dev" for n in range(12)), "apply it"
    ),
    unknown("target-guards", "no answer\x1b[2J from the console", "and another line"),
)
EDITS = (
    Edit("filter", "\"Country\" IN ('KP')", "\"Country\" IN ('KP', 'IR')", Channel.EXTENSION, "variable countries"),
    Edit("severity", 5, 8, Channel.EXTENSION, "[detection.risky.console.prod] severity"),
)
PROMOTION = Promotion(
    ConsoleRef("dev", "https://dev.example.com"),
    ConsoleRef("prod", "https://qradar.example.com"),
    ("cloud",),
    OPEN,
    (Divergence(at("detection.risky"), EDITS),),
    1_767_323_045_000,
)
REFUSED = replace(PROMOTION, gates=(*OPEN, *CLOSED), divergences=())


def test_an_open_promotion(golden: Golden) -> None:
    golden("views/promotion_open.txt", promotion_text(PROMOTION))


def test_a_refused_promotion_cuts_long_lists_and_is_harmless_to_a_terminal(golden: Golden) -> None:
    text = promotion_text(REFUSED)
    golden("views/promotion_refused.txt", text)
    assert "\x1b" not in text


def test_the_json_has_every_note_and_the_plan_only_where_it_may_be_applied(golden: Golden) -> None:
    golden("views/promotion.json", json.dumps(json.loads(promotion_json(REFUSED, None)), indent=1) + "\n")
    assert json.loads(promotion_json(PROMOTION, plan()))["plan"]["console"]["name"]


def test_markdown_says_first_what_closes_a_gate(golden: Golden) -> None:
    text = promotion_markdown(REFUSED, None)
    golden("views/promotion_refused.md", text)
    assert "\x1b" not in text
    assert text.index("**refused** `content`") < text.index("passed `source-applied`")


def test_markdown_of_an_open_promotion_has_the_plan_and_why_it_differs(golden: Golden) -> None:
    golden("views/promotion_open.md", promotion_markdown(PROMOTION, plan()))


def test_what_the_target_is_to_hold_with_less_security_is_marked_as_a_plan_marks_it() -> None:
    edits = (
        rest("enabled", True, False, '[console.prod] rollout = "disabled"'),
        extension("offense", {"index": "username"}, MISSING),
    )
    differing = replace(PROMOTION, divergences=(Divergence(at("detection.risky"), edits),))
    assert "# (lowers security: it is switched off; offense is taken away)" in promotion_text(differing)
    (told,) = json.loads(promotion_json(differing, None))["differences"]
    assert told["lowers_security"] == ["it is switched off", "offense is taken away"]
    assert "detection.risky (lowers security)</summary>" in promotion_markdown(differing, None)


def test_markdown_counts_the_entries_of_allowlists_unless_they_are_asked_for() -> None:
    reason = "[reference_set.vpn.console.prod] entry"
    added = Edit('entries["203.0.113.9"]', MISSING, "Exit node Kyiv", Channel.REST, reason)
    differing = replace(PROMOTION, divergences=(Divergence(at("reference_set.vpn"), (added,)),))
    text = promotion_markdown(differing, plan())
    assert "1 added, 0 removed" in text
    assert f"# {reason}" in text
    assert "203.0.113.9" not in text
    assert "Kyiv" not in text
    assert "203.0.113.9" in promotion_markdown(differing, plan(), show_values=True)


def test_markdown_fits_into_a_comment_and_keeps_the_gates() -> None:
    many = replace(PROMOTION, divergences=PROMOTION.divergences * 100)
    text = promotion_markdown(many, plan(), most=5000)
    assert len(text) <= 5000
    assert "**Every gate is open.**" in text
    assert "more folds do not fit" in text


def test_the_plan_within_the_json_is_what_plan_prints() -> None:
    warning = Diagnostic(Severity.WARNING, "old-calibration", "it was calibrated earlier")
    whole = json.loads(plan_json(plan(), "ask", [warning]))
    assert json.loads(promotion_json(PROMOTION, plan(), "ask", [warning]))["plan"] == whole
    assert [one["code"] for one in whole["warnings"]] == ["old-calibration"]
