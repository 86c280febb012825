"""POST /ariel/validators/aql: what a console says about a query without running it.

The answer is 200 whether the query is valid or not: what is wrong with it stands in the body.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.errors import BadContent, ConsoleError, Refused
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.qradar.answers import Answer
    from dac.qradar.client import Client

_PATH = "/ariel/validators/aql"
_AT_ONCE = 4
_SEVERITIES = {"ERROR": Severity.ERROR, "WARN": Severity.WARNING, "INFO": Severity.WARNING}
_LINE = re.compile(r"\bline(?:_number)?\W{0,3}(\d{1,6})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AqlMessage:
    """One remark of the console. `line` counts from 1; None when the console names none."""

    severity: Severity
    text: str
    code: int | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Unchecked:
    """The console did not say. `for_all`: nor would it about any other query just now."""

    reason: ConsoleError
    for_all: bool = True


Verdict = tuple[AqlMessage, ...] | Unchecked
"""What a console has to say about one query; empty when it would run it as it is."""


def validate_all(client: Client, queries: Sequence[str]) -> list[Verdict]:
    """Ask about each query, some at the same time. After an answer that holds for all, no further one is asked."""
    closed: list[Unchecked] = []

    def ask(query: str) -> Verdict:
        verdict = closed[0] if closed else validate(client, query)
        if isinstance(verdict, Unchecked) and verdict.for_all:
            closed.append(verdict)
        return verdict

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(ask, queries))


def validate(client: Client, query: str) -> Verdict:
    """Ask about one SELECT. It travels as a query parameter; one that is too long for the console is unchecked."""
    try:
        return _messages(client.post(_PATH, params={"query_expression": query}, asks=True))
    except Refused as error:
        return Unchecked(error, for_all=False)
    except ConsoleError as error:
        return Unchecked(error)


def _messages(answer: Answer) -> tuple[AqlMessage, ...]:
    """Null, or null for a list, is praise; a page of something that is not QRadar is not."""
    rows = answer.body.get("error_messages") if isinstance(answer.body, dict) else answer.body
    rows = [] if rows is None and "json" in answer.headers.get("content-type", "json") else rows
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        request = f"POST {_PATH}"
        raise BadContent(
            f"The answer to {request} holds no list of messages",
            hint="Is something other than QRadar (a proxy, a login page) answering at this URL?",
            request=request,
        )
    return tuple(_message(row) for row in rows)


def _message(row: dict[str, Any]) -> AqlMessage:
    text, code = row.get("message"), row.get("code")
    return AqlMessage(
        _SEVERITIES.get(str(row.get("severity")).upper(), Severity.ERROR),
        " ".join(text.split()) if isinstance(text, str) else "no reason given",
        int(code) if isinstance(code, int) or (isinstance(code, str) and code.isdecimal()) else None,
        _line(row),
    )


def _line(row: dict[str, Any]) -> int | None:
    """`line_number` where there is one, as in the errors of a search; else what the console's own words say."""
    number = row.get("line_number")
    if isinstance(number, int) and number > 0:
        return number
    contexts = row.get("contexts")
    for text in (row.get("message"), *(contexts if isinstance(contexts, list) else ())):
        if found := _LINE.search(str(text)):
            return int(found[1]) or None
    return None
