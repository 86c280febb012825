"""Names in a stack against the names a console has: the one spelling to deploy, or a finding with near names."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.errors import DacError
from dac.model.diagnostic import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dac.model.diagnostic import KeyPath
    from dac.resources.names import Names


@dataclass(frozen=True, slots=True)
class Lookup:
    """One table of names: `what` it holds, how to find an id, and how deployed forms spell it."""

    code: str
    what: str
    find: Callable[[Names, str], int | None]
    spell: Callable[[Names, int], str]
    known: Callable[[Names], Iterable[str]]

    def name(self, names: Names, name: str, path: KeyPath, findings: list[Finding]) -> str:
        """Return the spelling to deploy; `name` itself, with a finding, when nothing or two things match."""
        try:
            number = self.find(names, name)
        except DacError as error:
            findings.append(Finding("ambiguous-name", error.summary, path, error.detail, error.hint))
            return name
        if number is None:
            findings.append(unknown(self.code, self.what, name, self.known(names), path, names))
            return name
        return self.spell(names, number)


LOG_SOURCE_TYPE = Lookup(
    "unknown-log-source-type",
    "log source type",
    lambda names, name: names.log_source_type_id(name),
    lambda names, number: names.log_source_type_name(number),
    lambda names: {*names.log_source_types.values(), *names.aliases.values()},
)
OFFENSE_INDEX = Lookup(
    "unknown-offense-type",
    "offense type",
    lambda names, name: names.offense_type_id(name),
    lambda names, number: names.offense_index(number),
    lambda names: [kind.index for kind in names.offense_types],
)
CATEGORY = Lookup(
    "unknown-category",
    "low level category",
    lambda names, name: names.category_id(name),
    lambda names, number: names.low_level_categories[number],
    lambda names: names.low_level_categories.values(),
)


_TITLES = {"log_sources": "log source", "qids": "QID record", "custom_actions": "custom action"}


def require_in_table(names: Names, table: str, name: str, path: KeyPath, findings: list[Finding]) -> None:
    """Add a finding for a name that none, or several, of the things in one of `names.tables` have."""
    if table not in _TITLES or table not in names.tables or names.number_in(table, name) is not None:
        return
    twins = sorted(number for number, known in names.tables[table].items() if known == name)
    if twins:
        summary = f"{len(twins)} {_TITLES[table]}s on this console are named {name!r}"
        hint = f"write the number of the one that is meant: {', '.join(f'#{number}' for number in twins[:9])}"
        findings.append(Finding("ambiguous-name", summary, path, hint=hint))
    else:
        code = f"unknown-{_TITLES[table].lower().replace(' ', '-')}"
        findings.append(unknown(code, _TITLES[table], name, names.tables[table].values(), path, names))


def rule_uuid(names: Names, name: str, path: KeyPath, findings: list[Finding]) -> str:
    """Return the uuid of a rule or building block that is on the console but in no stack, by name or by uuid."""
    if name in names.rules:
        return name
    matches = sorted(uuid for uuid, known in names.rules.items() if known == name)
    if len(matches) > 1:
        summary = f"{len(matches)} rules on the console are named {name!r}"
        hint = f"write its identifier instead of its name: one of {', '.join(matches)}"
        findings.append(Finding("ambiguous-name", summary, path, hint=hint))
    elif not matches and names.complete:
        findings.append(unknown("unknown-rule", "building block or rule", name, names.rules.values(), path, names))
    return matches[0] if matches else name


def near(name: str, known: Iterable[str]) -> str:
    """Return `did you mean "x"?`, or nothing when no known name is near."""
    folded = {text.casefold(): text for text in sorted(known)}
    found = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    return f'did you mean "{folded[found[0]]}"?' if found else ""


def unknown(code: str, what: str, name: str, known: Iterable[str], path: KeyPath, names: Names) -> Finding:
    """Return the finding for a name that nothing has: a warning where the list is the one dac ships."""
    where, detail, severity = "on this console", "", Severity.ERROR
    if what in names.catalogued:
        where = f"in the catalogue of console {names.catalogue}"
        detail = f"`dac console refresh --console {names.catalogue}` reads its list again."
    elif not names.complete:
        where, severity = "in the list that dac ships", Severity.WARNING
        detail = "A console may know more: `dac plan` asks it, and `dac console refresh` saves its list."
    return Finding(code, f'no {what} is named "{name}" {where}', path, detail, near(name, known), severity=severity)
