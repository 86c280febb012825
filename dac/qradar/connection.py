"""From the settings of a console in dac.toml to a connected client."""

from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from dac.errors import ConsoleError
from dac.model.hosts import is_loopback
from dac.qradar.client import DEFAULT_TIMEOUTS, PAGE, Client, Timeouts
from dac.qradar.urls import console_url

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx


def open_client(
    url: str,
    token: Callable[[], str],
    *,
    ca_file: Path | None = None,
    verify: bool = True,
    api_version: tuple[int, int] | None = None,
    page: int = PAGE,
    timeout: Timeouts = DEFAULT_TIMEOUTS,
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Client:
    """Return a client that is connected: API version agreed, build known. Close it, or use it in a `with`.

    `ca_file` holds the CAs to trust instead of the usual ones; `verify` False trusts anybody, which dac.toml has to
    say by name. HTTPS_PROXY and NO_PROXY are honoured, never for loopback. `transport` takes the place of the
    network. ConsoleError says what is wrong.
    """
    place = console_url(url)
    client = Client(
        place,
        token,
        verify=trust(ca_file) if ca_file and verify else verify,
        api_version=api_version,
        page=page,
        timeout=timeout,
        proxy=proxy_for(place),
        transport=transport,
        sleep=sleep,
    )
    try:
        client.connect()
    except BaseException:
        client.close()
        raise
    return client


def trust(ca_file: Path) -> ssl.SSLContext:
    """Return a context that trusts the CAs of one PEM file; ConsoleError when it holds none."""
    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except (OSError, ssl.SSLError) as error:
        raise ConsoleError(
            f"No CA certificate could be read from {ca_file}: {error}",
            hint="ca_file in dac.toml names a PEM file, relative to dac.toml or absolute.",
        ) from error


def proxy_for(url: str) -> str | None:
    """Return the proxy that the environment sets for a URL."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host) or proxy_bypass(host):
        return None
    return getproxies().get(parts.scheme)
