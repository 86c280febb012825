"""Where the states of a project are: the one place that chooses a back end."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dac.config.origins import check_origin
from dac.config.settings import TokenSource
from dac.config.tokens import Purpose, read_secret
from dac.model.hosts import is_loopback
from dac.state.local import LocalBackend

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dac.config.settings import HttpStateSettings, Project
    from dac.state.backend import StateBackend

_ORIGIN = "on GitLab: a project access token, or CI_JOB_TOKEN with the user gitlab-ci-token"


def state_backend(project: Project, env: Mapping[str, str]) -> StateBackend:
    """Return the back end that [state] in dac.toml names. A password is read from `env` when it is first needed."""
    if project.state.http is None:
        return LocalBackend(project.state.path)
    from dac.state.http import HttpBackend, Server  # brings httpx along

    http = project.state.http
    server = Server(
        address=http.address,
        lock_address=http.lock_address,
        unlock_address=http.unlock_address,
        update_method=http.update_method,
        lock_method=http.lock_method,
        unlock_method=http.unlock_method,
        ca_file=http.ca_file,
        verify=http.tls_verify,
        retry_max=http.retry_max,
        retry_wait_min=http.retry_wait_min,
        proxied=not is_loopback(urlsplit(http.address).hostname or ""),
        credentials=_credentials(project, http, env),
    )
    return HttpBackend(server, project.state.path)


def _credentials(
    project: Project, http: HttpStateSettings, env: Mapping[str, str]
) -> Callable[[], tuple[str, str]] | None:
    if http.username is None or http.password is None:
        return None
    username, password = http.username, http.password

    def secret(source: TokenSource, noun: str) -> str:
        purpose = Purpose(noun, "the state server", "state", _ORIGIN, http.address)
        return read_secret(source, purpose, env, folder=project.root).value

    def read() -> tuple[str, str]:
        for url in (http.lock_address, http.unlock_address):
            if url:
                check_origin(url, "the password of the state server", env)
        user = secret(username, "username") if isinstance(username, TokenSource) else username
        return user, secret(password, "password")

    return read
