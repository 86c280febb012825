"""`stacks/CONSOLE.catalogue.json`: what stacks can name on a console, committed beside them, for work without it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as ModelField

from dac.aql.catalogue import OffenseIndex
from dac.aql.catalogue.console import ConsoleVocabulary, ListedFunction
from dac.aql.catalogue.vocabulary import SHIPPED
from dac.config.console_files import ConsoleFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dac.aql.catalogue.vocabulary import Vocabulary
    from dac.config.settings import Project

VERSION = 1
SUFFIX = ".catalogue.json"

_FILE = ConsoleFile("catalogue", "refresh", VERSION)

_Count = Annotated[int, ModelField(ge=0)]
_Name = Annotated[str, ModelField(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Function(_Strict):
    name: _Name
    required: _Count
    arguments: list[str]
    repeated: bool
    result: str


class _Row(_Strict):
    id: int
    name: _Name


class _OffenseType(_Row):
    property: str
    custom: bool


class _File(_Strict):
    version: Literal[1]
    console: _Name
    api_version: str
    functions: list[_Function]
    keywords: list[_Name]
    where_clause_keywords: list[_Name]
    databases: dict[_Name, dict[_Name, str]]
    custom_properties: dict[_Name, str]
    log_source_types: list[_Row]
    reference_sets: dict[_Name, str] | None = None  # files of an earlier dac lack these three
    low_level_categories: list[_Row] | None = None
    offense_types: list[_OffenseType] | None = None


def catalogue_path(project: Project, console: str) -> Path:
    """Where the catalogue of a console is kept."""
    return project.stacks_folder / f"{console}{SUFFIX}"


def load_vocabulary(project: Project, console: str) -> Vocabulary:
    """What `console` has by its catalogue; what dac ships where it has none. ConfigError for a file that is damaged."""
    file = catalogue_path(project, console)
    if not file.is_file():
        return SHIPPED
    return read_catalogue(file, project.display(file), console)


def read_catalogue(file: Path, display: str, console: str = "") -> ConsoleVocabulary:
    """Read one catalogue. ConfigError for a damaged one, and for one of another console than `console` ('': any)."""
    content = _FILE.read(file, display, _File, console=console)
    return ConsoleVocabulary(
        console=content.console,
        api_version=content.api_version,
        listed=tuple(
            ListedFunction(row.name, row.required, tuple(row.arguments), row.repeated, row.result)
            for row in content.functions
        ),
        words=frozenset(content.keywords),
        words_in_where=frozenset(content.where_clause_keywords),
        columns=content.databases,
        property_types=content.custom_properties,
        types=_by_id(content.log_source_types),
        set_types=content.reference_sets,
        categories=None if content.low_level_categories is None else _by_id(content.low_level_categories),
        offense_types=None if content.offense_types is None else tuple(map(_offense_index, content.offense_types)),
    )


def _by_id(rows: list[_Row]) -> dict[int, str]:
    return {row.id: row.name for row in rows}


def _offense_index(row: _OffenseType) -> OffenseIndex:
    return OffenseIndex(row.id, row.name, row.property, row.custom)


def catalogue_text(vocabulary: ConsoleVocabulary) -> str:
    """The file: the same for the same lists, sorted, and a line for each row, so that a diff reads well."""
    rows = sorted(vocabulary.listed, key=lambda row: (row.name, row.required, row.arguments))
    content = {
        "version": VERSION,
        "console": vocabulary.console,
        "api_version": vocabulary.api_version,
        "functions": [
            {
                "name": row.name,
                "required": row.required,
                "arguments": list(row.arguments),
                "repeated": row.repeated,
                "result": row.result,
            }
            for row in rows
        ],
        "keywords": sorted(vocabulary.words),
        "where_clause_keywords": sorted(vocabulary.words_in_where),
        "databases": {name: dict(sorted(vocabulary.columns[name].items())) for name in sorted(vocabulary.columns)},
        "custom_properties": dict(sorted(vocabulary.property_types.items())),
        "log_source_types": _rows(vocabulary.types),
    }
    return _spread(content | _lists_since(vocabulary)) + "\n"


def _lists_since(vocabulary: ConsoleVocabulary) -> dict[str, Any]:
    """The lists that a vocabulary of an earlier dac's file does not have."""
    found: dict[str, Any] = {}
    if vocabulary.set_types is not None:
        found["reference_sets"] = dict(sorted(vocabulary.set_types.items()))
    if vocabulary.categories is not None:
        found["low_level_categories"] = _rows(vocabulary.categories)
    if vocabulary.offense_types is not None:
        found["offense_types"] = [asdict(row) for row in sorted(vocabulary.offense_types, key=lambda row: row.id)]
    return found


def _rows(names: Mapping[int, str]) -> list[dict[str, Any]]:
    return [{"id": number, "name": name} for number, name in sorted(names.items())]


def _spread(value: Any, indent: str = "") -> str:
    """JSON with a line for each member of an object, and for each row of a list."""
    if not value or not isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    inner = f"{indent} "
    if isinstance(value, list):
        members = [inner + json.dumps(row, ensure_ascii=False) for row in value]
        return "[\n" + ",\n".join(members) + f"\n{indent}]"
    members = [f"{inner}{json.dumps(key, ensure_ascii=False)}: {_spread(row, inner)}" for key, row in value.items()]
    return "{\n" + ",\n".join(members) + f"\n{indent}}}"
