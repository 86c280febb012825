"""AQL text to tokens, with line and column."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from dac.aql.position import Position, error_at

if TYPE_CHECKING:
    from dac.errors import AqlError

MOST_TOKENS = 25_000
"""Room for a list of 10,000 values, as many as a subquery may have; and the worst input stays below a second."""


class Kind(Enum):
    WORD = "word"
    NAME = "name"  # "double quoted": a field, property, function or alias
    STRING = "string"  # 'single quoted': a value
    NUMBER = "number"
    SIGN = "sign"
    COMMENT = "comment"
    END = "end"


class Token(NamedTuple):
    """`text` is as written; `value` is a keyword in upper case, the content of quotes, else the text."""

    kind: Kind
    text: str
    value: str
    at: Position
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


# What neither a rule's XML nor one line of a filter can carry: control characters, line breaks, surrogates.
UNFIT = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")

_TOKEN = re.compile(
    r"""[ \t\r\n]*+(?:
        (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<number>0[xX][0-9A-Fa-f]+ | [0-9]+(?:\.[0-9]+)?)
      | (?P<string>'[^'\r\n]*+(?:''[^'\r\n]*+)*+')
      | (?P<name>"[^"\r\n]+")
      | (?P<comment>--[^\r\n]* | /\*(?s:.*?\*/)?)
      | (?P<sign>>>> | << | >> | <= | >= | <> | != | == | :: | \|\| | [-+*/%^&|\#~=<>(),.;])
      | (?P<end>\Z)
      | (?P<none>.))""",
    re.VERBOSE,
)
_KINDS = {kind.value: kind for kind in Kind}
_NOT_AQL = {
    "`": 'a name stands in double quotes: "name"',
    "[": 'a name stands in double quotes: "name"',
    "$": "a variable is written ${var.name}, outside of quotes",
    ":": "AQL has no parameters and no casts; LONG(), DOUBLE() and STR() convert",
    "?": "AQL has no parameters: write the value",
    "@": "AQL has no parameters: write the value",
    "!": "not equal is written !=",
    "\\": "a backslash stands in a 'string' only",
}
_LOOKALIKES = {
    "‘": "'",
    "’": "'",
    "‚": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "−": "-",
    "＝": "=",
    "，": ",",
}


def tokenize(text: str) -> list[Token]:
    """All tokens, comments among them, closed by an END token. Linear in the length of the text.

    Raises AqlError: AQL001 for what is no token, AQL036 for a backslash before a quote.
    """
    tokens: list[Token] = []
    line, line_start = 1, 0
    breaks = (*(found.start() for found in re.finditer("\n", text)), len(text))
    for found in _TOKEN.finditer(text):
        group = found.lastgroup or ""
        here = found.start(group)
        while here > breaks[line - 1]:
            line_start = breaks[line - 1] + 1
            line += 1
        at = Position(line, here - line_start + 1)
        if group == "none":
            raise _no_token(text, here, at)
        tokens.append(_token(_KINDS[group], found[group], at, here))
        if len(tokens) > MOST_TOKENS:
            raise error_at(at, "AQL001", f"more than {MOST_TOKENS} words and signs")
        if group == "number":
            _refuse_glued_number(found[group], text[found.end() : found.end() + 1], at)
        if group == "end":
            break
    return tokens


def _token(kind: Kind, written: str, at: Position, start: int) -> Token:
    value = written
    if kind is Kind.WORD:
        value = written.upper()
    elif kind is Kind.STRING:
        value = _content(written, at).replace("''", "'")
    elif kind is Kind.NAME:
        value = _content(written, at)
    elif written == "/*":
        raise error_at(at, "AQL001", "the comment has no end", "close it with */")
    return Token(kind, written, value, at, start)


def _content(written: str, at: Position) -> str:
    content = written[1:-1]
    unfit = UNFIT.search(content)
    if unfit:
        place = Position(at.line, at.column + 1 + unfit.start())
        hint = "remove it, or describe it in a MATCHES pattern, for example \\x{0007}"
        raise error_at(place, "AQL001", f"the character U+{ord(unfit.group()):04X} cannot stand in quotes", hint)
    backslash = written.find("\\'") if written[0] == "'" else -1
    if backslash >= 0:
        raise error_at(
            Position(at.line, at.column + backslash),
            "AQL036",
            "a backslash stands right before a quote: whether it escapes the quote is not defined",
            "a quote is written twice (''); in a LIKE pattern use _ for the backslash, in MATCHES [\\\\]",
        )
    return content


def _refuse_glued_number(written: str, following: str, at: Position) -> None:
    if following.isalnum() or following in ("_", "."):
        hint = "put a blank behind the number; numbers are 5, 0.5 or 0xff"
        raise error_at(at, "AQL001", f"{(written + following)[:40]!r} is no number", hint)


def _no_token(text: str, here: int, at: Position) -> AqlError:
    character = text[here]
    summary = f"{character!r} is no part of AQL"
    if text.startswith('""', here):
        summary, hint = "the name between the quotes is empty", "an empty text is written ''"
    elif character in "'\"":
        summary, hint = "the quote is not closed on its line", "a quote inside a 'string' is written twice ('')"
    elif character in _LOOKALIKES:
        hint = f"this is U+{ord(character):04X}, write {_LOOKALIKES[character]}"
    elif character.isspace() or not character.isprintable():
        name = unicodedata.name(character, "a control character")
        summary, hint = f"U+{ord(character):04X} ({name}) is no part of AQL", "write an ordinary blank"
    elif character.isalpha():
        hint = 'a name outside of A-Z, 0-9 and _ stands in double quotes: "name"'
    else:
        hint = _NOT_AQL.get(character, "")
    return error_at(at, "AQL001", summary, hint)
