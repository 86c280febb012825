"""The pieces every JSON document of dac is made of."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dac import __version__
from dac.model.change import MISSING
from dac.views.meaning import is_judged, meaning

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.address import Address
    from dac.model.change import Edit
    from dac.model.plan import ConsoleRef

FORMAT_VERSION = "1.0"


def dumped(document: object) -> str:
    """One line of ASCII, keys sorted: the same bytes for the same document, whatever reads it."""
    return json.dumps(document, sort_keys=True) + "\n"


def heading() -> dict[str, Any]:
    """The fields every document begins with; readers refuse a major format version they do not know."""
    return {"format_version": FORMAT_VERSION, "dac_version": __version__}


def rfc3339(clock: int) -> str:
    """Epoch ms as `2026-03-31T08:00:00Z`, to the second."""
    return datetime.fromtimestamp(clock // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def console(ref: ConsoleRef) -> dict[str, str]:
    return {"name": ref.name, "url": ref.url}


def place(address: Address) -> dict[str, str]:
    """An address, whole and in its parts, under Terraform's names."""
    return {
        "address": str(address),
        "mode": "managed",
        "type": address.kind,
        "name": address.name,
        "stack": address.stack,
    }


def edits(kind: str, listed: Iterable[Edit]) -> list[dict[str, Any]]:
    """The edits of a resource of a kind, in their order.

    A side on which the field is not there has no key, for null is a value. The edit of a query has a `meaning`:
    sentences, each with whether it `lowers` what is detected, null when that cannot be said.
    """
    return [_edit(edit) | _meaning(kind, edit) for edit in listed]


def _meaning(kind: str, edit: Edit) -> dict[str, Any]:
    said = meaning(edit)
    judged = is_judged(kind)
    return {"meaning": [{"text": s.text, "lowers": s.lowers if judged else None} for s in said]} if said else {}


def _edit(edit: Edit) -> dict[str, Any]:
    form: dict[str, Any] = {"path": edit.path, "channel": edit.channel}
    sides = {"before": edit.before, "after": edit.after}
    form |= {side: value for side, value in sides.items() if value is not MISSING}
    return form | ({"reason": edit.reason} if edit.reason else {})
