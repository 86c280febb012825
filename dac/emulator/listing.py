"""Reading resources: one object, or a list with filter, sort, Range and fields."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dac.emulator.call import Answer
from dac.emulator.errors import ApiError
from dac.emulator.fields import parse_fields, selector
from dac.emulator.filtering import FilterError, Pushed, compile_filter, names_in, parse, push_down
from dac.emulator.ranges import parse_range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dac.emulator.call import Call
    from dac.emulator.filtering import Predicate
    from dac.emulator.ranges import ItemRange
    from dac.emulator.schema import Field, Sorting, Table

_SORT = re.compile(r"([+-])([A-Za-z_]+)")
NOTHING = Pushed((), (), exact=True)


@dataclass(frozen=True, slots=True)
class _Query:
    """What the request asks of a table."""

    fields: tuple[Field, ...]
    predicate: Predicate | None
    pushed: Pushed
    order: str
    window: ItemRange | None


def answer_list(call: Call, table: Table, where: str = "", parameters: Sequence[Any] = ()) -> Answer:
    """A 200 with the rows that the filter leaves, in the range asked for, with the fields asked for."""
    visible = table.visible(call.api)
    predicate, pushed, read = _filter(call, table, visible)
    chosen = call.query.get("fields")
    selection = parse_fields(chosen, visible) if chosen is not None else None
    needed = visible if selection is None else tuple(f for f in visible if f.name in selection or f.name in read)
    query = _Query(needed, predicate, pushed, _order(call, table), parse_range(call.range_header))
    conditions = [part for part in (table.where, where, *pushed.conditions) if part]
    rows, total = _rows(call, table, query, conditions, (*parameters, *pushed.parameters))
    if selection is not None:
        rows = list(map(selector(selection), rows))
    return _ranged(call, Answer(rows, selected=True), query.window, total)


def answer_values(call: Call, values: Iterable[Any], fields: Sequence[Field], filter_code: int = 1010) -> Answer:
    """The same for values that are not kept in a table; plain ones are filtered by `.`."""
    rows = list(values)
    text = call.query.get("filter")
    if text is not None:
        try:
            rows = list(filter(compile_filter(parse(text), fields), rows))
        except FilterError as error:
            raise _bad_filter(filter_code, error) from None
    window = parse_range(call.range_header)
    shown = rows if window is None else rows[window.first : window.last + 1]
    return _ranged(call, Answer(shown, fields=tuple(fields)), window, len(rows))


def _ranged(call: Call, answer: Answer, window: ItemRange | None, total: int) -> Answer:
    """The answer to a request with Range, as the settings have it."""
    if window is None:
        return answer
    headers = {"Content-Range": window.content_range(total)} if call.settings.content_range else {}
    return replace(answer, status=call.settings.ranged_status, headers=headers)


def find(call: Call, table: Table, where: str, parameters: Sequence[Any]) -> dict[str, Any] | None:
    """The one object that a condition names, or None."""
    fields = table.visible(call.api)
    conditions = " AND ".join(f"({part})" for part in (table.where, where) if part)
    sql = f"SELECT {_columns(fields)} FROM {table.source} WHERE {conditions}"  # noqa: S608  # literals of ours
    row = call.db.execute(sql, tuple(parameters)).fetchone()
    return None if row is None else _reader(fields)(row)


def answer_one(call: Call, table: Table, found: dict[str, Any], status: int = 200) -> Answer:
    """One object, of which the caller may select fields."""
    return Answer(found, status=status, fields=table.visible(call.api))


def _filter(call: Call, table: Table, visible: tuple[Field, ...]) -> tuple[Predicate | None, Pushed, frozenset[str]]:
    text = call.query.get("filter")
    if text is None:
        return None, NOTHING, frozenset()
    try:
        tree = parse(text)
        predicate = compile_filter(tree, visible)
    except FilterError as error:
        code = table.misfit_code if error.misfit and table.misfit_code else table.filter_code
        raise _bad_filter(code, error) from None
    pushed = push_down(tree, {field.name: field for field in visible if field.name in table.indexed})
    return (None if pushed.exact else predicate), pushed, names_in(tree)


def _bad_filter(code: int, error: FilterError) -> ApiError:
    return ApiError(422, code, f"The filter parameter is not valid: {error}")


def _order(call: Call, table: Table) -> str:
    text = call.query.get("sort")
    if text is None or table.sorting is None:
        return table.order
    columns = {field.name: field.sort or field.sql for field in table.visible(call.api)}
    terms = [_sort_term(part, table.sorting, columns) for part in text.split(",")]
    if table.sorting.single and len(terms) > 1:
        raise ApiError(422, table.sorting.bad_expression, "Only one field can be sorted by")
    return ", ".join((*terms, table.order))


def _sort_term(part: str, sorting: Sorting, columns: dict[str, str]) -> str:
    match = _SORT.fullmatch(part.strip())
    if match is None:
        raise ApiError(422, sorting.bad_expression, f"The sort expression {part!r} is not +FIELD or -FIELD")
    if match[2] not in sorting.fields:
        raise ApiError(422, sorting.bad_field, f"Sorting by {match[2]!r} is not supported")
    return f"{columns[match[2]]} {'ASC' if match[1] == '+' else 'DESC'}"


def _rows(
    call: Call, table: Table, query: _Query, conditions: list[str], parameters: tuple[Any, ...]
) -> tuple[list[dict[str, Any]], int]:
    """The rows of the window, and how many there are in all."""
    where = " WHERE " + " AND ".join(f"({part})" for part in conditions) if conditions else ""
    sql = f"SELECT {_columns(query.fields)} FROM {table.source}{where} ORDER BY {query.order}"  # noqa: S608  # literals of ours
    read = _reader(query.fields)
    window = query.window
    if window is not None and query.predicate is None:
        count = f"SELECT count(*) FROM {table.source}{where}"  # noqa: S608  # literals of ours
        (total,) = call.db.execute(count, parameters).fetchone()
        limited = call.db.execute(f"{sql} LIMIT ? OFFSET ?", (*parameters, window.size, window.first))
        return [read(row) for row in limited], total
    rows = [read(row) for row in call.db.execute(sql, parameters)]
    if query.predicate is not None:
        rows = list(filter(query.predicate, rows))
    return (rows if window is None else rows[window.first : window.last + 1]), len(rows)


def _columns(fields: Sequence[Field]) -> str:
    return ", ".join(field.sql for field in fields) or "NULL"


def _reader(fields: Sequence[Field]) -> Callable[[tuple[Any, ...]], dict[str, Any]]:
    """Turn SQLite's values into JSON's: booleans are kept as 0 and 1, objects and arrays as text."""
    names = [field.name for field in fields]
    converted = [
        (field.name, bool if field.kind == "boolean" else json.loads)
        for field in fields
        if field.kind in ("boolean", "object", "array")
    ]

    def read(row: tuple[Any, ...]) -> dict[str, Any]:
        found = dict(zip(names, row, strict=False))
        for name, convert in converted:
            if found[name] is not None:
                found[name] = convert(found[name])
        return found

    return read
