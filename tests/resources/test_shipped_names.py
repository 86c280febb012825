from __future__ import annotations

from dac.resources.shipped_names import shipped_aliases, shipped_names


def test_the_shipped_table_knows_what_every_console_has() -> None:
    names = shipped_names()
    assert names.log_source_type_id("Microsoft Azure Active Directory") == 445
    assert names.log_source_type_id("Microsoft Entra ID") == 445
    assert names.offense_type_id("username") == 3
    assert names.category_id("Suspicious Activity") == 7006
    assert names.low_level_categories[12002] == "Single Event Rule Match"


def test_the_shipped_table_does_not_claim_to_be_complete() -> None:
    assert not shipped_names().complete


def test_every_shipped_type_resolves_to_itself() -> None:
    names = shipped_names()
    assert all(names.log_source_type_id(name) == number for number, name in names.log_source_types.items())


def test_aliases_lead_to_names_that_lead_to_themselves() -> None:
    assert all(shipped_aliases()[head.lower()] == head for head in shipped_aliases().values())
