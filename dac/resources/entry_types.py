"""Entries of reference sets: which text a value of each type becomes on a console.

Source: IBM admin guide "Reference set types" and the echo of /reference_data_collections/set_entries.
"""

from __future__ import annotations

import ipaddress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRY_TYPES = ("ALN", "ALNIC", "NUM", "IP", "PORT", "DATE", "CIDR")
_MAX_PORT = 65_535
_MAX_EXPONENT = 308  # of a double: beyond it no console can hold a number, and writing it out would fill the memory
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def canonical_entry(entry_type: str, value: object) -> str:
    """Return the one spelling under which equal values are equal; ValueError says what does not fit."""
    if isinstance(value, bool):
        msg = f"{value!r} is no entry: write text, a number or a date"
        raise ValueError(msg)  # noqa: TRY004 - one exception type for all misfits
    return _CANONICAL[entry_type](value)


def _text(value: object) -> str:
    text = str(value)
    if not text.strip():
        msg = "an entry must not be empty"
        raise ValueError(msg)
    return text


def _folded(value: object) -> str:
    return _text(value).lower()


def _number(value: object) -> str:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        msg = f"{value!r} is not a number"
        raise ValueError(msg)
    if number and abs(number.adjusted()) > _MAX_EXPONENT:
        msg = f"{value!r} is too large or too small a number"
        raise ValueError(msg)
    whole, _, fraction = format(number, "f").partition(".")
    text = f"{whole}.{fraction.rstrip('0')}".rstrip(".")
    return text if number else "0"


def _ip(value: object) -> str:
    try:
        return str(ipaddress.IPv4Address(str(value).strip()))
    except ValueError:
        msg = f"{value!r} is not an IPv4 address (an IP set holds no ranges and no IPv6: use CIDR or ALN)"
        raise ValueError(msg) from None


def _port(value: object) -> str:
    text = str(value).strip()
    if not (text.isdecimal() and int(text) <= _MAX_PORT):
        msg = f"{value!r} is not a port from 0 to 65535"
        raise ValueError(msg)
    return str(int(text))


def _date(value: object) -> str:
    """Return epoch ms: from a TOML date or date-time (UTC when it names no zone), or ms as a number."""
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return str((moment - _EPOCH) // timedelta(milliseconds=1))
    if isinstance(value, date):
        return _date(datetime(value.year, value.month, value.day, tzinfo=UTC))
    text = str(value).strip()
    if text.isdecimal():
        return str(int(text))
    try:
        return _date(datetime.fromisoformat(text))
    except ValueError:
        msg = f"{value!r} is neither a date nor epoch milliseconds"
        raise ValueError(msg) from None


def _cidr(value: object) -> str:
    text = str(value).strip()
    try:
        return str(ipaddress.ip_network(text))
    except ValueError as error:
        msg = f"{value!r} is not a network in CIDR notation: {error}"
        raise ValueError(msg) from None


_CANONICAL: dict[str, Callable[[object], str]] = {
    "ALN": _text,
    "ALNIC": _folded,
    "NUM": _number,
    "IP": _ip,
    "PORT": _port,
    "DATE": _date,
    "CIDR": _cidr,
}
