"""Trying a read again: with back-off, as long as the failure is one that passes."""

from __future__ import annotations

import copy
import socket
import ssl
from typing import TYPE_CHECKING, Self

import httpx
from httpx_retries import Retry, RetryTransport

from dac.qradar.failures import RETRIED, root_cause

if TYPE_CHECKING:
    from collections.abc import Callable

_ATTEMPTS = 5
_HOPELESS = (ssl.SSLCertVerificationError, socket.gaierror)


class ReadRetry(Retry):
    """Back-off with full jitter (0.5 s doubling, Retry-After first, 60 s at most), slept by `pause`."""

    def __init__(self, pause: Callable[[float], None]) -> None:
        super().__init__(
            total=_ATTEMPTS - 1,
            allowed_methods=["GET"],
            status_forcelist=RETRIED,
            backoff_factor=0.25,
            max_backoff_wait=60.0,
        )
        self._pause = pause

    def increment(self) -> Self:
        following = copy.copy(self)
        following.attempts_made += 1
        return following

    def sleep(self, response: httpx.Response | Exception) -> None:
        """Wait as long as the answer's Retry-After or the back-off says."""
        self._pause(self._calculate_sleep(response.headers if isinstance(response, httpx.Response) else {}))

    def is_retryable_exception(self, exception: Exception) -> bool:
        """A certificate that is not trusted and a name that does not resolve stay so: say it at once."""
        return super().is_retryable_exception(exception) and root_cause(exception, _HOPELESS) is None


def send_again(
    inner: httpx.BaseTransport,
    request: httpx.Request,
    failure: httpx.Response | httpx.TransportError,
    pause: Callable[[float], None],
) -> httpx.Response:
    """Send a GET that failed once up to four times more, waiting before each; the last failure is the result."""
    retry = ReadRetry(pause)
    if isinstance(failure, httpx.TransportError) and not retry.is_retryable_exception(failure):
        raise failure
    second = retry.increment()
    second.sleep(failure)
    return RetryTransport(inner, retry=second).handle_request(request)
