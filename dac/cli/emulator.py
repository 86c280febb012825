"""`dac emulator`: serve it, make it new, say what it answers."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.border import bordered, palette, say
from dac.cli.interrupts import graceful_stop
from dac.errors import DacError

if TYPE_CHECKING:
    from pathlib import Path

    from dac.config.settings import ConsoleSettings
    from dac.emulator.certificate import TlsFiles
    from dac.emulator.server import Emulator
    from dac.emulator.settings import Settings

app = typer.Typer(name="emulator", help="The embedded QRadar.", no_args_is_help=True, rich_markup_mode=None)

Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0 takes a free one.")]
Tls = Annotated[bool, typer.Option("--tls", help="Serve HTTPS with a self-signed certificate, as a new console does.")]
Certificate = Annotated[
    str | None, typer.Option("--certificate", metavar="FILE", help="With --tls: a certificate of your own, PEM.")
]
Key = Annotated[str | None, typer.Option("--key", metavar="FILE", help="The private key of --certificate, PEM.")]
ApiVersion = Annotated[
    str | None, typer.Option("--api-version", metavar="VERSION", help="The newest API it answers to, such as 22.0.")
]
Latency = Annotated[int, typer.Option("--latency", metavar="MS", min=0, help="Milliseconds that every answer waits.")]
Capabilities = Annotated[
    str | None,
    typer.Option("--capabilities", metavar="LIST", help="All that its token may do, such as RULES,REFERENCE_DATA."),
]
Switches = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Change a setting of the console, which it keeps."),
]


@app.command("serve")
@bordered
def serve(
    console: options.ConsoleName = None,
    host: Host = "127.0.0.1",
    port: Port = 8443,
    tls: Tls = False,
    certificate: Certificate = None,
    key: Key = None,
    api_version: ApiVersion = None,
    latency: Latency = 0,
    capabilities: Capabilities = None,
    switches: Switches = None,
) -> None:
    """Serve the emulator of a console on a port, for curl, other clients and a second terminal."""
    from dac.emulator.server import Emulator

    path = _database(_chosen(console))
    files = _tls_files(path, tls, certificate, key)
    emulator = Emulator(
        path,
        host=host,
        port=port,
        settings=_settings(path, api_version, switches or []),
        capabilities=_capabilities(capabilities),
        tls=files,
        latency=latency / 1000,
    )
    try:
        emulator.start()
    except OSError as error:
        hint = "choose another --port, or 0 for a free one"
        raise DacError(f"cannot listen on {host}:{port}: {error.strerror or error}", hint=hint) from error
    _serve(emulator, path, files)


@app.command("reset")
@bordered
def reset(console: options.ConsoleName = None) -> None:
    """Make the emulator of a console new: stock content only. The states are left as they are."""
    from dac.emulator.server import reset as recreate
    from dac.model.plan import ConsoleRef
    from dac.views.human.words import console_line

    settings = _chosen(console, writes=True)
    path = _database(settings)
    say(console_line(ConsoleRef(settings.name, settings.url)) + "\n\n")
    recreate(path)
    say(f"The emulator in {path} is new.\nStates of it are not: apply with --accept-console binds them again.\n")


@app.command("endpoints")
@bordered
def endpoints() -> None:
    """List what the emulator answers: method, path, the API that brought it, and where IBM deprecated it."""
    from dac.emulator.served import served

    rows = served()
    width = max(len(row.path) for row in rows)
    for row in rows:
        since = f"since {row.since}" if row.since else ""
        deprecated = f"deprecated since {row.deprecated_since}" if row.deprecated_since else ""
        notes = ", ".join(filter(None, (since, deprecated)))
        say(f"{row.method:<7}{row.path:<{width}}  {notes}".rstrip() + "\n")


def _serve(emulator: Emulator, path: Path, files: TlsFiles | None) -> None:
    from dac.views.human.banner import emulator_text

    try:
        token = f"{emulator.token} (header SEC)"
        say(emulator_text(emulator.url, database=str(path), token=token, palette=palette(sys.stdout)))
        if files is not None:
            say(f"Its certificate is {files.certificate}\n")
        with graceful_stop() as stopping:
            pause = threading.Event()
            while not stopping():
                pause.wait(0.2)
    finally:
        emulator.stop()


def _settings(path: Path, api_version: str | None, switches: list[str]) -> Settings | None:
    """What the console is to keep from now on; None when it stays as it is."""
    from dac.emulator.switches import kept_settings, switched

    assignments = dict(_assignment(text) for text in switches)
    if api_version is not None:
        assignments["api_version"] = api_version if "." in api_version else f"{api_version}.0"
    return switched(kept_settings(path), assignments) if assignments else None


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise DacError(f"--set {text}: a name and a value are wanted", hint="write --set name=value")
    return name, value


def _capabilities(text: str | None) -> frozenset[str]:
    from dac.emulator.callers import CAPABILITIES

    if text is None:
        return CAPABILITIES
    wanted = frozenset(name.strip().upper() for name in text.split(",") if name.strip())
    if wanted - CAPABILITIES:
        unknown = ", ".join(sorted(wanted - CAPABILITIES))
        raise DacError(f"there is no capability {unknown}", hint=f"there are {', '.join(sorted(CAPABILITIES))}")
    return wanted


def _tls_files(database: Path, tls: bool, certificate: str | None, key: str | None) -> TlsFiles | None:
    from pathlib import Path

    from dac.emulator.certificate import TlsFiles, factory_certificate

    if (certificate is None) != (key is None):
        raise DacError("--certificate and --key go together", hint="name both files, or none of them")
    if certificate is not None and key is not None:
        missing = [name for name in (certificate, key) if not Path(name).is_file()]
        if missing:
            raise DacError(f"there is no file {missing[0]}", hint="--certificate and --key name PEM files")
        return TlsFiles(Path(certificate), Path(key))
    return factory_certificate(database) if tls else None


def _chosen(console: str | None, *, writes: bool = False) -> ConsoleSettings:
    from dac.run.scope import choose_console

    return choose_console(options.request(None, console, None), writes=writes)[1]


def _database(settings: ConsoleSettings) -> Path:
    if settings.emulator is None:
        raise DacError(f"console {settings.name} is {settings.url}, not an emulator", hint="name one with --console")
    return settings.emulator
