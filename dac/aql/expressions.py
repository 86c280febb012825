"""Expressions and conditions: a Pratt parser.

Ranks, loosest first: OR 1, AND 2, NOT 3, predicates 4, then arithmetic as in `nodes.RANKS`. IBM states no
precedence; these are SQL's, which every public query assumes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, cast

from dac.aql.cursor import Cursor
from dac.aql.mistakes import hint_for_word, unexpected
from dac.aql.nodes import (
    RANKS,
    And,
    Arithmetic,
    Between,
    Boolean,
    Call,
    Case,
    Comparison,
    ComparisonOperator,
    Condition,
    Expression,
    Field,
    If,
    In,
    InQuery,
    IsNull,
    Match,
    MatchOperator,
    Not,
    Null,
    Number,
    Or,
    Star,
    String,
    TextSearch,
    Unary,
    When,
)
from dac.aql.tokens import Kind, Token
from dac.aql.words import JOINING, RESERVED
from dac.errors import AqlError

if TYPE_CHECKING:
    from dac.aql.nodes import Query

_OR, _AND, _NOT, _PREDICATE, _SIGN = 1, 2, 3, 4, 11
_COMPARISONS = {"=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_MATCHES = ("LIKE", "ILIKE", "MATCHES", "IMATCHES")
_WORD_RANKS = {"OR": _OR, "AND": _AND} | dict.fromkeys(("NOT", "IN", "BETWEEN", "IS", *_MATCHES), _PREDICATE)
_SIGN_RANKS = RANKS | dict.fromkeys(_COMPARISONS, _PREDICATE)
_FOREIGN_CALLS = ("CAST", "EXISTS")
NO_DISTINCT = "list the distinct values with GROUP BY; count them with UNIQUECOUNT(field)"


class ExpressionParser(Cursor, ABC):
    @abstractmethod
    def query(self) -> Query:
        """The SELECT that begins here."""

    def condition(self) -> Expression:
        return self._condition(self.expression())

    def value(self) -> Expression:
        return _value(self.expression())

    def _condition(self, node: Expression) -> Expression:
        if isinstance(node, (Condition, Call, Boolean)):
            return node
        token = self.token
        if token.kind is Kind.WORD and hint_for_word(token.value):  # username RLIKE 'x', NOW() - 1 HOUR
            raise unexpected(token, "a condition")
        raise AqlError(
            "AQL001",
            "a value stands where a condition should stand",
            line=node.at.line,
            column=node.at.column,
            hint="compare it with something, for example: field = 'text'",
        )

    def values(self) -> tuple[Expression, ...]:
        """One or more values between commas."""
        found = [_value(self.expression())]
        while self.accept_sign(","):
            found.append(_value(self.expression()))
        return tuple(found)

    def expression(self, rank: int = 0) -> Expression:
        """What begins here, as far as operators that bind tighter than `rank` reach."""
        self.enter()
        left = self._operand()
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
            return self._predicate(_value(left))
        if rank == _OR:
            return Or(self._joined("OR", left, rank), at=left.at)
        if rank == _AND:
            return And(self._joined("AND", left, rank), at=left.at)
        return self._arithmetic(_value(left), rank)

    def _joined(self, word: str, left: Expression, rank: int) -> tuple[Expression, ...]:
        operands = [self._condition(left)]
        while self.accept_word(word):
            operands.append(self._condition(self.expression(rank)))
        return tuple(operands)

    def _arithmetic(self, left: Expression, rank: int) -> Expression:
        operands, operators, tight = [left], [], True
        while self._rank() == rank:
            before = self._tokens[self._index - 1]
            sign = self.advance()
            tight = tight and before.end == sign.start and sign.end == self.token.start
            operators.append(sign.text)
            operands.append(_value(self.expression(rank)))
        hyphenated = tight and set(operators) == {"-"} and _looks_like_a_name(operands)
        return Arithmetic(tuple(operands), tuple(operators), hyphenated, at=left.at)

    # Predicates

    def _predicate(self, left: Expression) -> Expression:
        token = self.advance()
        if token.kind is Kind.SIGN:
            operator = cast("ComparisonOperator", _COMPARISONS[token.text])
            return Comparison(operator, left, self._predicate_operand(), at=left.at)
        if token.value == "IS":
            negated = self.accept_word("NOT")
            self.expect_word("NULL", *(() if negated else ("NOT",)))
            return IsNull(left, negated, at=left.at)
        negated = token.value == "NOT"
        if negated:
            token = self.advance()
        if token.value == "IN" and token.kind is Kind.WORD:
            return self._in(left, negated)
        if token.value == "BETWEEN" and token.kind is Kind.WORD:
            low = self._predicate_operand()
            self.expect_word("AND")
            return Between(left, low, self._predicate_operand(), negated, at=left.at)
        if token.value in _MATCHES and token.kind is Kind.WORD:
            operator = cast("MatchOperator", token.value)
            return Match(operator, left, self._predicate_operand(), negated, at=left.at)
        raise unexpected(token, "IN, LIKE, ILIKE, MATCHES, IMATCHES or BETWEEN", ("IN", "BETWEEN", *_MATCHES))

    def _predicate_operand(self) -> Expression:
        return _value(self.expression(_PREDICATE))

    def _in(self, left: Expression, negated: bool) -> Expression:
        self.expect_sign("(")
        if self.at_word("SELECT"):
            found: Expression = InQuery(left, self.query(), negated, at=left.at)
            self.expect_sign(")")
            return found
        found = In(left, self.values(), negated, at=left.at)
        self._close_list()
        return found

    def _close_list(self) -> None:
        if not self.accept_sign(")"):
            raise unexpected(self.token, ", or )")

    # Operands

    def _operand(self) -> Expression:
        token = self.token
        if token.kind is Kind.WORD:
            return self._word()
        self.advance()
        if token.kind is Kind.STRING:
            return String(token.value, at=token.at)
        if token.kind is Kind.NUMBER:
            return Number(token.text, at=token.at)
        if token.kind is Kind.NAME:
            return self._called(token) if self.at_sign("(") else Field(token.value, quoted=True, at=token.at)
        if token.text == "(":
            return self._parenthesised()
        if token.text in ("-", "+", "~"):
            operand = _value(self.expression(_SIGN))
            return Unary(token.text, operand, at=token.at)  # type: ignore[arg-type]  # the line above is the check
        raise unexpected(token, "a value")

    def _parenthesised(self) -> Expression:
        if self.at_word("SELECT"):
            raise self.error(
                "AQL004",
                "a query cannot stand for a value",
                self.token,
                hint="AQL has subqueries in FROM ( .. ) and IN ( .. ) only",
            )
        found = self.expression()
        self.expect_sign(")", "AND", "OR")
        return found

    def _word(self) -> Expression:
        token = self.advance()
        if token.value == "CASE":
            return self._case(token)
        if token.value == "IF":
            return self._if(token)
        if token.value == "NOT":
            return Not(self._condition(self.expression(_NOT)), at=token.at)
        if token.value == "NULL":
            return Null(at=token.at)
        if token.value in ("TRUE", "FALSE"):
            return Boolean(token.value == "TRUE", at=token.at)
        if token.value == "TEXT" and self.accept_word("SEARCH"):
            return TextSearch(self.expect_string("the search terms in single quotes"), at=token.at)
        if token.value == "LAST" or token.value not in RESERVED:
            return self._named(token)
        raise self._reserved(token)

    def _reserved(self, token: Token) -> AqlError:
        if token.value == "DISTINCT":
            return self.error("AQL003", "AQL has no DISTINCT", token, hint=NO_DISTINCT)
        error = unexpected(token, "a value")
        if not error.hint and token.value not in JOINING:
            error.hint = f'{token.value} is a keyword; a field of that name is written "{token.text}"'
        return error

    def _named(self, token: Token) -> Expression:
        following = self.token
        if token.value in _FOREIGN_CALLS and self.at_sign("("):
            raise unexpected(token, "a value")
        if token.value == "INTERVAL" and following.kind in (Kind.STRING, Kind.NUMBER):
            raise unexpected(token, "a value")
        if self.at_sign("(") or self.at_sign("::"):
            return self._called(token)
        if token.value in RESERVED:
            raise self._reserved(token)
        return Field(token.text, at=token.at)

    def _called(self, token: Token) -> Expression:
        name = token.value if token.kind is Kind.NAME else token.text
        while self.accept_sign("::"):
            if self.token.kind is not Kind.WORD or self.following.text not in ("(", "::"):
                raise self.error(
                    "AQL004",
                    ":: stands between a namespace and a function",
                    self.token,
                    hint="AQL has no casts; LONG(), DOUBLE() and STR() convert",
                )
            name += "::" + self.advance().text
        self.expect_sign("(")
        arguments: tuple[Expression, ...] = ()
        if self.at_sign("*"):
            arguments = (self._star(token),)
        elif not self.at_sign(")"):
            arguments = self.values()
        self._close_list()
        return Call(name, arguments, at=token.at)

    def _star(self, function: Token) -> Star:
        if function.value.upper() != "COUNT":
            raise self.error("AQL001", f"* stands in COUNT(*) only, not in {function.text}", self.token)
        return Star(at=self.advance().at)

    def _case(self, token: Token) -> Expression:
        operand = None if self.at_word("WHEN") else self.value()
        arms: list[When] = []
        while self.at_word("WHEN"):
            at = self.advance().at
            test = self.condition() if operand is None else self.value()
            self.expect_word("THEN", "AND", "OR")
            arms.append(When(test, self.value(), at=at))
        if not arms:
            raise unexpected(self.token, "WHEN", ("WHEN",))
        otherwise = self.value() if self.accept_word("ELSE") else None
        self.expect_word("END", "WHEN", "ELSE")
        return Case(operand, tuple(arms), otherwise, at=token.at)

    def _if(self, token: Token) -> Expression:
        test = self.condition()
        self.expect_word("THEN", "AND", "OR")
        result = self.value()
        self.expect_word("ELSE")
        return If(test, result, self.value(), at=token.at)


def _value(node: Expression) -> Expression:
    if isinstance(node, Condition):
        raise AqlError(
            "AQL001",
            "a condition stands where a value should stand",
            line=node.at.line,
            column=node.at.column,
            hint="conditions stand in WHERE, HAVING, WHEN and IF; join them with AND, OR and NOT",
        )
    return node


def _looks_like_a_name(operands: list[Expression]) -> bool:
    from dac.aql.catalogue import is_builtin_field  # noqa: PLC0415  # the data is loaded only if a text needs it

    names = [operand.name for operand in operands if isinstance(operand, Field) and not operand.quoted]
    return len(names) == len(operands) and not all(is_builtin_field(n) or is_builtin_field(n, "flows") for n in names)
