"""What is recorded, without asking a console and without reading a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import DacError
from dac.run.states.stored import stored_on

if TYPE_CHECKING:
    from dac.model.resource import Recorded
    from dac.run.scope import Request


def recorded(request: Request) -> tuple[Recorded, ...]:
    """Return everything recorded for a console, of the named stacks or of all, by address."""
    place = stored_on(request, writes=False)
    known = place.stacks()
    for name in request.stacks:
        if name not in known:
            hint = f"recorded there: {', '.join(known) or 'nothing yet'}"
            raise DacError(f'nothing is recorded of stack "{name}" on console {place.console.name}', hint=hint)
    documents = place.documents(request.stacks or known)
    return tuple(document.resources[key] for document in documents.values() for key in sorted(document.resources))


def recorded_at(request: Request, text: str) -> Recorded:
    """Return what is recorded under one address; DacError when that is nothing, or two things."""
    found = [record for record in recorded(request) if text in (str(record.address), record.address.local)]
    if len(found) != 1:
        what = "nothing is recorded under that address" if not found else "several stacks have that address"
        raise DacError(f"{text}: {what}", hint="`dac state list` shows all; stack/kind.name is unambiguous")
    return found[0]
