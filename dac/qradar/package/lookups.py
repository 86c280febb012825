"""A console's numbers as names and back. A number nobody has a name for is written `#number`, so nothing is lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dac.errors import ConsoleError, DacError
from dac.resources.wizard_fields import field_name, field_property

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dac.resources.names import Names

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_LIMITER_HOSTS: Mapping[str, int] = {
    "ATTACKER": 0,
    "TARGET": 1,
    "QID": 2,
    "BY_USERNAME": 3,
    "SRCMAC": 4,
    "DSTMAC": 5,
    "DEVICE": 6,
    "HOSTNAME": 7,
    "SRCPORT": 8,
    "DSTPORT": 9,
    "SRCIPV6": 10,
    "DSTIPV6": 11,
    "SRCASN": 12,
    "DSTASN": 13,
    "ALL": 14,
    "APPID": 15,
    "SRCIDENTITY": 16,
    "DSTIDENTITY": 17,
    "SEARCH_RESULT": 18,
}
"""limiter@hostType of the stock offense types, by the type's id."""


def placeholder(number: object) -> str:
    """Return the name for a number that has none."""
    return f"#{number}"


def unnamed(name: str) -> str | None:
    """Return what a placeholder stands for; None when `name` is a name."""
    return name[1:] if name.startswith("#") and len(name) > 1 else None


def log_source_type_name(names: Names, number: int) -> str:
    """Return the name of a log source type as deployed forms write it."""
    return _name(number, names.log_source_type_name(number), names.log_source_type_id)


def log_source_type_id(names: Names, name: str) -> int:
    """Return a log source type's number on this console."""
    return _number("log source type", name, names.log_source_type_id)


def offense_index(names: Names, number: int) -> str:
    """Return the field that an offense type indexes by."""
    return _name(number, names.offense_index(number), names.offense_type_id)


def offense_type_id(names: Names, index: str) -> int:
    """Return the offense type that indexes by a field."""
    return _number("offense type", index, names.offense_type_id)


def category_name(names: Names, number: int) -> str:
    """Return the name of a low level category."""
    return _name(number, names.low_level_categories.get(number, ""), names.category_id)


def category_id(names: Names, name: str) -> int:
    """Return a low level category's number."""
    return _number("low level category", name, names.category_id)


def in_table(names: Names, table: str, number: int) -> str:
    """Return the name in one of `names.tables`, where it has one that leads back."""
    return _name(number, names.tables.get(table, {}).get(number, ""), lambda name: names.number_in(table, name))


def number_in(names: Names, table: str, name: str) -> int:
    """Return the number of a name in one of `names.tables`."""
    what = table.removesuffix("s").replace("_", " ")
    return _number(what, name, lambda text: names.number_in(table, text))


def name_of(names: Names, lookup: str, raw: str) -> str:
    """Return the name for what a test's parameter holds; `lookup` is one of LOOKUPS."""
    if lookup == "rules":
        return raw
    if lookup == "properties":
        return field_name(raw)
    number = integer(raw)
    if number is None:
        return placeholder(raw)
    named = _NAMED.get(lookup)
    return named(names, number) if named else in_table(names, lookup, number)


def raw_of(names: Names, lookup: str, name: str) -> str:
    """Undo `name_of`."""
    if lookup == "rules":
        return name
    if lookup == "properties":
        return field_property(name)
    raw = unnamed(name)
    if raw is not None:
        return raw
    numbered = _NUMBERED.get(lookup)
    return str(numbered(names, name) if numbered else number_in(names, lookup, name))


def limiter_field(names: Names, host: str) -> str:
    """Return the field that a limiter counts by, from its hostType."""
    number = _LIMITER_HOSTS.get(host)
    if number is None:
        number = names.offense_type_id(host)
    return placeholder(host) if number is None else offense_index(names, number)


def limiter_host(names: Names, field: str) -> str:
    """Return the hostType of a limiter that counts by a field; a custom property stands for itself."""
    raw = unnamed(field)
    if raw is not None:
        return raw
    number = offense_type_id(names, field)
    return next((host for host, known in _LIMITER_HOSTS.items() if known == number), field)


def integer(text: str) -> int | None:
    """Read a whole number; None for anything else."""
    return int(text) if _INTEGER.fullmatch(text) else None


_NAMED: Mapping[str, Callable[[Names, int], str]] = {
    "log_source_types": log_source_type_name,
    "categories": category_name,
}
_NUMBERED: Mapping[str, Callable[[Names, str], int]] = {
    "log_source_types": log_source_type_id,
    "categories": category_id,
}


def _name(number: int, name: str, find: Callable[[str], int | None]) -> str:
    """Return the name, if it leads back to the number."""
    try:
        return name if find(name) == number else placeholder(number)
    except DacError:  # two things go by it
        return placeholder(number)


def _number(what: str, name: str, find: Callable[[str], int | None]) -> int:
    number = integer(unnamed(name) or "")
    if number is None:
        number = find(name)
    if number is None:
        raise ConsoleError(
            f"This console has no {what} named {name!r}",
            detail="It had one when the plan was made, or the plan was made for another console.",
            hint="Run plan again.",
        )
    return number
