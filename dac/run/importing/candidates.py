"""What is to be taken in, under which address, and with the body that the console gave."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.config.naming import names_for
from dac.model.address import Address
from dac.model.inventory import Skipped
from dac.model.reads import Found, Unreadable
from dac.run.importing.drafts import RULES, Draft
from dac.run.importing.selection import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from dac.model.inventory import Listed
    from dac.model.reads import Read
    from dac.resources.kind import Fact


def addressed(
    chosen: Sequence[Listed], stack: str, taken: Collection[Address], given: Address | None
) -> dict[Address, Listed]:
    """Give each thing its address: the `given` one, or one made from its name."""
    if given is not None:
        return dict.fromkeys([given], chosen[0]) if chosen else {}
    out: dict[Address, Listed] = {}
    for kind in KINDS:
        of_kind = sorted((one for one in chosen if one.kind == kind), key=lambda one: (one.name, one.key))
        used = [address.name for address in taken if address.kind == kind and address.stack == stack]
        names = names_for(kind, [(one.name, one.key) for one in of_kind], used)
        out |= {Address(stack, kind, name): one for name, one in zip(names, of_kind, strict=True)}
    return out


def read_drafts(
    candidates: Mapping[Address, Listed], reads: Mapping[Address, Read]
) -> tuple[list[Draft], list[Skipped]]:
    """Return those that could be read, with what was read, and why the others could not."""
    drafts, failed = [], []
    for address, one in candidates.items():
        read = reads.get(address)
        if isinstance(read, Found):
            drafts.append(Draft(address, one, read.live))
        else:
            reason = read.reason if isinstance(read, Unreadable) else "it was deleted at this moment"
            failed.append(Skipped(one.kind, one.name, reason))
    return drafts, failed


def told_apart(drafts: Iterable[Draft], facts: Iterable[Fact]) -> tuple[list[Draft], list[Skipped]]:
    """Leave out whoever is called like something that is declared, or like another: a name has one owner."""
    owners = {_family(fact.kind, fact.name): "a stack declares that name already" for fact in facts}
    kept, failed = [], []
    for draft in sorted(drafts, key=lambda draft: (draft.listed.key, draft.address)):
        name = str(draft.live.deployed["name"])
        family = _family(draft.address.kind, name)
        if family in owners:
            hint = "names have one owner: rename one of the two on the console, and import again"
            failed.append(Skipped(draft.address.kind, name, f"{owners[family]}; {hint}"))
        else:
            owners[family] = "another has that name on the console"
            kept.append(draft)
    return kept, failed


def with_markers(drafts: Iterable[Draft], listed: Iterable[Listed]) -> list[Draft]:
    """Put in whose they are: of rules that is known now, because their notes were read."""
    marked = {one.uuid: one.marker for one in listed if one.uuid and one.marker}
    return [
        replace(draft, listed=replace(draft.listed, marker=marked.get(draft.listed.uuid, draft.listed.marker)))
        for draft in drafts
    ]


def _family(kind: str, name: str) -> tuple[str, str]:
    if kind in RULES:
        return "rule", name
    return kind, name.lower() if kind == "custom_property" else name
