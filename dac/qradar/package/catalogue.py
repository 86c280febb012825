"""The rule wizard's catalogue: how each test that dac writes looks in a rule of each type. Kept as data beside this."""

from __future__ import annotations

import html
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from dac.qradar.package.element import Element
from dac.qradar.package.rule_body import Parameter, Test

if TYPE_CHECKING:
    from collections.abc import Sequence

PACKAGE = "com.q1labs.semsources.cre.tests."
_CAPABILITIES = "EventViewer.RULECREATION|SURVEILLANCE.RULECREATION"


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter's value and the words that stand for it in the test's text."""

    selection: str
    label: str


def database(rule_type: str) -> str:
    """Return what an AQL filter of such a rule runs on: `events` or `flows`."""
    return str(_words(rule_type)["database"])


def build(name: str, rule_type: str, values: Sequence[Value], *, negate: bool = False) -> Test:
    """Return a test of the catalogue for a rule of this type, with a value for each parameter; its uid is ''."""
    entry = _catalogue()[name]
    words = _words(rule_type)
    parameters = tuple(
        _parameter(str(number), row, value, words)
        for number, (row, value) in enumerate(zip(entry["parameter"], values, strict=True), 1)
    )
    links = {str(number): _link(str(number), value.label) for number, value in enumerate(values, 1)}
    return Test(
        name=PACKAGE + name,
        id=str(entry["id"]),
        group=entry["group"],
        group_id=str(entry["group_id"]),
        negate=negate,
        capabilities=_CAPABILITIES,
        text=_filled(entry["text"], words | links),
        parameters=parameters,
    )


def _parameter(number: str, row: dict[str, Any], value: Value, words: dict[str, str]) -> Parameter:
    options = {key: _filled(text, words) for key, text in row.get("options", {}).items()}
    choices = tuple(Element("option", {"id": choice}, choice) for choice in row.get("choices", ()))
    return Parameter(
        id=number,
        name=_filled(row["name"], words) if "name" in row else None,
        initial_text=row["initial_text"],
        selection_label=row["selection_label"],
        user_options=Element("userOptions", options, "", choices) if options else None,
        user_selection=value.selection,
        user_selection_types=row.get("types"),
        user_selection_id="0",
    )


def _link(number: str, label: str) -> str:
    shown = html.escape(label, quote=False)
    return f"""<a href='javascript:editParameter("0", "{number}")' class='dynamic'>{shown}</a>"""


def _filled(template: str, words: dict[str, str]) -> str:
    """Fill `{word}`s in one pass, so that a value with braces in it stays as it is."""
    first, *rest = template.split("{")
    parts = (part.partition("}") for part in rest)
    return first + "".join(words[word] + after for word, _, after in parts)


def _words(rule_type: str) -> dict[str, str]:
    words: dict[str, dict[str, str]] = _catalogue()["words"]
    return words.get(rule_type, words["COMMON"])


@cache
def _catalogue() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("test_catalogue.toml").read_text(encoding="utf-8"))
