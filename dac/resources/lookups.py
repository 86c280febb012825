"""Names in a stack against the names a console has: the one spelling to deploy, or a finding with near names."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from dac.model.diagnostic import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.diagnostic import KeyPath
    from dac.model.names import Names


def log_source_type(names: Names, name: str, path: KeyPath, findings: list[Finding]) -> str:
    """Return the head of the name's alias group, so that consoles which renamed a type compile to the same."""
    number = names.log_source_type_id(name)
    if number is None:
        known = names.log_source_types.values()
        findings.append(_unknown("unknown-log-source-type", "log source type", name, known, path, names))
        return name
    return names.log_source_type_name(number)


def offense_index(names: Names, index: str, path: KeyPath, findings: list[Finding]) -> str:
    """Return the field an offense is indexed by, as deployed forms spell it."""
    number = names.offense_type_id(index)
    if number is None:
        known = [names.offense_index(kind.id) for kind in names.offense_types]
        findings.append(_unknown("unknown-offense-type", "offense type", index, known, path, names))
        return index
    return names.offense_index(number)


def category(names: Names, name: str, path: KeyPath, findings: list[Finding]) -> str:
    """Return a low level category's name as the console spells it."""
    number = names.category_id(name)
    if number is None:
        known = names.low_level_categories.values()
        findings.append(_unknown("unknown-category", "low level category", name, known, path, names))
        return name
    return names.low_level_categories[number]


def rule_uuid(names: Names, name: str, path: KeyPath, findings: list[Finding]) -> str:
    """Return the uuid of a rule or building block that is on the console but in no stack, by name or by uuid."""
    if name in names.rules:
        return name
    matches = sorted(uuid for uuid, known in names.rules.items() if known == name)
    if len(matches) > 1:
        hint = f"write its identifier instead of its name: one of {', '.join(matches)}"
        findings.append(
            Finding("ambiguous-name", f"{len(matches)} rules on the console are named {name!r}", path, hint=hint)
        )
    elif not matches and names.complete:
        findings.append(_unknown("unknown-rule", "building block or rule", name, names.rules.values(), path, names))
    return matches[0] if matches else name


def near(name: str, known: Iterable[str]) -> str:
    """Return `did you mean "x"?`, or nothing when no known name is near."""
    folded = {text.casefold(): text for text in known}
    found = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    return f'did you mean "{folded[found[0]]}"?' if found else ""


def _unknown(code: str, what: str, name: str, known: Iterable[str], path: KeyPath, names: Names) -> Finding:
    where = "this console" if names.complete else "the list that dac ships"
    detail = "" if names.complete else "A console may know more: with --console, its own list is asked."
    return Finding(code, f'no {what} is named "{name}" in {where}', path, detail, near(name, known))
