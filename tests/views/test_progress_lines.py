"""Events of an apply: Terraform's verbs, one line each, nothing live without a terminal."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pytest
from sample_plans import at

from dac.model.change import Action
from dac.model.plan import Step
from dac.model.progress import Failed, Finished, Progress, Started, Waiting, WaveStarted
from dac.views.human.live import ProgressLines
from dac.views.human.progress import progress_line

RULE = at("detection.risky_sign_in")


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (Started(RULE, Action.CREATE), "detection.risky_sign_in: Creating..."),
        (
            Finished(RULE, Action.CREATE, 1.2, "100353"),
            "detection.risky_sign_in: Creation complete after 1s [id=100353]",
        ),
        (Started(RULE, Action.UPDATE, "100353"), "detection.risky_sign_in: Modifying... [id=100353]"),
        (
            Finished(RULE, Action.UPDATE, 70, "100353"),
            "detection.risky_sign_in: Modifications complete after 1m10s [id=100353]",
        ),
        (Started(RULE, Action.DELETE, "100353"), "detection.risky_sign_in: Destroying... [id=100353]"),
        (Finished(RULE, Action.DELETE, 0.4, "100353"), "detection.risky_sign_in: Destruction complete after 0s"),
        (Started(RULE, Action.ADOPT, "100353"), "detection.risky_sign_in: Adopting... [id=100353]"),
        (
            Finished(RULE, Action.ADOPT, 3605, "100353"),
            "detection.risky_sign_in: Adoption complete after 1h0m5s [id=100353]",
        ),
        (Failed(RULE, "HTTP 500\x1b[2J"), r"detection.risky_sign_in: Failed: HTTP 500\x1b[2J"),
        (Failed(RULE, "a set failed", skipped=True), "detection.risky_sign_in: Skipped: a set failed"),
        (Failed(RULE, "it stays\nbecause of others"), "detection.risky_sign_in: Failed: it stays"),
        (Waiting("the package to be installed", 10), "Still waiting for the package to be installed... [10s elapsed]"),
        (WaveStarted(2, 3, Step.PACKAGE, 12), "Wave 2 of 3: extension package, 12 changes"),
    ],
)
def test_each_event_is_one_line(event: Progress, line: str) -> None:
    assert progress_line(event) == line


def test_several_stacks_put_the_stack_before_the_address() -> None:
    assert progress_line(Started(RULE, Action.CREATE), one_stack=False).startswith("cloud/detection.risky_sign_in: ")


def test_every_action_has_its_verbs() -> None:
    for action in Action:
        assert progress_line(Started(RULE, action)).endswith("...")
        assert " complete after 2s" in progress_line(Finished(RULE, action, 2))


EVENTS = (
    WaveStarted(1, 1, Step.PACKAGE, 1),
    Started(RULE, Action.CREATE),
    Waiting("the package to be installed", 10),
    Finished(RULE, Action.CREATE, 12, "100353"),
)


def test_without_a_terminal_there_are_lines_and_nothing_else() -> None:
    stream = io.StringIO()
    with ProgressLines(stream) as show:
        for event in EVENTS:
            show(event)
    assert stream.getvalue() == "".join(progress_line(event) + "\n" for event in EVENTS)


def test_on_a_terminal_every_line_is_printed_and_the_cursor_given_back() -> None:
    stream = io.StringIO()
    with ProgressLines(stream, live=True) as show:
        for event in EVENTS:
            show(event)
    written = stream.getvalue()
    assert written.count("\x1b[?25l") == written.count("\x1b[?25h") == 1
    bare = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written)
    assert "detection.risky_sign_in: Creation complete after 12s [id=100353]\n" in bare


def test_plain_text_never_loads_rich() -> None:
    code = (
        "import sys, dac.views.human.plan, dac.views.human.live, dac.views.human.outcome, dac.views.human.state,"
        " dac.views.human.failure, dac.views.human.drift_report, dac.views.machine.plan\n"
        "assert not {'rich', 'deepdiff', 'sqlglot', 'duckdb', 'tomlkit', 'httpx', 'pydantic'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_wait_before_anything_has_begun_is_a_plain_line_that_hides_no_prompt() -> None:
    stream = io.StringIO()
    with ProgressLines(stream, live=True) as show:
        show(Waiting("the console", 10))
    assert stream.getvalue() == "Still waiting for the console... [10s elapsed]\n"
