"""What to take in: everything, some kinds, some names, or one thing under an address."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from dac.errors import DacError
from dac.model.address import Address, is_name
from dac.model.inventory import Skipped
from dac.resources.validation import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dac.model.inventory import Listed

KINDS = ("reference_set", "custom_property", "building_block", "detection")
"""What can be taken in."""

_STAYS = {
    "SYSTEM": "QRadar brought it: vendor content is referred to, and switched as a vendor_rule",
    "OVERRIDE": "it is somebody's edit of a rule that QRadar brought; a vendor_rule switches it",
    "TENANT": "it is a set of one tenant",
    "DISCOVERED": "QRadar found it itself; --auto-discovered takes it in",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for. With `address`, `id` is one thing's number, uuid or name; else kinds and globs narrow."""

    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    address: Address | None = None
    id: str = ""
    auto_discovered: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """What to take in, what of it the project has already, and what is left alone."""

    new: tuple[Listed, ...]
    managed: tuple[Listed, ...]
    skipped: tuple[Skipped, ...]


def choose(listed: Sequence[Listed], wanted: Selection) -> Chosen:
    """Sort out what was listed; DacError when one thing was asked for and is not there, or may not be taken in."""
    if wanted.address is not None:
        return _one(listed, wanted, wanted.address)
    meant = [one for one in listed if is_meant(one, wanted)]
    left = {one: why for one in meant if not one.managed and (why := reason_to_leave(one, wanted))}
    new = tuple(one for one in meant if not one.managed and one not in left)
    skipped = tuple(Skipped(one.kind, one.name, why) for one, why in left.items() if one.origin != "SYSTEM")
    return Chosen(new, tuple(one for one in meant if one.managed), skipped)


def reason_to_leave(one: Listed, wanted: Selection) -> str:
    """Why a thing is not taken in; '' when it is."""
    if one.origin == "DISCOVERED" and wanted.auto_discovered:
        return ""
    return _STAYS.get(one.origin, "")


def checked(wanted: Selection) -> Selection:
    """Return the selection; DacError for a kind or an address that cannot be taken in."""
    for kind in wanted.kinds:
        if kind not in KINDS:
            hint = did_you_mean(kind, KINDS, otherwise=f"kinds that can be imported: {', '.join(KINDS)}")
            raise DacError(f'"{kind}" is no kind that can be imported', hint=hint)
    address = wanted.address
    if address is not None and address.kind not in KINDS:
        hint = f"kinds that can be imported: {', '.join(KINDS)}"
        if address.kind == "vendor_rule":
            hint = (
                "write the vendor_rule into a stack: it names the rule by its identifier, so there is nothing to import"
            )
        raise DacError(f"{address.local} cannot be imported", hint=hint)
    if address is not None and not is_name(address.name):
        raise DacError(f'"{address.name}" is no name: a letter, then letters, digits, _ and -')
    return wanted


def is_meant(one: Listed, wanted: Selection) -> bool:
    """Whether kinds and names let it through."""
    kinds = one.kinds or (one.kind,)
    by_kind = not wanted.kinds or any(kind in wanted.kinds for kind in kinds)
    return by_kind and (not wanted.names or any(fnmatchcase(one.name, glob) for glob in wanted.names))


def _one(listed: Sequence[Listed], wanted: Selection, address: Address) -> Chosen:
    of_kind = [one for one in listed if address.kind in (one.kinds or (one.kind,))]
    found = _by_id(of_kind, wanted.id)
    what = address.kind.replace("_", " ")
    if not found:
        near = nearest(wanted.id, [one.name for one in of_kind])
        hint = f'did you mean "{near}"?' if near else "`dac list` shows what is there"
        raise DacError(f'the console has no {what} with the id, uuid or name "{wanted.id}"', hint=hint)
    if len(found) > 1:
        ids = ", ".join(one.remote_id for one in found)
        raise DacError(f'{len(found)} of the console\'s {what}s are named "{wanted.id}"', hint=f"give one id: {ids}")
    reason = reason_to_leave(found[0], wanted) if not found[0].managed else ""
    if reason:
        raise DacError(f'{what} "{found[0].name}" is not taken in', detail=reason)
    return Chosen((), (found[0],), ()) if found[0].managed else Chosen((found[0],), (), ())


def _by_id(listed: Iterable[Listed], text: str) -> list[Listed]:
    """A uuid or number is meant before a name; of an edited stock rule and its original, the one that is anybody's."""
    every = list(listed)
    exact = [one for one in every if text.lower() == one.uuid.lower() or text == one.remote_id]
    if exact or not text:
        return exact
    named = [one for one in every if one.name == text]
    return [one for one in named if one.origin not in ("SYSTEM", "OVERRIDE")] or named[:1]
