"""Databases that a console does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.lint.near import near_name
from dac.aql.lint.rule import Hit, rule
from dac.aql.nodes import Database
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.subject import Subject


@rule(
    code="AQL056",
    severity=Severity.WARNING,
    title="a database that is probably none",
    hint="detections read events or flows; GET /ariel/databases of a console lists its databases",
    evidence="IBM Docs: Ariel Query Language (the databases are events and flows; a console lists some more). An error "
    "where a console's own list is known, else said only of names that look misspelt",
    bad=["SELECT username FROM event LAST 1 HOURS", 'SELECT sourceip FROM "flow" LAST 1 HOURS'],
    good=["SELECT username FROM Events LAST 1 HOURS", "SELECT username FROM simarc LAST 1 HOURS"],
)
def unknown_database(subject: Subject) -> Iterator[Hit]:
    vocabulary = subject.context.vocabulary
    for select in subject.selects:
        source = select.query.source if select.query else None
        if not isinstance(source, Database) or source.key in vocabulary.databases:
            continue
        near = near_name(source.name, vocabulary.databases)
        if near or vocabulary.console:
            severity = Severity.ERROR if vocabulary.console else None
            hint = f"did you mean {near}?" if near else None
            yield Hit(vocabulary.has_no(f"database {source.name}"), source.at, severity, hint)
