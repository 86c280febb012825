"""What can be seen wrong with an expression before any console sees it: its body, and what it makes of its sample."""

from __future__ import annotations

import ipaddress
import re
import warnings
from typing import TYPE_CHECKING

from dac.events.keypaths import extract, parse_keypath
from dac.model.diagnostic import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.resources.property_model import Expression

_JAVA_GROUP = re.compile(r"\(\?<(?![=!])")
_JAVA_CLASS = re.compile(r"&&|\[[^\]]*\[")
_FORMAT_STRING_SINCE = (26, 0)
_LONGEST_SAMPLE = 8_192
"""Samples that are longer are not tried with a regular expression: it may take the square of their length."""

_MOST_PORT = 65_535


def body_findings(row: Expression, at: int, api_version: tuple[int, int] | None) -> list[Finding]:
    """Return what is wrong with the expression itself."""
    findings = []
    if row.format_string is not None and api_version is not None and api_version < _FORMAT_STRING_SINCE:
        summary = f"this console speaks API {api_version[0]}.{api_version[1]}, and format_string came with 26.0"
        path = ("expression", at, "format_string")
        findings.append(Finding("format-string-too-new", summary, path, hint="take one group with capture_group"))
    return findings + _regex_findings(row, at)


def sample_findings(row: Expression, at: int, property_type: str) -> Iterator[Finding]:
    """Say if the expression finds nothing in its own sample, or a value that is not of the property's type."""
    if not row.payload.strip():
        return
    path = ("expression", at, "payload")
    value = _sampled(row)
    if value is None:
        summary = f"the {row.key} expression finds nothing in this sample"
        hint = "mend the expression, or take a sample of the events that it is for"
        yield Finding("sample-without-value", summary, path, hint=hint, severity=Severity.WARNING)
    elif value and not _fits(property_type, value):
        summary = f'the expression finds "{value[:60]}" in this sample, which is no value of the type {property_type}'
        hint = 'choose another type, or take less of the payload; type = "string" takes everything'
        yield Finding("sample-of-other-type", summary, path, hint=hint, severity=Severity.WARNING)


def _sampled(row: Expression) -> str | None:
    """Return the value in the sample, None when there is none, '' where that only QRadar can tell."""
    if row.json_path is not None:
        return extract(row.payload, parse_keypath(row.json_path))
    if row.regex is not None:
        return _captured(row)
    key, sign = row.leef or row.cef or row.name_value_pair or "", "="
    if row.name_value_pair is not None:
        sign = row.delimiter_name_value or ""
    if not key or not sign or key.startswith("$"):  # $name$ is a field of the header
        return ""
    return "" if f"{key}{sign}" in row.payload else None


def _captured(row: Expression) -> str | None:
    """Search as QRadar does; '' where Python's dialect is too far from Java's, or the search might not end."""
    from dac.aql.lint.regex.backtracking import explodes
    from dac.aql.lint.regex.reading import read_regex
    from dac.aql.lint.regex.tree import Regex

    regex, pattern = read_regex(row.regex or ""), _compiled(row.regex or "")
    if pattern is None or not isinstance(regex, Regex) or explodes(regex) or len(row.payload) > _LONGEST_SAMPLE:
        return ""
    match = pattern.search(row.payload)
    if match is None:
        return None
    group = 1 if row.capture_group is None else row.capture_group
    if row.format_string is not None or group > pattern.groups:
        return ""
    return match[group] or None


def _compiled(regex: str) -> re.Pattern[str] | None:
    """The pattern, unless Python refuses it, or reads classes within classes otherwise than Java does."""
    if _JAVA_CLASS.search(regex):
        return None
    try:
        return re.compile(_JAVA_GROUP.sub("(?P<", regex))
    except (re.error, OverflowError, RecursionError):
        return None


def _fits(property_type: str, value: str) -> bool:
    """Whether a text is a value of a type. What is a time depends on the format, which only Java reads."""
    try:
        match property_type:
            case "numeric":
                float(value)
            case "ip":
                ipaddress.ip_address(value)
            case "port":
                return 0 <= int(value) <= _MOST_PORT
    except ValueError:
        return False
    return True


def _regex_findings(row: Expression, at: int) -> list[Finding]:
    """Python's dialect is close to Java's but not it: what does not compile here is worth a look, no more."""
    if row.regex is None:
        return []
    path = ("expression", at, "regex")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python plans to read otherwise one day is Java's to read today
            groups = re.compile(_JAVA_GROUP.sub("(?P<", row.regex)).groups
    except (re.error, OverflowError, RecursionError) as error:
        return [Finding("regex", f"this regular expression may not compile: {error}", path, severity=Severity.WARNING)]
    wanted = 1 if row.capture_group is None else row.capture_group
    if wanted <= groups or row.format_string is not None:
        return []
    hint = "put the value into ( ), or write capture_group = 0 for the whole match"
    return [Finding("capture-group", f"capture group {wanted} of {groups}: there is none", path, hint=hint)]
