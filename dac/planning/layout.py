"""Filters that differ in layout alone: no edit and no drift, because one says what the other says.

What is sent and what is recorded then has the layout that is on the console, so that the next plan finds all three
forms equal without reading a query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dac.model.deployed import Deployed

FILTER = "filter"


def is_layout(key: str, before: Any, after: Any) -> bool:
    """Whether two different values of a deployed key are one filter, laid out in two ways."""
    if key != FILTER or not (isinstance(before, str) and isinstance(after, str)):
        return False
    from dac.aql.meaning import equivalent  # only where two filters differ: a plan without changes parses nothing

    return equivalent(before, after)


def laid_out_as(current: Deployed, form: Deployed) -> Deployed:
    """Return `form`, with the filter of `current` where that says the same."""
    before, after = current.get(FILTER), form.get(FILTER)
    return form | {FILTER: before} if before != after and is_layout(FILTER, before, after) else form
