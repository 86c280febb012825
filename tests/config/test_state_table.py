"""[state]: where the states are, with every mistake in it named; a password is never written out, never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from project_files import project_problems, write

from dac.config.loading import load_project
from dac.config.settings import HttpStateSettings, TokenSource
from dac.errors import DacError
from dac.run.backends import state_backend
from dac.state.http import HttpBackend
from dac.state.local import LocalBackend

if TYPE_CHECKING:
    from pathlib import Path

HEAD = '[project]\nname = "p"\nid = "0b8f6f0e-5f0c-4d3c-9f43-0a4e2e9b3c11"\n[state]\nbackend = "http"\n'
PLACE = "https://gitlab.example.com/api/v4/projects/42/terraform/state/{console}-{stack}"
ADDRESSES = f'address = "{PLACE}"\nlock_address = "{PLACE}/lock"\n'
SECRET = "glpat-PLANTED"


def test_a_server_as_gitlab_wants_it(tmp_path: Path) -> None:
    text = (
        f"{HEAD}{ADDRESSES}"
        'lock_method = "POST"\nunlock_method = "DELETE"\nusername = "gitlab-ci-token"\n'
        'password = { env = "CI_JOB_TOKEN" }\nca_file = "ca.pem"\nretry_wait_min = 5\n'
    )
    write(tmp_path, {"dac.toml": text})
    project = load_project(tmp_path)
    assert project.state.http == HttpStateSettings(
        address=PLACE,
        lock_address=f"{PLACE}/lock",
        unlock_address=f"{PLACE}/lock",
        lock_method="POST",
        unlock_method="DELETE",
        username="gitlab-ci-token",
        password=TokenSource(env="CI_JOB_TOKEN"),
        ca_file=tmp_path.resolve() / "ca.pem",
        retry_wait_min=5,
    )
    backend = state_backend(project, {})
    assert isinstance(backend, HttpBackend)
    assert backend.where("cloud", "prod") == PLACE.format(console="prod", stack="cloud")


def test_without_a_server_states_are_files(tmp_path: Path) -> None:
    write(tmp_path, {"dac.toml": HEAD.replace("http", "local")})
    assert isinstance(state_backend(load_project(tmp_path), {}), LocalBackend)


def test_the_password_is_read_when_it_is_first_needed(tmp_path: Path) -> None:
    text = f'{HEAD}{ADDRESSES}username = {{ env = "U" }}\npassword = {{ env = "P" }}\n'
    write(tmp_path, {"dac.toml": text.replace("https://gitlab.example.com", "http://127.0.0.1:1")})
    backend = state_backend(load_project(tmp_path), {"U": "me"})
    with pytest.raises(DacError, match="P is not set; it holds the password of the state server") as caught:
        backend.read("cloud", "prod")
    assert caught.value.hint == "set P, or change password under [state] in dac.toml"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["4: state.address is missing: the http back end needs it", "4: state.lock_address is missing"]),
        (f'address = "{PLACE}"\n', ["4: state.lock_address is missing: the http back end needs it"]),
        (ADDRESSES.replace("{stack}", "x"), ["6: ", "7: "]),
        (ADDRESSES.replace("{console}-", "{tenant}-"), ["6: ", "7: "]),
        (f'{ADDRESSES}unlock_address = "{PLACE}/{{x}}"\n', ["8: "]),
        (ADDRESSES.replace("https://", "http://"), ["6: ", "7: "]),
        (ADDRESSES.replace("https://", "https://me:x@"), ["6: ", "7: "]),
        (ADDRESSES.replace("https://gitlab", "ftp://gitlab"), ["6: ", "7: "]),
        (f'{ADDRESSES}username = "me"\n', ["4: state.password is missing: there is only the other of the two"]),
        (f'{ADDRESSES}password = {{ env = "P" }}\n', ["4: state.username is missing"]),
        (
            f'{ADDRESSES}username = "me"\npassword = {{ env = "P", file = "f" }}\n',
            ["9: a password comes from exactly one of env, file and command, and none of them may be empty"],
        ),
        (f"{ADDRESSES}retry_max = -1\n", ["8: "]),
        (f'{ADDRESSES}ca_file = "a"\ntls_verify = false\n', ["9: ca_file has no effect while tls_verify = false"]),
    ],
)
def test_a_mistake_has_its_line(tmp_path: Path, text: str, problems: list[str]) -> None:
    found = project_problems(tmp_path, HEAD + text)
    assert len(found) == len(problems), found
    for one, expected in zip(found, problems, strict=True):
        assert one.startswith(f"dac.toml:{expected}")


def test_the_addresses_of_a_server_are_refused_beside_a_local_back_end(tmp_path: Path) -> None:
    found = project_problems(tmp_path, HEAD.replace('"http"', '"local"') + ADDRESSES)
    assert found == [
        'dac.toml:6: address has no effect while backend is "local"',
        'dac.toml:7: lock_address has no effect while backend is "local"',
    ]


def test_a_password_that_is_written_out_is_refused_and_never_shown(tmp_path: Path) -> None:
    found = project_problems(tmp_path, f'{HEAD}{ADDRESSES}username = "me"\npassword = "{SECRET}"\n')
    assert found == [
        "dac.toml:9: the password of the state server is written into dac.toml, where everybody can read it"
    ]
