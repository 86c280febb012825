"""Where secrets may go: what dac.toml cannot be trusted with in a pipeline that runs merge requests.

Whoever opens a merge request can change a `url`, and with it the place a protected token is sent to. The variable
DAC_TOKEN_ORIGINS is the pipeline's own, so it decides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dac.errors import DacError

if TYPE_CHECKING:
    from collections.abc import Mapping

ORIGINS = "DAC_TOKEN_ORIGINS"
COMMANDS = "DAC_ALLOW_TOKEN_COMMAND"
_PORTS = {"https": 443, "http": 80}
_OFF = ("", "0", "false", "no")

Origin = tuple[str, str, int]
"""Scheme, host, port: two URLs of one origin agree in all three, to the letter."""


def check_origin(url: str, what: str, env: Mapping[str, str]) -> None:
    """DacError unless `url` is at an origin that DAC_TOKEN_ORIGINS lists; without that variable any will do.

    Set and empty lists none: a pipeline whose variable got lost shall send nothing.
    """
    listed = env.get(ORIGINS)
    if listed is None:
        return
    allowed = [_listed(text) for text in re.split(r"[\s,]+", listed) if text]
    origin = _origin(url)
    if origin not in allowed:
        scheme, host, port = origin or ("", "", 0)
        raise DacError(
            f"{what} is not sent to {scheme}://{host}:{port}: {ORIGINS} does not list it",
            detail=f"It lists {', '.join('{}://{}:{}'.format(*one) for one in allowed) or 'nothing'}.",
            hint=f"if dac.toml is right, add it to {ORIGINS} in the pipeline; if not, see who changed the url",
        )


def check_command(what: str, env: Mapping[str, str]) -> None:
    """DacError in a pipeline (CI is set), where a merge request could change the command.

    DAC_ALLOW_TOKEN_COMMAND=1 lifts it.
    """
    if env.get("CI", "").lower() not in _OFF and env.get(COMMANDS, "").lower() in _OFF:
        raise DacError(
            f"{what} would come from a command, and CI is set: whoever can change dac.toml could run anything",
            hint=f'write token = {{ env = "VARIABLE" }}, or set {COMMANDS}=1 where only reviewed files are run',
        )


def _listed(text: str) -> Origin:
    origin = _origin(text)
    parts = urlsplit(text)
    if origin is None or parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise DacError(
            f"{ORIGINS} holds {text!r}, which is no origin",
            hint="write origins such as https://qradar.example.com, separated by commas or spaces",
        )
    return origin


def _origin(url: str) -> Origin | None:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (KeyError, ValueError):
        return None
    host = (parts.hostname or "").rstrip(".")
    return (parts.scheme, host, port) if host else None
