"""`dac validate`."""

from __future__ import annotations

import sys

from dac.cli import options
from dac.cli.border import ERROR, bordered, palette, say, stop


@bordered
def validate(
    stacks: options.Stacks = None,
    console: options.ConsoleName = None,
    variables: options.Variables = None,
    json: options.Json = False,
) -> None:
    """Check the files without a console: for one console of dac.toml, or for all of them."""
    from dac.model.diagnostic import Severity
    from dac.run.validating import validate_project

    found = validate_project(options.request(stacks, console, variables))
    failed = any(item.severity is Severity.ERROR for item in found.diagnostics)
    if json:
        from dac.views.machine.diagnostics import diagnostics_json

        say(diagnostics_json(found.diagnostics))
    else:
        from dac.views.human.diagnostics import diagnostics_text, valid_text

        if found.diagnostics:
            say(diagnostics_text(found.diagnostics, palette=palette(sys.stdout)))
        if not failed:
            say(valid_text(len(found.stacks), found.resources, palette=palette(sys.stdout)))
    stop(ERROR if failed else 0)
