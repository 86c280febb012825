"""The rules as text: what `dac lint rules` prints, and all the documentation there is of them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from dac.aql.lint.registry import rules
from dac.aql.lint.suppressions import UNUSED

if TYPE_CHECKING:
    from dac.aql.lint.context import Context
    from dac.aql.lint.rule import Example, Rule

_WIDEST = 100
_LONGEST_EXAMPLE = 400


def overview() -> str:
    """One line a rule: code, usual severity, title."""
    lines = [f"{rule.code}  {rule.severity:<8} {rule.title}" for rule in rules().values()]
    return "\n".join([*lines, f"{UNUSED}  {'warning':<8} a suppression that hits nothing"])


def describe(code: str) -> str:
    """Everything about one rule, its code in any case. Raises KeyError for a code that no rule has."""
    rule = rules()[code.upper()]
    parts = [
        f"{rule.code}  {rule.title}",
        f"Severity: {rule.severity}",
        _wrapped("Instead: ", rule.hint),
        _wrapped("Evidence: ", rule.evidence),
        _examples("Found in:", rule, bad=True),
        _examples("Not in:", rule, bad=False),
    ]
    return "\n".join(part for part in parts if part)


def _wrapped(label: str, text: str) -> str:
    return textwrap.fill(label + text, _WIDEST, subsequent_indent="  ") if text else ""


def _examples(label: str, rule: Rule, *, bad: bool) -> str:
    return "\n".join(["", label, *(_example(example) for example in (rule.bad if bad else rule.good))])


def _example(example: Example) -> str:
    text = example.text if len(example.text) <= _LONGEST_EXAMPLE else example.text[:60] + " ..."
    around = _around(example.context)
    return textwrap.indent(text, "  ") + (f"\n    ({around})" if around else "")


def _around(context: Context) -> str:
    """What an example's context says beyond that of a bare query."""
    said = [] if context.target == "query" else [f"as a {context.target}"]
    if context.properties is not None:
        said.append(f"declared properties: {', '.join(context.properties)}")
    if context.disabled_properties:
        said.append(f"disabled: {', '.join(sorted(context.disabled_properties))}")
    if context.reference_sets is not None:
        said.append(f"declared sets: {', '.join(f'{name} ({kind})' for name, kind in context.reference_sets.items())}")
    if context.log_source_types:
        said.append(f"log source types: {', '.join(context.log_source_types)}")
    said += [f'a case "{case.name}", expected: {case.expect}' for case in context.cases]
    if context.notes:
        said.append(f"notes: {context.notes}")
    return "; ".join(said)
