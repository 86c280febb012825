"""What on the console counts on a value that a stack changes in place: asked only where one would change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import ConsoleError, Unauthorized, Unreachable
from dac.model.change import MISSING
from dac.model.reads import Found
from dac.qradar.dependents import find_blockers
from dac.resources.kind import deployed_fields
from dac.resources.registry import kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dac.model.address import Address
    from dac.model.reads import Read
    from dac.model.resource import Desired, Live
    from dac.qradar.client import Client


def dependents(
    client: Client, desired: Iterable[Desired], reads: Mapping[Address, Read]
) -> dict[Address, tuple[str, ...]]:
    """Return, by address, texts such as `CRE_RULE "name"`; nothing for what may change as it likes."""
    found = {
        one.address: _asked(client, one, read.live)
        for one in desired
        if isinstance(read := reads.get(one.address), Found)
    }
    return {address: texts for address, texts in found.items() if texts}


def _asked(client: Client, desired: Desired, live: Live) -> tuple[str, ...]:
    texts: list[str] = []
    for question in _questions(desired, live):
        try:
            blockers = find_blockers(client, desired.address.kind, live.remote_id, question=question)
        except (Unauthorized, Unreachable):
            raise
        except ConsoleError as error:
            texts.append(f"what could not be found out ({error.summary})")
        else:
            texts += map(str, blockers)
    return tuple(texts)


def _questions(desired: Desired, live: Live) -> list[str]:
    if desired.deployed == live.deployed:
        return []
    return [
        row.question
        for key, row in deployed_fields(kind(desired.address.kind))
        if row.question
        and row.name not in desired.ignore_changes
        and desired.deployed.get(key, MISSING) != live.deployed.get(key, MISSING)
    ]
