"""What a rule or its query reads of custom properties arrives there: something extracts it, and rules see it.

An error only where the rule can then never fire. A disabled expression is a warning all the same: QRadar disables
one that is too slow, and a console's trouble of the hour must not stop every other change of the project.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from dac.checks.view import place_of, rows
from dac.errors import AqlError
from dac.model.diagnostic import Finding, Severity
from dac.resources.rule_form import QUERIED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dac.checks.view import Item, ProjectView
    from dac.model.address import Address
    from dac.resources.names import Names, PropertyFact

_KIND = "custom_property"


@dataclass(frozen=True, slots=True)
class _Use:
    """A rule and a property it reads; `in_rule` is False for a column that only the query in Git shows.

    types: the usual names of the rule's log source types, none for any. declared and fact: what the project and
    the console have under that name; spelling: the console's own for it.
    """

    item: Item
    name: str
    in_rule: bool
    types: tuple[str, ...]
    declared: Item | None
    fact: PropertyFact | None
    spelling: str
    own: tuple[tuple[str, bool], ...]

    @property
    def extracting(self) -> tuple[bool, ...]:
        """For each expression that meets an event of the rule: whether it is enabled."""
        return self._meeting((*self.own, *((self.fact and self.fact.expressions) or ())))

    @property
    def extracting_as_declared(self) -> tuple[bool, ...]:
        """The same, of the project's own expressions."""
        return self._meeting(self.own)

    def _meeting(self, expressions: Iterable[tuple[str, bool]]) -> tuple[bool, ...]:
        return tuple(on for name, on in expressions if not (name and self.types) or name in self.types)

    @property
    def is_open(self) -> bool:
        """Whether nobody has asked the console yet what extracts a property that it has."""
        return self.fact is not None and self.fact.expressions is None

    @property
    def events(self) -> str:
        return f" from events of {' or '.join(self.types)}" if self.types else ""


def check(view: ProjectView) -> list[tuple[Address, Finding]]:
    return [(use.item.address, finding) for use in _uses(view) for finding in _findings(use, view.names)]


def unsettled(view: ProjectView) -> frozenset[str]:
    """Return the properties, as the console spells them, whose expressions there `check` has to know and does not."""
    return frozenset(use.spelling for use in _uses(view) if use.is_open and not any(use.extracting))


def _uses(view: ProjectView) -> Iterator[_Use]:
    declared = {item.fact.name.lower(): item for item in view.of_kind(_KIND)}
    console = {name.lower(): name for name in view.names.property_facts}
    spell = cache(view.names.log_source_type_spelling)
    for item in view.of_kind("building_block", "detection"):
        for reference in item.references if item.table.get("type") != "flow" else ():
            key = reference.name.lower()
            own = declared.get(key)
            if reference.kind in (_KIND, QUERIED) and (item.anew or (own and own.anew)):
                spelling = console.get(key, "")
                yield _Use(
                    item=item,
                    name=reference.name,
                    in_rule=reference.kind == _KIND,
                    types=tuple(_types(item, spell)),
                    declared=own,
                    fact=view.names.property_facts.get(spelling),
                    spelling=spelling,
                    own=tuple(_expressions(own, spell)) if own else (),
                )


def _types(item: Item, spell: Callable[[str], str]) -> Iterator[str]:
    found = item.table.get("log_source_types")
    return (spell(str(name)) for name in (found if isinstance(found, list) else ()))


def _expressions(declared: Item, spell: Callable[[str], str]) -> Iterator[tuple[str, bool]]:
    for _, row in rows(declared.table, "expression"):
        yield spell(str(row.get("log_source_type", ""))), row.get("enabled") is not False


def _findings(use: _Use, names: Names) -> Iterator[Finding]:
    if use.declared is None and use.fact is None:
        return  # that it does not exist is the check for what is undeclared's
    if use.in_rule and _is_kept_out(use):
        yield _not_in_rules(use)
    if _is_known(use, names) and not any(use.extracting):
        yield _disabled(use) if use.extracting else _without_expression(use, names)


def _is_known(use: _Use, names: Names) -> bool:
    """Without a console, `adopt` says that there is one which has the property, and expressions of its own for it."""
    if names.complete:
        return not use.is_open
    return use.declared is not None and use.declared.table.get("adopt") is not True


def _not_in_rules(use: _Use) -> Finding:
    if use.declared is not None:
        summary = f'the custom property "{use.name}" is declared with use_for_rule_engine = false'
        hint = f"leave use_for_rule_engine out of {use.declared.address}: dac enables it when a rule reads it"
    else:
        summary = f'the custom property "{use.name}" is on the console, and not enabled for use in rules'
        hint = (
            f"declare [custom_property.{use.spelling}] with adopt = true, and dac enables it because a rule "
            "reads it; or enable it on the console"
        )
    return _finding("property-not-in-rules", use, summary, hint, may_stop=True)


def _is_kept_out(use: _Use) -> bool:
    """Whether rules do not see the property, as declared or else as it is on the console."""
    if use.declared is None:
        return use.fact is not None and not use.fact.rule_engine
    ignored = use.declared.table.get("ignore_changes")
    is_ignored = isinstance(ignored, list) and "use_for_rule_engine" in ignored
    return use.declared.table.get("use_for_rule_engine") is False and not is_ignored


def _disabled(use: _Use) -> Finding:
    summary = f'every expression for the custom property "{use.name}"{use.events} is disabled'
    other = "enable one on the console, unless QRadar disabled it for being too slow; or "
    if use.declared is None:
        hint = f"{other}declare [custom_property.{use.spelling}] with adopt = true and a faster one"
    elif use.extracting_as_declared:
        hint = f"take enabled = false away from one in {use.declared.address}"
    else:
        hint = f"{other}add a faster one to {use.declared.address}"
    return _finding("property-disabled", use, summary, hint, may_stop=False)


def _without_expression(use: _Use, names: Names) -> Finding:
    summary = f'no expression extracts the custom property "{use.name}"{use.events}'
    kind = f' with log_source_type = "{use.types[0]}"' if use.types else ""
    if use.declared is None:
        hint = f"declare [custom_property.{use.spelling}] with adopt = true and an expression{kind}"
    else:
        hint = f"add an expression{kind} to {use.declared.address}"
        if not names.complete:
            hint += "; if a console has one already, write adopt = true there"
    return _finding("property-without-expression", use, summary, hint, may_stop=names.complete)


def _finding(code: str, use: _Use, summary: str, hint: str, *, may_stop: bool) -> Finding:
    path, line = place_of(use.item.table, use.name)
    severity, effect = Severity.WARNING, "this rule sees no value of it"
    if not use.in_rule:
        effect = "a column of the query stays empty"
    elif may_stop and _cannot_do_without(use.item, use.name):
        severity, effect = Severity.ERROR, "this rule can never fire"
    return Finding(code, f"{summary}: {effect}", path, hint=hint, line_offset=line, severity=severity)


def _cannot_do_without(item: Item, name: str) -> bool:
    """Whether a detection's own condition is true of no event without the property."""
    from dac.aql.aliases import Aliases
    from dac.aql.parsing import parse, parse_condition
    from dac.aql.required import required_fields

    query, condition = item.table.get("aql"), item.table.get("filter")
    if item.address.kind != "detection":
        return False
    try:
        if isinstance(query, str):
            parsed = parse(query)
            where = parsed.where and Aliases(parsed.items).expand(parsed.where)
        else:
            where = parse_condition(condition) if isinstance(condition, str) else None
    except AqlError:
        return False
    return where is not None and name.lower() in required_fields(where)
