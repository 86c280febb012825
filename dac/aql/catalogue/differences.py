"""What two vocabularies differ in, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.catalogue import alias_group
from dac.aql.catalogue.console import broad_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dac.aql.catalogue import BuiltinField, Function
    from dac.aql.catalogue.vocabulary import Vocabulary

Differences = dict[str, tuple[str, ...]]
"""Sentences by what they are about; nothing stands under a heading that has no difference."""


def differences(before: Vocabulary, after: Vocabulary) -> Differences:
    """What `after` has, lacks or has otherwise. Functions of extensions count as functions."""
    found: dict[str, Iterable[str]] = {
        "functions": _functions(before.functions, after.functions),
        "keywords": _keywords(before, after),
        "log source types": _log_source_types(before, after),
    }
    if before.console:  # dac ships none, or a part
        found["custom properties"] = _named(before.properties.values(), after.properties.values())
        found["reference sets"] = _sets(before.reference_sets or {}, after.reference_sets or {})
        found["low level categories"] = _numbered(before.categories, after.categories)
        found["offense types"] = _numbered(_offense_types(before), _offense_types(after))
    for database in sorted({*before.databases, *after.databases}):
        found[f"fields of {database}"] = _database(database, before, after)
    return {title: lines for title, sentences in found.items() if (lines := tuple(sentences))}


def _functions(before: Mapping[str, Function], after: Mapping[str, Function]) -> Iterator[str]:
    yield from _named(before, after)
    for name in sorted(before.keys() & after.keys()):
        old, new = before[name], after[name]
        if (old.least, old.most) != (new.least, new.most):
            yield f"{name} takes {new.arity}, not {old.arity}"


def _keywords(before: Vocabulary, after: Vocabulary) -> Iterator[str]:
    old, new = before.keywords, after.keywords
    yield from _named(old.all, new.all)
    for word in sorted((old.all & new.all) & (old.in_where ^ new.in_where)):
        yield f"{word} {'can now' if word in new.in_where else 'cannot'} stand in WHERE"


def _log_source_types(before: Vocabulary, after: Vocabulary) -> Iterator[str]:
    old = {kind.id: kind.name or kind.type for kind in before.log_source_types}
    new = {kind.id: kind.name or kind.type for kind in after.log_source_types}
    unnamed = {kind.id for kind in before.log_source_types if not kind.name}
    yield from (f"new: {new[number]} ({number})" for number in sorted(new.keys() - old.keys()))
    yield from (f"missing: {old[number]} ({number})" for number in sorted(old.keys() - new.keys()))
    for number in sorted(old.keys() & new.keys()):
        if old[number] != new[number] and number not in unnamed:
            known = "" if new[number] in alias_group(old[number]) else ", a name that dac does not know"
            yield f"{number} is called {new[number]}, not {old[number]}{known}"


def _sets(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    yield from _named(before, after)
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            yield f"{name} is of the type {after[name]}, not {before[name]}"


def _offense_types(vocabulary: Vocabulary) -> Mapping[int, str] | None:
    rows = vocabulary.offense_types
    return None if rows is None else {row.id: row.name for row in rows}


def _numbered(before: Mapping[int, str] | None, after: Mapping[int, str] | None) -> Iterator[str]:
    """Of a list that nobody had saved, only how long it is: a console has a thousand categories."""
    if before is None or after is None:
        yield from () if after is None else (f"read for the first time: {len(after):,}",)
        return
    yield from (f"new: {after[number]} ({number})" for number in sorted(after.keys() - before.keys()))
    yield from (f"missing: {before[number]} ({number})" for number in sorted(before.keys() - after.keys()))
    for number in sorted(before.keys() & after.keys()):
        if before[number] != after[number]:
            yield f"{number} is called {after[number]}, not {before[number]}"


def _database(name: str, before: Vocabulary, after: Vocabulary) -> Iterator[str]:
    if name not in before.databases:
        size = len(after.fields(name))
        yield f"new: the whole database, with {size} fields" if size else "new: the database; its fields are not listed"
    elif name not in after.databases:
        yield "missing: the whole database"
    else:
        yield from _fields(before.fields(name), after.fields(name))


def _fields(before: Mapping[str, BuiltinField], after: Mapping[str, BuiltinField]) -> Iterator[str]:
    yield from _named(before, after)
    for name in sorted(before.keys() & after.keys()):
        old, new = broad_kind(before[name].type), broad_kind(after[name].type)
        if old != new:
            yield f"{name} is of the type {new}, not {old}"


def _named(before: Iterable[str], after: Iterable[str]) -> Iterator[str]:
    old, new = set(before), set(after)
    yield from (f"new: {name}" for name in sorted(new - old))
    yield from (f"missing: {name}" for name in sorted(old - new))
