"""The one client of a run. Reads are retried, writes never; whatever is wrong comes out as a `ConsoleError`."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import httpx

from dac import __version__
from dac.errors import AmbiguousAnswer, BadContent, ConsoleError, Unreachable
from dac.qradar import versions
from dac.qradar.answers import Answer, parsed, refusal
from dac.qradar.paging import Page, Rows, read_pages, total_of
from dac.qradar.secret import Secret
from dac.qradar.trail import Trail
from dac.qradar.transport import BODY_LIMIT, layered
from dac.qradar.urls import console_url, unreachable_hint

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from dac.model.capabilities import Capabilities

PAGE = 10_000
_CONNECTIONS = 4
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection, for the answer to a read, and for the answer to a write."""

    connect: float = 10.0
    read: float = 60.0
    write: float = 300.0


DEFAULT_TIMEOUTS = Timeouts()


class Client:
    """Speaks to one console. Thread-safe; at most four requests are on the wire at once, whoever asks.

    `token` is called at the first request and never before. Call `connect` before anything else.
    """

    def __init__(
        self,
        base_url: str,
        token: Callable[[], str],
        *,
        verify: ssl.SSLContext | bool = True,
        api_version: tuple[int, int] | None = None,
        page: int = PAGE,
        timeout: Timeouts = DEFAULT_TIMEOUTS,
        proxy: str | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url = console_url(base_url)
        self.sleep = sleep
        self.clock = clock
        self.trail = Trail()
        self._page = page
        self._timeout = timeout
        self._pinned = api_version
        self._secret = Secret(token)
        self._capabilities: Capabilities | None = None
        wire = transport or httpx.HTTPTransport(
            verify=verify if self.url.startswith("https:") else False,  # no certificates to load for loopback
            limits=httpx.Limits(max_connections=_CONNECTIONS),
            proxy=proxy,
        )
        self._http = httpx.Client(
            base_url=f"{self.url}/api",
            transport=layered(wire, self._secret, sleep),
            follow_redirects=False,
            trust_env=False,  # no ~/.netrc: credentials come from dac.toml alone
            headers={"Accept": "application/json", "User-Agent": f"dac/{__version__}"},
        )

    def __repr__(self) -> str:
        return f"Client({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    @property
    def capabilities(self) -> Capabilities:
        """What the console can do; known after `connect`."""
        if self._capabilities is None:
            raise RuntimeError("Client.connect() has not been called")
        return self._capabilities

    def connect(self) -> Capabilities:
        """Agree on an API version (GET /help/versions), learn the build (GET /system/about), and remember both."""
        offered = self.get(versions.VERSIONS, fields=versions.VERSION_FIELDS)
        version = versions.choose(offered, self.url, pinned=self._pinned)
        self._http.headers["Version"] = versions.text(version)
        self._capabilities = versions.capabilities(version, self.get(versions.ABOUT))
        return self._capabilities

    def get(self, path: str, *, fields: str | None = None, params: Mapping[str, str] | None = None) -> Any:
        """GET one thing: the parsed body."""
        answer = self._send("GET", path, params=_with_fields(params, fields))
        return self._parsed(answer, f"GET {path}")

    def list(
        self,
        path: str,
        *,
        fields: str | None = None,
        filter: str | None = None,  # noqa: A002 - QRadar's own word for it
        params: Mapping[str, str] | None = None,
    ) -> Rows:
        """GET a whole list, in pages. BadContent when it is no list of objects, or changes while it is read."""
        query = _with_fields(params, fields)
        if filter is not None:
            query["filter"] = filter
        return read_pages(lambda first, last: self._one_page(path, query, first, last), self._page, f"GET {path}")

    def post(
        self,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        content_type: str | None = None,
        fields: str | None = None,
        asks: bool = False,
    ) -> Answer:
        """POST a JSON body, raw bytes, or nothing. `fields` travels as a header when there is a body, else as query.

        `asks` is for a POST that changes nothing: it waits no longer than a read, is not tried again either, and
        leaves no trail.
        """
        bare = json is None and content is None
        headers = {"fields": fields} if fields and not bare else {}
        if content_type:
            headers["Content-Type"] = content_type
        query = _with_fields(params, fields if bare else None)
        return self._write("POST", path, params=query, json=json, content=content, headers=headers, asks=asks)

    def patch(self, path: str, *, json: Any) -> Answer:
        """PATCH with a JSON body."""
        return self._write("PATCH", path, json=json)

    def delete(self, path: str) -> Answer:
        """DELETE. Most of QRadar's deletes answer 202 with a task: see `dac.qradar.tasks`."""
        return self._write("DELETE", path)

    def download(self, path: str, *, accept: str, limit: int) -> bytes:
        """GET a file of at most `limit` bytes; BadContent when it is longer."""
        return self._send("GET", path, headers={"Accept": accept}, extensions={"limit": limit}).content

    def _one_page(self, path: str, query: dict[str, str], first: int, last: int) -> Page:
        answer = self._send("GET", path, params=query, headers={"Range": f"items={first}-{last}"})
        rows = self._parsed(answer, f"GET {path}")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise BadContent(
                f"The answer to GET {path} is not a list of objects",
                hint="Is something other than QRadar answering at this URL?",
                request=f"GET {path}",
            )
        return Page(rows, total_of(answer.headers.get("Content-Range", "")))

    def _write(self, method: str, path: str, **options: Any) -> Answer:
        answer = self._send(method, path, **options) if options.get("asks") else self._tracked(method, path, **options)
        is_json = "json" in answer.headers.get("Content-Type", "json")
        body = self._parsed(answer, f"{method} {path}") if is_json else None
        return Answer(answer.status_code, body, dict(answer.headers))

    def _tracked(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request that may change something, and leave a trail of it however it ends."""
        try:
            answer = self._send(method, path, **options)
        except ConsoleError as error:
            self.trail.failed(method, path, error)
            raise
        self.trail.done(method, path, answer.status_code)
        return answer

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request; return its 2xx answer or raise."""
        request = f"{method} {path}"
        asks = options.pop("asks", method == "GET")
        wait = self._timeout.read if asks else self._timeout.write
        options["timeout"] = httpx.Timeout(wait, connect=self._timeout.connect, pool=None)
        options["extensions"] = {"limit": BODY_LIMIT, **options.get("extensions", {})}
        try:
            answer = self._http.request(method, path, **options)
        except httpx.DecodingError as error:
            raise BadContent(f"The answer to {request} is not validly compressed", request=request) from error
        except httpx.HTTPError as error:
            raise self._no_answer(error, request) from error
        if not answer.is_success:
            content = self._secret.scrub(answer.text).encode()
            location = self._secret.scrub(answer.headers.get("Location", ""))
            raise refusal(answer.status_code, content, request, location=location)
        return answer

    def _parsed(self, answer: httpx.Response, request: str) -> Any:
        content = self._secret.cleanse(answer.content)
        with suppress(BadContent):
            return parsed(content, request)
        return parsed(self._secret.scrub(answer.text).encode(), request)  # its message shows how the body begins

    def _no_answer(self, error: httpx.HTTPError, request: str) -> ConsoleError:
        reason = self._secret.scrub(str(error)) or type(error).__name__
        if request.startswith("GET ") or isinstance(error, _UNSENT):
            return Unreachable(
                f"No answer from {self.url}: {reason}",
                hint=unreachable_hint(error, self.url),
                request=request,
            )
        return AmbiguousAnswer(
            f"{request} was sent to {self.url}, and no answer came back: {reason}",
            detail="The console may or may not have done it.",
            hint="Run plan: it looks at the console and shows what is missing.",
            request=request,
        )


def _with_fields(params: Mapping[str, str] | None, fields: str | None) -> dict[str, str]:
    return {**(params or {}), **({"fields": fields} if fields else {})}
