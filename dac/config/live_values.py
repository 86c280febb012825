"""What has to change in a stack file so that it declares what is on the console, and what stands in the way.

Only what differs is touched, where it stands: in the resource's own table or in its values for one console.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dac.config.editing import Drop, Put, Relist
from dac.config.interpolation import variables_in
from dac.config.live_rows import places_of, rows_by_identity
from dac.config.writing import escaped, render_value
from dac.model.change import MISSING
from dac.model.diagnostic import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.config.declared import DeclaredResource
    from dac.config.editing import TomlEdit
    from dac.model.diagnostic import KeyPath
    from dac.model.position import SourcePosition

_BESIDE_XML = ("name", "enabled", "groups", "owner")
_BY_IDENTITY = ("entry", "expression")

FindVariable = Callable[[str], "SourcePosition"]
"""Tells where a variable of the resource's stack is declared."""


@dataclass(frozen=True, slots=True)
class Forms:
    """One resource as tables of TOML: as it was recorded, as the stack has it now, and as it is on the console."""

    recorded: Mapping[str, Any]
    declared: Mapping[str, Any]
    live: Mapping[str, Any]


@dataclass(slots=True)
class LiveValues:
    """The edits of the file that declares `resource`, and a finding for each difference that none can be made for."""

    resource: DeclaredResource
    find_variable: FindVariable
    edits: list[TomlEdit] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def compare(self, forms: Forms) -> None:
        """Go through what somebody changed on the console. What only the stack has changed is left alone."""
        self._table((), forms.recorded, forms.declared, forms.live)

    def _table(self, path: KeyPath, was: Any, want: Mapping[str, Any], have: Mapping[str, Any]) -> None:
        before = was if isinstance(was, dict) else want
        for key in dict.fromkeys([*want, *have]):
            values = [table.get(key, MISSING) for table in (before, want, have)]
            self._value((*path, key), *values)

    def _value(self, path: KeyPath, was: Any, want: Any, have: Any) -> None:
        if have in (want, was):
            return
        if self._is_refused(path, have):
            return
        if isinstance(want, dict) and isinstance(have, dict) and self._may_be_table(path):
            self._table(path, was, want, have)
        elif path[-1] in _BY_IDENTITY and len(path) == 1:
            self._rows(path, *(value if isinstance(value, list) else [] for value in (was, want, have)))
        elif isinstance(want, list) and isinstance(have, list) and isinstance(self._declared(path), list):
            self._list(path, was if isinstance(was, list) else want, want, have)
        else:
            self._leaf(path, want, have)

    def _leaf(self, path: KeyPath, want: Any, have: Any) -> None:
        if have is MISSING and self._raw(path) is MISSING:
            return  # it followed from something else, which may be edited, too; the plan that comes next knows
        if not self._is_of_variable(path, self._raw(path), have):
            value = self._with_blanks(path, want, have)
            self.edits.append(Drop(self._place(path)) if have is MISSING else Put(self._place(path), escaped(value)))

    def _list(self, path: KeyPath, was: list[Any], want: list[Any], have: list[Any]) -> None:
        """Take out what has gone and add what is new."""
        if any(isinstance(item, dict) for item in [*want, *have]):
            self._ordered_rows(path, was, want, have)
            return
        gone = [item for item in want if item not in have and item in was]
        new = [item for item in have if item not in want and item not in was]
        declared = [_folded(item) for item in self._declared(path)]
        going = {_folded(item) for item in gone}
        if (not gone and not new) or not going <= set(declared):
            self._leaf(path, want, have)
        else:
            self._relist(path, [at for at, item in enumerate(declared) if item in going], new)

    def _ordered_rows(self, path: KeyPath, was: list[Any], want: list[Any], have: list[Any]) -> None:
        """Follow each row of as many where it is; else take rows out, and write the rest below those that stay."""
        if len(want) != len(self._declared(path)):
            self._leaf(path, want, have)
        elif len(want) == len(have):
            for at, (old, new) in enumerate(zip(want, have, strict=True)):
                self._table((*path, at), was[at] if at < len(was) else old, old, new)
        else:
            staying: list[int] = []
            for at, row in enumerate(want):
                if len(staying) < len(have) and row == have[len(staying)]:
                    staying.append(at)
            self._relist(path, [at for at in range(len(want)) if at not in staying], have[len(staying) :])

    def _rows(self, path: KeyPath, was: list[Any], want: list[Any], have: list[Any]) -> None:
        key = str(path[0])
        before, wanted, there = rows_by_identity(key, (was, want, have))
        places = places_of(key, self.resource.table, wanted)
        dropped, added = [], []
        for name in dict.fromkeys([*wanted, *there]):
            old, new = wanted.get(name, MISSING), there.get(name, MISSING)
            if new in (old, before.get(name, MISSING)):
                continue
            at = places.get(name)
            if name not in wanted:
                added.append(new)
            elif at is None:
                self._refuse("which-row", path, f"dac cannot tell which row of {key} was changed: {render_value(old)}")
            elif self._is_in_a_file(at):
                self._refuse_in_file((*path, at), new)
            elif new is MISSING:
                dropped.append(at)
            else:
                self._table((*path, at), before.get(name), wanted[name], there[name])
        if added and self._is_in_a_file(self.resource.origin.inline_rows) and not self.resource.origin.inline_rows:
            for row in added:
                self._refuse_in_file(("entries_file",), row)
        elif dropped or added:
            self._relist(path, dropped, added)

    def _relist(self, path: KeyPath, dropped: Sequence[int], added: Sequence[Any]) -> None:
        raw = self._raw(path)
        touched = [raw[at] for at in dropped] if isinstance(raw, list) else raw
        if not self._is_of_variable(path, touched, [*added]):
            place = self._place(path)
            self.edits.append(Relist(place, tuple(sorted(dropped)), tuple(escaped(item) for item in added)))

    def _is_refused(self, path: KeyPath, have: Any) -> bool:
        """Whether the whole field is one that no edit of this file can follow the console in."""
        table, top = self.resource.table, path[0]
        if "rule_xml" in table and top not in _BESIDE_XML:
            what = f"{_shown(path)} stands in the rule's XML, which dac does not edit"
            self._refuse("accept-xml", ("rule_xml",), what, "export the rule again and replace that file")
            return True
        if top != "filter" or ("aql" not in table and not table.get("exception")):
            return False
        where = "the WHERE of this query" if "aql" in table else "this filter and its exceptions"
        key = "aql" if "aql" in table else "filter"
        what = f"the rule's filter was edited by hand, and dac cannot say it as {where}"
        shown = "no filter at all" if have is MISSING else f"this filter:\n{have}"
        hint = f"change {key} so that it says the same, or put the rule back with `dac apply`"
        self._refuse("accept-query", (key,), what, hint, detail=f"On the console the rule has {shown}")
        return True

    def _is_of_variable(self, path: KeyPath, raw: Any, have: Any) -> bool:
        names = variables_in(raw)
        if names:
            places = " and ".join(f"{name} ({self.find_variable(name)})" for name in sorted(names))
            what = f"{_shown(path)} comes from variable {places}"
            hint = f"on the console it is {_written(have)}: change the variable, or write that here instead of it"
            self._refuse("accept-variable", path, what, hint)
        return bool(names)

    def _is_in_a_file(self, at: int) -> bool:
        return self.resource.origin.rows is not None and at >= self.resource.origin.inline_rows

    def _refuse_in_file(self, path: KeyPath, row: Any) -> None:
        rows = self.resource.origin.rows
        file = rows.path if rows else ""
        if row is MISSING:
            self._refuse("accept-entries-file", path, "this entry is not on the console any more", "take this line out")
            return
        values = ", ".join(f"{key} = {render_value(value)}" for key, value in row.items())
        hint = f"write it into {file}: {values}"
        self._refuse("accept-entries-file", path, "this entry is another on the console, and stands in a file", hint)

    def _refuse(self, code: str, path: KeyPath, summary: str, hint: str = "", *, detail: str = "") -> None:
        self.findings.append(Finding(code, summary, path, detail, hint))

    def _place(self, path: KeyPath) -> KeyPath:
        origin = self.resource.origin
        return (*origin.block.path, *origin.prefix(path), *path)

    def _raw(self, path: KeyPath) -> Any:
        """Return the value as the file has it, with its placeholders."""
        origin = self.resource.origin
        return _at(origin.block.table, (*origin.prefix(path), *path))

    def _may_be_table(self, path: KeyPath) -> bool:
        """Whether keys can be edited there; a table may be declared by one word, such as `event = true`."""
        declared = self._declared(path)
        return declared is MISSING or isinstance(declared, dict)

    def _declared(self, path: KeyPath) -> Any:
        return _at(self.resource.table, path)

    def _with_blanks(self, path: KeyPath, want: Any, have: Any) -> Any:
        """Keep the blank lines around a text that mean nothing."""
        text = self._declared(path)
        if not isinstance(text, str) or not isinstance(have, str) or text == want or text.strip() != str(want).strip():
            return have
        start = len(text) - len(text.lstrip())
        return text[:start] + have.strip() + text[len(text.rstrip()) :]


def _at(node: Any, path: KeyPath) -> Any:
    for part in path:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return node


def _folded(item: Any) -> Any:
    return item.casefold() if isinstance(item, str) else repr(item)


def _shown(path: KeyPath) -> str:
    return ".".join(str(part) for part in path)


def _written(value: Any) -> str:
    return "gone" if value is MISSING else render_value(value)
