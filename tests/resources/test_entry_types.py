from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dac.resources.entry_types import ENTRY_TYPES, canonical_entry

NOON = dt.datetime(2027, 3, 31, 12, 0, 0, 1000, tzinfo=dt.UTC)
BERLIN_SUMMER = dt.timezone(dt.timedelta(hours=2))


@pytest.mark.parametrize(
    ("entry_type", "value", "canonical"),
    [
        ("ALN", "Case Stays", "Case Stays"),
        ("ALN", " blanks stay ", " blanks stay "),
        ("ALN", 7, "7"),
        ("ALN", dt.date(2027, 3, 31), "2027-03-31"),
        ("ALNIC", "Svc-Backup@EXAMPLE.com", "svc-backup@example.com"),
        ("ALNIC", "ÄÖÜ", "äöü"),
        ("NUM", 7, "7"),
        ("NUM", 7.0, "7"),
        ("NUM", "7.0", "7"),
        ("NUM", "007", "7"),
        ("NUM", "-0.0", "0"),
        ("NUM", "0e99", "0"),
        ("NUM", " 1.50 ", "1.5"),
        ("NUM", "-12.25", "-12.25"),
        ("NUM", "1e3", "1000"),
        ("NUM", "1e-3", "0.001"),
        ("NUM", "100", "100"),
        ("NUM", 2**63, "9223372036854775808"),
        ("NUM", "0.1234567890123456789012345678901234567", "0.1234567890123456789012345678901234567"),
        ("IP", "203.0.113.7", "203.0.113.7"),
        ("IP", " 203.0.113.7 ", "203.0.113.7"),
        ("PORT", 443, "443"),
        ("PORT", "0443", "443"),
        ("PORT", 0, "0"),
        ("PORT", 65_535, "65535"),
        ("DATE", 1_806_494_400_001, "1806494400001"),
        ("DATE", "1806494400001", "1806494400001"),
        ("DATE", NOON, "1806494400001"),
        ("DATE", NOON.replace(tzinfo=None), "1806494400001"),
        ("DATE", NOON.astimezone(BERLIN_SUMMER), "1806494400001"),
        ("DATE", "2027-03-31T12:00:00.001+00:00", "1806494400001"),
        ("DATE", dt.date(2027, 3, 31), "1806451200000"),
        ("DATE", "2027-03-31", "1806451200000"),
        ("DATE", dt.date(1969, 12, 31), "-86400000"),
        ("CIDR", "198.51.100.0/24", "198.51.100.0/24"),
        ("CIDR", "198.51.100.7", "198.51.100.7/32"),
        ("CIDR", "2001:DB8:0:0::/32", "2001:db8::/32"),
    ],
)
def test_equal_values_have_one_spelling(entry_type: str, value: Any, canonical: str) -> None:
    assert canonical_entry(entry_type, value) == canonical


@pytest.mark.parametrize(
    ("entry_type", "value", "reason"),
    [
        ("ALN", "", "must not be empty"),
        ("ALN", "  ", "must not be empty"),
        ("ALN", True, "True is no entry"),
        ("NUM", False, "False is no entry"),
        ("NUM", "seven", "'seven' is not a number"),
        ("NUM", "nan", "'nan' is not a number"),
        ("NUM", float("inf"), "inf is not a number"),
        ("NUM", "1e999999999", "too large or too small"),
        ("NUM", "1e-999999999", "too large or too small"),
        ("IP", "203.0.113.0/24", "use CIDR"),
        ("IP", "2001:db8::1", "no IPv6"),
        ("IP", "203.0.113.007", "is not an IPv4 address"),
        ("IP", 7, "is not an IPv4 address"),
        ("PORT", 65_536, "is not a port from 0 to 65535"),
        ("PORT", -1, "is not a port"),
        ("PORT", 80.0, "is not a port"),
        ("DATE", "tomorrow", "neither a date nor epoch milliseconds"),
        ("DATE", -5, "neither a date nor epoch milliseconds"),
        ("CIDR", "198.51.100.7/24", "has host bits set"),
        ("CIDR", "example.com", "is not a network"),
    ],
)
def test_what_does_not_fit_says_why(entry_type: str, value: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        canonical_entry(entry_type, value)


scalars = (
    st.text()
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes(timezones=st.none() | st.just(dt.UTC))
)


@given(st.sampled_from(ENTRY_TYPES), scalars)
def test_a_canonical_value_is_its_own_and_nothing_crashes(entry_type: str, value: Any) -> None:
    try:
        canonical = canonical_entry(entry_type, value)
    except ValueError:
        return
    if not canonical.startswith("-"):  # before 1970 a date is no number that could be written again
        assert canonical_entry(entry_type, canonical) == canonical


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40, places=30))
def test_a_number_is_neither_rounded_nor_written_with_an_exponent(number: Any) -> None:
    text = canonical_entry("NUM", str(number))
    assert type(number)(text) == number
    assert "e" not in text.lower()
    assert not text.endswith((".", "-")) and not ("." in text and text.endswith("0"))  # noqa: PT018 - one law
