"""What is recorded and of which today's files do not say what is wanted: it is compared by its record alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.errors import ConfigError
from dac.model.diagnostic import Diagnostic, Severity
from dac.planning.situation import Undecided

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dac.config.declared import DeclaredResource
    from dac.model.address import Address
    from dac.model.diagnostic import Diagnostics
    from dac.planning.situation import Situation
    from dac.run.scope import Scope

_GONE = "the folder of its stack is gone"
_BROKEN = "its stack has errors"
_SHOWN = 3


def with_undecided(situation: Situation, scope: Scope, found: Sequence[Diagnostic]) -> Situation:
    """Take what `found` makes doubtful out of what is desired, and note why.

    ConfigError for an error that lies in no file, such as a --var that nothing declares: that is the command line's.
    """
    errors = [item for item in found if item.severity is Severity.ERROR]
    typed = [item for item in errors if item.address is None and item.position is None]
    if typed:
        raise ConfigError(typed)
    broken = {item.address for item in errors if item.address is not None}
    unread = _unread_stacks(errors, scope)
    declared = {resource.address: resource for resource in scope.resources}
    doubtful = dict(_doubtful(broken, declared))
    for address in situation.recorded.keys() | situation.pending:
        if address.stack not in scope.stacks.stacks:
            doubtful[address] = Undecided(_GONE)
        elif address not in declared and address.stack in unread:
            doubtful.setdefault(address, Undecided(_BROKEN))
    known = situation.recorded.keys() | situation.pending
    return replace(
        situation,
        desired={address: one for address, one in situation.desired.items() if address not in broken},
        undecided={address: why for address, why in doubtful.items() if address in known},
    )


def as_warnings(found: Diagnostics) -> list[Diagnostic]:
    """Return the findings with the first errors made warnings, the others counted: drift does without those files."""
    errors = [item for item in found.sorted() if item.severity is Severity.ERROR]
    out = [item for item in found.items if item.severity is not Severity.ERROR]
    if errors:
        out += [replace(item, severity=Severity.WARNING) for item in errors[:_SHOWN]]
        count = "1 error" if len(errors) == 1 else f"{len(errors):,} errors"
        summary = f"the stacks have {count}: what is recorded was compared all the same"
        hint = "`dac validate` shows all that is wrong with the files; what would become of that drift is undecided"
        out.append(Diagnostic(Severity.WARNING, "undecided", summary, hint=hint))
    return out


def _doubtful(
    broken: Iterable[Address], declared: dict[Address, DeclaredResource]
) -> Iterator[tuple[Address, Undecided]]:
    for address in broken:
        resource = declared.get(address)
        if resource is None:
            continue
        ignored = resource.table.get("ignore_changes")
        names = tuple(ignored) if isinstance(ignored, list) and all(isinstance(one, str) for one in ignored) else ()
        for known in (address, *resource.previous):
            yield known, Undecided(_BROKEN, names)


def _unread_stacks(errors: Iterable[Diagnostic], scope: Scope) -> set[str]:
    """Return the stacks of whose files one could not be read, or not all of it."""
    paths = [item.position.path for item in errors if item.address is None and item.position is not None]
    return {name for name in scope.stacks.stacks for path in paths if path.startswith(f"stacks/{name}/")}
