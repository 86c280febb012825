from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from scripted_console import error

from dac.model.diagnostic import Severity
from dac.qradar.aql_validation import AqlMessage, Unchecked, validate, validate_all

if TYPE_CHECKING:
    from carrier_bench import Bench
    from scripted_console import Scripted

POST = "POST /ariel/validators/aql"
QUERY = "SELECT username FROM events WHERE username = 'O''Neil & co' LAST 1 HOURS"


def said(*rows: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"error_messages": list(rows)})


def test_a_query_travels_as_a_parameter_and_null_means_that_it_is_right(console: Scripted) -> None:
    console.answers[POST] = httpx.Response(200, json={"error_messages": None})
    assert validate(console.client(), QUERY) == ()
    (request,) = console.requests
    assert request.url.params["query_expression"] == QUERY
    assert request.content == b""


def test_an_answer_of_200_can_refuse_a_query(console: Scripted) -> None:
    text = 'No function matches the given name: "X" in catalog "events".'
    console.answers[POST] = said({"code": 28519, "contexts": [], "message": text, "severity": "ERROR"})
    assert validate(console.client(), QUERY) == (AqlMessage(Severity.ERROR, text, 28519),)


@pytest.mark.parametrize(
    ("severity", "expected"),
    [("ERROR", Severity.ERROR), ("WARN", Severity.WARNING), ("INFO", Severity.WARNING), (None, Severity.ERROR)],
)
def test_only_an_error_is_one(console: Scripted, severity: str | None, expected: Severity) -> None:
    console.answers[POST] = said({"message": "hm", "severity": severity})
    assert validate(console.client(), QUERY) == (AqlMessage(expected, "hm"),)


@pytest.mark.parametrize(
    "row",
    [
        {"line_number": 3},
        {"message": "Syntax error at line 3:12"},
        {"message": "Unexpected token (line 3, column 1)"},
        {"contexts": ["Line: 3, Position: 2"]},
        {"contexts": ["line_number=3"], "line_number": 0},
    ],
)
def test_the_line_is_the_consoles(console: Scripted, row: dict[str, Any]) -> None:
    console.answers[POST] = said({"message": "wrong", "severity": "ERROR"} | row)
    ((message,),) = [validate(console.client(), QUERY)]
    assert isinstance(message, AqlMessage)
    assert message.line == 3


@pytest.mark.parametrize("row", [{}, {"message": 'Field "Outline 3" is unknown'}, {"message": None, "contexts": "x"}])
def test_no_line_is_made_up(console: Scripted, row: dict[str, Any]) -> None:
    console.answers[POST] = said({"message": "wrong", "severity": "ERROR"} | row)
    (message,) = validate_all(console.client(), [QUERY])
    assert not isinstance(message, Unchecked)
    assert [one.line for one in message] == [None]


@pytest.mark.parametrize(
    "answer",
    [
        error(503, 1010, "Ariel is offline"),
        error(500, 1020, "fault"),
        error(403, 9, "no capability"),
        error(404, 1002, "no such endpoint"),
        httpx.ReadTimeout("no answer"),
        httpx.ConnectError("refused"),
        httpx.Response(200, text="<html>log in</html>"),
        httpx.Response(200, json={"error_messages": "none"}),
    ],
)
def test_what_the_console_cannot_say_is_no_verdict_and_ends_the_asking(console: Scripted, answer: Any) -> None:
    console.answers[POST] = answer
    first = validate(console.client(), QUERY)
    assert isinstance(first, Unchecked)
    assert first.for_all
    assert console.lines == [POST]  # a POST is not tried again
    verdicts = validate_all(console.client(), [QUERY] * 40)
    assert all(isinstance(verdict, Unchecked) for verdict in verdicts)
    assert len(console.requests) < 10


def test_a_query_that_is_too_long_for_the_console_says_nothing_of_others(console: Scripted) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        is_long = len(request.url.params["query_expression"]) > 1000
        return error(414, None, "URI too long") if is_long else said()

    console.answers[POST] = answer
    long, *others = validate_all(console.client(), ["SELECT " + "x" * 1001, QUERY, QUERY])
    assert isinstance(long, Unchecked)
    assert others == [(), ()]


def test_verdicts_come_in_the_order_of_the_queries(console: Scripted) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return said({"message": request.url.params["query_expression"], "severity": "WARN"})

    console.answers[POST] = answer
    queries = [f"q{number}" for number in range(30)]
    verdicts = validate_all(console.client(), queries)
    assert verdicts == [(AqlMessage(Severity.WARNING, query),) for query in queries]


def test_the_emulator_answers_as_a_console_does(bench: Bench) -> None:
    right, wrong = validate_all(bench.client, [QUERY, "SELECT username\nFROM events\nWHERE LOGSOURCETYPEID(qid) = 1"])
    assert right == ()
    assert not isinstance(wrong, Unchecked)
    assert [(message.severity, message.line) for message in wrong] == [(Severity.ERROR, 3)]
