"""What a console can name in AQL, by its own lists."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dac.aql.catalogue import OffenseIndex
from dac.aql.catalogue.console import ConsoleVocabulary, ListedFunction
from dac.errors import BadContent, NotFound, Refused
from dac.qradar.markers import of_another_project, split
from dac.qradar.names import read_categories, read_log_source_types, read_offense_types
from dac.qradar.properties import PROPERTIES
from dac.qradar.sets import OWN_SETS, list_sets
from dac.qradar.versions import text as version_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.qradar.client import Client

_DATABASES = "/ariel/databases"
_FUNCTIONS = "/ariel/functions"
_KEYWORDS = "/ariel/parser_keywords"
_SEARCHED = ("events", "flows")
_AT_ONCE = 4


def read_vocabulary(client: Client, console: str, marker: str) -> ConsoleVocabulary:
    """Read all that queries and rules can name, in about a dozen requests.

    `marker` is any line by which this project marks what it made: such properties (with their offense types) and sets
    are left out, because the stacks declare them, and a list that is committed should not change with every apply. (A
    console too old for descriptions of sets does not say which are the project's: there all are in.)
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        functions = pool.submit(_functions, client)
        keywords = pool.submit(client.get, _KEYWORDS)
        types = pool.submit(read_log_source_types, client)
        categories = pool.submit(read_categories, client)
        offense_types = pool.submit(read_offense_types, client)
        properties = client.list(PROPERTIES, fields="name,property_type,description")
        columns = _columns(client)
        sets = list_sets(client)
        words = keywords.result()
    custom = {str(row["name"]).lower() for row in properties}
    ours = {str(row["name"]).lower() for row in properties if _is_ours(row, marker)}
    return ConsoleVocabulary(
        console=console,
        api_version=version_text(client.capabilities.api_version),
        listed=functions.result(),
        words=frozenset(_words(words, "keywords")),
        words_in_where=frozenset(_words(words, "where_clause_keywords")),
        columns={
            database: {name: kind for name, kind in named.items() if name.lower() not in custom}
            for database, named in columns.items()
        },
        property_types={
            str(row["name"]): str(row.get("property_type") or "")
            for row in properties
            if str(row["name"]).lower() not in ours
        },
        types=types.result(),
        set_types={str(row["name"]): str(row["entry_type"]) for row in sets if _is_for_stacks(row, marker)},
        categories=categories.result(),
        offense_types=tuple(
            OffenseIndex(row.id, row.name, row.property, row.custom)
            for row in offense_types.result()
            if not (row.custom and row.index.lower() in ours)
        ),
    )


def _is_for_stacks(row: Mapping[str, Any], marker: str) -> bool:
    return row.get("namespace", "SHARED") == "SHARED" and row["name"] not in OWN_SETS and not _is_ours(row, marker)


def _is_ours(row: Mapping[str, Any], marker: str) -> bool:
    found = split(row.get("description"))[1]
    return bool(found) and not of_another_project(found, marker)


def _functions(client: Client) -> tuple[ListedFunction, ...]:
    """All of them once, whichever database they are for; a name can stand for several numbers of arguments."""
    found: dict[ListedFunction, None] = {}
    for database in _SEARCHED:
        for row in _rows(client.get(_FUNCTIONS, params={"database": database}), _FUNCTIONS):
            found[_function(row)] = None
    return tuple(found)


def _function(row: Mapping[str, Any]) -> ListedFunction:
    name, required, arguments = row.get("name"), row.get("required_args"), row.get("args_types")
    is_number = isinstance(required, int | float) and not isinstance(required, bool)
    if not isinstance(name, str) or not name or not isinstance(arguments, list):
        raise _bad(_FUNCTIONS, "a row without a name or types of arguments")
    least = int(required) if is_number and required >= 0 else 0  # type: ignore[operator,arg-type]  # it is a number
    result = row.get("return_type")
    return ListedFunction(
        name, least, tuple(map(str, arguments)), row.get("var_args") is True, result if isinstance(result, str) else ""
    )


def _columns(client: Client) -> dict[str, dict[str, str]]:
    """Name and type of every column by database; names in small letters, as AQL reads them in any case."""
    found = {}
    for database in _names(client.get(_DATABASES)):
        path = f"{_DATABASES}/{quote(database, safe='')}"
        try:
            body = client.get(path, fields="columns(name,object_value_type)")
        except (NotFound, Refused):
            if database in _SEARCHED:
                raise
            continue  # one that is listed and cannot be searched is none
        rows = _rows(body.get("columns") if isinstance(body, dict) else None, path)
        found[database] = {str(row.get("name")).lower(): str(row.get("object_value_type") or "") for row in rows}
    return found


def _names(body: object) -> list[str]:
    if not isinstance(body, list) or not all(isinstance(name, str) for name in body):
        raise _bad(_DATABASES, "something else than names")
    return body


def _words(body: object, key: str) -> list[str]:
    words = body.get(key) if isinstance(body, dict) else None
    if not isinstance(words, list):
        raise _bad(_KEYWORDS, f"no list of {key}")
    return [str(word).upper() for word in words]


def _rows(body: object, path: str) -> Sequence[Mapping[str, Any]]:
    if not isinstance(body, list) or not all(isinstance(row, dict) for row in body):
        raise _bad(path, "something else than a list of objects")
    return body


def _bad(path: str, what: str) -> BadContent:
    hint = "Is something other than QRadar answering at this URL?"
    return BadContent(f"The answer to GET {path} holds {what}", hint=hint, request=f"GET {path}")
