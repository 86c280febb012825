"""cheroot, taught to hang up: a connection that ends without an answer is a fault a client has to survive."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING, Any

from cheroot import wsgi
from cheroot.server import HTTPConnection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dac.emulator.certificate import TlsFiles

HANG_UP = "emulator.hang_up"
"""environ key: set by the application to a true value, no byte of its answer is sent."""

THREADS = 8
EXPIRATION_SECONDS = 0.02


class HangUpGateway(wsgi.Gateway_10):
    """Sends what the application answers, unless it asked to hang up."""

    def respond(self) -> None:
        response: Iterable[bytes] = self.req.server.wsgi_app(self.env, self.start_response)
        if self.env.get(HANG_UP):
            self._hang_up()
            return
        for chunk in response:
            if chunk:
                self.write(chunk)
        self.req.ensure_headers_sent()

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self.req.conn.socket.shutdown(socket.SHUT_RDWR)
        self.req.close_connection = True
        self.req.ready = False  # cheroot would send headers otherwise
        self.req.chunked_write = False


class Connection(HTTPConnection):
    """Knows whether it has been waited for."""

    awaited = False


class Server(wsgi.Server):
    """Does not leave a socket open when its port is taken, and gives no thread to a client that says nothing."""

    ConnectionClass = Connection

    def process_conn(self, conn: Connection) -> None:
        """A new connection waits among the idle ones until there is something to read."""
        if conn.awaited:
            super().process_conn(conn)
        else:
            conn.awaited = True
            self._connections.put(conn)  # type: ignore[attr-defined]  # the stubs of cheroot leave it out

    @staticmethod
    def bind_socket(socket_: socket.socket, bind_addr: tuple[str, int]) -> socket.socket:
        try:
            socket_.bind(bind_addr)
        except OSError:
            socket_.close()
            raise
        return socket_


def make_server(host: str, port: int, application: Callable[..., Any], tls: TlsFiles | None = None) -> Server:
    """A server that is bound but not yet serving; `bind_addr` then holds the port it got."""
    server = Server((host, port), application, numthreads=THREADS, request_queue_size=128, timeout=60)
    server.gateway = HangUpGateway
    if tls is not None:
        from dac.emulator.handshake import Adapter  # loads ssl, which a console without TLS does not need

        server.ssl_adapter = Adapter(str(tls.certificate), str(tls.key))
    server.error_log = _silent  # type: ignore[method-assign]  # cheroot documents it as replaceable
    server.shutdown_timeout = 1
    server.expiration_interval = EXPIRATION_SECONDS
    server.prepare()
    return server


def _silent(msg: str = "", level: int = 20, traceback: bool = False) -> None:
    """Clients that disappear are what the emulator is for; they are no news."""
