"""`python -m dac` as a process of its own, without the half second it takes Python to import it.

One process a test session imports dac, computes what follows from the code alone (tables, validators, the commands'
options), and then does nothing but fork. For the rest, what a command runs in is as new as a process that was started:
own pid, own signals, folder, environment and descriptors. Imports themselves, `serve` and whatever is killed are tested
with processes that are really started.
"""

from __future__ import annotations

import atexit
import functools
import gc
import inspect
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

READY = b"ready"
ANSWER = 16
LATE = ("deepdiff", "filelock", "httpcore", "pydantic.type_adapter", "tomlkit")
"""What dac, or a library of its own, imports only where it is used."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command answered. `code` is negative when a signal ended it."""

    code: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        return self.stdout + self.stderr

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


def dac(words: Sequence[str], *, folder: Path, env: Mapping[str, str], seconds: float = 60) -> Ran:
    """Run `dac WORDS` in a folder with exactly this environment and an empty standard input, until it ends."""
    mother = _mother()
    mother.channel.settimeout(seconds)
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        asked.write(json.dumps({"words": list(words), "folder": str(folder), "env": dict(env)}).encode())
        asked.seek(0)
        socket.send_fds(mother.channel, [b"?"], [asked.fileno(), out.fileno(), err.fileno()])
        try:
            code = int(mother.channel.recv(ANSWER))
        except TimeoutError:
            mother.end()
            _mother.cache_clear()
            raise AssertionError(f"dac {' '.join(words)} has not ended after {seconds:g} s") from None
        return Ran(code, _text(out), _text(err))


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


@dataclass(frozen=True, slots=True)
class Mother:
    """The process that forks, and how to talk to it."""

    channel: socket.socket
    process: subprocess.Popen[bytes]

    def end(self) -> None:
        """End it, and a command that hangs with it. Ending twice does nothing."""
        if self.process.returncode is None:
            self.channel.close()
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@functools.cache
def _mother() -> Mother:
    """Start what forks, and wait until it has imported everything."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, __file__, str(theirs.fileno())]
    mother = Mother(ours, subprocess.Popen(command, pass_fds=[theirs.fileno()], start_new_session=True))
    theirs.close()
    atexit.register(mother.end)
    assert ours.recv(ANSWER) == READY
    return mother


def _fork_on_request(channel: socket.socket) -> None:
    """Return in each child, ready to be dac; the mother itself ends when nobody is left to ask."""
    channel.send(READY)
    while True:
        question, descriptors, _, _ = socket.recv_fds(channel, 1, 3)
        if not question:
            sys.exit()
        child = os.fork()
        if child == 0:
            channel.close()
            _become(*descriptors)
            return
        for descriptor in descriptors:
            os.close(descriptor)
        _, status = os.waitpid(child, 0)
        channel.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(asked: int, out: int, err: int) -> None:
    with open(asked, "rb") as file, open(os.devnull, "rb") as nothing:  # noqa: PTH123  # a descriptor is wanted
        become(json.load(file), nothing.fileno(), out, err)
    os.close(out)
    os.close(err)


def become(request: Mapping[str, Any], *descriptors: int) -> None:
    """Make this process what `python -m dac` would have begun as; `descriptors` are what to take as 0, 1 and 2."""
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    sys.path[0] = ""
    sys.argv = ["dac", *request["words"]]


def run() -> int:
    """Be dac, and return what Python would exit with."""
    try:
        runpy.run_module("dac", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  # what Python does with what nobody catches
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def leave(code: int, tell: Callable[[int], object] = int) -> NoReturn:
    """End as Python does, without taking hundreds of modules apart; `tell` hears the code when all is written."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            stream.flush()
    tell(code)
    os._exit(code)


def prepare() -> None:
    """Import everything, and compute what is the same for every command."""
    import typer.main

    found = pkgutil.walk_packages(import_module("dac").__path__, "dac.")
    modules = [import_module(module.name) for module in found if not module.name.endswith("__main__")]
    for name in LATE:
        import_module(name)
    for module in modules:
        for value in list(vars(module).values()):
            if getattr(value, "__module__", "") == module.__name__:
                _compute(value)
    app: Any = import_module("dac.cli.app")
    app.application, typer.main.get_command = functools.cache(app.application), functools.cache(typer.main.get_command)
    for words in ((), *((word,) for word in app.COMMANDS)):
        _read_options(typer.main.get_command(app.application(*words)))
    gc.collect()
    gc.freeze()  # what never changes stays shared with the children


def _compute(value: Any) -> None:
    """Fill a cache that depends on nothing, build validators that wait for their first use."""
    from pydantic import BaseModel

    if isinstance(value, functools._lru_cache_wrapper) and not inspect.signature(value).parameters:
        value()
    elif isinstance(value, type) and issubclass(value, BaseModel):
        value.model_rebuild()


def _read_options(command: Any) -> None:
    """Let typer make of every option what it would at its first use."""
    for option in command.params:
        if hasattr(option, "get_runtime_param"):
            option.get_runtime_param()
    for inner in getattr(command, "commands", {}).values():
        _read_options(inner)


if __name__ == "__main__":
    prepare()
    _fork_on_request(socket.socket(fileno=int(sys.argv[1])))
    leave(run())
