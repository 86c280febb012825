"""The words of a filter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

TokenKind = Literal["word", "number", "text", "operator", "punctuation", "end"]

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<number>-?\d+(?:\.\d+)?(?![A-Za-z0-9_]))
  | (?P<word>[A-Za-z0-9_]+)
  | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<operator><=|>=|!=|<>|\^=|=|<|>)
  | (?P<punctuation>[(),.])
    """,
    re.VERBOSE | re.DOTALL,
)


class FilterError(Exception):
    """The filter cannot be understood, or does not fit the fields it names (`misfit`: a value does not)."""

    def __init__(self, message: str, *, misfit: bool = False) -> None:
        super().__init__(message)
        self.misfit = misfit


@dataclass(frozen=True, slots=True)
class Token:
    """One word; `text` is unquoted but keeps its backslashes, for `like` needs them."""

    kind: TokenKind
    text: str
    at: int

    def is_word(self, word: str) -> bool:
        """Keywords are not case sensitive."""
        return self.kind == "word" and self.text.lower() == word


def tokenize(text: str) -> list[Token]:
    """All words of a filter and a final one of kind `end`; raises FilterError at a stray character."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise FilterError(f"unexpected {text[at]!r} at position {at + 1}")
        kind = match.lastgroup
        if kind != "space":
            found = match.group()
            unquoted = found[1:-1] if kind == "text" else found
            tokens.append(Token(kind, unquoted, at))  # type: ignore[arg-type]  # the groups are the kinds
        at = match.end()
    tokens.append(Token("end", "", len(text)))
    return tokens


def unescape(text: str) -> str:
    """What a quoted string says: a backslash takes the next character as it is."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
