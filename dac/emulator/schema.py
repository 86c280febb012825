"""What a resource looks like: its fields, their kinds, and where SQLite keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["string", "number", "boolean", "object", "array", "any"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a REST object. `column` is its SQL expression (the name when empty); `since` an API generation.

    Objects and arrays are kept as JSON text. `fields` are those of an object, or of the objects in an array; an
    array without them holds plain values of kind `item` (`any` in bodies: its endpoint looks for itself). A `real`
    number may have a fraction. A string field with an `order` is compared by what that makes of its text (ValueError:
    the text does not fit), and sorted by the SQL expression `sort`.
    """

    name: str
    kind: Kind = "string"
    column: str = ""
    since: int = 0
    fields: tuple[Field, ...] = ()
    item: Kind = "string"
    order: Callable[[str], Any] | None = None
    sort: str = ""
    real: bool = False

    @property
    def sql(self) -> str:
        return self.column or self.name


@dataclass(frozen=True, slots=True)
class Sorting:
    """What `sort` accepts: which fields, and the 422 codes of a bad expression and of an unsupported field."""

    fields: frozenset[str]
    bad_expression: int
    bad_field: int
    single: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A listed resource. `indexed` fields may be filtered in SQL.

    `filter_code` is the 422 of a bad filter, `misfit_code` that of a value which does not fit its field.
    """

    source: str
    fields: tuple[Field, ...]
    filter_code: int = 1010
    misfit_code: int | None = None
    indexed: frozenset[str] = frozenset()
    order: str = "id"
    where: str = ""
    sorting: Sorting | None = None

    def visible(self, api: int) -> tuple[Field, ...]:
        """The fields that an API generation shows."""
        return tuple(field for field in self.fields if field.since <= api)


def numbers(*names: str) -> tuple[Field, ...]:
    """Fields of kind number, each in the column of its name."""
    return tuple(Field(name, "number") for name in names)


def strings(*names: str) -> tuple[Field, ...]:
    """Fields of kind string, each in the column of its name."""
    return tuple(Field(name) for name in names)


def booleans(*names: str) -> tuple[Field, ...]:
    """Fields of kind boolean, each in the column of its name."""
    return tuple(Field(name, "boolean") for name in names)
