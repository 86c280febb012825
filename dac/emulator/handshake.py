"""TLS for cheroot, which shakes hands on the thread that accepts connections: nobody may take long about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cheroot.ssl.builtin import BuiltinSSLAdapter

if TYPE_CHECKING:
    import socket

HANDSHAKE_SECONDS = 2.0


class Adapter(BuiltinSSLAdapter):
    """Gives a client HANDSHAKE_SECONDS to say hello; afterwards the connection has the time it had."""

    def wrap(self, sock: socket.socket) -> tuple[Any, dict[str, Any]]:
        allowed = sock.gettimeout()
        sock.settimeout(HANDSHAKE_SECONDS)
        wrapped, environ = super().wrap(sock)  # type: ignore[no-untyped-call]  # cheroot ships no types for it
        wrapped.settimeout(allowed)
        return wrapped, environ
