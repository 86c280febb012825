"""Entries of reference sets in bulk: many rows a task, and every task's results read row by row."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from dac.errors import AmbiguousAnswer, ConsoleError, TaskFailed, Unauthorized, Unreachable
from dac.qradar import sets
from dac.qradar.carriers.work import batches, told
from dac.qradar.tasks import FAILED, wait_for_task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.qradar.client import Client

Row = dict[str, Any]

_OK = range(200, 300)
_NOT_FOUND = 404


def addition(set_id: int, value: str, notes: str) -> Row:
    """Return the row that adds an entry, or gives an existing one these notes."""
    return {"collection_id": set_id, "value": value, "notes": notes}


def deletion(set_id: int, entry_id: int, value: str) -> Row:
    """Return the row that deletes an entry; `value` as the console spells it."""
    return {"id": entry_id, "collection_id": set_id, "value": value, "delete_entry": True}


class BulkUpdate:
    """Sends rows and remembers, per set, what went wrong.

    `problems` holds the reasons why rows were refused, by set id; `doubts` holds lost answers; `gone` says why the
    console could not be reached any more.
    """

    def __init__(self, client: Client, *, batch: int, timeout: float) -> None:
        self.gone = ""
        self._client = client
        self._batch = batch
        self._timeout = timeout
        self.problems: dict[int, list[str]] = defaultdict(list)
        self.doubts: dict[int, list[str]] = defaultdict(list)

    def send(self, rows: Sequence[Row]) -> None:
        """Send all rows. Sets share tasks; when one is refused as a whole, its sets are sent apart from each other.

        Once the console is gone nothing more is sent, and that is a problem of the sets concerned.
        """
        for batch in batches(rows, self._batch):
            if self.gone:
                self._blame(batch, f"not attempted: {self.gone}")
                continue
            try:
                self._send_shared(batch)
            except (Unreachable, Unauthorized) as error:
                self.gone = told(error)
                self._blame(batch, self.gone)

    def _send_shared(self, batch: Sequence[Row]) -> None:
        try:
            self._send_batch(batch)
        except _Refused as refusal:
            by_set = _by_set(batch)
            if len(by_set) == 1:
                self._blame(batch, str(refusal))
                return
            for part in by_set.values():
                self._send_shared(part)

    def _send_batch(self, batch: Sequence[Row]) -> None:
        """One task from start to results; _Refused when nothing of it was done."""
        try:
            task = sets.start_bulk(self._client, batch)
        except AmbiguousAnswer as error:
            self._doubt(batch, error)
        except (Unreachable, Unauthorized):
            raise
        except ConsoleError as error:
            raise _Refused(told(error)) from error
        else:
            self._follow(task, batch)

    def _follow(self, task: str, batch: Sequence[Row]) -> None:
        try:
            wait_for_task(self._client, task, timeout=self._timeout)
            results = self._client.get(f"{task}/results")
        except (Unreachable, Unauthorized):
            raise
        except ConsoleError as error:
            if isinstance(error, TaskFailed) and error.status_name in FAILED:
                raise _Refused(told(error)) from error
            self._doubt(batch, error)
        else:
            self._judge(batch, results if isinstance(results, dict) else {})

    def _judge(self, batch: Sequence[Row], results: Mapping[str, Any]) -> None:
        answers = results.get("responses") or []
        status = results.get("status")
        if len(answers) != len(batch):
            reason = _first_refusal(answers) or "QRadar does not say which entries it refused"
            if status == "UPDATE_ABORTED":
                raise _Refused(reason)
            if status != "COMPLETE_UPDATE_PERFORMED":
                self._blame(batch, reason)
            return
        refused = [(row, one) for row, one in zip(batch, answers, strict=True) if not _is_done(row, one)]
        if status == "UPDATE_ABORTED" and 0 < len(refused) < len(batch):
            raise _Refused(_first_refusal(answers))  # the good rows were not done either
        for row, answer in refused:
            self._blame([row], f'entry "{row["value"]}": {_reason(answer)}')

    def _doubt(self, rows: Sequence[Row], error: ConsoleError) -> None:
        for set_id in _by_set(rows):
            self.doubts[set_id].append(told(error))

    def _blame(self, rows: Sequence[Row], reason: str) -> None:
        for set_id in _by_set(rows):
            self.problems[set_id].append(reason)


class _Refused(Exception):
    """Nothing of a batch was done."""


def _by_set(rows: Sequence[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row["collection_id"], []).append(row)
    return grouped


def _is_done(row: Row, answer: Mapping[str, Any]) -> bool:
    """An entry that has gone before it was deleted is what was wanted."""
    status = answer.get("http_status")
    return status in _OK or (status == _NOT_FOUND and bool(row.get("delete_entry")))


def _first_refusal(answers: Sequence[Mapping[str, Any]]) -> str:
    return next((_reason(answer) for answer in answers if answer.get("http_status") not in _OK), "")


def _reason(answer: Mapping[str, Any]) -> str:
    said = " ".join(str(answer.get("message") or "refused").split())
    return f"{said} (HTTP {answer.get('http_status')}, code {answer.get('unique_code')})"
