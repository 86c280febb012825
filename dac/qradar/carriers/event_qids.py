"""The QIDs of dispatched events: found by name, made where there are none, kept where a rule has its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.qradar import qids
from dac.qradar.package import lookups
from dac.qradar.package.responses_fields import qid_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.qradar.carrier import Marker
    from dac.qradar.carriers.work import Job, Series
    from dac.qradar.client import Client
    from dac.qradar.rule_bodies import RuleBodies
    from dac.qradar.rule_listing import Listing
    from dac.resources.names import Names


class EventQids:
    """Knows, once resolved, which QID each job of a wave dispatches."""

    def __init__(self, client: Client, bodies: RuleBodies, marker: Marker) -> None:
        self._client = client
        self._bodies = bodies
        self._marker = marker
        self._numbers: dict[str, int] = {}

    def resolve(self, jobs: Sequence[Job], listing: Listing, names: Names, series: Series) -> None:
        """Find or make the QID records of dispatched events."""
        wanted: dict[str, qids.QidSpec] = {}

        def describe(job: Job) -> None:
            event = job.desired.deployed.get("event")
            if event and self._own(job, listing) is None and lookups.unnamed(qid_name(event)) is None:
                wanted.setdefault(qid_name(event), self._spec(job, names))

        def create(job: Job) -> None:
            event = job.desired.deployed.get("event")
            name = qid_name(event) if event else ""
            if name in wanted and name not in self._numbers:
                self._numbers[name] = qids.create(self._client, names, wanted[name])

        series.each(jobs, describe)
        self._numbers |= qids.find(self._client, wanted)
        series.each(jobs, create)
        self._bodies.qid_names |= {number: name for name, number in self._numbers.items()}

    def of(self, job: Job, listing: Listing) -> Mapping[str, int]:
        """Return QIDs by name, with the one that a rule has already in place of another of that name."""
        event = job.desired.deployed.get("event")
        own = self._own(job, listing) if event else None
        return self._numbers if event is None or own is None else {**self._numbers, qid_name(event): own}

    def _own(self, job: Job, listing: Listing) -> int | None:
        """Return the QID that the rule has already, if it goes by the name wanted."""
        rule = listing.rules.get(job.desired.uuid)
        return self._bodies.qid_of(rule, qid_name(job.desired.deployed["event"])) if rule else None

    def _spec(self, job: Job, names: Names) -> qids.QidSpec:
        deployed = job.desired.deployed
        event = deployed["event"]
        return qids.QidSpec(
            name=qid_name(event),
            description=event.get("description", ""),
            severity=event.get("severity", deployed.get("severity", 5)),
            category_id=lookups.category_id(names, event["category"]),
            marker=self._marker(job.change.address),
        )
