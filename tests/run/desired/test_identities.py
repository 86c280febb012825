"""Which uuid a thing has: the written one, the adopted one, or the one that its first address gives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid5

from run_bench import at, live, recorded

from dac.model.reads import Absent, Found
from dac.run.desired.identities import facts_of, recorded_for, uuid_of

if TYPE_CHECKING:
    from dac.config.declared import DeclaredResource
    from dac.model.address import Address

PROJECT = UUID("6f1c2a52-6f0e-4f6b-9d5e-0b6a3c1d2e4f")
WRITTEN = "11111111-1111-4111-8111-111111111111"


@dataclass(frozen=True)
class Declared:
    """As much of a declared resource as identities look at."""

    address: Address
    previous: tuple[Address, ...] = ()
    table: dict[str, Any] = field(default_factory=dict)

    @property
    def written_uuid(self) -> str:
        return str(self.table.get("uuid", ""))

    def uuid(self, project: UUID) -> str:
        return str(self.written_uuid or uuid5(project, str((self.previous or (self.address,))[-1])))


def declared(local: str, *previous: str, **table: Any) -> DeclaredResource:
    return cast("DeclaredResource", Declared(at(local), tuple(map(at, previous)), table))


def test_a_written_uuid_beats_the_recorded_one() -> None:
    assert uuid_of(PROJECT, declared("detection.d", uuid=WRITTEN), recorded("detection.d", uuid="old")) == WRITTEN


def test_a_recorded_uuid_beats_the_derived_one_because_it_may_have_been_adopted() -> None:
    assert uuid_of(PROJECT, declared("detection.d"), recorded("detection.d", uuid="adopted")) == "adopted"


def test_without_a_record_the_uuid_is_derived_from_the_project_and_the_address() -> None:
    derived = uuid_of(PROJECT, declared("detection.d"), None)
    assert derived == str(uuid5(PROJECT, "cloud/detection.d"))


def test_the_record_is_under_the_present_address_or_under_the_newest_earlier_one() -> None:
    newer, older = recorded("detection.newer"), recorded("detection.older")
    resource = declared("detection.d", "detection.newer", "detection.older")
    both = {newer.address: newer, older.address: older}
    own = recorded("detection.d")
    assert recorded_for(resource, both | {own.address: own}) is own
    assert recorded_for(resource, both) is newer
    assert recorded_for(resource, {older.address: older}) is older
    assert recorded_for(resource, {}) is None


def test_others_know_a_thing_by_its_console_name_its_uuid_and_its_type() -> None:
    resource = declared("reference_set.a", name="Lab: a", entry_type="IP")
    (fact,) = facts_of([resource], {at("reference_set.a"): "u"}, {}).values()
    assert (fact.kind, fact.name, fact.uuid, fact.type) == ("reference_set", "Lab: a", "u", "IP")


def test_what_is_taken_over_by_name_keeps_the_uuid_that_it_has_on_the_console() -> None:
    there = Found(live("detection.d", uuid="of the console"))
    uuids = {at("detection.d"): "derived"}

    def uuid(read: Found | Absent, **table: Any) -> str:
        facts = facts_of([declared("detection.d", name="Lab: d", **table)], uuids, {at("detection.d"): read})
        return facts["cloud/detection.d"].uuid

    assert uuid(there, adopt=True) == "of the console"
    assert uuid(there) == "derived"
    assert uuid(Absent(), adopt=True) == "derived"
    assert uuid(Found(live("detection.d", uuid="")), adopt=True) == "derived"
