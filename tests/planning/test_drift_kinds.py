"""Each piece of drift has the kinds that say what happened."""

from __future__ import annotations

from typing import Any

import pytest

from dac.model.address import Address
from dac.model.change import MISSING, Channel, Disposition, Drift, Edit
from dac.model.drift_report import DriftKind
from dac.planning.drift_kinds import kinds_of

JSON_PATH = {"kind": "json", "log_source_type": "Microsoft Entra ID", "expression": '/"a"'}


def drift(*edits: tuple[str, Any, Any], **rest: Any) -> Drift:
    listed = tuple(Edit(path, before, after, Channel.REST) for path, before, after in edits)
    return Drift(Address("lab", "detection", "x"), listed, Disposition.REVERTED, **rest)


@pytest.mark.parametrize(
    ("edit", "kind"),
    [
        (("enabled", True, False), DriftKind.DISABLED),
        (("enabled", False, True), DriftKind.RE_ENABLED),
        (("name", "a", "b"), DriftKind.RENAMED),
        (("severity", 8, 3), DriftKind.CHANGED),
        (("notes", "a", MISSING), DriftKind.CHANGED),
        (('entries["203.0.113.7"]', MISSING, ""), DriftKind.ENTRIES_ADDED),
        (('entries["203.0.113.7"]', "why", MISSING), DriftKind.ENTRIES_REMOVED),
        (('entries["203.0.113.7"]', "why", "why not"), DriftKind.CHANGED),
        (("entries", MISSING, {"a": ""}), DriftKind.ENTRIES_ADDED),
        (("entries", {"a": ""}, MISSING), DriftKind.ENTRIES_REMOVED),
        (("expressions", [JSON_PATH], [JSON_PATH | {"enabled": False}]), DriftKind.DISABLED_BY_SYSTEM),
        (("expressions", [JSON_PATH | {"enabled": False}], [JSON_PATH]), DriftKind.RE_ENABLED),
        (("expressions", [JSON_PATH], [JSON_PATH | {"expression": '/"b"'}]), DriftKind.CHANGED),
        (("expressions", [JSON_PATH], []), DriftKind.CHANGED),
    ],
)
def test_an_edit_has_its_kind(edit: tuple[str, Any, Any], kind: DriftKind) -> None:
    assert kinds_of(drift(edit)) == (kind,)


def test_what_is_gone_is_nothing_but_missing() -> None:
    assert kinds_of(drift(("enabled", True, MISSING), missing=True)) == (DriftKind.MISSING,)


def test_several_kinds_come_with_the_gravest_first() -> None:
    both = [JSON_PATH | {"expression": '/"b"', "enabled": False}]
    assert kinds_of(drift(("severity", 8, 3), ("name", "a", "b"), ("enabled", True, False))) == (
        DriftKind.DISABLED,
        DriftKind.RENAMED,
        DriftKind.CHANGED,
    )
    assert kinds_of(drift(("expressions", [JSON_PATH], both))) == (DriftKind.DISABLED_BY_SYSTEM, DriftKind.CHANGED)


def test_a_stock_rule_whose_edit_runs_now_is_overridden() -> None:
    assert kinds_of(drift(overridden=True)) == (DriftKind.OVERRIDDEN,)
