from __future__ import annotations

from console_vocabularies import console

from dac.aql.catalogue import OffenseIndex
from dac.resources.shipped_names import catalogued_names, shipped_aliases, shipped_names


def test_the_shipped_table_knows_what_every_console_has() -> None:
    names = shipped_names()
    assert names.log_source_type_id("Microsoft Azure Active Directory") == 445
    assert names.log_source_type_id("Microsoft Entra ID") == 445
    assert names.offense_type_id("username") == 3
    assert names.category_id("Suspicious Activity") == 7006
    assert names.low_level_categories[12002] == "Single Event Rule Match"


def test_the_shipped_table_does_not_claim_to_be_complete() -> None:
    assert not shipped_names().complete


def test_of_a_catalogue_each_list_counts_that_it_has() -> None:
    older = catalogued_names(console("prod", properties={"Badge": "STRING"}))
    assert older.catalogued == {"log source type"}
    assert (older.category_id("Suspicious Activity"), older.offense_type_id("username")) == (7006, 3)
    badge = OffenseIndex(70, "Badge", "Badge", custom=True)
    full = catalogued_names(console("prod", categories={4321: "Acme Alarm"}, offense_types=(badge,)))
    assert full.catalogued == {"log source type", "low level category", "offense type"}
    assert (full.category_id("Acme Alarm"), full.offense_type_id("Badge")) == (4321, 70)
    assert full.category_id("Suspicious Activity") is None


def test_every_shipped_type_resolves_to_itself() -> None:
    names = shipped_names()
    assert all(names.log_source_type_id(name) == number for number, name in names.log_source_types.items())


def test_aliases_lead_to_names_that_lead_to_themselves() -> None:
    assert all(shipped_aliases()[head.lower()] == head for head in shipped_aliases().values())
