"""Lists of consoles, for tests: a few rows that differ from what dac ships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql import catalogue
from dac.aql.catalogue.console import ConsoleVocabulary, ListedFunction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.aql.catalogue import OffenseIndex

ONE_TEXT = ("String",)


def listed(name: str, *arguments: str, required: int | None = None, repeated: bool = False) -> ListedFunction:
    return ListedFunction(name, len(arguments) if required is None else required, arguments, repeated, "String")


def console(
    name: str = "prod",
    *,
    functions: tuple[ListedFunction | str, ...] = (),
    fields: Mapping[str, str] | None = None,
    properties: Mapping[str, str] | None = None,
    types: Mapping[int, str] | None = None,
    sets: Mapping[str, str] | None = None,
    categories: Mapping[int, str] | None = None,
    offense_types: tuple[OffenseIndex, ...] | None = None,
    words: frozenset[str] = catalogue.keywords().all,
) -> ConsoleVocabulary:
    """A console whose `functions` are all it has; a name alone stands for a function of one text."""
    return ConsoleVocabulary(
        console=name,
        api_version="26.0",
        listed=tuple(listed(one, *ONE_TEXT) if isinstance(one, str) else one for one in functions),
        words=words,
        words_in_where=catalogue.keywords().in_where,
        columns={
            "events": {"username": "String", "sourceip": "Host", "qid": "Integer", "devicetype": "Integer"}
            | dict(fields or {})
        },
        property_types=properties or {},
        types=types or {445: "Microsoft Entra ID", 382: "Okta"},
        set_types=sets,
        categories=categories,
        offense_types=offense_types,
    )
