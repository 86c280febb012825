"""`dac version`."""

from __future__ import annotations

import platform

from dac.cli import options
from dac.cli.border import bordered, say


@bordered
def version(json: options.Json = False) -> None:
    """Say which dac this is and what it runs on."""
    from dac import __version__

    python, system = platform.python_version(), f"{platform.system().lower()}_{platform.machine()}"
    if json:
        from dac.views.machine.version import version_json

        say(version_json(python=python, platform=system))
    else:
        from dac.views.human.banner import version_text

        say(version_text(__version__, python=python, platform=system))
