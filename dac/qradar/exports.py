"""Reading rule bodies: the one way is to export them as an extension.

API: POST /config/extension_management/extension_export_tasks, its task, and .../extension_export. An export brings
what its rules lean on along, uninvited; rules are told apart by uuid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.errors import BadContent, NotFound
from dac.qradar.package.archive import read_content
from dac.qradar.package.content import read_rows
from dac.qradar.package.rule_xml import decode
from dac.qradar.tasks import wait_for_task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.qradar.client import Client
    from dac.qradar.package.rule_body import RuleBody

ROOT = "/config/extension_management"
EXPORTS = f"{ROOT}/extension_export_tasks"
_BATCH = 1_000
_LIMIT = 256 * 2**20
_TIMEOUT = 600.0


@dataclass(frozen=True, slots=True)
class ExportedRule:
    """A rule as exported. `raw` is its XML, `columns` the row's other columns; `id` the console's number."""

    uuid: str
    id: str
    raw: bytes
    columns: Mapping[str, str]

    @property
    def body(self) -> RuleBody:
        """The XML, decoded each time it is asked for; BadContent when it is broken."""
        return decode(self.raw, f"Rule {self.uuid} (id {self.id})")


def export_rules(client: Client, remote_ids: Sequence[str]) -> dict[str, ExportedRule]:
    """Return the bodies of rules and building blocks by uuid, asked for by their numbers.

    What does not come back was deleted meanwhile. What comes along as a dependency is in it as well.
    """
    found: dict[str, ExportedRule] = {}
    for batch in _batches(sorted(set(remote_ids))):
        content = read_rows(_exported(client, batch))
        for row in content.rules:
            found.setdefault(row.uuid, ExportedRule(row.uuid, row.id, row.data, row.columns))
    return found


def _batches(ids: list[str]) -> list[list[str]]:
    return [ids[at : at + _BATCH] for at in range(0, len(ids), _BATCH)]


def _exported(client: Client, ids: list[str]) -> bytes:
    rules = {"content_type": "CUSTOM_RULES", "content_item_ids": ids}
    wanted = {"export_contents": [rules | {"related_content": [{"content_type": "FGROUP_LINKS"}]}]}
    started = client.post(EXPORTS, json=wanted, asks=True).object()
    task = started.get("task_id")
    if not isinstance(task, int):
        raise BadContent(f"POST {EXPORTS} gave no task to wait for", request=f"POST {EXPORTS}")
    try:
        wait_for_task(client, f"{ROOT}/extensions_task_status/{task}", timeout=_TIMEOUT)
    except NotFound:  # documented for exports, while clients have always polled the other
        wait_for_task(client, f"{EXPORTS}/{task}", timeout=_TIMEOUT)
    archive = client.download(f"{EXPORTS}/{task}/extension_export", accept="application/zip", limit=_LIMIT)
    return read_content(archive, what=f"The export of {len(ids)} rule(s)")
