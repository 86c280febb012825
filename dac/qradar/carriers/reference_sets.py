"""Kind `reference_set`: one list for all sets, one for their entries; entries written in bulk, additions first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.errors import AmbiguousAnswer, ConsoleError, Unauthorized, Unreachable
from dac.model.inventory import Listed
from dac.model.reads import Absent, Found, Unreadable
from dac.model.run import Result
from dac.qradar import markers, sets
from dac.qradar.carriers.deletions import delete_all, remote_id_of
from dac.qradar.carriers.set_entries import BulkUpdate, Row, addition, deletion
from dac.qradar.carriers.set_listing import SetListing
from dac.qradar.carriers.work import Job, Series, told, unread, verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.model.address import Address
    from dac.model.change import Change
    from dac.model.deployed import Deployed
    from dac.model.reads import Read
    from dac.model.resource import Wanted
    from dac.model.run import Outcome
    from dac.qradar.carrier import Marker, Owned
    from dac.qradar.carriers.set_listing import SeenSet
    from dac.qradar.client import Client
    from dac.resources.names import Names

BATCH = 2_000
"""Entries a task. QRadar states no limit; clients in the field send 1,000. Twice that stays below half a megabyte and a
few seconds of the console's time, and still loads 50,000 entries in 25 tasks."""


