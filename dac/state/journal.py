"""The next document from this one: pure steps, none of which touches the serial but `next_serial`.

The order of an apply is: `with_intent`, write, act on the console, `with_outcomes`, write; `finished` and a last
write at the end. Whatever is cut in between leaves its addresses pending, and the next plan looks before it decides.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from dac import __version__
from dac.model.address import Address
from dac.model.run import Aim, Intent, Result
from dac.state.document import VERSION, ClosedWave, StateDocument

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from dac.model.plan import ConsoleRef
    from dac.model.resource import Recorded
    from dac.model.run import Outcome
    from dac.state.document import LastApply

T = TypeVar("T")


def new_document(stack: str, console: ConsoleRef, *, lineage: str) -> StateDocument:
    """Return the document of a stack that was never applied to this console: serial 0, nothing recorded."""
    return StateDocument(stack=stack, console=console, lineage=lineage)


def next_serial(document: StateDocument) -> StateDocument:
    """Return the same content as the next write of this dac."""
    return replace(document, serial=document.serial + 1, version=VERSION, dac_version=__version__)


def with_intent(document: StateDocument, intent: Intent, *, context: str) -> StateDocument:
    """Open a wave that was planned under the compile context `context`.

    A wave may cross stacks: kept is the part of this stack, and nothing is opened when there is none. It takes over
    what earlier runs left pending of the same addresses: how those were before the first of them, and what any of them
    was after. A context other than the recorded one blanks it, because from now on the record may mix the two.
    """
    ours = _of_stack(document.stack, intent.pre_images)
    if not ours:
        return document
    earlier = {address: one for one in document.intents for address in one.pre_images}
    pre_images = {a: earlier[a].pre_images[a] if a in earlier else before for a, before in ours.items()}
    aims = {a: earlier[a].aims[a] for a in ours if a in earlier and a in earlier[a].aims}
    for address, aim in _of_stack(document.stack, intent.aims).items():
        aims[address] = _both(aims[address], aim) if address in aims else aim
    opened = replace(intent, pre_images=pre_images, aims=aims)
    if any(replace(one, started=opened.started) == opened for one in document.intents):
        return document  # it was opened before the console was locked
    return replace(
        document,
        intents=(*_without_pending(document.intents, ours), opened),
        context_digest=document.context_digest if document.context_digest == context else "",
    )


def with_outcomes(document: StateDocument, intent: Intent, outcomes: Iterable[Outcome]) -> StateDocument:
    """Close the wave of `intent`: applied is recorded (or forgotten, where the outcome records nothing).

    An address that failed keeps its record, unless the outcome brings a newer one, and stays pending: part of it may
    be on the console. So does one that was skipped, when an earlier wave or run may have left part of it. Outcomes of
    other stacks are passed over; closed waves of earlier runs are dropped, but for those of the same saved plan.
    """
    ours = [outcome for outcome in outcomes if outcome.address.stack == document.stack]
    if not ours:
        return document
    resources = dict(document.resources)
    for outcome in ours:
        if outcome.recorded is not None:
            resources[outcome.address.local] = outcome.recorded
        elif outcome.result is Result.APPLIED:
            resources.pop(outcome.address.local, None)
    settled = {outcome.address.local for outcome in ours if _is_settled(document, intent, outcome)}
    earlier = tuple(wave for wave in document.outcomes if _same_plan(wave.run_id, intent.run_id))
    return replace(
        document,
        resources=resources,
        intents=_without_pending(document.intents, settled),
        outcomes=(*earlier, _closed(intent, ours)),
    )


def _is_settled(document: StateDocument, intent: Intent, outcome: Outcome) -> bool:
    """Whether nothing is open any more about an address, now that this came of it in the wave of `intent`."""
    if outcome.result is not Result.SKIPPED:
        return outcome.result is Result.APPLIED
    local = outcome.address.local
    waves = (wave for wave in document.outcomes if wave.run_id == intent.run_id)
    if any(wave.results.get(local) is Result.FAILED for wave in waves):
        return False
    before = _of_stack(document.stack, intent.pre_images).get(local)
    return all(one.pre_images.get(local, before) == before for one in document.intents)


def _same_plan(one: str, other: str) -> bool:
    """Whether two runs are one, or runs of the same saved plan: their ids are `PLAN.RUN` then."""
    plan, dot, _ = one.partition(".")
    return one == other or (bool(dot) and other.startswith(f"{plan}."))


def finished(document: StateDocument, last: LastApply, *, context: str) -> StateDocument:
    """Note the end of an apply.

    Only an apply that was complete and of the whole stack proves that nothing is pending any more, and that every
    record was made (or found equal) under `context`.
    """
    if not last.complete or last.targeted:
        return replace(document, last_apply=last)
    return replace(document, last_apply=last, intents=(), context_digest=context)


def with_recorded(document: StateDocument, *recorded: Recorded) -> StateDocument:
    """Put records in under their own addresses: an import, an adoption. ValueError for another stack's."""
    resources = dict(document.resources)
    for entry in recorded:
        if entry.address.stack != document.stack:
            msg = f"{entry.address} does not belong in the state of stack {document.stack}"
            raise ValueError(msg)
        resources[entry.address.local] = entry
    return replace(document, resources=resources)


