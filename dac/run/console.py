"""An open console: connected, with its names and the carriers that know how to read and write it."""

from __future__ import annotations

import secrets
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from dac.config.declared import derived_uuid
from dac.config.tokens import read_token
from dac.qradar.carriers.custom_properties import CustomPropertiesCarrier
from dac.qradar.carriers.reference_sets import ReferenceSetsCarrier
from dac.qradar.carriers.rules import RulesCarrier
from dac.qradar.carriers.vendor_rules import VendorRulesCarrier
from dac.qradar.connection import open_client
from dac.qradar.content_names import with_content, with_expressions
from dac.qradar.identity import read_identity
from dac.qradar.names import read_names
from dac.resources.registry import kind
from dac.resources.shipped_names import shipped_aliases
from dac.run.auditing import Audit, audit_of
from dac.run.standing import standing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dac.config.declared import DeclaredResource
    from dac.config.settings import ConsoleSettings, Project
    from dac.model.address import Address
    from dac.model.change import Change
    from dac.model.deployed import Deployed
    from dac.model.diagnostic import Diagnostic
    from dac.model.inventory import Listed
    from dac.model.reads import Read
    from dac.model.resource import Desired, Wanted
    from dac.model.run import Outcome
    from dac.qradar.carrier import Carrier
    from dac.qradar.client import Client
    from dac.qradar.readers import ReaderSearch
    from dac.resources.names import Names
    from dac.run.standing import Standing


@dataclass
class Console:
    """One console for one run. `now` gives epoch ms. Whatever its client writes is told to `audit`.

    answers: whether it can be asked anything; a snapshot knows only what was read when it was made.
    """

    project: Project
    settings: ConsoleSettings
    client: Client
    now: Callable[[], int]
    origins: dict[Address, Address] = field(default_factory=dict)
    warnings: list[Diagnostic] = field(default_factory=list)  # about the way it is reached
    audit: Audit = field(default_factory=lambda: Audit(None, "", "", lambda: 0))
    answers: bool = True

    def __post_init__(self) -> None:
        self.client.trail.follow(self.audit.written)

    @cached_property
    def names(self) -> Names:
        """The look-up tables that compiling reads (three lists), and what a calibration has learnt."""
        names, known = read_names(self.client, shipped_aliases()), self.standing.known
        return names if known is None else replace(names, tests=known.tests)

    @cached_property
    def known(self) -> Names:
        """The same, with what stacks may refer to without declaring it (four more lists)."""
        return with_content(self.client, self.names)

    def with_expressions(self, names: Names, wanted: Iterable[str]) -> Names:
        """The same names, with what extracts the properties in `wanted` (nine more lists)."""
        return with_expressions(self.client, names, wanted)

    @property
    def api_version(self) -> tuple[int, int]:
        return self.client.capabilities.api_version

    @cached_property
    def identity(self) -> str:
        """The id that dac gave this console; '' before the first apply."""
        return read_identity(self.client)

    @cached_property
    def standing(self) -> Standing:
        """Whether rules may be written here, and by which calibration."""
        return standing_of(self.project, self.settings, self.client.capabilities, lambda: self.identity)

    @cached_property
    def rules(self) -> RulesCarrier:
        hub = f"dac:{self.project.id}"
        return RulesCarrier(
            self.client,
            self.names,
            self.marker,
            owned,
            derived=self.derived_uuid,
            hub_id=hub,
            hub_name=f"dac {self.project.name}",
            clock=self.now,
            sleep=self.client.sleep,
        )

    @cached_property
    def reader_search(self) -> ReaderSearch:
        """Finds what reads a thing that is to be deleted."""
        from dac.qradar.readers import ReaderSearch

        return ReaderSearch(self.client, self.names, dependents=self.answers)

    @cached_property
    def _vendor_rules(self) -> VendorRulesCarrier:
        return VendorRulesCarrier(self.client, owned)

    @cached_property
    def carriers(self) -> Mapping[str, Carrier]:
        """By the name of the kind."""
        every: tuple[Carrier, ...] = (
            ReferenceSetsCarrier(self.client, self.names, self.marker, owned),
            CustomPropertiesCarrier(self.client, self.names, self.marker, owned),
            self.rules,
            self._vendor_rules,
        )
        return {name: carrier for carrier in every for name in carrier.kinds}

    def switch(self, changes: Sequence[Change]) -> list[Outcome]:
        """Carry out the edits of `enabled` and `owner` of rules, dac's own and the vendor's."""
        vendors = [change for change in changes if change.address.kind in self._vendor_rules.kinds]
        others = [change for change in changes if change.address.kind not in self._vendor_rules.kinds]
        made = self.rules.switch(others) if others else []
        return made + (self._vendor_rules.switch(vendors) if vendors else [])

    def marker(self, address: Address) -> str:
        """Return the line that says on the console whose a thing is.

        Like the derived uuid it keeps the first address of what has moved: a move writes nothing to the console.
        """
        return f"[dac {self.project.name}/{self.origins.get(address, address)}]"

    def derived_uuid(self, address: Address) -> str:
        """Return the uuid that a rule has when none is written: having it proves whose it is."""
        return derived_uuid(self.project.id, self.origins.get(address, address))

    def remember_origins(self, resources: Iterable[DeclaredResource | Desired]) -> None:
        """Note where things have moved from, before anything is read."""
        self.origins |= {resource.address: resource.previous[-1] for resource in resources if resource.previous}

    def read(self, wanted: Sequence[Wanted], *, deep: bool) -> dict[Address, Read]:
        """Ask every carrier once, also when nothing of its kinds is wanted: what is unmanaged counts too."""
        reads: dict[Address, Read] = {}
        for carrier in dict.fromkeys(self.carriers.values()):
            reads |= carrier.read([one for one in wanted if one.address.kind in carrier.kinds], deep=deep)
        return reads

    def listed(self) -> list[Listed]:
        """Return everything that `read` saw on the console, by kind and name."""
        every = [one for carrier in dict.fromkeys(self.carriers.values()) for one in carrier.listed()]
        return sorted(every, key=lambda one: (kind(one.kind).order, one.kind, one.name, one.key))

    def unmanaged(self) -> dict[str, int]:
        """Return how many things nobody declares, by kind; known after `read`."""
        counts: dict[str, int] = {}
        for carrier in dict.fromkeys(self.carriers.values()):
            counts |= carrier.unmanaged()
        return counts


