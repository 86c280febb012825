"""Filter text to tree. `or` binds weakest, then `and`, then `not`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.emulator.filtering.tokens import FilterError, Token, tokenize
from dac.emulator.filtering.tree import (
    Between,
    Both,
    Compare,
    Contains,
    Either,
    IsNull,
    Like,
    Negated,
    OneOf,
    Value,
)

if TYPE_CHECKING:
    from dac.emulator.filtering.tree import Node, Operator, Path

MAX_DEPTH = 100
_OPERATORS: dict[str, Operator] = {
    "=": "=", "!=": "!=", "<>": "!=", "^=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
}  # fmt: skip
_RESERVED = frozenset(("and", "or", "not", "in", "between", "is", "null", "like", "ilike", "contains"))


def parse(text: str) -> Node:
    """Raises FilterError with the position, counted from 1, of what is wrong."""
    parser = _Parser(tokenize(text))
    node = parser.either()
    parser.expect_end()
    return node


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def either(self) -> Node:
        parts = [self._both()]
        while self._take_word("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def expect_end(self) -> None:
        if self._peek().kind != "end":
            raise self._unexpected("the end of the filter")

    def _both(self) -> Node:
        parts = [self._negation()]
        while self._take_word("and"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _negation(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FilterError(f"nested more than {MAX_DEPTH} deep")
        try:
            if self._take_word("not"):
                return Negated(self._negation())
            if self._take("punctuation", "("):
                inner = self.either()
                self._expect(")")
                return inner
            return self._condition()
        finally:
            self._depth -= 1

    def _condition(self) -> Node:
        path = self._path()
        token = self._advance()
        if token.kind == "operator":
            return Compare(path, _OPERATORS[token.text], self._value())
        if token.is_word("is"):
            negated = self._take_word("not")
            self._expect_word("null")
            return IsNull(path, negated)
        if token.is_word("like") or token.is_word("ilike"):
            return Like(path, self._value(), token.is_word("ilike"))
        if token.is_word("contains"):
            return self._contains(path)
        return self._membership(path, token)

    def _membership(self, path: Path, token: Token) -> Node:
        negated = token.is_word("not")
        word = self._advance() if negated else token
        if word.is_word("in"):
            return OneOf(path, self._list(), negated)
        if word.is_word("between"):
            low = self._value()
            self._expect_word("and")
            return Between(path, low, self._value(), negated)
        self._next -= 1
        raise self._unexpected("an operator")

    def _contains(self, path: Path) -> Node:
        if self._take("punctuation", "("):
            inner = self.either()
            self._expect(")")
            return Contains(path, inner)
        return Contains(path, self._value())

    def _path(self) -> Path:
        if self._take("punctuation", "."):
            return (".",)
        token = self._advance()
        if token.kind != "word" or token.text.lower() in _RESERVED or token.text[0].isdigit():
            self._next -= 1
            raise self._unexpected("a field name")
        if not self._take("punctuation", "("):
            return (token.text,)
        inner = self._path()
        self._expect(")")
        return (token.text, *inner)

    def _list(self) -> tuple[Value, ...]:
        self._expect("(")
        values = [self._value()]
        while self._take("punctuation", ","):
            values.append(self._value())
        self._expect(")")
        return tuple(values)

    def _value(self) -> Value:
        """A quoted string, a number, or a bare word; IBM: anything not alphanumeric has to be quoted."""
        token = self._advance()
        if token.kind == "text":
            return Value(token.text, quoted=True)
        bare = token.kind == "word" and token.text.isalnum() and token.text.lower() not in _RESERVED
        if bare or token.kind == "number":
            return Value(token.text, quoted=False)
        self._next -= 1
        raise self._unexpected("a value")

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _advance(self) -> Token:
        token = self._tokens[self._next]
        self._next = min(self._next + 1, len(self._tokens))
        return token

    def _take(self, kind: str, text: str) -> bool:
        token = self._peek()
        if token.kind == kind and token.text == text:
            self._next += 1
            return True
        return False

    def _take_word(self, word: str) -> bool:
        if self._peek().is_word(word):
            self._next += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._take("punctuation", text):
            raise self._unexpected(f"{text!r}")

    def _expect_word(self, word: str) -> None:
        if not self._take_word(word):
            raise self._unexpected(f"{word!r}")

    def _unexpected(self, wanted: str) -> FilterError:
        token = self._tokens[min(self._next, len(self._tokens) - 1)]
        found = repr(token.text) if token.kind != "end" else "the end"
        return FilterError(f"expected {wanted} but found {found} at position {token.at + 1}")
