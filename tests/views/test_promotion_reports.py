"""A promotion as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sample_plans import at, plan

from dac.model.change import Channel, Edit
from dac.model.plan import ConsoleRef
from dac.model.promotion import Divergence, Gate, Promotion, Verdict, passed, unknown
from dac.views.human.promotion import promotion_text
from dac.views.machine.promotion import promotion_json

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
