"""What is recorded, without asking a console and without reading a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.config.loading import load_project
from dac.config.project import default_console
from dac.errors import DacError
from dac.run.backends import state_backend

if TYPE_CHECKING:
    from dac.model.resource import Recorded
    from dac.run.scope import Request


def recorded(request: Request) -> tuple[Recorded, ...]:
    """Return everything recorded for a console, of the named stacks or of all, by address."""
    project = load_project(request.folder)
    console = default_console(project, request.console, request.env, writes=False)
    backend = state_backend(project, request.env)
    stored = backend.stacks(console.name)
    for name in request.stacks:
        if name not in stored:
            hint = f"recorded there: {', '.join(stored) or 'nothing yet'}"
            raise DacError(f'nothing is recorded of stack "{name}" on console {console.name}', hint=hint)
    documents = [backend.read(stack, console.name) for stack in request.stacks or stored]
    return tuple(document.resources[key] for document in documents if document for key in sorted(document.resources))


def recorded_at(request: Request, text: str) -> Recorded:
    """Return what is recorded under one address; DacError when that is nothing, or two things."""
    found = [record for record in recorded(request) if text in (str(record.address), record.address.local)]
    if len(found) != 1:
        what = "nothing is recorded under that address" if not found else "several stacks have that address"
        raise DacError(f"{text}: {what}", hint="`dac state list` shows all; stack/kind.name is unambiguous")
    return found[0]
