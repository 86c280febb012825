"""The time a search looks at: what of it differs between two queries."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dac.aql.conditions import conjuncts
from dac.aql.meaning.said import Said, in_order
from dac.aql.nodes import Last
from dac.aql.parsing import parse
from dac.aql.printing import to_aql
from dac.aql.windows import is_window
from dac.errors import AqlError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.nodes import Node, Query

_SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400}
UNREADABLE = "one of the two queries is not AQL that dac can read, so nothing can be said of its window"


def explain_window(before_query: str, after_query: str) -> tuple[Said, ...]:
    """Say how the window of a SELECT changed: its LAST, START and STOP, and the terms of WHERE that only narrow time.

    `lowers` is about the search, which finds fewer events in a shorter window; a rule has no window. Nothing where
    the windows are equal.
    """
    try:
        before, after = parse(before_query), parse(after_query)
    except AqlError:
        return () if before_query == after_query else (Said(UNREADABLE, None),)
    return in_order([*_clause(before.time, after.time), *_terms(before, after)])


def _clause(before: Node | None, after: Node | None) -> Iterator[Said]:
    if before == after:
        return
    if before is None and after is not None:
        yield Said(f"window added: {to_aql(after)}", None)
    elif before is not None and after is None:
        yield Said(f"window removed: {to_aql(before)}; the console's default applies", None)
    elif before is not None and after is not None:
        old, new = _length(before), _length(after)
        if old is None or old != new:
            lowers = None if old is None or new is None else new < old
            yield Said(f"window changed: {to_aql(before)} became {to_aql(after)}", lowers)


def _length(window: Node) -> int | None:
    """Seconds of a LAST; None for what has a start and a stop."""
    unit = _SECONDS.get(window.unit.removesuffix("S")) if isinstance(window, Last) else None
    return window.count * unit if isinstance(window, Last) and unit is not None else None


def _terms(before: Query, after: Query) -> Iterator[Said]:
    old, new = _windows(before), _windows(after)
    gone, come = list((old - new).elements()), list((new - old).elements())
    if len(gone) == len(come) == 1:
        yield Said(f"window changed: {gone[0]} became {come[0]}", None)
        return
    yield from (Said(f"window removed: {text}", False) for text in gone)
    yield from (Said(f"window added: {text}", True) for text in come)


def _windows(query: Query) -> Counter[str]:
    terms = conjuncts(query.where) if query.where is not None else ()
    return Counter(to_aql(term) for term in terms if is_window(term))
