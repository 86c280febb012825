"""A token goes where the pipeline's own variable says, whatever a merge request wrote into dac.toml."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from dac.config.origins import check_origin
from dac.config.settings import ConsoleSettings, TokenSource
from dac.config.tokens import read_token
from dac.errors import DacError

if TYPE_CHECKING:
    from pathlib import Path

LISTED = "https://qradar.example.com, https://dev.example.com:8443"


@pytest.mark.parametrize(
    "url",
    [
        "https://qradar.example.com",
        "https://qradar.example.com:443",
        "https://QRadar.Example.com./",
        "https://dev.example.com:8443/some/path",
    ],
)
def test_a_listed_origin_gets_the_token(url: str) -> None:
    check_origin(url, "the token", {"DAC_TOKEN_ORIGINS": LISTED})


@pytest.mark.parametrize(
    "url",
    [
        "https://qradar.example.com.evil.net",
        "https://evil.net/https://qradar.example.com",
        "https://qradar.example.com@evil.net",
        "https://qradar.example.com:8443",
        "https://dev.example.com",
        "http://qradar.example.com",
        "https://qradar.example.co",
        "https://sub.qradar.example.com",
        "https://qradar.example.com:99999",
    ],
)
def test_no_other_origin_does_and_the_variable_is_named(url: str) -> None:
    with pytest.raises(DacError, match="DAC_TOKEN_ORIGINS does not list it"):
        check_origin(url, "the token", {"DAC_TOKEN_ORIGINS": LISTED})


def test_without_the_variable_any_url_will_do_and_empty_lists_none() -> None:
    check_origin("https://anywhere.example.net", "the token", {})
    with pytest.raises(DacError) as caught:
        check_origin("https://anywhere.example.net", "the token", {"DAC_TOKEN_ORIGINS": ""})
    assert "It lists nothing." in caught.value.detail


@pytest.mark.parametrize(
    "listed", ["qradar.example.com", "https://", "https://a.example/api", "*", "https://u@a.example"]
)
def test_what_is_no_origin_allows_nothing(listed: str) -> None:
    with pytest.raises(DacError, match="which is no origin"):
        check_origin("https://qradar.example.com", "the token", {"DAC_TOKEN_ORIGINS": f"{LISTED} {listed}"})


def test_the_token_is_not_even_read_for_another_origin(tmp_path: Path) -> None:
    console = ConsoleSettings("prod", "https://evil.net", TokenSource(file=tmp_path / "not-there"))
    with pytest.raises(DacError, match=r"is not sent to https://evil\.net:443"):
        read_token(console, {"DAC_TOKEN_ORIGINS": LISTED}, folder=tmp_path)


@pytest.mark.parametrize(
    ("env", "runs"),
    [
        ({}, True),
        ({"CI": ""}, True),
        ({"CI": "false"}, True),
        ({"CI": "true"}, False),
        ({"CI": "1", "DAC_ALLOW_TOKEN_COMMAND": "0"}, False),
        ({"CI": "true", "DAC_ALLOW_TOKEN_COMMAND": "1"}, True),
    ],
)
def test_a_token_command_is_not_run_in_a_pipeline_unless_allowed(
    tmp_path: Path, env: dict[str, str], *, runs: bool
) -> None:
    ran = tmp_path / "ran"
    code = f"open({str(ran)!r}, 'w'); print('token-of-a-command')"
    console = ConsoleSettings("prod", "https://qradar.example.com", TokenSource(command=(sys.executable, "-c", code)))
    if runs:
        assert read_token(console, env, folder=tmp_path) is not None
    else:
        with pytest.raises(DacError, match="CI is set"):
            read_token(console, env, folder=tmp_path)
    assert ran.exists() is runs
