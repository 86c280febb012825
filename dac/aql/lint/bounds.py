"""What is left of one value after the tests that it must pass together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dac.aql.lint.amounts import number
from dac.aql.lint.predicates import literal_text

if TYPE_CHECKING:
    from dac.aql.lint.predicates import Predicate


class Bounds:
    """Texts are compared without case: whether = tells capitals apart is nowhere stated."""

    def __init__(self) -> None:
        self._allowed: frozenset[str] | None = None
        self._excluded: frozenset[str] = frozenset()
        self._low = -math.inf
        self._high = math.inf
        self._is_missing = False
        self._is_tested = False

    def missing(self) -> str:
        """After IS NULL; the answers of all four methods say why nothing is left, or "" where something is."""
        self._is_missing = True
        return "a value that is missing passes no other test" if self._is_tested else ""

    def present(self) -> str:
        """After IS NOT NULL."""
        self._is_tested = True
        return "it cannot be missing and present" if self._is_missing else ""

    def narrow(self, test: Predicate) -> str:
        self._is_tested = True
        if self._is_missing:
            return "a value that is missing passes no other test"
        if test.operator in ("=", "!=", "IN"):
            return self._listed(test)
        return self._ordered(test)

    def _listed(self, test: Predicate) -> str:
        texts = [literal_text(value) for value in test.values]
        if any(text is None for text in texts):
            return ""
        values = frozenset(_canonical(text) for text in texts if text is not None)
        if test.negated:
            self._excluded |= values
        else:
            self._allowed = values if self._allowed is None else self._allowed & values
        if self._allowed is not None and not self._allowed - self._excluded:
            return "no value passes this and the tests before it"
        return self._numbers_left()

    def _ordered(self, test: Predicate) -> str:
        amounts = [number(value) for value in test.values]
        if test.negated or any(amount is None for amount in amounts):
            return ""
        known = [amount for amount in amounts if amount is not None]
        low, high = _range(test.operator, known)
        self._low, self._high = max(self._low, low), min(self._high, high)
        return "no number is that large and that small" if self._low > self._high else self._numbers_left()

    def _numbers_left(self) -> str:
        if self._allowed is None:
            return ""
        try:
            values = [float(value) for value in self._allowed]
        except ValueError:
            return ""
        return (
            "" if any(self._low <= v <= self._high for v in values) else "no value passes this and the tests before it"
        )


def _range(operator: str, amounts: list[float]) -> tuple[float, float]:
    match operator:
        case "BETWEEN":
            return amounts[0], amounts[1]
        case ">":
            return math.nextafter(amounts[0], math.inf), math.inf
        case ">=":
            return amounts[0], math.inf
        case "<":
            return -math.inf, math.nextafter(amounts[0], -math.inf)
        case "<=":
            return -math.inf, amounts[0]
    return -math.inf, math.inf


def _canonical(text: str) -> str:
    """5, '5' and 5.0 alike; texts without case."""
    folded = text.strip().lower()
    return folded.rstrip("0").rstrip(".") if "." in folded and folded.replace(".", "", 1).isdecimal() else folded
