"""Who on a console reads a thing: asked before anything is deleted, from every place that says so.

QRadar's own search for dependents comes first. It need not see a name within AQL, so the bodies of all rules (by
export), saved searches and the expressions of properties are read as well. What cannot be read is said, never passed.

API: GET .../dependents, POST /config/extension_management/extension_export_tasks, GET /ariel/saved_searches,
GET /config/event_sources/custom_properties/{regex_properties,property_aql_expressions,property_calculated_expressions}.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from dac.errors import ConsoleError, NotFound, Unauthorized, Unreachable
from dac.model.readers import Reader, Readers
from dac.qradar.aql_names import condition_reads, query_reads
from dac.qradar.dependents import found_by, start_search
from dac.qradar.properties import KINDS, PROPERTIES
from dac.qradar.rule_listing import list_rules
from dac.qradar.rule_mentions import RuleMentions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dac.qradar.client import Client
    from dac.qradar.dependents import Dependent
    from dac.qradar.package.mentions import Mentions
    from dac.qradar.rule_listing import ListedRule
    from dac.resources.names import Names

SEARCHES = "/ariel/saved_searches"
SEARCH_FIELDS = "id,name,aql"
_AT_ONCE = 10
_RULES = ("detection", "building_block")
_NAMED_IN_AQL = ("reference_set", "custom_property")


class Thing(NamedTuple):
    """What may be read: its kind, its number (a property's identifier), its uuid if it is a rule, its name."""

    kind: str
    remote_id: str
    uuid: str
    name: str


class ReaderSearch:
    """Finds readers on one console. One instance serves one run: bodies are exported once, unless they change.

    Without `dependents` QRadar is not made to search: all else is read.
    """

    def __init__(self, client: Client, names: Names, *, dependents: bool = True) -> None:
        self._client = client
        self._searches = dependents
        self._offense_types = {str(row.id): row.index for row in names.offense_types if row.custom}
        self._mentions = RuleMentions(client)

    def find(self, things: Sequence[Thing]) -> dict[Thing, Readers]:
        """Return who reads each thing. Unauthorized and Unreachable are raised; other failures are `unknown`."""
        found: dict[Thing, set[Reader]] = defaultdict(set)
        unknown: dict[Thing, list[str]] = defaultdict(list)

        def ask(what: str, concerned: Sequence[Thing], source: Callable[[], Iterable[tuple[Thing, Reader]]]) -> None:
            try:
                for thing, reader in source() if concerned else ():
                    found[thing].add(reader)
            except (Unauthorized, Unreachable):
                raise
            except ConsoleError as error:
                for thing in concerned:
                    unknown[thing].append(f"{what}: {error.summary}")

        rules: dict[str, ListedRule] = {}
        ask("rules", things, lambda: self._rules(things, rules))
        searched = things if self._searches else ()
        for window in (searched[at : at + _AT_ONCE] for at in range(0, len(searched), _AT_ONCE)):
            self._dependents(window, rules, found, unknown)
        in_aql = [thing for thing in things if thing.kind in _NAMED_IN_AQL]
        ask("saved searches", in_aql, lambda: self._saved_searches(in_aql))
        ask("expressions of properties", in_aql, lambda: self._expressions(in_aql))
        for rule, problem in self._mentions.problems.items():
            for thing in things:
                unknown[thing].append(f'rule "{rules[rule].name}": {problem}')
        return {thing: Readers(tuple(sorted(found[thing])), tuple(dict.fromkeys(unknown[thing]))) for thing in things}

    def _dependents(
        self,
        things: Sequence[Thing],
        rules: Mapping[str, ListedRule],
        found: dict[Thing, set[Reader]],
        unknown: dict[Thing, list[str]],
    ) -> None:
        """Let QRadar search, for some things at a time."""
        names = {str(rule.id): rule.name for rule in rules.values()}
        tasks: dict[Thing, str] = {}
        for step in (self._start, self._finish):
            for thing in things:
                try:
                    for dependent in step(thing, tasks):
                        found[thing] |= {reader for reader in [_reader(dependent, names)] if reader}
                except (Unauthorized, Unreachable):
                    raise
                except ConsoleError as error:
                    unknown[thing].append(f"dependents: {error.summary}")

    def _start(self, thing: Thing, tasks: dict[Thing, str]) -> list[Dependent]:
        tasks[thing] = start_search(self._client, thing.kind, thing.remote_id)
        return []

    def _finish(self, thing: Thing, tasks: Mapping[Thing, str]) -> list[Dependent]:
        return found_by(self._client, thing.kind, thing.remote_id, tasks[thing]) if thing in tasks else []

    def _rules(self, things: Sequence[Thing], rules: dict[str, ListedRule]) -> Iterator[tuple[Thing, Reader]]:
        rules |= list_rules(self._client).rules
        for uuid, named in self._mentions.of(rules).items():
            reader = Reader(f'rule "{rules[uuid].name}"', "rule", str(rules[uuid].id))
            yield from ((thing, reader) for thing in things if thing.uuid != uuid and self._names(named, thing))

    def _names(self, named: Mentions, thing: Thing) -> bool:
        if thing.kind in _RULES:
            return thing.uuid in named.rules
        if any(condition_reads(text, thing.kind, thing.name) for text in named.filters):
            return True
        if thing.kind == "reference_set":
            return thing.remote_id in named.set_ids
        name = thing.name.casefold()
        indexed = (self._offense_types.get(number, "").casefold() for number in named.offense_types)
        return name in indexed or name in {one.casefold() for one in named.properties}

    def _saved_searches(self, things: Sequence[Thing]) -> Iterator[tuple[Thing, Reader]]:
        for row in self._client.list(SEARCHES, fields=SEARCH_FIELDS):
            text = str(row.get("aql") or "")
            reader = Reader(f'saved search "{row.get("name") or row.get("id")}"')
            yield from ((thing, reader) for thing in things if text and query_reads(text, thing.kind, thing.name))

    def _expressions(self, things: Sequence[Thing]) -> Iterator[tuple[Thing, Reader]]:
        """AQL expressions name sets and properties, calculated ones other properties."""
        rows = [(row, str(row.get("expression") or "")) for row in self._listed("aql", "expression")]
        sums = self._listed("calculated", "first_operand,second_operand")
        names = self._property_names() if rows or sums else {}
        for row, text in rows:
            yield from _owned(row, names, (t for t in things if text and condition_reads(text, t.kind, t.name)))
        for row in sums:
            operands = [row.get("first_operand"), row.get("second_operand")]
            read = {str(one.get("property_name")).casefold() for one in operands if isinstance(one, dict)}
            yield from _owned(
                row, names, (t for t in things if t.kind != "reference_set" and t.name.casefold() in read)
            )

    def _listed(self, kind: str, fields: str) -> list[Mapping[str, object]]:
        """Return the expressions of a kind; none from a console that has no such kind."""
        try:
            return list(self._client.list(KINDS[kind], fields=f"regex_property_identifier,{fields}"))
        except NotFound:
            return []

    def _property_names(self) -> dict[str, str]:
        return {
            str(row["identifier"]): str(row["name"]) for row in self._client.list(PROPERTIES, fields="identifier,name")
        }


def _owned(
    row: Mapping[str, object], names: Mapping[str, str], read: Iterable[Thing]
) -> Iterator[tuple[Thing, Reader]]:
    """An expression reads for the property that it belongs to, which is no reader of itself."""
    owner = str(row.get("regex_property_identifier"))
    reader = Reader(f'custom property "{names.get(owner, owner)}"', "custom_property", owner)
    yield from ((thing, reader) for thing in read if thing.remote_id != owner)


_OF_RULES = ("CRE_RULE", "BUILDING_BLOCK")
_OF_PROPERTIES = ("AQL_EXPRESSION", "CALCULATED_EXPRESSION")


def _reader(dependent: Dependent, rules: Mapping[str, str]) -> Reader | None:
    """Return QRadar's answer in our words; None for expressions, which are read where they say whose they are."""
    if dependent.type in _OF_PROPERTIES:
        return None
    if dependent.type in _OF_RULES:
        return Reader(f'rule "{rules.get(dependent.id, dependent.name)}"', "rule", dependent.id)
    words = dependent.type.removeprefix("ARIEL_").replace("_", " ").lower()
    return Reader(f'{words} "{dependent.name}"')
