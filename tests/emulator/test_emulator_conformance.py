"""Every endpoint that is served, held against what IBM's reference states of it, over real HTTP.

`pytest -s -k conformance_table` prints the table.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conformance_checks import Finding, Probe
from conformance_recipes import Request, recipes
from conformance_refusals import refusals
from conformance_world import World
from console_driver import SETS, Console

from dac.emulator.contract import facts
from dac.emulator.endpoints import ENDPOINTS
from dac.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dac.emulator.contract import Facts

_ID = re.compile(r"<(\w+)>")
SERVED = {_ID.sub(r"{\1}", f"{endpoint.method} {endpoint.path}") for endpoint in ENDPOINTS}
BEYOND = {
    "GET /analytics/building_blocks_with_data",
    "GET /analytics/building_blocks_with_data/{id}",
    "GET /analytics/rules_with_data",
    "GET /analytics/rules_with_data/{id}",
    "GET /system/task_management/tasks/{task_id}",
}
"""Served without facts: what clients read behind a header, and where the Location of the old reference API leads."""
CHECKED = sorted(SERVED - BEYOND)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with Emulator(tmp_path_factory.mktemp("conformance") / "console.db") as emulator, Console(emulator.url) as console:
        console.freeze()
        yield World(console)


@pytest.fixture(scope="module")
def cookbook(world: World) -> dict[str, Callable[[], Request]]:
    return recipes(world)


@pytest.fixture(scope="module")
def seen() -> dict[str, list[Finding]]:
    """What the tests of this module have found, by endpoint."""
    return {}


def probe(world: World, cookbook: dict[str, Callable[[], Request]], stated: Facts) -> Probe:
    verbs = frozenset(key.partition(" ")[0] for key in SERVED if key.partition(" ")[2] == stated.path)
    return Probe(world.console, stated, cookbook.get(stated.key, Request), verbs, world.reader)


@pytest.mark.parametrize("key", CHECKED)
def test_conformance(
    world: World, cookbook: dict[str, Callable[[], Request]], seen: dict[str, list[Finding]], key: str
) -> None:
    seen[key] = probe(world, cookbook, facts()[key]).findings()
    assert [str(finding) for finding in seen[key] if finding.problem] == []


def test_nothing_is_served_that_nobody_documents() -> None:
    assert set(facts()) >= SERVED - BEYOND


def test_conformance_table(seen: dict[str, list[Finding]]) -> None:
    """Runs after the others: what they have checked, area by area."""
    areas: dict[str, Counter[str]] = {}
    for key, findings in seen.items():
        row = areas.setdefault("/".join(key.partition(" ")[2].split("/")[1:3]), Counter())
        row.update(endpoints=1, facts=len(findings), broken=sum(bool(finding.problem) for finding in findings))
    rows = [*sorted(areas.items()), ("all", sum(areas.values(), Counter[str]()))]
    lines = [f"{area:<45}{row['endpoints']:>10}{row['facts']:>8}{row['broken']:>8}" for area, row in rows]
    unserved = len(facts()) - len(CHECKED)
    heading = f"\n{'area':<45}{'endpoints':>10}{'facts':>8}{'broken':>8}"
    print(heading, *lines, f"not served: {unserved} documented endpoints", sep="\n")  # noqa: T201  # this is for reading
    assert rows[-1][1]["broken"] == 0


def _breaks() -> Iterator[tuple[str, Facts]]:
    """One true fact after the other made untrue."""
    stated = facts()[f"POST {SETS}"]
    assert isinstance(stated.body, dict)
    assert isinstance(stated.response, dict)
    yield "a success of another status", replace(stated, success=frozenset({200}))
    yield "another type in the answer", replace(stated, response=stated.response | {"name": "number"})
    yield "a word less in a closed list", replace(stated, response=stated.response | {"entry_type": "ALN|NUM"})
    yield "a field more in the answer", replace(stated, response=stated.response | {"colour": "string"})
    yield "a field less in the answer", replace(stated, response={"name": "string"})
    yield "another type in the body", replace(stated, body=stated.body | {"description": "number"})
    yield "a required parameter", replace(stated, query={"name": "string"}, required=frozenset({"name"}))
    yield "a refusal that is not documented", replace(stated, errors=())
    yield "a Location", replace(stated, location=True)
    yield "a deprecation", replace(stated, deprecated=True)
    yield "a Range", replace(stated, headers=stated.headers | {"Range"})
    yield "another content type", replace(stated, produces=("application/zip",))
    one = facts()[f"GET {SETS}/{{id}}"]
    yield "another code of a 404", replace(one, errors=(one.errors[0]._replace(code=1),))
    yield "another path parameter", replace(one, ids={"id": "string"}, errors=())


@pytest.mark.parametrize(("what", "stated"), list(_breaks()), ids=[what for what, _ in _breaks()])
def test_a_fact_that_is_not_true_is_found(
    world: World, cookbook: dict[str, Callable[[], Request]], what: str, stated: Facts
) -> None:
    true = {finding.fact for finding in probe(world, cookbook, facts()[stated.key]).findings()}
    found = probe(world, cookbook, stated).findings()
    broken = any(finding.problem for finding in found)
    assert broken or what == "another path parameter", what
    assert broken or {finding.fact for finding in found} != true


def test_documented_refusals_are_provoked_and_given(world: World) -> None:
    """Each is a fact of its endpoint, and comes with just its code."""
    wrong, provoked = [], set()
    for key, status, code, request in refusals(world):
        stated = facts()[key]
        assert (status, code) in {(error.status, error.code) for error in stated.errors}, (key, status, code)
        response = Probe(world.console, stated, Request, frozenset()).send(request)
        answer = response.json() if response.content else None
        got = (response.status_code, answer.get("code") if isinstance(answer, dict) else None)
        provoked.add((key, status, code))
        if got != (status, code):
            wrong.append(f"{key}: {got} instead of {(status, code)}: {response.text[:200]}")
    assert wrong == []
    assert len(provoked) > 120
