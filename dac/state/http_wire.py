"""Requests to a state server: authenticated, bounded, with a checksum, and tried again where that is safe."""

from __future__ import annotations

import itertools
import ssl
import weakref
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

import httpx

from dac import __version__
from dac.errors import StateError
from dac.state.http_answers import Answer, md5

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BODY_LIMIT = 512 * 2**20
"""Bytes. 10,000 rules are some 30 MB."""

_LONGEST_WAIT = 30.0
_TIMEOUT = httpx.Timeout(60.0, connect=15.0)
_REDACTED = b"[redacted]"
_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class Server:
    """A state server, as dac.toml describes it. The addresses are templates with {stack} and {console}.

    `credentials` gives user and password when they are first needed; None is for a server that wants none. A failed
    request is tried again up to `retry_max` times, after `retry_wait_min` seconds, then twice that, up to 30.
    `proxied`: HTTPS_PROXY and NO_PROXY count.
    """

    address: str
    lock_address: str
    unlock_address: str
    update_method: str = "POST"
    lock_method: str = "LOCK"
    unlock_method: str = "UNLOCK"
    ca_file: Path | None = None
    verify: bool = True
    retry_max: int = 4
    retry_wait_min: float = 1.0
    proxied: bool = True
    credentials: Callable[[], tuple[str, str]] | None = None


def filled(template: str, stack: str, console: str) -> str:
    """Return the address of one state."""
    return template.replace("{stack}", quote(stack, safe="")).replace("{console}", quote(console, safe=""))


class Wire:
    """Sends requests to one server. Nothing it returns or raises ever holds the password."""

    def __init__(
        self, server: Server, *, sleep: Callable[[float], None], transport: httpx.BaseTransport | None = None
    ) -> None:
        self.server = server
        self.sleep = sleep
        self._transport = transport
        self._secrets: tuple[bytes, ...] = ()

    def ask(self, method: str, url: str, content: bytes = b"", *, lock_id: str = "") -> Answer:
        """Send one request once. `lock_id` says which lock it is made under.

        StateError when no other try could do better: a certificate that is not trusted, credentials that are missing.
        """
        headers = {"Content-Type": "application/json", "Content-MD5": md5(content)} if content else {}
        target = _with_id(url, lock_id) if lock_id else url
        request = self._client.build_request(method, target, content=content or None, headers=headers)
        shown = f"{method} {url}"
        try:
            answer = self._client.send(request, stream=True)
            try:
                return self._read(answer, shown)
            finally:
                answer.close()
        except httpx.TransportError as error:
            _raise_if_hopeless(error, url)
            return Answer(shown, 0, reason=_why(error), sent=not isinstance(error, _NOTHING_SENT))

    def ask_again(self, method: str, url: str, content: bytes = b"", *, lock_id: str = "") -> Answer:
        """Send a request that may be sent twice until it is answered, or until there is no use in another try."""
        answer = self.ask(method, url, content, lock_id=lock_id)
        for pause in self.pauses():
            if not answer.passing:
                break
            self.wait(pause, answer)
            doubt = answer.seen_before or answer.doubtful
            answer = replace(self.ask(method, url, content, lock_id=lock_id), seen_before=doubt)
        return answer

    def pauses(self) -> Iterator[float]:
        """Yield how long to wait before each further try (s)."""
        return itertools.islice(backoff(self.server.retry_wait_min, _LONGEST_WAIT), self.server.retry_max)

    def wait(self, pause: float, answer: Answer) -> None:
        """Sleep before another try, longer if the server has said so."""
        self.sleep(min(max(pause, answer.wait), 2 * _LONGEST_WAIT))

    @cached_property
    def _client(self) -> httpx.Client:
        server = self.server
        client = httpx.Client(
            auth=self._credentials(),
            verify=_trust(server),
            timeout=_TIMEOUT,
            trust_env=server.proxied,
            transport=self._transport,
            headers={"User-Agent": f"dac/{__version__}", "Accept": "application/json, */*;q=0.1"},
        )
        weakref.finalize(self, client.close)
        return client

    def _credentials(self) -> httpx.BasicAuth | None:
        if self.server.credentials is None:
            return None
        user, password = self.server.credentials()
        auth = httpx.BasicAuth(user, password)
        header = next(auth.auth_flow(httpx.Request("GET", "http://localhost"))).headers["Authorization"]
        self._secrets = tuple(text.encode() for text in (password, header.removeprefix("Basic ")) if text)
        return auth

    def _read(self, answer: httpx.Response, shown: str) -> Answer:
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > BODY_LIMIT:
                raise StateError(
                    f"the answer to {shown} is larger than {BODY_LIMIT // 2**20} MB",
                    hint="Nothing of it was used. Is something other than a state server answering there?",
                )
        return Answer(
            shown,
            answer.status_code,
            body=bytes(body) if answer.is_success else self._scrubbed(bytes(body)),
            content_type=answer.headers.get("Content-Type", "").lower(),
            digest=answer.headers.get("Content-MD5", ""),
            location=self._scrubbed(answer.headers.get("Location", "").encode()).decode(),
            wait=_seconds(answer.headers.get("Retry-After", "")),
        )

    def _scrubbed(self, data: bytes) -> bytes:
        for secret in self._secrets:
            data = data.replace(secret, _REDACTED)
        return data


def backoff(first: float, longest: float) -> Iterator[float]:
    """Yield `first`, twice that, and so on up to `longest`, without end."""
    pause = first
    while True:
        yield min(pause, longest)
        pause *= 2


def _with_id(url: str, lock_id: str) -> str:
    """Add ?ID=, which fences a write against a lock that was broken meanwhile, to whatever query there is."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'ID': lock_id})}"


def _seconds(retry_after: str) -> float:
    return float(retry_after) if retry_after.isdecimal() else 0.0


def _trust(server: Server) -> ssl.SSLContext | bool:
    """Return whom to trust; reading the usual CAs takes longer than a whole plan, so not for plain http."""
    if server.ca_file is None or not server.verify:
        return server.verify and server.address.startswith("https:")
    try:
        return ssl.create_default_context(cafile=str(server.ca_file))
    except (OSError, ssl.SSLError) as error:
        raise StateError(
            f"no CA certificate could be read from {server.ca_file}: {error}",
            hint="state.ca_file in dac.toml names a PEM file, relative to dac.toml or absolute.",
        ) from error


def _raise_if_hopeless(error: httpx.TransportError, url: str) -> None:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise StateError(
                f"the certificate of {urlsplit(url).netloc} is not trusted: {cause.verify_message}",
                hint="Put its CA into a file and name it as ca_file under [state] in dac.toml.",
            ) from error
        cause = cause.__cause__ or cause.__context__


def _why(error: httpx.TransportError) -> str:
    """Return why there is no answer; httpx leaves the text of some errors empty."""
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return str(error).rstrip(".") or "the connection broke off"
