"""placeholder"""

from __future__ import annotations


def format_query(text: str) -> str:
    return text
