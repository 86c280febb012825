"""Every request that dac sends is one that IBM's reference knows: path, verb, parameters, body.

Looked at from the console's side: what arrived, and not what some function of dac's meant to send.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
from console_driver import Console
from dac_project import Project, undone
from test_dac_under_every_setting import HURRIED, change

from dac.emulator.contract import facts
from dac.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.emulator.contract import Facts, Shape


@pytest.fixture(scope="module")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """All requests of plan, apply, change, apply, deep plan and destroy, with what the console answered."""
    folder = tmp_path_factory.mktemp("requests")
    with Emulator(folder / "console.db", settings=HURRIED) as emulator, Console(emulator.url) as console:
        work = Project.with_stacks(folder / "project", emulator.url)
        work.plan()
        assert undone(work.apply()) == []
        change(work)
        assert undone(work.apply()) == []
        work.plan(deep=True)
        assert undone(work.destroy()) == []
        requests: list[dict[str, Any]] = console.control("GET", "requests")
        return requests


def test_every_request_is_valid_by_the_reference(arrived: list[dict[str, Any]]) -> None:
    assert len(arrived) > 100
    problems = Counter(problem for request in arrived for problem in faults(request))
    assert problems == {}


def test_every_request_is_answered_as_the_reference_says(arrived: list[dict[str, Any]]) -> None:
    """A refusal is a race or a mistake; dac asks for nothing that it could know to be refused."""
    refused = [(r["method"], r["path"], r["status"]) for r in arrived if not 200 <= r["status"] < 300]
    assert refused == []


def test_nothing_is_asked_that_the_house_forbids(arrived: list[dict[str, Any]]) -> None:
    paths = {request["path"] for request in arrived}
    assert not [path for path in paths if "with_data" in path or path.startswith("/api/reference_data/")]
    assert not [request for request in arrived if request["method"] == "PUT"]


def faults(request: dict[str, Any]) -> Iterator[str]:
    """What the reference has against a request."""
    stated = endpoint(request["method"], request["path"])
    if stated is None:
        yield f"{request['method']} {request['path']}: there is no such endpoint"
        return
    yield from (
        f"{stated.key}: {problem}" for problem in (*query_faults(stated, request), *body_faults(stated, request))
    )


def endpoint(method: str, path: str) -> Facts | None:
    """The endpoint of a path; names before parameters, as QRadar routes."""
    found = [
        stated
        for stated in facts().values()
        if stated.method == method and re.fullmatch(pattern(stated.path), path.removeprefix("/api"))
    ]
    return min(found, key=lambda stated: stated.path.count("{"), default=None)


def pattern(path: str) -> str:
    return re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))


def query_faults(stated: Facts, request: dict[str, Any]) -> Iterator[str]:
    given = dict(parse_qsl(request["query"], keep_blank_values=True))
    yield from (f"?{name} is not known" for name in given if name not in stated.query)
    yield from (f"?{name} is missing" for name in stated.required if name not in given)
    for name in given.keys() & stated.query.keys():
        if stated.query[name] == "integer" and not given[name].lstrip("-").isdigit():
            yield f"?{name} is no integer"
        if stated.query[name] == "boolean" and given[name] not in ("true", "false"):
            yield f"?{name} is no boolean"


def body_faults(stated: Facts, request: dict[str, Any]) -> Iterator[str]:
    body = request["body"]
    if stated.body is None:
        if body is not None:
            yield "takes no body"
    elif body is None:
        if stated.body_required:
            yield "has no body"
    elif "application/json" in stated.body_types:
        yield from shape_faults(stated.body, body, "body")


def shape_faults(shape: Shape, value: Any, place: str) -> Iterator[str]:
    """Unlike an answer, a request may leave out what it likes; what it holds has to be known and of its type."""
    if shape in ("any", "null"):
        return
    if isinstance(shape, list):
        if isinstance(value, list):
            for item in value:
                yield from shape_faults(shape[0], item, f"{place}[]")
        else:
            yield f"{place} is no array"
    elif isinstance(shape, dict):
        if not isinstance(value, dict):
            yield f"{place} is no object"
            return
        yield from (f"{place}.{name} is not known" for name in value if name not in shape and "*" not in shape)
        for name in shape.keys() & value.keys():
            yield from shape_faults(shape[name], value[name], f"{place}.{name}")
    elif not fits(shape, value):
        yield f"{place} is {value!r}, not {shape}"


def fits(shape: str, value: Any) -> bool:
    if shape == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if shape == "boolean":
        return isinstance(value, bool)
    return isinstance(value, str) if shape == "string" else value in shape.split("|")


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("PUT", "/api/analytics/rules/3", "", {"enabled": True}),
        ("POST", "/api/analytics/rules/3", "", {"enabled": "yes"}),
        ("POST", "/api/analytics/rules/3", "", {"colour": "red"}),
        ("POST", "/api/analytics/rules/3", "", None),
        ("POST", "/api/analytics/rules", "", {"enabled": True}),
        ("GET", "/api/analytics/rules", "sort=%2Bname", None),
        ("GET", "/api/analytics/rules", "", {"enabled": True}),
        ("PATCH", "/api/reference_data_collections/set_entries", "", {"value": "x"}),
        ("PATCH", "/api/reference_data_collections/set_entries", "", [{"value": 5}]),
        ("POST", "/api/reference_data_collections/sets", "", {"name": "x", "entry_type": "TEXT"}),
        ("POST", "/api/config/extension_management/extensions/3", "overwrite=true", None),
        ("POST", "/api/config/extension_management/extensions/3", "action_type=INSTALL&overwrite=1", None),
    ],
)
def test_a_request_that_is_not_valid_is_found(method: str, path: str, query: str, body: object) -> None:
    assert list(faults({"method": method, "path": path, "query": query, "body": body})) != []
