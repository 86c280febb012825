from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from dac.resources.durations import Duration, Span, seconds, written
from dac.resources.scales import Level, Status, below, number, word

duration: TypeAdapter[str] = TypeAdapter(Duration)
span: TypeAdapter[str] = TypeAdapter(Span)
level: TypeAdapter[int | str] = TypeAdapter(Level)


@pytest.mark.parametrize(("text", "length"), [("30s", 30), ("30m", 1800), ("24h", 86_400), ("7d", 604_800), ("1s", 1)])
def test_a_duration_is_a_number_and_a_unit(text: str, length: int) -> None:
    assert seconds(duration.validate_python(text)) == length


@pytest.mark.parametrize("text", ["", "30", "m", "030m", "0s", "-5m", "1.5h", "30 m", "1w", "5M", "٣m"])
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValidationError, match="is no length of time"):
        duration.validate_python(text)


@pytest.mark.parametrize(("text", "length"), [("0s", 0), ("0d", 0), ("3d", 259_200), ("3650d", 315_360_000)])
def test_a_span_may_be_none_and_is_at_most_ten_years(text: str, length: int) -> None:
    assert seconds(span.validate_python(text)) == length


@pytest.mark.parametrize("text", ["3651d", "0", "00d", "03d", "-1d", "3w", "99999999999999d", f"{'9' * 5000}d"])
def test_no_other_span_is_taken(text: str) -> None:
    with pytest.raises(ValidationError, match=r"is no length of time|is longer than ten years"):
        span.validate_python(text)


@pytest.mark.parametrize(
    ("length", "text"),
    [(1, "1s"), (60, "1m"), (90, "90s"), (3600, "1h"), (5400, "90m"), (86_400, "1d"), (90_000, "25h")],
)
def test_seconds_are_written_in_the_largest_unit_that_fits(length: int, text: str) -> None:
    assert written(length) == text


@given(st.integers(1, 10**12))
def test_what_is_written_is_read_again(length: int) -> None:
    assert seconds(duration.validate_python(written(length))) == length


@pytest.mark.parametrize(("name", "value"), [("low", 3), ("medium", 5), ("high", 8), ("critical", 10)])
def test_a_level_has_a_word_and_a_number(name: str, value: int) -> None:
    assert (number(name), word(value)) == (value, name)


@pytest.mark.parametrize("value", [0, 1, 2, 4, 6, 7, 9])
def test_a_number_without_a_word_stays_a_number(value: int) -> None:
    assert (number(value), word(value)) == (value, value)


@pytest.mark.parametrize("value", [-1, 11, "severe", "HIGH", 5.0, True])
def test_there_are_no_other_levels(value: object) -> None:
    with pytest.raises(ValidationError):
        level.validate_python(value, strict=True)


@pytest.mark.parametrize(
    ("status", "minimum", "early"),
    [
        ("experimental", "experimental", False),
        ("experimental", "test", True),
        ("test", "stable", True),
        ("stable", "stable", False),
        ("deprecated", "stable", False),
        ("stable", "experimental", False),
    ],
)
def test_a_status_is_too_early_or_not(status: Status, minimum: Status, *, early: bool) -> None:
    assert below(status, minimum) is early
