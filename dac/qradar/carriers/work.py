"""Changes under way, for carriers that write things one by one and look at the result together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from dac.errors import AmbiguousAnswer, ConsoleError, Unauthorized, Unreachable
from dac.model.change import MISSING, Action, Channel
from dac.model.resource import Recorded
from dac.model.run import Outcome, Result
from dac.resources.property_expressions import canonical, scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dac.model.change import Change
    from dac.model.deployed import Deployed
    from dac.model.resource import Desired, Live
    from dac.qradar.carrier import Owned
    from dac.qradar.trail import Trail

T = TypeVar("T")

_SHOWN = 5


@dataclass(slots=True)
class Job:
    """One change under way.

    `problem` says why it cannot go on. `doubt` says that an answer was lost: what is read back decides then. `touched`
    is True from the first thing sent for it, `skipped` when nothing was. `task` is the path of a task under way.
    """

    change: Change
    remote_id: str = ""
    problem: str = ""
    doubt: str = ""
    touched: bool = False
    skipped: bool = False
    task: str | None = None

    @classmethod
    def of(cls, change: Change) -> Job:
        """Begin a create (without an id yet) or an update of what is there."""
        fresh = change.live is None or change.action is Action.CREATE
        return cls(change, remote_id="" if fresh or change.live is None else change.live.remote_id)

    @property
    def open(self) -> bool:
        """Whether there is still something to do for it."""
        return not (self.problem or self.skipped)

    @property
    def desired(self) -> Desired:
        """What the change wants; creates and updates always have it."""
        if self.change.desired is None:
            raise ValueError(f"{self.change.address}: a {self.change.action} without a desired form")
        return self.change.desired

    @property
    def before(self) -> Deployed | None:
        """What was on the console; None for a create."""
        live = self.change.live
        return None if live is None or self.change.action is Action.CREATE else live.deployed


class Series:
    """Steps over jobs. A refusal stops its own job only; a console that is gone stops the rest, in later steps too.

    What a step writes is on behalf of its job's address, says the `trail`.
    """

    def __init__(self, trail: Trail) -> None:
        self.gone = ""
        self._trail = trail

    def each(self, jobs: Iterable[Job], step: Callable[[Job], None]) -> None:
        """Do one step for every job that can go on."""
        for job in jobs:
            if job.open and self.gone:
                self.give_up(job)
            elif job.open:
                self._one(job, step)

    def give_up(self, job: Job) -> None:
        """Mark a job that the console's absence kept from being done."""
        job.skipped, job.problem = not job.touched, f"not attempted: {self.gone}"

    def _one(self, job: Job, step: Callable[[Job], None]) -> None:
        job.touched = True
        try:
            with self._trail.about([job.change.address]):
                step(job)
        except AmbiguousAnswer as error:
            job.doubt = told(error)
        except (Unreachable, Unauthorized) as error:
            self.gone = job.problem = told(error)
        except ConsoleError as error:
            job.problem = told(error)


def told(error: ConsoleError) -> str:
    """Return an error as one message."""
    return "\n".join(part for part in (error.summary, error.detail, error.hint) if part)


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def verdict(job: Job, live: Live | None, owned: Owned) -> Outcome:
    """Compare what was read back with what was desired. Only equality is APPLIED."""
    address = job.change.address
    if job.skipped:
        return Outcome(address, Result.SKIPPED, job.change.recorded, job.problem)
    reason = job.problem
    if live is not None and not reason:
        reason = _differences(_owned(job, live, owned), job.desired.deployed)
        if not reason:
            return Outcome(address, Result.APPLIED, _record(job, live))
    elif not reason:
        reason = "it is not on the console after the write"
    message = "\n".join(part for part in (job.doubt, reason) if part)
    return Outcome(address, Result.FAILED, _left_behind(job, live, owned), message)


def unread(job: Job, reason: str) -> Outcome:
    """The outcome of a job whose result could not be looked at."""
    if job.skipped:
        return Outcome(job.change.address, Result.SKIPPED, job.change.recorded, job.problem)
    parts = (job.doubt, job.problem, f"what became of it could not be read back: {reason}")
    return Outcome(job.change.address, Result.FAILED, job.change.recorded, "\n".join(part for part in parts if part))


def _record(job: Job, live: Live) -> Recorded:
    desired = job.desired
    deployed = desired.deployed if job.change.record is None else job.change.record
    return _recorded(desired, live, deployed, desired.digest)


def _left_behind(job: Job, live: Live | None, owned: Owned) -> Recorded | None:
    """What the state should know after a failure: the record it had, and what a cut write left on the console.

    Its digest is empty, so that the next plan compiles anew instead of taking the remains for what is desired.
    """
    recorded = job.change.recorded
    if live is None or not job.remote_id:
        return recorded
    ours = _owned(job, live, owned)
    if recorded is None:
        return _recorded(job.desired, live, ours, "")
    return replace(recorded, remote_id=live.remote_id, deployed=_with_children(recorded.deployed, ours), digest="")


def _with_children(recorded: Deployed, ours: Deployed) -> Deployed:
    """Add the entries or expressions that are on the console by now: forgotten, they would be nobody's."""
    grown = dict(recorded)
    if "entries" in recorded:
        grown["entries"] = dict(sorted({**ours["entries"], **recorded["entries"]}.items()))
    if "expressions" in recorded:
        known = {scope(row) for row in recorded["expressions"]}
        added = [row for row in ours["expressions"] if scope(row) not in known]
        grown["expressions"] = sorted([*recorded["expressions"], *added], key=canonical)
    return grown


def _recorded(desired: Desired, live: Live, deployed: Deployed, digest: str) -> Recorded:
    return Recorded(
        address=desired.address,
        uuid=desired.uuid,
        name=desired.name,
        remote_id=live.remote_id,
        deployed=deployed,
        digest=digest,
        references=desired.references,
        fingerprint=live.fingerprint,
        protect=desired.protect,
        valid_until=desired.valid_until,
    )


def _owned(job: Job, live: Live, owned: Owned) -> Deployed:
    """Return what is ours of what was read back; what only the record holds, no console shows, so it is as desired."""
    recorded = job.change.recorded.deployed if job.change.recorded else None
    got = owned(job.change.address.kind, live.deployed, job.desired.deployed, recorded)
    unseen = {edit.path for edit in job.change.edits if edit.channel is Channel.STATE}
    if not unseen:
        return got
    seen = {key: value for key, value in got.items() if key not in unseen}
    return seen | {key: value for key, value in job.desired.deployed.items() if key in unseen}


def _differences(got: Deployed, sent: Deployed) -> str:
    if got == sent:
        return ""
    lines = [
        line
        for key in sorted(got.keys() | sent.keys())
        if got.get(key, MISSING) != sent.get(key, MISSING)
        for line in _field(key, sent.get(key, MISSING), got.get(key, MISSING))
    ]
    more = [f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "\n".join(["the console took it and shows something else:", *lines[:_SHOWN], *more])


def _field(key: str, sent: object, got: object) -> Iterator[str]:
    if isinstance(sent, dict) and isinstance(got, dict):
        for name in sorted(sent.keys() | got.keys()):
            if sent.get(name, MISSING) != got.get(name, MISSING):
                yield from _field(f'{key}["{name}"]', sent.get(name, MISSING), got.get(name, MISSING))
    else:
        yield f"{key}: sent {sent!r}, got {got!r}"