def renamed(document: StateDocument, old: Address, new: Address) -> StateDocument:
    """Move the record of `old`, and what is pending of it, to `new` in the same stack.

    KeyError when `old` is not recorded; ValueError when `new` already is, or lies in another stack.
    """
    if new.stack != old.stack or new.local in document.resources:
        msg = f"cannot move {old} to {new}: " + ("that is taken" if new.stack == old.stack else "another stack")
        raise ValueError(msg)
    if old.stack != document.stack or old.local not in document.resources:
        raise KeyError(str(old))
    resources = dict(document.resources)
    resources[new.local] = replace(resources.pop(old.local), address=new)
    intents = tuple(
        replace(
            intent,
            pre_images={new.local if key == old.local else key: value for key, value in intent.pre_images.items()},
            aims={new.local if key == old.local else key: aim for key, aim in intent.aims.items()},
        )
        for intent in document.intents
    )
    return replace(document, resources=resources, intents=intents)


def forgotten(document: StateDocument, addresses: Collection[str]) -> StateDocument:
    """Take local addresses out of the record, and what is pending of them."""
    kept = {local: record for local, record in document.resources.items() if local not in addresses}
    return replace(document, resources=kept, intents=_without_pending(document.intents, addresses))


def rebound(document: StateDocument, console: ConsoleRef) -> StateDocument:
    """Bind the record to a console that was renamed, moved or cloned: its new URL and identity."""
    return replace(document, console=console)


def _of_stack(stack: str, by_address: Mapping[str, T]) -> dict[str, T]:
    """Return the entries of one stack under local addresses; a key without a stack already is local."""
    addresses = ((Address.parse(key, stack=stack), value) for key, value in by_address.items())
    return {address.local: value for address, value in addresses if address.stack == stack}


def _both(one: Aim, other: Aim) -> Aim:
    """Two runs after another were after the same thing: either may have left its traces."""
    form = {**one.form, **other.form}
    for key in one.form.keys() & other.form.keys():
        if isinstance(form[key], dict):
            form[key] = {**one.form[key], **other.form[key]}
        elif key == "expressions":
            form[key] = [*one.form[key], *(row for row in other.form[key] if row not in one.form[key])]
    without = dict.fromkeys((*one.without, *other.without))
    return Aim(form, tuple(without), gone=one.gone or other.gone)


def _without_pending(intents: tuple[Intent, ...], settled: Collection[str]) -> tuple[Intent, ...]:
    left = (
        replace(
            intent,
            pre_images={key: value for key, value in intent.pre_images.items() if key not in settled},
            aims={key: aim for key, aim in intent.aims.items() if key not in settled},
        )
        for intent in intents
    )
    return tuple(intent for intent in left if intent.pre_images)


def _closed(intent: Intent, outcomes: list[Outcome]) -> ClosedWave:
    return ClosedWave(
        run_id=intent.run_id,
        wave=intent.wave,
        step=intent.step,
        results={outcome.address.local: outcome.result for outcome in outcomes},
        messages={outcome.address.local: outcome.message for outcome in outcomes if outcome.message},
    )
