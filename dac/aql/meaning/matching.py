"""Which terms of two lists are equal, which are two versions of one, and which came or went.

Terms are paired by what they are about: first by the same test of the same operand, then by the operand alone, then
groups by the tests they share. Where more than one would fit, nothing is paired: added and removed is always true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.aql.meaning.exceptions import exemption
from dac.aql.nodes import And, Between, Call, Comparison, In, IsNull, Match, Not, Or

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from dac.aql.nodes import Expression

    Pair = tuple[Expression, Expression]

_MOST_COMPARED = 2_500


@dataclass(slots=True)
class Matched:
    """`common` terms are equal on both sides; what is left in `gone` and `come` has no counterpart."""

    common: int
    pairs: list[Pair]
    gone: list[Expression]
    come: list[Expression]

    @property
    def score(self) -> tuple[int, int]:
        """How much two lists have to do with each other; (0, 0) for nothing."""
        return self.common, len(self.pairs)


def matched(before: Sequence[Expression], after: Sequence[Expression]) -> Matched:
    """Match two lists of canonical terms. Where an order matters, it is that of the lists."""
    old, new = dict.fromkeys(before), dict.fromkeys(after)
    found = Matched(
        len(old.keys() & new.keys()), [], [t for t in old if t not in new], [t for t in new if t not in old]
    )
    _pair_by(found, _test)
    _pair_by(found, _subject)
    _pair_groups(found)
    return found


def is_group(term: Expression) -> bool:
    """Whether other terms stand in it."""
    return isinstance(_positive(term), (And, Or))


def _positive(term: Expression) -> Expression:
    return term.operand if isinstance(term, Not) else term


def _test(term: Expression) -> Hashable:
    """What two versions of one test share; None for a group. An exception is one whatever it is made of."""
    exempt = exemption(term)
    if exempt is not None:
        return ("exception", exempt.key)
    inner = _positive(term)
    match inner:
        case Comparison():
            what: object = inner.operator[0]
        case Call() if inner.arguments:
            what = inner.key
        case _:
            what = type(inner)
    subject = _subject(term)
    return None if subject is None else (what, subject, isinstance(term, Not))


def _subject(term: Expression) -> Hashable:
    if exemption(term) is not None:
        return None
    inner = _positive(term)
    match inner:
        case In() | Match() | Between() | IsNull():
            return inner.operand
        case Comparison():
            return inner.left
        case Call() if inner.arguments:
            return inner.key, inner.arguments[1:]
    return None


def _pair_by(found: Matched, mark: Callable[[Expression], Hashable]) -> None:
    """Pair the terms whose mark only one term on each side has."""
    old, new = _by_mark(found.gone, mark), _by_mark(found.come, mark)
    pairs = [(old[key][0], new[key][0]) for key in old if len(old[key]) == len(new.get(key, ())) == 1]
    _take(found, pairs)


def _by_mark(terms: Sequence[Expression], mark: Callable[[Expression], Hashable]) -> dict[Hashable, list[Expression]]:
    marked: dict[Hashable, list[Expression]] = {}
    for term in terms:
        key = mark(term)
        if key is not None:
            marked.setdefault(key, []).append(term)
    return marked


def _pair_groups(found: Matched) -> None:
    """Pair a group with the group or the test that shares most with it; only of one sign, and no exceptions."""
    if len(found.gone) * len(found.come) > _MOST_COMPARED:
        return
    old, new = [_Content.of(term) for term in found.gone], [_Content.of(term) for term in found.come]
    scored = sorted(
        (score, -i, -j) for i, left in enumerate(old) for j, right in enumerate(new) if any(score := left.shares(right))
    )
    rows, columns = set(range(len(old))), set(range(len(new)))
    pairs = []
    for _, i, j in reversed(scored):
        if -i in rows and -j in columns:
            rows.discard(-i)
            columns.discard(-j)
            pairs.append((found.gone[-i], found.come[-j]))
    _take(found, pairs)


def _take(found: Matched, pairs: list[Pair]) -> None:
    found.pairs += pairs
    old, new = {left for left, _ in pairs}, {right for _, right in pairs}
    found.gone = [term for term in found.gone if term not in old]
    found.come = [term for term in found.come if term not in new]


@dataclass(frozen=True, slots=True)
class _Content:
    """The tests in a term and what they are about; `kind` keeps apart what is never paired."""

    kind: str
    is_group: bool
    tests: frozenset[Expression]
    subjects: frozenset[Hashable]

    @classmethod
    def of(cls, term: Expression) -> _Content:
        tests: set[Expression] = set()
        waiting = [_positive(term)]
        while waiting:
            inner = _positive(waiting.pop())
            if isinstance(inner, (And, Or)):
                waiting.extend(inner.operands)
            else:
                tests.add(inner)
        kind = "exception" if exemption(term) else "not" if isinstance(term, Not) else ""
        return cls(kind, is_group(term), frozenset(tests), frozenset(map(_subject, tests)) - {None})

    def shares(self, other: _Content) -> tuple[int, int]:
        if self.kind != other.kind or self.kind == "exception" or not (self.is_group or other.is_group):
            return (0, 0)
        return len(self.tests & other.tests), len(self.subjects & other.subjects)
