"""From a raw table to its model, or to findings that a reader can act on.

The words are dac's own: they are derived from the model's annotations, not from pydantic's messages, so they stay
the same whichever version of pydantic is installed.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from dac.model.diagnostic import Finding
from dac.resources.wording import annotation_at, described, expectation, key_text, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic_core import ErrorDetails

    from dac.model.diagnostic import KeyPath
    from dac.resources.kind import Kind

STEERING_KEYS = ("console", "moved", "entries_file", "uuid")
"""Keys that every resource may have and that are gone from its table before it is validated."""

_SHOWN_KEYS = 12
_TYPE_ERRORS = ("_type", "_parsing", "is_instance_of")
_SAID = {
    "value_error": ": {error}",
    "assertion_error": ": {error}",
    "string_too_short": " is {value}, a text of at least {min_length} character(s) is wanted",
    "string_too_long": " is longer than the {max_length} characters it may have",
    "string_pattern_mismatch": " is {value}, which does not match {pattern}",
    "too_short": " has {actual_length} item(s), at least {min_length} are wanted",
    "too_long": " has {actual_length} items, at most {max_length} are wanted",
}


def validate(kind: Kind, table: Mapping[str, Any]) -> tuple[BaseModel | None, list[Finding]]:
    """Return the declared form of `table`, or None and what is wrong with it, each with its key path."""
    return validate_model(kind.declared, table, also_known=STEERING_KEYS)


def validate_model(
    model: type[BaseModel], table: Mapping[str, Any], *, also_known: Sequence[str] = ()
) -> tuple[BaseModel | None, list[Finding]]:
    """The same for any model; `also_known` are keys of the outermost table that are offered as near names."""
    try:
        return model.model_validate(table), []
    except ValidationError as error:
        explain = _Explanation(model, table, tuple(also_known))
        return None, explain.findings(error.errors(include_url=False, include_context=True))


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that `name` was probably meant to be, or ''."""
    candidates = list(known)
    close = difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    if close:
        return close[0]
    folded = {candidate.casefold(): candidate for candidate in candidates}
    return folded.get(name.casefold(), "")


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """Return a hint: the near name, or else the known ones, or `otherwise` when there are none."""
    names = sorted(set(known))
    near = nearest(name, names)
    if near:
        return f'did you mean "{near}"?'
    if not names:
        return otherwise
    shown = ", ".join(names[:_SHOWN_KEYS]) + (", ..." if len(names) > _SHOWN_KEYS else "")
    return f"known: {shown}"


@dataclass(frozen=True, slots=True)
class _Problem:
    """One error of pydantic at its place; `union` is the path of the union it lies under, if any."""

    path: KeyPath
    union: KeyPath | None
    error: ErrorDetails


class _Explanation:
    """Turns the errors of one validation into findings: one for each place, and the most telling ones of a union."""

    def __init__(self, model: type[BaseModel], table: Mapping[str, Any], also_known: tuple[str, ...]) -> None:
        self._model = model
        self._table = table
        self._also_known = also_known

    def findings(self, errors: Sequence[ErrorDetails]) -> list[Finding]:
        problems = [self._place(error) for error in errors]
        found = {problem.path: self._finding(problem) for problem in problems if problem.union is None}
        for union in dict.fromkeys(problem.union for problem in problems if problem.union is not None):
            found |= self._of_union(union, [problem for problem in problems if problem.union == union])
        return _without_misspelt(list(found.values()))

    def _place(self, error: ErrorDetails) -> _Problem:
        """In a location, pydantic mixes real keys with the names of union members; only keys are in the data."""
        path: KeyPath = ()
        union: KeyPath | None = None
        node: Any = self._table
        for part in error["loc"]:
            if _holds(node, part):
                node, path = node[part], (*path, part)
            elif error["type"] == "missing" and part == error["loc"][-1]:
                path = (*path, part)
            elif union is None:
                union = path
        return _Problem(path, union, error)

    def _of_union(self, union: KeyPath, problems: Sequence[_Problem]) -> dict[KeyPath, Finding]:
        """What lies below a member tells more than that no member fits."""
        deeper = [problem for problem in problems if len(problem.path) > len(union)]
        if deeper:
            return {problem.path: self._finding(problem) for problem in deeper}
        refused = [problem for problem in problems if not problem.error["type"].endswith(_TYPE_ERRORS)]
        return {union: self._finding(refused[0] if refused else problems[0])}

    def _finding(self, problem: _Problem) -> Finding:
        path, sort = problem.path, problem.error["type"]
        if sort == "missing":
            wanted = expectation(annotation_at(self._model, path))
            return Finding("missing-key", f"{key_text(path)} is missing", path, hint=f"add it: {wanted} is wanted")
        if sort == "extra_forbidden":
            return self._unknown_key(path)
        said = _SAID.get(sort)
        if said:
            context = problem.error.get("ctx", {})
            text = said.format(**context, value=described(_value_at(self._table, path)))
            return Finding("invalid-value", f"{key_text(path)}{text}".removeprefix(": "), path)
        return self._wrong_value(path, sort)

    def _unknown_key(self, path: KeyPath) -> Finding:
        parent = annotation_at(self._model, path[:-1])
        known = [*words_of(parent), *(self._also_known if len(path) == 1 else ())]
        where = f" in {key_text(path[:-1])}" if len(path) > 1 else ""
        summary = f'unknown key "{path[-1]}"{where}'
        return Finding("unknown-key", summary, path, hint=did_you_mean(str(path[-1]), known))

    def _wrong_value(self, path: KeyPath, sort: str) -> Finding:
        annotation = annotation_at(self._model, path)
        value = _value_at(self._table, path)
        wrong_type = isinstance(value, dict | list) or sort.endswith(_TYPE_ERRORS)
        code = "wrong-type" if wrong_type else "invalid-value"
        near = nearest(value, words_of(annotation)) if isinstance(value, str) else ""
        hint = f'did you mean "{near}"?' if near else ""
        summary = f"{key_text(path) or 'this'} is {described(value)}, {expectation(annotation)} is wanted"
        return Finding(code, summary, path, hint=hint)


def _without_misspelt(findings: list[Finding]) -> list[Finding]:
    """Leave out that a key is missing where an unknown one is that key with a typing error."""
    meant = {
        (*finding.path[:-1], finding.hint.partition('"')[2].partition('"')[0])
        for finding in findings
        if finding.code == "unknown-key"
    }
    return [finding for finding in findings if finding.code != "missing-key" or finding.path not in meant]


def _holds(node: Any, part: str | int) -> bool:
    if isinstance(node, dict):
        return part in node
    return isinstance(node, list | tuple) and isinstance(part, int) and part < len(node)


def _value_at(table: Any, path: KeyPath) -> Any:
    node = table
    for part in path:
        node = node[part]
    return node
