"""Expressions and conditions: a Pratt parser.

Ranks, loosest first: OR 1, AND 2, NOT 3, predicates 4, then arithmetic as in `nodes.RANKS`. IBM states no
precedence; these are SQL's, which every public query assumes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.mistakes import NO_LIST, NO_SET, unexpected
from dac.aql.nodes import (
    RANKS,
    And,
    Arithmetic,
    Between,
    Comparison,
    ComparisonOperator,
    Expression,
    Field,
    In,
    InQuery,
    IsNull,
    Match,
    MatchOperator,
    Or,
)
from dac.aql.operands import OperandParser, as_value
from dac.aql.tokens import Kind

if TYPE_CHECKING:
    from dac.aql.tokens import Token

_OR, _AND, _PREDICATE = 1, 2, 4
_COMPARISONS: dict[str, ComparisonOperator] = {
    "=": "=",
    "==": "=",
    "!=": "!=",
    "<>": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}
_MATCHES: dict[str, MatchOperator] = {
    "LIKE": "LIKE",
    "ILIKE": "ILIKE",
    "MATCHES": "MATCHES",
    "IMATCHES": "IMATCHES",
}
_WORD_RANKS = {"OR": _OR, "AND": _AND} | dict.fromkeys(("NOT", "IN", "BETWEEN", "IS", *_MATCHES), _PREDICATE)
_SIGN_RANKS = RANKS | dict.fromkeys(_COMPARISONS, _PREDICATE)


class ExpressionParser(OperandParser):
    def expression(self, rank: int = 0) -> Expression:
        self.enter()
        left = self.operand()
        while (level := self._rank()) > rank:
            left = self._operation(left, level)
        self.leave()
        return left

    def _rank(self) -> int:
        token = self.token
        if token.kind is Kind.SIGN:
            return _SIGN_RANKS.get(token.text, 0)
        return _WORD_RANKS.get(token.value, 0) if token.kind is Kind.WORD else 0

    def _operation(self, left: Expression, rank: int) -> Expression:
        if rank == _PREDICATE:
            return self._predicate(as_value(left))
        if rank == _OR:
            return Or(self._joined("OR", left, rank), at=left.at)
        if rank == _AND:
            return And(self._joined("AND", left, rank), at=left.at)
        return self._arithmetic(as_value(left), rank)

    def _joined(self, word: str, left: Expression, rank: int) -> tuple[Expression, ...]:
        operands = [self.as_condition(left)]
        while self.accept_word(word):
            operands.append(self.as_condition(self.expression(rank)))
        return tuple(operands)

    def _arithmetic(self, left: Expression, rank: int) -> Expression:
        operands, operators, is_tight = [left], [], True
        while self._rank() == rank:
            before, sign = self.previous, self.advance()
            is_tight = is_tight and before.end == sign.start and sign.end == self.token.start
            operators.append(sign.text)
            operands.append(as_value(self.expression(rank)))
        hyphenated = is_tight and set(operators) == {"-"} and _looks_like_a_name(operands)
        return Arithmetic(tuple(operands), tuple(operators), hyphenated, at=left.at)

    def _predicate(self, left: Expression) -> Expression:
        token = self.advance()
        if token.kind is Kind.SIGN:
            return Comparison(_COMPARISONS[token.text], left, self._compared(), at=left.at)
        if token.value == "IS":
            return self._is(left)
        if token.value == "NOT":
            if not (self.at_word("IN", "BETWEEN", *_MATCHES)):
                raise unexpected(self.token, "IN, LIKE, MATCHES or BETWEEN", ("IN", "BETWEEN", *_MATCHES))
            return self._test(left, self.advance(), negated=True)
        return self._test(left, token, negated=False)

    def _is(self, left: Expression) -> Expression:
        negated = self.accept_word("NOT")
        self.expect_word("NULL", *(() if negated else ("NOT",)))
        return IsNull(left, negated, at=left.at)

    def _test(self, left: Expression, token: Token, *, negated: bool) -> Expression:
        if token.value == "IN":
            return self._in(left, negated=negated)
        if token.value == "BETWEEN":
            low = self._compared()
            self.expect_word("AND")
            return Between(left, low, self._compared(), negated, at=left.at)
        return Match(_MATCHES[token.value], left, self._compared(), negated, at=left.at)

    def _compared(self) -> Expression:
        return as_value(self.expression(_PREDICATE))

    def _in(self, left: Expression, *, negated: bool) -> Expression:
        if not self.at_sign("(") and self.token.kind is not Kind.END:
            is_call = self.token.kind in (Kind.WORD, Kind.NAME) and self.following.text == "("
            code, hint = ("AQL004", NO_SET) if is_call else ("AQL001", NO_LIST)
            raise self.error(code, "IN takes a list or a query", self.token, hint=hint)
        self.expect_sign("(")
        if self.at_word("SELECT"):
            query = self.query()
            self.expect_sign(")")
            return InQuery(left, query, negated, at=left.at)
        choices = self.values()
        self.close_list()
        return In(left, choices, negated, at=left.at)


def _looks_like_a_name(operands: list[Expression]) -> bool:
    from dac.aql.catalogue import is_builtin_field  # most texts need no catalogue

    names = [operand.name for operand in operands if isinstance(operand, Field) and not operand.quoted]
    return len(names) == len(operands) and not all(is_builtin_field(n) or is_builtin_field(n, "flows") for n in names)
