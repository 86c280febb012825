"""The rule wizard's catalogue of tests: data beside this, filled from exports.

Topic: Rules > Custom rules > Rule test groups. A class is written without its package, `QID_Test`; one that is in no
package as the console writes it, and with a dot before it where that could be mistaken for one of the package.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = "com.q1labs.semsources.cre.tests."
LOOKUPS = (
    "categories", "log_source_types", "log_sources", "properties", "qids", "reference_sets", "rules",
)  # fmt: skip
"""What a parameter's ids can be of: the key of a value such as `{ rules = ["..."] }`."""

_IN_PACKAGE = re.compile(r"(?:functions\.)?[A-Z]\w*", re.ASCII)
_NO_CLASSES = ("words", "methods")


@dataclass(frozen=True, slots=True)
class ParameterEntry:
    """What a parameter's value is; the keys are those of the data file. `row` holds the wizard's labels."""

    lookup: str
    is_list: bool
    coding: str
    blank: str
    row: Mapping[str, Any]

    @property
    def types(self) -> str:
        """Its userSelectionTypes, as far as they tell one value from another."""
        return str(self.row.get("types", ""))


@dataclass(frozen=True, slots=True)
class Entry:
    """A class of tests. `parameters` are by id, from "1" on; empty for one that is known by its number alone."""

    row: Mapping[str, Any]
    parameters: Mapping[str, ParameterEntry]


def entry(short: str) -> Entry | None:
    """Return the entry of a class as stacks write it; None for one that dac has never seen in an export."""
    return _entries().get(short)


def classes() -> tuple[str, ...]:
    """Every class that is listed, as stacks write them."""
    return tuple(_entries())


def short_name(name: str) -> str:
    """Return a Java class as stacks write it."""
    rest = name.removeprefix(PACKAGE)
    if rest != name and _IN_PACKAGE.fullmatch(rest):
        return rest
    return f".{name}" if name.startswith(".") or _IN_PACKAGE.fullmatch(name) else name


def full_name(short: str) -> str:
    """Undo `short_name`."""
    if short.startswith("."):
        return short[1:]
    return PACKAGE + short if _IN_PACKAGE.fullmatch(short) else short


def words(rule_type: str) -> dict[str, str]:
    """Return the words in texts that depend on a rule's type; a rule of offenses has those of a common one."""
    found: dict[str, dict[str, str]] = _data()["words"]
    return found.get(rule_type, found["COMMON"])


def lookup_of_method(method: str) -> str:
    """Return what a method of the wizard lists; '' for one whose values are taken as they are."""
    return str(_data()["methods"].get(method.rpartition(".")[2], ""))


@cache
def _entries() -> dict[str, Entry]:
    rows = {name: row for name, row in _data().items() if name not in _NO_CLASSES}
    return {name: Entry(row, _parameters(row.get("parameter", []))) for name, row in rows.items()}


def _parameters(rows: list[dict[str, Any]]) -> dict[str, ParameterEntry]:
    return {
        str(number): ParameterEntry(
            lookup=row.get("lookup", ""),
            is_list=row.get("list", False),
            coding=row.get("coding", ""),
            blank=row.get("blank", ""),
            row=row,
        )
        for number, row in enumerate(rows, 1)
    }


@cache
def _data() -> dict[str, Any]:
    import tomllib

    return tomllib.loads(files(__package__).joinpath("wizard_tests.toml").read_text(encoding="utf-8"))
