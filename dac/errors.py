"""Everything dac raises on purpose.

* DacError                  any of the below; carries what happened, and what to do next
  + ConfigError             your files: the run cannot go on; carries diagnostics
  + AqlError                one place in an AQL text; carries code, line and column
  + ConsoleError            the console said no, or could not be asked
    - Unreachable           no answer: DNS, TCP, TLS, time-out
    - Unauthorized          401: no token or a wrong one
    - Forbidden             403: the token lacks a capability
    - NotFound              404
    - Conflict              409
    - Refused               any other 4xx, with QRadar's own code and message
    - ServerFault           5xx
    - AmbiguousAnswer       a write was sent and no answer came back: look before acting
    - TaskFailed            an asynchronous task ended in anything but COMPLETED
    - NoCommonVersion       it offers no API version that dac speaks
    - BadContent            what the console sent is not what its contract says (or is hostile)
    - NotInSnapshot         the console is a snapshot, which does not hold what was asked for
  + StateError              the record: locked, corrupt, too new, of another console
    - LockHeld              somebody else holds the state or the console lock
  + PlanError               a plan that must not be carried out: stale, guarded, foreign
  + Interrupted             SIGINT or SIGTERM was honoured; the step in hand was finished, or a wait given up
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from dac.model.diagnostic import Diagnostic


class DacError(Exception):
    """Anything dac refuses to do. `summary` is one line, `detail` says why, `hint` what to do next."""

    def __init__(self, summary: str, *, detail: str = "", hint: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.detail = detail
        self.hint = hint


class ConfigError(DacError):
    """The files do not say something that can be planned; `diagnostics` holds all findings of the run."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(f"{len(diagnostics)} problem(s) in the configuration")
        self.diagnostics = tuple(diagnostics)


class AqlError(DacError):
    """One finding in one AQL text; `line` and `column` count from 1."""

    def __init__(self, code: str, summary: str, *, line: int = 1, column: int = 1, hint: str = "") -> None:
        super().__init__(summary, hint=hint)
        self.code = code
        self.line = line
        self.column = column


class ConsoleError(DacError):
    """A console said no or could not be asked. `request` is method and path, never a header; `said` its own words."""

    def __init__(
        self,
        summary: str,
        *,
        detail: str = "",
        hint: str = "",
        request: str = "",
        status: int | None = None,
        code: int | None = None,
        said: str = "",
    ) -> None:
        super().__init__(summary, detail=detail, hint=hint)
        self.request = request
        self.status = status
        self.code = code
        self.said = said


class Unreachable(ConsoleError):
    """No connection: nothing was sent."""


class Unauthorized(ConsoleError):
    """HTTP 401."""


class Forbidden(ConsoleError):
    """HTTP 403: the token's role or security profile lacks a capability."""


class NotFound(ConsoleError):
    """HTTP 404: the only answer that counts as absence."""


class Conflict(ConsoleError):
    """HTTP 409; `code` tells which (1004 exists or in use, 22611/22618 busy, 22612 installed, ...)."""


class Refused(ConsoleError):
    """Any other 4xx."""


class ServerFault(ConsoleError):
    """HTTP 5xx after the retries a read is allowed."""


class AmbiguousAnswer(ConsoleError):
    """A write left this machine and its answer did not arrive: it may or may not have happened."""


class TaskFailed(ConsoleError):
    """An asynchronous task ended in EXCEPTION, CONFLICT, CANCELLED or INTERRUPTED, or ran out of time.

    `status_name` is the last status that QRadar gave it.
    """

    def __init__(
        self,
        summary: str,
        *,
        detail: str = "",
        hint: str = "",
        request: str = "",
        code: int | None = None,
        status_name: str = "",
    ) -> None:
        super().__init__(summary, detail=detail, hint=hint, request=request, code=code)
        self.status_name = status_name


class NoCommonVersion(ConsoleError):
    """Every API version that the console offers is too old or too new for this dac."""


class BadContent(ConsoleError):
    """A body, ZIP or XML that breaks the console's contract or a safety limit."""


class NotInSnapshot(ConsoleError):
    """Only the console itself could say, or another snapshot."""


class StateError(DacError):
    """The state document cannot be used."""


class LockHeld(StateError):
    """Somebody else is applying; the message names the holder."""


class DamagedState(StateError):
    """What is stored is no state document, of whatever version of dac."""


class PlanError(DacError):
    """A plan that must not be carried out."""


class Interrupted(DacError):
    """The user asked to stop: the step in hand was finished first, or a wait was given up."""

    @classmethod
    def waiting_for(cls, held: LockHeld) -> Self:
        """Return the error of a run that was stopped before it got its lock; `held` says who has that."""
        return cls(
            "stopped as asked, while waiting for a lock; nothing was sent to the console",
            detail=" ".join(part for part in (f"{held.summary}.", held.detail) if part),
            hint=held.hint,
        )
