"""What stands in the way of a stack's wish on the console, and the ways out: each hint works when it is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.plan import Refusal
from dac.model.reads import Found
from dac.planning.decide import Sight
from dac.planning.ownership import earlier_address, is_vendors, sight

if TYPE_CHECKING:
    from dac.model.address import Address
    from dac.model.resource import Desired, Live
    from dac.planning.situation import Situation
    from dac.resources.kind import Kind


def in_the_way(situation: Situation, desired: Desired) -> Refusal | None:
    """Return why a thing cannot be made or changed under its name or uuid; None where nothing stands in the way."""
    read = situation.reads.get(desired.address)
    if not isinstance(read, Found):
        return None
    if sight(read, desired) is not Sight.FOREIGN:
        return uuid_changed(desired, read.live)
    made_by_dac = situation.kinds[desired.address.kind].made_by_dac
    return name_taken(situation, desired, read.live) if made_by_dac else not_vendors(desired, read.live)


def name_taken(situation: Situation, desired: Desired, live: Live) -> Refusal:
    """A thing of that name, or of the uuid that the stack gives, is there and is not ours under this address."""
    title = situation.kinds[desired.address.kind].title
    was = earlier_address(situation, desired.address, live)
    whose = f"is recorded as {was}" if was else f"is not {_owner(live)}"
    shown = f"{whose} ({live.uuid or live.remote_id})"
    summary = f'a {title} named "{live.name}" is on the console and {shown}'
    return Refusal("name-taken", summary, desired.address, _way_out(desired, live, was, situation.console.name))


def uuid_changed(desired: Desired, live: Live) -> Refusal | None:
    """A uuid is what a rule is known by: it cannot be given another one, and a second rule is not asked for."""
    address, written = desired.address, desired.written_uuid
    if written in ("", live.uuid) or not live.uuid:
        return None
    summary = f"{address.local} says uuid {written}, and on the console it has {live.uuid}"
    hint = (
        f"take uuid out of {address.local}, or write {live.uuid} there; "
        f"for another rule declare a second table under another address and name, and take this one out: "
        f'with "{address.local}" = "why" under [removed] the old rule stays on the console'
    )
    return Refusal("uuid-changed", summary, address, hint)


def vendors_absent(kind: Kind, desired: Desired) -> Refusal:
    """What QRadar brings cannot be made; a content update may have taken it away."""
    address = desired.address
    summary = f"{address.local}: this console has no {kind.title} {desired.name}"
    hint = f"install the content it comes with, correct the identifier, or take {address.local} out of the stack"
    return Refusal("no-vendor-rule", summary, address, hint)


def not_vendors(desired: Desired, live: Live) -> Refusal:
    """A switch of the vendor's content was declared for what people made."""
    address = desired.address
    summary = f'{address.local}: "{live.name}" ({live.uuid}) is {live.origin} content, not the vendor\'s'
    hint = "declare it as a detection or building block, or switch it off where it is declared"
    return Refusal("no-vendor-rule", summary, address, hint)


def _owner(live: Live) -> str:
    if is_vendors(live):
        return f"this project's, but {live.origin} content"
    return f"this project's: it carries the marker of dac project {live.project}" if live.project else "this project's"


def _way_out(desired: Desired, live: Live, was: Address | None, console: str) -> str:
    address = desired.address
    if live.project:
        let_go = f'"{address.kind}.NAME" = "why" under [removed] in the stack that has it'
        return f"choose another name, or let project {live.project} go of it first: {let_go}"
    if is_vendors(live):
        other = "leave uuid out" if desired.written_uuid == live.uuid else "choose another name"
        return f"it is {live.origin} content, which dac never takes over: {other}"
    if was is not None and was.stack == address.stack:
        return f'moved = ["{was.local}"] in {address.local} says that it is the same thing'
    if desired.written_uuid not in ("", live.uuid):
        adopt = f'uuid = "{live.uuid}" and adopt = true in {address.local} take it over'
    else:
        adopt = f"adopt = true in {address.local} takes it over"
    if was is None:
        into = f"dac import {address.local} {live.uuid or live.remote_id} --stack {address.stack} --console {console}"
        return f"{adopt} with what the stack says; `{into}` only records it, and the next plan shows the difference"
    let_go = f'"{was.local}" = "moved to stack {address.stack}" under [removed] in stack {was.stack}'
    return f"{adopt} in stack {address.stack}, and {let_go} keeps it from being deleted there"
