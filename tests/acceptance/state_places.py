"""Where a project keeps its states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from project import Project
from state_server import PASSWORD

if TYPE_CHECKING:
    from state_server import StateServer


def kept_on(server: StateServer, project: Project) -> Project:
    """The same project, its states on a server."""
    lines = [f'{key} = "{value}"' for key, value in server.addresses().items()]
    table = "\n".join(['backend = "http"', *lines, 'username = "gitlab-ci-token"', 'password = { env = "STATE_PW" }'])
    project.edit("dac.toml", 'backend = "local"', f"{table}\nretry_max = 1\nretry_wait_min = 0")
    return Project(project.root, project.env | {"STATE_PW": PASSWORD})
