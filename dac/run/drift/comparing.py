"""A report of drift beside an earlier one: what is new, and what has gone since.

A key is what a report remembers of one difference: where it is, of which kind, at which place, and what was there. It
holds no value, for a memory outlives whatever it was about.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from dac.model.change import MISSING, Disposition
from dac.model.deployed import digest
from dac.model.drift_report import Resolved
from dac.planning.drift_kinds import kinds_of
from dac.run.drift.memory import FAILURE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from dac.model.change import Drift, Edit
    from dac.model.drift_report import DriftReport, Sighting, Stranger, Unread, Unrecorded
    from dac.run.drift.memory import Former

_MISSING, _OVERRIDDEN = "missing", "overridden"
_UNREAD, _UNRECORDED = "unread", "unrecorded"
_WORDS = {_MISSING: "missing", _OVERRIDDEN: "overridden", _UNREAD: "not-read", _UNRECORDED: "unrecorded"}
_CHANGED = "changed"


def compared(report: DriftReport, former: Former | None, named: Collection[str] = ()) -> DriftReport:
    """Return the report with what the former one did not have marked as new, and with what has gone since.

    What could not be read this time, was not asked about, or is of a stack that is not among those `named`, is
    remembered as it was: it is not new when it is seen again.
    """
    known = former.keys if former else frozenset()
    unread = {str(one.address) for one in report.unread}
    kept = {key for key in known if _Key.of(key).subject in unread or _is_unasked(key, report, named)}
    keys = all_keys(report) | kept
    strangers = report.unmanaged
    return replace(
        report,
        sightings=tuple(replace(one, new=bool(one.keys - known)) for one in report.sightings),
        unmanaged=None if strangers is None else tuple(replace(o, new=o.key not in known) for o in strangers),
        unread=tuple(replace(one, new=one.key not in known) for one in report.unread),
        unrecorded=tuple(replace(one, new=one.key not in known) for one in report.unrecorded),
        since=former.timestamp if former else "",
        fresh=tuple(_only_new(one, known) for one in report.sightings if one.keys - known),
        resolved=tuple(_resolved(known, keys)),
        keys=keys,
    )


def all_keys(report: DriftReport) -> frozenset[str]:
    """Return what is to be remembered of a report."""
    found = {key for one in report.sightings for key in one.keys}
    others: tuple[Stranger | Unread | Unrecorded, ...] = (
        *(report.unmanaged or ()),
        *report.unread,
        *report.unrecorded,
    )
    return frozenset(found | {one.key for one in others})


def keys_of(item: Drift) -> frozenset[str]:
    """One for each edit, by what is on the console now: the same key means that nobody touched it again."""
    if item.missing:
        return frozenset({f"{item.address} {_MISSING}"})
    found = {_key(item, edit) for edit in item.edits}
    return frozenset(found | {f"{item.address} {_OVERRIDDEN}"} if item.overridden else found)


def _key(item: Drift, edit: Edit) -> str:
    ignored = item.disposition is Disposition.IGNORED
    kinds = (Disposition.IGNORED.value,) if ignored else kinds_of(replace(item, edits=(edit,), overridden=False))
    after = [] if edit.after is MISSING else [edit.after]
    return f"{item.address} {'+'.join(kinds)} {digest(edit.path)[:12]} {digest([edit.path, after])[:16]}"


def _only_new(one: Sighting, known: frozenset[str]) -> Sighting:
    """Of a thing that had drifted already, what is new about it."""
    if one.drift.missing:
        return one
    edits = tuple(edit for edit in one.drift.edits if _key(one.drift, edit) not in known)
    over = one.drift.overridden and f"{one.drift.address} {_OVERRIDDEN}" not in known
    drift = replace(one.drift, edits=edits, overridden=over)
    return replace(one, drift=drift, kinds=kinds_of(drift), new=True)


class _Key(NamedTuple):
    """A key in its parts; of what an older dac or a hand wrote, as much as can be told."""

    subject: str
    kinds: tuple[str, ...]
    place: str

    @classmethod
    def of(cls, text: str) -> _Key:
        subject, *rest = text.split(" ")
        if len(rest) == 3:  # noqa: PLR2004 - kinds, place and value
            return cls(subject, tuple(rest[0].split("+")), rest[1])
        return cls(subject, (_WORDS.get(" ".join(rest), _CHANGED),), " ".join(rest))


def _is_unasked(text: str, report: DriftReport, named: Collection[str]) -> bool:
    if _is_stranger(text):
        return report.unmanaged is None
    return bool(named) and "/" in text and text.partition("/")[0] not in named


def _is_stranger(text: str) -> bool:
    """What nobody manages has a kind where the rest has an address, and a failure the word for it."""
    first = text.partition(" ")[0]
    return "/" not in first and first != FAILURE


def _resolved(known: Iterable[str], keys: frozenset[str]) -> Iterator[Resolved]:
    """What was known and is no more. What somebody has changed again, or deleted since, is not resolved."""
    now = [_Key.of(key) for key in keys]
    places = {(key.subject, key.place) for key in now if Disposition.IGNORED.value not in key.kinds}
    gone = {key.subject for key in now if key.place == _MISSING}
    counts: dict[str, Counter[str]] = {}
    for text in sorted(set(known) - keys):
        key = _Key.of(text)
        is_drift = "/" in key.subject and Disposition.IGNORED.value not in key.kinds
        if is_drift and key.subject not in gone and (key.subject, key.place) not in places:
            counts.setdefault(key.subject.rstrip("/"), Counter()).update(key.kinds)
    for subject, kinds in counts.items():
        yield Resolved(subject, tuple(sorted(kinds)))
