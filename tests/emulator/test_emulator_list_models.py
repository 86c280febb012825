"""like, contains, nested fields and Content-Range against models that are as plain as IBM's words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from console_driver import ENTRIES, SETS, Console
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dac.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

OVER_HTTP = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
VALUES = ["a", "A", "ab", "aB", "b%", "a_b", "axb", "", "%", "_", "\\", "a\\b", "é", "aa bb", '"', "'"]
ENDPOINT_FIELDS: dict[str, dict[str, Any]] = {
    "path": {}, "http_method": {}, "deprecated": {}, "id": {},
    "parameters": {"parameter_name": {}, "type": {}, "mime_types": {"mime_type": {}, "sample": {}}},
    "error_responses": {"unique_code": {}, "response_code": {}},
}  # fmt: skip


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with Emulator(tmp_path_factory.mktemp("models") / "console.db") as emulator, Console(emulator.url) as opened:
        number = opened.made(SETS, {"name": "texts", "entry_type": "ALN"})["id"]
        rows = [{"collection_id": number, "value": f"v{n}", "notes": text} for n, text in enumerate(VALUES)]
        opened.bulk(rows)
        yield opened


@pytest.fixture(scope="module")
def entries(console: Console) -> list[dict[str, Any]]:
    everything: list[dict[str, Any]] = console.read(ENTRIES)
    return everything


@pytest.fixture(scope="module")
def endpoints(console: Console) -> list[dict[str, Any]]:
    everything: list[dict[str, Any]] = console.read("/help/endpoints", 'version="26.0"')
    return everything


def like(text: str, pattern: str) -> bool:
    """`%` any text, `_` any one character, a backslash takes the next as it is."""
    if not pattern:
        return not text
    head, rest = pattern[0], pattern[1:]
    if head == "%":
        return any(like(text[n:], rest) for n in range(len(text) + 1))
    if head == "\\" and rest:
        head, rest = rest[0], rest[1:]
        return text[:1] == head and like(text[1:], rest)
    return bool(text) and (head == "_" or text[0] == head) and like(text[1:], rest)


@OVER_HTTP
@given(
    parts=st.lists(st.sampled_from(["a", "b", "B", "%", "_", "\\%", "\\_", "\\\\", " ", "é"]), max_size=6),
    ignore_case=st.booleans(),
)
def test_like_and_ilike_match_what_the_model_matches(
    console: Console, entries: list[dict[str, Any]], parts: list[str], ignore_case: bool
) -> None:
    pattern = "".join(parts)
    found = console.read(ENTRIES, f'notes {"ilike" if ignore_case else "like"} "{pattern}"')
    fold = str.lower if ignore_case else str
    assert found == [row for row in entries if row["notes"] is not None and like(fold(row["notes"]), fold(pattern))]


@OVER_HTTP
@given(codes=st.lists(st.sampled_from([1002, 1005, 1009, 22605, 7]), min_size=1, max_size=3), negated=st.booleans())
def test_contains_looks_into_lists_of_objects(
    console: Console, endpoints: list[dict[str, Any]], codes: list[int], negated: bool
) -> None:
    listed = ", ".join(map(str, codes))
    text = f"error_responses contains (unique_code in ({listed}))"
    rows = console.read("/help/endpoints", f'version="26.0" and {"not " if negated else ""}{text}')

    def holds(row: dict[str, Any]) -> bool:
        return any(error["unique_code"] in codes for error in row["error_responses"])

    assert rows == [row for row in endpoints if holds(row) is not negated]


def selections(known: dict[str, dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """A field to what is selected inside of it; None takes it whole."""
    choices = {name: st.none() | selections(inner) if inner else st.none() for name, inner in known.items()}
    return st.sets(st.sampled_from(sorted(known)), min_size=1, max_size=3).flatmap(
        lambda names: st.fixed_dictionaries({name: choices[name] for name in sorted(names)})
    )


def written(selection: dict[str, Any]) -> str:
    return ",".join(name if inner is None else f"{name}({written(inner)})" for name, inner in selection.items())


def picked(value: Any, selection: dict[str, Any] | None) -> Any:
    if selection is None or value is None:
        return value
    if isinstance(value, list):
        return [picked(item, selection) for item in value]
    return {name: picked(value[name], inner) for name, inner in selection.items()}


@OVER_HTTP
@given(selection=selections(ENDPOINT_FIELDS))
def test_nested_fields_are_what_the_model_picks(
    console: Console, endpoints: list[dict[str, Any]], selection: dict[str, Any]
) -> None:
    rows = console.read(f"/help/endpoints?fields={written(selection)}", 'version="26.0"')
    assert json.dumps(rows) == json.dumps(picked(endpoints, selection))


@OVER_HTTP
@given(size=st.integers(1, 40))
def test_pages_put_together_are_the_whole_list(console: Console, entries: list[dict[str, Any]], size: int) -> None:
    rows: list[dict[str, Any]] = []
    while True:
        window = f"items={len(rows)}-{len(rows) + size - 1}"
        response = console.get(ENTRIES, headers={"Range": window})
        total = int(response.headers["Content-Range"].rpartition("/")[2])
        rows += response.json()
        if len(rows) >= total:
            break
    assert rows == entries
