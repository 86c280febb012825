"""`dac emulator serve` and `dac emulator reset`."""

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

app = typer.Typer(help="The embedded QRadar.", no_args_is_help=True, rich_markup_mode=None)

Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", help="Port to listen on; 0 takes a free one.")]


@app.command("serve")
@bordered
def serve(console: options.ConsoleName = None, host: Host = "127.0.0.1", port: Port = 8443) -> None:
    """Serve the emulator of a console on a port, for curl, other clients and a second terminal."""
    from dac.emulator.server import Emulator
    from dac.views.human.banner import emulator_text

    path = _database(console)
    emulator = Emulator(path, host=host, port=port)
    try:
        emulator.start()
    except OSError as error:
        hint = "choose another --port, or 0 for a free one"
        raise DacError(f"cannot listen on {host}:{port}: {error.strerror or error}", hint=hint) from error
    try:
        token = f"{emulator.token} (header SEC)"
        say(emulator_text(emulator.url, database=str(path), token=token, palette=palette(sys.stdout)))
        with graceful_stop() as stopping:
            pause = threading.Event()
            while not stopping():
                pause.wait(0.2)
    finally:
        emulator.stop()


@app.command("reset")
@bordered
def reset(console: options.ConsoleName = None) -> None:
    """Make the emulator of a console new: stock content only. The states are left as they are."""
    from dac.emulator.server import reset as recreate

    path = _database(console)
    recreate(path)
    say(f"The emulator in {path} is new.\nStates of it are not: apply with --accept-console binds them again.\n")


def _database(console: str | None) -> Path:
    from dac.run.scope import choose_console

    _, settings = choose_console(options.request(None, console, None), writes=False)
    if settings.emulator is None:
        raise DacError(f"console {settings.name} is {settings.url}, not an emulator", hint="name one with --console")
    return settings.emulator
