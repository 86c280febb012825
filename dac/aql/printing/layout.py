"""A query laid out for reading, comments kept.

This works on tokens and not on the tree, because a tree has no place for comments. Clauses begin lines, so do
the columns of SELECT, the arms of CASE and the terms of AND and OR; short groups stay on their line.
"""

from __future__ import annotations

from dac.aql.parsing import parse
from dac.aql.printing.pieces import Bracket, Piece, Word, nest, split
from dac.aql.tokens import tokenize
from dac.aql.words import CLAUSES

_STEP = 2
_WIDEST = 88
_BEGINS_CLAUSE = frozenset(("SELECT", "FROM", *CLAUSES)) - {"INTO"}


def format_query(text: str) -> str:
    """`text` laid out anew, with keywords in upper case; the same tree and the same comments.

    Raises AqlError as `parse` does. The result ends in a line break; formatting it again changes nothing.
    """
    parse(text)
    page = _Page()
    _query(page, nest(tokenize(text)), 0)
    page.new_line(0)
    return "\n".join(page.lines) + "\n"


class _Page:
    """Lines as they are written, the last of them still open."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._open = ""
        self._indent = 0

    def new_line(self, indent: int) -> None:
        if self._open:
            self.lines.append(" " * self._indent + self._open)
        self._open, self._indent = "", indent

    def add(self, word: Word) -> None:
        if word.is_comment and word.begins_line:
            self.new_line(self._indent)
        self._open += word.text if word.glued or not self._open else f" {word.text}"
        if word.is_comment:
            self.new_line(self._indent)


def _query(page: _Page, pieces: list[Piece], indent: int) -> None:
    for clause in split(pieces, lambda word: word.keyword in _BEGINS_CLAUSE):
        page.new_line(indent)
        _clause(page, clause, indent)


def _clause(page: _Page, pieces: list[Piece], indent: int) -> None:
    head, *rest = pieces
    if not isinstance(head, Word) or head.keyword not in ("SELECT", "WHERE", "HAVING"):
        _line(page, pieces, indent)
        return
    terms = _columns(rest) if head.keyword == "SELECT" else split(rest, lambda word: word.is_joint)
    page.add(head)
    for term in terms:
        if len(terms) > 1:
            page.new_line(indent + _STEP)
        _line(page, term, indent + _STEP if len(terms) > 1 else indent)


def _columns(pieces: list[Piece]) -> list[list[Piece]]:
    """The items of SELECT, each with its comma and the comment that stands beside it."""
    columns: list[list[Piece]] = [[]]
    ended = False
    for piece in pieces:
        if ended and not (isinstance(piece, Word) and piece.is_comment and not piece.begins_line):
            columns.append([])
            ended = False
        columns[-1].append(piece)
        ended = ended or (isinstance(piece, Word) and piece.text == ",")
    return columns


def _line(page: _Page, pieces: list[Piece], indent: int) -> None:
    for piece in pieces:
        if isinstance(piece, Word):
            page.add(piece)
        else:
            _bracket(page, piece, indent)


def _bracket(page: _Page, bracket: Bracket, indent: int) -> None:
    page.add(bracket.opening)
    if bracket.is_query:
        _query(page, bracket.body, indent + _STEP)
        page.new_line(indent)
    elif not (bracket.is_case or bracket.is_group) or _fits(bracket):
        _line(page, bracket.body, indent)
    else:
        _terms(page, bracket, indent)
        page.new_line(indent)
    page.add(bracket.closing)


def _terms(page: _Page, bracket: Bracket, indent: int) -> None:
    if bracket.is_case:
        operand, *terms = split([Word(""), *bracket.body], lambda word: word.keyword in ("WHEN", "ELSE"))
        _line(page, operand[1:], indent)
    else:
        terms = split(bracket.body, lambda word: word.is_joint)
    for term in terms:
        page.new_line(indent + _STEP)
        _line(page, term, indent + _STEP)


def _fits(bracket: Bracket) -> bool:
    nested = (piece for piece in bracket.body if isinstance(piece, Bracket))
    return bracket.is_tight and bracket.width <= _WIDEST and not any(piece.is_group for piece in nested)
