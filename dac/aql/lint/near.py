"""The name that was probably meant, out of however many there are."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from dac.aql.mistakes import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_COMPARED = 200
_FARTHEST = 3


def near_name(name: str, names: Iterable[str]) -> str:
    """One of `names` that begins like `name` and is about as long, in any case; "" when none is near."""
    folded = name.lower()
    alike = (other for other in names if other[:1].lower() == folded[:1] and abs(len(other) - len(name)) <= _FARTHEST)
    by_form = {other.lower(): other for other in islice(alike, _MOST_COMPARED)}
    near = nearest(folded, by_form)
    return by_form[near] if near else ""
