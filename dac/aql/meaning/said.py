"""One thing that is said of a change, and where in the condition it stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dac.aql.meaning.terms import spelled
from dac.aql.printing import to_aql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.aql.nodes import Expression

SHOWN = 5
_WIDEST = 100


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence without its full stop, its values printed as AQL.

    `lowers`: True when the new condition matches fewer events for it, False when it matches more, None when that
    cannot be said. `vague`: it is about the whole, of which nothing more can be told.
    """

    text: str
    lowers: bool | None
    vague: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where two terms stand that are compared.

    `reversed` under an odd number of NOTs: there, what matches less makes the whole match more. `excluded` when the
    term stands right below NOT, `place` says where in words.
    """

    reversed: bool = False
    excluded: bool = False
    place: str = ""

    def say(self, text: str, *, fewer: bool | None) -> Said:
        """`text` said here; `fewer`: whether the term itself matches fewer events than it did."""
        return Said(self.place + text, None if fewer is None else fewer is not self.reversed)

    def under_not(self, place: str = "") -> Scope:
        """The scope of what stands below a NOT; with a `place`, a group whose parts are told as they stand."""
        return Scope(not self.reversed, not place, self.place or place)

    def within(self, place: str) -> Scope:
        """The same scope, told to be in `place` unless it already is somewhere."""
        return replace(self, place=self.place or place)


def in_order(found: Sequence[Said]) -> tuple[Said, ...]:
    """What lowers security first, then what cannot be judged, then what matches more; else as it was found."""
    rank = {True: 0, None: 1, False: 2}
    return tuple(sorted(dict.fromkeys(found), key=lambda said: rank[said.lowers]))


def shown(term: Expression) -> str:
    """A term as AQL, cut short where it is long."""
    text = to_aql(spelled(term))
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST].rstrip()} …"


def listed(texts: Sequence[str], joint: str = ", ") -> str:
    """The first five, and how many more."""
    more = f" and {len(texts) - SHOWN:,} more" if len(texts) > SHOWN else ""
    return joint.join(texts[:SHOWN]) + more
