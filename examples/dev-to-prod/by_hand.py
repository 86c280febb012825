"""What people do on a console without dac, over its REST API.

by_hand.py URL add-type NAME...          make custom log source types
by_hand.py URL switch-off RULE           disable a rule
by_hand.py URL add-entry SET VALUE NOTE  put a value into a reference set
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

TYPES = "config/event_sources/log_source_management/log_source_types"
RULES = "analytics/rules"
SETS = "reference_data_collections/sets"
ENTRIES = "reference_data_collections/set_entries"
HEADERS = {"SEC": "emulator", "Accept": "application/json", "Content-Type": "application/json"}


@dataclass(frozen=True)
class Console:
    """An emulated console that `dac emulator serve` serves."""

    url: str

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send one request, past any proxy; return the answer's JSON. HTTPError when it is refused."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.url}/api/{path}", data=data, headers=HEADERS, method=method)  # noqa: S310  # http
        with build_opener(ProxyHandler({})).open(request) as answer:
            return json.load(answer)

    def number(self, path: str, name: str) -> int:
        """The id of the only thing of that name."""
        (found,) = (row["id"] for row in self.ask("GET", path) if row["name"] == name)
        return int(found)


def add_type(console: Console, *names: str) -> None:
    """Make custom log source types, in that order; each console numbers its own."""
    for name in names:
        made = console.ask("POST", TYPES, {"name": name})
        print(f'log source type "{name}" is number {made["id"]}')


def switch_off(console: Console, rule: str) -> None:
    """Disable a rule."""
    console.ask("POST", f"{RULES}/{console.number(RULES, rule)}", {"enabled": False})


def add_entry(console: Console, name: str, value: str, note: str) -> None:
    """Put a value into a reference set."""
    row = {"collection_id": console.number(SETS, name), "value": value, "notes": note, "source": "by hand"}
    console.ask("POST", ENTRIES, row)


COMMANDS = {"add-type": add_type, "switch-off": switch_off, "add-entry": add_entry}

if __name__ == "__main__":
    url, command, *words = sys.argv[1:]
    COMMANDS[command](Console(url), *words)
