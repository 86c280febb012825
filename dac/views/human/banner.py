"""What dac says of itself: its version, and the emulator it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.views.human.palette import PLAIN
from dac.views.human.quote import visible

if TYPE_CHECKING:
    from dac.views.human.palette import Palette


def version_text(version: str, *, python: str, platform: str) -> str:
    """`dac v0.1.0` and what it runs on."""
    return f"dac v{version}\non {platform}, Python {python}\n"


def emulator_text(url: str, *, database: str, token: str, release: str = "", palette: Palette = PLAIN) -> str:
    """What `dac emulator serve` says once it listens. `token` says where the token is, never what it is."""
    what = f"QRadar emulator{f' ({visible(release)})' if release else ''}"
    return f"""\
{palette.paint("heading", what)} on {visible(url)}

  database  {visible(database)}
  token     {visible(token)}

It answers as a console does, and forgets nothing between runs. Press Ctrl+C to stop it.
"""
