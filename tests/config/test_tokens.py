"""A token is read late, from where dac.toml says, and never shown."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from dac.config.settings import ConsoleSettings, TokenSource
from dac.config.tokens import read_token
from dac.errors import DacError

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "5a7e-secret"


def console(**source: object) -> ConsoleSettings:
    return ConsoleSettings("prod", "https://qradar.example.com", TokenSource(**source))  # type: ignore[arg-type]  # fields by name


def python(code: str) -> ConsoleSettings:
    return console(command=(sys.executable, "-c", code))


def test_a_token_comes_from_the_environment(tmp_path: Path) -> None:
    token = read_token(console(env="T"), {"T": f" {SECRET}\n"}, folder=tmp_path)
    assert token is not None
    assert token.value == SECRET
    assert token.warnings == ()


def test_a_token_is_not_in_its_repr(tmp_path: Path) -> None:
    assert SECRET not in repr(read_token(console(env="T"), {"T": SECRET}, folder=tmp_path))


def test_an_emulator_needs_no_token(tmp_path: Path) -> None:
    assert read_token(ConsoleSettings("local", "emulator:x.db"), {}, folder=tmp_path) is None


def test_a_token_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"\ufeff{SECRET}\n", encoding="utf-8")
    file.chmod(0o600)
    token = read_token(console(file=file), {}, folder=tmp_path)
    assert token is not None
    assert (token.value, token.warnings) == (SECRET, ())


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize(("mode", "readers"), [(0o644, "everybody"), (0o640, "its group")])
def test_a_token_file_that_others_can_read_is_warned_about(tmp_path: Path, mode: int, readers: str) -> None:
    file = tmp_path / "token"
    file.write_text(SECRET)
    file.chmod(mode)
    token = read_token(console(file=file), {}, folder=tmp_path)
    assert token is not None
    (warning,) = token.warnings
    assert warning.summary == f"the token of console prod can be read by {readers} on this machine"
    assert warning.hint == f"chmod 600 {file}"


def test_a_command_runs_in_the_project_folder_without_a_shell(tmp_path: Path) -> None:
    (tmp_path / "where.txt").write_text(SECRET)
    token = read_token(python("print(open('where.txt').read())"), {}, folder=tmp_path)
    assert token is not None
    assert token.value == SECRET


@pytest.mark.parametrize(
    ("source", "summary"),
    [
        (console(env="T"), "the environment variable T is not set; it holds the token of console prod"),
        (
            console(command=("no-such-program",)),
            "the token command of console prod cannot be run: no-such-program: No such file or directory",
        ),
        (python("raise SystemExit(3)"), f"the token command of console prod ({sys.executable}) ended with exit code 3"),
        (python("pass"), "console prod: its command printed no token, only white space"),
        (
            python(f"print('{SECRET}'); print('second line')"),
            "console prod: its command printed something that cannot be a token (it has spaces or line ends)",
        ),
    ],
)
def test_what_goes_wrong_names_the_console_and_never_the_token(
    tmp_path: Path, source: ConsoleSettings, summary: str
) -> None:
    with pytest.raises(DacError) as caught:
        read_token(source, {}, folder=tmp_path)
    assert caught.value.summary == summary
    assert SECRET not in f"{caught.value.detail}{caught.value.hint}"


def test_a_command_that_hangs_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(DacError, match=r"was stopped after 0\.2 s without an end"):
        read_token(python("import time; time.sleep(60)"), {}, folder=tmp_path, timeout=0.2)


def test_an_empty_variable_is_no_token(tmp_path: Path) -> None:
    with pytest.raises(DacError, match="T holds no token, only white space"):
        read_token(console(env="T"), {"T": " "}, folder=tmp_path)


def test_a_token_file_that_is_not_there_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(DacError) as caught:
        read_token(console(file=tmp_path / "token"), {}, folder=tmp_path)
    expected = f"the token of console prod cannot be read from {tmp_path / 'token'}: No such file or directory"
    assert caught.value.summary == expected
