"""A place in a list of tokens, and the small steps every part of the parser is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.mistakes import unexpected
from dac.aql.nodes import Comment
from dac.aql.position import error_at
from dac.aql.tokens import Kind, Token, tokenize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.errors import AqlError

DEEPEST = 100
"""How many expressions may be open at once. One takes up to seven frames, and Python's stack ends at 1000."""

MOST_DIGITS = 18
"""Of a whole number; it fits into 64 bits."""


class Cursor:
    """Reads tokens one after the other; comments are put aside. `tokens`: those of the text, where they are known."""

    def __init__(self, text: str, tokens: Sequence[Token] | None = None) -> None:
        tokens = tokenize(text) if tokens is None else tokens
        self._tokens = [token for token in tokens if token.kind is not Kind.COMMENT]
        self.comments = tuple(Comment(t.text, at=t.at) for t in tokens if t.kind is Kind.COMMENT)
        self._index = 0
        self.token = self._tokens[0]
        self._depth = 0
        self.deepest = 0

    @property
    def previous(self) -> Token:
        return self._tokens[self._index - 1]

    @property
    def before_previous(self) -> Token:
        """The token before the one that was read last; the first one where there is none."""
        return self._tokens[max(self._index - 2, 0)]

    @property
    def following(self) -> Token:
        return self._tokens[min(self._index + 1, len(self._tokens) - 1)]

    def advance(self) -> Token:
        token = self.token
        if token.kind is not Kind.END:
            self._index += 1
            self.token = self._tokens[self._index]
        return token

    def at_word(self, *words: str) -> bool:
        token = self.token
        return token.kind is Kind.WORD and token.value in words

    def at_sign(self, sign: str) -> bool:
        return self.token.text == sign and self.token.kind is Kind.SIGN

    def accept_word(self, word: str) -> bool:
        """Step over `word` if it comes next."""
        found = self.at_word(word)
        if found:
            self.advance()
        return found

    def accept_sign(self, sign: str) -> bool:
        """Step over `sign` if it comes next."""
        found = self.at_sign(sign)
        if found:
            self.advance()
        return found

    def expect_word(self, word: str, *others: str) -> Token:
        """Step over `word`; `others` are further words that could have stood here, for the message."""
        if not self.at_word(word):
            raise unexpected(self.token, word, (word, *others))
        return self.advance()

    def expect_sign(self, sign: str, *words: str) -> Token:
        """Step over `sign`; `words` could have stood here too, for the message."""
        if not self.at_sign(sign):
            raise unexpected(self.token, sign, words)
        return self.advance()

    def expect_string(self, what: str) -> str:
        """The value of the 'string' that comes next; `what` says in the message what it is."""
        if self.token.kind is not Kind.STRING:
            raise unexpected(self.token, what)
        return self.advance().value

    def expect_count(self, what: str) -> int:
        """The whole number that comes next, at most 18 digits."""
        token = self.token
        if token.kind is not Kind.NUMBER:
            raise unexpected(token, what, foreign=False)
        if not token.text.isdecimal() or len(token.text) > MOST_DIGITS:
            raise self.error("AQL001", f"{token.text[:40]} is no whole number of {MOST_DIGITS} digits at most", token)
        return int(self.advance().text)

    def enter(self) -> None:
        """Counts an expression or query that opens; AqlError (AQL001) where nesting becomes absurd."""
        self._depth += 1
        self.deepest = max(self.deepest, self._depth)
        if self._depth > DEEPEST:
            raise self.error("AQL001", "this is nested too deeply", self.token, hint="no console takes it either")

    def leave(self) -> None:
        self._depth -= 1

    def error(self, code: str, summary: str, token: Token, hint: str = "") -> AqlError:
        return error_at(token.at, code, summary, hint)
