"""Drift as every format lists it: what lowers security first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dac.model.drift_report import DriftKind
from dac.views.security import lowered_by_drift

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.drift_report import DriftReport, Sighting


def lowering_first(report: DriftReport) -> list[tuple[Sighting, tuple[str, ...]]]:
    """Return each piece of drift with how it lowers security; those that do come first, else in the report's order."""
    return _sorted(report, report.sightings)


def news(report: DriftReport) -> list[tuple[Sighting, tuple[str, ...]]]:
    """The same, less what the report that this one is compared with had already."""
    return _sorted(report, [one for one in report.shown if one.new])


def _sorted(report: DriftReport, sightings: Iterable[Sighting]) -> list[tuple[Sighting, tuple[str, ...]]]:
    pairs = [(one, lowered_by_drift(one.drift, report.plan.changes)) for one in sightings]
    return sorted(pairs, key=lambda pair: not pair[1])


def kinds_tally(report: DriftReport) -> dict[str, int]:
    """How much there is of each kind, the gravest first; what is ignored is not counted."""
    counts = Counter(kind for one in report.sightings if one.counts for kind in one.kinds)
    tally = {kind.value: counts[kind] for kind in DriftKind if counts[kind]}
    new = sum(one.new for one in report.unmanaged or ())
    return tally | ({"unmanaged": new} if new else {})


def in_words(kind: str) -> str:
    """Return a kind as people read it: `disabled by system`, but `re-enabled`."""
    return kind if kind == DriftKind.RE_ENABLED else kind.replace("-", " ")
