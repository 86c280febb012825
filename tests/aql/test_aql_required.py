from __future__ import annotations

import pytest

from dac.aql.parsing import parse_condition
from dac.aql.required import required_fields


@pytest.mark.parametrize(
    ("condition", "required"),
    [
        ("\"Country\" = 'KP'", {"country"}),
        ("'KP' = \"Country\"", {"country"}),
        ("\"Country\" IN ('KP', 'IR')", {"country"}),
        ("LOWER(\"App\") ILIKE '%imap%'", {"app"}),
        ("\"App\" IMATCHES '.*imap.*'", {"app"}),
        ('"Risk" BETWEEN 1 AND 3', {"risk"}),
        ('"Risk" IS NOT NULL', {"risk"}),
        ('NOT "Risk" IS NULL', {"risk"}),
        ("REFERENCESETCONTAINS('VPN', LOWER(\"Exit\"))", {"exit"}),
        ("\"A\" = '1' AND (\"B\" = '2' AND \"C\" = '3')", {"a", "b", "c"}),
        ("\"A\" = '1' OR \"A\" = '2' AND \"B\" = '3'", {"a"}),
    ],
)
def test_a_field_is_required_where_an_event_without_it_is_never_found(condition: str, required: set[str]) -> None:
    assert required_fields(parse_condition(condition)) == required


@pytest.mark.parametrize(
    "condition",
    [
        "\"A\" = '1' OR \"B\" = '2'",
        '"A" IS NULL',
        "NOT (\"A\" = '1')",
        "\"A\" != '1'",
        "\"A\" NOT IN ('1')",
        "\"A\" NOT LIKE '1%'",
        "COALESCE(\"A\", 'none') = 'none'",
        "NOT (\"A\" = '1' AND \"B\" = '2')",
        "NOT REFERENCESETCONTAINS('VPN', \"A\")",
    ],
)
def test_a_field_is_not_required_where_an_event_without_it_might_be_found(condition: str) -> None:
    assert required_fields(parse_condition(condition)) == frozenset()
