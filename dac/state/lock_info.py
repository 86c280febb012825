"""Who holds a lock, in the words of Terraform's HTTP protocol and in ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dac import __version__
from dac.errors import LockHeld
from dac.model.run import Holder

if TYPE_CHECKING:
    from dac.state.http_answers import Answer

_LONGEST_INFO = 400


def lock_info(holder: Holder, path: str) -> bytes:
    """Return the body of a lock request. GitLab wants all seven keys."""
    created = datetime.fromtimestamp(holder.created / 1000, UTC)
    info = {
        "ID": holder.run_id,
        "Operation": "OperationTypeApply",
        "Info": _signed(holder),
        "Who": f"{holder.who}@{holder.host}",
        "Version": f"dac {__version__}",
        "Created": created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "Path": path,
    }
    return json.dumps(info, sort_keys=True).encode()


def holder_in(answer: Answer) -> Holder | None:
    """Return who holds the lock, as a refusal says it; None when it does not say.

    GitLab answers with ID, Who and Created of the holder and the rest of whoever asks. So `Info` is believed only
    where it names the holder's own ID, which dac's does.
    """
    try:
        table: Any = json.loads(answer.body)
    except ValueError:
        return None
    run_id = table.get("ID") if isinstance(table, dict) else None
    if not isinstance(run_id, str) or not run_id:
        return None
    who, _, host = str(table.get("Who") or "").partition("@")
    info = str(table.get("Info") or "")
    pid, command = _parted(info, run_id)
    return Holder(run_id, who or "somebody", host, pid, command, _epoch_ms(table.get("Created")))


def held_by(holder: Holder | None, what: str, console: str) -> LockHeld:
    """Return the error for whoever meets a lock on `what`."""
    if holder is None:
        return LockHeld(
            f"{what} is locked, and the server does not say by whom",
            hint="Wait for it to end: --lock-timeout 5m. If nobody works on it, take the lock away on the server.",
        )
    since = datetime.fromtimestamp(holder.created / 1000, UTC)
    details = [f"`{holder.command}`"] if holder.command else []
    details += [f"process {holder.pid}"] if holder.pid else []
    details += [f"run {holder.run_id}", f"since {since:%Y-%m-%d %H:%M:%S} UTC" if holder.created else "for how long?"]
    return LockHeld(
        f"{what} is locked by {holder.who}{f' on {holder.host}' if holder.host else ''}",
        detail=f"{', '.join(details)}.",
        hint="Wait for it to end, or let dac wait: --lock-timeout 5m. If it is gone: "
        f"dac unlock --console {console} {holder.run_id}",
    )


def _signed(holder: Holder) -> str:
    return json.dumps({"run": holder.run_id, "pid": holder.pid, "command": holder.command[:_LONGEST_INFO]})


def _parted(info: str, run_id: str) -> tuple[int, str]:
    """Return process and command of the holder, where `info` is what the holder has signed."""
    try:
        table: Any = json.loads(info)
        if table["run"] == run_id:
            return int(table["pid"]), str(table["command"])
    except (ValueError, TypeError, KeyError):
        if run_id in info:
            return 0, info
    return 0, ""


def _epoch_ms(created: object) -> int:
    try:
        return int(datetime.fromisoformat(str(created)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0
