"""GitLab's registry of generic packages, as far as the examples need it: files that are put there and got again."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from typing import Self

from local_server import LocalServer


class PackageRegistry(LocalServer):
    """A server in a thread of its own that knows one job token. `files`: what was put there, by the path of its URL."""

    def __init__(self, token: str) -> None:
        self.files: dict[str, bytes] = {}
        self.ails = 0  # the status that every request gets, if any
        self._token = token
        super().__init__(self._handler())

    @property
    def url(self) -> str:
        """What is CI_API_V4_URL to a job."""
        return f"{super().url}/api/v4"

    def answer(self, verb: str, path: str, token: str | None, body: bytes) -> tuple[int, bytes]:
        """Return status and body, as GitLab does. A file that is put twice is got as it was the last time."""
        if self.ails or token != self._token:
            return self.ails or 401, b'{"message":"401 Unauthorized"}'
        if verb == "PUT":
            self.files[path] = body
            return 201, b'{"message":"201 Created"}'
        return (200, self.files[path]) if path in self.files else (404, b'{"message":"404 Not Found"}')

    def _handler(server: Self) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, body = server.answer(self.command, self.path, self.headers.get("JOB-TOKEN"), sent)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = handle_any  # noqa: N815 - the library's names

            def log_message(self, *_: object) -> None:
                pass

        return Handler
