"""A `dac` for shells: what the commands in scripts and pages call, without the second it takes to start and import it.

The program itself is small. It hands its words, folder, environment and descriptors over to a process that has imported
dac and forks for each caller, see forked_dac. What serves is really started: it is ended by a signal to its process.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from forked_dac import become, leave, prepare, run

PROGRAM = """\
#!{python} -IS
import json, os, socket, sys
if sys.argv[1:3] == ["emulator", "serve"]:
    os.execv({python!r}, [{python!r}, "-m", "dac", *sys.argv[1:]])
with socket.socket(socket.AF_UNIX) as door:
    door.connect({door!r})
    socket.send_fds(door, [b"?"], [0, 1, 2])
    request = {{"words": sys.argv[1:], "folder": os.getcwd(), "env": dict(os.environ)}}
    door.sendall(json.dumps(request).encode())
    door.shutdown(socket.SHUT_WR)
    sys.exit(int(door.recv(4) or b"137"))
"""


@functools.cache
def dac_folder() -> Path:
    """Return a folder for PATH that holds `dac` and nothing else. It goes when this process ends."""
    folder = tempfile.TemporaryDirectory(prefix="dac-")
    place, path = Path(folder.name) / "door", Path(folder.name) / "bin"
    path.mkdir()
    (path / "dac").write_text(PROGRAM.format(python=sys.executable, door=str(place)))
    (path / "dac").chmod(0o755)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(place))
        door.listen()
        command = [sys.executable, __file__, str(door.fileno())]
        mother = subprocess.Popen(command, pass_fds=[door.fileno()], start_new_session=True)
    atexit.register(folder.cleanup)
    atexit.register(mother.wait)
    atexit.register(os.killpg, mother.pid, signal.SIGKILL)
    return path


def _answer(door: socket.socket) -> socket.socket:
    """Return in each child, ready to be dac for who is called back at the end."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: whoever asked hears from the child itself
    while True:
        caller, _ = door.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            door.close()
            _, descriptors, _, _ = socket.recv_fds(caller, 1, 3)
            with caller.makefile("rb") as asked:
                become(json.load(asked), *descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
            return caller
        caller.close()


if __name__ == "__main__":
    prepare()
    caller = _answer(socket.socket(fileno=int(sys.argv[1])))
    leave(run(), lambda code: caller.sendall(str(code).encode()))
