"""TOML in one layout: what `dac fmt` writes.

Only white space between tokens, blank lines and the comma behind the last item of an array change; no token does, so
neither the content nor a comment can. tomlkit keeps whatever layout it finds, on purpose; libraries that lay TOML out
also sort it, and the order of a stack file is the author's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import tomli

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

INDENT = "    "
_TOKEN = re.compile(
    r'(?P<string>"""(?:[^"\\]+|\\.|"(?!""))*"{3,5}'  # up to two more quotes may stand before the closing three
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*')"
    r"|(?P<comment>\#[^\n]*)"
    r"|(?P<newline>\n)"
    r"|(?P<blank>[ \t]+)"
    r"|(?P<mark>[\[\]{},=])"
    r"|(?P<word>[^\s\[\]{},=\"'#]+)",
    re.DOTALL,
)
_BYTE_ORDER_MARK = "\ufeff"
_DOTS = re.compile(r"[\0.]+")


@dataclass(frozen=True, slots=True)
class _Token:
    """`before` is the white space in front of a comment, which people align by."""

    kind: str
    text: str
    before: str = ""

    def is_mark(self, marks: str) -> bool:
        return self.kind == "mark" and self.text in marks


@dataclass(frozen=True, slots=True)
class _Statement:
    """One header, one key with its value, one line of comment, or one blank line; without its newline."""

    tokens: tuple[_Token, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The keys between the brackets; nothing when it is no header."""
        if not self.tokens or not self.tokens[0].is_mark("["):
            return ()
        joined = "\0".join(token.text for token in self.tokens if token.kind in ("word", "string"))
        return tuple(_DOTS.split(joined))

    @property
    def is_comment(self) -> bool:
        return bool(self.tokens) and self.tokens[0].kind == "comment"


def format_toml(text: str) -> str:
    """Return `text` in dac's layout; formatting it again changes nothing.

    tomli.TOMLDecodeError (with `.lineno`) when it is not TOML.
    """
    text = text.removeprefix(_BYTE_ORDER_MARK).replace("\r\n", "\n")  # as every reader of TOML does
    content = tomli.loads(text)
    after = "".join(f"{line}\n" for line in _lines(list(_statements(_tokens(text)))))
    if repr(tomli.loads(after)) != repr(content):  # repr, because nan is not equal to itself
        raise AssertionError("laying this file out would change its content; it was left as it is")
    return after


def _tokens(text: str) -> Iterator[_Token]:
    blank = ""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "comment":
            yield _Token(kind, match[0].rstrip(), blank or " ")
        elif kind != "blank":
            yield _Token(kind, match[0])
        blank = match[0] if kind == "blank" else ""


def _statements(tokens: Iterator[_Token]) -> Iterator[_Statement]:
    """Cut at the newlines that are in no bracket."""
    depth = 0
    current: list[_Token] = []
    for token in tokens:
        if token.kind == "newline" and depth == 0:
            yield _Statement(tuple(current))
            current = []
            continue
        depth += token.is_mark("[{") - token.is_mark("]}")
        current.append(token)
    if current:
        yield _Statement(tuple(current))


def _lines(statements: Sequence[_Statement]) -> Iterator[str]:
    """One blank line before each resource, at most one elsewhere; comments right above a header belong to it."""
    written = gap = False
    table: tuple[str, ...] = ()
    for at, statement in enumerate(statements):
        if not statement.tokens:
            gap = written
            continue
        header = _header_begun(statements, at)
        if gap or (written and header and header[:2] != table[:2]):
            yield ""
        table = header or table
        yield _laid_out(statement)
        written, gap = True, False


def _header_begun(statements: Sequence[_Statement], at: int) -> tuple[str, ...]:
    """Return the keys of the header that begins here, or whose comment does; nothing where none begins."""
    if at and statements[at - 1].is_comment:
        return ()
    following = (other for other in statements[at:] if not other.is_comment)
    return next(following, _Statement(())).header


def _laid_out(statement: _Statement) -> str:
    tokens = statement.tokens
    if statement.is_comment:
        return tokens[0].text
    comment = tokens[-1] if tokens[-1].kind == "comment" else None
    content = tokens[:-1] if comment else tokens
    text = "".join(token.text for token in content) if statement.header else _pair(content)
    return f"{text}{comment.before}{comment.text}" if comment else text


def _pair(tokens: Sequence[_Token]) -> str:
    equals = next(at for at, token in enumerate(tokens) if token.is_mark("="))
    key = "".join(token.text for token in tokens[:equals])
    return f"{key} = {_Value(tokens[equals + 1 :]).text()}"


class _Value:
    """Lays out the tokens of one value. A line break within it stays one; what stands on a line is spaced evenly."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = _with_last_commas(tokens)
        self._depth = 0
        self._lines = [""]

    def text(self) -> str:
        for at, token in enumerate(self._tokens):
            self._add(token, self._tokens[at - 1] if at else None)
        return "\n".join(line.rstrip() for line in self._lines)

    def _add(self, token: _Token, previous: _Token | None) -> None:
        if token.kind == "newline":
            if self._lines[-2:] != ["", ""]:
                self._lines.append("")
            return
        self._depth -= token.is_mark("]}")
        if self._lines[-1] == "" and len(self._lines) > 1:
            if token.is_mark("]}") and self._lines[-2] == "":
                self._lines.pop()
            self._lines[-1] = INDENT * self._depth + token.text
        else:
            self._lines[-1] += self._space(token, previous) + token.text
        self._depth += token.is_mark("[{")

    def _space(self, token: _Token, previous: _Token | None) -> str:
        if previous is None or token.is_mark(",]"):
            return ""
        if token.kind == "comment":
            return token.before
        if previous.kind == "mark":
            return "" if previous.text == "[" or (previous.text == "{" and token.text == "}") else " "
        is_dotted = "." in (previous.text[-1:], token.text[:1]) and token.kind != "mark"
        return "" if is_dotted else " "


def _with_last_commas(tokens: Sequence[_Token]) -> list[_Token]:
    """Put a comma behind the last item of each array whose closing bracket stands on a line of its own."""
    out: list[_Token] = []
    for at, token in enumerate(tokens):
        if token.is_mark("]") and at and tokens[at - 1].kind == "newline":
            last = next(at for at in range(len(out) - 1, -1, -1) if out[at].kind not in ("newline", "comment"))
            if not out[last].is_mark("[,"):
                out.insert(last + 1, _Token("mark", ","))
        out.append(token)
    return out
