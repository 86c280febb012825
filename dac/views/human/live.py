"""Progress on a stream: plain lines, and on a terminal one more line that says what is still going on."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from dac.model.progress import Failed, Finished, Progress, Waiting, WaveStarted
from dac.views.human.palette import PLAIN
from dac.views.human.progress import progress_line

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from rich.status import Status

    from dac.views.human.palette import Palette


class ProgressLines:
    """Call it with each event, within `with`. Nothing but lines is ever written unless `live` is asked for.

    live: the stream is a terminal; rich keeps a status line under the lines and takes it away at the end.
    """

    def __init__(self, stream: TextIO, *, live: bool = False, one_stack: bool = True, palette: Palette = PLAIN) -> None:
        self._stream = stream
        self._live = live
        self._one_stack = one_stack
        self._palette = palette
        self._status: Status | None = None
        self._done = 0
        self._of = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None

    def __call__(self, event: Progress) -> None:
        """Write the event's line; a Waiting only moves the status line where there is one.

        Before anything was begun, a Waiting is a line like any other: a status line would hide the prompt to come.
        """
        line = progress_line(event, one_stack=self._one_stack, palette=self._palette)
        if self._live and self._status is None and not isinstance(event, Waiting):
            self._status = self._started()
        if self._status is None:
            self._stream.write(line + "\n")
            self._stream.flush()
            return
        self._count(event)
        if isinstance(event, Waiting):
            self._say(self._status, line)
        else:
            from rich.text import Text

            self._status.console.print(Text.from_ansi(line), soft_wrap=True)
            self._say(self._status, f"{self._done} of {self._of} done")

    def _started(self) -> Status:
        """The status line begins with the first event: before that, somebody may be typing an answer."""
        from rich.console import Console  # loaded only for a terminal

        console = Console(file=self._stream, force_terminal=True, highlight=False, markup=False, emoji=False)
        status = console.status("Starting...")
        status.start()
        return status

    def _count(self, event: Progress) -> None:
        if isinstance(event, WaveStarted):
            self._of += event.changes
        elif isinstance(event, Finished | Failed):
            self._done += 1

    @staticmethod
    def _say(status: Status, text: str) -> None:
        from rich.text import Text

        status.update(Text(text))
