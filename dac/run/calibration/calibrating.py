"""The use case `console calibrate`: learn how a console writes rules, and try it with one disabled rule."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from dac.config.calibrations import calibration_text, load_calibration
from dac.config.console_files import calibration_path
from dac.errors import BadContent, ConfigError, Forbidden
from dac.model.calibration import Calibration
from dac.model.run import never
from dac.qradar.exports import export_rules
from dac.qradar.identity import ensure_identity
from dac.qradar.locks import ConsoleLock
from dac.qradar.package.learning import learn
from dac.qradar.rule_listing import list_rules
from dac.qradar.versions import text as version_text
from dac.resources.departures import departures
from dac.run.auditing import origin_of
from dac.run.calibration.canary import remove_canary, try_canary
from dac.run.locking import console_lock
from dac.run.standing import Standing
from dac.state.backend import file_stem
from dac.state.durable import replace_file
from dac.state.local_lock import held, left_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dac.model.run import Holder
    from dac.qradar.package.rule_body import RuleBody
    from dac.resources.departures import Departures
    from dac.run.console import Console

_LOCK = "_calibration"
"""Beside the states of a console: no stack is called that."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What a calibration found and wrote. `problem` is in what the canary differed, '' if in nothing.

    file: as it is printed. is_new: whether it had to be written. unreadable: rules whose bodies are no rules, each
    with the reason. cleaned: whether the canary of an earlier run was there, and was removed.
    """

    file: str
    is_new: bool
    calibration: Calibration
    departures: Departures
    unreadable: tuple[str, ...] = ()
    cleaned: bool = False
    problem: str = ""


def calibrate(
    console: Console,
    holder: Holder,
    *,
    read_only: bool,
    lock_timeout: float = 0.0,
    stopping: Callable[[], bool] = never,
) -> Calibrated:
    """Read all rules of a console, learn from them, try a canary unless `read_only`, and write the file.

    A canary that does not come back equal is written down, too: then no rule is written there any more. Forbidden
    when the token cannot export; LockHeld while somebody else writes; DacError when the canary could not be removed.
    """
    bodies, unreadable = _bodies(console)
    found = _learnt(console, bodies)
    cleaned, problem = False, ""
    if read_only:
        found = replace(found, canary=_still_proven(console, found))
    else:
        console.audit.begin(holder.run_id, "")
        console.standing = Standing(found)
        with (
            _alone(console, holder, lock_timeout, stopping),
            console_lock(console, holder, lock_timeout, stopping),
        ):
            identity = ensure_identity(console.client, console.identity or str(uuid4()))
            cleaned = remove_canary(console)
            problem = try_canary(console)
        found = replace(found, identity=identity, canary=not problem)
    file, is_new = _saved(console, found)
    return Calibrated(file, is_new, found, departures(found.tests), unreadable, cleaned, problem)


def _bodies(console: Console) -> tuple[list[RuleBody], tuple[str, ...]]:
    """Export every rule and building block, and decode them; what cannot be decoded teaches nothing."""
    numbers = [str(rule.id) for rule in list_rules(console.client).rules.values()]
    try:
        exported = export_rules(console.client, numbers) if numbers else {}
    except Forbidden as error:
        error.hint = (
            "How rules are written is only seen in an export, and that needs a token with System Administrator."
        )
        raise
    bodies: list[RuleBody] = []
    unreadable: list[str] = []
    for _, rule in sorted(exported.items()):
        try:
            bodies.append(rule.body)
        except BadContent as error:
            unreadable.append(error.summary)
    return bodies, tuple(unreadable)


def _learnt(console: Console, bodies: list[RuleBody]) -> Calibration:
    capabilities = console.client.capabilities
    return Calibration(
        console=console.settings.name,
        url=origin_of(console.settings.url),
        identity=console.identity,
        api_version=version_text(capabilities.api_version),
        build=capabilities.build,
        rules=len(bodies),
        canary=False,
        tests=learn(bodies),
    )


def _still_proven(console: Console, found: Calibration) -> bool:
    """Whether the canary of an earlier calibration proves what was read now: same console, same build, same forms."""
    try:
        before = load_calibration(console.project, console.settings.name)
    except ConfigError:
        return False
    return before is not None and before.canary and _essence(before) == _essence(found)


def _essence(calibration: Calibration) -> tuple[object, ...]:
    forms = {name: tuple(replace(form, seen=0) for form in forms) for name, forms in calibration.tests.items()}
    return (calibration.identity, calibration.build, forms)


def _saved(console: Console, found: Calibration) -> tuple[str, bool]:
    """Write the file unless it is there, whatever line ends a checkout gave it."""
    file, text = calibration_path(console.project, console.settings.name), calibration_text(found)
    is_new = not file.is_file() or file.read_bytes().replace(b"\r\n", b"\n") != text.encode()
    if is_new:
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, text.encode(), mode=0o644)
    return console.project.display(file), is_new


@contextmanager
def _alone(console: Console, holder: Holder, timeout: float, stopping: Callable[[], bool]) -> Iterator[None]:
    """Be the only calibration of this project here, and break the console's lock where one that was killed left it."""
    path = file_stem(console.project.state.path, _LOCK, console.settings.name).with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    gone = left_by(path)
    what = f"the calibration of console {console.settings.name}"
    with held(path, holder, timeout, what=what, stopping=stopping):
        lock = ConsoleLock(console.client, name=console.settings.name)
        left = lock.read_holder() if gone else None
        if gone and left and left.run_id == gone.run_id:
            lock.break_lock(gone.run_id)
        yield
