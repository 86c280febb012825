"""Which row of a stack file is which on the console: entries by value, expressions by what they are limited to."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from dac.resources.entry_types import canonical_entry
from dac.resources.property_expressions import whole
from dac.resources.property_model import KINDS

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

Row = dict[str, Any]

_SCOPE = ("log_source_type", "log_source", "qid", "category")


def rows_by_identity(key: str, lists: Sequence[Sequence[Row]]) -> list[dict[Hashable, Row]]:
    """Return each list of rows by what says which row it is.

    Where a property has two expressions for the same events, their bodies are all that tells them apart.
    """
    if key == "entry":
        return [{row["value"]: row for row in rows} for rows in lists]
    twice = {scope for rows in lists for scope, count in Counter(map(_scope, rows)).items() if count > 1}
    return [{(_scope(row), _body(row) if _scope(row) in twice else ""): row for row in rows} for rows in lists]


def places_of(key: str, table: Mapping[str, Any], wanted: Mapping[Hashable, Row]) -> dict[Hashable, int]:
    """Return where in the declared list each row stands; rows that could be several are left out."""
    declared: Sequence[Row] = table.get(key, ())
    if key == "entry":
        places: dict[Hashable, int] = {}
        for at, row in enumerate(declared):
            with suppress(ValueError):
                places[canonical_entry(table["entry_type"], row["value"])] = at
        return places
    found = {name: _fitting(row, declared) for name, row in wanted.items()}
    return {name: at for name, at in found.items() if at is not None}


def _fitting(row: Row, declared: Sequence[Row]) -> int | None:
    """Return the one declared row with this body; a log source type may be declared by another name than QRadar's."""
    fitting = [at for at, other in enumerate(declared) if _body(other) == _body(row)]
    exact = [at for at in fitting if _scope(declared[at]) == _scope(row)]
    found = exact or fitting
    return found[0] if len(found) == 1 else None


def _scope(row: Row) -> tuple[str, ...]:
    return (*(kind for kind in KINDS if kind in row), *(str(row.get(key)) for key in _SCOPE))


def _body(row: Row) -> str:
    body = next((row[kind] for kind in KINDS if kind in row), "")
    if isinstance(body, dict):
        return repr(sorted((key, _operand(value)) for key, value in ({"operator": "add"} | body).items()))
    return str(body).strip()


def _operand(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else whole(value)
