"""A notice to a webhook: one JSON POST, tried again while the failure is one that passes.

The URL is a secret (whoever has it can post to the channel), so nothing that is returned or raised here holds it.
"""

from __future__ import annotations

import ssl
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from httpx_retries import Retry, RetryTransport

from dac import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

_RETRIES = 3
_LONGEST_WAIT = 10.0
_WAITS_TOGETHER = 20.0
_LONGEST = 60.0
_LATE = "it did not answer in time"
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_PASSING = (408, 425, 429, 500, 502, 503, 504)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def send(url: str, notice: Mapping[str, object], *, first_wait: float = 0.5, longest: float = _LONGEST) -> str:
    """POST `notice`; return why it did not arrive, or '', after `longest` seconds at the latest.

    A failed try is repeated up to three times, after `first_wait` seconds, then twice that, or as Retry-After says,
    20 s in all. What arrived and was not acknowledged is sent twice. Redirects are not followed.
    """
    unfit = _unfit(url)
    if unfit:
        return unfit
    said: list[str] = []
    # a look-up of a name, and an answer that comes byte by byte, know no other end than the thread's
    sending = Thread(target=lambda: said.append(_sent(url, notice, first_wait)), daemon=True)
    sending.start()
    sending.join(longest)
    return said[0] if said else _LATE


def _sent(url: str, notice: Mapping[str, object], first_wait: float) -> str:
    retry = Retry(
        total=_RETRIES,
        allowed_methods=["POST"],
        status_forcelist=_PASSING,
        backoff_factor=first_wait,
        max_backoff_wait=_LONGEST_WAIT,
        total_timeout=_WAITS_TOGETHER,
    )
    headers = {"User-Agent": f"dac/{__version__}"}
    try:
        with (
            httpx.Client(
                transport=RetryTransport(_wire(url), retry=retry), timeout=_TIMEOUT, headers=headers
            ) as client,
            client.stream("POST", url, json=notice) as answer,  # whatever it says, its status is all that counts
        ):
            return "" if answer.is_success else f"it answered {answer.status_code}"
    except httpx.HTTPError as error:
        return _why(error)
    except ValueError:  # a proxy that is none
        return "HTTPS_PROXY holds no URL of a proxy"


def _wire(url: str) -> httpx.HTTPTransport:
    """HTTPS_PROXY and NO_PROXY count; httpx itself reads them only where it makes the transport."""
    parts = urlsplit(url)
    proxy = None if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme)
    if proxy and "://" not in proxy:
        proxy = f"http://{proxy}"
    return httpx.HTTPTransport(verify=parts.scheme == "https", proxy=proxy or None)


def _unfit(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        return "it is no URL"
    if parts.scheme == "https" and host:
        return ""
    if parts.scheme == "http" and host in _LOOPBACK:
        return ""
    return "it is no https:// URL"


def _why(error: httpx.HTTPError) -> str:
    """By the kind of failure: httpx's own texts may name the host, or be empty."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "its certificate is not trusted"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.TimeoutException):
        return _LATE
    return "no connection" if isinstance(error, httpx.ConnectError) else "the connection broke off"
