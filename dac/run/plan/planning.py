"""The use case `plan`: look, then decide."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dac.errors import DacError
from dac.planning.guard import LIFTABLE
from dac.planning.plan import plan
from dac.planning.situation import Options
from dac.resources.validation import did_you_mean
from dac.run.plan.guarding import guarded
from dac.run.plan.observation import Looking, observe
from dac.run.records import read_records

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.address import Address
    from dac.model.plan import Plan
    from dac.model.promotion import PromotedFrom
    from dac.planning.situation import Situation
    from dac.run.console import Console
    from dac.run.plan.observation import Observation
    from dac.run.plan.rollback import Return
    from dac.run.scope import Scope


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line adds to the files, as it was typed: addresses are kind.name or stack/kind.name.

    With `back` the files do not count: an apply is taken back.
    """

    targets: tuple[str, ...] = ()
    re_enable: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    destroy: bool = False
    looking: Looking = field(default_factory=Looking)
    back: Return | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan and what it was computed from. `file_digest` is that of the file it came from, '' when from none.

    `promoted` is the promotion that made it, if one did.
    """

    plan: Plan
    observation: Observation
    options: Options
    file_digest: str = ""
    promoted: PromotedFrom | None = None

    @property
    def digest(self) -> str:
        """What the plan is called in records of its run."""
        return self.file_digest or self.plan.digest


@dataclass(frozen=True, slots=True)
class Saved:
    """A plan from a file, with what it was computed from, the digest of the file, and the promotion that made it."""

    plan: Plan
    situation: Situation
    options: Options
    context: str
    digest: str
    promoted: PromotedFrom | None = None


def make_plan(scope: Scope, console: Console, wish: Wish) -> Planned:
    """Read the states and the console and plan the selected stacks. Nothing is written, and no lock is taken."""
    records = read_records(scope)
    if wish.back is None:
        observation = observe(scope, records, console, wish.looking)
    else:
        from dac.run.plan.rollback import observe_return

        observation = observe_return(scope, records, console, wish.back, wish.looking)
    options = options_for(wish, observation.situation)
    if not wish.looking.readers:
        return Planned(plan(observation.situation, options), observation, options)
    situation, made = guarded(console, observation.situation, options)
    return Planned(made, replace(observation, situation=situation), options)


def options_for(wish: Wish, situation: Situation) -> Options:
    """Resolve what was typed; DacError for an address or a refusal's code that means nothing here."""
    for code in wish.allow:
        if code not in LIFTABLE:
            hint = did_you_mean(code, LIFTABLE, otherwise=f"codes that can be lifted: {', '.join(LIFTABLE)}")
            raise DacError(f"--allow {code}: no refusal that can be lifted has that code", hint=hint)
    if wish.back is not None:
        from dac.run.plan.rollback import return_options

        return return_options(situation, wish.back, wish.allow, deep=wish.looking.deep)
    return Options(
        targets=frozenset(_resolved(wish.targets, situation, "--target")),
        re_enable=frozenset(_resolved(wish.re_enable, situation, "--re-enable")),
        allow=frozenset(wish.allow),
        destroy=wish.destroy,
        deep=wish.looking.deep,
    )


def _resolved(texts: Iterable[str], situation: Situation, flag: str) -> Iterable[Address]:
    known = situation.desired.keys() | situation.recorded.keys() | situation.pending
    for text in texts:
        found = [address for address in known if text in (str(address), address.local)]
        if len(found) != 1:
            what = "no resource has that address" if not found else "it is in several stacks"
            hint = "addresses are kind.name or stack/kind.name; `dac state list` shows what is managed"
            raise DacError(f"{flag} {text}: {what}", hint=hint)
        yield found[0]
