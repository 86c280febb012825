"""Whether an apply is followed by a deploy: a literal table of what dac.toml, the command line and people say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest
from run_bench import create, plan_of

from dac.config.settings import ConsoleSettings
from dac.errors import DacError, Forbidden
from dac.model.deployment import DeployEnd, Deployment
from dac.model.run import Outcome, Result
from dac.run.apply.applying import Applied
from dac.run.apply.deploying import deploy_after, require_allowed

if TYPE_CHECKING:
    from dac.run.apply.applying import Border
    from dac.run.console import Console

DEPLOYED, LEFT, FAILED = DeployEnd.DEPLOYED, DeployEnd.LEFT, DeployEnd.FAILED


@dataclass
class Fakes:
    """A console that deploys at once, and people who answer `says`."""

    mode: str
    says: bool | None = None
    asked: int = 0
    deploys: int = 0
    raising: Exception | None = None
    told: list[Any] = field(default_factory=list)

    def after(self, applied: Applied, choice: bool | None, monkeypatch: pytest.MonkeyPatch) -> Deployment | None:
        monkeypatch.setattr("dac.run.apply.deploying.deploy_incremental", self._deploy)
        console = type("FakeConsole", (), {"settings": ConsoleSettings("prod", "u", deploy=self.mode), "client": None})
        border = type("FakeBorder", (), {"report": self.told.append, "stopping": lambda: False})
        return deploy_after(applied, cast("Console", console), cast("Border", border), choice, self._consent)

    def _consent(self) -> bool | None:
        self.asked += 1
        return self.says

    def _deploy(self, *_: object, **__: object) -> Deployment:
        self.deploys += 1
        if self.raising is not None:
            raise self.raising
        return Deployment(DEPLOYED)


def applied(result: Result = Result.APPLIED, *, approved: bool = True) -> Applied:
    change = create("detection.d")
    return Applied(plan_of(change), approved, {change.address: Outcome(change.address, result, message="no")})


NOTHING_DONE = Applied(plan_of(), approved=True, outcomes={})


@pytest.mark.parametrize(
    ("mode", "choice", "says", "end", "asked"),
    [
        ("never", None, True, None, 0),
        ("never", False, True, None, 0),
        ("ask", None, True, DEPLOYED, 1),
        ("ask", None, False, LEFT, 1),
        ("ask", None, None, LEFT, 1),
        ("ask", True, False, DEPLOYED, 0),
        ("ask", False, True, LEFT, 0),
        ("incremental", None, False, DEPLOYED, 0),
        ("incremental", True, False, DEPLOYED, 0),
        ("incremental", False, True, LEFT, 0),
    ],
)
def test_who_decides(
    monkeypatch: pytest.MonkeyPatch, mode: str, choice: bool | None, says: bool | None, end: DeployEnd, asked: int
) -> None:
    fakes = Fakes(mode, says)
    done = fakes.after(applied(), choice, monkeypatch)
    assert ((done and done.end), fakes.asked) == (end, asked)
    assert fakes.deploys == (1 if end is DEPLOYED else 0)


@pytest.mark.parametrize("choice", [None, True])
@pytest.mark.parametrize("mode", ["ask", "incremental"])
def test_an_incomplete_apply_is_never_deployed(monkeypatch: pytest.MonkeyPatch, mode: str, choice: bool | None) -> None:
    fakes = Fakes(mode, says=True)
    done = fakes.after(applied(Result.FAILED), choice, monkeypatch)
    assert done is not None
    assert (done.end, fakes.deploys, fakes.asked) == (LEFT, 0, 0)


def test_without_a_change_only_the_flag_deploys(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Fakes("incremental").after(NOTHING_DONE, None, monkeypatch) is None
    done = Fakes("ask").after(NOTHING_DONE, True, monkeypatch)
    assert done is not None
    assert done.end is DEPLOYED


def test_what_was_not_approved_is_not_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Fakes("incremental").after(applied(approved=False), True, monkeypatch) is None


def test_what_the_console_answers_is_told_and_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    done = Fakes("incremental", raising=Forbidden("no right", hint="ask")).after(applied(), None, monkeypatch)
    assert done == Deployment(FAILED, "no right\nask")


def test_the_flag_does_not_go_over_the_head_of_dac_toml() -> None:
    never, ask = ConsoleSettings("prod", "u"), ConsoleSettings("prod", "u", deploy="ask")
    with pytest.raises(DacError, match="does not let dac deploy"):
        require_allowed(never, True)
    for settings, choice in ((never, None), (never, False), (ask, True)):
        require_allowed(settings, choice)
