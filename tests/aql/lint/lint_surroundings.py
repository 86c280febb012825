"""The two published detections and the corrected stack, each with the context that dac would lint it in."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dac.aql.lint.context import Case, Context, Target
from dac.aql.literals import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.findings import Report

ROOT = Path(__file__).parents[3]
_PUBLISHED = ROOT / "examples" / "as-published" / "stacks" / "as-published"
_CORRECTED = ROOT / "stacks" / "cloud-accounts"


def found(report: Report) -> list[tuple[str, str, int, int]]:
    return [(finding.code, str(finding.severity), finding.line, finding.column) for finding in report.findings]


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}


@cache
def read(folder: Path) -> dict[str, Any]:
    """All files of a stack as one table."""
    tables: dict[str, Any] = {}
    for file in sorted(folder.glob("*.toml")):
        for kind, named in tomllib.loads(file.read_text("utf-8")).items():
            tables.setdefault(kind, {}).update(named)
    return tables


def published(name: str, *cases: Case) -> tuple[str, Context]:
    stack = read(_PUBLISHED)
    context = Context(target=Target.DETECTION, properties=_properties(stack), reference_sets={}, cases=cases)
    return stack["detection"][name]["aql"], context


def corrected() -> Iterator[tuple[str, str, Context]]:
    """Label, text and context of every AQL text in stacks/cloud-accounts."""
    stack = read(_CORRECTED)
    for name, table in stack["detection"].items():
        yield name, _filled(table["aql"], stack), _context(stack, table, Target.DETECTION)
        for row in table["exception"]:
            label = f"{name}, exception for {row['not_in']}"
            yield label, _filled(row["when"], stack), _context(stack, table, Target.EXCEPTION)
    for name, table in stack["building_block"].items():
        yield name, table["filter"], _context(stack, table, Target.FILTER)


def _context(stack: dict[str, Any], table: dict[str, Any], target: Target) -> Context:
    return Context(
        target=target,
        properties=_properties(stack),
        reference_sets={row["name"]: row["entry_type"] for row in stack["reference_set"].values()},
        log_source_types=tuple(table["log_source_types"]),
        notes=table.get("notes", ""),
        cases=tuple(Case(row["name"], row["expect"], row.get("reason", "")) for row in table.get("case", ())),
    )


def _properties(stack: dict[str, Any]) -> dict[str, frozenset[str]]:
    return {
        name: frozenset(row["log_source_type"] for row in table["expression"])
        for name, table in stack["custom_property"].items()
    }


def _filled(text: str, stack: dict[str, Any]) -> str:
    return re.sub(r"\$\{var\.(\w+)\}", lambda match: literal(stack["variable"][match[1]]["default"]), text)
