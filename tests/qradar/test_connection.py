from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from dac.errors import ConsoleError, Unauthorized, Unreachable
from dac.qradar.connection import open_client, proxy_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from carrier_bench import Bench


class Answering(BaseHTTPRequestHandler):
    """A console of one version."""

    def do_GET(self) -> None:
        body = [{"version": "26.0"}] if "versions" in self.path else {"build_version": "tls"}
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost, as a console comes from the factory with one."""
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the certificate, and is not here")
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run(
        [*command.split(), "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True
    )
    return folder / "cert.pem"


@pytest.fixture
def tls_url(certificate: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_console_with_a_certificate_of_its_own_is_refused_with_the_way_out(tls_url: str) -> None:
    with pytest.raises(Unreachable, match="certificate") as caught:
        open_client(tls_url, lambda: "t")
    assert "ca_file" in caught.value.hint


def test_a_pinned_ca_is_trusted(tls_url: str, certificate: Path) -> None:
    with open_client(tls_url, lambda: "t", ca_file=certificate) as client:
        assert client.capabilities.build == "tls"


def test_trusting_anybody_has_to_be_asked_for(tls_url: str) -> None:
    with open_client(tls_url, lambda: "t", verify=False) as client:
        assert client.capabilities.api_version == (26, 0)


@pytest.mark.parametrize("content", [None, "", "not a certificate"])
def test_a_ca_file_without_a_ca_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConsoleError, match=r"ca\.pem"):
        open_client("https://qradar.example.com", lambda: "t", ca_file=path)


def test_a_console_that_says_no_is_not_left_open(bench: Bench) -> None:
    with pytest.raises(Unauthorized, match="HTTP 401"):
        open_client(bench.emulator.url, lambda: "wrong")


def test_nobody_home_is_unreachable_with_a_hint() -> None:
    with pytest.raises(Unreachable) as caught:
        open_client("http://127.0.0.1:9", lambda: "t", sleep=lambda _: None)
    assert "Nothing listens at http://127.0.0.1:9" in caught.value.hint


def test_proxies_are_honoured_but_never_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "inside.example")
    assert proxy_for("https://qradar.example.com") == "http://proxy.example:3128"
    assert proxy_for("https://inside.example") is None
    assert proxy_for("http://127.0.0.1:8080") is None
    assert proxy_for("http://localhost:8080") is None
