"""What a preview says about a package, held against what was planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import ConsoleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.qradar.extensions import PreviewItem
    from dac.qradar.rule_package import PackageParts

_RULE = 3
_GROUPS = frozenset({12, 13})
_SHOWN = 10


def left_out(items: Sequence[PreviewItem], parts: PackageParts) -> dict[str, str]:
    """Return, by uuid, why an install would not bring a planned rule. ConsoleError when it would bring more."""
    planned = {row.uuid for row in parts.rules}
    rules = {item.name: item.action for item in items if _is_rule(item)}
    strangers = [f"rule {name}" for name in sorted(rules.keys() - planned)]
    strangers += sorted(f"{item.content_type} {item.name}" for item in items if not _is_rule(item) | _is_group(item))
    if strangers:
        more = [f"and {len(strangers) - _SHOWN} more"] if len(strangers) > _SHOWN else []
        raise ConsoleError(
            "The console's preview of the package is not what was planned",
            detail="\n".join([*(f"it would also bring {what}" for what in strangers[:_SHOWN]), *more]),
            hint="Nothing was installed. Run plan again; if this stays, report it with the preview above.",
        )
    reasons = dict.fromkeys(planned - rules.keys(), "leave out")
    reasons |= {name: "skip" for name, action in rules.items() if action.upper() == "SKIP"}
    return {uuid: f"the console's preview says that it would {verb} rule {uuid}" for uuid, verb in reasons.items()}


def _is_rule(item: PreviewItem) -> bool:
    return item.content_type_id == _RULE or item.content_type == "custom_rule"


def _is_group(item: PreviewItem) -> bool:
    return item.content_type_id in _GROUPS or item.content_type.startswith("fgroup")
