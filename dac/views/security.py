"""What in a difference lowers security: said first wherever differences are listed.

A judgement for readers, on the careful side: where dac cannot know, as with a set of which no rule in the plan says
whether it is an allowlist, what may lower it is named. Nothing is decided by it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dac.model.change import MISSING, Action
from dac.views.meaning import is_judged, meaning
from dac.views.set_readers import role_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dac.model.address import Address
    from dac.model.change import Change, Drift, Edit
    from dac.model.promotion import Divergence

_DETECTORS = ("detection", "vendor_rule")
_SET = "reference_set"
_MISSED = {
    "custom_property": ": what reads it has no value",
    "reference_set": ": what looks for its entries finds none",
    "building_block": ": what asks for it matches no more",
}
_OF_VALUES = {"name": "name", "property_type": "type", "datetime_format": "date pattern", "locale": "locale"}
_LIMITS = ("log_source_types", "log_sources", "categories", "qids")
_METRICS = ("severity", "credibility", "relevance")
_TESTS = ("property_tests", "reference_set_tests", "other_tests")
_RESPONSES = ("offense", "event", "email", "notify", "log", "reference_data", "custom_action")


def lowered(change: Change, others: Iterable[Change] = ()) -> tuple[str, ...]:
    """Return, in words, how a change lowers security; nothing when it does not.

    `others` are all changes of the plan, no-ops too: who reads a set says what an entry more or less of it means.
    """
    if change.action in (Action.DELETE, Action.FORGET) and change.address.kind in _DETECTORS:
        fate = "is deleted" if change.action is Action.DELETE else "is managed no longer"
        return (f"the {change.address.kind.replace('_', ' ')} {fate}",)
    if change.action in (Action.CREATE, Action.DELETE, Action.FORGET):
        return ()
    return tuple(_of(change.address, change.edits, others))


def lowered_by_drift(item: Drift, changes: Iterable[Change] = ()) -> tuple[str, ...]:
    """Return how what somebody did on the console lowers security; `changes` are those of the plan that shows it."""
    if item.missing:
        return tuple(_of_missing(item.address, changes))
    return tuple(_of(item.address, item.edits, changes))


def lowered_by_promotion(divergence: Divergence, changes: Iterable[Change] = ()) -> tuple[str, ...]:
    """Return how what the target is to hold lowers security beside what the source holds."""
    return tuple(_of(divergence.address, divergence.edits, changes))


def lowering_first(changes: Iterable[Change], others: Iterable[Change]) -> list[tuple[Change, tuple[str, ...]]]:
    """Each change with what it lowers; those that lower security first, else in the order given."""
    return sorted(((change, lowered(change, others)) for change in changes), key=lambda pair: not pair[1])


def _of_missing(address: Address, changes: Iterable[Change]) -> Iterator[str]:
    """Whatever is gone; but for an allowlist, without which more is reported."""
    consequence = _MISSED.get(address.kind, "")
    if address.kind == _SET and not role_of(address, changes).looked_for:
        return
    yield f"the {address.kind.replace('_', ' ')} is gone{consequence}"


def _of(address: Address, edits: Sequence[Edit], changes: Iterable[Change]) -> Iterator[str]:
    if address.kind == _SET:
        yield from _of_entries(address, edits, changes)
    for edit in edits:
        yield from _one(address.kind, edit)


def _of_entries(address: Address, edits: Sequence[Edit], changes: Iterable[Change]) -> Iterator[str]:
    entries = [edit for edit in edits if edit.path.startswith("entries[")]
    added, removed = (sum(getattr(edit, side) is MISSING for edit in entries) for side in ("before", "after"))
    if not (added or removed):
        return
    role = role_of(address, changes)
    if added and role.spared:
        yield f"{_entries(added)} added: an allowlist lets more through"
    if removed and role.looked_for:
        yield f"{_entries(removed)} removed: what looks for {'it' if removed == 1 else 'them'} finds less"


def _entries(number: int) -> str:
    return f"{number:,} {'entry' if number == 1 else 'entries'}"


def _one(kind: str, edit: Edit) -> Iterator[str]:
    words = next((words for applies, words in _LOWERING if applies(edit)), "")
    if words:
        yield words.format(edit=edit, what=edit.path.replace("_", " "))
    elif kind == "custom_property":
        yield from _of_property(edit)
    elif is_judged(kind):
        yield from _of_tests(edit)
        yield from _of_conditions(edit)
        for said in meaning(edit):
            if said.lowers:
                yield said.text
            elif said.vague:
                yield f"{said.text}; whether it matches less, dac cannot tell"


def _of_property(edit: Edit) -> Iterator[str]:
    if edit.path == "expressions":
        from dac.views.lowering_properties import lowered_by_expressions  # a property's model is pydantic's

        yield from lowered_by_expressions(edit.before, edit.after)
    elif edit.path in _OF_VALUES:
        yield f"its {_OF_VALUES[edit.path]} is another: rules that read it may match no more"


def _of_conditions(edit: Edit) -> Iterator[str]:
    """Whole conditions that a rule has from now on; what they say does not matter then."""
    if edit.path == "filter" and edit.before is MISSING:
        yield "it has a filter now: it fires on less"
    key, _, part = edit.path.partition(".")
    if key == "building_blocks" and (part or MISSING in (edit.before, edit.after)):
        before, after = (_by_part(value, part) for value in (edit.before, edit.after))
        if any(_asks_for_more(name, before.get(name), after.get(name)) for name in after):
            yield "what it asks of building blocks is more: it fires on less"


def _by_part(value: Any, part: str) -> dict[str, Any]:
    if value is MISSING:
        return {}
    return {part: value} if part else value


def _asks_for_more(part: str, before: list[str] | None, after: list[str] | None) -> bool:
    """Of `any`, one of fewer; of `all` and `none`, one more."""
    if not after:
        return False
    if part == "any":
        return before is None or not set(before) <= set(after)
    return not set(after) <= set(before or ())


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
    """A threshold that is new, counts further, sooner stops counting, or counts in smaller heaps."""
    if edit.path == "threshold":
        return edit.before is MISSING
    if edit.path == "threshold.count":
        return _is_less(replace(edit, before=edit.after, after=edit.before))
    if edit.path == "threshold.within":
        return _shortened(edit.before, edit.after)
    is_list = edit.path in ("threshold.by", "threshold.different") and edit.after is not MISSING
    return is_list and not set(edit.after) <= set(() if edit.before is MISSING else edit.before)


def _answers_less(edit: Edit) -> bool:
    if edit.path == "limiter":
        return edit.before is MISSING
    return (edit.path == "limiter.count" and _is_less(edit)) or (
        edit.path == "limiter.within" and _shortened(edit.after, edit.before)
    )


def _shortened(before: object, after: object) -> bool:
    """Whether a time became shorter; nothing is said of what is none."""
    from dac.resources.durations import seconds  # its checks are pydantic's

    with suppress(ValueError, KeyError, IndexError):
        return isinstance(before, str) and isinstance(after, str) and seconds(after) < seconds(before)
    return False


def _looks_at_less(edit: Edit) -> bool:
    """None listed means all of them."""
    if edit.path not in _LIMITS or edit.after is MISSING:
        return False
    return edit.before is MISSING or not set(edit.before) <= set(edit.after)


def _is_gone(edit: Edit) -> bool:
    return edit.after is MISSING or edit.after is False


_LOWERING: tuple[tuple[Callable[[Edit], bool], str], ...] = (
    (lambda edit: edit.path == "enabled" and edit.after is False, "it is switched off"),
    (lambda edit: edit.path in _METRICS and _is_less(edit), "{edit.path} {edit.before} -> {edit.after}"),
    (lambda edit: edit.path in _RESPONSES and _is_gone(edit), "{edit.path} is taken away"),
    (lambda edit: edit.path == "event.index" and _is_gone(edit), "its event makes no offense any more"),
    (lambda edit: edit.path == "drop" and edit.after is True, "its events are dropped: nothing after it sees them"),
    (_answers_less, "it answers less often"),
    (_waits_longer, "it waits for more events before it answers"),
    (_looks_at_less, "it looks at fewer {what}"),
    (lambda edit: edit.path == "use_for_rule_engine" and _is_gone(edit), "rules see the property no longer"),
)
"""The first that applies to an edit, and what is said of it."""
