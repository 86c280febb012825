"""The URL of a console, and what to say when nobody answers there."""

from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

from dac.errors import ConsoleError
from dac.model.hosts import is_loopback
from dac.qradar.failures import root_cause


def console_url(text: str) -> str:
    """Return `scheme://host[:port][/prefix]`, without `/api`. ConsoleError for anything a token must not be sent to."""
    parts = urlsplit(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConsoleError(f"{_shown(text)!r} is no URL of a console", hint='Write url = "https://qradar.example.com".')
    if parts.username is not None or parts.query or parts.fragment:
        raise ConsoleError(
            f"The URL of {parts.hostname} holds more than a place",
            hint="Leave out user, password, ? and #; the token comes from `token = { env = … }`.",
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ConsoleError(
            f"{text!r} would send the token in the clear",
            hint="Write https://. Plain http is for loopback addresses only.",
        )
    path = parts.path.rstrip("/").removesuffix("/api")
    return f"{parts.scheme}://{parts.netloc}{path}"


def unreachable_hint(error: BaseException, url: str) -> str:
    """Return what to look at first, from the system error behind a failed request."""
    if root_cause(error, (ssl.SSLCertVerificationError,)):
        return (
            "The console's certificate is not trusted. Put its CA into a file and name it as ca_file in dac.toml; "
            "factory certificates also do not match their host name."
        )
    if root_cause(error, (socket.gaierror,)):
        return f"The host name of {url} does not resolve: check url in dac.toml, and the VPN."
    if root_cause(error, (ConnectionRefusedError,)):
        return f"Nothing listens at {url}: check host and port, and whether the console is up."
    return "Check the network path to the console (VPN, proxy, firewall), then run this again."


def _shown(text: str) -> str:
    """The text without whatever stands before an @: it may be a password."""
    return text.rpartition("@")[2]
