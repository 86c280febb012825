"""What is known around a query: where it will run, and what its stack declares."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from dac.aql.catalogue import alias_group
from dac.aql.catalogue.vocabulary import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dac.aql.catalogue.vocabulary import Vocabulary
    from dac.model.diagnostic import Severity


class Target(StrEnum):
    """What the text is for."""

    QUERY = "query"  # a search somebody runs, taken as it is
    DETECTION = "detection"  # the `aql` of a detection: a search for hunting, and by its WHERE a rule
    FILTER = "filter"  # a `filter` of a stack: a condition that dac compiles into a rule
    EXCEPTION = "exception"  # the `when` of an exception
    RULE = "rule"  # an AQL filter as a rule on a console holds it


@dataclass(frozen=True, slots=True)
class Case:
    """A stated example; `log_source_types` names what its events come from, where that is known."""

    name: str
    expect: Literal["match", "no-match", "out-of-scope"]
    reason: str = ""
    log_source_types: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Context:
    """The surroundings of one text. The default is a bare query about which nothing is known.

    properties: declared custom properties, each with the log source types it has an expression for; None where
    nobody declares any, so that an unknown name may be a property. only_reader: no other query reads them.
    reference_sets: declared sets with their entry types (ALN, ALNIC, NUM, IP, PORT, DATE, CIDR), or None.
    log_source_types: names the detection's rule asks for before it asks the query. notes: its prose, which may
    name them. aliases: names that a `when` may take from its query. longest_hours: the window policy.
    severities: per code, a severity instead of the shipped one, or None to leave the rule out. vocabulary: what
    there is on the console that is meant.
    """

    target: Target = Target.QUERY
    database: str = "events"
    properties: Mapping[str, frozenset[str]] | None = None
    disabled_properties: frozenset[str] = frozenset()
    only_reader: bool = False
    reference_sets: Mapping[str, str] | None = None
    log_source_types: tuple[str, ...] = ()
    notes: str = ""
    cases: tuple[Case, ...] = ()
    aliases: frozenset[str] = frozenset()
    longest_hours: int = 24
    severities: Mapping[str, Severity | None] = field(default_factory=lambda: MappingProxyType({}))
    vocabulary: Vocabulary = SHIPPED

    @property
    def in_stack(self) -> bool:
        """Whether dac compiles the text: names of log source types are right there, and numbers are not."""
        return self.target in (Target.DETECTION, Target.FILTER, Target.EXCEPTION)

    @property
    def is_condition(self) -> bool:
        return self.target in (Target.FILTER, Target.EXCEPTION, Target.RULE)

    @property
    def becomes_rule(self) -> bool:
        return self.target is not Target.QUERY

    @cached_property
    def property_types(self) -> Mapping[str, frozenset[str]] | None:
        """`properties` by lower-case name."""
        if self.properties is None:
            return None
        return {name.lower(): kinds for name, kinds in self.properties.items()}

    @cached_property
    def log_source_type_ids(self) -> frozenset[int]:
        """Ids of the declared log source types, as far as dac knows them."""
        return self.known_ids(self.log_source_types)

    def known_ids(self, names: Iterable[str]) -> frozenset[int]:
        """Ids of those of the log source types that the console, or QRadar as shipped, has."""
        ids = self.vocabulary.log_source_type_ids
        return frozenset(ids[name.lower()] for name in names if name.lower() in ids)

    @cached_property
    def ids_in_notes(self) -> frozenset[int]:
        """Ids of the log source types that the notes name in full; "Office 365" in a longer name does not count."""
        folded, ids = self.notes.lower(), self.vocabulary.log_source_type_ids
        found = {name: number for name, number in ids.items() if " " in name and name in folded} if folded else {}
        whole = {name for name in found if not any(name != other and name in other for other in found)}
        return frozenset(found[name] for name in whole)

    def shown_type(self, number: int) -> str:
        """`Microsoft Azure Active Directory (Microsoft Entra ID)`; a console's own name stands alone."""
        own = self.vocabulary.own_name(number)
        if own is not None:
            return own
        for kind in self.vocabulary.log_source_types:
            if kind.id == number:
                name, *others = alias_group(kind.name or kind.type)
                return f"{name} ({', '.join(others)})" if others else name
        console = self.vocabulary.console
        return f"no log source type of console {console}" if console else f"log source type {number}"
