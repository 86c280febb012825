"""Kind `custom_property`: one list of properties and one of each kind of expression; written one by one.

QRadar has no bulk call for these. Expressions are added before others are deleted, so that no event goes unparsed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.errors import AmbiguousAnswer, ConsoleError, Unauthorized, Unreachable
from dac.model.inventory import Listed
from dac.model.reads import Absent, Found, Unreadable
from dac.qradar import markers, properties
from dac.qradar.carriers import expressions
from dac.qradar.carriers.expression_changes import expression_changes
from dac.qradar.carriers.property_deletions import delete_properties
from dac.qradar.carriers.property_listing import PropertyListing
from dac.qradar.carriers.work import Job, Series, told, unread, verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from dac.model.address import Address
    from dac.model.change import Change
    from dac.model.deployed import Deployed
    from dac.model.reads import Read
    from dac.model.resource import Wanted
    from dac.model.run import Outcome
    from dac.qradar.carrier import Marker, Owned
    from dac.qradar.carriers.expression_changes import ExpressionChanges
    from dac.qradar.carriers.expressions import SeenExpression
    from dac.qradar.carriers.property_listing import SeenProperty
    from dac.qradar.client import Client
    from dac.resources.names import Names

_DEFAULTS: Mapping[str, Any] = {
    "description": "",
    "use_for_rule_engine": False,
    "datetime_format": None,
    "locale": None,
}
_FIELDS = ("property_type", *_DEFAULTS)


class CustomPropertiesCarrier:
    """See `dac.qradar.carrier.Carrier`. `timeout` bounds the wait for one delete task, in seconds."""

    kinds = ("custom_property",)

    def __init__(self, client: Client, names: Names, marker: Marker, owned: Owned, *, timeout: float = 300.0) -> None:
        self._client = client
        self._names = names
        self._marker = marker
        self._owned = owned
        self._timeout = timeout
        self._listing = PropertyListing(client, names)
        self._wanted: set[str] = set()
        self._log_sources: dict[str, int] = {}

    def read(self, wanted: Sequence[Wanted], *, deep: bool = False) -> dict[Address, Read]:
        """One list, and one for each kind of expression, however many there are: all nine, or those that matter."""
        try:
            self._listing.refresh(properties.KINDS if deep else _kinds(wanted))
            matches = [(one, self._listing.match(one, self._marker(one.address))) for one in wanted]
            self._wanted = {seen.identifier for _, seen in matches if seen}
            self._listing.attach(self._wanted)
        except (Unauthorized, Unreachable):
            raise
        except ConsoleError as error:
            return {one.address: Unreadable(told(error)) for one in wanted}
        return {one.address: self._found(one, seen) if seen else Absent() for one, seen in matches}

    def unmanaged(self) -> Mapping[str, int]:
        """Count the properties of others: neither wanted, nor marked by any dac project, nor found by QRadar itself."""
        others = [
            seen
            for seen in self._listing
            if seen.identifier not in self._wanted and not seen.marker and not seen.auto_discovered
        ]
        return {"custom_property": len(others)}

    def listed(self) -> Sequence[Listed]:
        """See `Carrier.listed`."""
        return [
            Listed(
                "custom_property",
                remote_id=seen.identifier,
                uuid="",
                name=seen.name,
                origin="DISCOVERED" if seen.auto_discovered else "",
                marker=seen.marker,
                fingerprint=seen.fingerprint,
                managed=seen.identifier in self._wanted,
            )
            for seen in self._listing
        ]

    def write(self, changes: Sequence[Change]) -> list[Outcome]:
        """Create and update properties, then add and change expressions, then delete expressions, then read back."""
        jobs = [Job.of(change) for change in changes]
        series = Series(self._client.trail)
        self._look_up_log_sources(jobs, series)
        for step in (self._put, self._add_expressions, self._delete_expressions):
            series.each([job for job in jobs if not job.doubt], step)
        return self._read_back(jobs)

    def delete(self, changes: Sequence[Change]) -> list[Outcome]:
        """Delete properties, expressions first; one that carries others' expressions, or is still read, stays."""
        return delete_properties(self._client, changes, self._names, self._owned, timeout=self._timeout)

    def _found(self, wanted: Wanted, seen: SeenProperty) -> Found:
        recorded = wanted.recorded is not None and wanted.recorded.remote_id == seen.identifier
        marker = self._marker(wanted.address)
        ours = recorded or seen.marker == marker
        return Found(seen.live(ours=ours, project=markers.other_project(seen.marker, marker)))

    def _look_up_log_sources(self, jobs: Sequence[Job], series: Series) -> None:
        """Find the ids of all log sources that expressions are limited to, in one list; mostly there are none."""
        users = {id(job): _log_sources_of(job) for job in jobs}
        names = set().union(*users.values())

        def look_up(_: Job) -> None:
            if names - self._log_sources.keys():
                found = properties.log_sources(self._client, "name", names)
                self._log_sources |= {name: number for number, name in found.items()}

        if names:
            series.each([job for job in jobs if users[id(job)]][:1], look_up)

    def _put(self, job: Job) -> None:
        desired = job.desired.deployed
        if job.before is None:
            self._create(job)
            return
        changed = [key for key in _FIELDS if job.before.get(key) != desired.get(key)]
        body = {key: desired.get(key, _DEFAULTS.get(key)) for key in changed}
        seen = self._listing.properties.get(job.remote_id)
        if "description" in body or (seen and seen.marker != self._marker(job.change.address)):
            body["description"] = self._description(job)
        body = {key: value for key, value in body.items() if value is not None}
        if body:
            properties.update_property(self._client, job.remote_id, body)

    def _create(self, job: Job) -> None:
        """Create the property; after a lost answer, look whether it is there with our marker on it."""
        desired = job.desired.deployed
        body = {key: desired[key] for key in ("name", *_FIELDS) if key in desired}
        body["description"] = self._description(job)
        try:
            job.remote_id = properties.create_property(self._client, body)
        except AmbiguousAnswer:
            now = PropertyListing(self._client, self._names)
            now.refresh()
            made = now.named(job.desired.name)
            if made is None or made.marker != self._marker(job.change.address):
                raise
            job.remote_id = made.identifier

    def _description(self, job: Job) -> str:
        return markers.join(job.desired.deployed.get("description", ""), self._marker(job.change.address))

    def _expression_changes(self, job: Job) -> ExpressionChanges:
        ours: list[SeenExpression] = []
        if job.before is not None and (seen := self._listing.properties.get(job.remote_id)):
            recorded = job.change.recorded.deployed if job.change.recorded else None
            owned = self._owned("custom_property", job.before, job.desired.deployed, recorded)["expressions"]
            ours = [one for one in seen.expressions if one.deployed in owned]
        return expression_changes(job.desired.deployed["expressions"], ours)

    def _add_expressions(self, job: Job) -> None:
        changes = self._expression_changes(job)
        for one in changes.create:
            properties.create_expression(self._client, one["kind"], self._body(one, job))
        for seen, one in changes.update:
            body = expressions.update_body(seen.deployed, one)
            properties.update_expression(self._client, seen.kind, seen.id, body)

    def _delete_expressions(self, job: Job) -> None:
        for seen in self._expression_changes(job).delete:
            properties.delete_expression(self._client, seen.kind, seen.id)

    def _body(self, expression: Deployed, job: Job) -> dict[str, Any]:
        return expressions.body(expression, job.remote_id, self._names, self._log_sources)

    def _read_back(self, jobs: Sequence[Job]) -> list[Outcome]:
        try:
            now = self._now([job.remote_id for job in jobs])
        except ConsoleError as error:
            return [unread(job, told(error)) for job in jobs]
        found = [now.properties.get(job.remote_id) for job in jobs]
        return [
            verdict(job, seen.live(ours=True) if seen else None, self._owned)
            for job, seen in zip(jobs, found, strict=True)
        ]

    def _now(self, identifiers: Sequence[str]) -> PropertyListing:
        now = PropertyListing(self._client, self._names)
        now.refresh()
        now.attach(identifiers)
        return now


def _kinds(wanted: Sequence[Wanted]) -> Collection[str]:
    """Of what is declared as it was applied, the kinds it has are enough: those of others are no business of dac's."""
    used: set[str] = set()
    for one in wanted:
        if not one.settled or one.recorded is None:
            return properties.KINDS
        used |= {row["kind"] for row in one.recorded.deployed.get("expressions", ())}
    return [kind for kind in properties.KINDS if kind in used]


def _log_sources_of(job: Job) -> set[str]:
    return {one["log_source"] for one in job.desired.deployed["expressions"] if "log_source" in one}
