"""How a reference set keeps a value: checked against the set's type, and written in that type's own way."""

from __future__ import annotations

import ipaddress
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.emulator.settings import Settings

MAX_LENGTH = 1024
HIGHEST_PORT = 65535


class ValueRefused(ValueError):
    """The value does not fit; `too_long` and `cidr` have codes of their own."""

    def __init__(self, message: str, *, too_long: bool = False, cidr: bool = False) -> None:
        super().__init__(message)
        self.too_long = too_long
        self.cidr = cidr


def canonical(entry_type: str, value: str, settings: Settings) -> str:
    """What the console echoes for `value`: ALNIC in lower case, NUM as `123.0`, IP as a dotted quad."""
    if len(value) > MAX_LENGTH:
        raise ValueRefused(f"the value is longer than {MAX_LENGTH} characters", too_long=True)
    if not value.strip():
        raise ValueRefused("the value is empty")
    if entry_type == "CIDR":
        return _cidr(value, settings.cidr_host_bits)
    kept = _WRITERS[entry_type](value)
    return value if entry_type == "NUM" and settings.number_echo == "verbatim" else kept


def order_key(entry_type: str, value: str) -> Any:
    """What a filter or sort that knows the type compares by; ValueRefused when `value` is none of the type."""
    kept = _cidr(value, "kept") if entry_type == "CIDR" else _WRITERS[entry_type](value)
    if entry_type in ("NUM", "PORT", "DATE"):
        return float(kept)
    if entry_type == "IP":
        return int(ipaddress.IPv4Address(kept))
    return kept


def _alphanumeric(value: str) -> str:
    return value


def _number(value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        raise ValueRefused(f"{value!r} is not a number") from None
    if not math.isfinite(number) or "_" in value:
        raise ValueRefused(f"{value!r} is not a number")
    return repr(number)


def _ip(value: str) -> str:
    try:
        return str(ipaddress.IPv4Address(value.strip()))
    except ValueError:
        raise ValueRefused(f"{value!r} is not an IPv4 address") from None


def _cidr(value: str, host_bits: str) -> str:
    """`host_bits` says what becomes of 10.0.0.1/8: masked, kept or refused."""
    try:
        network = ipaddress.ip_network(value.strip(), strict=host_bits == "refused")
    except ValueError:
        raise ValueRefused(f"{value!r} is not a CIDR range", cidr=True) from None
    return value.strip() if host_bits == "kept" else str(network)


def _port(value: str) -> str:
    if not (value.isascii() and value.isdigit()) or int(value) > HIGHEST_PORT:
        raise ValueRefused(f"{value!r} is not a port")
    return str(int(value))


def _date(value: str) -> str:
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueRefused(f"{value!r} is not a date in epoch milliseconds")
    return str(int(value))


_WRITERS: dict[str, Callable[[str], str]] = {
    "ALN": _alphanumeric,
    "ALNIC": str.lower,
    "NUM": _number,
    "IP": _ip,
    "PORT": _port,
    "DATE": _date,
}
