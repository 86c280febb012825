"""Whether two conditions are one, written in two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.nodes import Arithmetic
from dac.aql.parsing import parse_condition
from dac.aql.tokens import Kind, tokenize
from dac.aql.walking import walk
from dac.errors import AqlError

if TYPE_CHECKING:
    from dac.aql.nodes import Expression


def equivalent(before: str, after: str) -> bool:
    """Whether the two differ at most in layout, the case of keywords and names, and redundant parentheses.

    `==` is `=` and `<>` is `!=`. False whenever there is a doubt: for other comments, another order, another way to
    say the same. A text that is not AQL is equal to itself only.
    """
    if before == after:
        return True
    try:
        old, new = parse_condition(before), parse_condition(after)
        return old == new and _hyphens(old) == _hyphens(new) and _comments(before) == _comments(after)
    except AqlError:
        return False


def _hyphens(condition: Expression) -> list[bool]:
    """`a-b` may be meant as one name and `a - b` may not; their trees are equal all the same."""
    return [node.hyphenated for node in walk(condition) if isinstance(node, Arithmetic)]


def _comments(text: str) -> list[str]:
    """What a console makes of a comment is nowhere written down."""
    return [token.text for token in tokenize(text) if token.kind is Kind.COMMENT]
