"""Exit code 2 means changes: a wrong command line is 1, says what is wrong on stderr, and shows no traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_runs import Terminal


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("plan", "--detailed-exitcod"), "No such option: --detailed-exitcod"),
        (("plan", "--console"), "requires an argument"),
        (("state", "lst"), "No such command 'lst'"),
        (("state", "show"), "Missing argument"),
        (("aql", "check", "--format", "yaml"), "'yaml' is not one of"),
        (("emulator", "serve", "--port", "many"), "Invalid value for '--port'"),
        (("unlock", "a", "b"), "unexpected extra argument"),
        (("plan", "--var", "x"), "a name and a value are wanted"),
        (("apply", "--lock-timeout", "soon", "--auto-approve"), "there is no dac.toml"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_command_line_is_exit_code_1_and_says_what_is_wrong(
    terminal: Terminal, words: tuple[str, ...], says: str
) -> None:
    ran = terminal.dac(*words)
    assert (ran.code, ran.stdout) == (1, "")
    assert says.lower() in ran.stderr.lower()
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("typed", "mean"),
    [("paln", ' Did you mean "plan"?'), ("aply", ' Did you mean "apply"?'), ("vaildate", ' Did you mean "validate"?'),
     ("xyzzy", "")],
)  # fmt: skip
def test_an_unknown_command_is_answered_with_the_nearest(terminal: Terminal, typed: str, mean: str) -> None:
    ran = terminal.dac(typed)
    assert (ran.code, ran.stdout) == (1, "")
    assert ran.stderr == f'dac has no command named "{typed}".{mean}\n\nTo see all commands: dac --help\n'


@pytest.mark.parametrize("words", [("--help",), ("plan", "-h"), ("aql", "--help")])
def test_help_is_exit_code_0(terminal: Terminal, words: tuple[str, ...]) -> None:
    ran = terminal.dac(*words)
    assert (ran.code, ran.stderr) == (0, "")
    assert "Usage:" in ran.stdout


def test_outside_of_a_project_every_command_that_needs_one_says_how_to_begin(terminal: Terminal) -> None:
    for words in (("plan",), ("validate",), ("apply", "--auto-approve"), ("drift",), ("show",), ("state", "list")):
        ran = terminal.dac(*words)
        assert (ran.code, ran.stdout) == (1, ""), words
        assert "dac init" in ran.stderr, words
