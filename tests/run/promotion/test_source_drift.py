"""What a gate says of drift on the console that is promoted from."""

from __future__ import annotations

from run_bench import at

from dac.model.change import Channel, Disposition, Drift, Edit
from dac.run.promotion.source_drift import told_of

RULE = at("detection.a")
EDITS = (Edit("enabled", True, False, Channel.REST), Edit("severity", 8, 3, Channel.EXTENSION))


def test_each_piece_of_drift_is_a_line_and_what_is_ignored_is_none() -> None:
    drift = (
        Drift(RULE, EDITS, Disposition.REVERTED),
        Drift(RULE, EDITS, Disposition.IGNORED),
        Drift(RULE, EDITS, Disposition.REVERTED, missing=True),
        Drift(RULE, (), Disposition.ACCEPTED, overridden=True),
    )
    assert list(told_of(drift)) == [
        "cloud/detection.a: enabled, severity (will be reverted)",
        "cloud/detection.a: was deleted (will be reverted)",
        "cloud/detection.a: was overridden (already as desired)",
    ]
