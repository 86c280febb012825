"""What a run left that was cut: found out by looking, not guessed, and not blamed on anybody else.

An open intent says what the thing was and what it was to become. What is on the console now and is what the run was
after counts as recorded: it is no drift, and of an additive set or a shared property it is dac's own. What is neither
as recorded nor as the run would have left it is somebody else's, as ever.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.model.change import MISSING, Action
from dac.model.deployed import digest
from dac.model.plan import Extent, LeftBehind
from dac.model.reads import Absent, Found
from dac.model.resource import Recorded
from dac.model.run import Aim, Whereabouts
from dac.resources.property_expressions import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dac.model.address import Address
    from dac.model.change import Change
    from dac.model.deployed import Deployed
    from dac.model.resource import Desired, Live
    from dac.model.run import Interrupted
    from dac.planning.situation import Situation

_ENTRIES, _EXPRESSIONS, _SWITCH = "entries", "expressions", "enabled"
_MADE = (Action.CREATE, Action.REPLACE, Action.DELETE)


def aim_of(change: Change) -> Aim | None:
    """Return what an intent has to hold about a change besides its pre-image; None when that is nothing."""
    if change.action is Action.DELETE:
        return Aim({}, gone=True)
    if change.desired is None:
        return None
    after = change.desired.deployed
    if change.recorded is None:
        children = {key: after[key] for key in (_ENTRIES, _EXPRESSIONS) if after.get(key)}
        return Aim(children) if children else None
    before = change.recorded.deployed
    after = _own_work(change, before, after)
    aim = Aim(dict(_set_anew(before, after)), tuple(_taken_away(before, after)), gone=change.action in _MADE)
    return aim if aim.form or aim.without or aim.gone else None


def _own_work(change: Change, before: Deployed, after: Deployed) -> Deployed:
    """Return what will be there by the run's doing: an "off" that it found and kept is not."""
    form = after if change.record is None else change.record
    return form | {_SWITCH: before[_SWITCH]} if change.held else form


def _set_anew(before: Deployed, after: Deployed) -> Iterator[tuple[str, object]]:
    for key, value in after.items():
        old = before.get(key, MISSING)
        if old == value:
            continue
        if key == _ENTRIES and old is not MISSING:
            yield key, {entry: notes for entry, notes in value.items() if old.get(entry, MISSING) != notes}
        else:
            yield key, value


def _taken_away(before: Deployed, after: Deployed) -> Iterator[tuple[str, ...]]:
    yield from ((key,) for key in sorted(before.keys() - after.keys()))
    yield from ((_ENTRIES, entry) for entry in sorted(before.get(_ENTRIES, {}).keys() - after.get(_ENTRIES, {}).keys()))


def resolved(situation: Situation) -> Situation:
    """Return the situation with records that hold what interrupted runs have done, as far as the console shows it."""
    recorded = dict(situation.recorded)
    for address, cut in situation.interrupted.items():
        read = situation.reads.get(address)
        if cut.aim is None or not isinstance(read, Found | Absent) or _is_untouched(read, cut):
            continue
        found = _found(recorded.get(address), situation.desired.get(address), read, address, cut.aim)
        if found is not None:
            recorded[address] = found
        elif address in recorded:
            del recorded[address]
    return replace(situation, recorded=recorded)


def left_behind(situation: Situation, changes: Iterable[Change]) -> tuple[LeftBehind, ...]:
    """Say of every address that an interrupted run had in hand how far it had come."""
    by_address = {change.address: change for change in changes}
    return tuple(
        LeftBehind(
            address,
            cut.run_id,
            _extent(situation, address, cut, by_address.get(address)),
            situation.runs.get(cut.run_id, Whereabouts()),
        )
        for address, cut in sorted(situation.interrupted.items())
    )


def _extent(situation: Situation, address: Address, cut: Interrupted, change: Change | None) -> Extent:
    read = situation.reads.get(address)
    if isinstance(read, Found | Absent) and _is_untouched(read, cut):
        return Extent.UNTOUCHED
    if change is None or change.action in (Action.FORGET, Action.NO_OP):
        return Extent.DONE
    return Extent.DONE if change.action is Action.ADOPT and not change.edits else Extent.PARTLY


