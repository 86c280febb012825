"""Finding the rules that keep a package from being installed, and installing all the others.

A package that fails is cut in two until the rules are found that fail on their own: about k * log2(n) packages for k of
them among n. What reads one of those is not tried at all. When nothing was ever taken, and three rules far from each
other fail alone in the same words, it is the console that fails and not they: then nothing more is sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dac.qradar.carriers.work import Job

_PROOF = 3
_SUSPECT_AFTER = 2
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one package: the jobs it did not bring, and why, in the console's words.

    `wide`: no rule is to blame (no connection, no right, no end in time), so that no other package would do better.
    """

    left: Sequence[Job] = ()
    reason: str = ""
    wide: bool = False


class Reading:
    """Which jobs of a wave read which others of it."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._jobs = {job.desired.uuid: job for job in jobs}

    def skip_if_blocked(self, job: Job) -> bool:
        """Skip a job when something that it reads failed or was skipped itself; return whether it is skipped now."""
        for uuid in self._read_by(job):
            other = self._jobs[uuid]
            if not other.open:
                job.skipped = True
                job.problem = f"{other.change.address.local} {'skipped' if other.skipped else 'failed'}"
                return True
        return False

    def with_readers(self, uuids: set[str], jobs: Sequence[Job]) -> set[str]:
        """Return `uuids` and those of all jobs that read them, directly or not; `jobs` come after what they read."""
        found = set(uuids)
        for job in jobs:
            if self._read_by(job) & found:
                found.add(job.desired.uuid)
        return found

    def is_free(self, job: Job, waiting: Iterable[Job]) -> bool:
        """Whether a job reads none of those that wait to be installed."""
        return not self._read_by(job) & {other.desired.uuid for other in waiting}

    def _read_by(self, job: Job) -> set[str]:
        return {ref.name for ref in job.desired.references if ref.name in self._jobs} - {job.desired.uuid}


class Split:
    """One wave of rules, each after what it reads. `attempt` installs some of them in one package and says what came.

    At the end of `run` every job is on the console as far as the console said, or has a `problem`. Not `further`:
    the first package that fails is the last one.
    """

    def __init__(self, jobs: Sequence[Job], attempt: Callable[[Sequence[Job]], Trial], *, further: bool = True) -> None:
        self._jobs = jobs
        self._attempt = attempt
        self._further = further
        self._reading = Reading(jobs)
        self._taken: set[str] = set()
        self._failures = 0
        self._stopped = ""

    def run(self) -> None:
        """Install what can be installed."""
        self._settle(self._jobs, is_bad=False)

    def _settle(self, jobs: Sequence[Job], *, is_bad: bool) -> None:
        """Install jobs, or find out which of them cannot be. `is_bad`: together they fail, that is known already."""
        waiting, reason = self._waiting(jobs), ""
        if waiting and (not is_bad or len(waiting) == 1):
            reason = self._try(waiting)
            self._suspect()
            waiting = self._waiting(waiting)
        if not waiting:
            return
        first, rest = self._cut(waiting, reason)
        self._settle(first, is_bad=False)
        self._settle(rest, is_bad=all(job.desired.uuid in self._taken for job in first))

    def _waiting(self, jobs: Iterable[Job]) -> list[Job]:
        """Return those that are still to be installed and can be; what cannot be any more is marked as skipped."""
        found = []
        for job in jobs:
            if not job.open or job.desired.uuid in self._taken:
                continue
            if self._stopped:
                job.skipped, job.problem = True, self._stopped
            elif not self._reading.skip_if_blocked(job):
                found.append(job)
        return found

    def _try(self, jobs: Sequence[Job]) -> str:
        """Install one package; return what the console said against it, or ''."""
        trial = self._attempt(jobs)
        left = [job for job in trial.left if job.open]
        out = {job.desired.uuid for job in left}
        taken = {job.desired.uuid for job in jobs if job.open} - out
        self._taken |= taken
        if not left:
            return ""
        self._failures += 1
        alone = len(left) == 1 and (taken or len(jobs) == 1)
        if alone or trial.wide or not self._further or (taken and all(_is_named(job, trial.reason) for job in left)):
            for job in left:
                if trial.wide or not self._reading.skip_if_blocked(job):
                    job.problem = _words_about(job, trial.reason)
                    if not (alone or trial.wide or self._further):
                        job.problem += "\nIts package was not tried in parts: the fault may be in another rule of it."
            if len(jobs) == 1 and len(self._jobs) > 1 and not trial.wide:
                jobs[0].problem += "\nIt was tried in a package of its own: the fault is in this rule."
        if trial.wide or not self._further:
            self._stopped = f"not attempted: {trial.reason}"
        return trial.reason

    def _cut(self, jobs: Sequence[Job], reason: str) -> tuple[Sequence[Job], Sequence[Job]]:
        """Set apart what the console names in its complaint, and what reads that; else cut in the middle."""
        named = {job.desired.uuid for job in jobs if _is_named(job, reason)}
        apart = self._reading.with_readers(named, jobs) if named else set()
        others = [job for job in jobs if job.desired.uuid not in apart]
        if named and others:
            return others, [job for job in jobs if job.desired.uuid in apart]
        middle = (len(jobs) + 1) // 2
        return jobs[:middle], jobs[middle:]

    def _suspect(self) -> None:
        """Two packages failed and nothing was ever taken: try rules far apart, each alone."""
        if self._stopped or self._taken or self._failures != _SUSPECT_AFTER:
            return
        waiting = self._waiting(self._jobs)
        free = [job for job in waiting if self._reading.is_free(job, waiting)]
        if len(free) <= _PROOF:
            return
        said = set()
        for job in (free[0], free[-1], free[len(free) // 2]):
            said.add(_essence(job, self._try([job])))
            if self._stopped or job.open or len(said) > 1:
                return
        self._stopped = (
            "not attempted: three other rules of this package fail in the same words, each in a package of its own, so "
            "it is the console that fails"
        )


def _is_named(job: Job, reason: str) -> bool:
    return job.desired.uuid in reason or job.desired.name in reason


def _words_about(job: Job, reason: str) -> str:
    """Return the lines that name a job, where there are any."""
    lines = [line for line in reason.splitlines() if _is_named(job, line)]
    return "\n".join(lines) or reason


def _essence(job: Job, reason: str) -> str:
    """Return what was said, without whom it was said of and in which task."""
    words = _words_about(job, reason).replace(job.desired.uuid, "").replace(job.desired.name, "")
    return _DIGITS.sub("", words)
