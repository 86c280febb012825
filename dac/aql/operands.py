"""What operators join: literals, fields, calls, CASE, IF, and anything in parentheses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from dac.aql.cursor import Cursor
from dac.aql.mistakes import PATTERN_SIGN, hint_for_word, unexpected
from dac.aql.nodes import (
    Boolean,
    Call,
    Case,
    Condition,
    Expression,
    Field,
    If,
    Not,
    Null,
    Number,
    Star,
    String,
    TextSearch,
    Unary,
    When,
)
from dac.aql.position import error_at
from dac.aql.tokens import Kind, Token
from dac.aql.words import JOINING, RESERVED

if TYPE_CHECKING:
    from dac.aql.nodes import Query
    from dac.errors import AqlError

NOT_RANK, SIGN_RANK = 3, 11
NO_DISTINCT = "list the distinct values with GROUP BY; count them with UNIQUECOUNT(field)"
_NO_CASTS = "AQL has no casts; LONG(), DOUBLE() and STR() convert"


class OperandParser(Cursor, ABC):
    @abstractmethod
    def expression(self, rank: int = 0) -> Expression:
        """What begins here, as far as operators that bind tighter than `rank` reach."""

    @abstractmethod
    def query(self) -> Query:
        """The SELECT that begins here."""

    def condition(self) -> Expression:
        return self.as_condition(self.expression())

    def value(self) -> Expression:
        return as_value(self.expression())

    def values(self) -> tuple[Expression, ...]:
        """One or more values between commas."""
        found = [as_value(self.expression())]
        while self.accept_sign(","):
            found.append(as_value(self.expression()))
        return tuple(found)

    def as_condition(self, node: Expression) -> Expression:
        """`node`, which has just been read, where only a condition may stand."""
        if isinstance(node, (Condition, Call, Boolean)):
            return node
        token = self.token
        if token.kind is Kind.WORD and hint_for_word(token.value):  # username RLIKE 'x', NOW() - 1 HOUR
            raise unexpected(token, "a condition")
        if token.text == "~":
            raise self.error("AQL004", "AQL has no ~ between a field and a pattern", token, hint=PATTERN_SIGN)
        hint = "compare it with something, for example: field = 'text'"
        raise error_at(node.at, "AQL001", "a value stands where a condition should stand", hint)

    def operand(self) -> Expression:
        token = self.token
        if token.kind is Kind.WORD:
            return self._word()
        self.advance()
        match token.kind:
            case Kind.STRING:
                found: Expression = String(token.value, at=token.at)
            case Kind.NUMBER:
                found = Number(token.text, at=token.at)
            case Kind.NAME if self.at_sign("("):
                found = self._call(token)
            case Kind.NAME:
                found = Field(token.value, quoted=True, at=token.at)
            case _:
                found = self._sign(token)
        return found

    def close_list(self) -> None:
        if not self.accept_sign(")"):
            raise unexpected(self.token, ", or )")

    def _sign(self, token: Token) -> Expression:
        match token.text:
            case "(":
                return self._parenthesised()
            case "~" if self._is_glued_to_equals(token):  # username =~ 'x'
                raise self.error("AQL004", "~ turns the bits of a number", token, hint=PATTERN_SIGN)
            case "-" | "+" | "~" as operator:
                return Unary(operator, as_value(self.expression(SIGN_RANK)), at=token.at)
        raise self._hinted(token, unexpected(token, "a value"))

    def _is_glued_to_equals(self, token: Token) -> bool:
        before = self.before_previous
        return before.text == "=" and before.end == token.start and self.token.kind is Kind.STRING

    def _hinted(self, token: Token, error: AqlError) -> AqlError:
        """Say what is too much where a list ends with a comma; the token after it has just been read."""
        if not error.hint and token.kind is not Kind.END and self.before_previous.text == ",":
            error.hint = "take the comma before it away"
        return error

    def _parenthesised(self) -> Expression:
        if self.at_word("SELECT"):
            hint = "AQL has subqueries in FROM ( .. ) and IN ( .. ) only"
            raise self.error("AQL004", "a query cannot stand for a value", self.token, hint)
        found = self.expression()
        self.expect_sign(")", "AND", "OR")
        return found

    # What begins with a word

    def _word(self) -> Expression:
        token = self.advance()
        match token.value:
            case "CASE":
                found: Expression = self._case(token)
            case "IF":
                found = self._if(token)
            case "NOT":
                found = Not(self.as_condition(self.expression(NOT_RANK)), at=token.at)
            case "NULL":
                found = Null(at=token.at)
            case "TRUE" | "FALSE":
                found = Boolean(token.value == "TRUE", at=token.at)
            case "TEXT" if self.accept_word("SEARCH"):
                found = TextSearch(self.expect_string("the search terms in single quotes"), at=token.at)
            case _:
                found = self._named(token)
        return found

    def _named(self, token: Token) -> Expression:
        is_call = self.at_sign("(") or self.at_sign("::")
        if token.value in RESERVED and not (token.value == "LAST" and is_call):
            raise self._reserved(token)
        if token.value in ("CAST", "EXISTS") and is_call:
            raise unexpected(token, "a value")
        if token.value == "INTERVAL" and self.token.kind in (Kind.STRING, Kind.NUMBER):
            raise unexpected(token, "a value")
        return self._call(token) if is_call else Field(token.text, at=token.at)

    def _reserved(self, token: Token) -> AqlError:
        if token.value == "DISTINCT":
            return self.error("AQL003", "AQL has no DISTINCT", token, hint=NO_DISTINCT)
        error = self._hinted(token, unexpected(token, "a value"))
        if not error.hint and token.value not in JOINING:
            error.hint = f'{token.value} is a keyword; a field of that name is written "{token.text}"'
        return error

    def _call(self, token: Token) -> Expression:
        name = token.value if token.kind is Kind.NAME else token.text
        while self.accept_sign("::"):
            if self.token.kind is not Kind.WORD or self.following.text not in ("(", "::"):
                summary = ":: stands between a namespace and a function"
                raise self.error("AQL004", summary, self.token, hint=_NO_CASTS)
            name += "::" + self.advance().text
        self.expect_sign("(")
        arguments: tuple[Expression, ...] = ()
        if self.at_sign("*"):
            arguments = (self._star(token),)
        elif not self.at_sign(")"):
            arguments = self.values()
        self.close_list()
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


def as_value(node: Expression) -> Expression:
    """`node` where no condition may stand."""
    if isinstance(node, Condition):
        hint = "conditions stand in WHERE, HAVING, WHEN and IF; join them with AND, OR and NOT"
        raise error_at(node.at, "AQL001", "a condition stands where a value should stand", hint)
    return node
