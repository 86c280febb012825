"""What happens below httpx: the token is added last, bodies are read whole, reads are tried again.

The layers, outermost first: retry (GET only), whole body (so that a connection cut in the middle of a body is
retried too), token (so that no request object above it, and no exception that carries one, ever holds the token).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from dac.errors import BadContent
from dac.qradar.failures import RETRIED

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.qradar.secret import Secret

BODY_LIMIT = 256 * 2**20
"""Bytes. A page of 10,000 rows is some 10 MB; whatever is 25 times that is no answer to our question."""


class PatientReads(httpx.BaseTransport):
    """Sends once; what can be sent again (a GET) and failed for now goes on to `dac.qradar.retries`.

    That room is opened only then: its library brings asyncio along, a third of what a plan without changes costs.
    """

    def __init__(self, inner: httpx.BaseTransport, pause: Callable[[float], None]) -> None:
        self._inner = inner
        self._pause = pause

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            return self._inner.handle_request(request)
        failure: httpx.Response | httpx.TransportError
        try:
            failure = answer = self._inner.handle_request(request)
        except httpx.TransportError as error:
            failure = error
        else:
            if answer.status_code not in RETRIED:
                return answer
        from dac.qradar.retries import send_again

        return send_again(self._inner, request, failure, self._pause)

    def close(self) -> None:
        self._inner.close()


class WholeBody(httpx.BaseTransport):
    """Reads each body inside the transport, up to the request's `limit` extension in decoded bytes."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        limit = request.extensions.get("limit", BODY_LIMIT)
        body = bytearray()
        try:
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > limit:
                    raise _too_large(request, limit)
        finally:
            answer.close()
        headers = [pair for pair in answer.headers.raw if pair[0].lower() not in _OF_THE_WIRE]
        return httpx.Response(answer.status_code, headers=headers, content=bytes(body), extensions=answer.extensions)

    def close(self) -> None:
        self._inner.close()


_OF_THE_WIRE = (b"content-encoding", b"content-length", b"transfer-encoding")


class SecHeader(httpx.BaseTransport):
    """Sends the token as QRadar's SEC header, on a copy of the request."""

    def __init__(self, inner: httpx.BaseTransport, secret: Secret) -> None:
        self._inner = inner
        self._secret = secret

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = [*request.headers.raw, (b"SEC", self._secret.reveal().encode())]
        signed = httpx.Request(
            request.method,
            request.url,
            headers=headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return self._inner.handle_request(signed)

    def close(self) -> None:
        self._inner.close()


def layered(wire: httpx.BaseTransport, secret: Secret, pause: Callable[[float], None]) -> httpx.BaseTransport:
    """Put the three layers on top of the transport that talks to the network."""
    return PatientReads(WholeBody(SecHeader(wire, secret)), pause)


def _too_large(request: httpx.Request, limit: int) -> BadContent:
    return BadContent(
        f"The answer to {request.method} {request.url.path} is larger than {limit // 2**20 or 1} MB",
        hint="Nothing of it was used. Is something other than QRadar answering at this URL?",
        request=f"{request.method} {request.url.path}",
    )
