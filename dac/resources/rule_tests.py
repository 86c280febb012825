"""A rule's tests in the deployed form: fields for those that have one, `other_tests` for the rest, and their order.

A test is a row: `class` as `wizard_tests` writes it, `negate` (left out = false), and `parameters` by id. A value is
a text, a list of texts, or a table with one key that says what its names are of (`{ rules = [...] }`, see LOOKUPS), an
AQL filter (`aql`, and `engine` where the console's one line is another), or a condition. Where the wizard's own words
are not in the catalogue they travel in `layout`, which no comparison looks at. A test that this cannot hold is `xml`.

`ordered(canonical(rows)) == rows` for all rows, and `canonical(ordered(form)) == form` for what canonical returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.resources import worded_tests

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from dac.model.deployed import Deployed

Row = dict[str, Any]

OTHERS = "other_tests"
ORDER = "test_order"
LIST_TESTS = {
    "log_source_types": "DeviceTypeID_Test",
    "log_sources": "DeviceID_Test",
    "categories": "EventCategory_Test",
    "qids": "QID_Test",
}
"""Fields that are the names in the one parameter of a test."""

BLOCK_PARTS = {"any": ("any", False), "all": ("all", False), "none": ("any", True)}
"""The parts of `building_blocks`: parameter 1 of the test, and whether it is negated."""

_BLOCKS = "building_blocks"
_FILTER, _ENGINE = "filter", "filter_engine"
_THRESHOLD = "threshold"
_PROPERTIES, _SETS = worded_tests.PROPERTIES, worded_tests.REFERENCE_SETS
_BLOCK_SLOTS = tuple(f"{_BLOCKS}.{part}" for part in BLOCK_PARTS)
SLOTS = (*LIST_TESTS, _PROPERTIES, *_BLOCK_SLOTS, _SETS, _FILTER, OTHERS, _THRESHOLD)
"""The order in which tests stand unless `test_order` says another: cheap ones first, what counts last."""

FIELDS = (*LIST_TESTS, _PROPERTIES, _BLOCKS, _SETS, _FILTER, _ENGINE, OTHERS, _THRESHOLD, ORDER)
"""Every key of the deployed form that tests feed."""

_UNITS = ("m", "h", "d")
_MATCH_COUNT = "functions.MatchCount"


def database(rule_type: str) -> str:
    """Return what an AQL filter of such a rule runs on: `events` or `flows`."""
    return "flows" if rule_type == "FLOW" else "events"


def canonical(rows: Iterable[Row], rule_type: str, *, unsaid: Collection[str] = ()) -> Deployed:
    """Return the fields that the tests feed. A second test of a kind that has one field is another test.

    Tests of the fields in `unsaid` are other tests, too: for a table that says them so, not for a form to compare.
    """
    fields: dict[str, Any] = {}
    others: list[Row] = []
    order: list[str] = []
    for row in rows:
        slot, value = _field(row, rule_type)
        if slot.partition(".")[0] in unsaid:
            slot = ""
        if slot in worded_tests.CLASSES:
            fields.setdefault(slot, []).append(value)
            order.append(slot)
        elif slot and slot not in fields:
            fields[slot] = value
            order.append(slot)
        else:
            others.append(row)
            order.append(OTHERS)
    out = _form(fields)
    if others:
        out[OTHERS] = others
    return out if order == sorted(order, key=SLOTS.index) else out | {ORDER: order}


def ordered(form: Deployed) -> list[Row]:
    """Return the tests of a deployed form, in their order."""
    waiting: dict[str, list[Row]] = {OTHERS: list(form.get(OTHERS, ()))}
    for slot, row in _field_rows(form):
        waiting.setdefault(slot, []).append(row)
    order = [slot for slot in form.get(ORDER, ()) if slot in waiting]
    order += [slot for slot in SLOTS for _ in waiting.get(slot, ())]
    return [waiting[slot].pop(0) for slot in order if waiting[slot]]


def as_read_now(form: Deployed) -> Deployed:
    """Return a form that an earlier dac recorded as this one reads the same rule: more tests have fields by now."""
    classes = {row.get("class") for row in form.get(OTHERS, ())}
    if classes.isdisjoint(worded_tests.CLASSES.values()):
        return form
    rest = {key: value for key, value in form.items() if key not in FIELDS}
    return rest | canonical(ordered(form), form["type"])


def bare(row: Row) -> Row:
    """Return a test without the wizard's words."""
    return {key: value for key, value in row.items() if key != "layout"}


