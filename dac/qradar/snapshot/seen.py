"""The values of a snapshot: answers of a console, as they were."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.qradar.package.content import RuleRow
    from dac.qradar.paging import Rows

Asked = frozenset[str | int]


@dataclass(frozen=True, slots=True)
class SeenList:
    """A list and the columns that were asked for, parted by commas.

    `covers` says, by column, for which values its rows were asked for; empty: it is the whole list.
    """

    fields: str
    rows: Rows
    covers: Mapping[str, Asked] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeenRefusal:
    """What came instead of an answer: a 4xx with QRadar's own words, and its code where it gave one."""

    status: int
    message: str
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """All that a plan reads of a console.

    things: bodies of single answers, by path. lists and refused: by path, too. rules: as exported, by number.
    """

    api_version: tuple[int, int]
    things: Mapping[str, Any]
    lists: Mapping[str, SeenList]
    rules: Mapping[str, RuleRow]
    refused: Mapping[str, SeenRefusal] = field(default_factory=dict)