class ReferenceSetsCarrier:
    """See `dac.qradar.carrier.Carrier`. All carriers are made alike; sets need no names.

    `timeout` bounds the wait for one bulk or delete task, in seconds.
    """

    kinds = ("reference_set",)

    def __init__(
        self,
        client: Client,
        _names: Names,
        marker: Marker,
        owned: Owned,
        *,
        batch: int = BATCH,
        timeout: float = 900.0,
    ) -> None:
        self._client = client
        self._marker = marker
        self._owned = owned
        self._batch = batch
        self._timeout = timeout
        self._listing = SetListing(client)
        self._wanted: set[int] = set()

    def read(self, wanted: Sequence[Wanted], *, deep: bool = False) -> dict[Address, Read]:  # noqa: ARG002 - see below
        """Two lists, however many sets there are. They hold everything, so `deep` adds nothing."""
        try:
            self._listing.refresh()
            matches = [(one, self._listing.match(one, self._marker(one.address))) for one in wanted]
            self._wanted = {seen.id for _, seen in matches if seen}
            self._listing.fetch_entries(self._wanted)
        except (Unauthorized, Unreachable):
            raise
        except ConsoleError as error:
            return {one.address: Unreadable(told(error)) for one in wanted}
        return {one.address: self._read(one, seen) for one, seen in matches}

    def _read(self, wanted: Wanted, seen: SeenSet | None) -> Read:
        if seen is None:
            return Absent()
        reason = self._listing.unread.get(seen.id)
        return Unreadable(reason) if reason else self._found(wanted, seen)

    def unmanaged(self) -> Mapping[str, int]:
        """Count the sets of others: neither wanted nor marked by any dac project, nor dac's own two."""
        others = [
            seen
            for seen in self._listing
            if seen.id not in self._wanted and not seen.marker and seen.name not in sets.OWN_SETS
        ]
        return {"reference_set": len(others)}

    def listed(self) -> Sequence[Listed]:
        """See `Carrier.listed`."""
        return [
            Listed(
                "reference_set",
                remote_id=str(seen.id),
                uuid="",
                name=seen.name,
                origin="" if seen.shared else "TENANT",
                marker=seen.marker,
                managed=seen.id in self._wanted,
            )
            for seen in self._listing
            if seen.name not in sets.OWN_SETS
        ]

    def write(self, changes: Sequence[Change]) -> list[Outcome]:
        """Create and update sets, then add entries, then delete entries in tasks of their own, then read back.

        Nothing is deleted from a set whose additions are not certainly there.
        """
        jobs = [Job.of(change) for change in changes]
        series = Series(self._client.trail)
        series.each(jobs, self._put)
        self._bulk(jobs, series, self._additions)
        self._bulk([job for job in jobs if not job.doubt], series, self._deletions)
        return self._read_back(jobs)

    def delete(self, changes: Sequence[Change]) -> list[Outcome]:
        """Delete sets; one that something on the console still reads stays, and the outcome names the readers."""
        return delete_all(
            self._client,
            changes,
            lambda change: sets.start_delete(self._client, int(remote_id_of(change))),
            timeout=self._timeout,
        )

    def _found(self, wanted: Wanted, seen: SeenSet) -> Found:
        """Before API 22 no set can hold a marker: the name has to do for one that a cut run was to create."""
        recorded = wanted.recorded is not None and wanted.recorded.remote_id == str(seen.id)
        created = wanted.created and not self._client.capabilities.set_descriptions
        marker = self._marker(wanted.address)
        ours = recorded or created or seen.marker == marker
        return Found(seen.live(ours=ours, project=markers.other_project(seen.marker, marker)))

    def _put(self, job: Job) -> None:
        if job.before is None:
            self._create(job)
            return
        changed = self._changed(job.before, job.desired.deployed)
        if self._needs_marker(job) or "description" in changed:
            changed |= self._description(job)
        if changed:
            sets.update_set(self._client, int(job.remote_id), changed)

    def _create(self, job: Job) -> None:
        """Create the set; after a lost answer, look whether it is there with our marker on it."""
        desired = job.desired.deployed
        body = {"name": desired["name"], "entry_type": desired["entry_type"]} | self._description(job)
        if "expiry_type" in desired:
            body |= _expiry(desired)
        try:
            job.remote_id = str(sets.create_set(self._client, body))
        except AmbiguousAnswer:
            made = self._made(job)
            if made is None:
                raise
            job.remote_id = str(made.id)

    def _made(self, job: Job) -> SeenSet | None:
        """Find the set that a lost answer may have made. Without descriptions (before API 22) its name has to do."""
        now = SetListing(self._client)
        now.refresh()
        found = now.named(job.desired.name)
        if found is None:
            return None
        certain = found.marker == self._marker(job.change.address)
        return found if certain or not self._client.capabilities.set_descriptions else None

    def _changed(self, before: Deployed, desired: Deployed) -> dict[str, Any]:
        changed: dict[str, Any] = {}
        keys = ("expiry_type", "time_to_live")
        if any(before.get(key) != desired.get(key) for key in keys):
            changed |= _expiry(desired)
        if before.get("description") != desired.get("description"):
            changed["description"] = ""
        return changed

    def _needs_marker(self, job: Job) -> bool:
        seen = self._listing.sets.get(int(job.remote_id))
        return seen is not None and seen.marker != self._marker(job.change.address)

    def _description(self, job: Job) -> dict[str, str]:
        """Return the description with its marker; nothing for a console whose sets have none."""
        if not self._client.capabilities.set_descriptions:
            return {}
        text = job.desired.deployed.get("description", "")
        return {"description": markers.join(text, self._marker(job.change.address))}

    def _bulk(self, jobs: Sequence[Job], series: Series, rows_of: Any) -> None:
        """Send the rows of all jobs that can go on, in shared tasks, and hand each job what concerns it."""
        bulk = BulkUpdate(self._client, batch=self._batch, timeout=self._timeout)
        bulk.gone = series.gone
        working = {int(job.remote_id): job for job in jobs if job.open and job.remote_id}
        rows = {set_id: rows_of(job) for set_id, job in working.items()}
        with self._client.trail.about(job.change.address for set_id, job in working.items() if rows[set_id]):
            bulk.send([row for some in rows.values() for row in some])
        series.gone = bulk.gone
        for set_id, job in working.items():
            job.problem = "\n".join(bulk.problems[set_id])
            job.doubt = "\n".join([*filter(None, [job.doubt]), *bulk.doubts[set_id]])

    def _additions(self, job: Job) -> list[Row]:
        before = (job.before or {}).get("entries", {})
        wanted = job.desired.deployed["entries"]
        return [
            addition(int(job.remote_id), value, notes) for value, notes in wanted.items() if before.get(value) != notes
        ]

    def _deletions(self, job: Job) -> list[Row]:
        """Return the rows for entries this project answers for and does not want any more."""
        if job.before is None:
            return []
        recorded = job.change.recorded.deployed if job.change.recorded else None
        ours = self._owned("reference_set", job.before, job.desired.deployed, recorded)["entries"]
        seen = self._listing.sets.get(int(job.remote_id))
        return [
            deletion(int(job.remote_id), entry.id, entry.spelling)
            for value in sorted(ours.keys() - job.desired.deployed["entries"].keys())
            if seen is not None and (entry := seen.entries.get(value)) is not None
        ]

    def _read_back(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Look at what was touched, and at everything in the sets where that is not as desired."""
        now = SetListing(self._client)
        touched = {int(job.remote_id): self._touched(job) for job in jobs if job.remote_id}
        try:
            now.refresh()
            if not now.fetch_touched(touched, self._listing):
                now.fetch_entries(touched)
            elif differing := [int(job.remote_id) for job in jobs if job.remote_id and not self._done(job, now)]:
                now.fetch_entries(differing)
        except ConsoleError as error:
            return [unread(job, told(error)) for job in jobs]
        return [self._verdict(job, now) for job in jobs]

    def _touched(self, job: Job) -> list[str]:
        return [row["value"] for row in (*self._additions(job), *self._deletions(job))]

    def _done(self, job: Job, now: SetListing) -> bool:
        return self._verdict(job, now).result is Result.APPLIED

    def _verdict(self, job: Job, now: SetListing) -> Outcome:
        seen = now.sets.get(int(job.remote_id)) if job.remote_id else None
        return verdict(job, seen.live(ours=True) if seen else None, self._owned)


def _expiry(desired: Deployed) -> dict[str, Any]:
    """Return both halves of the expiry together: QRadar refuses one that does not fit the other (422/11004)."""
    if "expiry_type" not in desired:
        return {"expiry_type": "NO_EXPIRY"}
    return {"expiry_type": desired["expiry_type"], "time_to_live": desired["time_to_live"]}
