"""What in a difference lowers security: said first wherever differences are listed.

A judgement for readers, on the careful side: dac cannot know whether a set is an allowlist, so an entry that is added
is named. Nothing is decided by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.model.change import MISSING, Action
from dac.views.meaning import is_judged, meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dac.model.change import Change, Drift, Edit
    from dac.model.promotion import Divergence

_DETECTORS = ("detection", "vendor_rule")
_METRICS = ("severity", "credibility", "relevance")
_TESTS = ("property_tests", "reference_set_tests", "other_tests")
_RESPONSES = ("offense", "event", "email", "notify", "log", "reference_data", "custom_action")


def lowered(change: Change) -> tuple[str, ...]:
    """Return, in words, how a change lowers security; nothing when it does not."""
    if change.action in (Action.DELETE, Action.FORGET) and change.address.kind in _DETECTORS:
        fate = "is deleted" if change.action is Action.DELETE else "is managed no longer"
        return (f"the {change.address.kind.replace('_', ' ')} {fate}",)
    if change.action in (Action.CREATE, Action.DELETE, Action.FORGET):
        return ()
    return tuple(_of(change.address.kind, change.edits))


def lowered_by_drift(item: Drift) -> tuple[str, ...]:
    """Return how what somebody did on the console lowers security."""
    if item.missing:
        return (f"the {item.address.kind.replace('_', ' ')} is gone",) if item.address.kind in _DETECTORS else ()
    return tuple(_of(item.address.kind, item.edits))


def lowered_by_promotion(divergence: Divergence) -> tuple[str, ...]:
    """Return how what the target is to hold lowers security beside what the source holds."""
    return tuple(_of(divergence.address.kind, divergence.edits))


def lowering_first(changes: Iterable[Change]) -> list[tuple[Change, tuple[str, ...]]]:
    """Each change with what it lowers; those that lower security first, else in the order given."""
    return sorted(((change, lowered(change)) for change in changes), key=lambda pair: not pair[1])


def _of(kind: str, edits: Sequence[Edit]) -> Iterator[str]:
    added = sum(edit.path.startswith("entries[") and edit.before is MISSING for edit in edits)
    if added:
        yield f"{added:,} {'entry' if added == 1 else 'entries'} added: an allowlist lets more through"
    for edit in edits:
        yield from _one(kind, edit)


def _one(kind: str, edit: Edit) -> Iterator[str]:
    words = next((words for applies, words in _LOWERING if applies(edit)), "")
    if words:
        yield words.format(edit=edit)
    elif is_judged(kind):
        yield from _of_tests(edit)
        yield from (said.text for said in meaning(edit) if said.lowers)


def _of_tests(edit: Edit) -> Iterator[str]:
    """Tests are joined with AND: one more, or another exception, and the rule fires on less."""
    if edit.path not in _TESTS:
        return
    before, after = (value if isinstance(value, list) else [] for value in (edit.before, edit.after))
    if any(row.get("negate") and row not in before for row in after):
        yield "what one of its tests leaves out is new or another"
    elif len(after) > len(before):
        yield "it has a test more: it fires on less"


def _is_less(edit: Edit) -> bool:
    return isinstance(edit.before, int) and isinstance(edit.after, int) and edit.after < edit.before


def _waits_longer(edit: Edit) -> bool:
    """A threshold that is new, or counts further."""
    if edit.path == "threshold":
        return edit.before is MISSING
    is_count = edit.path == "threshold.count" and isinstance(edit.before, int) and isinstance(edit.after, int)
    return is_count and edit.after > edit.before


def _looks_at_less(edit: Edit) -> bool:
    """None listed means all of them."""
    if edit.after is MISSING:
        return False
    return edit.before is MISSING or not set(edit.before) <= set(edit.after)


def _off(expressions: Any) -> int:
    return 0 if expressions is MISSING else sum(row.get("enabled") is False for row in expressions)


def _is_gone(edit: Edit) -> bool:
    return edit.after is MISSING or edit.after is False


_LOWERING: tuple[tuple[Callable[[Edit], bool], str], ...] = (
    (lambda edit: edit.path == "enabled" and edit.after is False, "it is switched off"),
    (lambda edit: edit.path in _METRICS and _is_less(edit), "{edit.path} {edit.before} -> {edit.after}"),
    (lambda edit: edit.path in _RESPONSES and _is_gone(edit), "{edit.path} is taken away"),
    (lambda edit: edit.path == "event.index" and _is_gone(edit), "its event makes no offense any more"),
    (lambda edit: edit.path == "drop" and edit.after is True, "its events are dropped: nothing after it sees them"),
    (lambda edit: edit.path == "limiter" and edit.before is MISSING, "it answers less often"),
    (_waits_longer, "it waits for more events before it answers"),
    (lambda edit: edit.path == "log_source_types" and _looks_at_less(edit), "it looks at fewer log source types"),
    (lambda edit: edit.path == "use_for_rule_engine" and _is_gone(edit), "rules see the property no longer"),
    (
        lambda edit: edit.path == "expressions" and _off(edit.after) > _off(edit.before),
        "an expression is switched off: events it was for have no value",
    ),
)
"""The first that applies to an edit, and what is said of it."""
