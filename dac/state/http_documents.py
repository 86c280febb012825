"""Documents on a state server as bytes: read, and written so that a lost answer is looked up and not guessed."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

from dac.errors import StateError
from dac.state.http_answers import Answer, refused
from dac.state.http_wire import filled

if TYPE_CHECKING:
    from dac.state.http_wire import Wire

_ABSENT = 404
_NO_PROJECT = "Project Not Found"


class Documents:
    """The documents of one server, by stack and console."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def where(self, stack: str, console: str) -> str:
        """Return the address of a document."""
        return filled(self._wire.server.address, stack, console)

    def fetch(self, stack: str, console: str) -> bytes | None:
        """Return a document; None when there is none: 404, 204, or 200 with nothing in it.

        StateError for whatever else is no document, and for a 404 of the project around it: GitLab answers so to
        whoever may not see it, and taking that for an empty state would plan everything anew.
        """
        url = self.where(stack, console)
        answer = self._wire.ask_again("GET", url)
        for pause in self._wire.pauses():
            if not (answer.accepted and answer.damaged):
                break
            self._wire.wait(pause, answer)
            answer = self._wire.ask_again("GET", url)
        if answer.is_empty or (answer.status == _ABSENT and not _hides(answer)):
            return None
        if not answer.accepted:
            raise refused(answer, f"read {url}")
        if answer.damaged:
            error = refused(answer, f"read {url}")
            error.detail = f"{answer.request} answered {len(answer.body):,} bytes that do not match their Content-MD5."
            raise error
        return answer.body

    def store(self, stack: str, console: str, data: bytes, *, lock_id: str = "") -> Answer:
        """Write a document and return the server's last word; `accepted` when it is stored.

        An answer that was lost, or a 5xx, is resolved by reading: GitLab refuses the second writing of a serial.
        """
        url, answer, doubtful = self.where(stack, console), Answer("", 0), False
        for pause in itertools.chain(self._wire.pauses(), [None]):
            answer = self._wire.ask(self._wire.server.update_method, url, data, lock_id=lock_id)
            doubtful |= answer.doubtful
            if answer.accepted:
                return answer
            if doubtful and self._holds(stack, console, data):
                return Answer(answer.request, 200)
            if not answer.passing or pause is None:
                break
            self._wire.wait(pause, answer)
        return answer

    def _holds(self, stack: str, console: str, data: bytes) -> bool:
        """Whether the server has exactly this; some servers write JSON in their own way."""
        try:
            stored = self.fetch(stack, console)
            return stored is not None and (stored == data or json.loads(stored) == json.loads(data))
        except (StateError, ValueError):
            return False


def _hides(answer: Answer) -> bool:
    return _NO_PROJECT.encode() in answer.body
