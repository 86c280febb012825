"""What a state server answers, and how a refusal is told to whoever reads it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field

from dac.errors import StateError

HELD = (409, 423)
"""GitLab says 409, Terraform's own protocol 423: somebody else has the lock."""

_SUCCESS, _REDIRECT, _SERVER_FAULT = 2, 3, 5
_PASSING = (429, 500, 502, 503, 504)
_QUOTED = 200

_HINTS = {
    401: "Set username and password under [state] in dac.toml; both come from { env }, { file } or { command }.",
    403: "On GitLab, reading a state takes the role Developer, and locking or writing one the role Maintainer.",
    404: "Check the addresses under [state] in dac.toml: project number, user's access, and the path.",
    405: "The server does not know this method. GitLab takes lock_method = POST and unlock_method = DELETE.",
    413: "The server has a limit on the size of a state; raise it, or split the stack.",
    422: "The server refuses this content or this serial: `dac state pull` shows what it holds.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Status 0: none arrived, and `reason` says why; `sent` is False when nothing can have been done.

    `seen_before`: an earlier try of the same request may have had its effect. `wait`: the server's Retry-After (s).
    """

    request: str
    status: int
    body: bytes = b""
    content_type: str = ""
    digest: str = field(default="", repr=False)
    location: str = ""
    reason: str = ""
    wait: float = 0.0
    sent: bool = True
    seen_before: bool = False

    @property
    def family(self) -> int:
        """The first digit of the status."""
        return self.status // 100

    @property
    def accepted(self) -> bool:
        """Whether the server has done it. A page for people is no such answer, whatever its status says."""
        return self.family == _SUCCESS and not self.is_page

    @property
    def passing(self) -> bool:
        """Whether the same request may fare better in a moment."""
        return self.status in _PASSING or self.status == 0

    @property
    def doubtful(self) -> bool:
        """Whether it may have been done all the same."""
        return self.sent and self.family in (0, _SERVER_FAULT)

    @property
    def is_page(self) -> bool:
        """Whether this is HTML: the log-in page of a proxy, say."""
        return "html" in self.content_type or self.body.lstrip()[:1] == b"<"

    @property
    def is_empty(self) -> bool:
        """Whether it says that there is nothing: 204, or 200 without a body."""
        return self.family == _SUCCESS and not self.body

    @property
    def damaged(self) -> bool:
        """Whether the body is not the one that the server has made a checksum of."""
        return bool(self.digest) and self.digest != md5(self.body)

    def says(self) -> str:
        """Return the request and what came of it, in a sentence."""
        if self.status == 0:
            return f"{self.request}: {self.reason}."
        if self.is_page:
            return f"{self.request} answered HTTP {self.status} with a web page instead of JSON."
        if self.family == _REDIRECT:
            return f"{self.request} answered HTTP {self.status}, a redirect to {self.location or 'nowhere'}."
        text = " ".join(self.body.decode("utf-8", "replace").split())
        shown = f": {text[:_QUOTED]}{'…' if len(text) > _QUOTED else ''}" if text else "."
        return f"{self.request} answered HTTP {self.status}{shown}"


def md5(data: bytes) -> str:
    """Return the checksum as the Content-MD5 header has it."""
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode("ascii")


def refused(answer: Answer, doing: str) -> StateError:
    """Return the error of a request that came to nothing; `doing` completes "cannot …"."""
    return StateError(f"cannot {doing}", detail=answer.says(), hint=_hint(answer))


def _hint(answer: Answer) -> str:
    if answer.is_page:
        return "A log-in page or a proxy answers in the server's place: check address and credentials under [state]."
    if answer.family == _REDIRECT:
        return "A redirect is not followed, because it could carry the password elsewhere. Write the final address."
    if answer.status == 0:
        return "Check the address under [state] in dac.toml, and the way to the server (VPN, proxy, firewall)."
    if answer.status in _PASSING:
        return "The server could not do it just now. Run this again later."
    return _HINTS.get(answer.status, "See the server's own log for why.")
