"""Lists: Range, fields and filter against naive models, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from console_driver import ENTRIES, SETS, Console, code
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dac.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

OVER_HTTP = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
WORDS = ["alpha", "Alpha", "beta", "a%b", 'q"q', "back\\slash", "", "ünï", "x y", "it's"]
ROWS = [(f"{word}-{n}" if n else word or "empty", WORDS[(n + i) % len(WORDS)] or None)
        for n in range(3) for i, word in enumerate(WORDS)]  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Console, list[dict[str, Any]]]]:
    """A console with a set of awkward values, and the list that a naive model works on."""
    with Emulator(tmp_path_factory.mktemp("lists") / "console.db") as emulator, Console(emulator.url) as console:
        number = console.made(SETS, {"name": "awkward", "entry_type": "ALN"})["id"]
        console.bulk([{"collection_id": number, "value": value, "notes": notes} for value, notes in ROWS])
        yield console, console.read(ENTRIES)


def test_a_list_without_range_is_whole_and_has_no_content_range(console: Console) -> None:
    response = console.get("/config/event_sources/log_source_management/log_source_types")
    assert len(response.json()) > 400 - 10
    assert "Content-Range" not in response.headers


@OVER_HTTP
@given(first=st.integers(0, 60), length=st.integers(1, 60), filtered=st.booleans())
def test_a_range_is_the_slice_of_the_whole_list(
    filled: tuple[Console, list[dict[str, Any]]], first: int, length: int, filtered: bool
) -> None:
    console, everything = filled
    whole = [row for row in everything if row["notes"] is not None] if filtered else everything
    last = first + length - 1
    query = {"filter": "notes is not null"} if filtered else None
    response = console.get(ENTRIES, params=query, headers={"Range": f"items={first}-{last}"})
    assert response.status_code == 200
    assert response.json() == whole[first : last + 1]
    shown = f"{first}-{min(last, len(whole) - 1)}" if first < len(whole) else "*"
    assert response.headers["Content-Range"] == f"items {shown}/{len(whole)}"


@pytest.mark.parametrize("bad", ["items=5-2", "items=-5", "items=0-", "0-5", "bytes=0-5", "items=a-b", "items=0-5,7-9"])
def test_a_range_of_another_form_is_422_and_names_the_form(console: Console, bad: str) -> None:
    response = console.get("/analytics/rules", headers={"Range": bad})
    assert response.status_code == 422
    assert "items=x-y" in response.json()["message"]


@OVER_HTTP
@given(chosen=st.lists(st.sampled_from(["id", "name", "owner", "child_items", "level"]), min_size=1, max_size=7))
def test_fields_keep_what_was_asked_for(console_for_reading: Console, chosen: list[str]) -> None:
    path = "/analytics/rule_groups"
    whole = console_for_reading.read(path)
    picked = console_for_reading.get(path, params={"fields": ",".join(chosen)}).json()
    assert picked == [{name: row[name] for name in dict.fromkeys(chosen)} for row in whole]


@pytest.fixture(scope="module")
def console_for_reading(filled: tuple[Console, list[dict[str, Any]]]) -> Console:
    return filled[0]


def test_nested_fields_reach_into_lists_of_objects(console: Console) -> None:
    chosen = "path,parameters(parameter_name,type)"
    rows = console.get("/help/endpoints", params={"fields": chosen}).json()
    assert all(set(row) == {"path", "parameters"} for row in rows)
    assert all(set(parameter) == {"parameter_name", "type"} for row in rows for parameter in row["parameters"])


@pytest.mark.parametrize("bad", ["nope", "id,", "", "id(x)", "parameters(", "parameters(nope)", "id name", "id;name"])
def test_fields_that_do_not_exist_or_cannot_be_read_are_422(console: Console, bad: str) -> None:
    assert console.get("/help/endpoints", params={"fields": bad}).status_code == 422


# ---- filters: a random tree is written out, sent, and evaluated by the plainest model of IBM's words

Filtered = tuple[str, Callable[[dict[str, Any]], bool]]
FIELDS = {"id": "number", "collection_id": "number", "value": "string", "notes": "string"}
TEXTS = st.sampled_from([value for value, _ in ROWS] + [word for word in WORDS if word] + ["zzz"])
NUMBERS = st.integers(-2, 40)
POSITIVE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def literal(name: str) -> st.SearchStrategy[tuple[str, Any]]:
    if FIELDS[name] == "number":
        return NUMBERS.map(lambda number: (str(number), number))
    return TEXTS.map(lambda text: (quoted(text), text))


def comparisons(name: str) -> st.SearchStrategy[Filtered]:
    def positive(sign: str, value: tuple[str, Any]) -> Filtered:
        return f"{name} {sign} {value[0]}", lambda row: row[name] is not None and POSITIVE[sign](row[name], value[1])

    def negative(sign: str, value: tuple[str, Any]) -> Filtered:
        return f"{name}{sign}{value[0]}", lambda row: row[name] != value[1]

    signs = st.sampled_from(sorted(POSITIVE))
    return st.builds(positive, signs, literal(name)) | st.builds(
        negative, st.sampled_from(["!=", "<>", "^="]), literal(name)
    )


def memberships(name: str) -> st.SearchStrategy[Filtered]:
    def one_of(values: list[tuple[str, Any]], negated: bool) -> Filtered:
        listed, wanted = ",".join(text for text, _ in values), [value for _, value in values]
        if negated:
            return f"{name} not in ({listed})", lambda row: row[name] not in wanted
        return f"{name} in ({listed})", lambda row: row[name] in wanted

    return st.builds(one_of, st.lists(literal(name), min_size=1, max_size=4), st.booleans())


def spans(name: str) -> st.SearchStrategy[Filtered]:
    def between(low: tuple[str, Any], high: tuple[str, Any], negated: bool) -> Filtered:
        def inside(row: dict[str, Any]) -> bool:
            return row[name] is not None and low[1] <= row[name] <= high[1]

        text = f"between {low[0]} AND {high[0]}"
        return (f"{name} not {text}", lambda row: not inside(row)) if negated else (f"{name} {text}", inside)

    return st.builds(between, literal(name), literal(name), st.booleans())


def nulls(name: str) -> st.SearchStrategy[Filtered]:
    return st.sampled_from(
        [
            (f"{name} is null", lambda row: row[name] is None),
            (f"{name} IS NOT NULL", lambda row: row[name] is not None),
        ]
    )


def conditions() -> st.SearchStrategy[Filtered]:
    """Filter text, and the same as a Python function of one row."""
    return st.sampled_from(sorted(FIELDS)).flatmap(
        lambda name: comparisons(name) | memberships(name) | spans(name) | nulls(name)
    )


def combine(inner: st.SearchStrategy[Filtered]) -> st.SearchStrategy[Filtered]:
    def both(pair: tuple[Filtered, Filtered]) -> Filtered:
        (left, one), (right, other) = pair
        return f"({left}) and ({right})", lambda row: one(row) and other(row)

    def either(pair: tuple[Filtered, Filtered]) -> Filtered:
        (left, one), (right, other) = pair
        return f"({left}) OR ({right})", lambda row: one(row) or other(row)

    def negated(part: Filtered) -> Filtered:
        return f"not ({part[0]})", lambda row: not part[1](row)

    pairs = st.tuples(inner, inner)
    return pairs.map(both) | pairs.map(either) | inner.map(negated)


@OVER_HTTP
@given(filtered=st.recursive(conditions(), combine, max_leaves=5))
def test_a_filter_keeps_what_the_naive_model_keeps(
    filled: tuple[Console, list[dict[str, Any]]], filtered: Filtered
) -> None:
    console, everything = filled
    text, model = filtered
    assert console.read(ENTRIES, text) == [row for row in everything if model(row)], text


def test_and_binds_stronger_than_or_and_not_stronger_than_both(console: Console) -> None:
    def ids(text: str) -> list[int]:
        return [row["id"] for row in console.read("/siem/offense_types", text)]

    assert ids("id=1 or id=2 and id=3") == [1]
    assert ids("not id>0 and id=0") == [0]
    assert ids("(id=1 or id=2) and id=2") == [2]


@pytest.mark.parametrize(
    ("pattern", "kept"),
    [
        ('like "Al%"', ["Alpha"]),
        ('ilike "al%"', ["alpha", "Alpha"]),
        ("like '%q'", ['q"q']),
        ('like "a\\%b"', ["a%b"]),
        ('like "a_b"', ["a%b"]),
        ('like "bet"', []),
        ('like "back\\\\slash"', ["back\\slash"]),
    ],
)
def test_like_knows_percent_underscore_case_and_backslash(
    filled: tuple[Console, list[dict[str, Any]]], pattern: str, kept: list[str]
) -> None:
    values = [row["value"] for row in filled[0].read(ENTRIES, f"value {pattern}") if row["value"] in WORDS]
    assert values == kept


def test_lists_are_asked_with_contains(console: Console) -> None:
    groups = console.read("/analytics/rule_groups", 'child_items contains "1201"')
    assert [group["name"] for group in groups] == ["Authentication"]
    assert console.read("/analytics/rule_groups", "child_groups contains 4") != []
    bracketed = console.read("/analytics/rule_groups", 'child_items contains (. like "120%")')
    assert "Authentication" in [group["name"] for group in bracketed]
    wanted = 'version="26.0" and parameters contains (parameter_name="overwrite" and type="QUERY")'
    found = console.read("/help/endpoints", wanted)
    assert [entry["http_method"] for entry in found] == ["POST"]


def test_plain_lists_are_filtered_by_a_dot(console: Console) -> None:
    assert console.read("/ariel/databases", '. = "flows"') == ["flows"]


def test_objects_are_asked_by_field_in_brackets(console: Console) -> None:
    base = "/config/event_sources/custom_properties"
    identifier = console.read(f"{base}/regex_properties")[0]["identifier"]
    operand = {"type": "STATIC", "numeric_value": 3}
    body = {
        "regex_property_identifier": identifier, "log_source_type_id": -1,
        "first_operand": operand, "second_operand": {"type": "PROPERTY", "property_name": "Logon Type"},
    }  # fmt: skip
    console.made(f"{base}/property_calculated_expressions", body)
    assert len(console.read(f"{base}/property_calculated_expressions", "first_operand(numeric_value) = 3")) == 1
    assert console.read(f"{base}/property_calculated_expressions", "second_operand(numeric_value) = 3") == []
    assert len(console.read(f"{base}/property_calculated_expressions", "second_operand(numeric_value) != 3")) == 1


@pytest.mark.parametrize(
    "bad",
    [
        "", "id", "id=", "id==1", "=1", "nope=1", "id=x", 'id="1"', "enabled=1", 'enabled="true"',
        "enabled > false", "name=two words", "name=a-b", "name='open", "id in ()", "id in (1", "id between 1",
        "id=1 and", "id=1 or or id=2", "(id=1", "id=1)", "id is", "id not 5", "not", "name like 5 6",
        "id like 5", "name contains x", "name(x)=1", "id;1", "id=1 && id=2", "null is null", "name=NO_EXPIRY",
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_understood_is_422_with_the_code_of_its_endpoint(console: Console, bad: str) -> None:
    assert code(console.get("/analytics/rules", params={"filter": bad})) == (422, 1010)


def test_every_area_has_its_own_code_for_a_bad_filter(console: Console) -> None:
    for path, number in (
        (SETS, 14001),
        (ENTRIES, 24001),
        ("/config/extension_management/extensions", 22608),
        ("/analytics/building_blocks", 1010),
    ):
        assert code(console.get(path, params={"filter": "x"})) == (422, number)


def test_a_filter_may_be_deep_but_not_bottomless(console: Console) -> None:
    deep = "(" * 50 + "id=1201" + ")" * 50
    assert [rule["id"] for rule in console.read("/analytics/rules", deep)] == [1201]
    bottomless = "(" * 5000 + "id=1" + ")" * 5000
    assert code(console.get("/analytics/rules", params={"filter": bottomless})) == (422, 1010)


def test_sets_are_sorted_as_asked(console: Console) -> None:
    names = [row["name"] for row in console.read(f"{SETS}?sort=-name")]
    assert names == sorted(names, reverse=True)
    by_type = [(row["entry_type"], row["name"]) for row in console.read(f"{SETS}?sort=%2Bentry_type,-name")]
    assert by_type == sorted(sorted(by_type, key=lambda row: row[1], reverse=True), key=lambda row: row[0])


@pytest.mark.parametrize("bad", ["name", "+nope", "+name;", "++name", ""])
def test_a_sort_that_cannot_be_done_is_422(console: Console, bad: str) -> None:
    assert console.get(SETS, params={"sort": bad}).status_code == 422


def test_categories_are_sorted_by_one_field_only(console: Console) -> None:
    path = "/data_classification/low_level_categories"
    assert console.get(path, params={"sort": "+name"}).status_code == 200
    assert console.get(path, params={"sort": "+name,+id"}).status_code == 422
