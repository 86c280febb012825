"""`${var.x}`, typed: in AQL it becomes a literal, never text. There is no way to splice text into a query.

`"${var.x}"` alone is the value itself, with its type. Within other text a single value is written out.
`$${` stands for `${`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dac.model.diagnostic import Finding
from dac.resources.validation import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from dac.config.variables import Value
    from dac.model.diagnostic import KeyPath

_PLACEHOLDER = re.compile(r"\$(?P<escaped>\$)?\{(?:(?P<inner>[^{}\n]*)\})?")
_REFERENCE = re.compile(r"\s*var\.([A-Za-z][A-Za-z0-9_-]*)\s*")


def variables_in(value: object) -> set[str]:
    """Return the names of the variables that a raw value mentions, however deep in it."""
    if isinstance(value, str):
        places = (match for match in _PLACEHOLDER.finditer(value) if not match["escaped"])
        found = (_REFERENCE.fullmatch(match["inner"] or "") for match in places)
        return {reference[1] for reference in found if reference}
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {name for part in parts for name in variables_in(part)}


@dataclass(slots=True)
class Interpolation:
    """Replaces placeholders in the tables of one stack. What is wrong is collected in `findings`.

    values: the variables that have one. declared: the names of all. aql_paths: where AQL stands, "*" for any index.
    """

    values: Mapping[str, Value]
    declared: Collection[str]
    aql_paths: Collection[tuple[str, ...]]
    findings: list[Finding] = field(default_factory=list)

    def apply(self, table: dict[str, Any]) -> dict[str, Any]:
        """Return `table` with its placeholders replaced; the very same object when there are none."""
        return self._replaced(table, ())  # type: ignore[no-any-return]  # a table stays a table

    def _replaced(self, value: Any, path: KeyPath) -> Any:
        if isinstance(value, str):
            return self._text(value, path) if "${" in value else value
        if isinstance(value, dict):
            changed = {key: new for key, old in value.items() if (new := self._replaced(old, (*path, key))) is not old}
            return value | changed if changed else value
        if isinstance(value, list):
            items = [self._replaced(item, (*path, index)) for index, item in enumerate(value)]
            return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
        return value

    def _text(self, text: str, path: KeyPath) -> Any:
        is_aql = tuple("*" if isinstance(part, int) else part for part in path) in self.aql_paths
        whole = _PLACEHOLDER.fullmatch(text)
        if whole and not whole["escaped"] and not is_aql:
            name = self._name(whole, path)
            return self.values.get(name, text) if name else text
        return _PLACEHOLDER.sub(lambda match: self._piece(match, path, is_aql=is_aql), text)

    def _piece(self, match: re.Match[str], path: KeyPath, *, is_aql: bool) -> str:
        if match["escaped"]:
            return match[0][1:]
        name = self._name(match, path)
        if name not in self.values:
            return match[0]
        return self._literal(match, name, path) if is_aql else self._written(match, name, path)

    def _name(self, match: re.Match[str], path: KeyPath) -> str:
        """Return the variable's name; '' with a finding when the placeholder names none that is declared."""
        reference = _REFERENCE.fullmatch(match["inner"] or "")
        if not reference:
            hint = "write ${var.NAME}; for a literal ${ write $${"
            self._report("malformed-placeholder", f"{match[0]} is no placeholder that dac knows", match, path, hint)
            return ""
        name = reference[1]
        if name not in self.declared:
            hint = did_you_mean(name, self.declared, otherwise=f"declare it: [variable.{name}] with its type")
            self._report("unknown-variable", f"no variable {name} is declared in this stack", match, path, hint)
            return ""
        return name

    def _literal(self, match: re.Match[str], name: str, path: KeyPath) -> str:
        from dac.aql.literals import inside_string, literal

        if inside_string(match.string, match.start()):
            hint = f"remove the quotes around {match[0]}: dac writes them"
            self._report("placeholder-in-quotes", f"{match[0]} stands inside quotes in the AQL", match, path, hint)
            return match[0]
        try:
            text = literal(self.values[name])
        except ValueError as error:
            self._report("not-a-literal", f"variable {name} cannot be written into the AQL: {error}", match, path)
            return match[0]
        if "*/" in text and "/*" in match.string[: match.start()]:  # it could end a comment and splice what follows
            summary = f"variable {name} contains */, which could end a comment of this AQL"
            self._report("not-a-literal", summary, match, path, "remove the comment before it")
            return match[0]
        return text

    def _written(self, match: re.Match[str], name: str, path: KeyPath) -> str:
        value = self.values[name]
        if isinstance(value, list):
            hint = f'a list can only be a whole value: "{match[0]}"'
            self._report("list-in-text", f"variable {name} is a list and stands within a text", match, path, hint)
            return match[0]
        if isinstance(value, bool):
            return "true" if value else "false"
        return value.isoformat() if isinstance(value, dt.date) else str(value)

    def _report(self, code: str, summary: str, match: re.Match[str], path: KeyPath, hint: str = "") -> None:
        line = match.string.count("\n", 0, match.start())
        self.findings.append(Finding(code, summary, path, hint=hint, line_offset=line))
