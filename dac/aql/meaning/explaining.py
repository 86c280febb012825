"""What differs between two conditions, in words.

Two trees are gone through side by side. A sentence is one step from the old condition to the new one, and says
whether that step alone makes it match fewer events. AND, OR and NOT pass that on in a known direction, so what is
said of a term deep inside holds for the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.meaning.equality import equivalent
from dac.aql.meaning.exceptions import Exemption, exemption
from dac.aql.meaning.matching import is_group, matched
from dac.aql.meaning.predicates import became, predicate_change
from dac.aql.meaning.said import Said, Scope, in_order, listed, shown
from dac.aql.meaning.terms import canonical
from dac.aql.nodes import And, Boolean, Not, Or
from dac.aql.parsing import parse_condition
from dac.errors import AqlError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dac.aql.meaning.matching import Matched
    from dac.aql.nodes import Expression

_MOST_SAID = 12
_MOST_APART = 3
UNREADABLE = "one of the two is not AQL that dac can read, so nothing can be said of the difference"
SPELLING = "it is written differently; dac sees no difference in what it matches"
REWRITTEN = "nothing of the old condition is left in the new one"


def explain(before: str, after: str) -> tuple[Said, ...]:
    """Say what differs between two WHERE expressions, what lowers security first; nothing where they are equivalent.

    Never guesses: where too much has changed, one sentence says so. All that are said to lower security together
    match no event that the old condition did not.
    """
    if equivalent(before, after):
        return ()
    try:
        old, new = canonical(parse_condition(before)), canonical(parse_condition(after))
    except AqlError:
        return (Said(UNREADABLE, None, vague=True),)
    if old == new:
        return (Said(SPELLING, None),)
    if not _related(old, new):
        return (Said(REWRITTEN, None, vague=True),)
    found = in_order(list(_changes(old, new, Scope()))) or (Said(SPELLING, None),)
    return found if len(found) <= _MOST_SAID else (_too_much(found),)


def _too_much(found: Sequence[Said]) -> Said:
    directions = {said.lowers for said in found}
    common = directions.pop() if len(directions) == 1 else None
    return Said(f"{len(found)} things differ, too many to tell one by one", common, vague=common is None)


def _related(before: Expression, after: Expression) -> bool:
    """Whether anything of the old condition can be found again in the new one; a single test is told as it is."""
    if isinstance(before, Not) and isinstance(after, Not):
        return _related(before.operand, after.operand)
    if isinstance(before, Boolean) or isinstance(after, Boolean) or not (is_group(before) or is_group(after)):
        return True
    return _view(before, after) is not None


def _changes(before: Expression, after: Expression, scope: Scope) -> Iterator[Said]:
    """Yield what differs between two canonical terms that stand in the same place."""
    if before == after:
        return
    old, new = exemption(before), exemption(after)
    if old is not None and new is not None and old.key == new.key:
        yield from _exception_change(old, new, scope)
    elif isinstance(before, Not) and isinstance(after, Not):
        place = "in an exclusion, " if is_group(before) or is_group(after) else ""
        yield from _changes(before.operand, after.operand, scope.under_not(place))
    elif isinstance(before, Boolean) or isinstance(after, Boolean):
        yield became(before, after, scope, fewer=before == Boolean(value=True) or after == Boolean(value=False))
    elif not (is_group(before) or is_group(after)):
        yield from predicate_change(before, after, scope)
    elif (view := _view(before, after)) is not None:
        yield from _listed_changes(*view, scope)
    else:
        yield became(before, after, scope)


def _view(before: Expression, after: Expression) -> tuple[type[And | Or], Matched] | None:
    """Both as what AND joins, or both as what OR joins: whichever finds more in common; None when nothing is."""
    views = [
        (joint, matched(_operands(before, joint), _operands(after, joint)))
        for joint in (And, Or)
        if isinstance(before, joint) or isinstance(after, joint)
    ]
    best = max(views, key=lambda view: view[1].score, default=None)
    return best if best is not None and any(best[1].score) else None


def _operands(term: Expression, joint: type[And | Or]) -> tuple[Expression, ...]:
    return term.operands if isinstance(term, joint) else (term,)


def _listed_changes(joint: type[And | Or], found: Matched, scope: Scope) -> Iterator[Said]:
    for before, after in found.pairs:
        deeper = is_group(before) or is_group(after)
        yield from _changes(before, after, scope.within("in one alternative, ") if joint is Or and deeper else scope)
    for terms, verb in ((found.gone, "removed"), (found.come, "added")):
        for noun, texts in _by_noun(terms, joint).items():
            fewer = (verb == "added") is (joint is And)
            if len(texts) <= _MOST_APART:
                yield from (scope.say(f"{noun} {verb}: {text}", fewer=fewer) for text in texts)
            else:
                yield scope.say(f"{len(texts):,} {noun}s {verb}: {listed(texts, '; ')}", fewer=fewer)


def _by_noun(terms: Sequence[Expression], joint: type[And | Or]) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for term in terms:
        exempt = exemption(term) if joint is And else None
        if exempt is not None:
            named.setdefault("exception", []).append(str(exempt))
        elif joint is And and isinstance(term, Not) and is_group(term):
            named.setdefault("exclusion", []).append(shown(term.operand))
        else:
            named.setdefault("condition" if joint is And else "alternative", []).append(shown(term))
    return named


def _exception_change(before: Exemption, after: Exemption, scope: Scope) -> Iterator[Said]:
    """Yield what differs in the limits of an exception, and in what it does with events that lack a field.

    A limit with another field brings a guard for that field along. It is passed over where it works in the same
    direction as the limit does, and told where it does not.
    """
    inner = scope.under_not(f"in the exception for {Exemption(before.reference_set, before.field)}, ")
    limits = list(_limits(before.when, after.when, inner))
    guards = list(_guards(before, after, scope))
    yield from limits
    if not limits or {said.lowers for said in limits} != {said.lowers for said in guards}:
        yield from guards


def _limits(before: Sequence[Expression], after: Sequence[Expression], scope: Scope) -> Iterator[Said]:
    found = matched(before, after)
    if before and after and not any(found.score):
        old, new = (terms[0] if len(terms) == 1 else And(tuple(terms)) for terms in (before, after))
        yield from _changes(old, new, scope)
    else:
        yield from _listed_changes(And, found, scope)


def _guards(before: Exemption, after: Exemption, scope: Scope) -> Iterator[Said]:
    exempt = Exemption(before.reference_set, before.field)
    for guards, others, what, fewer in (
        (before.guards, after.guards, "are let pass now", True),
        (after.guards, before.guards, "are not let pass any more", False),
    ):
        texts = [shown(guard) for guard in guards if guard not in others]
        if texts:
            yield scope.say(f"by the exception for {exempt}, events with {listed(texts)} {what}", fewer=fewer)