def _form(fields: Mapping[str, Any]) -> Deployed:
    out: Deployed = {}
    for slot in sorted(fields):
        key, _, part = slot.partition(".")
        if part:
            out.setdefault(key, {})[part] = fields[slot]
        elif key == _FILTER:
            out |= {_FILTER: fields[slot]["aql"]}
            out |= {_ENGINE: fields[slot]["engine"]} if "engine" in fields[slot] else {}
        else:
            out[key] = fields[slot]
    return out


def _field(row: Row, rule_type: str) -> tuple[str, Any]:
    """Return the field that says exactly this test, and its value; '' when none does."""
    parameters: Mapping[str, Any] = row.get("parameters", {})
    for slot, value in _candidates(row.get("class", ""), parameters, negate=bool(row.get("negate"))):
        if value and _field_row(slot, value, rule_type) == row:
            return slot, value
    return "", None


def _candidates(name: str, parameters: Mapping[str, Any], *, negate: bool) -> list[tuple[str, Any]]:
    if name == "RuleMatch_Test":
        word = (parameters.get("1"), negate)
        return [(f"{_BLOCKS}.{part}", _named(parameters, "2")) for part, what in BLOCK_PARTS.items() if what == word]
    if name == "AQL_Test":
        return [(_FILTER, parameters.get("1"))]
    if name == _MATCH_COUNT:
        return [(_THRESHOLD, _threshold(parameters))]
    for key, test in worded_tests.CLASSES.items():
        if test == name:
            table = worded_tests.table_of(key, parameters)
            return [(key, table | {"negate": True} if table and negate else table)]
    return [(field, _named(parameters, "1")) for field, test in LIST_TESTS.items() if test == name]


def _named(parameters: Mapping[str, Any], number: str) -> Any:
    value = parameters.get(number)
    return next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else None


def _threshold(parameters: Mapping[str, Any]) -> dict[str, Any] | None:
    count, number, unit = (str(parameters.get(key, "")) for key in ("2", "5", "6"))
    if not (count.isdecimal() and number.isdecimal() and unit in _UNITS):
        return None
    out: dict[str, Any] = {"count": int(count), "within": f"{int(number)}{unit}"}
    lists = {"by": _named(parameters, "3"), "different": _named(parameters, "4")}
    return out | {key: value for key, value in lists.items() if value}


def _field_rows(form: Deployed) -> Iterable[tuple[str, Row]]:
    for slot in SLOTS:
        key, _, part = slot.partition(".")
        value = form.get(key, {}).get(part) if part else form.get(key)
        if key == _FILTER and value is not None:
            value = {"aql": value} | ({"engine": form[_ENGINE]} if _ENGINE in form else {})
        if slot == OTHERS or not value:
            continue
        for one in value if slot in worded_tests.CLASSES else [value]:
            yield slot, _field_row(slot, one, form["type"])


def _field_row(slot: str, value: Any, rule_type: str) -> Row:
    key, _, part = slot.partition(".")
    if key in LIST_TESTS:
        return row_of(LIST_TESTS[key], {key: value})
    if key in worded_tests.CLASSES:
        row = row_of(worded_tests.CLASSES[key], *worded_tests.values_of(key, value, database(rule_type)))
        return row | {"negate": True} if value.get("negate") else row
    if key == _BLOCKS:
        word, negate = BLOCK_PARTS[part]
        row = row_of("RuleMatch_Test", word, {"rules": value})
        return row | {"negate": True} if negate else row
    if key == _FILTER:
        return row_of("AQL_Test", value, database(rule_type))
    number, unit = value["within"][:-1], value["within"][-1]
    same, other = (({"properties": value[key]} if value.get(key) else "") for key in ("by", "different"))
    return row_of(_MATCH_COUNT, "", str(value["count"]), same, other, number, unit)


def row_of(name: str, *values: Any) -> Row:
    """Return a test with these values for its parameters."""
    return {"class": name, "parameters": {str(number): value for number, value in enumerate(values, 1)}}


def aligned(form: Deployed, like: Sequence[Deployed]) -> Deployed:
    """Return the form with the wizard's words as the first of `like` has them that says the same test."""
    if OTHERS not in form:
        return form
    known = [row for base in like for row in base.get(OTHERS, ())]
    rows = [_with_words(row, known) for row in form[OTHERS]]
    return form if rows == form[OTHERS] else form | {OTHERS: rows}


def _with_words(row: Row, known: Iterable[Row]) -> Row:
    plain, others = bare(row), list(known)
    twin = row if row in others else next((other for other in others if bare(other) == plain), row)
    return plain | ({"layout": twin["layout"]} if "layout" in twin else {})