def _is_untouched(read: Found | Absent, cut: Interrupted) -> bool:
    return cut.pre_image == (digest(read.live.deployed) if isinstance(read, Found) else "")


def _found(
    recorded: Recorded | None, desired: Desired | None, read: Found | Absent, address: Address, aim: Aim
) -> Recorded | None:
    """Return what the record would say, had the run been able to note what it did."""
    if isinstance(read, Absent):
        return None if aim.gone else recorded
    if recorded is None:
        return _begun(desired, read.live, address, aim)
    form = _advanced(recorded.deployed, read.live.deployed, aim)
    return recorded if form == recorded.deployed else replace(recorded, deployed=form, digest="")


def _begun(desired: Desired | None, live: Live, address: Address, aim: Aim) -> Recorded | None:
    """Something that was being made needs a record only when it holds parts of ours that nobody asks for any more."""
    children = {key: _present(live.deployed.get(key), wanted) for key, wanted in aim.form.items()}
    wanted = desired.deployed if desired is not None else {}
    if not live.ours or desired is None or all(_within(part, wanted.get(key)) for key, part in children.items()):
        return None
    return Recorded(address, live.uuid, live.name, live.remote_id, {**live.deployed, **children}, "")


def _present(live: object, wanted: object) -> dict[str, str] | list[Deployed]:
    if isinstance(live, dict) and isinstance(wanted, dict):
        return {entry: notes for entry, notes in live.items() if wanted.get(entry) == notes}
    return [row for row in wanted if row in live] if isinstance(live, list) and isinstance(wanted, list) else []


def _within(part: dict[str, str] | list[Deployed], wanted: object) -> bool:
    if isinstance(part, dict):
        return isinstance(wanted, dict) and part.keys() <= wanted.keys()
    return isinstance(wanted, list) and all(row in wanted for row in part)


def _advanced(recorded: Deployed, live: Deployed, aim: Aim) -> Deployed:
    """Return the recorded form with every step towards the aim that the console shows to be made."""
    form = dict(recorded)
    for key, value in aim.form.items():
        if key == _ENTRIES:
            form[key] = dict(sorted((recorded.get(key, {}) | _present(live.get(key), value)).items()))
        elif key == _EXPRESSIONS:
            form[key] = _expressions(recorded.get(key, []), live.get(key, []), value)
        elif live.get(key, MISSING) == value:
            form[key] = value
    for path in aim.without:
        _drop(form, live, path)
    return _thinned(form, live) if aim.gone else form


def _expressions(recorded: Sequence[Deployed], live: Sequence[Deployed], aim: Sequence[Deployed]) -> list[Deployed]:
    """Whatever is new and wanted was made; whatever has gone and is not wanted was deleted, or changed in place."""
    kept = [row for row in recorded if row in live or row in aim]
    made = [row for row in live if row in aim and row not in recorded]
    return sorted([*kept, *made], key=canonical)


def _drop(form: Deployed, live: Deployed, path: tuple[str, ...]) -> None:
    key, *inner = path
    if not inner and key not in live:
        form.pop(key, None)
    elif inner and inner[0] not in live.get(key, {}):
        form[key] = {entry: notes for entry, notes in form[key].items() if entry != inner[0]}


def _thinned(form: Deployed, live: Deployed) -> Deployed:
    """Of a thing that was made anew or is going, whatever is missing is the run's own doing."""
    out = {key: value for key, value in form.items() if key in live or key in (_ENTRIES, _EXPRESSIONS)}
    if _ENTRIES in out:
        out[_ENTRIES] = {entry: notes for entry, notes in out[_ENTRIES].items() if entry in live.get(_ENTRIES, {})}
    if _EXPRESSIONS in out:
        out[_EXPRESSIONS] = [row for row in out[_EXPRESSIONS] if row in live.get(_EXPRESSIONS, [])]
    return out
