"""The tokens of a valid query as words and nested brackets, ready to be laid out."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from dac.aql.tokens import Kind
from dac.aql.words import RESERVED, UNITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dac.aql.tokens import Token


@dataclass(frozen=True, slots=True)
class Word:
    """One token as it will stand. `keyword` is empty for what is none, such as LAST in LAST(username).

    `glued` forbids a blank before it. `is_joint` marks an AND or OR that joins conditions, not BETWEEN's.
    """

    text: str
    keyword: str = ""
    glued: bool = False
    is_comment: bool = False
    begins_line: bool = False
    is_joint: bool = False


@dataclass(slots=True)
class Bracket:
    """( .. ) or CASE .. END; `width` is about what it takes on one line, `is_tight` that it has no comment."""

    opening: Word
    body: list[Word | Bracket] = field(default_factory=list)
    closing: Word = Word(")")
    width: int = 0
    is_tight: bool = True
    awaits_and: int = 0

    @property
    def is_query(self) -> bool:
        first = next((piece for piece in self.body if not (isinstance(piece, Word) and piece.is_comment)), None)
        return isinstance(first, Word) and first.keyword == "SELECT"

    @property
    def is_case(self) -> bool:
        return self.opening.keyword == "CASE"

    @property
    def is_group(self) -> bool:
        """Whether it holds conditions joined by AND or OR."""
        return not self.is_case and any(isinstance(piece, Word) and piece.is_joint for piece in self.body)


Piece = Word | Bracket


def nest(tokens: list[Token]) -> list[Piece]:
    """The pieces of a query that has been parsed."""
    outermost = Bracket(Word(""))
    open_brackets = [outermost]
    for word in _words(tokens):
        inner = open_brackets[-1]
        for bracket in open_brackets:
            bracket.width += len(word.text) + 1
            bracket.is_tight = bracket.is_tight and not word.is_comment
        if word.text == "(" or word.keyword == "CASE":
            inner.body.append(Bracket(word, width=len(word.text)))
            open_brackets.append(inner.body[-1])  # type: ignore[arg-type]  # the line above put a Bracket there
        elif word.text == ")" or (word.keyword == "END" and inner.is_case):
            inner.closing = word
            open_brackets.pop()
        else:
            inner.body.append(_joint(word, inner))
    return outermost.body


def split(pieces: list[Piece], begins: Callable[[Word], bool]) -> list[list[Piece]]:
    """`pieces` cut before each word that `begins` names."""
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if isinstance(piece, Word) and begins(piece) and parts[-1]:
            parts.append([])
        parts[-1].append(piece)
    return parts


def _joint(word: Word, inside: Bracket) -> Word:
    if word.keyword == "BETWEEN":
        inside.awaits_and += 1
    elif word.keyword == "AND" and inside.awaits_and:
        inside.awaits_and -= 1
    elif word.keyword in ("AND", "OR"):
        return Word(word.text, word.keyword, is_joint=True)
    return word


def _words(tokens: list[Token]) -> Iterator[Word]:
    plain = [token for token in tokens if token.kind is not Kind.COMMENT]
    following = {token.start: after for token, after in pairwise(plain)}
    before: Token | None = None
    on_own_line = {after.start for token, after in pairwise(tokens) if _last_line(token) < after.at.line}
    on_own_line.add(tokens[0].start)
    for token in _commas_first(tokens):
        if token.kind is Kind.END:
            return
        if token.kind is Kind.COMMENT:
            yield Word(token.text.rstrip(), is_comment=True, begins_line=token.start in on_own_line)
            continue
        keyword = _keyword(token, before, following[token.start])
        glued = before is not None and _is_glued(before, token, following[token.start])
        yield Word(keyword or token.text, keyword, glued)
        before = token


def _last_line(token: Token) -> int:
    return token.at.line + token.text.count("\n")


def _commas_first(tokens: list[Token]) -> list[Token]:
    """A comma stands right behind what it ends, before a comment on that."""
    ordered: list[Token] = []
    for token in tokens:
        place = len(ordered)
        while token.text == "," and place and ordered[place - 1].kind is Kind.COMMENT:
            place -= 1
        ordered.insert(place, token)
    return ordered


def _keyword(token: Token, before: Token | None, after: Token) -> str:
    if token.kind is not Kind.WORD or (before and before.text == "::"):
        return ""
    if token.value == "LAST":
        return "" if after.text == "(" else "LAST"
    is_unit = token.value in UNITS and before is not None and before.kind is Kind.NUMBER
    is_phrase = (token.value, after.value) in (("TEXT", "SEARCH"), ("SESSION", "BY"))
    is_search = token.value == "SEARCH" and before is not None and before.value == "TEXT"
    return token.value if token.value in RESERVED or is_unit or is_phrase or is_search else ""


def _is_glued(before: Token, token: Token, after: Token) -> bool:
    if before.text in ("(", "::") or token.text in (")", ",", "::"):
        return True
    if token.text == "(":
        is_name = before.kind is Kind.NAME or (before.kind is Kind.WORD and before.value not in RESERVED)
        return is_name or before.value == "LAST"
    touches_before = before.end == token.start
    if token.text == "-":  # Bluecoat-cs-host stays one word for the eye
        return touches_before and token.end == after.start and before.kind is after.kind is Kind.WORD
    return touches_before and before.text in ("-", "+", "~") and token.text not in ("-", "+", "~")