def owned(name: str, live: Deployed, desired: Deployed | None, recorded: Deployed | None) -> Deployed:
    """Return the part of `live` that the project answers for, as the kind defines it."""
    return kind(name).owned(live, desired, recorded)


@contextmanager
def open_console(
    project: Project,
    settings: ConsoleSettings,
    env: Mapping[str, str],
    now: Callable[[], int],
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Console]:
    """Connect to a console; an `emulator:` one runs for as long as the block, with a token of its own.

    `sleep` is called with seconds wherever the console has to be waited for.
    """
    warnings: list[Diagnostic] = []
    with ExitStack() as stack:
        if settings.emulator is not None:
            from dac.emulator.server import Emulator

            token = secrets.token_urlsafe(24)
            emulator = stack.enter_context(Emulator(settings.emulator, token=token))
            client = open_client(emulator.url, lambda: token, sleep=sleep)
        else:
            client = open_client(
                settings.url,
                lambda: _token(project, settings, env, warnings),
                ca_file=settings.ca_file,
                verify=settings.tls_verify,
                sleep=sleep,
            )
        audit = audit_of(project, settings, now)
        yield Console(project, settings, stack.enter_context(client), now, warnings=warnings, audit=audit)


def _token(project: Project, settings: ConsoleSettings, env: Mapping[str, str], warnings: list[Diagnostic]) -> str:
    token = read_token(settings, env, folder=project.root)
    if token is None:
        return ""
    warnings += token.warnings
    return token.value
